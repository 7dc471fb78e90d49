import Foundation
import JSON

/// A tool of the workspace, which agents name in `prompt.tool_ids`.
///
/// The body of its resource has `tool_config`, complete, and `response_mocks`.
public enum StoredTool {
    /// A new tool from the body of a create request: `{tool_config, response_mocks?}`.
    ///
    /// - Throws: `ValidationError` naming every field that is missing or wrong, or why the tool could never run.
    public static func new(body: JSONValue, now: Date = Date()) throws(ValidationError) -> Resource {
        guard let config = body["tool_config"], !config.isNull else {
            throw ValidationError([
                .init(loc: ["body", "tool_config"], msg: "Field required", type: "missing")
            ])
        }
        let id = Identifier.make("tool")
        return try Resource(.tool, id: id, name: "", now: now).holding(
            config, mocks: body["response_mocks"] ?? .null)
    }

    /// The tool with what the body of an update request gives. `tool_config` replaces the former one as a whole; a secret
    /// that is sent back as asterisks stays as it is.
    ///
    /// - Throws: `ValidationError` naming every field that is missing or wrong.
    public static func changed(
        _ tool: Resource, with body: JSONValue, now: Date = Date()
    ) throws(ValidationError) -> Resource {
        var changed = try tool.holding(
            body["tool_config"] ?? .null, mocks: body["response_mocks"] ?? tool.body["response_mocks"] ?? .null)
        changed.updatedAt = Int(now.timeIntervalSince1970)
        return changed
    }

    /// The answer of `GET /v1/convai/tools/{id}`. Secrets are not shown.
    public static func json(
        _ tool: Resource, usage: ToolUsage, secrets: SecretSource
    ) -> JSONValue {
        [
            "id": .string(tool.id), "tool_config": Redaction.hidden(configuration(of: tool)),
            "access_info": Agent.accessInfo,
            "usage_stats": [
                "total_calls": .integer(usage.calls), "avg_latency_secs": .number(usage.averageLatency),
            ],
            "response_mocks": tool.body["response_mocks"] ?? [],
            "metadata": ["warnings": .array(warnings(of: tool, secrets: secrets).map(JSONValue.string))],
        ]
    }

    /// What this server does not do of the tool's configuration, as sentences for its owner.
    private static func warnings(of tool: Resource, secrets: SecretSource) -> [String] {
        ToolSettings.warnings(forTool: configuration(of: tool), secrets: secrets)
    }

    /// `tool_config`. Fields that a later version added to it are filled in.
    public static func configuration(of tool: Resource) -> JSONValue {
        let config = tool.body["tool_config"] ?? [:]
        return ToolSchema.byType[tool.type]?.filled(config) ?? config
    }

    /// What a call needs of a tool.
    public struct Content: Sendable, Hashable {
        /// `tool_config`, complete.
        public var configuration: JSONValue
        /// `response_mocks`.
        public var responseMocks: [JSONValue]

        /// A tool as it is written.
        public init(_ configuration: JSONValue, responseMocks: [JSONValue] = []) {
            self.configuration = configuration
            self.responseMocks = responseMocks
        }

        init(_ tool: Resource) {
            self.init(
                StoredTool.configuration(of: tool), responseMocks: tool.body["response_mocks"]?.arrayValue ?? [])
        }
    }
}

extension Resource {
    /// The tool with this configuration, completed; null keeps the present one.
    fileprivate func holding(_ config: JSONValue, mocks: JSONValue) throws(ValidationError) -> Resource {
        let place: [JSONValue] = ["body", "tool_config"]
        let issues =
            (config.isNull ? [] : ToolRules(isInline: false).issues(config, at: place))
            + ToolSchema.responseMocks.issues(mocks, at: ["body", "response_mocks"])
        guard issues.isEmpty else { throw ValidationError(issues) }
        var tool = self
        if !config.isNull {
            let restored = try Redaction.restored(config, from: body["tool_config"], at: place)
            tool.type = config["type"]?.stringValue ?? type
            tool.name = config["name"]?.stringValue ?? name
            tool.body["tool_config"] = ToolSchema.byType[tool.type]?.filled(restored) ?? restored
        }
        tool.body["response_mocks"] = ToolSchema.responseMocks.filled(mocks)
        return tool
    }
}
