import Engines
import JSON

/// Reads one streamed answer of OpenAI's Responses.
struct ResponsesReader: AnswerReader {
    private let makeToolCallID: @Sendable () -> String
    private var parts: AnswerParts
    /// The calls by the item that they are in: its id or, where there is none, its index.
    private var calls: [String: Int] = [:]
    private(set) var isFinished = false

    /// - Parameters:
    ///   - engine: The name that errors carry.
    ///   - limit: The most text and arguments of one answer, in bytes.
    ///   - makeToolCallID: Names the calls of servers that send no ids.
    init(engine: String, limit: Int, makeToolCallID: @escaping @Sendable () -> String) {
        parts = AnswerParts(engine: engine, limit: limit)
        self.makeToolCallID = makeToolCallID
    }

    private struct Item: Decodable {
        struct Content: Decodable {
            var text: String?
            var refusal: String?
        }

        var type: String?
        var id: String?
        var call_id: String?
        var name: String?
        var arguments: String?
        var content: [Content]?
    }

    private struct Response: Decodable {
        struct Usage: Decodable {
            struct Details: Decodable {
                var cached_tokens: Int?
            }

            var input_tokens: Int?
            var output_tokens: Int?
            var input_tokens_details: Details?
        }

        struct Incomplete: Decodable {
            var reason: String?
        }

        var status: String?
        var usage: Usage?
        var incomplete_details: Incomplete?
        var error: JSONValue?
        // Of a whole answer.
        var object: String?
        var output: [Item]?
    }

    private struct Event: Decodable {
        var type: String?
        var output_index: Int?
        var item_id: String?
        var delta: String?
        var arguments: String?
        var item: Item?
        var response: Response?
        var message: String?
        var code: String?
        var error: JSONValue?
    }

    mutating func add(_ payload: String) throws(EngineError) -> [GenerationEvent] {
        guard !isFinished, payload != "[DONE]" else { return [] }
        let json: JSONValue
        let event: Event
        do {
            json = try JSONValue(parsing: payload)
            event = try json.decode()
        } catch {
            throw AnswerParts.malformed(parts.engine)
        }
        let place = event.item_id ?? event.item?.id ?? String(event.output_index ?? 0)
        switch event.type {
        case "response.output_text.delta", "response.refusal.delta":
            return try parts.text(event.delta ?? "")
        case "response.output_item.added":
            if let item = event.item { try begin(item, at: place) }
            return []
        case "response.function_call_arguments.delta":
            if let call = calls[place] { try parts.arguments(event.delta ?? "", ofCall: call) }
            return []
        case "response.output_item.done":
            guard let item = event.item, item.type == "function_call" else { return [] }
            if calls[place] == nil { try begin(item, at: place) }
            if let call = calls[place], let whole = item.arguments { try parts.replaceArguments(whole, ofCall: call) }
            return []
        case "response.completed", "response.incomplete", "response.done":
            return try end(event.response)
        case "response.failed":
            throw ServerErrorAnswer(error: event.response?.error ?? .null).engineError(engine: parts.engine)
        case "error":
            let error = event.error ?? ["message": event.message.json, "code": event.code.json]
            throw ServerErrorAnswer(error: error).engineError(engine: parts.engine)
        case nil:
            return try whole(json, error: event.error)
        default:
            return []
        }
    }

    mutating func endOfStream() throws(EngineError) -> [GenerationEvent] {
        guard isFinished else { throw AnswerParts.cutOff(parts.engine) }
        return []
    }

    /// A server that does not stream.
    private mutating func whole(_ json: JSONValue, error: JSONValue?) throws(EngineError) -> [GenerationEvent] {
        if let error, !error.isNull { throw ServerErrorAnswer(error: error).engineError(engine: parts.engine) }
        guard let response = try? json.decode(as: Response.self), response.object == "response" else {
            throw AnswerParts.malformed(parts.engine)
        }
        var events: [GenerationEvent] = []
        for (index, item) in (response.output ?? []).enumerated() {
            for content in item.content ?? [] { events += try parts.text(content.text ?? content.refusal ?? "") }
            try begin(item, at: String(index))
            if let call = calls[String(index)] { try parts.replaceArguments(item.arguments ?? "", ofCall: call) }
        }
        return try events + end(response)
    }

    private mutating func begin(_ item: Item, at place: String) throws(EngineError) {
        guard item.type == "function_call" else { return }
        let call = try parts.beginCall(id: item.call_id.flatMap { $0.isEmpty ? nil : $0 } ?? makeToolCallID())
        calls[place] = call
        try parts.name(item.name ?? "", ofCall: call)
    }

    private mutating func end(_ response: Response?) throws(EngineError) -> [GenerationEvent] {
        isFinished = true
        let events = try parts.takeCalls()
        parts.summary.reason =
            response?.incomplete_details?.reason ?? (events.isEmpty ? response?.status ?? "completed" : "tool_calls")
        parts.summary.inputTokens = response?.usage?.input_tokens
        parts.summary.cachedInputTokens = response?.usage?.input_tokens_details?.cached_tokens
        parts.summary.outputTokens = response?.usage?.output_tokens
        return events + [.finished(parts.summary)]
    }
}

extension String? {
    fileprivate var json: JSONValue { map(JSONValue.string) ?? .null }
}
