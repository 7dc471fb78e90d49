import Audio

/// Finds the pieces of sound in an utterance in which letters are said one by one. A letter is one piece or several in a
/// row: the cuts are only places where one may end.
///
/// Its numbers were chosen by recordings of single letters, strung together with pauses of 0 to 150 ms.
struct LetterCutter {
    /// Power is known every millisecond, of the 10 ms that follow.
    private static let (step, window) = (16, 160)
    /// What counts as sound: 36 dB below the loudest, 7 dB above the noise, and more than −60 dBFS.
    private static let (belowLoudest, aboveNoise, quietest) = (Float(-36), Float(7), Float(-60))
    /// Sounds with a shorter pause between them are one, in samples; the closure of a "p" is longer.
    private static let pause = 480
    /// Shorter sounds are clicks, in samples.
    private static let click = 320
    /// Samples between two cuts.
    private static let shortest = 900
    /// A cut is where the power falls so far below that of both sides.
    private static let dip = 0.35

    /// The mean square of each window.
    private let powers: [Float]
    private let samples: [Float]

    init(_ samples: [Float]) {
        self.samples = samples
        var sums = [0.0]
        sums.reserveCapacity(samples.count + 1)
        for sample in samples { sums.append(sums[sums.count - 1] + Double(sample) * Double(sample)) }
        powers = stride(from: 0, to: samples.count, by: Self.step).map { start in
            let end = min(start + Self.window, samples.count)
            return Float(max(0, sums[end] - sums[start]) / Double(Self.window))
        }
    }

    /// The pieces in order, as ranges of samples.
    var pieces: [Range<Int>] {
        sounds.flatMap { sound -> [Range<Int>] in
            let cuts = [sound.lowerBound] + cuts(in: sound) + [sound.upperBound]
            return zip(cuts, cuts.dropFirst()).map { $0..<$1 }
        }
    }

    private var sounds: [Range<Int>] {
        let sorted = powers.sorted()
        let threshold = max(
            Self.quantile(sorted, 0.98).squareRoot() * Level.amplitude(decibels: Self.belowLoudest),
            Self.quantile(sorted, 0.08).squareRoot() * Level.amplitude(decibels: Self.aboveNoise),
            Level.amplitude(decibels: Self.quietest))
        var found: [Range<Int>] = []
        for (index, power) in powers.enumerated() where power >= threshold * threshold {
            let (start, end) = (index * Self.step, min(index * Self.step + Self.window, samples.count))
            if let last = found.last, start <= last.upperBound {
                found[found.count - 1] = last.lowerBound..<end
            } else {
                found.append(start..<end)
            }
        }
        var sounds: [Range<Int>] = []
        for range in found {
            guard let first = range.first(where: { abs(samples[$0]) >= threshold }),
                let last = range.last(where: { abs(samples[$0]) >= threshold }), last + 1 - first >= Self.click
            else { continue }
            if let before = sounds.last, first - before.upperBound <= Self.pause {
                sounds[sounds.count - 1] = before.lowerBound..<last + 1
            } else {
                sounds.append(first..<last + 1)
            }
        }
        return sounds
    }

    /// Where the power of a sound has a deep minimum, in samples.
    private func cuts(in sound: Range<Int>) -> [Int] {
        let range = sound.lowerBound / Self.step..<sound.upperBound / Self.step
        guard range.count > 80 else { return [] }
        let smooth = smoothed(range)
        func power(_ index: Int) -> Double { smooth[index - range.lowerBound] }
        func loudest(_ part: Range<Int>) -> Double { part.map(power).max() ?? 0 }
        var cuts: [Int] = []
        for index in range.lowerBound + 40..<range.upperBound - 40 {
            let here = power(index)
            guard (index - 30...index + 30).allSatisfy({ power($0) >= here }) else { continue }
            let sides = min(
                loudest(max(range.lowerBound, index - 150)..<index),
                loudest(index..<min(range.upperBound, index + 150)))
            let sample = index * Self.step
            if here < Self.dip * sides, sample - (cuts.last ?? sound.lowerBound) > Self.shortest { cuts.append(sample) }
        }
        return cuts
    }

    /// The mean power of the 25 ms around each millisecond of `range`.
    private func smoothed(_ range: Range<Int>) -> [Double] {
        range.map { index in
            var sum = 0.0
            for other in max(0, index - 12)...min(powers.count - 1, index + 12) { sum += Double(powers[other]) }
            return sum / 25
        }
    }

    /// Between the two nearest ranks, linearly.
    private static func quantile(_ sorted: [Float], _ share: Double) -> Float {
        guard let last = sorted.indices.last else { return 0 }
        let place = share * Double(last)
        let (below, part) = (Int(place), Float(place - place.rounded(.down)))
        return sorted[below] + part * (sorted[min(below + 1, last)] - sorted[below])
    }
}
