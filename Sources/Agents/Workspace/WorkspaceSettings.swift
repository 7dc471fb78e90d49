import Foundation
import JSON

/// The settings of the workspace: the one resource of their kind, or the defaults while there is none.
public struct WorkspaceSettings: Sendable, Hashable {
    /// The settings, complete.
    private let settings: JSONValue

    private static let id = "settings"

    private static let schema = Schema.object([
        InitiationWebhook.member: Schema.object([
            "url": Schema.text.required, "request_headers": .map(.any),
        ]).orNull,
        "webhooks": .object([
            "post_call_webhook_id": Schema.text.orNull,
            "events": .list(
                .choice(
                    "",
                    [
                        "transcript", "audio", "call_initiation_failure", "answering_machine_detection",
                        "unredacted_transcript", "unredacted_audio",
                    ]), ["transcript"]),
            "transcript_format": .choice("json", ["json", "opentelemetry"]), "exclude_transcript": .flag(false),
            "send_audio": Schema.flag(false).orNull,
        ]),
        // The hosted API's default is false until somebody agrees to terms, which there are none of here.
        "can_use_mcp_servers": .flag(true), "rag_retention_period_days": .integer(10, 1...365),
        "conversation_embedding_retention_days": Schema.integer(30, 1...365).orNull,
        "default_livekit_stack": .choice("standard", ["standard", "static"]),
    ])

    /// The settings that a store has read.
    init(_ resource: Resource?) { settings = Self.schema.filled(resource?.body ?? [:]) }

    /// The settings of a server.
    ///
    /// - Throws: The database's error.
    public static func read(from resources: any ResourceStore) async throws -> WorkspaceSettings {
        WorkspaceSettings(try await resources.get(.settings, id))
    }

    /// Changes what the body of an update request gives: each member replaces the former one, null resets it.
    ///
    /// - Throws: `ValidationError`, or the database's error.
    public static func change(
        _ body: JSONValue, in resources: any ResourceStore, now: Date = Date()
    ) async throws -> WorkspaceSettings {
        if try await resources.get(.settings, id) == nil {
            do {
                try await resources.insert(Resource(.settings, id: id, name: id, now: now))
            } catch StorageError.alreadyExists {
                // Somebody was faster.
            }
        }
        return WorkspaceSettings(
            try await resources.change(.settings, id) { resource in
                var resource = resource
                for name in Self.schema.members where body[name] != nil {
                    let value = try Redaction.restored(
                        [name: body[name] ?? .null], from: resource.body, at: ["body"])
                    resource.body[name] = value[name]
                }
                try check(resource.body)
                resource.updatedAt = Int(now.timeIntervalSince1970)
                return resource
            })
    }

    private static func check(_ body: JSONValue) throws(ValidationError) {
        var issues = schema.issues(body, at: ["body"])
        let name = InitiationWebhook.member
        if issues.isEmpty { issues = InitiationWebhook.issues(body[name] ?? .null, at: ["body", .string(name)]) }
        guard issues.isEmpty else { throw ValidationError(issues) }
    }

    /// Whether agents may use MCP servers.
    public var allowsMCPServers: Bool { settings["can_use_mcp_servers"]?.boolValue ?? true }

    /// What is asked for variables and overrides when a call begins; null for nothing.
    var initiationWebhook: JSONValue { settings[InitiationWebhook.member] ?? .null }

    /// The settings that are stored and not followed, as sentences for the owner.
    public var warnings: [String] {
        var warnings: [String] = []
        func warn(_ path: String, _ missing: String) {
            warnings.append("\(path): not followed on this server: \(missing).")
        }
        if settings.value(at: "webhooks", "post_call_webhook_id")?.stringValue?.isEmpty == false {
            warn("webhooks.post_call_webhook_id", "no webhook is called after a call; fetch its record")
        }
        if settings["default_livekit_stack"] != "standard" {
            warn("default_livekit_stack", "there is no WebRTC; calls use the WebSocket")
        }
        return warnings
    }

    /// The answer of `GET /v1/convai/settings`. Secrets are not shown.
    public var json: JSONValue {
        Redaction.hidden(settings).merging(["metadata": ["warnings": .array(warnings.map(JSONValue.string))]])
    }
}

extension Schema {
    /// The names of an object's known members; none for others.
    fileprivate var members: [String] {
        if case .object(let members) = shape { members.keys.sorted() } else { [] }
    }
}
