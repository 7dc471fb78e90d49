import JSON

/// The values of one call's `{{name}}` variables, from its beginning to its end: the caller's and the system's. What an
/// agent's configuration gives as placeholders comes after them.
public struct CallVariables: Sendable, Hashable {
    /// System variables of the protocol; those without a value in a call are empty rather than missing.
    static let systemNames: Set<String> = [
        "system__agent_id", "system__current_agent_id", "system__caller_id", "system__called_number",
        "system__call_duration_secs", "system__time_utc", "system__time", "system__timezone",
        "system__conversation_id", "system__call_sid", "system__call_id", "system__agent_turns",
        "system__current_agent_turns", "system__current_subagent_turns", "system__is_text_only",
        "system__conversation_history",
    ]
    private static let systemPrefix = "system__"
    package static let secretPrefix = "secret__"
    /// Prefixes of the workspace's environment variables, the second one in the hosted service's later documentation.
    static let environmentPrefixes = ["system_env__", "system__env_"]

    static func isEnvironment(_ name: String) -> Bool { environmentPrefixes.contains(where: name.hasPrefix) }

    /// The values by name, secrets included.
    public private(set) var values: [String: JSONValue] = [:]
    /// Those whose value the caller has chosen.
    public private(set) var callers: Set<String> = []
    /// What was left out of the values, as sentences for the record.
    public private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - given: the caller's values.
    ///   - owners: those of them that the owner's server has given.
    ///   - system: values of `system__…` variables, by full name.
    /// - Throws: `value_error` for a value that is neither a string nor a number nor a boolean.
    public init(
        _ given: [String: JSONValue] = [:], owners: Set<String> = [], system: [String: String] = [:]
    ) throws(CallSettingsError) {
        values = try Self.checked(given, source: "dynamic_variables", &warnings)
        callers = Set(values.keys).subtracting(owners)
        for name in Self.systemNames { values[name] = "" }
        update(system: system)
    }

    /// Sets system variables; the others keep their values.
    public mutating func update(system: [String: String]) { values.merge(system.mapValues(JSONValue.string)) { $1 } }

    /// Sets the workspace's environment variables, by their labels.
    public mutating func update(environment: [String: String]) {
        for (label, text) in environment {
            for prefix in Self.environmentPrefixes { values[prefix + label] = .string(text) }
        }
    }

    /// Sets a variable from a tool's result, in place of any value that it had.
    public mutating func assign(_ value: JSONValue, to name: String) {
        values[name] = value
        callers.remove(name)
    }

    /// Sets `system__time` and `system__timezone` from `system__time_utc`.
    public mutating func setLocalTime(in timezone: String?) {
        var warnings: [String] = []
        update(system: LocalTime.variables(at: values["system__time_utc"]?.stringValue, timezone, &warnings))
    }

    /// Whether neither model nor record may have the variable's value.
    public static func isSecret(_ name: String) -> Bool { name.hasPrefix(secretPrefix) }

    /// Whether the record leaves the variable out: a secret, one of the workspace's, or one of the system's that has no value.
    static func isUnrecorded(_ name: String, _ value: JSONValue) -> Bool {
        isSecret(name) || isEnvironment(name) || (name.hasPrefix(systemPrefix) && value == "")
    }

    /// Fills the variables in a text that is said in the course of a call: secrets become empty, and those without a value
    /// stay as they are.
    public static func fill(_ template: String, with values: [String: JSONValue]) -> String {
        var filler = TemplateFiller(values: values)
        return filler.fill(template, in: "")
    }

    /// The values that a configuration or a caller may give.
    static func checked(
        _ given: [String: JSONValue], source: String, _ warnings: inout [String]
    ) throws(CallSettingsError) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for (name, value) in given.sorted(by: { $0.key < $1.key }) where !value.isNull {
            guard !isReserved(name) else {
                warnings.append(
                    "\(source).\(name): names that begin with system__ or system_env__ are reserved; it was ignored.")
                continue
            }
            guard text(value) != nil else {
                throw CallSettingsError(.value, "\(source).\(name): expected a string, a number or a boolean.")
            }
            values[name] = value
        }
        return values
    }

    /// Whether only the server sets the variable: the call's own, and the workspace's, with which requests find their way.
    static func isReserved(_ name: String) -> Bool { name.hasPrefix(systemPrefix) || isEnvironment(name) }

    /// A plain value as it stands in a text; nil for others.
    package static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .bool, .integer: value.text
        case .number: value.intValue.map(String.init) ?? value.text
        case .null, .array, .object: nil
        }
    }
}
