import Engines
import JSON
import Testing

@testable import CloudEngines

@Suite struct ChatCompletionReaderTests {
    private func accumulator(limit: Int = 10_000) -> ChatCompletionReader {
        ChatCompletionReader(engine: "test", limit: limit)
    }

    private func events(_ payloads: String..., limit: Int = 10_000) throws -> [GenerationEvent] {
        var accumulator = accumulator(limit: limit)
        var events: [GenerationEvent] = []
        for payload in payloads { events += try accumulator.add(payload) }
        return events + (try accumulator.endOfStream())
    }

    private static let stop = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    private static let toolStop = #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#

    private func toolPiece(_ members: String) -> String {
        #"{"choices":[{"delta":{"tool_calls":[\#(members)]},"finish_reason":null}]}"#
    }

    @Test func textReasonAndUsageComeThrough() throws {
        let events = try events(
            #"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#,
            #"{"choices":[{"delta":{"content":"Hello"},"finish_reason":null}],"usage":null}"#,
            #"{"choices":[{"delta":{"content":""}}]}"#, #"{"choices":[{"delta":{"content":" there."}}]}"#, Self.stop,
            #"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":8}}}"#,
            "[DONE]")
        let summary = GenerationSummary(reason: "stop", inputTokens: 12, cachedInputTokens: 8, outputTokens: 3)
        #expect(events == [.text("Hello"), .text(" there."), .finished(summary)])
    }

