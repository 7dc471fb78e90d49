import Foundation
import JSON

/// An agent: its prompt, how it speaks and listens, and who may talk to it.
///
/// The configuration is complete: every default is filled in, and unknown keys are kept.
public struct Agent: Sendable, Hashable {
    /// The id: `agent_` and 28 characters.
    public var id: String
    /// The name for people.
    public var name: String
    /// Tags for finding the agent.
    public var tags: [String]
    /// `conversation_config`: prompt, voice, recogniser and turn taking.
    public var conversationConfig: JSONValue
    /// `platform_settings`: access, permitted overrides, privacy and limits.
    public var platformSettings: JSONValue
    /// `workflow`, kept as it was sent.
    public var workflow: JSONValue
    /// Unix time in seconds.
    public var createdAt: Int
    /// Unix time in seconds of the last change.
    public var updatedAt: Int

    /// The largest value of `prompt.max_tokens`, the most tokens of an answer.
    public static let largestMaxTokens = 1_000_000
    /// The name of an agent that was created without one.
    public static let defaultName = "New agent"

    /// Creates an agent with every default filled in.
    ///
    /// - Throws: `ValidationError` naming every known field of the wrong type.
    public static func new(
        name: String? = nil, tags: [String] = [], conversationConfig: JSONValue = [:],
        platformSettings: JSONValue = [:], workflow: JSONValue = [:], id: String = Identifier.make("agent"),
        now: Date = Date()
    ) throws(ValidationError) -> Agent {
        let issues =
            ConfigurationSchema.issues(conversationConfig, at: ["body", "conversation_config"])
            + PlatformSchema.platform.issues(platformSettings, at: ["body", "platform_settings"])
            + workflowSchema.issues(workflow, at: ["body", "workflow"])
        guard issues.isEmpty else { throw ValidationError(issues) }
        return Agent(
            filling: conversationConfig, platformSettings: platformSettings, workflow: workflow, name: name, tags: tags,
            id: id, now: now)
    }

    /// Creates an agent from the body of a create request: `{conversation_config, platform_settings?, workflow?, name?,
    /// tags?}`.
    ///
    /// - Throws: `ValidationError` naming every known field that is missing or of the wrong type.
    public static func new(body: JSONValue, now: Date = Date()) throws(ValidationError) -> Agent {
        var issues = bodySchema.issues(body, at: ["body"])
        if body.objectValue == nil {
            issues = [.init(loc: ["body"], msg: "Input should be a valid object", type: "dict_type")]
        } else if body["conversation_config"] == nil || body["conversation_config"] == .null {
            issues.insert(
                .init(loc: ["body", "conversation_config"], msg: "Field required", type: "missing"), at: 0)
        }
        issues += SettingRule.refusals(in: body) + inlineToolIssues(in: body) + initiationWebhookIssues(in: body)
        guard issues.isEmpty else { throw ValidationError(issues) }
        let body = try Redaction.restored(body, from: nil, at: ["body"])
        return try new(
            name: body["name"]?.stringValue, tags: body["tags"]?.arrayValue?.compactMap(\.stringValue) ?? [],
            conversationConfig: body["conversation_config"] ?? [:], platformSettings: body["platform_settings"] ?? [:],
            workflow: body["workflow"] ?? [:], now: now)
    }

    static let workflowSchema = Schema.object([
        "nodes": .map(.any), "edges": .map(.any), "prevent_subagent_loops": .flag(false),
    ])

    /// What is wrong with the tools in the prompt of a request's body.
    private static func inlineToolIssues(in body: JSONValue) -> [ValidationError.Issue] {
        let path = ["conversation_config", "agent", "prompt", "tools"]
        let tools = body.value(at: path[0], path[1], path[2], path[3])?.arrayValue ?? []
        return tools.enumerated().flatMap { index, tool in
            ToolRules(isInline: true).issues(
                tool, at: ["body"] + path.map(JSONValue.string) + [.integer(index)])
        }
    }

    private static let bodySchema = Schema.object(["name": Schema.text.orNull, "tags": .list(.text)])
}

extension Agent {
    /// Creates an agent without validation, from values that are known to be valid.
    init(
        filling conversationConfig: JSONValue, platformSettings: JSONValue = [:], workflow: JSONValue = [:],
        name: String? = nil, tags: [String] = [], id: String, now: Date
    ) {
        let seconds = Int(now.timeIntervalSince1970)
        self.init(
            id: id, name: name ?? Agent.defaultName, tags: tags,
            conversationConfig: ConfigurationSchema.conversation.filled(conversationConfig),
            platformSettings: PlatformSchema.platform.filled(platformSettings),
            workflow: Agent.workflowSchema.filled(workflow), createdAt: seconds, updatedAt: seconds)
    }

    /// An agent that a store has read. Fields that a later version added to the configuration are filled in.
    package init(
        stored id: String, name: String, tags: [String], conversationConfig: JSONValue, platformSettings: JSONValue,
        workflow: JSONValue, createdAt: Int, updatedAt: Int
    ) {
        self.init(
            id: id, name: name, tags: tags,
            conversationConfig: ConfigurationSchema.conversation.filled(conversationConfig),
            platformSettings: PlatformSchema.platform.filled(platformSettings), workflow: workflow,
            createdAt: createdAt, updatedAt: updatedAt)
    }

