import Engines
import Testing

@testable import Language
@testable import Speech

@Suite("Narration")
struct NarrationTests {
    /// Says each word in a tenth of a second of its own, with 20 ms of silence at both ends of a clause, at 1 kHz.
    private struct Voice: Synthesizer {
        let id = "voice"
        let sampleRate = 8000
        var placesWords = true

        func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
            AsyncThrowingStream { continuation in
                let count = request.text.split(separator: " ").count
                let silence = [Float](repeating: 0, count: 160)
                let sound = (0..<800 * count).map { Float($0 % 2) - 0.5 }
                let words = (0..<count).map { WordTiming(index: $0, samples: 160 + 800 * $0..<160 + 800 * ($0 + 1)) }
                continuation.yield(
                    SpeechChunk(samples: silence + sound + silence, words: placesWords ? words : []))
                continuation.finish()
            }
        }
    }

    private func pieces(
        _ texts: [String], of voice: Voice = Voice(), rate: Int = 8000
    ) async throws -> [Narration.Piece] {
        var options = Narration.Options()
        options.sampleRate = rate
        var narration = Narration(synthesizer: voice, options: options)
        var pieces: [Narration.Piece] = []
        for text in texts {
            narration.add(text)
            while let piece = try await narration.next() { pieces.append(piece) }
        }
        narration.flush()
        while let piece = try await narration.next() { pieces.append(piece) }
        return pieces
    }

    @Test("every character of the text has its place, in order, whatever pieces it came in")
    func characters() async throws {
        let text = "We have 12 bikes.  They cost $5 — each!\nCome by. 😀 Soon"
        let whole = try await pieces([text])
        let cut = try await pieces(text.map(String.init))
        for pieces in [whole, cut] {
            let written = pieces.flatMap(\.written)
            #expect(written.map(\.text).joined() == text)
            #expect(zip(written, written.dropFirst()).allSatisfy { $0.start <= $0.end && $0.end <= $1.start + 1e-9 })
            let samples = pieces.reduce(0) { $0 + $1.samples.count }
            #expect(written.allSatisfy { $0.end <= Double(samples) / 8000 + 1e-9 })
        }
        #expect(whole.flatMap(\.spoken).map(\.text).joined() == cut.flatMap(\.spoken).map(\.text).joined())
        #expect(whole.flatMap(\.spoken).map(\.text).joined().hasPrefix("We have twelve bikes. They cost five dollars"))
    }

    @Test("a word's characters share its time, and a pause between clauses belongs to nobody")
    func times() async throws {
        let pieces = try await pieces(["Come in here now. Sit."])
        #expect(pieces.count == 2)
        let first = pieces[0].written
        // The fades and the trimming of silence leave some milliseconds.
        #expect(abs(first[0].start) < 0.03 && abs(first[3].end - 0.1) < 0.03)
        #expect(abs(first[5].start - 0.1) < 0.03 && abs(first[6].end - 0.2) < 0.03)
        #expect(first[4].text == " " && first[4].end - first[4].start < 0.001)
        let end = Double(pieces[0].samples.count) / 8000
        #expect(pieces[1].start == end)
        let sit = try #require(pieces[1].written.first { $0.text == "S" })
        #expect(abs(sit.start - end - 0.22) < 0.03, "after the pause between sentences")
    }

    @Test("a voice that does not say where its words are has them placed by their letters")
    func estimated() async throws {
        let pieces = try await pieces(["Come in here now."], of: Voice(placesWords: false))
        let written = pieces.flatMap(\.written)
        #expect(written.map(\.text).joined() == "Come in here now.")
        #expect(zip(written, written.dropFirst()).allSatisfy { $0.end <= $1.start + 1e-9 })
        #expect(abs((written.last?.end ?? 0) - Double(pieces[0].samples.count) / 8000) < 0.001)
    }

    @Test("what cannot be said takes no time and is not lost")
    func unspeakable() async throws {
        let pieces = try await pieces(["😀😀 🎉"])
        #expect(pieces.allSatisfy { $0.samples.isEmpty })
        #expect(pieces.flatMap(\.written).map(\.text).joined() == "😀😀 🎉")
        #expect(pieces.flatMap(\.written).allSatisfy { $0.start == 0 && $0.end == 0 })
    }

    @Test("a break is silence after its words, and nothing is said for it")
    func breaks() async throws {
        let plain = try await pieces(["Come in"])
        let pieces = try await pieces(["Come in <break time=\"1.5s\"/> now."])
        #expect(pieces.flatMap(\.written).map(\.text).joined() == "Come in <break time=\"1.5s\"/> now.")
        #expect(pieces.count == 2)
        #expect(pieces[0].samples.suffix(12_000).allSatisfy { $0 == 0 })
        #expect(pieces[0].samples.count - 12_000 == plain[0].samples.count)
        #expect(pieces.flatMap(\.spoken).map(\.text).joined() == "Come in, now.")
    }

    @Test("a text without words is silent", arguments: [("…", true), (" — ", true), ("…\n\n🙂", true), ("… 5", false)])
    func silent(text: String, isSilent: Bool) {
        var narration = Narration(synthesizer: Voice())
        narration.add(text)
        narration.flush()
        #expect(narration.isSilent == isSilent)
    }

    @Test("the audio comes at the rate that is asked for")
    func rate() async throws {
        let (low, high) = (
            try await pieces(["Come in here now."]), try await pieces(["Come in here now."], rate: 16_000)
        )
        #expect(abs(high[0].samples.count - 2 * low[0].samples.count) < 40)
        #expect(zip(low[0].written, high[0].written).allSatisfy { abs($0.end - $1.end) < 0.01 })
    }
}
