import Engines
import JSON
import Testing

@testable import CloudEngines

@Suite("Anthropic's Messages")
struct MessagesTests {
    private func body(_ request: GenerationRequest) -> JSONValue {
        MessagesAPI().body(of: request, model: "m", slot: nil, options: RemoteLanguageModel.Options())
    }

    private func read(_ payloads: String...) throws -> [GenerationEvent] {
        var reader = MessagesReader(engine: "test", limit: 10_000)
        var events: [GenerationEvent] = []
        for payload in payloads { events += try reader.add(payload) }
        return try events + reader.endOfStream()
    }

    // MARK: Calls

    @Test("A block that begins twice, or says its arguments at once and in pieces, is one call")
    func repeatedCalls() throws {
        let block = #""index":0,"content_block":{"type":"tool_use","id":"t1","name":"add","input""#
        let events = try read(
            #"{"type":"content_block_start",\#(block):{"a":1}}}"#,
            #"{"type":"content_block_start",\#(block):{"a":1}}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":":1}"}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#, #"{"type":"message_stop"}"#)
        #expect(events.dropLast() == [.toolCall(ToolCall(id: "t1", name: "add", arguments: ["a": 1]))])
        let atOnce = try read(
            #"{"type":"content_block_start",\#(block):{"a":1}}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#, #"{"type":"message_stop"}"#)
        #expect(atOnce.dropLast() == events.dropLast())
    }

    // MARK: Requests

    @Test("The system prompt stands apart and is cached; the user begins, and tools' results come first")
    func context() {
        let call = ToolCall(id: "t1", name: "book", arguments: ["day": "Monday"])
        let request = GenerationRequest(
            messages: [
                .system("Be kind."), .assistant("Hello."), .user("Book it."), .assistant("Sure. ", toolCalls: [call]),
                .tool(callID: "t1", result: "done", kind: .running), .system("Context: it rains."), .user("And?"),
            ],
            tools: [ToolDefinition(name: "book", description: "Books.", parameters: ["properties": [:]])],
            temperature: 0.5, maxTokens: 64, reasoningEffort: "low", allowsParallelTools: false, userID: "u1")
        let expected: JSONValue = [
            "model": "m", "max_tokens": 64, "temperature": 0.5, "stream": true, "metadata": ["user_id": "u1"],
            "output_config": ["effort": "low"],
            "tool_choice": ["type": "auto", "disable_parallel_tool_use": true],
            "system": [["type": "text", "text": "Be kind.", "cache_control": ["type": "ephemeral"]]],
            "tools": [
                ["name": "book", "description": "Books.", "input_schema": ["type": "object", "properties": [:]]]
            ],
            "messages": [
                ["role": "user", "content": [["type": "text", "text": "(The call begins.)"]]],
                ["role": "assistant", "content": [["type": "text", "text": "Hello."]]],
                ["role": "user", "content": [["type": "text", "text": "Book it."]]],
                [
                    "role": "assistant",
                    "content": [
                        ["type": "text", "text": "Sure. "],
                        ["type": "tool_use", "id": "t1", "name": "book", "input": ["day": "Monday"]],
                    ],
                ],
                [
                    "role": "user",
                    "content": [
                        ["type": "tool_result", "tool_use_id": "t1", "content": "done"],
                        ["type": "text", "text": "<system>Context: it rains.</system>"],
                        ["type": "text", "text": "And?"],
                    ],
                ],
            ],
        ]
        #expect(body(request) == expected)
    }

    @Test("An answer has a longest length even where nobody asked for one; empty texts are left out")
    func defaults() {
        let body = body(GenerationRequest(messages: [.user("Hi"), .assistant(" "), .user("Hello?")]))
        #expect(body["max_tokens"] == 4096)
        #expect(body["system"] == nil && body["tools"] == nil && body["temperature"] == nil)
        #expect(body["messages"]?.arrayValue?.count == 1, "two turns of the user in a row are one")
    }

    @Test("Images come before the text")
    func images() {
        let image = ModelImage(id: "1", mimeType: "image/png", base64: "AAAA")
        let body = body(GenerationRequest(messages: [.user("What is it?", images: [image])]))
        let content: JSONValue = [
            ["type": "image", "source": ["type": "base64", "media_type": "image/png", "data": "AAAA"]],
            ["type": "text", "text": "What is it?"],
        ]
        #expect(body["messages"] == [["role": "user", "content": content]])
    }

    @Test("The key is not sent as OpenAI's is")
    func headers() {
        let headers = MessagesAPI().headers(key: "k").map(\.name)
        #expect(headers == ["anthropic-version", "x-api-key"])
        #expect(MessagesAPI().headers(key: nil).map(\.name) == ["anthropic-version"])
    }

    // MARK: Answers

    @Test("Text, thinking, a tool in pieces, and what it cost")
    func stream() throws {
        let events = try read(
            #"{"type":"message_start","message":{"usage":{"input_tokens":5,"cache_read_input_tokens":90,"cache_creation_input_tokens":5,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}"#,
            #"{"type":"content_block_stop","index":0}"#, #"{"type":"ping"}"#,
            #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"One "}}"#,
            #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"moment."}}"#,
            #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"book","input":{}}}"#,
            #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"day\":"}}"#,
            #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"Monday\"}"}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":20}}"#,
            #"{"type":"message_stop"}"#)
        #expect(
            events == [
                .text("One "), .text("moment."),
                .toolCall(ToolCall(id: "t1", name: "book", arguments: ["day": "Monday"])),
                .finished(
                    GenerationSummary(reason: "tool_use", inputTokens: 100, cachedInputTokens: 90, outputTokens: 20)),
            ])
    }

    @Test("A server that does not stream is understood")
    func whole() throws {
        let events = try read(
            #"{"type":"message","content":[{"type":"text","text":"Hello."},{"type":"tool_use","id":"t","name":"end","input":{"a":1}}],"stop_reason":"tool_use","usage":{"input_tokens":3,"output_tokens":2}}"#
        )
        #expect(
            events == [
                .text("Hello."), .toolCall(ToolCall(id: "t", name: "end", arguments: ["a": 1])),
                .finished(GenerationSummary(reason: "tool_use", inputTokens: 3, outputTokens: 2)),
            ])
    }

    @Test("An error in the stream is one, and so is half an answer")
    func failures() {
        let overloaded = #expect(throws: EngineError.self) {
            try read(#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#)
        }
        #expect(overloaded?.kind == .unavailable)
        #expect(overloaded?.message.contains("Overloaded") == true)
        let half = #expect(throws: EngineError.self) {
            try read(
                #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"One "}}"#)
        }
        #expect(half?.message == "the answer was cut off")
        let nonsense = #expect(throws: EngineError.self) { try read("<html>") }
        #expect(nonsense?.kind == .malformedAnswer)
    }
}
