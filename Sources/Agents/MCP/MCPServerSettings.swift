import Credentials
import JSON

/// An MCP server as a call uses it, with variables and secrets filled in.
public struct MCPServerSettings: Sendable, Hashable, CustomStringConvertible {
    /// The id of the resource.
    public var id: String
    /// The name for people, by which clashing names of tools are told apart.
    public var name: String
    /// The endpoint.
    public var url: String
    /// Whether messages travel by the transport of 2024 rather than by streamable HTTP.
    public var usesEvents: Bool
    /// Headers of every request, credentials among them.
    public var headers: [String: String]
    /// How requests prove who they are from; nil where headers do, or nothing does.
    public var credential: Credential?
    /// Whether answers may be compressed.
    public var acceptsCompression: Bool
    /// What stands in `_meta` of each call of a tool.
    public var meta: [String: JSONValue]
    /// `config`, complete: what holds for tools.
    private let config: JSONValue
    /// What was approved of each tool, by its name.
    private let approved: JSONValue

    /// Whether somebody has to approve calls of a tool.
    public enum Approval: String, Sendable, Hashable {
        case notNeeded = "auto_approved"
        case needed = "requires_approval"
    }

    /// The name and the id, without what may be secret.
    public var description: String { "\(name) (\(id))" }

    /// `auto_approve_all`, `require_approval_all` or `require_approval_per_tool`.
    public var approvalPolicy: String { config["approval_policy"]?.stringValue ?? "" }

    /// Whether requests carry anything that only the owner's servers may have.
    private static func carriesSecrets(_ config: JSONValue) -> Bool {
        let named = ["secret_token", "auth_connection"].contains { !(config[$0] ?? .null).isNull }
        let headers = config["request_headers"]?.objectValue ?? [:]
        let meta = config["request_meta"]?.objectValue ?? [:]
        return named || headers.contains { Redaction.isSecret(header: $0.key, $0.value) }
            || meta.values.contains { $0["secret_id"] != nil || $0["env_var_label"] != nil }
    }

