/// The engines that a server runs with, and how the ids in an agent's configuration lead to them.
public struct EngineCatalog: Sendable {
    /// Shared by all calls; each opens a stream of its own.
    public var voiceActivityDetector: any VoiceActivityDetector
    /// Judges pauses by their sound; nil leaves them to the words.
    public var turnDetector: (any TurnDetector)?
    /// Judges pauses by their words; nil leaves them to rules.
    public var endOfUtteranceModel: (any EndOfUtteranceModel)?
    /// In order of preference; the first is the default. Never empty in a server that takes calls.
    public var transcribers: [any Transcriber]
    /// Chosen by the `id` in an agent's `prompt.llm`; the first is the default.
    public var languageModels: [any LanguageModel]
    /// In order of preference, like `transcribers`.
    public var synthesizers: [any Synthesizer]
    /// Of the machine's own language model, which the calls share; nil where another machine's is the default.
    public var modelLoad: ModelLoad?
    /// Makes a client for an agent's own `prompt.custom_llm` endpoint.
    public var makeLanguageModel: @Sendable (LanguageModelEndpoint) -> any LanguageModel

    /// Lists are in order of preference.
    public init(
        voiceActivityDetector: any VoiceActivityDetector, turnDetector: (any TurnDetector)? = nil,
        endOfUtteranceModel: (any EndOfUtteranceModel)? = nil,
        transcribers: [any Transcriber], languageModels: [any LanguageModel], synthesizers: [any Synthesizer],
        modelLoad: ModelLoad? = nil,
        makeLanguageModel: @escaping @Sendable (LanguageModelEndpoint) -> any LanguageModel
    ) {
        self.voiceActivityDetector = voiceActivityDetector
        self.turnDetector = turnDetector
        self.endOfUtteranceModel = endOfUtteranceModel
        self.transcribers = transcribers
        self.languageModels = languageModels
        self.synthesizers = synthesizers
        self.modelLoad = modelLoad
        self.makeLanguageModel = makeLanguageModel
    }
}

/// An OpenAI-compatible server of language models.
public struct LanguageModelEndpoint: Sendable, Hashable {
    /// The API's base, such as `https://example.com/v1`; `/chat/completions` is appended.
    public var baseURL: String
    /// The `model` member of requests; nil leaves it out.
    public var model: String?
    /// Sent as `Authorization: Bearer …`; nil sends none.
    public var apiKey: String?
    /// Added to every request; one of the same name replaces what the client would send.
    public var headers: [String: String]

    /// Only `baseURL` is required, as for a local server without keys.
    public init(baseURL: String, model: String? = nil, apiKey: String? = nil, headers: [String: String] = [:]) {
        self.baseURL = baseURL
        self.model = model
        self.apiKey = apiKey
        self.headers = headers
    }
}
