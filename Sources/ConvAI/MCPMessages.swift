import JSON

/// How a call of an MCP tool stands.
public struct MCPToolCall: Sendable, Hashable {
    /// What can be said of it.
    public enum State: Sendable, Hashable {
        /// The server is asked.
        case loading
        /// A `toolApproval` with the call's id is awaited for so many seconds.
        case awaitingApproval(timeout: Int)
        /// The server's answer: blocks of content.
        case success([JSONValue])
        case failure(String)
    }

    /// The id of the server.
    public var serviceID: String
    /// The id of the call, which stays the same.
    public var callID: String
    /// The tool's name, as its server has it.
    public var name: String
    /// What the server says of the tool; nil for nothing.
    public var description: String?
    /// The arguments; always an object.
    public var parameters: JSONValue
    /// When the call got into this state, in ISO 8601.
    public var timestamp: String
    /// How the call stands.
    public var state: State

    /// Creates a message.
    public init(
        serviceID: String, callID: String, name: String, description: String?, parameters: JSONValue,
        timestamp: String, state: State
    ) {
        self.serviceID = serviceID
        self.callID = callID
        self.name = name
        self.description = description
        self.parameters = parameters
        self.timestamp = timestamp
        self.state = state
    }

    var json: JSONValue {
        var json: JSONValue = [
            "service_id": .string(serviceID), "tool_call_id": .string(callID), "tool_name": .string(name),
            "tool_description": description.map(JSONValue.string) ?? .null, "parameters": parameters,
            "timestamp": .string(timestamp),
        ]
        switch state {
        case .loading: json["state"] = "loading"
        case .awaitingApproval(let timeout):
            json["state"] = "awaiting_approval"
            json["approval_timeout_secs"] = .integer(timeout)
        case .success(let result):
            json["state"] = "success"
            json["result"] = .array(result)
        case .failure(let message):
            json["state"] = "failure"
            json["error_message"] = .string(message)
        }
        return json
    }

    /// Nil for a state that is not known.
    init?(_ event: Reader) throws(ClientMessageError) {
        let state: State
        switch try event.text("state") {
        case "loading": state = .loading
        case "awaiting_approval":
            state = .awaitingApproval(timeout: event.value["approval_timeout_secs"]?.intValue ?? 300)
        case "success": state = .success(event.value["result"]?.arrayValue ?? [])
        case "failure": state = .failure(event.value["error_message"]?.stringValue ?? "")
        default: return nil
        }
        self.init(
            serviceID: try event.text("service_id"), callID: try event.text("tool_call_id"),
            name: try event.text("tool_name"), description: event.value["tool_description"]?.stringValue,
            parameters: event.value["parameters"] ?? [:], timestamp: event.value["timestamp"]?.stringValue ?? "",
            state: state)
    }
}

/// How things stand with one MCP server of an agent.
public struct MCPIntegration: Sendable, Hashable {
    /// The id of the server.
    public var id: String
    /// Whether the server is there.
    public var isConnected: Bool
    /// How many tools the agent has from it.
    public var toolCount: Int

    /// Creates a status.
    public init(id: String, isConnected: Bool, toolCount: Int) {
        self.id = id
        self.isConnected = isConnected
        self.toolCount = toolCount
    }

    var json: JSONValue {
        [
            "integration_id": .string(id), "integration_type": "mcp_server", "is_connected": .bool(isConnected),
            "tool_count": .integer(toolCount),
        ]
    }

    init?(_ json: JSONValue) {
        guard let id = json["integration_id"]?.stringValue, let isConnected = json["is_connected"]?.boolValue else {
            return nil
        }
        self.init(id: id, isConnected: isConnected, toolCount: json["tool_count"]?.intValue ?? 0)
    }
}
