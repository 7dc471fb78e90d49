/// Estimates where words are in speech, from the usual durations of their sounds and the audio's pauses, for engines
/// that do not report it.
///
/// The estimate is precise to about a syllable: enough to know what a caller heard of an interrupted clause.
package enum WordAlignment {
    /// A word's weight, and whether the speaker pauses after it.
    package struct Word: Equatable {
        /// The relative duration; 0 for words that are not spoken.
        package var weight: Double
        package var pausesAfter: Bool

        package init(weight: Double, pausesAfter: Bool) {
            self.weight = weight
            self.pausesAfter = pausesAfter
        }
    }

    /// Level of silence relative to the loudest sample (−34 dB).
    private static let silenceRatio: Float = 0.02
    /// Frames of 5 ms.
    private static let framesPerSecond = 200
    /// The shortest pause in frames: closures of plosives are shorter.
    private static let shortestPause = 14
    /// The largest distance between a pause and its expected place, in frames.
    private static let reach = 80

    /// The range of each word in `samples`: the first word begins at the first audible sample, the last ends at the
    /// last one. Words follow each other in order; those without weight are empty.
    package static func ranges(of words: [Word], in samples: [Float], sampleRate: Int) -> [Range<Int>] {
        let silence = samples.reduce(Float(0)) { max($0, abs($1)) } * silenceRatio
        guard silence > 0, let first = samples.firstIndex(where: { abs($0) > silence }),
            let last = samples.lastIndex(where: { abs($0) > silence })
        else { return words.map { _ in 0..<0 } }
        let frame = max(1, sampleRate / framesPerSecond)
        let audible = first..<last + 1
        let loud = stride(from: audible.lowerBound, to: audible.upperBound, by: frame).map { start in
            samples[start..<min(start + frame, audible.upperBound)].contains { abs($0) > silence }
        }
        let cuts = cuts(words, loud: loud)
        func sample(_ frames: Int) -> Int { min(audible.lowerBound + frames * frame, audible.upperBound) }
        return cuts.map { sample($0.lowerBound)..<sample($0.upperBound) }
    }

    /// The ranges of the words in frames.
    private static func cuts(_ words: [Word], loud: [Bool]) -> [Range<Int>] {
        let total = words.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return words.map { _ in 0..<0 } }
        let pauses = pauses(in: loud)
        // The frames without pauses before each frame, among which durations are distributed.
        var spoken = [0]
        for index in loud.indices {
            spoken.append(spoken[index] + (pauses.contains { $0.contains(index) } ? 0 : 1))
        }
        // Each phrase gets the audio up to the pause that is nearest to its expected end.
        var phrases: [(words: Range<Int>, frames: Range<Int>)] = []
        var start = (word: 0, frame: 0)
        var weight = 0.0
        for index in words.indices {
            weight += words[index].weight
            guard words[index].pausesAfter, weight > 0, weight < total else { continue }
            let expected = frame(after: weight / total * Double(spoken[loud.count]), in: spoken)
            let pause = pauses.filter { $0.lowerBound > start.frame }
                .min { abs($0.lowerBound - expected) < abs($1.lowerBound - expected) }
            if let pause, abs(pause.lowerBound - expected) <= reach {
                phrases.append((start.word..<index + 1, start.frame..<pause.lowerBound))
                start = (index + 1, pause.upperBound)
            }
        }
        phrases.append((start.word..<words.count, start.frame..<loud.count))
        return phrases.flatMap { spread(words[$0.words], over: $0.frames, spoken: spoken) }
    }

    /// Distributes `frames` among `words` by weight.
    private static func spread(_ words: ArraySlice<Word>, over frames: Range<Int>, spoken: [Int]) -> [Range<Int>] {
        let total = words.reduce(0) { $0 + $1.weight }
        let begin = Double(spoken[frames.lowerBound])
        let length = Double(spoken[frames.upperBound]) - begin
        var sum = 0.0
        var start = frames.lowerBound
        return words.map { word in
            sum += word.weight
            let end = sum >= total ? frames.upperBound : frame(after: begin + length * sum / total, in: spoken)
            defer { start = max(start, end) }
            return start..<(word.weight > 0 ? max(start, end) : start)
        }
    }

    /// The first frame before which `time` frames were spoken.
    private static func frame(after time: Double, in spoken: [Int]) -> Int {
        spoken.firstIndex { Double($0) >= time.rounded() } ?? spoken.count - 1
    }

    private static func pauses(in loud: [Bool]) -> [Range<Int>] {
        var pauses: [Range<Int>] = []
        var start: Int?
        for index in loud.indices {
            if !loud[index] {
                start = start ?? index
            } else if let begin = start {
                if index - begin >= shortestPause { pauses.append(begin..<index) }
                start = nil
            }
        }
        return pauses
    }
}

extension WordAlignment {
    /// The usual relative duration of IPA phonemes: vowels are longer than consonants, stress and length marks
    /// lengthen, and a neutral vowel is short.
    package static func weight(ofPhonemes phonemes: some StringProtocol) -> Double {
        var weight = 0.0
        var isStressed = false
        for scalar in phonemes.unicodeScalars {
            switch scalar {
            case "ˈ", "ˌ": isStressed = true
            case "ː": weight += 0.5
            case "ə", "ɐ", "ᵻ": weight += 0.5
            case "a", "e", "i", "o", "u", "y", "æ", "ɑ", "ɒ", "ɔ", "ɛ", "ɜ", "ɪ", "ʊ", "ʌ", "ɚ", "ø", "œ":
                weight += isStressed ? 1.3 : 0.9
                isStressed = false
            case "s", "ʃ", "f", "θ", "z", "ʒ", "x", "h": weight += 0.9
            case let other where other.properties.isAlphabetic: weight += 0.6
            default: break
            }
        }
        return weight
    }

    /// The usual relative duration of a written word: letters stand for sounds well enough, and a digit counts as a
    /// word.
    package static func weight(ofWritten word: some StringProtocol) -> Double {
        let digits = word.count(where: \.isNumber)
        return max(0.6, weight(ofPhonemes: word.lowercased()) + 2.2 * Double(digits))
    }
}
