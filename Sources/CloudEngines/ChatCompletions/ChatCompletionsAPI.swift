import Engines
import JSON

/// OpenAI's Chat Completions, the API of most language model servers.
struct ChatCompletionsAPI: ModelAPI {
    let path = "/chat/completions"
    var reader: any AnswerReader.Type { ChatCompletionReader.self }
    let dispensable: Set<String> = [
        "temperature", "max_tokens", "reasoning_effort", "stream_options", "user_id", "parallel_tool_calls",
    ]

    func body(
        of request: GenerationRequest, model: String?, slot: Int?, options: RemoteLanguageModel.Options
    ) -> JSONValue {
        var body: [String: JSONValue] = [:]
        body["model"] = model.map(JSONValue.string)
        body["temperature"] = request.temperature.map(JSONValue.number)
        body["max_tokens"] = (request.maxTokens ?? options.maxTokens).map(JSONValue.integer)
        body["reasoning_effort"] = request.reasoningEffort.map(JSONValue.string)
        body["user_id"] = request.userID.map(JSONValue.string)
        body["id_slot"] = slot.map(JSONValue.integer)
        if !request.tools.isEmpty {
            body["tools"] = .array(request.tools.map(Self.tool))
            body["parallel_tool_calls"] = request.allowsParallelTools.map(JSONValue.bool)
        }
        body["stream_options"] = ["include_usage": true]
        body.merge(options.extraBody) { $1 }
        body.merge(request.extraBody) { $1 }
        // Set last, so that `extraBody` cannot change how the answer is read.
        body["messages"] = .array(request.messages.map(Self.message))
        body["stream"] = true
        return .object(body)
    }

    func body(_ body: JSONValue, without member: String) -> JSONValue {
        guard var members = body.objectValue else { return body }
        // OpenAI's newer models have this member under another name.
        if member == "max_tokens" { members["max_completion_tokens"] = members[member] }
        members[member] = nil
        return .object(members)
    }

    private static func message(_ message: ChatMessage) -> JSONValue {
        switch message {
        case .system(let text): ["role": "system", "content": .string(text)]
        case .user(let text, let images) where images.isEmpty: ["role": "user", "content": .string(text)]
        case .user(let text, let images):
            [
                "role": "user",
                "content": .array(
                    images.map { ["type": "image_url", "image_url": ["url": .string($0.dataURL)]] }
                        + [["type": "text", "text": .string(text)]]),
            ]
        case .assistant(let text, let calls) where calls.isEmpty: ["role": "assistant", "content": .string(text)]
        case .assistant(let text, let calls):
            [
                "role": "assistant", "content": text.isEmpty ? .null : .string(text),
                "tool_calls": .array(calls.map(toolCall)),
            ]
        case .tool(let callID, let result, _):
            ["role": "tool", "tool_call_id": .string(callID), "content": .string(result)]
        }
    }

    private static func toolCall(_ call: ToolCall) -> JSONValue {
        let arguments = call.arguments.stringValue ?? call.arguments.text
        return [
            "id": .string(call.id), "type": "function",
            "function": ["name": .string(call.name), "arguments": .string(arguments)],
        ]
    }

    private static func tool(_ tool: ToolDefinition) -> JSONValue {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
            ],
        ]
    }
}
