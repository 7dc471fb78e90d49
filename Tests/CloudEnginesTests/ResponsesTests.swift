import Engines
import JSON
import Testing

@testable import CloudEngines

@Suite("OpenAI's Responses")
struct ResponsesTests {
    private func read(_ payloads: String...) throws -> [GenerationEvent] {
        var reader = ResponsesReader(engine: "test", limit: 10_000)
        var events: [GenerationEvent] = []
        for payload in payloads { events += try reader.add(payload) }
        return try events + reader.endOfStream()
    }

    @Test("Messages, calls and results are items; nothing is stored")
    func request() {
        let call = ToolCall(id: "c1", name: "book", arguments: ["day": "Monday"])
        let request = GenerationRequest(
            messages: [
                .system("Be kind."), .user("Book it."), .assistant("", toolCalls: [call]),
                .tool(callID: "c1", result: "done", kind: .running),
            ],
            tools: [ToolDefinition(name: "book", description: "Books.", parameters: ["type": "object"])],
            temperature: 0.5, maxTokens: 64, reasoningEffort: "low",
            extraBody: ["elevenlabs_extra_body": ["k": 1]])
        let expected: JSONValue = [
            "model": "m", "temperature": 0.5, "max_output_tokens": 64, "reasoning": ["effort": "low"],
            "store": false, "stream": true, "elevenlabs_extra_body": ["k": 1],
            "tools": [
                [
                    "type": "function", "name": "book", "description": "Books.", "parameters": ["type": "object"],
                    "strict": false,
                ]
            ],
            "input": [
                ["type": "message", "role": "system", "content": "Be kind."],
                ["type": "message", "role": "user", "content": "Book it."],
                [
                    "type": "function_call", "call_id": "c1", "name": "book", "arguments": #"{"day":"Monday"}"#,
                ], ["type": "function_call_output", "call_id": "c1", "output": "done"],
            ],
        ]
        #expect(
            ResponsesAPI().body(of: request, model: "m", slot: nil, options: RemoteLanguageModel.Options()) == expected)
    }

    @Test("Images come before the text")
    func images() {
        let image = ModelImage(id: "1", mimeType: "image/png", base64: "AAAA")
        let request = GenerationRequest(messages: [.user("What is it?", images: [image])])
        let content: JSONValue = [
            ["type": "input_image", "image_url": "data:image/png;base64,AAAA"],
            ["type": "input_text", "text": "What is it?"],
        ]
        let body = ResponsesAPI().body(of: request, model: nil, slot: nil, options: .init())
        #expect(body["input"] == [["type": "message", "role": "user", "content": content]])
    }

    @Test("An item that is announced twice, and arguments that come in pieces and as a whole, are one call")
    func repeatedCalls() throws {
        let item = #""type":"function_call","id":"i1","call_id":"c1","name":"add","arguments""#
        let events = try read(
            #"{"type":"response.output_item.added","output_index":0,"item":{\#(item):""}}"#,
            #"{"type":"response.output_item.added","output_index":0,"item":{\#(item):""}}"#,
            #"{"type":"response.function_call_arguments.delta","item_id":"i1","output_index":0,"delta":"{\"a\":1}"}"#,
            #"{"type":"response.function_call_arguments.done","item_id":"i1","output_index":0,"arguments":"{\"a\":1}"}"#,
            #"{"type":"response.output_item.done","output_index":0,"item":{\#(item):"{\"a\":1}"}}"#,
            #"{"type":"response.completed","response":{"status":"completed","output":[{\#(item):"{\"a\":1}"}]}}"#)
        #expect(events.dropLast() == [.toolCall(ToolCall(id: "c1", name: "add", arguments: ["a": 1]))])
    }

    @Test("Arguments that come only as a whole, and calls that come only at the end, are read")
    func lateCalls() throws {
        let item = #""type":"function_call","id":"i1","call_id":"c1","name":"add","arguments""#
        let expected: [GenerationEvent] = [.toolCall(ToolCall(id: "c1", name: "add", arguments: ["a": 1]))]
        let done = try read(
            #"{"type":"response.output_item.added","item":{\#(item):""}}"#,
            #"{"type":"response.function_call_arguments.done","item_id":"i1","arguments":"{\"a\":1}"}"#,
            #"{"type":"response.completed","response":{"status":"completed"}}"#)
        #expect(done.dropLast() == expected[...])
        let completed = try read(
            #"{"type":"response.completed","response":{"status":"completed","output":[{\#(item):"{\"a\":1}"}]}}"#)
        #expect(completed.dropLast() == expected[...])
    }

    @Test("Text, two tools in pieces, and what it cost")
    func stream() throws {
        let events = try read(
            #"{"type":"response.created","response":{"status":"in_progress"}}"#,
            #"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","content":[]}}"#,
            #"{"type":"response.output_text.delta","output_index":0,"delta":"One moment."}"#,
            #"{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"c1","name":"book","arguments":""}}"#,
            #"{"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","call_id":"c2","name":"mail","arguments":""}}"#,
            #"{"type":"response.function_call_arguments.delta","output_index":2,"delta":"{}"}"#,
            #"{"type":"response.function_call_arguments.delta","output_index":1,"delta":"{\"day\":"}"#,
            #"{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","call_id":"c1","name":"book","arguments":"{\"day\":\"Monday\"}"}}"#,
            #"{"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":64},"output_tokens":20}}}"#
        )
        #expect(
            events == [
                .text("One moment."), .toolCall(ToolCall(id: "c1", name: "book", arguments: ["day": "Monday"])),
                .toolCall(ToolCall(id: "c2", name: "mail", arguments: [:])),
                .finished(
                    GenerationSummary(
                        reason: "tool_calls", inputTokens: 100, cachedInputTokens: 64, outputTokens: 20)),
            ])
    }

    @Test("A server that does not stream is understood")
    func whole() throws {
        let events = try read(
            #"{"object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Hello."}]}],"usage":{"input_tokens":3,"output_tokens":2}}"#
        )
        #expect(
            events == [
                .text("Hello."), .finished(GenerationSummary(reason: "completed", inputTokens: 3, outputTokens: 2)),
            ])
    }

    @Test("A failure is one, an answer cut at its longest length is none, and half an answer is one")
    func ends() throws {
        let failed = #expect(throws: EngineError.self) {
            try read(
                #"{"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded","message":"Slow down"}}}"#
            )
        }
        #expect(failed?.kind == .rateLimited)
        let error = #expect(throws: EngineError.self) {
            try read(#"{"type":"error","code":"server_error","message":"Broken"}"#)
        }
        #expect(error?.message.contains("Broken") == true)
        let cut = try read(
            #"{"type":"response.output_text.delta","output_index":0,"delta":"One"}"#,
            #"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}}"#
        )
        #expect(cut == [.text("One"), .finished(GenerationSummary(reason: "max_output_tokens"))])
        let half = #expect(throws: EngineError.self) {
            try read(#"{"type":"response.output_text.delta","output_index":0,"delta":"One"}"#)
        }
        #expect(half?.message == "the answer was cut off")
    }
}
