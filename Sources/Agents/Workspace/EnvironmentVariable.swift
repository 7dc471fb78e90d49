import Foundation
import JSON

/// A variable of the workspace with a value for each environment, such as `production`. Configurations name it by its
/// label: as `env_var_label`, or `{{system_env__LABEL}}` (`{{system__env_LABEL}}`) in a URL.
///
/// The body of its resource has `values`, and in `environments` the names of those that have one, for lists.
public enum EnvironmentVariable {
    /// The environment of calls that name none, and the one whose values stand in for those that others lack.
    public static let production = "production"
    /// The longest label or name of an environment, in bytes.
    static let longestName = 64
    /// The longest value, in bytes of UTF-8.
    static let longestValue = 8_192

    /// What the values of a variable are.
    enum Kind: String, CaseIterable {
        case string
        case secret
        case authConnection = "auth_connection"

        /// The member that names what the value is; nil for a plain string.
        var member: String? {
            switch self {
            case .string: nil
            case .secret: "secret_id"
            case .authConnection: "auth_connection_id"
            }
        }
    }

    /// A new variable from the body of a create request: `{type, label, values: {environment: value}}`.
    ///
    /// - Throws: `ValidationError`.
    public static func new(body: JSONValue, now: Date = Date()) throws(ValidationError) -> Resource {
        var issues: [ValidationError.Issue] = []
        let kind = (body["type"]?.stringValue).flatMap(Kind.init)
        if kind == nil {
            let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            issues.append(.init(loc: ["body", "type"], msg: "Input should be one of: \(known)", type: "enum"))
        }
        let label = body["label"]?.stringValue ?? ""
        if !isName(label) { issues.append(nameIssue(["body", "label"])) }
        issues += self.issues(body["values"] ?? .null, kind ?? .string)
        if body.value(at: "values", production) ?? .null == .null {
            issues.append(.init(loc: ["body", "values", .string(production)], msg: "Field required", type: "missing"))
        }
        guard issues.isEmpty, let kind else { throw ValidationError(issues) }
        var variable = Resource(
            .environmentVariable, id: Identifier.make("envvar"), name: label, type: kind.rawValue,
            body: ["label": .string(label)], now: now)
        variable.hold(body["values"]?.objectValue ?? [:])
        return variable
    }

    /// The variable with the values of an update request: `{values: {environment: value}}`, of which null removes one.
    ///
    /// - Throws: `ValidationError`.
    public static func changed(
        _ variable: Resource, with body: JSONValue, now: Date = Date()
    ) throws(ValidationError) -> Resource {
        let changes = body["values"] ?? .null
        var issues = self.issues(changes, Kind(rawValue: variable.type) ?? .string)
        if changes[production] == .null {
            issues.append(
                .init(
                    loc: ["body", "values", .string(production)], msg: "The production value cannot be removed",
                    type: "value_error"))
        }
        guard issues.isEmpty else { throw ValidationError(issues) }
        return variable.merging(changes.objectValue ?? [:], now)
    }

    /// The variable without its value for an environment.
    public static func forgetting(_ environment: String, in variable: Resource, now: Date = Date()) -> Resource {
        variable.merging([environment: .null], now)
    }

    /// The answer of `GET /v1/convai/environment-variables/{id}`.
    ///
    /// - Parameter environment: The only one whose value is given; nil for all.
    public static func json(_ variable: Resource, environment: String? = nil) -> JSONValue {
        let values = (variable.body["values"]?.objectValue ?? [:]).filter { name, _ in
            environment.map { $0 == name } ?? true
        }
        return [
            "id": .string(variable.id), "label": .string(variable.name), "type": .string(variable.type),
            "values": .object(values), "created_at_unix_secs": .integer(variable.createdAt),
            "updated_at_unix_secs": .integer(variable.updatedAt), "created_by_user_id": "local",
            "workspace_id": "local",
        ]
    }

    /// The value in an environment; that of production where it has none.
    static func value(of variable: Resource, in environment: String) -> JSONValue? {
        variable.body.value(at: "values", environment) ?? variable.body.value(at: "values", production)
    }

    /// The environments that have a value.
    public static func environments(of variable: Resource) -> Set<String> {
        Set((variable.body["values"]?.objectValue ?? [:]).keys)
    }

    /// The environment called `name`.
    ///
    /// - Throws: `ValidationError`.
    public static func environment(_ name: JSONValue?, now: Date = Date()) throws(ValidationError) -> Resource {
        let text = name?.stringValue ?? ""
        guard isName(text) else { throw ValidationError([nameIssue(["body", "name"])]) }
        return Resource(.environment, id: text, name: text, now: now)
    }

    private static func issues(_ values: JSONValue, _ kind: Kind) -> [ValidationError.Issue] {
        guard let values = values.objectValue else {
            return [.init(loc: ["body", "values"], msg: "Input should be a valid object", type: "dict_type")]
        }
        return values.sorted { $0.key < $1.key }.compactMap { environment, value in
            let loc: [JSONValue] = ["body", "values", .string(environment)]
            if value.isNull { return nil }
            guard let text = (kind.member.map { value[$0] } ?? value)?.stringValue else {
                let expected = kind.member.map { "an object with \($0)" } ?? "a valid string"
                return .init(loc: loc, msg: "Input should be \(expected)", type: "value_error")
            }
            guard text.utf8.count <= longestValue else {
                return .init(loc: loc, msg: "Input should have at most \(longestValue) bytes", type: "value_error")
            }
            return nil
        }
    }

    /// Whether `text` can be the name of an environment, or a variable's label.
    public static func isName(_ text: String) -> Bool {
        (1...longestName).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }

    /// The labels that a text names as variables, in a template or by themselves.
    static func labels(in text: String) -> [String] {
        guard CallVariables.environmentPrefixes.contains(where: text.contains) else { return [] }
        return text.matches(of: #/system(?:_env__|__env_)([A-Za-z0-9_-]+)/#).map { String($0.1) }
    }

    private static func nameIssue(_ loc: [JSONValue]) -> ValidationError.Issue {
        .init(loc: loc, msg: "Input should be 1 to \(longestName) letters, digits, _ or -", type: "value_error")
    }
}

extension Resource {
    fileprivate mutating func hold(_ values: [String: JSONValue]) {
        body["values"] = .object(values.filter { !$0.value.isNull })
        body["environments"] = .array((body["values"]?.objectValue ?? [:]).keys.sorted().map(JSONValue.string))
    }

    fileprivate func merging(_ values: [String: JSONValue], _ now: Date) -> Resource {
        var variable = self
        variable.hold((body["values"]?.objectValue ?? [:]).merging(values) { $1 })
        variable.updatedAt = Int(now.timeIntervalSince1970)
        return variable
    }
}