    @Test func toolCallsAreAssembledByIndex() throws {
        let events = try events(
            toolPiece(#"{"index":0,"id":"a","type":"function","function":{"name":"book","arguments":""}}"#),
            toolPiece(#"{"index":0,"function":{"arguments":"{\"day\":"}}"#),
            toolPiece(#"{"index":1,"id":"b","function":{"name":"end_call","arguments":""}}"#),
            toolPiece(#"{"index":0,"id":"a","function":{"arguments":"\"Monday\"}"}}"#), Self.toolStop, "[DONE]")
        #expect(
            events == [
                .toolCall(ToolCall(id: "a", name: "book", arguments: ["day": "Monday"])),
                .toolCall(ToolCall(id: "b", name: "end_call", arguments: [:])),
                .finished(GenerationSummary(reason: "tool_calls")),
            ])
    }

    @Test func callsWithoutIdsGetOneAndOneIndexForAllIsTolerated() throws {
        let named = try events(toolPiece(#"{"index":0,"function":{"name":"f","arguments":"{}"}}"#), Self.toolStop)
        guard case .toolCall(let call) = named.first else {
            Issue.record("\(named)")
            return
        }
        #expect(call.name == "f" && call.arguments == [:] && call.id.count == "call_".count + 36)
        let all = try events(
            toolPiece(
                #"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}"#
            ),
            toolPiece(#"{"id":"c","function":{"name":"h","arguments":{"n":1}}}"#), Self.toolStop)
        #expect(
            all.dropLast() == [
                .toolCall(ToolCall(id: "a", name: "f", arguments: [:])),
                .toolCall(ToolCall(id: "b", name: "g", arguments: [:])),
                .toolCall(ToolCall(id: "c", name: "h", arguments: ["n": 1])),
            ])
    }

    @Test("A name that comes with every piece is one name, whether pieces are told apart by index, by id or by both")
    func repeatedNames() throws {
        let head = #""type":"function","function":{"name":"add","arguments""#
        for member in [#""index":0,"id":"a""#, #""index":0"#, #""id":"a""#] {
            let events = try events(
                toolPiece(#"{\#(member),\#(head):""}}"#), toolPiece(#"{\#(member),\#(head):"{\"a\""}}"#),
                toolPiece(#"{\#(member),\#(head):":1}"}}"#), Self.toolStop)
            guard case .toolCall(let call) = events.first else {
                Issue.record("\(member)")
                return
            }
            #expect(call.name == "add" && call.arguments == ["a": 1], "\(member)")
            #expect(!member.contains("id") || call.id == "a", "\(member)")
            #expect(events.count == 2, "\(member)")
        }
    }

    @Test("Pieces of two calls that are told apart by their ids alone may come by turns")
    func idsByTurns() throws {
        let events = try events(
            toolPiece(#"{"id":"a","function":{"name":"f","arguments":"{\"n\""}}"#),
            toolPiece(#"{"id":"b","function":{"name":"g","arguments":"{\"n\""}}"#),
            toolPiece(#"{"id":"a","function":{"name":"f","arguments":":1}"}}"#),
            toolPiece(#"{"id":"b","function":{"name":"g","arguments":":2}"}}"#), Self.toolStop)
        #expect(
            events.dropLast() == [
                .toolCall(ToolCall(id: "a", name: "f", arguments: ["n": 1])),
                .toolCall(ToolCall(id: "b", name: "g", arguments: ["n": 2])),
            ])
    }

    @Test("A call that is sent once more as a whole is one call")
    func repeatedCalls() throws {
        let piece = toolPiece(#"{"index":0,"id":"a","function":{"name":"add","arguments":"{\"a\":1}"}}"#)
        let events = try events(piece, piece, Self.toolStop)
        #expect(events.dropLast() == [.toolCall(ToolCall(id: "a", name: "add", arguments: ["a": 1]))])
    }

    @Test func argumentsThatAreNoJSONStayAsWritten() throws {
        let events = try events(
            toolPiece(#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"day\": Mon"}}"#), Self.toolStop)
        #expect(events.first == .toolCall(ToolCall(id: "a", name: "f", arguments: #"{"day": Mon"#)))
    }

    @Test func callWithoutANameIsMalformed() {
        #expect(throws: EngineError(.malformedAnswer, engine: "test", "the model called a tool without naming it")) {
            try events(toolPiece(#"{"index":0,"id":"a","function":{"arguments":"{}"}}"#), Self.toolStop)
        }
    }

    @Test func endWithoutAReasonIsCutOffUnlessTheServerSaidDone() throws {
        let text = #"{"choices":[{"delta":{"content":"Hel"}}]}"#
        #expect(throws: EngineError(.failed, engine: "test", "the answer was cut off")) { try events(text) }
        #expect(try events(text, "[DONE]").last == .finished(GenerationSummary(reason: "stop")))
        #expect(try events(Self.stop).last == .finished(GenerationSummary(reason: "stop")))
        #expect(throws: EngineError(.failed, engine: "test", "the model's server ended without an answer")) {
            try events("[DONE]")
        }
    }

    @Test func nothingIsReadAfterTheEnd() throws {
        #expect(try events(Self.stop, "[DONE]", "nonsense").count == 1)
    }

    @Test(arguments: ["", "{", "[1]", "null", #"{"choices":{}}"#, #"{"choices":[{"delta":{"content":5}}]}"#])
    func whatIsNoChunkIsMalformed(payload: String) {
        let error = #expect(throws: EngineError.self) { try events(payload) }
        #expect(error?.kind == .malformedAnswer)
    }

    @Test(arguments: [
        (#"{"error":{"message":"Slow down","type":"rate_limit_exceeded"}}"#, EngineError.Kind.rateLimited, "Slow down"),
        (#"{"error":{"message":"Slow down","code":429}}"#, .rateLimited, "Slow down"),
        (#"{"error":{"message":"too long","code":400}}"#, .rejected, "too long"),
        (#"{"error":{"message":"Loading model","code":503}}"#, .unavailable, "Loading model"),
        (#"{"error":"it broke"}"#, .failed, "it broke"), (#"{"error":{}}"#, .failed, "with an error"),
    ])
    func errorsInTheStreamSayWhatTheServerSaid(payload: String, kind: EngineError.Kind, words: String) {
        let error = #expect(throws: EngineError.self) { try events(payload) }
        #expect(error?.kind == kind)
        #expect(error?.message.contains(words) == true)
    }

    @Test func answersAreBounded() {
        #expect(throws: EngineError(.failed, engine: "test", "the answer is longer than 10 bytes")) {
            try events(#"{"choices":[{"delta":{"content":"12345678901"}}]}"#, limit: 10)
        }
        #expect(throws: EngineError(.failed, engine: "test", "the answer is longer than 10 bytes")) {
            try events(toolPiece(#"{"index":0,"function":{"name":"f","arguments":"{\"abcdefghij\""}}"#), limit: 10)
        }
    }
}
