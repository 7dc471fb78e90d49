/// Turns text into speech.
public protocol Synthesizer: Sendable {
    /// The name that records and `doctor` show, such as `piper-en_US-joe-medium`.
    var id: String { get }

    /// The rate of all audio that it yields, in Hz.
    var sampleRate: Int { get }

    /// Whether audio tags such as `[laughs]` are acted out. They are kept from all other voices, which would read them
    /// aloud.
    var understandsAudioTags: Bool { get }

    /// What it speaks, BCP-47; `mul` stands for all languages.
    var languages: [String] { get }

    /// Whether it works in this process. Such an engine may be slow when there is much to do, but does not hang, and
    /// another one here would be as slow.
    var isEmbedded: Bool { get }

    /// Begins what the first clause would wait for, such as loading a model, and returns at once.
    func prepare()

    /// Speaks one clause. Ending the iteration, or cancelling its task, stops the engine.
    ///
    /// Chunks follow each other without a gap. The stream throws `EngineError`.
    func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error>
}

extension Synthesizer {
    /// They would be read aloud.
    public var understandsAudioTags: Bool { false }

    /// Every language, unless the engine says otherwise.
    public var languages: [String] { ["mul"] }

    /// Another machine does the work, unless the engine says otherwise.
    public var isEmbedded: Bool { false }

    /// Does nothing: most engines have nothing to wait for.
    public func prepare() {}
}

/// One clause to speak.
public struct SpeechRequest: Sendable, Hashable {
    /// Speakable text: no markup, numbers written as they are said.
    public var text: String
    /// The engine's own name of a voice; nil for its default.
    public var voice: String?
    /// BCP-47 language, such as `en`.
    public var language: String
    /// Rate of speech, 1 is the voice's own, 0.7 to 1.2.
    public var speed: Double
    /// How it is to sound, for engines that can be told.
    public var style: VoiceStyle
    /// Its place among waiting inferences; engines that do not queue ignore it.
    public var priority: InferencePriority

    /// The default priority is that of clauses nobody waits for yet.
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

/// How a voice is to sound; nil members are left to the voice.
public struct VoiceStyle: Sendable, Hashable {
    /// From lively to steady, 0 to 1.
    public var stability: Double?
    /// How close to the original voice, 0 to 1.
    public var similarityBoost: Double?

    /// All left to the voice.
    public init(stability: Double? = nil, similarityBoost: Double? = nil) {
        self.stability = stability
        self.similarityBoost = similarityBoost
    }
}

/// A piece of a clause's audio.
public struct SpeechChunk: Sendable {
    /// Mono samples, −1 to 1, at the synthesizer's rate.
    public var samples: [Float]
    /// Where words begin and end, in samples from the start of the clause; empty when the engine does not tell.
    public var words: [WordTiming]

    /// Without `words`, callers can only guess where in the audio each word is.
    public init(samples: [Float], words: [WordTiming] = []) {
        self.samples = samples
        self.words = words
    }
}

/// The place of one word in a clause's audio.
public struct WordTiming: Sendable, Hashable {
    /// The word's position among the whitespace-separated words of the request's text, from 0.
    public var index: Int
    /// Half-open range in samples from the start of the clause.
    public var samples: Range<Int>

    /// `index` counts from 0 through the whole clause, not through one chunk.
    public init(index: Int, samples: Range<Int>) {
        self.index = index
        self.samples = samples
    }
}
