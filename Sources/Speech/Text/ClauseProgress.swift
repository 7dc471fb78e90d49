import Engines
import Language

/// How much of a clause has been said, by one voice after another.
///
/// A voice that breaks off has said the words whose ends it reported, or else as many as fit in its audio. A word that
/// was cut off is said again: better twice than not at all.
struct ClauseProgress: Sendable {
    private struct Word: Sendable {
        var text: String
        var isTag: Bool
    }

    private let words: [Word]
    /// Words that the previous voices have said.
    private var said = 0
    /// Samples before the present voice began, and samples of all voices so far.
    private var start = 0
    private(set) var samples = 0
    /// The places in the clause of the words that the present voice was given.
    private var given: [Int] = []
    /// Whether the present voice reports the times of its words.
    private var tells = false
    /// Words whose audio is not complete yet, and the place of the next word to be reported.
    private var waiting: [WordTiming] = []
    private var nextTold = 0

    init(text: String) {
        let tags = AudioTag.ranges(in: text)
        words = text.split(whereSeparator: \.isWhitespace).map { word in
            Word(
                text: String(word),
                isTag: tags.contains { $0.lowerBound < word.endIndex && word.startIndex < $0.upperBound })
        }
    }

    /// Whether anything has been heard.
    var hasBegun: Bool { samples > 0 }

    /// Starts another voice, and returns the text that it has to say; empty when nothing is left.
    mutating func begin(understandsAudioTags: Bool) -> String {
        given = words.indices.dropFirst(said).filter { understandsAudioTags || !words[$0].isTag }
        (start, tells, waiting) = (samples, false, [])
        return given.map { words[$0].text }.joined(separator: " ")
    }

    /// Takes a piece of the present voice's audio.
    ///
    /// - Parameter told: The word timings that came with it, counted from the beginning of the voice's text and audio.
    /// - Returns: The words that are complete by now, with their places in the clause and its audio.
    mutating func add(_ count: Int, told: [WordTiming]) -> [WordTiming] {
        samples += count
        tells = tells || !told.isEmpty
        for timing in told where given.indices.contains(timing.index) && given[timing.index] >= nextTold {
            let range = start + timing.samples.lowerBound..<start + timing.samples.upperBound
            waiting += upTo(given[timing.index], at: range.lowerBound)
            waiting.append(WordTiming(index: given[timing.index], samples: range))
            nextTold = given[timing.index] + 1
        }
        let over = Array(waiting.prefix { $0.samples.upperBound <= samples })
        waiting.removeFirst(over.count)
        if let last = over.last { said = last.index + 1 }
        return over
    }

    /// The present voice has said all that it was given.
    mutating func finish() -> [WordTiming] {
        defer { waiting = [] }
        return waiting
    }

    /// Ends the present voice, which has broken off.
    ///
    /// - Parameter samplesPerCharacter: How slowly it speaks.
    /// - Returns: The timings of words that it said without reporting them, so that the next voice's follow without a
    ///   gap.
    mutating func breakOff(samplesPerCharacter: Double) -> [WordTiming] {
        defer {
            (given, waiting) = ([], [])
            nextTold = said
        }
        guard samples > start, !tells else { return [] }
        var characters = 0
        let ends = given.map { place in
            characters += words[place].text.count + 1
            return start + Int(Double(characters) * samplesPerCharacter)
        }
        let count = ends.prefix { $0 <= samples }.count
        guard count > 0 else { return [] }
        said = given[count - 1] + 1
        var from = start
        var places: [WordTiming] = []
        for index in 0..<count {
            // The last word lasts until the end of the audio.
            let to = index == count - 1 ? samples : ends[index]
            places += upTo(given[index], at: from)
            places.append(WordTiming(index: given[index], samples: from..<to))
            nextTold = given[index] + 1
            from = to
        }
        return places
    }

    /// Words before that place that are not spoken, such as tags.
    private func upTo(_ place: Int, at sample: Int) -> [WordTiming] {
        (nextTold..<place).map { WordTiming(index: $0, samples: sample..<sample) }
    }

    /// Characters that the present voice was given, to measure its pace.
    var givenCharacters: Int { given.reduce(0) { $0 + words[$1].text.count + 1 } }
    /// Samples of the present voice.
    var voiceSamples: Int { samples - start }
}
