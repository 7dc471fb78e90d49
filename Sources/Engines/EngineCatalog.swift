/// The engines that a server runs with, and how the ids in an agent's configuration lead to them.
public struct EngineCatalog: Sendable {
    /// Shared by all calls; each opens a stream of its own.
    public var voiceActivityDetector: any VoiceActivityDetector
    /// Judges pauses by their sound; nil leaves them to the words.
    public var turnDetector: (any TurnDetector)?
    /// Judges pauses by their words; nil leaves them to rules.
    public var endOfUtteranceModel: (any EndOfUtteranceModel)?
    /// Cleans the speech of callers in noise; nil leaves it as it is.
    public var noiseSuppressor: (any NoiseSuppressor)?
    /// In order of preference; the first is the default. Never empty in a server that takes calls.
    public var transcribers: [any Transcriber]
    /// Chosen by the `id` in an agent's `prompt.llm`; the first is the default.
    public var languageModels: [any LanguageModel]
    /// In order of preference, like `transcribers`.
    public var synthesizers: [any Synthesizer]
    /// Of the machine's own language model, which the calls share; nil where another machine's is the default.
    public var modelLoad: ModelLoad?
    /// How the engines do that have others to stand in for them, over all calls.
    public var health = EngineHealth()
    /// Another service's model by the `id` in an agent's `prompt.llm`; nil for ids that lead to none.
    public var findLanguageModel: @Sendable (String) -> (any LanguageModel)?
    /// Makes a client for an agent's own `prompt.custom_llm` endpoint.
    public var makeLanguageModel: @Sendable (LanguageModelEndpoint) -> any LanguageModel

    /// Lists are in order of preference.
    public init(
        voiceActivityDetector: any VoiceActivityDetector, turnDetector: (any TurnDetector)? = nil,
        endOfUtteranceModel: (any EndOfUtteranceModel)? = nil, noiseSuppressor: (any NoiseSuppressor)? = nil,
        transcribers: [any Transcriber], languageModels: [any LanguageModel], synthesizers: [any Synthesizer],
        modelLoad: ModelLoad? = nil,
        findLanguageModel: @escaping @Sendable (String) -> (any LanguageModel)? = { _ in nil },
        makeLanguageModel: @escaping @Sendable (LanguageModelEndpoint) -> any LanguageModel
    ) {
        self.voiceActivityDetector = voiceActivityDetector
        self.turnDetector = turnDetector
        self.endOfUtteranceModel = endOfUtteranceModel
        self.noiseSuppressor = noiseSuppressor
        self.transcribers = transcribers
        self.languageModels = languageModels
        self.synthesizers = synthesizers
        self.modelLoad = modelLoad
        self.findLanguageModel = findLanguageModel
        self.makeLanguageModel = makeLanguageModel
    }
}

/// How a server of language models is spoken to.
public enum LanguageModelAPI: String, Sendable, Hashable, Codable, CaseIterable {
    /// OpenAI's Chat Completions, and all that are compatible with it.
    case chatCompletions = "chat_completions"
    /// OpenAI's Responses.
    case responses
    /// Anthropic's Messages.
    case messages
}

/// A server of language models.
public struct LanguageModelEndpoint: Sendable, Hashable {
    /// The API's base, such as `https://example.com/v1`; the API's own path, such as `/chat/completions`, is appended.
    public var baseURL: String
    /// What the server speaks.
    public var api: LanguageModelAPI
    /// The `model` member of requests; nil leaves it out.
    public var model: String?
    /// Sent as `Authorization: Bearer …`, or as `x-api-key` for Messages; nil sends none.
    public var apiKey: String?
    /// Added to every request; one of the same name replaces what the client would send.
    public var headers: [String: String]

    /// Only `baseURL` is required, as for a local server without keys.
    public init(
        baseURL: String, api: LanguageModelAPI = .chatCompletions, model: String? = nil, apiKey: String? = nil,
        headers: [String: String] = [:]
    ) {
        self.baseURL = baseURL
        self.api = api
        self.model = model
        self.apiKey = apiKey
        self.headers = headers
    }
}
