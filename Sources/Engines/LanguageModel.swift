import JSON

/// A language model that streams its answers.
public protocol LanguageModel: Sendable {
    /// The model's id in records.
    var id: String { get }

    /// The most tokens of prompt and answer together; nil when unknown, or too large to matter in a call.
    var contextLength: Int? { get }

    /// Whether the model is shown images. One that is not gets requests without any: see
    /// `GenerationRequest.hidingImages`.
    var seesImages: Bool { get }

    /// Opens a session for one call, which may reserve resources such as a slot with a prompt cache.
    func openSession() async -> any LanguageModelSession
}

extension LanguageModel {
    /// Nil: the context length is unknown, unless the engine states it.
    public var contextLength: Int? { nil }

    /// False: images are only for engines that are known to take them.
    public var seesImages: Bool { false }
}

/// The use of a language model by one call.
public protocol LanguageModelSession: Sendable {
    /// Starts a generation. Ending the iteration, or cancelling its task, stops the model.
    ///
    /// The stream throws `EngineError`.
    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error>

    /// Fills the prompt cache with `request`'s messages, so that a later `generate` that begins with the same messages
    /// answers sooner. An engine without such a cache may open a connection instead.
    func prefill(_ request: GenerationRequest) async throws

    /// Releases the session's resources.
    func close() async
}

/// A request for an answer.
public struct GenerationRequest: Sendable, Hashable {
    /// The whole context, oldest first; models keep no state between requests but a cache.
    public var messages: [ChatMessage]
    /// The tools that the model may call; empty when it may only speak.
    public var tools: [ToolDefinition]
    /// Sampling temperature; nil leaves it to the engine.
    public var temperature: Double?
    /// Most tokens of the answer; nil leaves it to the engine.
    public var maxTokens: Int?
    /// The reasoning effort, for providers that have the setting; nil leaves it to the engine.
    public var reasoningEffort: String?
    /// Whether several tools may be called at once; nil leaves it to the provider.
    public var allowsParallelTools: Bool?
    /// The conversation's user id, for providers that accept one.
    public var userID: String?
    /// A time zone's name, such as `Europe/Vienna`, for the meaning of "tomorrow"; nil for UTC.
    public var timezone: String?
    /// The language of the conversation, BCP-47, for engines that say something without asking a model; nil for English.
    public var language: String?
    /// What may be answered by a model that is too small to follow the note at the end of the messages; nil where there is
    /// no such note.
    public var plainAnswer: String?
    /// The calls whose results came when the caller had gone on to something else, and have not been told yet: for
    /// engines that tell results without asking a model.
    public var untold: Set<String> = []
    /// Tools that the conversation calls by itself when it is time: models that choose badly need not choose them.
    public var automaticTools: Set<String> = []
    /// What was said before the conversation changed into `language`; nil when it has not changed, for models that go on in the
    /// language of what was said last.
    public var formerLanguage: FormerLanguage?
    /// Members that are added to the request body unchanged, such as `elevenlabs_extra_body`.
    public var extraBody: [String: JSONValue]

    /// Creates a request; everything but `messages` may be left to the engine.
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

/// The part of a conversation that was held in another language.
public struct FormerLanguage: Sendable, Hashable {
    /// How many of the user's messages belong to it, from the first one on.
    public var userMessages: Int
    /// What the agent would have opened the conversation with in the present language; empty when that is unknown.
    public var opening: String

    /// The part before the user's message number `userMessages`.
    public init(userMessages: Int, opening: String) {
        self.userMessages = userMessages
        self.opening = opening
    }
}

/// One entry of a model's context.
public enum ChatMessage: Sendable, Hashable {
    case system(String)
    /// The images come before the text, which says what they are.
    case user(String, images: [ModelImage] = [])
    case assistant(String, toolCalls: [ToolCall] = [])
    /// The result is a text for models; `kind` is what callers can be told of it.
    case tool(callID: String, result: String, kind: ToolResultKind = .answer)
}

/// What became of a tool, for engines that tell callers of a result without asking a model.
public enum ToolResultKind: Sendable, Hashable {
    /// The text is the tool's own: words or data.
    case answer
    /// The tool is done, and the text is a note for the model.
    case done
    /// The same, and callers are told nothing of it: what it changed, such as the language, they hear.
    case settled
    /// The tool has failed. The text is "Error:" and the reason, which is a note for the model unless `isTold`.
    case failed(isTold: Bool)
    /// The tool still runs, and the text is a note for the model.
    case running
}

/// An image for a model that sees.
public struct ModelImage: Sendable, Hashable {
    /// Tells it from the conversation's other images.
    public var id: String
    /// `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    public var mimeType: String
    /// The file in base 64, as every API wants it; made once, because the image is sent with every request.
    public var base64: String

