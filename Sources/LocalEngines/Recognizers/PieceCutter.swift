/// Decides where a long utterance is cut, so that its beginning is not decoded again and again.
struct PieceCutter {
    private static let sampleRate = 16_000.0
    /// Length of a frame, 10 ms: short enough for pauses, long enough for the energy of a low voice.
    private static let frame = 160
    /// Speech that must follow a pause before it is used, in seconds: the words right after it are still being said.
    private static let guardSeconds = 1.0

    let options: LocalEngineOptions.Transcription

    /// The number of samples at the start of `samples` that can be settled; nil when it is too early.
    func cut(_ samples: [Float]) -> Int? {
        guard Double(samples.count) >= options.settleAfter * Self.sampleRate else { return nil }
        let energies = stride(from: 0, to: samples.count - Self.frame + 1, by: Self.frame).map { start in
            samples[start..<start + Self.frame].reduce(Float(0)) { $0 + $1 * $1 }
        }
        if let pause = lastPause(energies) { return pause * Self.frame }
        guard Double(samples.count) > options.longestPiece * Self.sampleRate else { return nil }
        return quietest(energies, in: frames(options.longestPiece / 2)..<frames(options.longestPiece)) * Self.frame
    }

    private func frames(_ seconds: Double) -> Int { Int(seconds * Self.sampleRate) / Self.frame }

    /// The middle of the last pause within the length of one piece; nil when there is none.
    private func lastPause(_ energies: [Float]) -> Int? {
        let mean = energies.reduce(0, +) / Float(max(1, energies.count))
        // All samples are zero, so nothing stands out as a pause.
        guard mean > 0 else { return nil }
        let range =
            frames(
                options.settleAfter / 2)..<min(
                energies.count - frames(Self.guardSeconds), frames(options.longestPiece))
        var found: Int?
        var start: Int?
        for index in range {
            if energies[index] < mean * options.pauseEnergy {
                let begin = start ?? index
                start = begin
                if index + 1 - begin >= frames(options.pause) { found = (begin + index + 1) / 2 }
            } else {
                start = nil
            }
        }
        return found
    }

    /// The middle of the quietest 100 ms.
    private func quietest(_ energies: [Float], in range: Range<Int>) -> Int {
        let width = 10
        var best = range.lowerBound
        var least = Float.infinity
        for start in range.lowerBound..<max(range.lowerBound + 1, range.upperBound - width) {
            let energy = energies[start..<start + width].reduce(0, +)
            if energy < least { (best, least) = (start + width / 2, energy) }
        }
        return best
    }
}
