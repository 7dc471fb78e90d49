import Crypto
import Foundation
import JSON

/// An MCP server of the workspace, which agents name in `prompt.mcp_server_ids`.
///
/// The body of its resource has `config`, complete, and `approved`: what was approved of each tool.
public enum StoredMCPServer {
    typealias Issue = ValidationError.Issue

    /// A new server from the body of a create request: `{config}`.
    ///
    /// - Throws: `ValidationError` naming every field that is missing or wrong.
    public static func new(body: JSONValue, now: Date = Date()) throws(ValidationError) -> Resource {
        guard let config = body["config"], !config.isNull else {
            throw ValidationError([Issue(loc: ["body", "config"], msg: "Field required", type: "missing")])
        }
        try check(MCPServerSchema.config, config, at: ["body", "config"])
        let given = try Redaction.restored(config, from: nil, at: ["body", "config"])
        return Resource(
            .mcpServer, id: Identifier.make("mcp"), name: config["name"]?.stringValue ?? "",
            body: ["config": MCPServerSchema.config.filled(given), "approved": [:]], now: now)
    }

    /// The server with what the body of an update request gives. In maps, null removes.
    ///
    /// - Throws: `ValidationError` naming every field that is wrong.
    public static func changed(
        _ server: Resource, with body: JSONValue, now: Date = Date()
    ) throws(ValidationError) -> Resource {
        let schema = Schema.object(MCPServerSchema.changeable)
        try check(schema, body, at: ["body"])
        let fixed = MCPServerSchema.issues(ofFixed: body, in: configuration(of: server), at: ["body"])
        guard fixed.isEmpty else { throw ValidationError(fixed) }
        let patch = JSONValue.object((body.objectValue ?? [:]).filter { MCPServerSchema.changeable[$0.key] != nil })
        let before = configuration(of: server)
        let config = before.patched(with: try Redaction.restored(patch, from: before, at: ["body"]))
        return server.holding(schema.removing(patch, from: config), now)
    }

    /// The server with the approval of one tool: `{tool_name, tool_description, input_schema?, approval_policy?}`.
    ///
    /// - Parameter listed: the tool as the server lists it now, whose schema counts where none is given, and whose hints
    ///   count from now on; nil when it is not known.
    /// - Throws: `ValidationError` naming every field that is missing or wrong.
    public static func approving(
        _ server: Resource, _ body: JSONValue, listed: JSONValue? = nil, now: Date = Date()
    ) throws(ValidationError) -> Resource {
        try check(
            .object([
                "tool_name": Schema.text.required, "tool_description": Schema.text.required,
                "input_schema": Schema.map(.any).orNull,
                "approval_policy": .choice("requires_approval", MCPServerSchema.toolPolicies),
            ]), body, at: ["body"])
        let name = body["tool_name"]?.stringValue ?? ""
        let description = body["tool_description"]?.stringValue ?? ""
        let schemas = [body["input_schema"], listed?["inputSchema"]].compactMap(\.self)
        guard let schema = schemas.first(where: { !$0.isNull }) else {
            throw ValidationError([
                Issue(
                    loc: ["body", "input_schema"],
                    msg: "Field required: the approval is bound to it, and the server does not list the tool now",
                    type: "missing")
            ])
        }
        var config = configuration(of: server)
        var hashes = (config["tool_approval_hashes"]?.arrayValue ?? []).filter { $0["tool_name"] != .string(name) }
        hashes.append([
            "tool_name": .string(name), "tool_hash": .string(hash(description: description, schema)),
            "approval_policy": body["approval_policy"].flatMap { $0.isNull ? nil : $0 } ?? "requires_approval",
        ])
        config["tool_approval_hashes"] = .array(hashes)
        var changed = server.holding(config, now)
        var approved = server.body["approved"]?.objectValue ?? [:]
        approved[name] = [
            "description": .string(description), "input_schema": schema, "annotations": listed?["annotations"] ?? [:],
        ]
        changed.body["approved"] = .object(approved)
        return changed
    }

    /// The server without the approval of a tool.
    ///
    /// - Throws: `StorageError.notFound` when there is none.
    public static func disapproving(
        _ server: Resource, _ tool: String, now: Date = Date()
    ) throws(StorageError) -> Resource {
        var changed = try server.removing(tool, from: "tool_approval_hashes", called: "tool_approval", now)
        changed.body["approved"]?[tool] = nil
        return changed
    }

    /// The server with an override for a tool that has none: `{tool_name, …}`.
    ///
    /// - Throws: `ValidationError`, also when the tool has one.
    public static func configuring(_ server: Resource, _ body: JSONValue, now: Date = Date()) throws -> Resource {
        try check(MCPServerSchema.toolConfig, body, at: ["body"])
        let name = body["tool_name"]?.stringValue ?? ""
        guard toolConfig(of: server, name) == nil else {
            throw ValidationError([
                Issue(
                    loc: ["body", "tool_name"], msg: "The tool has an override already; change it with PATCH",
                    type: "value_error")
            ])
        }
        return server.setting(MCPServerSchema.toolConfig.filled(body), now)
    }

