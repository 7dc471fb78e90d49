import Credentials
import Foundation
import JSON

/// How requests prove to a server who they are from. Tools, MCP servers and environment variables name it by
/// `auth_connection_id`. It is encrypted as a whole where it is stored.
public enum AuthConnection {
    private struct Kind {
        var schema: Schema
        /// Members that no answer has.
        var secrets: Set<String>
    }

    /// Members whose values are hidden in answers, and left as they are when they are sent back so.
    private static let hiddenMaps: Set = ["custom_headers", "extra_headers", "extra_params"]

    private static let kinds: [String: Kind] = [
        "oauth2_client_credentials": Kind(
            schema: schema([
                "client_id": Schema.text.required, "token_url": Schema.text.required, "scopes": .list(.text),
                "extra_params": .map(.text), "basic_auth_in_header": .flag(false),
                "client_secret": Schema.text.required, "custom_headers": .map(.text),
            ]), secrets: ["client_secret"]),
        "oauth2_jwt": Kind(
            schema: schema(
                jwt.merging([
                    "token_url": Schema.text.required, "scopes": .list(.text),
                    "token_response_field": .choice("access_token", ["access_token", "id_token"]),
                    "jwt_usage": .choice("authorization_grant", ["authorization_grant", "client_authentication"]),
                ]) { $1 }), secrets: ["secret_key"]),
        "private_key_jwt": Kind(schema: schema(jwt), secrets: ["secret_key"]),
        "basic_auth": Kind(
            schema: schema(["username": Schema.text.required, "password": Schema.text.required]),
            secrets: ["password"]),
        "bearer_auth": Kind(schema: schema(["token": Schema.text.required]), secrets: ["token"]),
        "custom_header_auth": Kind(
            schema: schema(["header_name": Schema.text.required, "token": Schema.text.required]), secrets: ["token"]),
        "mtls": Kind(
            schema: schema([
                "client_certificate": Schema.text.required, "client_key": Schema.text.required,
                "ca_certificate": Schema.text.orNull, "key_passphrase": Schema.text.orNull,
            ]), secrets: ["client_certificate", "client_key", "ca_certificate", "key_passphrase"]),
    ]

    private static let jwt: [String: Schema] = [
        "algorithm": .choice(
            "RS256", ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]),
        "key_id": Schema.text.orNull, "issuer": Schema.text.required, "audience": Schema.text.required,
        "subject": Schema.text.required, "expiration_seconds": .integer(3_600, 1...86_400),
        "extra_params": .map(.text), "extra_headers": .map(.text), "secret_key": Schema.text.required,
    ]

    private static func schema(_ members: [String: Schema]) -> Schema {
        .object(
            members.merging([
                "auth_type": Schema.text.required, "name": Schema.text.required, "provider": Schema.text.required,
            ]) { $1 })
    }

    /// A new connection from the body of a create request, whose members depend on `auth_type`.
    ///
    /// - Throws: `ValidationError`, or an error of the encryption.
    public static func new(body: JSONValue, vault: SecretVault, now: Date = Date()) throws -> Resource {
        guard let type = body["auth_type"]?.stringValue, let kind = kinds[type] else {
            let known = kinds.keys.sorted().joined(separator: ", ")
            throw ValidationError([
                .init(loc: ["body", "auth_type"], msg: "Input should be one of: \(known)", type: "enum")
            ])
        }
        try check(body, kind)
        let connection = Resource(.authConnection, id: Identifier.make("auth"), name: "", type: type, now: now)
        return try connection.holding(kind.schema.filled(body), vault)
    }

    /// The connection with the members of an update request laid over it. In maps null removes an entry.
    ///
    /// - Throws: `ValidationError`, or an error of the encryption.
    public static func changed(
        _ connection: Resource, with body: JSONValue, vault: SecretVault, now: Date = Date()
    ) throws -> Resource {
        guard let kind = kinds[connection.type], body["auth_type"]?.stringValue ?? connection.type == connection.type
        else {
            throw ValidationError([
                .init(
                    loc: ["body", "auth_type"], msg: "Input should be \"\(connection.type)\", as it was made",
                    type: "literal_error")
            ])
        }
        let changes = (body.objectValue ?? [:]).filter { !$0.value.isNull }.map { name, value in
            (name, hiddenMaps.contains(name) ? value.withoutMarks : value)
        }
        let present = try configuration(of: connection, vault: vault)
        var config = present.patched(with: .object(Dictionary(uniqueKeysWithValues: changes)))
        for (name, value) in config.objectValue ?? [:] {
            guard let entries = value.objectValue else { continue }
            config[name] = .object(entries.filter { !$0.value.isNull })
        }
        try check(config, kind)
        var changed = try connection.holding(kind.schema.filled(config), vault)
        changed.updatedAt = Int(now.timeIntervalSince1970)
        return changed
    }

    /// The answer's item, without secrets.
    ///
    /// - Parameters:
    ///   - tools: Those that use it, as answers name them.
    ///   - servers: The MCP servers that do.
    public static func json(
        _ connection: Resource, vault: SecretVault, tools: [JSONValue], servers: [JSONValue]
    ) throws -> JSONValue {
        let secrets = kinds[connection.type]?.secrets ?? []
        let config = try configuration(of: connection, vault: vault)
        var shown = JSONValue.object((config.objectValue ?? [:]).filter { !secrets.contains($0.key) })
        for name in hiddenMaps.sorted() {
            guard let values = shown[name]?.objectValue else { continue }
            shown[name] = .object(values.mapValues { _ in Redaction.mark })
        }
        return shown.merging([
            "id": .string(connection.id), "status": nil, "status_detail": nil, "status_updated_at": nil,
            "used_by": ["tools": .array(tools), "mcp_servers": .array(servers), "integration_connections": []],
        ])
    }

    /// The whole connection, secrets included: the members of a create request, with defaults.
    ///
    /// - Throws: `SecretVault.Unreadable`, or `JSONError`.
    static func configuration(of connection: Resource, vault: SecretVault) throws -> JSONValue {
        try JSONValue(parsing: try vault.open(connection.body["sealed"]?.stringValue ?? "", for: connection.place))
    }

    private static func check(_ config: JSONValue, _ kind: Kind) throws(ValidationError) {
        var issues = kind.schema.issues(config, at: ["body"])
        if let url = config["token_url"]?.stringValue, URLTemplate.address(url) == nil {
            issues.append(
                .init(loc: ["body", "token_url"], msg: "Input should be an http or https URL", type: "value_error"))
        }
        issues += HeaderFields.issues(config["custom_headers"], at: ["body", "custom_headers"])
        if let header = config["header_name"]?.stringValue {
            issues += HeaderFields.issues(header, config["token"] ?? "", at: ["body", "header_name"])
        } else if let token = config["token"] {
            issues += HeaderFields.issues("Authorization", token, at: ["body", "token"])
        }
        guard issues.isEmpty else { throw ValidationError(issues) }
        do {
            try Credential(kind.schema.filled(config)).check()
        } catch {
            throw ValidationError([
                .init(loc: ["body", .string(error.member)], msg: error.reason, type: "value_error")
            ])
        }
    }

}

extension Resource {
    fileprivate func holding(_ config: JSONValue, _ vault: SecretVault) throws -> Resource {
        var connection = self
        connection.name = config["name"]?.stringValue ?? name
        connection.body = ["sealed": .string(try vault.seal(config.text, for: place))]
        return connection
    }
}

extension JSONValue {
    /// An object without the members that stand for hidden values.
    fileprivate var withoutMarks: JSONValue {
        objectValue.map { .object($0.filter { $0.value != Redaction.mark }) } ?? self
    }
}
