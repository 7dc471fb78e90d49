import Engines
import Foundation
import JSON

/// Puts the pieces of one streamed answer together.
struct ChatCompletionAccumulator: Sendable {
    private let engine: String
    private let limit: Int
    private let makeToolCallID: @Sendable () -> String

    private var calls: [PartialToolCall] = []
    private var size = 0
    private var finishReason: String?
    private var summary = GenerationSummary(reason: "")
    private var hasOutput = false
    /// Whether the answer is whole; nothing is read after it.
    private(set) var isFinished = false

    private struct PartialToolCall: Sendable {
        var index: Int?
        var id: String
        var name = ""
        var arguments = ""
    }

    /// - Parameters:
    ///   - engine: The name that errors carry.
    ///   - limit: The most text and arguments of one answer, in bytes.
    ///   - makeToolCallID: Names the calls of servers that send no ids.
    init(engine: String, limit: Int, makeToolCallID: @escaping @Sendable () -> String) {
        self.engine = engine
        self.limit = limit
        self.makeToolCallID = makeToolCallID
    }

    /// Takes the data of one event.
    mutating func add(_ payload: String) throws(EngineError) -> [GenerationEvent] {
        guard !isFinished else { return [] }
        if payload == "[DONE]" { return try end() }
        let chunk: ChatCompletionChunk
        do {
            chunk = try JSONDecoder().decode(ChatCompletionChunk.self, from: Data(payload.utf8))
        } catch {
            throw EngineError(
                .malformedAnswer, engine: engine, "the model's server sent something that is no chunk of an answer")
        }
        if let error = chunk.error, !error.isNull { throw ServerErrorAnswer(error: error).engineError(engine: engine) }
        if let usage = chunk.usage {
            summary.inputTokens = usage.promptTokens ?? summary.inputTokens
            summary.cachedInputTokens = usage.promptDetails?.cachedTokens ?? summary.cachedInputTokens
            summary.outputTokens = usage.completionTokens ?? summary.outputTokens
        }
        guard let choice = chunk.choices?.first else { return [] }
        var events: [GenerationEvent] = []
        if let delta = choice.delta ?? choice.message {
            if let text = delta.content, !text.isEmpty {
                try grow(by: text)
                hasOutput = true
                events.append(.text(text))
            }
            for piece in delta.toolCalls ?? [] { try add(piece) }
        }
        if let reason = choice.finishReason, finishReason == nil {
            finishReason = reason
            events += try takeToolCalls()
        }
        return events
    }

    /// Takes the end of the stream, with or without `[DONE]` before it.
    mutating func end() throws(EngineError) -> [GenerationEvent] {
        guard !isFinished else { return [] }
        guard finishReason != nil || hasOutput || !calls.isEmpty else {
            throw EngineError(.failed, engine: engine, "the model's server ended without an answer")
        }
        isFinished = true
        let events = try takeToolCalls()
        summary.reason = finishReason ?? (events.isEmpty ? "stop" : "tool_calls")
        return events + [.finished(summary)]
    }

    /// Takes the end of the connection: an answer that was not finished is cut off.
    mutating func endOfStream() throws(EngineError) -> [GenerationEvent] {
        guard isFinished || finishReason != nil else {
            throw EngineError(.failed, engine: engine, "the answer was cut off")
        }
        return try end()
    }

    private mutating func add(_ piece: ChatCompletionChunk.ToolCallPiece) throws(EngineError) {
        let id = piece.id.flatMap { $0.isEmpty ? nil : $0 }
        // Pieces of a call name its index. Where there is none, a new id begins a call; and servers exist that give
        // every call index 0, so another id begins one there too.
        let known = calls.lastIndex { call in
            piece.index.map { $0 == call.index } ?? true
        }
        let place: Int
        if let known, id == nil || id == calls[known].id {
            place = known
        } else {
            guard calls.count < 128 else {
                throw EngineError(.malformedAnswer, engine: engine, "the model called more than 128 tools at once")
            }
            calls.append(PartialToolCall(index: piece.index, id: id ?? makeToolCallID()))
            place = calls.count - 1
        }
        if let name = piece.function?.name {
            try grow(by: name)
            calls[place].name += name
        }
        switch piece.function?.arguments {
        case nil, .null: break
        case .string(let text):
            try grow(by: text)
            calls[place].arguments += text
        case let value?:
            try grow(by: value.text)
            calls[place].arguments += value.text
        }
    }

    private mutating func takeToolCalls() throws(EngineError) -> [GenerationEvent] {
        var events: [GenerationEvent] = []
        for call in calls {
            guard !call.name.isEmpty else {
                throw EngineError(.malformedAnswer, engine: engine, "the model called a tool without naming it")
            }
            events.append(.toolCall(ToolCall(id: call.id, name: call.name, arguments: Self.arguments(call.arguments))))
        }
        calls.removeAll()
        return events
    }

    /// What the model wrote; text that is no JSON stays text, so that the model can be told what it did wrong.
    private static func arguments(_ text: String) -> JSONValue {
        if text.allSatisfy(\.isWhitespace) { return .object([:]) }
        return (try? JSONValue(parsing: text)) ?? .string(text)
    }

    private mutating func grow(by text: String) throws(EngineError) {
        size += text.utf8.count
        guard size <= limit else {
            throw EngineError(.failed, engine: engine, "the answer is longer than \(limit) bytes")
        }
    }
}