    /// The server with another override for a tool; null resets a field.
    ///
    /// - Throws: `ValidationError`, or `StorageError.notFound` when the tool has none.
    public static func reconfiguring(
        _ server: Resource, _ tool: String, _ body: JSONValue, now: Date = Date()
    ) throws -> Resource {
        guard let before = toolConfig(of: server, tool) else { throw StorageError.notFound("tool_config", id: tool) }
        let after = before.merging(body).merging(["tool_name": .string(tool)])
        try check(MCPServerSchema.toolConfig, after, at: ["body"])
        return server.setting(MCPServerSchema.toolConfig.filled(after), now)
    }

    /// The server without the override for a tool.
    ///
    /// - Throws: `StorageError.notFound` when the tool has none.
    public static func unconfiguring(
        _ server: Resource, _ tool: String, now: Date = Date()
    ) throws(StorageError) -> Resource {
        try server.removing(tool, from: "tool_config_overrides", called: "tool_config", now)
    }

    /// The override for a tool; nil when it has none.
    public static func toolConfig(of server: Resource, _ tool: String) -> JSONValue? {
        configuration(of: server)["tool_config_overrides"]?.arrayValue?.first { $0["tool_name"] == .string(tool) }
    }

    /// `config`. Fields that a later version added to it are filled in.
    public static func configuration(of server: Resource) -> JSONValue {
        MCPServerSchema.config.filled(server.body["config"])
    }

    /// The answer of `GET /v1/convai/mcp-servers/{id}`. Secrets are not shown.
    public static func json(_ server: Resource, dependents: [JSONValue] = []) -> JSONValue {
        [
            "id": .string(server.id), "config": Redaction.hidden(configuration(of: server)),
            "access_info": Agent.accessInfo, "dependent_agents": .array(dependents),
            "metadata": ["created_at": .integer(server.createdAt), "owner_user_id": nil],
        ]
    }

    // MARK: Approvals

    /// What an approval is bound to: the SHA-256 of what a model is told of a tool, in hexadecimal digits. When the server
    /// says something else, the approval no longer fits.
    public static func hash(description: String, _ inputSchema: JSONValue) -> String {
        let told: JSONValue = ["description": .string(description), "input_schema": inputSchema]
        return SHA256.hash(data: told.data).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// How the approval of a tool stands, for `GET …/tools`.
    ///
    /// - Parameter tool: as the server lists it.
    public static func approvalStatus(of tool: JSONValue, on server: Resource) -> JSONValue {
        let name = tool["name"]?.stringValue ?? ""
        let approval = configuration(of: server)["tool_approval_hashes"]?.arrayValue?
            .first { $0["tool_name"] == .string(name) }
        let hash = hash(description: tool["description"]?.stringValue ?? "", tool["inputSchema"] ?? [:])
        let state =
            approval == nil ? "not_approved" : approval?["tool_hash"] == .string(hash) ? "up_to_date" : "needs_review"
        return [
            "tool_id": .string("mcp:\(server.id):\(name)"), "state": .string(state),
            "approval_policy": approval?["approval_policy"] ?? .null,
            "approved_definition": state == "needs_review" ? definition(server.body["approved"]?[name]) : .null,
        ]
    }

    private static func definition(_ approved: JSONValue?) -> JSONValue {
        guard let approved, !approved.isNull else { return .null }
        return ["description": approved["description"] ?? .null, "input_schema": approved["input_schema"] ?? .null]
    }

    // MARK: Helpers

    private static func check(
        _ schema: Schema, _ value: JSONValue, at loc: [JSONValue]
    ) throws(ValidationError) {
        var issues = schema.issues(value, at: loc)
        if issues.isEmpty { issues = MCPServerSchema.issues(value, at: loc) }
        guard issues.isEmpty else { throw ValidationError(issues) }
    }
}

extension Resource {
    fileprivate func holding(_ config: JSONValue, _ now: Date) -> Resource {
        var changed = self
        changed.body["config"] = MCPServerSchema.config.filled(config)
        changed.updatedAt = Int(now.timeIntervalSince1970)
        return changed
    }

    fileprivate func setting(_ override: JSONValue, _ now: Date) -> Resource {
        var config = StoredMCPServer.configuration(of: self)
        let others = (config["tool_config_overrides"]?.arrayValue ?? []).filter {
            $0["tool_name"] != override["tool_name"]
        }
        config["tool_config_overrides"] = .array(others + [override])
        return holding(config, now)
    }

    fileprivate func removing(
        _ tool: String, from list: String, called kind: String, _ now: Date
    ) throws(StorageError) -> Resource {
        var config = StoredMCPServer.configuration(of: self)
        let all = config[list]?.arrayValue ?? []
        let rest = all.filter { $0["tool_name"] != .string(tool) }
        guard rest.count < all.count else { throw .notFound(kind, id: tool) }
        config[list] = .array(rest)
        return holding(config, now)
    }
}
