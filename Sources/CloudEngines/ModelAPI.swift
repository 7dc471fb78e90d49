import Engines
import JSON

/// What differs between the APIs of language models: how a request is written, and how its stream is read.
protocol ModelAPI: Sendable {
    /// Follows the endpoint's base, such as `/chat/completions`.
    var path: String { get }

    /// Members of a body that servers exist that refuse, and that an answer can do without.
    var dispensable: Set<String> { get }

    /// What tells the server who asks, and anything else that the API wants beside the content's type.
    func headers(key: String?) -> [(name: String, value: String)]

    /// - Parameter slot: llama-server's slot, whose prompt cache the request shall use.
    func body(
        of request: GenerationRequest, model: String?, slot: Int?, options: RemoteLanguageModel.Options
    ) -> JSONValue

    /// The body without a member that the server has refused, or with what the server wants in its place.
    func body(_ body: JSONValue, without member: String) -> JSONValue

    func makeReader(engine: String, options: RemoteLanguageModel.Options) -> any AnswerReader
}

extension ModelAPI {
    func headers(key: String?) -> [(name: String, value: String)] {
        key.map { [("authorization", "Bearer \($0)")] } ?? []
    }

    func body(_ body: JSONValue, without member: String) -> JSONValue {
        guard var members = body.objectValue else { return body }
        members[member] = nil
        return .object(members)
    }
}

/// Puts the pieces of one streamed answer together.
protocol AnswerReader: Sendable {
    /// Whether the answer is whole; nothing is read after it.
    var isFinished: Bool { get }

    /// Takes the data of one event of the stream, or the whole answer of a server that does not stream.
    mutating func add(_ payload: String) throws(EngineError) -> [GenerationEvent]

    /// Takes the end of the connection: an answer that was not finished is cut off.
    mutating func endOfStream() throws(EngineError) -> [GenerationEvent]
}

/// What the readers of all APIs do alike: bounds, tool calls in pieces, the summary.
struct AnswerParts: Sendable {
    struct Call: Sendable {
        var id: String
        var name = ""
        var arguments = ""

        /// Whether the arguments are a JSON object already, to which nothing can be added.
        var isWhole: Bool { arguments.hasSuffix("}") && (try? JSONValue(parsing: arguments))?.objectValue != nil }
    }

    let engine: String
    private let limit: Int
    private var size = 0
    private(set) var calls: [Call] = []
    var summary = GenerationSummary(reason: "")
    private(set) var hasText = false

    /// - Parameters:
    ///   - engine: The name that errors carry.
    ///   - limit: The most text and arguments of one answer, in bytes.
    init(engine: String, limit: Int) {
        self.engine = engine
        self.limit = limit
    }

    mutating func text(_ text: String) throws(EngineError) -> [GenerationEvent] {
        guard !text.isEmpty else { return [] }
        try grow(by: text)
        hasText = true
        return [.text(text)]
    }

    /// Returns the place of the call among those of the answer.
    mutating func beginCall(id: String) throws(EngineError) -> Int {
        guard calls.count < 128 else {
            throw EngineError(.malformedAnswer, engine: engine, "the model called more than 128 tools at once")
        }
        calls.append(Call(id: id))
        return calls.count - 1
    }

    /// The name comes whole: servers that repeat it with every piece of the call mean the same one.
    mutating func name(_ name: String, ofCall place: Int) throws(EngineError) {
        guard !name.isEmpty else { return }
        try grow(by: name)
        calls[place].name = name
    }

    /// Adds a piece of the arguments. The whole once more, as some servers end a call, adds nothing.
    mutating func arguments(_ text: String, ofCall place: Int) throws(EngineError) {
        try grow(by: text)
        guard calls[place].arguments != text || !calls[place].isWhole else { return }
        calls[place].arguments += text
    }

    /// In place of the pieces, for servers that send the whole at the end.
    mutating func replaceArguments(_ text: String, ofCall place: Int) throws(EngineError) {
        try grow(by: text)
        calls[place].arguments = text
    }

    /// The calls, each once.
    mutating func takeCalls() throws(EngineError) -> [GenerationEvent] {
        var events: [GenerationEvent] = []
        for call in calls {
            guard !call.name.isEmpty else {
                throw EngineError(.malformedAnswer, engine: engine, "the model called a tool without naming it")
            }
            events.append(.toolCall(ToolCall(id: call.id, name: call.name, arguments: Self.value(call.arguments))))
        }
        calls.removeAll()
        return events
    }

    /// What the model wrote; text that is no JSON stays text, so that the model can be told what it did wrong.
    private static func value(_ text: String) -> JSONValue {
        if text.allSatisfy(\.isWhitespace) { return .object([:]) }
        return (try? JSONValue(parsing: text)) ?? .string(text)
    }

    private mutating func grow(by text: String) throws(EngineError) {
        size += text.utf8.count
        guard size <= limit else {
            throw EngineError(.failed, engine: engine, "the answer is longer than \(limit) bytes")
        }
    }

    static func malformed(_ engine: String) -> EngineError {
        EngineError(.malformedAnswer, engine: engine, "the model's server sent something that is no chunk of an answer")
    }

    static func cutOff(_ engine: String) -> EngineError {
        EngineError(.failed, engine: engine, "the answer was cut off")
    }
}