    /// Nil, with a warning, when the server cannot be used.
    init?(
        _ server: Resource, variables: inout TemplateFiller, secrets: SecretSource, warnings: inout [String]
    ) {
        let config = StoredMCPServer.configuration(of: server)
        let place = "MCP server \(server.name)"
        var notes: [String] = []
        func locate(_ value: JSONValue, for what: String) -> JSONValue? {
            if let name = value["secret_id"]?.stringValue ?? value["env_var_label"]?.stringValue {
                if let secret = secrets.value(name) { return .string(secret) }
                notes.append("\(place): there is no secret \(name) here; requests go without \(what).")
                return nil
            }
            if let variable = value["variable_name"]?.stringValue { return variables.value(variable, for: place) }
            return value
        }
        var url = ""
        var problem = "it has no URL"
        if let text = config["url"]?.stringValue {
            variables.require(text, in: place)
            do throws(ToolMistake) {
                let strangers = Self.carriesSecrets(config) ? variables.callers : []
                url = try URLTemplate.filled(text, strangers: strangers) { name throws(ToolMistake) in
                    guard let value = variables.values[name].flatMap(CallVariables.text) else {
                        throw ToolMistake("the variable \(name) has no value when the call begins")
                    }
                    return value
                }
            } catch {
                problem = error.message
            }
        } else if let value = config["url"], let secret = locate(value, for: "it")?.stringValue {
            url = secret
        }
        var headers: [String: String] = [:]
        let given = HeaderFields.settable(
            config["request_headers"]?.objectValue ?? [:], in: place, &notes,
            protocol: { $0.hasPrefix("mcp-") || ["accept", "content-type", "last-event-id"].contains($0) })
        for (name, value) in given {
            if let text = value.stringValue {
                headers.set(variables.fill(text, in: place, allowsSecrets: true), forHeader: name)
            } else if let text = locate(value, for: "the header \(name)").flatMap(CallVariables.text) {
                headers.set(text, forHeader: name)
            }
        }
        if let token = config["secret_token"], !token.isNull,
            let secret = locate(token, for: "its token")?.stringValue
        {
            // The token may be complete, with its scheme.
            headers.set(secret.contains(" ") ? secret : "Bearer \(secret)", forHeader: "Authorization")
        }
        var meta: [String: JSONValue] = [:]
        for (name, value) in config["request_meta"]?.objectValue ?? [:] {
            meta[name] = value.objectValue == nil ? value : locate(value, for: "_meta.\(name)")
        }
        credential = secrets.credential(
            for: config["auth_connection"], of: "\(place): auth_connection", &notes)
        acceptsCompression = config["disable_compression"] != true
        for tool in config["tool_config_overrides"]?.arrayValue ?? [] {
            for (path, override) in (tool["input_overrides"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let secret = MCPServerSchema.secret(in: override) else { continue }
                notes.append("\(place): the secret \(secret) may stand in headers only; \(path) is left out.")
            }
        }
        warnings += notes
        guard !url.isEmpty else {
            // A variable that is missing is told as such.
            if variables.missing.values.allSatisfy({ !$0.contains(place) }) {
                warnings.append("\(place): \(problem); the call goes on without it.")
            }
            return nil
        }
        id = server.id
        name = server.name
        self.url = url
        usesEvents = config["transport"] == "SSE"
        self.headers = headers
        self.meta = meta
        self.config = config
        approved = server.body["approved"] ?? [:]
    }

    /// The settings of the server outside of a call, without variables but those of the workspace's environment; nil when it
    /// cannot be asked. And what there is to say of them, as sentences for the owner.
    public static func outsideOfCalls(
        _ server: Resource, workspace: WorkspaceItems
    ) -> (MCPServerSettings?, [String]) {
        var variables = TemplateFiller(environment: workspace)
        var warnings: [String] = []
        let settings = MCPServerSettings(
            server, variables: &variables, secrets: workspace.secrets, warnings: &warnings)
        let missing = variables.missing.keys.sorted()
        guard missing.isEmpty else {
            return (nil, ["it needs variables that only calls have: \(missing.joined(separator: ", "))"])
        }
        return (settings, warnings)
    }

    /// The servers that an agent names, in its order.
    ///
    /// - Parameter configuration: `conversation_config`, complete.
    static func all(
        of configuration: ConfigurationReader, _ workspace: WorkspaceItems, variables: inout TemplateFiller,
        warnings: inout [String]
    ) -> [MCPServerSettings] {
        var known: Set<String> = []
        let ids = configuration["agent"]["prompt"]["mcp_server_ids"].strings.filter { known.insert($0).inserted }
        guard workspace.allowsMCPServers else {
            if !ids.isEmpty {
                warnings.append(
                    "prompt.mcp_server_ids: can_use_mcp_servers of the settings is false; the call goes on without them."
                )
            }
            return []
        }
        let canAsk = configuration["conversation"]["client_events"].strings.contains("mcp_tool_call")
        return ids.compactMap { id in
            guard let server = workspace.servers[id] else {
                warnings.append("prompt.mcp_server_ids: there is no MCP server \(id); the call goes on without it.")
                return nil
            }
            if !canAsk, StoredMCPServer.configuration(of: server)["approval_policy"] == "require_approval_all" {
                warnings.append(
                    "MCP server \(server.name): each call of its tools needs an approval (approval_policy), and will fail: "
                        + "clients are asked with mcp_tool_call, which conversation.client_events leaves out.")
            }
            return MCPServerSettings(server, variables: &variables, secrets: workspace.secrets, warnings: &warnings)
        }
    }

    /// What there is to say of the servers that an agent names, as sentences for its owner.
    ///
    /// - Parameter configuration: `conversation_config`, complete.
    static func warnings(for configuration: JSONValue, workspace: WorkspaceItems) -> [String] {
        var variables = TemplateFiller(environment: workspace)
        var warnings: [String] = []
        _ = all(
            of: ConfigurationReader(configuration), workspace, variables: &variables, warnings: &warnings)
        return warnings
    }

    // MARK: Tools

    /// Whether calls of a tool have to be approved. An approval holds for what the server said of the tool when it was
    /// given; one that says something else now is asked for again.
    public func approval(of tool: String, description: String, _ inputSchema: JSONValue) -> Approval {
        switch approvalPolicy {
        case "auto_approve_all": return .notNeeded
        case "require_approval_per_tool":
            let hash = StoredMCPServer.hash(description: description, inputSchema)
            let approval = config["tool_approval_hashes"]?.arrayValue?.first {
                $0["tool_name"] == .string(tool) && $0["tool_hash"] == .string(hash)
            }
            return approval?["approval_policy"]?.stringValue.flatMap(Approval.init) ?? .needed
        default: return .needed
        }
    }

    /// Whether it counts that a tool says `readOnlyHint` or `idempotentHint` of itself: where tools are approved one by one,
    /// only if it said so when it was approved.
    public func believes(_ hint: String, of tool: String) -> Bool {
        approvalPolicy != "require_approval_per_tool"
            || approved.value(at: tool, "annotations", hint)?.boolValue == true
    }

    /// A tool of the server, in the shape of the configurations of other tools: what holds for all tools of the server,
    /// and what differs for this one.
    ///
    /// - Parameters:
    ///   - tool: the server's name of it.
    ///   - name: the name that the model uses.
    ///   - values: the call's variables as they are now.
    public func configuration(
        of tool: String, named name: String, description: String, _ inputSchema: JSONValue,
        values: [String: JSONValue]
    ) -> JSONValue {
        let own = config["tool_config_overrides"]?.arrayValue?.first { $0["tool_name"] == .string(tool) } ?? [:]
        var result: JSONValue = [
            "type": "mcp", "name": .string(name), "description": .string(description),
            "assignments": own["assignments"] ?? [], "response_mocks": own["response_mocks"] ?? [],
            "read_only": own["read_only"] ?? .null,
        ]
        for field in Self.shared {
            result[field] = [own[field], config[field]].compactMap(\.self).first { !$0.isNull } ?? .null
        }
        if result["tool_call_sound"] == "off" { result["tool_call_sound"] = .null }
        var schema = inputSchema
        var fixed: JSONValue = [:]
        var omitted: [JSONValue] = []
        for (path, override) in (own["input_overrides"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            let steps = path.split(separator: ".").map(String.init).filter { $0 != "$" }
            guard !steps.isEmpty else { continue }
            let isSecret = MCPServerSchema.secret(in: override) != nil
            switch isSecret ? "omit" : override["source"]?.stringValue {
            case "constant":
                schema = Self.removing(steps, from: schema)
                fixed = fixed.merging(Self.nesting(override["constant_value"] ?? .null, at: steps))
            case "dynamic_variable":
                // Without a value the model decides.
                guard let value = values[override["dynamic_variable"]?.stringValue ?? ""] else { continue }
                schema = Self.removing(steps, from: schema)
                fixed = fixed.merging(Self.nesting(value, at: steps))
            case "omit":
                schema = Self.removing(steps, from: schema)
                omitted.append(.array(steps.map(JSONValue.string)))
            case "llm":
                if let prompt = override["prompt"]?.stringValue, !prompt.isEmpty {
                    schema = Self.describing(steps, prompt, in: schema)
                }
            default: break
            }
        }
        result["parameters"] = schema
        result["fixed_arguments"] = fixed
        result["omitted_arguments"] = .array(omitted)
        return result
    }

    /// The fields that a server has for all of its tools.
    private static let shared = [
        "force_pre_tool_speech", "pre_tool_speech", "disable_interruptions", "interruption_mode", "tool_call_sound",
        "tool_call_sound_behavior", "execution_mode", "response_timeout_secs",
    ]

    private static func nesting(_ value: JSONValue, at path: [String]) -> JSONValue {
        path.reversed().reduce(value) { [$1: $0] }
    }

    private static func removing(_ path: [String], from schema: JSONValue) -> JSONValue {
        guard let name = path.first, var properties = schema["properties"]?.objectValue, let inner = properties[name]
        else { return schema }
        var schema = schema
        if path.count == 1 {
            properties[name] = nil
            schema["required"] = schema["required"]?.arrayValue.map { .array($0.filter { $0 != .string(name) }) }
        } else {
            properties[name] = removing(Array(path.dropFirst()), from: inner)
        }
        schema["properties"] = .object(properties)
        return schema
    }

    private static func describing(_ path: [String], _ text: String, in schema: JSONValue) -> JSONValue {
        guard let name = path.first else { return schema.merging(["description": .string(text)]) }
        guard var properties = schema["properties"]?.objectValue, let inner = properties[name] else { return schema }
        properties[name] = describing(Array(path.dropFirst()), text, in: inner)
        return schema.merging(["properties": .object(properties)])
    }
}

extension TemplateFiller {
    /// Has the variables of the workspace's environment alone, for what is said of a configuration outside of calls.
    fileprivate init(environment workspace: WorkspaceItems) {
        var values: [String: JSONValue] = [:]
        for (label, text) in workspace.variables {
            for prefix in CallVariables.environmentPrefixes { values[prefix + label] = .string(text) }
        }
        self.init(values: values)
    }
}
