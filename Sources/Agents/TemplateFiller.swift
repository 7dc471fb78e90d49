import JSON

/// Fills the `{{name}}` variables of one configuration, and notes what it lacks.
struct TemplateFiller {
    private(set) var values: [String: JSONValue]
    /// The variables whose value the caller has chosen.
    private(set) var callers: Set<String> = []
    /// The test values of the configuration so far, also of variables for which the call has a value.
    private(set) var placeholders: [String: JSONValue] = [:]
    /// Variables without a value, each with the places that need it.
    private(set) var missing: [String: [String]] = [:]
    private(set) var warnings: [String] = []
    /// Variables that tools' results set in the course of the call; they are not missing before that.
    var assigned: Set<String> = []

    /// For a configuration that is only looked through for mistakes: no variable has a value.
    init() { values = [:] }

    /// - Parameters:
    ///   - variables: the call's.
    ///   - placeholders: the configuration's test values, used where the call has none.
    init(_ variables: CallVariables, placeholders: [String: JSONValue]) throws(CallSettingsError) {
        let defaults = try CallVariables.checked(placeholders, source: "placeholder", &warnings)
        warnings += variables.warnings
        values = variables.values.merging(defaults) { given, _ in given }
        self.placeholders = defaults
        callers = variables.callers
    }

    /// For a text that is filled in the course of a call.
    package init(values: [String: JSONValue]) { self.values = values }

    /// Adds a tool's own test values for variables that have no other value.
    mutating func addDefaults(_ placeholders: [String: JSONValue]) {
        let placeholders = placeholders.filter {
            CallVariables.text($0.value) != nil && !CallVariables.isReserved($0.key)
        }
        values.merge(placeholders) { given, _ in given }
        self.placeholders.merge(placeholders) { given, _ in given }
    }

    /// The variables for the record: without secrets, and without system variables that have no value.
    var recorded: [String: JSONValue] {
        values.filter { !CallVariables.isUnrecorded($0.key, $0.value) }
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
        for piece in TemplatePiece.pieces(of: template) {
            switch piece {
            case .text(let text): result += text
            case .variable(let name, let written):
                if name.hasPrefix(CallVariables.secretPrefix), !allowsSecrets {
                    warnings.append("\(place): {{\(name)}} is secret and was left out.")
                } else if let value = values[name].flatMap(CallVariables.text) {
                    result += value
                } else {
                    result += written
                    note(name, place)
                }
            }
        }
        return result
    }

    /// Notes the variables that `template` will need in later requests, in which secrets are allowed.
    mutating func require(_ template: String, in place: String) {
        for case .variable(let name, _) in TemplatePiece.pieces(of: template) where values[name] == nil {
            note(name, place)
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
        guard !assigned.contains(name), !CallVariables.isEnvironment(name) else { return }
        missing[name, default: []].append(place)
    }
}

/// A piece of a text with `{{name}}` variables.
public enum TemplatePiece: Sendable, Hashable {
    /// Plain text.
    case text(String)
    /// A variable's name, and how it is written.
    case variable(String, written: String)

    /// The pieces of `template`. Spaces around a name are allowed, and braces around anything else are plain text.
    public static func pieces(of template: String) -> [TemplatePiece] {
        var pieces: [TemplatePiece] = []
        var rest = template[...]
        while let (range, name) = next(in: rest) {
            if range.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<range.lowerBound]))) }
            pieces.append(.variable(name, written: String(rest[range])))
            rest = rest[range.upperBound...]
        }
        return rest.isEmpty ? pieces : pieces + [.text(String(rest))]
    }

    /// The first `{{name}}` of `text`.
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
}
