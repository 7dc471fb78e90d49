import JSON

/// One tool as a call uses it.
public struct ToolSettings: Sendable, Hashable {
    /// Who runs the tool.
    public enum Kind: Sendable, Hashable {
        case client
        case webhook(WebhookSettings)
        case system(SystemTool)
        case mcp(MCPToolReference)

        /// Whether it acts beyond the call, on another server.
        public var actsElsewhere: Bool {
            switch self {
            case .webhook, .mcp: true
            case .client, .system: false
            }
        }

        /// The `tool_type` of the protocol's messages and records.
        public var toolType: String {
            switch self {
            case .client: "client"
            case .webhook: "webhook"
            case .system: "system"
            case .mcp: "mcp"
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

    /// When the tool runs, by the values of the configuration.
    public enum ExecutionMode: String, Sendable, Hashable {
        /// When the model asks for it.
        case immediate
        /// Once what the agent has said before has been heard.
        case postToolSpeech = "post_tool_speech"
        /// When the model asks for it; the talk goes on, and the result is told when it is there.
        case async
    }

    /// Whether the agent says something before the tool runs, by the values of the configuration.
    public enum Speech: String, Sendable, Hashable {
        /// When the tool has been slow.
        case auto
        case force
        case off
    }

    /// What is played while the tool runs, by the values of the configuration.
    public enum Sound: String, Sendable, Hashable, CaseIterable {
        case typing
        case elevator1
        case elevator2
        case elevator3
        case elevator4
    }

    /// What the model is told of a failure, by the values of the configuration.
    public enum ErrorHandling: String, Sendable, Hashable {
        /// Hidden for webhooks, told for others.
        case auto
        /// The status and the message in the answer.
        case summarized
        /// All there is.
        case passthrough
        /// That there was one.
        case hide
    }

    /// A value of the tool's result that becomes a variable.
    public struct Assignment: Sendable, Hashable {
        /// The variable's name.
        public var variable: String
        /// The place of the value in the result: names of members and indices of lists.
        public var path: [String]
        /// Whether model and transcript do not see the value.
        public var isHidden: Bool
        /// Whether lists and objects stay what they are, rather than becoming JSON text.
        public var keepsType: Bool
    }

    /// Who runs the tool.
    public var kind: Kind
    /// The id of the stored tool; nil for one that is written into the agent.
    public var id: String?
    /// The name that the model uses.
    public var name: String
    /// The description for the model, with variables filled in.
    public var description: String
    /// The parameters for the model: a JSON Schema object with only `type`, `description`, `enum`, `items`,
    /// `properties` and `required`; of a tool of an MCP server, all that its server says. Values that the model does not
    /// decide are left out.
    public var parameters: JSONValue
    /// Whether the conversation waits for the tool's answer.
    public var expectsResponse: Bool
    /// Time-out for the tool's answer, in seconds.
    public var responseTimeout: Double
    /// Whether the answer of a client's tool is waited for without a limit; the time-out does not count then.
    public var waitsWithoutLimit: Bool
    /// Whether the caller can interrupt the agent while the tool runs.
    public var interruptionMode: InterruptionMode
    /// When the tool runs.
    public var executionMode: ExecutionMode
    /// Whether the agent says something before it runs.
    public var speech: Speech
    /// What is played while it runs; nil for nothing.
    public var sound: Sound?
    /// Whether that is played also when nothing was said before it.
    public var soundsAlways: Bool
    /// What the model is told of a failure.
    public var errorHandling: ErrorHandling
    /// Values of its result that become variables.
    public var assignments: [Assignment]
    /// `params` of a system tool; an empty object for others.
    public var systemParameters: JSONValue
    /// Results that are written for tests.
    public var mocks: [ToolMock]
    /// The arguments of a client tool.
    var values: ToolParameters
    /// What the owner says of whether the tool only reads; nil when they have left it open.
    public var readOnlyMark: Bool?
    /// The configuration's test values of variables, for those that the call has none for.
    var placeholders: [String: JSONValue]

    /// Whether the tool changes nothing, so that it may be run early, again, or given up.
    public var isReadOnly: Bool {
        switch kind {
        case .webhook(let webhook): readOnlyMark ?? webhook.isReadOnly
        case .mcp(let reference): readOnlyMark ?? reference.isReadOnly
        case .client: readOnlyMark ?? false
        case .system: false
        }
    }

    /// Why the tool cannot be run with these arguments, as a message for the model; nil when it can.
    public func mistake(in arguments: JSONValue) -> String? {
        guard let given = arguments.objectValue else { return "the arguments are not a JSON object" }
        let names = parameters["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let missing = names.filter { (given[$0] ?? .null) == .null }
        return missing.isEmpty ? nil : "required arguments are missing: \(missing.joined(separator: ", "))"
    }

    /// The arguments of a client tool: the model's where it decides, and the configuration's everywhere else.
    ///
    /// - Parameter variables: all that have a value now (`variables(_:)`).
    /// - Throws: `ToolMistake` for the model.
    public func arguments(
        from model: JSONValue, _ variables: [String: JSONValue]
    ) throws(ToolMistake) -> JSONValue {
        .object(try values.values(from: model, variables))
    }

    /// What of the model's arguments reaches the tool: without members that its schema does not have and without nulls, plain
    /// values as texts. Calls whose essence is the same are the same call.
    public func essence(of arguments: JSONValue) -> JSONValue {
        switch kind {
        case .client, .webhook: Self.essence(of: arguments, parameters, isWhole: true)
        case .mcp, .system: arguments
        }
    }

    private static func essence(of value: JSONValue, _ schema: JSONValue, isWhole: Bool = false) -> JSONValue {
        if let given = value.objectValue {
            let properties = schema["properties"]?.objectValue ?? [:]
            // An object without members in its schema takes what the model gives.
            if properties.isEmpty, !isWhole { return value }
            return .object(
                properties.reduce(into: [:]) { kept, property in
                    guard let member = given[property.key], !member.isNull else { return }
                    kept[property.key] = essence(of: member, property.value)
                })
        }
        if let elements = value.arrayValue {
            return .array(elements.map { essence(of: $0, schema["items"] ?? [:]) })
        }
        return .string(value.stringValue ?? value.text)
    }

    /// The variables that have a value for this tool.
    ///
    /// - Parameter call: the call's, as they are now.
    public func variables(_ call: CallVariables) -> [String: JSONValue] {
        placeholders.merging(call.values) { $1 }
    }
}
