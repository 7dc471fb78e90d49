/// A recogniser, which turns speech into text.
public protocol Transcriber: Sendable {
    /// The id that records and `doctor` show, such as `moonshine-tiny-en`.
    var id: String { get }

    /// The least time between two partial transcripts of an utterance; nil for transcripts at pauses only, because each
    /// costs as much as one of the whole utterance.
    var partialInterval: Duration? { get }

    /// The languages that it understands, BCP-47; `mul` stands for all.
    var languages: [String] { get }

    /// Whether it runs on this machine as part of Parley. Such an engine may be slow under load but does not hang, and
    /// falling back to another one here would be as slow.
    var isEmbedded: Bool { get }

    /// Starts preparations that the first utterance would wait for, such as loading a model, and returns at once.
    func prepare()

    /// Opens one utterance: a stretch of one caller's speech, pauses included.
    func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription
}

extension Transcriber {
    /// Zero: partial transcripts as often as they are wanted, unless the engine says otherwise.
    public var partialInterval: Duration? { .zero }

    /// All languages, unless the engine says otherwise.
    public var languages: [String] { ["mul"] }

    /// False, unless the engine says otherwise.
    public var isEmbedded: Bool { false }

    /// Does nothing, because most engines need no preparation.
    public func prepare() {}
}

/// Hints for a recogniser, which ignores those that it cannot use.
public struct TranscriptionHints: Sendable, Hashable {
    /// The language of the call, BCP-47, such as `en`; `und` where it is not known: what can detect it does.
    public var language: String
    /// Words that are likely to be said.
    public var keywords: [String]
    /// Whether letters and digits are expected that are said one by one, as of a code or a name.
    public var isSpelled: Bool
    /// Whether this is no call, such as a recording, so that calls have priority.
    public var isOffline: Bool

    /// Creates hints; the defaults are English on a call, without keywords, of somebody who spells nothing.
    public init(
        language: String = "en", keywords: [String] = [], isSpelled: Bool = false, isOffline: Bool = false
    ) {
        self.language = language
        self.keywords = keywords
        self.isSpelled = isSpelled
        self.isOffline = isOffline
    }
}

/// The transcription of one utterance.
public protocol UtteranceTranscription: Actor {
    /// Adds mono samples at 16 kHz, −1 to 1, which directly follow the previous ones.
    func append(_ samples: [Float]) async throws

    /// The transcript of everything appended so far.
    ///
    /// It may be called any number of times, with more audio in between. A final transcript flushes the engine instead
    /// of waiting for its time-outs.
    ///
    /// - Throws: `EngineError`, or `CancellationError` when the task was cancelled while it waited.
    func transcript(_ finality: TranscriptFinality) async throws -> Transcript

    /// Ends the utterance; nothing may be called afterwards.
    func close() async
}

/// The finality of a transcript, which decides its priority.
public enum TranscriptFinality: Sendable, Hashable {
    case partial
    case final
}

/// A transcript.
public struct Transcript: Sendable, Hashable {
    /// The text with the engine's punctuation and case; empty when nothing was understood.
    public var text: String
    /// The language, BCP-47; nil when the engine does not report it.
    public var language: String?
    /// The words of `text` with their times, in order; empty when the engine does not report them.
    public var words: [TimedWord]
    /// The engine that made the transcript, where there are fallbacks; nil for the one that was asked.
    public var engine: String?

    /// Creates a transcript; `text` is not trimmed.
    public init(text: String, language: String? = nil, words: [TimedWord] = [], engine: String? = nil) {
        self.text = text
        self.language = language
        self.words = words
        self.engine = engine
    }
}

/// A word with its time in an utterance's audio.
public struct TimedWord: Sendable, Hashable {
    /// The word with its punctuation.
    public var text: String
    /// When it was said, in seconds from the utterance's first sample.
    public var range: Range<Double>

    /// Creates a word; `range` includes pauses before it.
    public init(text: String, range: Range<Double>) {
        self.text = text
        self.range = range
    }
}
