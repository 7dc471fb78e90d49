import Engines
import JSON

/// OpenAI's Responses API.
struct ResponsesAPI: ModelAPI {
    let path = "/responses"
    var reader: any AnswerReader.Type { ResponsesReader.self }
    let dispensable: Set<String> = [
        "temperature", "max_output_tokens", "reasoning", "user_id", "store", "parallel_tool_calls",
    ]

    func body(
        of request: GenerationRequest, model: String?, slot: Int?, options: RemoteLanguageModel.Options
    ) -> JSONValue {
        var body: [String: JSONValue] = [:]
        body["model"] = model.map(JSONValue.string)
        body["temperature"] = request.temperature.map(JSONValue.number)
        body["max_output_tokens"] = (request.maxTokens ?? options.maxTokens).map(JSONValue.integer)
        body["reasoning"] = request.reasoningEffort.map { ["effort": .string($0)] }
        body["user_id"] = request.userID.map(JSONValue.string)
        body["id_slot"] = slot.map(JSONValue.integer)
        // The whole context is sent each time, and the provider stores nothing of the call.
        body["store"] = false
        if !request.tools.isEmpty {
            body["tools"] = .array(request.tools.map(Self.tool))
            body["parallel_tool_calls"] = request.allowsParallelTools.map(JSONValue.bool)
        }
        body.merge(options.extraBody) { $1 }
        body.merge(request.extraBody) { $1 }
        body["input"] = .array(request.messages.flatMap(Self.items))
        body["stream"] = true
        return .object(body)
    }

    private static func items(_ message: ChatMessage) -> [JSONValue] {
        switch message {
        case .system(let text): [Self.message(text, by: "system")]
        case .user(let text, let images) where images.isEmpty: [Self.message(text, by: "user")]
        case .user(let text, let images):
            [
                [
                    "type": "message", "role": "user",
                    "content": .array(
                        images.map { ["type": "input_image", "image_url": .string($0.dataURL)] }
                            + [["type": "input_text", "text": .string(text)]]),
                ]
            ]
        case .assistant(let text, let calls):
            (text.isEmpty ? [] : [Self.message(text, by: "assistant")]) + calls.map(call)
        case .tool(let callID, let result, _):
            [["type": "function_call_output", "call_id": .string(callID), "output": .string(result)]]
        }
    }

    /// OpenAI does not need the type, llama-server does.
    private static func message(_ text: String, by role: String) -> JSONValue {
        ["type": "message", "role": .string(role), "content": .string(text)]
    }

    private static func call(_ call: ToolCall) -> JSONValue {
        [
            "type": "function_call", "call_id": .string(call.id), "name": .string(call.name),
            "arguments": .string(call.arguments.stringValue ?? call.arguments.text),
        ]
    }

    private static func tool(_ tool: ToolDefinition) -> JSONValue {
        [
            "type": "function", "name": .string(tool.name), "description": .string(tool.description),
            // Strict schemas forbid optional parameters, which agents' tools have.
            "parameters": tool.parameters, "strict": false,
        ]
    }
}
