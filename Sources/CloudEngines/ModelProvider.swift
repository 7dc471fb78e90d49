import Engines

/// A service with language models, and the ids by which agents name them.
public struct ModelProvider: Sendable, Hashable {
    /// The name for people, such as `OpenAI`.
    public var name: String
    /// The ids of its models in `prompt.llm`; one that ends in `*` stands for every id that begins so.
    public var models: [String]
    /// The API that the service speaks.
    public var api = LanguageModelAPI.chatCompletions
    /// The service's URL and key.
    public var endpoint: ServiceEndpoint
    /// The service's names of models whose ids differ, by id.
    public var names: [String: String] = [:]
    /// Prices of the models by id; `*` at the end of an id stands for every id that begins so.
    public var prices: [String: ModelPrice] = [:]
    /// The ids of models that take images; one that ends in `*` stands for every id that begins so.
    public var imageInput: [String] = []

    /// The endpoint of the model `id`; nil when it is not one of this service's.
    public func endpoint(for id: String) -> LanguageModelEndpoint? {
        guard models.contains(where: { ModelPattern.matches($0, id) }) else { return nil }
        return LanguageModelEndpoint(
            baseURL: endpoint.baseURL, api: api, model: names[id] ?? id, apiKey: endpoint.apiKey,
            headers: endpoint.headers, seesImages: imageInput.contains { ModelPattern.matches($0, id) })
    }

    // MARK: Known services

    /// The services whose keys are in `environment`, under the names that their own SDKs read: `OPENAI_API_KEY`,
    /// `ANTHROPIC_API_KEY`, `GEMINI_API_KEY`, `XAI_API_KEY`. `OPENAI_BASE_URL` and `ANTHROPIC_BASE_URL` select other
    /// servers with the same API.
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
                    endpoint: ServiceEndpoint(
                        baseURL: value("OPENAI_BASE_URL") ?? "https://api.openai.com/v1", apiKey: key),
                    imageInput: Self.seeingOpenAI))
        }
        if let key = value("ANTHROPIC_API_KEY") {
            // Anthropic's SDKs append the version to the base; here the base includes it.
            let base = value("ANTHROPIC_BASE_URL").map { $0.hasSuffix("/v1") ? $0 : "\($0.trimmingSuffix("/"))/v1" }
            providers.append(
                ModelProvider(
                    name: "Anthropic", models: Self.claude + ["claude-*"], api: .messages,
                    endpoint: ServiceEndpoint(baseURL: base ?? "https://api.anthropic.com/v1", apiKey: key),
                    names: Self.claudeNames, imageInput: ["claude-*"]))
        }
        if let key = value("GEMINI_API_KEY") {
            providers.append(
                ModelProvider(
                    name: "Google", models: Self.gemini + ["gemini-*"],
                    endpoint: ServiceEndpoint(
                        baseURL: "https://generativelanguage.googleapis.com/v1beta/openai", apiKey: key),
                    imageInput: ["gemini-*"]))
        }
        if let key = value("XAI_API_KEY") {
            providers.append(
                ModelProvider(
                    name: "xAI", models: ["grok-*"],
                    endpoint: ServiceEndpoint(baseURL: "https://api.x.ai/v1", apiKey: key),
                    imageInput: ["grok-4*", "grok-2-vision*"]))
        }
        return providers
    }

    // The most common ids of the hosted platform, for lists; the services accept their other models too.
    private static let openAI = [
        "gpt-4o-mini", "gpt-4o", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-5", "gpt-5-mini", "gpt-5-nano",
        "gpt-5.1", "gpt-5.2", "gpt-5.4", "gpt-5.4-mini", "gpt-5.4-nano", "gpt-5.5",
    ]
    /// OpenAI's models that take images, as its documentation lists them; its small reasoning models before o4 do not.
    private static let seeingOpenAI = [
        "gpt-4o*", "chatgpt-4o*", "gpt-4-turbo*", "gpt-4.1*", "gpt-4.5*", "gpt-5*", "o1", "o1-2*", "o1-pro*", "o3",
        "o3-2*", "o3-pro*", "o4-mini*",
    ]
    private static let claude = [
        "claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-4-6", "claude-sonnet-5", "claude-opus-4-7",
        "claude-opus-4-8", "claude-sonnet-4", "claude-3-7-sonnet", "claude-3-5-sonnet", "claude-3-haiku",
    ]
    private static let gemini = [
        "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.0-flash", "gemini-2.0-flash-lite", "gemini-3.5-flash",
        "gemini-3.5-flash-lite", "gemini-3.6-flash",
    ]

    /// Names of the service for ids of the hosted platform that differ.
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
