import JSON

/// Answers in text, streamed.
public protocol LanguageModel: Sendable {
    /// The model's id as records show it.
    var id: String { get }

    /// The most tokens of prompt and answer together; nil when it is not known, or too many to matter in a call.
    var contextLength: Int? { get }

    /// Opens what one call holds for its whole length, such as a slot with its prompt cache.
    func openSession() async -> any LanguageModelSession
}

extension LanguageModel {
    /// Not known.
    public var contextLength: Int? { nil }
}

/// One call's use of a language model.
public protocol LanguageModelSession: Sendable {
    /// Starts a generation. Ending the iteration, or cancelling its task, stops the model.
    ///
    /// The stream throws `EngineError`.
    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error>

    /// Fills the prompt cache with `request`'s messages, so that a later `generate` that starts with the same
    /// messages answers sooner. Where there is no such cache, a connection may be opened for it.
    func prefill(_ request: GenerationRequest) async throws

    /// Gives back what the session holds.
    func close() async
}

/// What a model is asked for.
public struct GenerationRequest: Sendable, Hashable {
    /// The whole context, oldest first; models keep nothing between requests but a cache.
    public var messages: [ChatMessage]
    /// Empty when the model may only speak.
    public var tools: [ToolDefinition]
    /// Sampling temperature; nil leaves it to the engine.
    public var temperature: Double?
    /// Upper bound in tokens; nil leaves it to the engine.
    public var maxTokens: Int?
    /// Passed on where the provider has the field.
    public var reasoningEffort: String?
    /// Whether several tools may be called at once; nil leaves it to the provider.
    public var allowsParallelTools: Bool?
    /// The conversation's user id, for providers that take one.
    public var userID: String?
    /// A time zone's name, such as `Europe/Vienna`, in which "tomorrow" is reckoned; nil: UTC.
    public var timezone: String?
    /// Members added to the request body as they are, such as `elevenlabs_extra_body`.
    public var extraBody: [String: JSONValue]

    /// Only `messages` is required; all else is left to the engine.
    public init(
        messages: [ChatMessage], tools: [ToolDefinition] = [], temperature: Double? = nil, maxTokens: Int? = nil,
        reasoningEffort: String? = nil, allowsParallelTools: Bool? = nil, userID: String? = nil,
        timezone: String? = nil,
        extraBody: [String: JSONValue] = [:]
    ) {
        self.messages = messages
        self.tools = tools
        self.temperature = temperature
        self.maxTokens = maxTokens
        self.reasoningEffort = reasoningEffort
        self.allowsParallelTools = allowsParallelTools
        self.userID = userID
        self.timezone = timezone
        self.extraBody = extraBody
    }
}

/// One entry of a model's context.
public enum ChatMessage: Sendable, Hashable {
    case system(String)
    case user(String)
    case assistant(String, toolCalls: [ToolCall] = [])
    case tool(callID: String, result: String)
}

/// A function that the model may call.
public struct ToolDefinition: Sendable, Hashable {
    /// What the model calls it by; no two tools of a request may share one.
    public var name: String
    /// Tells the model what the tool is for and when to call it.
    public var description: String
    /// A JSON Schema object.
    public var parameters: JSONValue

    /// `parameters` is passed on unchecked.
    public init(name: String, description: String, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}

/// A call of a function, complete.
public struct ToolCall: Sendable, Hashable {
    /// Ties the tool's result to the call; no other call of the conversation has it.
    public var id: String
    /// The tool's name as the model wrote it, which may be of no tool at all.
    public var name: String
    /// The arguments as the model wrote them; an object unless the model erred.
    public var arguments: JSONValue

    /// A call whose arguments have all arrived.
    public init(id: String, name: String, arguments: JSONValue) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// What a generation yields, in order; `finished` comes last.
public enum GenerationEvent: Sendable, Hashable {
    case text(String)
    case toolCall(ToolCall)
    case finished(GenerationSummary)
}

/// How a generation ended and what it used.
public struct GenerationSummary: Sendable, Hashable {
    /// The provider's word, such as `stop`, `length` or `tool_calls`.
    public var reason: String
    /// Which model it was; nil for the one that was asked.
    public var model: String?
    /// Tokens of the prompt, cached ones included; nil when the provider does not count.
    public var inputTokens: Int?
    /// Those of `inputTokens` that came from a prompt cache; nil when the provider does not tell.
    public var cachedInputTokens: Int?
    /// Tokens of the answer, tool calls included; nil when the provider does not count.
    public var outputTokens: Int?

    /// Counts that are not given are unknown, not zero.
    public init(reason: String, inputTokens: Int? = nil, cachedInputTokens: Int? = nil, outputTokens: Int? = nil) {
        self.reason = reason
        self.inputTokens = inputTokens
        self.cachedInputTokens = cachedInputTokens
        self.outputTokens = outputTokens
    }
}
