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

    /// Whether the caller can interrupt the agent, by the values of the configuration.
    public enum InterruptionMode: String, Sendable, Hashable {
        case allow
        /// The caller cannot interrupt while the tool runs.
        case disableDuringTool = "disable_during_tool"
        /// The caller cannot interrupt until the response is over.
        case disableDuringToolAndTurn = "disable_during_tool_and_turn"
    }

    /// Who runs the tool.
    public var kind: Kind
    /// The name that the model uses.
    public var name: String
    /// The description for the model, with variables filled in.
    public var description: String
    /// The parameters for the model: a JSON Schema object with only `type`, `description`, `enum`, `items`,
    /// `properties` and `required`. Values that the model does not decide are left out.
    public var parameters: JSONValue
    /// Arguments that the configuration sets, from constants and dynamic variables: an object of the same shape.
    public var fixedArguments: JSONValue
    /// Whether the conversation waits for the tool's answer.
    public var expectsResponse: Bool
    /// Time-out for the tool's answer, in seconds.
    public var responseTimeout: Double
    /// Whether the caller can interrupt the agent while the tool runs.
    public var interruptionMode: InterruptionMode
    /// `params` of a system tool; an empty object for others.
    public var systemParameters: JSONValue

    /// Why the tool cannot be run with these arguments, as a message for the model; nil when it can.
    public func mistake(in arguments: JSONValue) -> String? {
        guard let given = arguments.objectValue else { return "the arguments are not a JSON object" }
        let names = parameters["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let missing = names.filter { (given[$0] ?? .null) == .null }
        return missing.isEmpty ? nil : "required arguments are missing: \(missing.joined(separator: ", "))"
    }

    /// The arguments to run the tool with: the model's, overridden by the fixed ones.
    public func arguments(from model: JSONValue) -> JSONValue {
        (model.objectValue == nil ? [:] : model).merging(fixedArguments)
    }
}
