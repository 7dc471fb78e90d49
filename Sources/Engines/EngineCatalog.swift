/// The engines of a server, which agents' configurations select by their ids.
public struct EngineCatalog: Sendable {
    /// The voice activity detector, which all calls share; each opens a stream of its own.
    public var voiceActivityDetector: any VoiceActivityDetector
    /// Judges the sound of pauses; nil leaves that to the words.
    public var turnDetector: (any TurnDetector)?
    /// Judges the words before pauses; nil leaves that to rules.
    public var endOfUtteranceModel: (any EndOfUtteranceModel)?
    /// Suppresses noise in callers' speech; nil for none.
    public var noiseSuppressor: (any NoiseSuppressor)?
    /// The recognisers in order of preference; the first is the default. Never empty in a server that takes calls.
    public var transcribers: [any Transcriber]
    /// Tells which of a call's languages is spoken; nil leaves that to the language model.
    public var languageIdentifier: (any LanguageIdentifier)?
    /// The language models, chosen by the `id` in an agent's `prompt.llm`; the first is the default.
    public var languageModels: [any LanguageModel]
    /// The voices in order of preference; the first is the default.
    public var synthesizers: [any Synthesizer]
    /// The load of the machine's own language model, which calls share; nil where the default model is on another
    /// machine.
    public var modelLoad: ModelLoad?
    /// The health of engines that have fallbacks, over all calls.
    public var health = EngineHealth()
    /// Finds a model of another service by the `id` in an agent's `prompt.llm`; returns nil for unknown ids.
    public var findLanguageModel: @Sendable (String) -> (any LanguageModel)?
    /// Makes a client for an agent's own `prompt.custom_llm` endpoint.
    public var makeLanguageModel: @Sendable (LanguageModelEndpoint) -> any LanguageModel

    /// Creates a catalog; the lists are in order of preference.
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

/// The API of a server of language models.
public enum LanguageModelAPI: String, Sendable, Hashable, Codable, CaseIterable {
    /// OpenAI's Chat Completions, and compatible APIs.
    case chatCompletions = "chat_completions"
    /// OpenAI's Responses API.
    case responses
    /// Anthropic's Messages API.
    case messages
}

/// The endpoint of a language model: a server, its API and the model.
public struct LanguageModelEndpoint: Sendable, Hashable {
    /// The API's base URL, such as `https://example.com/v1`; the API's own path, such as `/chat/completions`, is
    /// appended.
    public var baseURL: String
    /// The API that the server speaks.
    public var api: LanguageModelAPI
    /// The `model` member of requests; nil leaves it out.
    public var model: String?
    /// The API key, sent as `Authorization: Bearer …`, or as `x-api-key` for Messages; nil for none.
    public var apiKey: String?
    /// Headers of every request; one with the name of a header of the client's replaces it.
    public var headers: [String: String]
    /// Whether the model takes images.
    public var seesImages: Bool

    /// Creates an endpoint; `baseURL` alone is enough for a local server without keys.
    public init(
        baseURL: String, api: LanguageModelAPI = .chatCompletions, model: String? = nil, apiKey: String? = nil,
        headers: [String: String] = [:], seesImages: Bool = false
    ) {
        self.baseURL = baseURL
        self.api = api
        self.model = model
        self.apiKey = apiKey
        self.headers = headers
        self.seesImages = seesImages
    }
}
