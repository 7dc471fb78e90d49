import JSON

/// Which tool of which MCP server a tool of an agent is.
public struct MCPToolReference: Sendable, Hashable {
    /// The server, as the call uses it.
    public var server: MCPServerSettings
    /// The name by which the server knows the tool; the model may know it by another.
    public var toolName: String
    /// What the server says of the tool.
    public var description: String
    /// Whether each call has to be approved.
    public var needsApproval: Bool
    /// Whether the server says that the tool changes nothing.
    public var isReadOnly: Bool
    /// Arguments that the configuration sets: an object.
    public var fixedArguments: JSONValue
    /// The places of arguments that are never sent: names of members.
    public var omittedArguments: [[String]]

    /// Creates a reference.
    public init(
        server: MCPServerSettings, toolName: String, description: String, needsApproval: Bool,
        isReadOnly: Bool = false, fixedArguments: JSONValue = [:], omittedArguments: [[String]] = []
    ) {
        self.server = server
        self.toolName = toolName
        self.description = description
        self.needsApproval = needsApproval
        self.isReadOnly = isReadOnly
        self.fixedArguments = fixedArguments
        self.omittedArguments = omittedArguments
    }

    /// `tool_details` of a call in the record.
    public func details(arguments: JSONValue) -> JSONValue {
        [
            "type": "mcp", "mcp_server_id": .string(server.id), "mcp_server_name": .string(server.name),
            "integration_type": "mcp_server",
            "parameters": .object((arguments.objectValue ?? [:]).mapValues { .string($0.stringValue ?? $0.text) }),
            "approval_policy": .string(server.approvalPolicy), "requires_approval": .bool(needsApproval),
            "mcp_tool_name": .string(toolName), "mcp_tool_description": .string(description),
        ]
    }
}
