import Engines
import JSON

/// Reads one streamed answer of `/chat/completions`.
struct ChatCompletionReader: AnswerReader {
    private var parts: AnswerParts
    /// The index that the server gave each call; nil where it gave none.
    private var indices: [Int?] = []
    private var finishReason: String?
    private(set) var isFinished = false

    init(engine: String, limit: Int) { parts = AnswerParts(engine: engine, limit: limit) }

    mutating func add(_ payload: String) throws(EngineError) -> [GenerationEvent] {
        guard !isFinished else { return [] }
        if payload == "[DONE]" { return try end() }
        let chunk: ChatCompletionChunk
        do {
            chunk = try JSONValue(parsing: payload).decode()
        } catch {
            throw AnswerParts.malformed(parts.engine)
        }
        if let error = chunk.error, !error.isNull {
            throw ServerErrorAnswer(error: error).engineError(engine: parts.engine)
        }
        if let usage = chunk.usage {
            parts.summary.inputTokens = usage.prompt_tokens ?? parts.summary.inputTokens
            parts.summary.cachedInputTokens =
                usage.prompt_tokens_details?.cached_tokens ?? parts.summary.cachedInputTokens
            parts.summary.outputTokens = usage.completion_tokens ?? parts.summary.outputTokens
        }
        guard let choice = chunk.choices?.first else { return [] }
        var events: [GenerationEvent] = []
        if let delta = choice.delta ?? choice.message {
            if let text = delta.content { events += try parts.text(text) }
            for piece in delta.tool_calls ?? [] { try add(piece) }
        }
        if let reason = choice.finish_reason, finishReason == nil {
            finishReason = reason
            events += try takeCalls()
        }
        return events
    }

    mutating func endOfStream() throws(EngineError) -> [GenerationEvent] {
        guard isFinished || finishReason != nil else { throw AnswerParts.cutOff(parts.engine) }
        return try end()
    }

    /// Handles the end of the answer, with or without `[DONE]` before it.
    private mutating func end() throws(EngineError) -> [GenerationEvent] {
        guard !isFinished else { return [] }
        guard finishReason != nil || parts.hasText || !parts.calls.isEmpty else {
            throw EngineError(.failed, engine: parts.engine, "the model's server ended without an answer")
        }
        isFinished = true
        let events = try takeCalls()
        parts.summary.reason = finishReason ?? (events.isEmpty ? "stop" : "tool_calls")
        return events + [.finished(parts.summary)]
    }

    private mutating func takeCalls() throws(EngineError) -> [GenerationEvent] {
        indices.removeAll()
        return try parts.takeCalls()
    }

    private mutating func add(_ piece: ChatCompletionChunk.ToolCallPiece) throws(EngineError) {
        let id = piece.id.flatMap { $0.isEmpty ? nil : $0 }
        // Pieces of a call name its index, and on some servers its id too. Without an index, a new id begins a call;
        // since some servers give every call the index 0, a new id begins one with an index too.
        let known = indices.indices.last { place in
            (piece.index == nil || piece.index == indices[place]) && (id == nil || id == parts.calls[place].id)
        }
        let place: Int
        if let known {
            place = known
        } else {
            place = try parts.beginCall(id: id)
            indices.append(piece.index)
        }
        if let name = piece.function?.name { try parts.name(name, ofCall: place) }
        switch piece.function?.arguments {
        case nil, .null: break
        case .string(let text): try parts.arguments(text, ofCall: place)
        case let value?: try parts.arguments(value.text, ofCall: place)
        }
    }
}
