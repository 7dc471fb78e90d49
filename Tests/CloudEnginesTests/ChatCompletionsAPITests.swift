import Engines
import JSON
import Testing

@testable import CloudEngines

@Suite struct ChatCompletionsAPITests {
    @Test func everythingGivenIsInTheBody() {
        let request = GenerationRequest(
            messages: [
                .system("Be kind."), .user("Hi"), .assistant("Hello"),
                .assistant("", toolCalls: [ToolCall(id: "1", name: "book", arguments: ["day": "Monday"])]),
                .tool(callID: "1", result: "done", kind: .running),
                .assistant("Wait.", toolCalls: [ToolCall(id: "2", name: "book", arguments: "{bad")]),
            ],
            tools: [ToolDefinition(name: "book", description: "Books.", parameters: ["type": "object"])],
            temperature: 0.5, maxTokens: 64, reasoningEffort: "low", userID: "u1",
            extraBody: ["elevenlabs_extra_body": ["k": 1]])
        var options = RemoteLanguageModel.Options()
        options.extraBody = ["cache_prompt": true]
        let expected: JSONValue = [
            "model": "m", "temperature": 0.5, "max_tokens": 64, "reasoning_effort": "low", "user_id": "u1",
            "id_slot": 3, "stream": true, "stream_options": ["include_usage": true], "cache_prompt": true,
            "elevenlabs_extra_body": ["k": 1],
            "messages": [
                ["role": "system", "content": "Be kind."], ["role": "user", "content": "Hi"],
                ["role": "assistant", "content": "Hello"],
                [
                    "role": "assistant", "content": nil,
                    "tool_calls": [
                        [
                            "id": "1", "type": "function",
                            "function": ["name": "book", "arguments": #"{"day":"Monday"}"#],
                        ]
                    ],
                ], ["role": "tool", "tool_call_id": "1", "content": "done"],
                [
                    "role": "assistant", "content": "Wait.",
                    "tool_calls": [
                        ["id": "2", "type": "function", "function": ["name": "book", "arguments": "{bad"]]
                    ],
                ],
            ],
            "tools": [
                [
                    "type": "function",
                    "function": ["name": "book", "description": "Books.", "parameters": ["type": "object"]],
                ]
            ],
        ]
        #expect(ChatCompletionsAPI().body(of: request, model: "m", slot: 3, options: options) == expected)
    }

    @Test func imagesComeBeforeTheText() {
        let image = ModelImage(id: "1", mimeType: "image/png", base64: "AAAA")
        let request = GenerationRequest(messages: [.user("What is it?", images: [image])])
        let content: JSONValue = [
            ["type": "image_url", "image_url": ["url": "data:image/png;base64,AAAA"]],
            ["type": "text", "text": "What is it?"],
        ]
        let body = ChatCompletionsAPI().body(of: request, model: nil, slot: nil, options: .init())
        #expect(body["messages"] == [["role": "user", "content": content]])
    }

    @Test func whatIsNotGivenIsLeftOut() {
        let body = ChatCompletionsAPI().body(
            of: GenerationRequest(messages: [.user("Hi")]), model: nil, slot: nil,
            options: RemoteLanguageModel.Options())
        #expect(
            body == [
                "messages": [["role": "user", "content": "Hi"]], "stream": true,
                "stream_options": ["include_usage": true],
            ])
    }

    @Test func extraMembersMayTuneButNotChangeHowTheAnswerIsRead() {
        var options = RemoteLanguageModel.Options()
        options.maxTokens = 200
        options.extraBody = ["top_p": 0.9, "stream": false]
        let request = GenerationRequest(messages: [.user("Hi")], extraBody: ["top_p": 0.5, "messages": []])
        let body = ChatCompletionsAPI().body(of: request, model: nil, slot: nil, options: options)
        #expect(body["top_p"] == 0.5)
        #expect(body["max_tokens"] == 200)
        #expect(body["stream"] == true)
        #expect(body["messages"]?.arrayValue?.count == 1)
    }
}
