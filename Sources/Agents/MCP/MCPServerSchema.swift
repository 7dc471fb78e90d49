import Foundation
import JSON

/// The fields of an MCP server's configuration with their types and defaults (SDK 2.78.0).
enum MCPServerSchema {
    static let policies = ["require_approval_all", "auto_approve_all", "require_approval_per_tool"]
    static let toolPolicies = ["auto_approved", "requires_approval"]
    /// In seconds.
    static let timeouts = 5.0...300.0

    /// `config`, apart from what `issues` checks.
    static let config = Schema.object(
        changeable.merging([
            "url": Schema.any.required, "name": Schema.text.required, "description": .text,
            "transport": .choice("SSE", ["SSE", "STREAMABLE_HTTP"]),
            "tool_approval_hashes": .list(
                .object([
                    "tool_name": Schema.text.required, "tool_hash": Schema.text.required,
                    "approval_policy": .choice("requires_approval", toolPolicies),
                ])),
            "tool_config_overrides": .list(toolConfig),
        ]) { $1 })

    /// What a `PATCH` may change.
    static let changeable: [String: Schema] = [
        "approval_policy": .choice("require_approval_all", policies), "secret_token": Schema.map(.any).orNull,
        "request_headers": .map(.any), "request_meta": .map(.any), "auth_connection": Schema.map(.any).orNull,
        "force_pre_tool_speech": .flag(false), "pre_tool_speech": .choice("auto", speech),
        "disable_interruptions": .flag(false), "interruption_mode": .choice("allow", interruptions),
        "tool_call_sound": Schema.choice("", sounds).orNull,
        "tool_call_sound_behavior": .choice("auto", ["auto", "always"]),
        "execution_mode": .choice("immediate", executions), "response_timeout_secs": .integer(30, timeouts),
        "disable_compression": .flag(false),
    ]

    /// What differs for one tool; null is the server's.
    static let toolConfig = Schema.object([
        "tool_name": Schema.text.required, "force_pre_tool_speech": Schema.flag(false).orNull,
        "pre_tool_speech": Schema.choice("auto", speech).orNull, "disable_interruptions": Schema.flag(false).orNull,
        "interruption_mode": Schema.choice("allow", interruptions).orNull,
        "tool_call_sound": Schema.choice("", sounds + ["off"]).orNull,
        "tool_call_sound_behavior": Schema.choice("auto", ["auto", "always"]).orNull,
        "execution_mode": Schema.choice("immediate", executions).orNull,
        "response_timeout_secs": Schema.integer(30, timeouts).orNull,
        "assignments": .list(
            .object([
                "source": .choice("response", ["response"]), "dynamic_variable": Schema.text.required,
                "value_path": Schema.text.required, "sanitize": .flag(false), "preserve_native_type": .flag(false),
            ])),
        "input_overrides": Schema.map(
            Schema.object([
                "source": Schema.choice("", ["constant", "dynamic_variable", "llm", "omit"]).required
            ]).nullable
        ).orNull,
        "response_mocks": Schema.list(.map(.any)).orNull, "read_only": ToolSchema.readOnly,
    ])

    private static let speech = ["auto", "force", "off"]
    private static let interruptions = ["allow", "disable_during_tool", "disable_during_tool_and_turn"]
    private static let executions = ["immediate", "post_tool_speech", "async"]
    private static let sounds = ["typing", "elevator1", "elevator2", "elevator3", "elevator4"]

    // MARK: Checks

    typealias Issue = ValidationError.Issue

