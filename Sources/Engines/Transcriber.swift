/// Turns speech into text.
public protocol Transcriber: Sendable {
    /// The name that records and `doctor` show, such as `moonshine-tiny-en`.
    var id: String { get }

    /// The least time between two partial transcripts of an utterance; nil where only pauses are to be transcribed,
    /// because each transcript costs as much as the whole.
    var partialInterval: Duration? { get }

    /// What it understands, BCP-47; `mul` stands for all languages.
    var languages: [String] { get }

    /// Whether it works in this process. Such an engine may be slow when there is much to do, but does not hang, and
    /// another one here would be as slow.
    var isEmbedded: Bool { get }

    /// Begins what the first utterance would wait for, such as loading a model, and returns at once.
    func prepare()

    /// Opens one utterance: a stretch of one caller's speech, pauses included.
    func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription
}

extension Transcriber {
    /// As often as they are wanted.
    public var partialInterval: Duration? { .zero }

    /// Every language, unless the engine says otherwise.
    public var languages: [String] { ["mul"] }

    /// Another machine does the work, unless the engine says otherwise.
    public var isEmbedded: Bool { false }

    /// Does nothing: most engines have nothing to wait for.
    public func prepare() {}
}

/// What helps a recogniser: engines ignore what they cannot use.
public struct TranscriptionHints: Sendable, Hashable {
    /// BCP-47 language of the call, such as `en`.
    public var language: String
    /// Words that are likely to be said.
    public var keywords: [String]
    /// Nobody is on the line, as with a recording: calls come first.
    public var isOffline: Bool

    /// English on a call, without keywords, unless told otherwise.
    public init(language: String = "en", keywords: [String] = [], isOffline: Bool = false) {
        self.language = language
        self.keywords = keywords
        self.isOffline = isOffline
    }
}

/// One utterance on its way to text.
public protocol UtteranceTranscription: Actor {
    /// Adds mono samples at 16 kHz, −1 to 1, directly after those before.
    func append(_ samples: [Float]) async throws

    /// The transcript of everything appended so far.
    ///
    /// May be asked for any number of times, with more audio between; a final one flushes the engine instead of
    /// waiting for its time-outs.
    ///
    /// - Throws: `EngineError`, or `CancellationError` when the task was cancelled while it waited.
    func transcript(_ finality: TranscriptFinality) async throws -> Transcript

    /// Ends the utterance; nothing is asked of it afterwards.
    func close() async
}

/// How much a transcript is relied upon, which decides its place in the queue.
public enum TranscriptFinality: Sendable, Hashable {
    case partial
    case final
}

/// What was heard.
public struct Transcript: Sendable, Hashable {
    /// The words with the engine's punctuation and case; empty when nothing was understood.
    public var text: String
    /// BCP-47 language, when the engine tells.
    public var language: String?
    /// Where the words of `text` are, in order; empty when the engine does not tell.
    public var words: [TimedWord]
    /// Which engine understood it, where one may stand in for another; nil for the one that was asked.
    public var engine: String?

    /// Keeps `text` as given, untrimmed.
    public init(text: String, language: String? = nil, words: [TimedWord] = [], engine: String? = nil) {
        self.text = text
        self.language = language
        self.words = words
        self.engine = engine
    }
}

/// A word with its place in an utterance's audio.
public struct TimedWord: Sendable, Hashable {
    /// With the punctuation that belongs to it.
    public var text: String
    /// Seconds from the utterance's first sample.
    public var range: Range<Double>

    /// `range` counts pauses too.
    public init(text: String, range: Range<Double>) {
        self.text = text
        self.range = range
    }
}
