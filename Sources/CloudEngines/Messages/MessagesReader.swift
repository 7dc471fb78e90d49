import Engines
import Foundation
import JSON

/// Reads one streamed answer of Anthropic's Messages API.
struct MessagesReader: AnswerReader {
    private var parts: AnswerParts
    /// The places of the calls being written, by the indices of their blocks.
    private var calls: [Int: Int] = [:]
    /// Calls whose block began with arguments, as long as no pieces of arguments have come.
    private var announced: Set<Int> = []
    private var stopReason: String?
    private(set) var isFinished = false

    init(engine: String, limit: Int) { parts = AnswerParts(engine: engine, limit: limit) }

    private struct Event: Decodable {
        struct Block: Decodable {
            var type: String
            var text: String?
            var id: String?
            var name: String?
            var input: JSONValue?
        }

        struct Delta: Decodable {
            var type: String?
            var text: String?
            var partial_json: String?
            var stop_reason: String?
        }

        struct Usage: Decodable {
            var input_tokens: Int?
            var cache_read_input_tokens: Int?
            var cache_creation_input_tokens: Int?
            var output_tokens: Int?
        }

        struct Message: Decodable {
            var usage: Usage?
        }

        var type: String
        var index: Int?
        var message: Message?
        var content_block: Block?
        var delta: Delta?
        var usage: Usage?
        var error: JSONValue?
        // Members of a whole, unstreamed answer.
        var content: [Block]?
        var stop_reason: String?
    }

    mutating func add(_ payload: String) throws(EngineError) -> [GenerationEvent] {
        guard !isFinished else { return [] }
        let event: Event
        do {
            event = try JSONValue(parsing: payload).decode()
        } catch {
            throw AnswerParts.malformed(parts.engine)
        }
        switch event.type {
        case "message_start":
            count(event.message?.usage)
            return []
        case "content_block_start":
            return try begin(event.content_block, at: event.index ?? 0)
        case "content_block_delta":
            if let text = event.delta?.text, event.delta?.type == "text_delta" { return try parts.text(text) }
            if let json = event.delta?.partial_json, !json.isEmpty, let place = calls[event.index ?? 0] {
                if announced.remove(place) != nil { try parts.replaceArguments("", ofCall: place) }
                try parts.arguments(json, ofCall: place)
            }
            return []
        case "message_delta":
            count(event.usage)
            stopReason = event.delta?.stop_reason ?? stopReason
            return []
        case "message_stop":
            return try end()
        case "message":
            // The whole answer of a server that does not stream.
            var events: [GenerationEvent] = []
            for (index, block) in (event.content ?? []).enumerated() { events += try begin(block, at: index) }
            count(event.usage)
            stopReason = event.stop_reason
            return try events + end()
        case "error":
            throw ServerErrorAnswer(error: event.error ?? .null).engineError(engine: parts.engine)
        default:
            // "ping", the ends of blocks, and unknown events.
            return []
        }
    }

    mutating func endOfStream() throws(EngineError) -> [GenerationEvent] {
        guard isFinished || stopReason != nil else { throw AnswerParts.cutOff(parts.engine) }
        return try end()
    }

    private mutating func begin(_ block: Event.Block?, at index: Int) throws(EngineError) -> [GenerationEvent] {
        guard let block else { return [] }
        switch block.type {
        case "text":
            return try parts.text(block.text ?? "")
        case "tool_use":
            // A block that is announced twice, with the same id or without one, is one call.
            let known = calls[index].flatMap { block.id == nil || parts.calls[$0].id == block.id ? $0 : nil }
            let place =
                if let known { known } else {
                    try parts.beginCall(id: block.id ?? "toolu_\(UUID().uuidString.lowercased())")
                }
            calls[index] = place
            try parts.name(block.name ?? "", ofCall: place)
            // A whole answer has the arguments here. Where pieces follow, they repeat them.
            if let input = block.input, input.objectValue?.isEmpty == false {
                try parts.replaceArguments(input.text, ofCall: place)
                announced.insert(place)
            }
            return []
        default:
            // "thinking" blocks are not spoken.
            return []
        }
    }

    private mutating func end() throws(EngineError) -> [GenerationEvent] {
        guard !isFinished else { return [] }
        isFinished = true
        let events = try parts.takeCalls()
        parts.summary.reason = stopReason ?? (events.isEmpty ? "end_turn" : "tool_use")
        return events + [.finished(parts.summary)]
    }

    /// `input_tokens` does not include tokens that are read from or written to the cache.
    private mutating func count(_ usage: Event.Usage?) {
        guard let usage else { return }
        if let input = usage.input_tokens {
            let cached = usage.cache_read_input_tokens ?? 0
            parts.summary.inputTokens = input + cached + (usage.cache_creation_input_tokens ?? 0)
            parts.summary.cachedInputTokens = usage.cache_read_input_tokens
        }
        parts.summary.outputTokens = usage.output_tokens ?? parts.summary.outputTokens
    }
}
