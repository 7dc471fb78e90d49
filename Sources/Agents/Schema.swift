import JSON

/// The shape of a part of the configuration: the values it may hold, and its default.
///
/// Defaults and type checks both come from this description, so that neither can miss a field.
struct Schema: Sendable {
    indirect enum Shape: Sendable {
        case any
        case boolean
        case integer
        case number
        case string
        case list(Schema)
        /// An object with any member names.
        case map(Schema)
        /// An object with these members; others are kept as they are.
        case object([String: Schema])
    }

    var shape: Shape
    /// The default; nil for objects, whose default is made of their members' defaults.
    var standard: JSONValue?
    var isNullable = false
    /// The bounds of a number, inclusive.
    var range: ClosedRange<Double>?
    /// A number outside `range` that is allowed and switches the feature off.
    var off: Double?
    /// The only strings that are allowed.
    var choices: [String]?
    var isRequired = false
}

// MARK: Writing schemas

extension Schema {
    static let any = Schema(shape: .any, standard: .null, isNullable: true)
    static let text = Schema.string("")

    static func flag(_ standard: Bool) -> Schema { Schema(shape: .boolean, standard: .bool(standard)) }
    static func string(_ standard: String) -> Schema { Schema(shape: .string, standard: .string(standard)) }

    static func choice(_ standard: String, _ choices: [String]) -> Schema {
        Schema(shape: .string, standard: .string(standard), choices: choices)
    }

    static func integer(_ standard: Int, _ range: ClosedRange<Double>? = nil, off: Double? = nil) -> Schema {
        Schema(shape: .integer, standard: .integer(standard), range: range, off: off)
    }

    static func number(_ standard: Double, _ range: ClosedRange<Double>? = nil, off: Double? = nil) -> Schema {
        Schema(shape: .number, standard: .number(standard), range: range, off: off)
    }

    static func list(_ element: Schema, _ standard: [JSONValue] = []) -> Schema {
        Schema(shape: .list(element), standard: .array(standard))
    }

    static func map(_ value: Schema) -> Schema { Schema(shape: .map(value), standard: [:]) }
    static func object(_ members: [String: Schema]) -> Schema { Schema(shape: .object(members)) }

    /// The schema with null allowed, and as the default.
    var orNull: Schema {
        var copy = self
        copy.standard = .null
        copy.isNullable = true
        return copy
    }

    /// The schema with null allowed, but not as the default.
    var nullable: Schema {
        var copy = self
        copy.isNullable = true
        return copy
    }

    /// The schema without a default: leaving the value out is an error.
    var required: Schema {
        var copy = self
        copy.isRequired = true
        return copy
    }
}

// MARK: Defaults

extension Schema {
    /// `value` with its absent members filled with defaults. Values of the wrong type stay as they are.
    ///
    /// Null resets a field to its default where null is not allowed.
    func filled(_ value: JSONValue?) -> JSONValue {
        guard let value, !(value.isNull && !isNullable) else {
            if let standard { return standard }
            return filled([:])
        }
        switch (shape, value) {
        case (.object(let members), .object(var result)):
            for (name, member) in members where !(member.isRequired && result[name] == nil) {
                result[name] = member.filled(result[name])
            }
            return .object(result)
        case (.map(let element), .object(let values)):
            return .object(values.mapValues { element.filled($0) })
        case (.list(let element), .array(let values)):
            return .array(values.map { element.filled($0) })
        default:
            return value
        }
    }
}

// MARK: Changes

extension Schema {
    /// `value`, over which `patch` was laid, without the members of maps that the patch sets to null.
    func removing(_ patch: JSONValue, from value: JSONValue) -> JSONValue {
        guard let changes = patch.objectValue, var result = value.objectValue else { return value }
        for (name, change) in changes {
            guard let present = result[name] else { continue }
            switch shape {
            case .map where change.isNull: result[name] = nil
            case .map(let element): result[name] = element.removing(change, from: present)
            case .object(let members): result[name] = members[name]?.removing(change, from: present) ?? present
            case .any, .boolean, .integer, .number, .string, .list: break
            }
        }
        return .object(result)
    }
}

// MARK: Validation

extension Schema {
    /// The errors of `value`, which stands at `loc`; empty when it is valid. Null is always valid: it resets the field.
    func issues(_ value: JSONValue, at loc: [JSONValue]) -> [ValidationError.Issue] {
        func issue(_ msg: String, _ type: String) -> [ValidationError.Issue] { [.init(loc: loc, msg: msg, type: type)] }
        if value.isNull { return isRequired ? issue("Field required", "missing") : [] }
        switch shape {
        case .any:
            return []
        case .boolean:
            return value.boolValue == nil ? issue("Input should be a valid boolean", "bool_type") : []
        case .integer:
            guard let number = value.doubleValue else { return issue("Input should be a valid integer", "int_type") }
            guard value.intValue != nil else {
                return issue("Input should be a valid integer, got a number with a fractional part", "int_from_float")
            }
            return bounds(number, issue)
        case .number:
            guard let number = value.doubleValue else { return issue("Input should be a valid number", "float_type") }
            return bounds(number, issue)
        case .string:
            guard let text = value.stringValue else { return issue("Input should be a valid string", "string_type") }
            guard let choices, !choices.contains(text) else { return [] }
            return issue("Input should be one of: \(choices.joined(separator: ", "))", "enum")
        case .list(let element):
            guard let values = value.arrayValue else { return issue("Input should be a valid list", "list_type") }
            return values.enumerated().flatMap { element.issues($1, at: loc + [.integer($0)]) }
        case .map(let element):
            guard let values = value.objectValue else { return issue("Input should be a valid object", "dict_type") }
            return values.sorted { $0.key < $1.key }.flatMap { element.issues($1, at: loc + [.string($0)]) }
        case .object(let members):
            guard let values = value.objectValue else { return issue("Input should be a valid object", "dict_type") }
            return members.sorted { $0.key < $1.key }.flatMap { name, member in
                if values[name] == nil, !member.isRequired { return [ValidationError.Issue]() }
                return member.issues(values[name] ?? .null, at: loc + [.string(name)])
            }
        }
    }

    private func bounds(
        _ number: Double, _ issue: (String, String) -> [ValidationError.Issue]
    ) -> [ValidationError.Issue] {
        guard let range, number != off else { return [] }
        let except = off.map { ", or \(JSONValue.number($0).text) to switch it off" } ?? ""
        if number < range.lowerBound {
            return issue(
                "Input should be greater than or equal to \(JSONValue.number(range.lowerBound).text)\(except)",
                "greater_than_equal")
        }
        if number > range.upperBound {
            return issue(
                "Input should be less than or equal to \(JSONValue.number(range.upperBound).text)\(except)",
                "less_than_equal")
        }
        return []
    }
}
