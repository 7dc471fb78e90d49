import JSON

/// One tool as a call uses it.
public struct ToolSettings: Sendable, Hashable {
    /// Who runs the tool.
    public enum Kind: Sendable, Hashable {
        case client
        case webhook
        case system(SystemTool)

        /// The `tool_type` of the protocol's messages and records.
        public var toolType: String {
            switch self {
            case .client: "client"
            case .webhook: "webhook"
            case .system: "system"
            }
        }
    }

    /// Whether the caller can interrupt the agent; the words of the configuration.
    public enum InterruptionMode: String, Sendable, Hashable {
        case allow
        /// Not while the tool runs.
        case disableDuringTool = "disable_during_tool"
        /// Nor until the response is over.
        case disableDuringToolAndTurn = "disable_during_tool_and_turn"
    }

    /// Who runs the tool.
    public var kind: Kind
    /// As the model calls it.
    public var name: String
    /// For the model, variables filled in.
    public var description: String
    /// For the model: a JSON Schema object with nothing but `type`, `description`, `enum`, `items`, `properties`,
    /// `required`. What the model has no say in is left out.
    public var parameters: JSONValue
    /// Arguments that the configuration sets, constants and dynamic variables: an object of the same shape.
    public var fixedArguments: JSONValue
    /// Whether the conversation waits for the tool's answer.
    public var expectsResponse: Bool
    /// Seconds.
    public var responseTimeout: Double
    /// Whether the caller can interrupt the agent meanwhile.
    public var interruptionMode: InterruptionMode
    /// `params` of a system tool; an empty object for others.
    public var systemParameters: JSONValue
    /// The tool as configured, for what runs it.
    public var configuration: JSONValue

    /// Why the tool cannot be run with a model's arguments, in words for the model; nil when it can.
    public func mistake(in arguments: JSONValue) -> String? {
        guard let given = arguments.objectValue else { return "the arguments are no JSON object" }
        let names = parameters["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let missing = names.filter { (given[$0] ?? .null) == .null }
        return missing.isEmpty ? nil : "required arguments are missing: \(missing.joined(separator: ", "))"
    }

    /// The arguments to run the tool with: the model's, and the fixed ones over them.
    public func arguments(from model: JSONValue) -> JSONValue {
        (model.objectValue == nil ? [:] : model).merging(fixedArguments)
    }
}
