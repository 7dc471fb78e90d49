import Engines
import Language

/// A text that is spoken outside of calls, clause by clause as it arrives, with the time of every character.
public struct Narration: Sendable {
    /// How the text is spoken.
    public struct Options: Sendable, Hashable {
        /// The engine's own name of a voice; nil for its default.
        public var voice: String?
        /// The language of the text, BCP-47.
        public var language = "en"
        /// Rate of speech; 1 is the voice's own.
        public var speed = 1.0
        /// The style of speech, for voices that support one.
        public var style = VoiceStyle()
        /// The sample rate of the audio, in Hz.
        public var sampleRate = 16_000
        /// Whether numbers and symbols are written out; otherwise they are left to the voice.
        public var isNormalized = true
        /// How words are said that the voice would say otherwise.
        package var pronunciations = Pronunciations()
        /// Whether the first clause is cut early, so that speech begins soon.
        public var isHasty = true

        /// Creates options for English at 16 kHz.
        public init() {}
    }

    /// A character with the time at which it is said, in seconds from the narration's beginning.
    public struct TimedCharacter: Sendable, Hashable {
        /// One character.
        public var text: String
        /// When the sound of the character begins.
        public var start: Double
        /// When that sound ends: not before `start`.
        public var end: Double
    }

    /// A clause that was spoken.
    public struct Piece: Sendable {
        /// Mono samples, −1 to 1; empty when nothing of the clause can be said.
        public var samples: [Float]
        /// When the piece begins, in seconds from the narration's beginning.
        public var start: Double
        /// The characters of the clause.
        public var written: [TimedCharacter] = []
        /// The characters of the text as it was spoken, where "12" is "twelve".
        public var spoken: [TimedCharacter] = []

        /// Splits the piece into parts of at most that many seconds, each with the characters that begin in it.
        public func parts(of seconds: Double, rate: Int) -> [Piece] {
            let length = max(1, Int(seconds * Double(rate)))
            guard samples.count > length else { return [self] }
            return stride(from: 0, to: samples.count, by: length).map { offset in
                let end = min(offset + length, samples.count)
                let from = offset == 0 ? -Double.infinity : start + Double(offset) / Double(rate)
                let to = end == samples.count ? Double.infinity : start + Double(end) / Double(rate)
                return Piece(
                    samples: Array(samples[offset..<end]), start: start + Double(offset) / Double(rate),
                    written: written.filter { from <= $0.start && $0.start < to },
                    spoken: spoken.filter { from <= $0.start && $0.start < to })
            }
        }
    }

    private let speaker: Speaker
    private let options: Options
    private let speech: SpeechOptions
    private var cutter: ClauseCutter
    private var waiting: ArraySlice<Clause> = []
    /// Samples produced so far.
    private var position = 0
    /// Samples of silence before the next clause.
    private var rest = 0
    private var hasSpoken = false

    /// Begins a narration in the voice of `synthesizer`.
    public init(synthesizer: any Synthesizer, options: Options = Options()) {
        let speech = SpeechOptions()
        speaker = Speaker(
            synthesizer: synthesizer, voice: options.voice, language: options.language, speed: options.speed,
            style: options.style, outputRate: options.sampleRate, isNormalized: options.isNormalized,
            pronunciations: options.pronunciations)
        self.options = options
        self.speech = speech
        cutter = Self.cutter(options)
    }

    private static func cutter(_ options: Options) -> ClauseCutter {
        var clauses = ClauseOptions()
        if !options.isHasty {
            clauses.firstCommaWords = clauses.commaWords
            clauses.firstPhraseWords = clauses.maximumWords
            clauses.firstMaximumWords = clauses.maximumWords
        }
        return ClauseCutter(options: clauses, phrases: ClausePhrases.of(options.language))
    }

    /// Adds text. Clauses that it completes can be spoken.
    public mutating func add(_ text: String) { waiting += cutter.append(text) }

    /// Makes the remaining text ready to be spoken, as the end of a sentence. More text may follow.
    public mutating func flush() { waiting += cutter.finish() }

