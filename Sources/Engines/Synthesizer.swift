/// A voice, which turns text into speech.
public protocol Synthesizer: Sendable {
    /// The id that records and `doctor` show, such as `piper-en_US-joe-medium`.
    var id: String { get }

    /// The sample rate of its audio, in Hz.
    var sampleRate: Int { get }

    /// Whether audio tags such as `[laughs]` are acted out. Other voices would read them aloud, and are not given them.
    var understandsAudioTags: Bool { get }

    /// The languages that it speaks, BCP-47; `mul` stands for all.
    var languages: [String] { get }

    /// Whether it runs on this machine as part of Parley. Such an engine may be slow under load but does not hang, and
    /// falling back to another one here would be as slow.
    var isEmbedded: Bool { get }

    /// Starts preparations that the first clause would wait for, such as loading a model, and returns at once.
    func prepare()

    /// Speaks one clause. Ending the iteration, or cancelling its task, stops the engine.
    ///
    /// Chunks follow each other without gaps. The stream throws `EngineError`.
    func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error>
}

extension Synthesizer {
    /// False, unless the engine says otherwise, because tags would be read aloud.
    public var understandsAudioTags: Bool { false }

    /// All languages, unless the engine says otherwise.
    public var languages: [String] { ["mul"] }

    /// False, unless the engine says otherwise.
    public var isEmbedded: Bool { false }

    /// Does nothing, because most engines need no preparation.
    public func prepare() {}
}

/// One clause to speak.
public struct SpeechRequest: Sendable, Hashable {
    /// The text to speak: without markup, and with numbers written out.
    public var text: String
    /// The voice's name in the engine; nil for its default.
    public var voice: String?
    /// The language, BCP-47, such as `en`.
    public var language: String
    /// Rate of speech, 0.7 to 1.2; 1 is the voice's own.
    public var speed: Double
    /// The style of speech, for engines that support it.
    public var style: VoiceStyle
    /// The priority among waiting inferences; engines without a queue ignore it.
    public var priority: InferencePriority

    /// Creates a request; the default priority is that of later clauses.
    public init(
        text: String, voice: String? = nil, language: String = "en", speed: Double = 1,
        style: VoiceStyle = VoiceStyle(), priority: InferencePriority = .laterClause
    ) {
        self.text = text
        self.voice = voice
        self.language = language
        self.speed = speed
        self.style = style
        self.priority = priority
    }
}

extension SpeechRequest {
    /// - Parameter limit: The most characters of one clause.
    /// - Throws: `EngineError` in `engine`'s name when the text has more.
    package func check(atMost limit: Int, for engine: String) throws(EngineError) {
        guard text.count <= limit else {
            throw EngineError(
                .rejected, engine: engine,
                "\(text.count) characters are too many for one clause (\(limit) at most)")
        }
    }
}

/// The style of speech; nil members are left to the voice.
public struct VoiceStyle: Sendable, Hashable {
    /// Stability, from lively (0) to steady (1).
    public var stability: Double?
    /// Similarity to the original voice, 0 to 1.
    public var similarityBoost: Double?

    /// Creates a style; nil leaves a member to the voice.
    public init(stability: Double? = nil, similarityBoost: Double? = nil) {
        self.stability = stability
        self.similarityBoost = similarityBoost
    }
}

/// A piece of a clause's audio.
public struct SpeechChunk: Sendable {
    /// Mono samples, −1 to 1, at the synthesizer's rate.
    public var samples: [Float]
    /// The words whose times are known by now, in samples from the start of the clause; empty when the engine reports
    /// none.
    public var words: [WordTiming]

    /// Creates a chunk; without `words`, the times of words can only be estimated.
    public init(samples: [Float], words: [WordTiming] = []) {
        self.samples = samples
        self.words = words
    }
}

/// The time of one word in a clause's audio.
public struct WordTiming: Sendable, Hashable {
    /// The word's position among the whitespace-separated words of the request's text, from 0.
    public var index: Int
    /// The range of its samples, from the start of the clause.
    public var samples: Range<Int>

    /// Creates a timing; `index` counts through the whole clause, not through one chunk.
    public init(index: Int, samples: Range<Int>) {
        self.index = index
        self.samples = samples
    }
}
