import Engines
import Foundation
import JSON

/// The differences between the APIs of language models: writing a request, and reading the stream of its answer.
protocol ModelAPI: Sendable {
    /// The path after the endpoint's base, such as `/chat/completions`.
    var path: String { get }

    /// Members of a body that are optional, and that some servers refuse.
    var dispensable: Set<String> { get }

    /// The authorization header, and others that the API needs besides the content type.
    func headers(key: String?) -> [(name: String, value: String)]

    /// - Parameter slot: The llama-server slot whose prompt cache the request uses; nil for none.
    func body(
        of request: GenerationRequest, model: String?, slot: Int?, options: RemoteLanguageModel.Options
    ) -> JSONValue

    /// The body without a member that the server has refused, or with the server's alternative for it.
    func body(_ body: JSONValue, without member: String) -> JSONValue

    /// What reads the answers.
    var reader: any AnswerReader.Type { get }
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

/// Assembles one streamed answer from its pieces.
protocol AnswerReader: Sendable {
    /// - Parameters:
    ///   - engine: The engine's name in errors.
    ///   - limit: The most text and arguments of one answer, in bytes.
    init(engine: String, limit: Int)

    /// Whether the answer is complete; nothing is read after it.
    var isFinished: Bool { get }

    /// Takes the data of one event, or the whole answer of a server that does not stream.
    mutating func add(_ payload: String) throws(EngineError) -> [GenerationEvent]

    /// Handles the end of the connection, which cuts an unfinished answer off.
    mutating func endOfStream() throws(EngineError) -> [GenerationEvent]
}

/// The common part of all readers: bounds, tool calls in pieces, the summary.
struct AnswerParts: Sendable {
    struct Call: Sendable {
        var id: String
        var name = ""
        var arguments = ""

        /// Whether the arguments already are a complete JSON object, to which nothing can be added.
        var isWhole: Bool { arguments.hasSuffix("}") && (try? JSONValue(parsing: arguments))?.objectValue != nil }
    }

    let engine: String
    private let limit: Int
    private var size = 0
    private(set) var calls: [Call] = []
    var summary = GenerationSummary(reason: "")
    private(set) var hasText = false

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

    /// Begins a call, and returns its place among the calls of the answer. Of servers that send no id it gets one.
    mutating func beginCall(id: String?) throws(EngineError) -> Int {
        guard calls.count < 128 else {
            throw EngineError(.malformedAnswer, engine: engine, "the model called more than 128 tools at once")
        }
        calls.append(Call(id: id ?? "call_\(UUID().uuidString.lowercased())"))
        return calls.count - 1
    }

    /// Sets the name of a call. It comes whole; some servers repeat it with every piece.
    mutating func name(_ name: String, ofCall place: Int) throws(EngineError) {
        guard !name.isEmpty else { return }
        try grow(by: name)
        calls[place].name = name
    }

    /// Adds a piece of the arguments. Some servers repeat the whole arguments at the end, which changes nothing.
    mutating func arguments(_ text: String, ofCall place: Int) throws(EngineError) {
        try grow(by: text)
        guard calls[place].arguments != text || !calls[place].isWhole else { return }
        calls[place].arguments += text
    }

    /// Replaces the pieces with the whole arguments, for servers that send them at the end.
    mutating func replaceArguments(_ text: String, ofCall place: Int) throws(EngineError) {
        try grow(by: text)
        calls[place].arguments = text
    }

    /// The events of the calls, each of which is returned once.
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

    /// The arguments that the model wrote. Text that is not JSON stays text, so that the model can be told of its
    /// mistake.
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
        EngineError(
            .malformedAnswer, engine: engine, "the model's server sent something that is not a chunk of an answer")
    }

    static func cutOff(_ engine: String) -> EngineError {
        EngineError(.failed, engine: engine, "the answer was cut off")
    }
}
