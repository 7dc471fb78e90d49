import JSON

/// The webhook that is asked what is special about a call that begins, as a configuration describes it: an object with
/// `url` and `request_headers`.
public struct InitiationWebhook: Sendable {
    /// The member of the workspace's settings, and of an agent's `workspace_overrides`, that describes the webhook.
    static let member = "conversation_initiation_client_data_webhook"
    private static let place = "conversation-initiation webhook"

    private let configuration: JSONValue
    private let items: WorkspaceItems
    /// The test values of the agent's variables.
    private let placeholders: [String: JSONValue]

    /// - Parameters:
    ///   - configuration: valid.
    ///   - items: what the configuration names of the workspace.
    init(_ configuration: JSONValue, for agent: Agent, items: WorkspaceItems) {
        self.configuration = configuration
        self.items = items
        placeholders =
            agent.conversationConfig.value(at: "agent", "dynamic_variables", "dynamic_variable_placeholders")?
            .objectValue ?? [:]
    }

    /// Whether URL or headers have variables that only the caller can set.
    public var dependsOnCaller: Bool {
        names.contains { !CallVariables.isReserved($0) }
    }

    /// Whether URL or headers are others in another environment.
    public var dependsOnEnvironment: Bool {
        names.contains(where: CallVariables.isEnvironment)
            || (configuration["request_headers"]?.objectValue ?? [:]).values.contains { $0["env_var_label"] != nil }
    }

    /// The variables that URL and headers name.
    private var names: [String] {
        let headers = (configuration["request_headers"]?.objectValue ?? [:]).values
        let templates = [configuration["url"]?.stringValue ?? ""] + headers.compactMap(\.stringValue)
        let named = templates.flatMap(TemplatePiece.pieces).compactMap { piece -> String? in
            if case .variable(let name, _) = piece { name } else { nil }
        }
        return named + headers.compactMap { $0["variable_name"]?.stringValue }
    }

    /// The request for a call of which `facts` are known, whose values are its body.
    ///
    /// - Parameter warnings: told of what the request goes without.
    public func request(about facts: [String: String], _ warnings: inout [String]) -> WebhookSettings {
        let properties = facts.mapValues { _ in ["type": "string", "description": "Known."] as JSONValue }
        let tool: JSONValue = [
            "name": .string(Self.member),
            "api_schema": [
                "url": configuration["url"] ?? .null, "method": "POST",
                "request_headers": configuration["request_headers"] ?? [:],
                "request_body_schema": ["type": "object", "properties": .object(properties)],
            ],
        ]
        var variables = TemplateFiller()
        var found: [String] = []
        let request = WebhookSettings(
            ConfigurationReader(tool), place: Self.place, variables: &variables, secrets: items.secrets,
            warnings: &found)
        // A webhook's requests are made in the same way as a tool's, and only the warnings call it one.
        warnings += found.map { $0.replacing("Tool \(Self.member):", with: "\(Self.member):") }
        return request
    }

    /// The values of all variables that have one.
    ///
    /// - Parameter call: the call's, with the caller's values when they are known.
    public func values(_ call: CallVariables) -> [String: JSONValue] {
        var call = call
        call.update(environment: items.variables)
        return placeholders.merging(call.values) { $1 }
    }

    /// What is wrong with a webhook that stands at `loc`.
    static func issues(_ webhook: JSONValue, at loc: [JSONValue]) -> [ValidationError.Issue] {
        guard !webhook.isNull else { return [] }
        var issues: [ValidationError.Issue] = []
        if let url = webhook["url"]?.stringValue, !ToolRules.mayBeURL(url) {
            issues.append(
                .init(loc: loc + ["url"], msg: "Input should be an http or https URL", type: "value_error"))
        }
        return issues + HeaderFields.issues(webhook["request_headers"], at: loc + ["request_headers"])
    }
}

extension Agent {
    /// Whether the owner's server is asked what is special about a call:
    /// `platform_settings.overrides.enable_conversation_initiation_client_data_from_webhook`.
    public var asksInitiationWebhook: Bool {
        platformSettings.value(at: "overrides", "enable_conversation_initiation_client_data_from_webhook") == true
    }

    /// The agent's own webhook, which is asked instead of the workspace's; null for none.
    var initiationWebhook: JSONValue {
        platformSettings.value(at: "workspace_overrides", InitiationWebhook.member) ?? .null
    }

    /// What is wrong with the agent's own webhook in a request's body.
    static func initiationWebhookIssues(in body: JSONValue) -> [ValidationError.Issue] {
        let path = ["platform_settings", "workspace_overrides", InitiationWebhook.member]
        guard let webhook = body.value(at: path[0], path[1], path[2]), webhook.objectValue != nil else { return [] }
        return InitiationWebhook.issues(webhook, at: ["body"] + path.map(JSONValue.string))
    }
}

extension Workspace {
    /// The webhook that is asked when a call of the agent begins: the agent's own, or else that of the settings; nil when
    /// there is none, or the agent asks none.
    ///
    /// - Parameter environment: The one whose values of environment variables count.
    /// - Throws: The database's error, or `SecretVault.Unreadable`.
    public func initiationWebhook(
        for agent: Agent, environment: String = EnvironmentVariable.production
    ) async throws -> InitiationWebhook? {
        guard agent.asksInitiationWebhook else { return nil }
        var configuration = agent.initiationWebhook
        if configuration.isNull { configuration = try await WorkspaceSettings.read(from: resources).initiationWebhook }
        guard !configuration.isNull else { return nil }
        return InitiationWebhook(
            configuration, for: agent, items: try await items(for: configuration, environment: environment))
    }
}
