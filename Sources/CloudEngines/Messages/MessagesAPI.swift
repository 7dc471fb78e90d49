import Engines
import JSON

/// Anthropic's Messages API.
struct MessagesAPI: ModelAPI {
    let path = "/messages"
    var reader: any AnswerReader.Type { MessagesReader.self }
    let dispensable: Set<String> = ["temperature", "metadata", "tool_choice", "thinking", "output_config"]

    /// The API requires a bound; this is far more than one turn needs.
    private static let maxTokens = 4096
    private static let version = "2023-06-01"

    func headers(key: String?) -> [(name: String, value: String)] {
        [("anthropic-version", Self.version)] + (key.map { [("x-api-key", $0)] } ?? [])
    }

    func body(
        of request: GenerationRequest, model: String?, slot: Int?, options: RemoteLanguageModel.Options
    ) -> JSONValue {
        let context = MessagesContext(request.messages)
        var body: [String: JSONValue] = [:]
        body["model"] = model.map(JSONValue.string)
        body["temperature"] = request.temperature.map(JSONValue.number)
        body["max_tokens"] = .integer(request.maxTokens ?? options.maxTokens ?? Self.maxTokens)
        body["output_config"] = request.reasoningEffort.flatMap { $0 == "none" ? nil : ["effort": .string($0)] }
        body["metadata"] = request.userID.map { ["user_id": .string($0)] }
        // Not part of the API: llama-server, which also speaks it, accepts the slot.
        body["id_slot"] = slot.map(JSONValue.integer)
        var tools = request.tools.map(Self.tool)
        if !context.system.isEmpty {
            // The tools come before the system prompt in the cached prefix, and both stay the same for the whole call.
            body["system"] = [["type": "text", "text": .string(context.system), "cache_control": Self.cached]]
        } else if var last = tools.last?.objectValue {
            last["cache_control"] = Self.cached
            tools[tools.count - 1] = .object(last)
        }
        if !tools.isEmpty {
            body["tools"] = .array(tools)
            if request.allowsParallelTools == false {
                body["tool_choice"] = ["type": "auto", "disable_parallel_tool_use": true]
            }
        }
        body.merge(options.extraBody) { $1 }
        body.merge(request.extraBody) { $1 }
        body["messages"] = .array(context.messages)
        body["stream"] = true
        return .object(body)
    }

    /// Cached for five minutes from the last use, by default, which the turns of a call renew.
    private static let cached: JSONValue = ["type": "ephemeral"]

    private static func tool(_ tool: ToolDefinition) -> JSONValue {
        [
            "name": .string(tool.name), "description": .string(tool.description),
            "input_schema": tool.parameters.objectValue?["type"] == nil
                ? tool.parameters.merging(["type": "object"]) : tool.parameters,
        ]
    }
}

/// A call's context in the API's form: one system prompt, then user and assistant alternating, the user first.
private struct MessagesContext {
    private(set) var system = ""
    private var turns: [(role: String, blocks: [JSONValue])] = []

    init(_ messages: [ChatMessage]) {
        for message in messages {
            switch message {
            // Later system messages belong to their place in the conversation.
            case .system(let text) where turns.isEmpty: system += (system.isEmpty ? "" : "\n\n") + text
            case .system(let text): add("user", Self.text("<system>\(text)</system>"))
            case .user(let text, let images):
                for image in images { add("user", Self.block(of: image)) }
                add("user", Self.text(text))
            case .assistant(let text, let calls):
                add("assistant", Self.text(text))
                for call in calls { add("assistant", Self.use(of: call)) }
            case .tool(let callID, let result, _):
                add("user", ["type": "tool_result", "tool_use_id": .string(callID), "content": .string(result)])
            }
        }
        // The agent spoke first, but the API wants the user first.
        if turns.first?.role != "user" { turns.insert(("user", [Self.text("(The call begins.)")]), at: 0) }
    }

    var messages: [JSONValue] {
        turns.map { turn in
            // The API wants results of tools before other blocks of a turn.
            let results = turn.blocks.filter { $0["type"] == "tool_result" }
            let others = turn.blocks.filter { $0["type"] != "tool_result" }
            return ["role": .string(turn.role), "content": .array(results + others)]
        }
    }

    private mutating func add(_ role: String, _ block: JSONValue) {
        // The API refuses texts of white space only.
        if let text = block["text"]?.stringValue, text.allSatisfy(\.isWhitespace) { return }
        if turns.last?.role == role {
            turns[turns.count - 1].blocks.append(block)
        } else {
            turns.append((role, [block]))
        }
    }

    private static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    private static func block(of image: ModelImage) -> JSONValue {
        let source: JSONValue = [
            "type": "base64", "media_type": .string(image.mimeType), "data": .string(image.base64),
        ]
        return ["type": "image", "source": source]
    }

    private static func use(of call: ToolCall) -> JSONValue {
        [
            "type": "tool_use", "id": .string(call.id), "name": .string(call.name),
            // The API accepts only objects, also for arguments that were not valid JSON.
            "input": call.arguments.objectValue == nil ? ["arguments": call.arguments] : call.arguments,
        ]
    }
}
