import Audio
import Foundation
import Testing
import TurnTaking

@testable import Conversation
@testable import Speech

@Suite("The agent's own voice in the caller's audio")
struct EchoDetectorTests {
    /// Something like speech: a voice whose pitch and colour wander as no other's do, with breath in it.
    private func speech(_ seconds: Double, seed: UInt64) -> [Float] {
        var state = seed
        /// Xorshift, −1 to 1.
        func chance() -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Double(state % 20_001) / 10_000 - 1
        }
        let rate = Double(CallTime.rate)
        var (phase, pitch, loudness) = (0.0, 150 + 30 * chance(), 0.5)
        var weights = (1...8).map { _ in chance() }
        return (0..<Int(seconds * rate)).map { index in
            if index % 320 == 0 {
                pitch = min(max(pitch + 12 * chance(), 90), 240)
                loudness = min(max(loudness + 0.3 * chance(), 0.1), 1)
                weights = weights.map { min(max($0 + 0.5 * chance(), -1), 1) }
            }
            phase += 2 * .pi * pitch / rate
            let voice = weights.indices.reduce(0.0) { $0 + weights[$1] * sin(Double($1 + 1) * phase) }
            return Float(0.1 * loudness * (voice + 0.5 * chance()))
        }
    }

    /// The shares of the windows in `heard` when `said` was played from the start of the call on.
    private func shares(in heard: [Float], playing said: [Float]) throws -> [Float] {
        var detector = try EchoDetector(outputRate: CallTime.rate)
        var shares: [Float] = []
        for start in stride(from: 0, to: min(said.count, heard.count) - 512, by: 512) {
            detector.play(Array(said[start..<start + 512]), from: CallTime(samples: start))
            shares.append(
                detector.share(in: Array(heard[start..<start + 512]), endingAt: CallTime(samples: start + 512)))
        }
        return shares
    }

    @Test(
        "an echo of a hundredth of the power is found at any delay of a room or a client", arguments: [0, 80, 250, 450])
    func echo(delay: Int) throws {
        let said = speech(3, seed: 1)
        let heard = [Float](repeating: 0, count: delay * 16) + said.map { $0 * 0.1 }
        let shares = try shares(in: heard, playing: said).dropFirst(delay / 32 + 6)
        #expect(shares.count { $0 > 0.5 } > shares.count * 95 / 100, "\(shares)")
    }

    @Test(
        "it is found from the agent's first sound on, also when that is the first of the call",
        arguments: [64, 96, 250])
    func firstSound(delay: Int) throws {
        let said = speech(1, seed: 1)
        let heard = [Float](repeating: 0, count: delay * 16) + said.map { $0 * 0.1 }
        let shares = try shares(in: heard, playing: said)
        #expect(shares[(delay + 31) / 32 + 1] > 0.5, "\(shares)")
    }

    @Test("somebody else's voice is none")
    func otherVoice() throws {
        let shares = try shares(in: speech(3, seed: 77), playing: speech(3, seed: 1))
        #expect(shares.count { $0 > 0.5 } <= shares.count * 5 / 100, "\(shares)")
    }

    @Test("a caller who speaks over the echo is heard")
    func doubleTalk() throws {
        let said = speech(3, seed: 1)
        let caller = speech(3, seed: 77)
        let heard = zip(said, caller).map { $0 * 0.1 + $1 }
        let shares = try shares(in: heard, playing: said)
        #expect(shares.count { $0 > 0.5 } <= shares.count * 5 / 100, "\(shares)")
    }

    @Test("silence, and a call in which nothing was played, hold no echo")
    func silence() throws {
        let said = speech(1, seed: 1)
        #expect(try shares(in: [Float](repeating: 0, count: said.count), playing: said).allSatisfy { $0 == 0 })
        var detector = try EchoDetector(outputRate: 44_100)
        #expect(detector.share(in: Array(said.prefix(512)), endingAt: CallTime(samples: 512)) == 0)
    }

    @Test("what was played long ago is not looked for")
    func longAgo() throws {
        var detector = try EchoDetector(outputRate: CallTime.rate)
        let said = speech(1, seed: 1)
        detector.play(said, from: .zero)
        var last: Float = 0
        for start in stride(from: 0, to: said.count - 512, by: 512) {
            last = detector.share(
                in: Array(said[start..<start + 512]), endingAt: CallTime(samples: 32_000 + start + 512))
        }
        #expect(last == 0)
    }
}
