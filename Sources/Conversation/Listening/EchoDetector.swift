import Audio
import TurnTaking

/// Recognises the agent's own voice in the caller's audio by comparing it with what the server sent.
///
/// Both signals are compared at 4 kHz, where most of a voice is and little work is needed.
struct EchoDetector: Sendable {
    private static let rate = 4000
    /// Samples compared at once, 128 ms: within less, two vowels look alike.
    private static let length = 512
    /// How much earlier and later than expected the echo may come, in samples: the client's buffers, the room and the
    /// way back delay it. It can be early because a client may run ahead of real time.
    private static let earliest = -100 * rate / 1000
    private static let latest = 500 * rate / 1000
    /// Below this mean power, −66 dB, there is nothing to compare.
    private static let silence: Float = 2.5e-7

    private var played: Resampler
    private var heard: Resampler
    /// What the agent said, from `origin` on.
    private var reference = [Float](repeating: 0, count: latest + length)
    private var origin = -(latest + length)
    private var recent = [Float](repeating: 0, count: length)
    private var lastPlayed: Int?
    /// The last share that could be measured, and the number of windows since for which none could.
    private var lastShare: Float = 0
    private var untold = 0
    /// Windows for which the last share holds: a hiss at the end of a word has nothing below 2 kHz to compare.
    private static let hold = 8

    /// - Parameter outputRate: of the agent's audio, in Hz.
    /// - Throws: `ResamplerError`.
    init(outputRate: Int) throws {
        played = try Resampler(from: outputRate, to: Self.rate)
        heard = try Resampler(from: CallTime.rate, to: Self.rate)
    }

    /// Notes that `samples` of the agent's audio are heard from `start` on.
    mutating func play(_ samples: [Float], from start: CallTime) {
        let place = start.samples * Self.rate / CallTime.rate
        let end = origin + reference.count
        if place > end + 8 || place < origin {
            // A new response, or a gap within one.
            let gap = place - end
            if gap > 0, gap < Self.rate {
                reference += [Float](repeating: 0, count: gap)
            } else {
                // The agent was silent before, so that its first sounds are compared too.
                reference = [Float](repeating: 0, count: Self.latest + Self.length)
                origin = place - reference.count
            }
        }
        reference += played.process(samples)
        lastPlayed = origin + reference.count
        let surplus = reference.count - 2 * Self.rate
        if surplus > 0 {
            reference.removeFirst(surplus)
            origin += surplus
        }
    }

    /// The share of the caller's audio that is the agent's own voice, 0 to 1: how much of the power of the last 128 ms
    /// up to `end` a copy of the agent's audio explains.
    ///
    /// - Parameter window: mono samples at 16 kHz that directly follow the previous ones.
    mutating func share(in window: [Float], endingAt end: CallTime) -> Float {
        recent += heard.process(window)
        recent.removeFirst(max(0, recent.count - Self.length))
        let now = end.samples * Self.rate / CallTime.rate
        guard let lastPlayed, now - lastPlayed < Self.latest + Self.length, recent.count == Self.length else {
            lastShare = 0
            return 0
        }
        var power: Float = 0
        for sample in recent { power += sample * sample }
        guard power > Self.silence * Float(Self.length) else {
            untold += 1
            return untold > Self.hold ? 0 : lastShare
        }
        untold = 0
        lastShare = share(endingAt: now, power: power)
        return lastShare
    }

    private func share(endingAt now: Int, power: Float) -> Float {
        // The places in the reference at which a block may start.
        let first = max(0, now - Self.length - Self.latest - origin)
        let last = min(reference.count - Self.length, now - Self.length - Self.earliest - origin)
        guard first <= last else { return 0 }
        var best: Float = 0
        recent.withUnsafeBytes { recent in
            reference.withUnsafeBytes { bytes in
                let reference = bytes.assumingMemoryBound(to: Float.self)
                var energy: Float = 0
                for index in first..<first + Self.length { energy += reference[index] * reference[index] }
                for start in first...last {
                    if start > first {
                        let (gone, new) = (reference[start - 1], reference[start + Self.length - 1])
                        energy = max(0, energy - gone * gone + new * new)
                    }
                    guard energy > Self.silence * Float(Self.length) else { continue }
                    var product = SIMD8<Float>.zero
                    for index in stride(from: 0, to: Self.length, by: 8) {
                        product +=
                            recent.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
                            * bytes.loadUnaligned(fromByteOffset: 4 * (start + index), as: SIMD8<Float>.self)
                    }
                    let correlation = product.sum()
                    best = max(best, correlation * correlation / (energy * power))
                }
            }
        }
        return min(best, 1)
    }
}