    /// Whether the clauses that are ready have no words: "…" is silent.
    public var isSilent: Bool {
        waiting.allSatisfy { speaker.speakable($0).spoken.isEmpty }
    }

    /// Speaks the next clause; nil when there is none.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    public mutating func next() async throws -> Piece? {
        guard let clause = waiting.popFirst() else { return nil }
        var characters = CharacterClock(
            clause: clause.written, start: position + rest, rate: options.sampleRate, isFirst: !hasSpoken)
        var piece = Piece(samples: [], start: Double(position) / Double(options.sampleRate))
        // Clauses of live calls come first.
        try await speaker.speak(clause, priority: .speculation) { part in
            piece.samples += part.samples
            let said = characters.say(part.words)
            piece.written += said.written
            piece.spoken += said.spoken
        }
        // A clause without words is not heard and takes no time.
        if !piece.samples.isEmpty {
            piece.samples.insert(contentsOf: [Float](repeating: 0, count: rest), at: 0)
            position += piece.samples.count
            hasSpoken = true
            let pause = clause.pausesAfter ? (clause.endsSentence ? speech.sentencePause : speech.clausePause) : .zero
            rest = Int(pause / .seconds(1) * Double(options.sampleRate))
        }
        piece.written += characters.rest(at: position)
        return piece
    }
}

/// Computes when each character of a clause is said; the characters of a word share its time.
private struct CharacterClock {
    private let written: [Character]
    /// Where the clause's audio begins, in samples from the narration's beginning.
    private let start: Int
    private let rate: Double
    private var isFirst: Bool
    /// Characters whose times have been returned.
    private var placed = 0
    /// The end of the last word, and the start of spoken words that have no written character of their own yet.
    private var end: Int
    private var open: Int?

    init(clause: String, start: Int, rate: Int, isFirst: Bool) {
        written = Array(clause)
        self.start = start
        self.rate = Double(rate)
        self.isFirst = isFirst
        end = start
    }

    mutating func say(
        _ words: [SpokenWord]
    ) -> (written: [Narration.TimedCharacter], spoken: [Narration.TimedCharacter]) {
        var result: (written: [Narration.TimedCharacter], spoken: [Narration.TimedCharacter]) = ([], [])
        for word in words {
            let range = start + word.samples.lowerBound..<start + word.samples.upperBound
            if !isFirst { result.spoken += place(" ", in: min(end, range.lowerBound)..<range.lowerBound) }
            isFirst = false
            result.spoken += place(Array(word.text), in: range)
            let from = open ?? range.lowerBound
            let count = min(word.writtenEnd, written.count)
            if count > placed {
                let characters = written[placed..<count]
                let spaces = characters.prefix { $0.isWhitespace }
                let trailing = characters.dropFirst(spaces.count).reversed().prefix { $0.isWhitespace }.count
                let core = characters.dropFirst(spaces.count).dropLast(trailing)
                result.written += place(Array(spaces), in: min(end, from)..<from)
                result.written += place(Array(core), in: from..<range.upperBound)
                result.written += place(Array(characters.suffix(trailing)), in: range.upperBound..<range.upperBound)
                placed = count
                open = nil
            } else {
                open = from
            }
            end = range.upperBound
        }
        return result
    }

    /// The characters after the last word, all at the end of the clause.
    mutating func rest(at position: Int) -> [Narration.TimedCharacter] {
        defer { placed = written.count }
        return place(Array(written[placed...]), in: position..<position)
    }

    private func place(_ characters: [Character], in range: Range<Int>) -> [Narration.TimedCharacter] {
        let length = Double(range.count) / Double(max(1, characters.count))
        return characters.enumerated().map { index, character in
            let from = Double(range.lowerBound) + length * Double(index)
            return Narration.TimedCharacter(text: String(character), start: from / rate, end: (from + length) / rate)
        }
    }

    private func place(_ character: Character, in range: Range<Int>) -> [Narration.TimedCharacter] {
        place([character], in: range)
    }
}