    /// The errors of values that are wrong although their types are right.
    static func issues(_ config: JSONValue, at loc: [JSONValue]) -> [Issue] {
        var issues: [Issue] = []
        func refuse(_ name: String, _ msg: String) {
            issues.append(Issue(loc: loc + [.string(name)], msg: msg, type: "value_error"))
        }
        if config["name"]?.stringValue?.isEmpty == true { refuse("name", "Input should have at least 1 character") }
        if let url = config["url"], !url.isNull, let problem = problem(ofURL: url) { refuse("url", problem) }
        if let token = config["secret_token"], !token.isNull, token["secret_id"]?.stringValue?.isEmpty ?? true {
            refuse("secret_token", "Input should be an object with secret_id")
        }
        if let connection = config["auth_connection"], !connection.isNull {
            issues += Locator.issues(connection, of: Locator.connections, at: loc + ["auth_connection"])
        }
        issues += HeaderFields.issues(config["request_headers"], at: loc + ["request_headers"])
        for (name, value) in (config["request_meta"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key })
        where value.arrayValue != nil || (value.objectValue != nil && !Locator.isOne(value, of: Locator.values)) {
            issues.append(
                Issue(
                    loc: loc + ["request_meta", .string(name)],
                    msg:
                        "Input should be a scalar, or an object with one of: \(Locator.values.joined(separator: ", "))",
                    type: "value_error"))
        }
        for (index, tool) in (config["tool_config_overrides"]?.arrayValue ?? []).enumerated() {
            issues += self.issues(ofTool: tool, at: loc + ["tool_config_overrides", .integer(index)])
        }
        return issues + self.issues(ofTool: config, at: loc)
    }

    /// The errors of the arguments that the override for a tool sets.
    private static func issues(ofTool config: JSONValue, at loc: [JSONValue]) -> [Issue] {
        (config["input_overrides"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.compactMap { path, override in
            secret(in: override).map { secret in
                Issue(
                    loc: loc + ["input_overrides", .string(path), "dynamic_variable"],
                    msg: "The secret \(secret) may stand in headers only", type: "value_error")
            }
        }
    }

    /// The secret variable that an argument would be set to, which may not go where models and callers see it.
    static func secret(in override: JSONValue) -> String? {
        guard override["source"] == "dynamic_variable", let name = override["dynamic_variable"]?.stringValue,
            name.hasPrefix(CallVariables.secretPrefix)
        else { return nil }
        return name
    }

    /// The errors of a member of a change that cannot be changed.
    ///
    /// - Parameter config: as it is; who sends the same changes nothing.
    static func issues(ofFixed body: JSONValue, in config: JSONValue, at loc: [JSONValue]) -> [Issue] {
        let shown = Redaction.hidden(config)
        return (body.objectValue ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
            guard changeable[name] == nil, value != config[name], value != shown[name] else { return nil }
            return Issue(
                loc: loc + [.string(name)], msg: "This cannot be changed; make another server", type: "value_error")
        }
    }

    private static func problem(ofURL url: JSONValue) -> String? {
        if url.objectValue != nil {
            return url["secret_id"]?.stringValue?.isEmpty == false ? nil : "Input should be a URL, or name a secret_id"
        }
        guard let text = url.stringValue else { return "Input should be a URL, or name a secret_id" }
        for case .variable(let name, _) in TemplatePiece.pieces(of: text)
        where name.hasPrefix(CallVariables.secretPrefix) {
            return "The secret \(name) may stand in headers only; a whole URL can be a secret_id"
        }
        // What a variable at its beginning makes of it is known only in a call.
        if text.hasPrefix("{{") { return nil }
        guard let url = URLTemplate.address(text.replacing(#/\{\{[^{}]*\}\}/#, with: "1")), let host = url.host() else {
            return "Input should be an https URL"
        }
        switch url.scheme?.lowercased() {
        case "https": return nil
        case "http" where isNear(host): return nil
        default: return "Input should be an https URL; http is for servers of this machine and its network"
        }
    }

    /// Whether a host is on this machine or its network, by its name: everything that is sent there stays there.
    static func isNear(_ host: String) -> Bool {
        let host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
        if host.contains(":") { return host == "::1" || ["fc", "fd", "fe8"].contains(where: host.hasPrefix) }
        // A name without a domain.
        if !host.contains(".") { return true }
        if [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test"].contains(where: host.hasSuffix) {
            return true
        }
        let parts = host.split(separator: ".").compactMap { UInt8($0) }
        guard parts.count == 4, host.split(separator: ".").count == 4 else { return false }
        return switch (parts[0], parts[1]) {
        case (10, _), (127, _), (192, 168), (172, 16...31): true
        default: false
        }
    }
}
