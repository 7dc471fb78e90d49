import Engines

/// A service with language models, and the ids by which agents name them.
public struct ModelProvider: Sendable, Hashable {
    /// What people call it, such as `OpenAI`.
    public var name: String
    /// The ids of its models, as `prompt.llm` names them; one that ends in `*` stands for all that begin so.
    public var models: [String]
    /// What the service speaks.
    public var api: LanguageModelAPI
    /// The API's base, such as `https://api.openai.com/v1`.
    public var baseURL: String
    /// Nil where none is wanted.
    public var apiKey: String?
    /// Sent with every request.
    public var headers: [String: String]
    /// The service's own names of models, where they are not the ids.
    public var names: [String: String]
    /// What the models cost, by their ids; `*` at the end of one stands for all that begin so.
    public var prices: [String: ModelPrice]

    /// A service whose models have the names that agents use.
    public init(
        name: String, models: [String], api: LanguageModelAPI = .chatCompletions, baseURL: String,
        apiKey: String? = nil, headers: [String: String] = [:], names: [String: String] = [:],
        prices: [String: ModelPrice] = [:]
    ) {
        self.name = name
        self.models = models
        self.api = api
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.headers = headers
        self.names = names
        self.prices = prices
    }

    /// Where the model `id` is found; nil when it is none of this service's.
    public func endpoint(for id: String) -> LanguageModelEndpoint? {
        guard models.contains(where: { ModelPattern.matches($0, id) }) else { return nil }
        return LanguageModelEndpoint(
            baseURL: baseURL, api: api, model: names[id] ?? id, apiKey: apiKey, headers: headers)
    }

    // MARK: Known services

    /// The services whose keys are in `environment`, by the names that their own SDKs read: `OPENAI_API_KEY`,
    /// `ANTHROPIC_API_KEY`, `GEMINI_API_KEY`, `XAI_API_KEY`. `OPENAI_BASE_URL` and `ANTHROPIC_BASE_URL` lead to others
    /// that speak the same.
    public static func known(in environment: [String: String]) -> [ModelProvider] {
        func value(_ name: String) -> String? {
            let value = environment[name]?.trimmingPrefix { $0.isWhitespace }.description
            return value?.isEmpty == false ? value : nil
        }
        var providers: [ModelProvider] = []
        if let key = value("OPENAI_API_KEY") {
            providers.append(
                ModelProvider(
                    name: "OpenAI", models: Self.openAI + ["gpt-*", "chatgpt-*", "o1*", "o3*", "o4*"],
                    baseURL: value("OPENAI_BASE_URL") ?? "https://api.openai.com/v1", apiKey: key))
        }
        if let key = value("ANTHROPIC_API_KEY") {
            // Its SDKs append the version to the base; here a base has it.
            let base = value("ANTHROPIC_BASE_URL").map { $0.hasSuffix("/v1") ? $0 : "\($0.trimmingSuffix("/"))/v1" }
            providers.append(
                ModelProvider(
                    name: "Anthropic", models: Self.claude + ["claude-*"], api: .messages,
                    baseURL: base ?? "https://api.anthropic.com/v1", apiKey: key, names: Self.claudeNames))
        }
        if let key = value("GEMINI_API_KEY") {
            providers.append(
                ModelProvider(
                    name: "Google", models: Self.gemini + ["gemini-*"],
                    baseURL: "https://generativelanguage.googleapis.com/v1beta/openai", apiKey: key))
        }
        if let key = value("XAI_API_KEY") {
            providers.append(
                ModelProvider(name: "xAI", models: ["grok-*"], baseURL: "https://api.x.ai/v1", apiKey: key))
        }
        return providers
    }

    // The commonest ids of the hosted platform, for lists; all others of the services lead to them too.
    private static let openAI = [
        "gpt-4o-mini", "gpt-4o", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-5", "gpt-5-mini", "gpt-5-nano",
        "gpt-5.1",
        "gpt-5.2", "gpt-5.4", "gpt-5.4-mini", "gpt-5.4-nano", "gpt-5.5",
    ]
    private static let claude = [
        "claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-4-6", "claude-sonnet-5", "claude-opus-4-7",
        "claude-opus-4-8", "claude-sonnet-4", "claude-3-7-sonnet", "claude-3-5-sonnet", "claude-3-haiku",
    ]
    private static let gemini = [
        "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.0-flash", "gemini-2.0-flash-lite", "gemini-3.5-flash",
        "gemini-3.5-flash-lite", "gemini-3.6-flash",
    ]

    /// Ids of the hosted platform that the service knows by another name.
    private static let claudeNames = [
        "claude-3-5-sonnet": "claude-3-5-sonnet-latest", "claude-3-5-sonnet-v1": "claude-3-5-sonnet-20240620",
        "claude-3-7-sonnet": "claude-3-7-sonnet-latest", "claude-3-haiku": "claude-3-haiku-20240307",
        "claude-sonnet-4": "claude-sonnet-4-0",
    ]
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        var text = self
        while text.last == suffix { text.removeLast() }
        return text
    }
}