    /// The agent with `patch` laid over it: objects merge member by member, everything else is replaced (`Locator`s whole), null sets
    /// null where the field has one, removes a member of a map, and otherwise resets the field to its default.
    ///
    /// - Parameter patch: the body of a patch request: `name`, `tags`, `conversation_config`, `platform_settings`,
    /// `workflow`, each optional. A secret that is sent back as the asterisks of `json` stays as it is.
    /// - Throws: `ValidationError` naming every known field of the wrong type.
    public func patched(with patch: JSONValue, now: Date = Date()) throws(ValidationError) -> Agent {
        guard patch.objectValue != nil else {
            throw ValidationError([.init(loc: ["body"], msg: "Input should be a valid object", type: "dict_type")])
        }
        // Only what is set now is validated, not what an older agent holds.
        let issues =
            Agent.bodySchema.issues(patch, at: ["body"]) + SettingRule.refusals(in: patch)
            + Agent.inlineToolIssues(in: patch) + Agent.initiationWebhookIssues(in: patch)
        guard issues.isEmpty else { throw ValidationError(issues) }

        func merged(
            _ base: JSONValue, _ section: String, _ schema: Schema
        ) throws(ValidationError) -> JSONValue {
            guard let change = patch[section], !change.isNull else { return base }
            let restored = try Redaction.restored(change, from: base, at: ["body", .string(section)])
            return schema.removing(change, from: base.patched(with: restored))
        }
        var result = try Agent.new(
            name: patch["name"]?.stringValue ?? name,
            tags: patch["tags"].map { $0.arrayValue?.compactMap(\.stringValue) ?? [] } ?? tags,
            conversationConfig: try merged(conversationConfig, "conversation_config", ConfigurationSchema.conversation),
            platformSettings: try merged(platformSettings, "platform_settings", PlatformSchema.platform),
            workflow: try merged(workflow, "workflow", Agent.workflowSchema), id: id, now: now)
        result.createdAt = createdAt
        return result
    }

    /// The settings that a server cannot follow, and what it does instead, as sentences for the agent's owner.
    ///
    /// - Parameters:
    ///   - available: The engines of the server.
    ///   - workspace: What the workspace holds of what the agent names.
    public func warnings(
        available: AvailableEngines, workspace: WorkspaceItems = WorkspaceItems()
    ) -> [String] {
        available.warnings(for: conversationConfig)
            + CallSettings.CustomLLM.warnings(for: conversationConfig, secrets: workspace.secrets)
            + ToolSettings.warnings(for: conversationConfig, workspace: workspace)
            + MCPServerSettings.warnings(for: conversationConfig, workspace: workspace)
            + PronunciationDictionary.warnings(for: conversationConfig, workspace: workspace)
            + SettingRule.warnings(
                conversationConfig: conversationConfig, platformSettings: platformSettings, workflow: workflow)
    }

    /// The stored tools that the prompt names: `prompt.tool_ids`.
    public var toolIDs: [String] {
        conversationConfig.value(at: "agent", "prompt", "tool_ids")?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// The agent without a resource in its lists.
    public func forgetting(_ reference: ResourceReference) -> Agent {
        var agent = self
        agent.conversationConfig = reference.removed(from: conversationConfig)
        agent.workflow = reference.removed(from: workflow)
        return agent
    }

    /// Whether lists leave the agent out unless archived ones are asked for: `platform_settings.archived`.
    public var isArchived: Bool { platformSettings["archived"]?.boolValue ?? false }

    /// Whether a caller needs a signed URL or an API key: `platform_settings.auth.enable_auth`.
    public var requiresAuthentication: Bool {
        platformSettings.value(at: "auth", "enable_auth")?.boolValue ?? false
    }

    /// Whether a page at `origin` (the `Origin` header, nil when absent) may talk to this agent. An empty allowlist
    /// admits all pages; its entries are host names, with or without a port.
    public func admits(origin: String?) -> Bool {
        let auth = platformSettings["auth"]
        let requiresOrigin = auth?["require_origin_header"]?.boolValue ?? false
        let hosts = allowedHosts
        guard let origin else { return !requiresOrigin }
        guard !hosts.isEmpty else { return true }
        guard let url = URLComponents(string: origin.lowercased()), let host = url.host else { return false }
        return hosts.contains(host) || hosts.contains(url.port.map { "\(host):\($0)" } ?? host)
    }

    /// Whether the agent has an allowlist of pages.
    public var hasAllowlist: Bool { !allowedHosts.isEmpty }

    private var allowedHosts: [String] {
        platformSettings.value(at: "auth", "allowlist")?.arrayValue?
            .compactMap { $0["hostname"]?.stringValue?.lowercased() } ?? []
    }

    /// The answer of `GET /v1/convai/agents/{id}`. Secrets that are written in the configuration are not shown.
    public var json: JSONValue {
        [
            "agent_id": .string(id), "name": .string(name),
            "conversation_config": Redaction.hidden(conversationConfig),
            "metadata": ["created_at_unix_secs": .integer(createdAt), "updated_at_unix_secs": .integer(updatedAt)],
            "platform_settings": Redaction.hidden(platformSettings), "phone_numbers": [], "whatsapp_accounts": [],
            "workflow": Redaction.hidden(workflow), "access_info": Agent.accessInfo,
            "tags": .array(tags.map(JSONValue.string)), "version_id": nil, "branch_id": nil, "main_branch_id": nil,
            "procedures": [:],
        ]
    }

    /// A server has one user, who is the creator of every agent.
    static let accessInfo: JSONValue = [
        "is_creator": true, "creator_name": "", "creator_email": "", "role": "admin",
    ]
}