    /// An image whose content is of the type `mimeType`.
    public init(id: String, mimeType: String, base64: String) {
        self.id = id
        self.mimeType = mimeType
        self.base64 = base64
    }

    /// The image as a `data:` URL.
    public var dataURL: String { "data:\(mimeType);base64,\(base64)" }
}

extension GenerationRequest {
    /// All images in it, oldest first.
    public var images: [ModelImage] {
        messages.flatMap { if case .user(_, let images) = $0 { images } else { [ModelImage]() } }
    }

    /// Whether there are images in it.
    public var hasImages: Bool {
        messages.contains { if case .user(_, let images) = $0 { !images.isEmpty } else { false } }
    }

    /// The request for a model that cannot see images, or not those whose ids are in `hidden`: in their place it is told
    /// so.
    public func hidingImages(_ hidden: Set<String>? = nil) -> GenerationRequest {
        guard hasImages, hidden?.isEmpty != true else { return self }
        var request = self
        request.messages = messages.map { message in
            guard case .user(let text, let images) = message else { return message }
            let shown = images.filter { hidden?.contains($0.id) == false }
            guard shown.count < images.count else { return message }
            return .user("\(Self.unseen(images.count - shown.count))\n\(text)", images: shown)
        }
        return request
    }

    private static func unseen(_ count: Int) -> String {
        let what = count == 1 ? "an image" : "\(count) images"
        return "(The user sends \(what), which you cannot see. Say so if it matters, and ask what is on it.)"
    }
}

/// A function that the model may call.
public struct ToolDefinition: Sendable, Hashable {
    /// The function's name, which must be unique within a request.
    public var name: String
    /// Tells the model the purpose of the function, and when to call it.
    public var description: String
    /// The parameters, a JSON Schema object.
    public var parameters: JSONValue
    /// The cases among which its arguments choose, which the description tells too; empty where they are free.
    public var cases: [Case]

    /// One of the cases for which a function may be called.
    public struct Case: Sendable, Hashable {
        /// When it is to be called, in the owner's words.
        public var condition: String
        /// The arguments of that call.
        public var arguments: JSONValue

        /// Creates a case.
        public init(condition: String, arguments: JSONValue) {
            self.condition = condition
            self.arguments = arguments
        }
    }

    /// Creates a definition; `parameters` is not checked.
    public init(name: String, description: String, parameters: JSONValue, cases: [Case] = []) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.cases = cases
    }
}

/// A complete call of a function.
public struct ToolCall: Sendable, Hashable {
    /// The id that links the result to the call, unique in the conversation.
    public var id: String
    /// The tool's name as the model wrote it; there may be no such tool.
    public var name: String
    /// The arguments as the model wrote them; an object unless the model made a mistake.
    public var arguments: JSONValue

    /// Creates a call whose arguments are complete.
    public init(id: String, name: String, arguments: JSONValue) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// An event of a generation, in order; `finished` comes last.
public enum GenerationEvent: Sendable, Hashable {
    case text(String)
    case toolCall(ToolCall)
    case finished(GenerationSummary)
}

/// How a generation ended, and the tokens it used.
public struct GenerationSummary: Sendable, Hashable {
    /// The reason in the provider's terms, such as `stop`, `length` or `tool_calls`.
    public var reason: String
    /// The id of the model that answered; nil for the one that was asked.
    public var model: String?
    /// Tokens of the prompt, including cached ones; nil when the provider does not report them.
    public var inputTokens: Int?
    /// The part of `inputTokens` that came from a prompt cache; nil when the provider does not report it.
    public var cachedInputTokens: Int?
    /// Tokens of the answer, including tool calls; nil when the provider does not report them.
    public var outputTokens: Int?

    /// Creates a summary; counts that are left out are unknown, not zero.
    public init(reason: String, inputTokens: Int? = nil, cachedInputTokens: Int? = nil, outputTokens: Int? = nil) {
        self.reason = reason
        self.inputTokens = inputTokens
        self.cachedInputTokens = cachedInputTokens
        self.outputTokens = outputTokens
    }
}
