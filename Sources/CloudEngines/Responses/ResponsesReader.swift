import Engines
import JSON

/// Reads one streamed answer of OpenAI's Responses API.
struct ResponsesReader: AnswerReader {
    private var parts: AnswerParts
    /// The places of the calls by their items: the item's id or, where it has none, its index.
    private var calls: [String: Int] = [:]
    private(set) var isFinished = false

    init(engine: String, limit: Int) { parts = AnswerParts(engine: engine, limit: limit) }

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
        // Members of a whole, unstreamed answer.
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
        case "response.function_call_arguments.done":
            if let call = calls[place], let whole = event.arguments { try parts.replaceArguments(whole, ofCall: call) }
            return []
        case "response.output_item.done":
            if let item = event.item { try add(whole: item, at: place) }
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

    /// Reads the whole answer of a server that does not stream.
    private mutating func whole(_ json: JSONValue, error: JSONValue?) throws(EngineError) -> [GenerationEvent] {
        if let error, !error.isNull { throw ServerErrorAnswer(error: error).engineError(engine: parts.engine) }
        guard let response = try? json.decode(as: Response.self), response.object == "response" else {
            throw AnswerParts.malformed(parts.engine)
        }
        return try end(response)
    }

    /// Begins an item; one that is announced twice only sets the name of its call.
    private mutating func begin(_ item: Item, at place: String) throws(EngineError) {
        guard item.type == "function_call" else { return }
        let id = item.call_id.flatMap { $0.isEmpty ? nil : $0 }
        let known = calls[place] ?? id.flatMap { id in parts.calls.lastIndex { $0.id == id } }
        let call = if let known { known } else { try parts.beginCall(id: id) }
        calls[place] = call
        try parts.name(item.name ?? "", ofCall: call)
    }

    private mutating func add(whole item: Item, at place: String) throws(EngineError) {
        try begin(item, at: place)
        if let call = calls[place], let whole = item.arguments { try parts.replaceArguments(whole, ofCall: call) }
    }

    private mutating func end(_ response: Response?) throws(EngineError) -> [GenerationEvent] {
        isFinished = true
        var events: [GenerationEvent] = []
        // The end of the stream repeats what was streamed before.
        if !parts.hasText, parts.calls.isEmpty {
            for (index, item) in (response?.output ?? []).enumerated() {
                for content in item.content ?? [] { events += try parts.text(content.text ?? content.refusal ?? "") }
                try add(whole: item, at: String(index))
            }
        }
        let called = try parts.takeCalls()
        events += called
        parts.summary.reason =
            response?.incomplete_details?.reason ?? (called.isEmpty ? response?.status ?? "completed" : "tool_calls")
        parts.summary.inputTokens = response?.usage?.input_tokens
        parts.summary.cachedInputTokens = response?.usage?.input_tokens_details?.cached_tokens
        parts.summary.outputTokens = response?.usage?.output_tokens
        return events + [.finished(parts.summary)]
    }
}

extension String? {
    fileprivate var json: JSONValue { map(JSONValue.string) ?? .null }
}
