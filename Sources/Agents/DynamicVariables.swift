import JSON

/// The `{{name}}` variables of one call.
struct DynamicVariables {
    /// System variables of the protocol; those without a value in a call are empty rather than missing.
    static let systemNames: Set<String> = [
        "system__agent_id", "system__current_agent_id", "system__caller_id", "system__called_number",
        "system__call_duration_secs", "system__time_utc", "system__time", "system__timezone",
        "system__conversation_id", "system__call_sid", "system__call_id", "system__agent_turns",
        "system__current_agent_turns", "system__current_subagent_turns", "system__is_text_only",
        "system__conversation_history",
    ]
    static let systemPrefix = "system__"
    static let secretPrefix = "secret__"
    /// Prefix of variables that are resolved only when a tool's request is made.
    static let environmentPrefix = "system_env__"

    private(set) var values: [String: JSONValue] = [:]
    /// Variables without a value, each with the places that need it.
    private(set) var missing: [String: [String]] = [:]
    private(set) var warnings: [String] = []
    /// Variables that tools' results set in the course of the call; they are not missing before that.
    var assigned: Set<String> = []

    /// - Parameter placeholders: the configuration's test values, used where the client gives none.
    init(
        placeholders: [String: JSONValue], client: [String: JSONValue], system: [String: String]
    ) throws(CallSettingsError) {
        for (source, given) in [("placeholder", placeholders), ("dynamic_variables", client)] {
            for (name, value) in given.sorted(by: { $0.key < $1.key }) where !value.isNull {
                guard !name.hasPrefix(Self.systemPrefix) else {
                    warnings.append("\(source).\(name): names that begin with system__ are reserved; it was ignored.")
                    continue
                }
                guard Self.text(value) != nil else {
                    throw CallSettingsError(.value, "\(source).\(name): expected a string, a number or a boolean.")
                }
                values[name] = value
            }
        }
        for name in Self.systemNames { values[name] = "" }
        values.merge(system.mapValues(JSONValue.string)) { $1 }
    }

    /// Adds a tool's own test values for variables that have no other value.
    mutating func addDefaults(_ placeholders: [String: JSONValue]) {
        values.merge(placeholders.filter { Self.text($0.value) != nil && !$0.key.hasPrefix(Self.systemPrefix) }) {
            given, _ in given
        }
    }

    /// The variables for the record: without secrets, and without system variables that have no value.
    var recorded: [String: JSONValue] {
        values.filter {
            !$0.key.hasPrefix(Self.secretPrefix) && !($0.key.hasPrefix(Self.systemPrefix) && $0.value == "")
        }
    }

    /// A variable's value for a tool's argument; nil, and noted as missing, when there is none.
    mutating func value(_ name: String, for place: String) -> JSONValue? {
        if let value = values[name] { return value }
        note(name, place)
        return nil
    }

    /// Fills the variables in `template`, for text that the model or the caller gets: secrets become empty. Values are
    /// not searched for variables again.
    ///
    /// - Parameter allowsSecrets: whether secrets are filled in, for requests to servers of the agent's owner.
    mutating func fill(_ template: String, in place: String, allowsSecrets: Bool = false) -> String {
        var result = ""
        var rest = template[...]
        while let (range, name) = Self.next(in: rest) {
            result += rest[..<range.lowerBound]
            if name.hasPrefix(Self.secretPrefix), !allowsSecrets {
                warnings.append("\(place): {{\(name)}} is secret and was left out.")
            } else if let value = values[name].flatMap(Self.text) {
                result += value
            } else {
                result += rest[range]
                note(name, place)
            }
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    /// Notes the variables that `template` will need in later requests, in which secrets are allowed.
    mutating func require(_ template: String, in place: String) {
        var rest = template[...]
        while let (range, name) = Self.next(in: rest) {
            if values[name] == nil { note(name, place) }
            rest = rest[range.upperBound...]
        }
    }

    /// - Throws: `missing_dynamic_variable`, naming all variables without a value.
    func check() throws(CallSettingsError) {
        guard !missing.isEmpty else { return }
        let names = missing.keys.sorted().joined(separator: ", ")
        let places = Set(missing.values.joined()).sorted().joined(separator: ", ")
        throw CallSettingsError(.missingDynamicVariable, "Missing required dynamic variables: \(names) (in \(places)).")
    }

    private mutating func note(_ name: String, _ place: String) {
        guard !assigned.contains(name), !name.hasPrefix(Self.environmentPrefix) else { return }
        missing[name, default: []].append(place)
    }

    /// The first `{{name}}` of `text`; spaces around the name are allowed, and braces around anything else are plain
    /// text.
    private static func next(in text: Substring) -> (Range<Substring.Index>, String)? {
        var open = text.startIndex
        while let start = text[open...].firstIndex(of: "{") {
            open = text.index(after: start)
            let opening = text[start...]
            guard opening.hasPrefix("{{") else { continue }
            let inside = opening.dropFirst(2).drop { $0 == " " }
            let name = inside.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
            let closing = inside[name.endIndex...].drop { $0 == " " }
            guard closing.hasPrefix("}}"), let first = name.first, first.isLetter || first == "_" else { continue }
            return (start..<closing.index(closing.startIndex, offsetBy: 2), String(name))
        }
        return nil
    }

    static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .bool, .integer: value.text
        case .number: value.intValue.map(String.init) ?? value.text
        case .null, .array, .object: nil
        }
    }
}
