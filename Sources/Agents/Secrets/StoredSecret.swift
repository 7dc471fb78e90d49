import Foundation
import JSON

/// A secret of the workspace, which configurations name by `secret_id`. Its value is encrypted wherever it is stored, and
/// no answer has it.
public enum StoredSecret {
    /// The longest value, in bytes of UTF-8: certificates fit.
    public static let longestValue = 65_536

    private static let schema = Schema.object([
        "type": Schema.text.orNull, "name": Schema.text.required, "value": Schema.text.required,
    ])

    /// A new secret from the body of a create request: `{type: "new", name, value}`.
    ///
    /// - Throws: `ValidationError`, or an error of the encryption.
    public static func new(body: JSONValue, vault: SecretVault, now: Date = Date()) throws -> Resource {
        try check(body, type: "new", isWhole: true)
        var secret = Resource(.secret, id: Identifier.make("secret"), name: body["name"]?.stringValue ?? "", now: now)
        try secret.hold(body["value"], vault)
        return secret
    }

    /// The secret with what the body of an update request gives: `{type: "update", name?, value?}`.
    ///
    /// - Throws: `ValidationError`, or an error of the encryption.
    public static func changed(
        _ secret: Resource, with body: JSONValue, vault: SecretVault, now: Date = Date()
    ) throws -> Resource {
        try check(body, type: "update", isWhole: false)
        var secret = secret
        secret.name = body["name"]?.stringValue ?? secret.name
        secret.updatedAt = Int(now.timeIntervalSince1970)
        try secret.hold(body["value"], vault)
        return secret
    }

    /// The value.
    ///
    /// - Throws: `SecretVault.Unreadable`.
    static func value(of secret: Resource, vault: SecretVault) throws -> String {
        try vault.open(secret.body["value"]?.stringValue ?? "", for: secret.place)
    }

    /// The answer of a request that makes or changes a secret.
    public static func json(_ secret: Resource) -> JSONValue {
        ["type": "stored", "secret_id": .string(secret.id), "name": .string(secret.name)]
    }

    private static func check(_ body: JSONValue, type: String, isWhole: Bool) throws(ValidationError) {
        var issues = schema.issues(body, at: ["body"]).filter { isWhole || $0.type != "missing" }
        if let given = body["type"]?.stringValue, given != type {
            issues.append(.init(loc: ["body", "type"], msg: "Input should be \"\(type)\"", type: "literal_error"))
        }
        for name in ["name", "value"] {
            guard let text = body[name]?.stringValue else { continue }
            if text.isEmpty {
                issues.append(
                    .init(loc: ["body", .string(name)], msg: "Input should not be empty", type: "value_error"))
            } else if text.utf8.count > longestValue {
                issues.append(
                    .init(
                        loc: ["body", .string(name)], msg: "Input should have at most \(longestValue) bytes",
                        type: "value_error"))
            }
        }
        guard issues.isEmpty else { throw ValidationError(issues) }
    }
}

extension Resource {
    /// Where a value of the resource is sealed for.
    var place: String { "\(kind.rawValue)/\(id)" }

    fileprivate mutating func hold(_ value: JSONValue?, _ vault: SecretVault) throws {
        guard let value = value?.stringValue else { return }
        body["value"] = .string(try vault.seal(value, for: place))
    }
}
