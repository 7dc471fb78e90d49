import JSON

/// Makes of a tool's schema, which may be any schema of an object, what models take as a function's parameters.
///
/// The hosted models want `properties`, and refuse a choice between schemas at the top. Which combinations are right the
/// server checks itself; the model is told all members that there may be.
enum FunctionSchema {
    /// What may not stand at the top beside `type` and `properties`.
    private static let refused = [
        "anyOf", "oneOf", "allOf", "not", "enum", "const", "if", "then", "else", "dependentSchemas",
    ]

    static func parameters(from schema: JSONValue) -> JSONValue {
        var members = schema.objectValue ?? [:]
        let choices = ["allOf", "anyOf", "oneOf"].flatMap { members[$0]?.arrayValue ?? [] }
        var properties = members["properties"]?.objectValue ?? [:]
        for choice in choices { properties.merge(choice["properties"]?.objectValue ?? [:]) { own, _ in own } }
        var required = members["required"]?.arrayValue ?? []
        for part in members["allOf"]?.arrayValue ?? [] {
            for name in part["required"]?.arrayValue ?? [] where !required.contains(name) { required.append(name) }
        }
        for name in refused { members[name] = nil }
        members["type"] = "object"
        members["properties"] = .object(properties)
        if !required.isEmpty { members["required"] = .array(required) }
        return .object(members)
    }
}
