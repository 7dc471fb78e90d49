import JSON

/// What a tool is called with, as its configuration describes it: values that the model decides, and values that
/// constants and the call's variables set, at any depth.
public struct ToolParameters: Sendable, Hashable {
    private let properties: [String: JSONValue]
    private let required: Set<String>
    private let constraints: JSONValue?

    /// The members of an object schema; any other schema has none.
    init(object schema: JSONValue?) {
        properties = schema?["properties"]?.objectValue ?? [:]
        required = Set(schema?["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        constraints = schema?["required_constraints"]
    }

    /// Members all of which are required.
    init(required properties: [String: JSONValue]) {
        self.properties = properties
        required = Set(properties.keys)
        constraints = nil
    }

    /// Whether there is nothing to call the tool with.
    var isEmpty: Bool { properties.isEmpty }

    // MARK: For the model

    /// The members that the model decides as JSON Schema, with only `type`, `description`, `enum`, `items`, `properties`
    /// and `required`, and the names of those that must be there. Variables in descriptions are filled in, and variables
    /// that set values are noted when they are missing.
    func visible(
        in place: String, _ variables: inout TemplateFiller
    ) -> (properties: [String: JSONValue], required: Set<String>) {
        var visible: [String: JSONValue] = [:]
        for (name, property) in properties.sorted(by: { $0.key < $1.key }) {
            visible[name] = Self.visible(property, in: place, &variables)
        }
        return (visible, required.intersection(visible.keys))
    }

    private static func visible(
        _ property: JSONValue, in place: String, _ variables: inout TemplateFiller
    ) -> JSONValue? {
        let property = ToolProperty(property)
        if let list = property.allowedValues { _ = variables.value(list, for: place) }
        switch property.source {
        case .omitted, .constant: return nil
        case .variable(let name):
            _ = variables.value(name, for: place)
            return nil
        case .model: break
        }
        var schema: JSONValue = ["type": property.declaredType]
        if let text = property.description { schema["description"] = .string(variables.fill(text, in: place)) }
        if let values = property.choices { schema["enum"] = .array(values) }
        if property.isObject {
            let inner = ToolParameters(object: property.value)
            let (members, required) = inner.visible(in: place, &variables)
            // An object that is set completely has nothing for the model to decide.
            if members.isEmpty, !inner.isEmpty { return nil }
            schema["properties"] = .object(members)
            schema["required"] = .array(required.sorted().map(JSONValue.string))
        }
        if property.isList { schema["items"] = property.items.flatMap { visible($0, in: place, &variables) } ?? [:] }
        return schema
    }

    // MARK: For the tool

    /// What the tool is called with: the model's values where it decides, checked against the schema, and the
    /// configuration's everywhere else. What the schema does not have is left out.
    ///
    /// - Parameter variables: the call's, as they are now.
    /// - Throws: `ToolMistake` for the model.
    func values(from model: JSONValue, _ variables: [String: JSONValue]) throws(ToolMistake) -> [String: JSONValue] {
        try values(from: model, variables, at: "")
    }

    private func values(
        from model: JSONValue, _ variables: [String: JSONValue], at path: String
    ) throws(ToolMistake) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        var missing: [String] = []
        for (name, property) in properties.sorted(by: { $0.key < $1.key }) {
            let place = path.isEmpty ? name : "\(path).\(name)"
            if let value = try Self.value(ToolProperty(property), model[name], variables, at: place) {
                values[name] = value
            } else if required.contains(name), ToolProperty(property).source != .omitted {
                missing.append(place)
            }
        }
        guard missing.isEmpty else {
            throw ToolMistake("required arguments are missing: \(missing.joined(separator: ", "))")
        }
        try check(values, at: path)
        return values
    }

    private static func value(
        _ property: ToolProperty, _ given: JSONValue?, _ variables: [String: JSONValue], at place: String
    ) throws(ToolMistake) -> JSONValue? {
        switch property.source {
        case .omitted: return nil
        case .constant(let constant): return constant
        case .variable(let name):
            guard !name.hasPrefix(CallVariables.secretPrefix) else {
                throw ToolMistake("the secret \(name) may stand in headers only")
            }
            guard let value = variables[name] else { throw ToolMistake("the variable \(name) has no value yet") }
            return value
        case .model: break
        }
        if property.isObject {
            let inner = ToolParameters(object: property.value)
            guard given?.objectValue != nil || given == nil || given == .null else {
                throw ToolMistake("\(place) must be an object")
            }
            let members = try inner.optionalValues(from: given, variables, at: place)
            // An object without members in its schema takes what the model gives.
            return inner.isEmpty ? given?.isNull == true ? Optional.none : given : members.map(JSONValue.object)
        }
        guard let given, !given.isNull else { return nil }
        if property.isList {
            guard let elements = given.arrayValue else { throw ToolMistake("\(place) must be a list") }
            guard let items = property.items.map(ToolProperty.init) else { return given }
            var values: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                if let value = try value(items, element, variables, at: "\(place)[\(index)]") { values.append(value) }
            }
            return .array(values)
        }
        let literal = try property.literal(given, at: place)
        if let list = property.allowedValues {
            let allowed = variables[list].map(Self.list) ?? []
            guard allowed.contains(where: { $0 == literal || $0.text == literal.text }) else {
                throw ToolMistake("\(place) is not one of the values that are allowed here")
            }
        }
        return literal
    }

    /// The members of an object that the model may leave out: nil when it has, and nothing is set for it.
    private func optionalValues(
        from given: JSONValue?, _ variables: [String: JSONValue], at place: String
    ) throws(ToolMistake) -> [String: JSONValue]? {
        if let given, !given.isNull { return try values(from: given, variables, at: place) }
        var values: [String: JSONValue] = [:]
        for (name, property) in properties {
            values[name] = try Self.value(ToolProperty(property), nil, variables, at: "\(place).\(name)")
        }
        return values.isEmpty ? nil : values
    }

    /// Checks which combinations of members must be there.
    private func check(_ values: [String: JSONValue], at path: String) throws(ToolMistake) {
        func sets(_ key: String) -> [[String]] {
            (constraints?[key]?.arrayValue ?? []).map { $0["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
        }
        func isThere(_ names: [String]) -> Bool { names.allSatisfy { values[$0] != nil } }
        let place = path.isEmpty ? "" : " in \(path)"
        let any = sets("any_of")
        if !any.isEmpty, !any.contains(where: isThere) {
            let choices = any.map { $0.joined(separator: " and ") }.joined(separator: ", or ")
            throw ToolMistake("one of these is needed\(place): \(choices)")
        }
        for names in sets("all_of") where !isThere(names) {
            throw ToolMistake("these are needed\(place): \(names.joined(separator: ", "))")
        }
    }

    /// The values of a list, which a variable may hold as JSON text.
    private static func list(_ value: JSONValue) -> [JSONValue] {
        if let values = value.arrayValue { return values }
        return value.stringValue.flatMap { try? JSONValue(parsing: $0) }?.arrayValue ?? []
    }
}

/// Why a tool cannot be called with what the model gave, as the end of a sentence for the model.
public struct ToolMistake: Error, Sendable, Hashable {
    /// The reason.
    public var message: String

    /// Creates a mistake.
    public init(_ message: String) { self.message = message }
}

/// One property of a tool's parameters.
private struct ToolProperty {
    /// Who decides its value.
    enum Source: Hashable {
        case model
        case constant(JSONValue)
        case variable(String)
        case omitted
    }

    let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    /// A member with content; the hosted API writes empty strings for absent values.
    private func given(_ key: String) -> JSONValue? { [value[key]].compactMap(\.self).first { !$0.isNull && $0 != "" } }

    var source: Source {
        if given("is_omitted") == true || given("is_system_provided") == true { return .omitted }
        if let constant = given("constant_value") { return .constant(constant) }
        if let name = given("dynamic_variable")?.stringValue { return .variable(name) }
        return .model
    }

    var description: String? { given("description")?.stringValue }
    var choices: [JSONValue]? { given("enum")?.arrayValue.flatMap { $0.isEmpty ? nil : $0 } }
    var items: JSONValue? { value["items"] }
    /// The variable with the list of values that the model may give, without being told of them.
    var allowedValues: String? {
        given("allowed_values")?["dynamic_variable"]?.stringValue
            ?? given("allowed_values_dynamic_variable")?.stringValue
    }

    /// One type, or a list of types.
    var declaredType: JSONValue { given("type") ?? "string" }
    private var types: [String] {
        declaredType.arrayValue?.compactMap(\.stringValue) ?? [declaredType.stringValue ?? "string"]
    }
    var isObject: Bool { types == ["object"] }
    var isList: Bool { types == ["array"] }

    /// The model's value as the schema wants it: models write numbers as text, and the other way round.
    func literal(_ given: JSONValue, at place: String) throws(ToolMistake) -> JSONValue {
        guard let value = types.lazy.compactMap({ Self.convert(given, to: $0) }).first else {
            throw ToolMistake("\(place) must be of type \(types.joined(separator: " or "))")
        }
        if let choices, !choices.contains(value) {
            throw ToolMistake(
                "\(place) must be one of: \(choices.map { $0.stringValue ?? $0.text }.joined(separator: ", "))")
        }
        return value
    }

    private static func convert(_ value: JSONValue, to type: String) -> JSONValue? {
        switch type {
        case "string": value.stringValue.map(JSONValue.string) ?? CallVariables.text(value).map(JSONValue.string)
        case "integer": (value.intValue ?? value.stringValue.flatMap { Int($0) }).map(JSONValue.integer)
        case "number":
            switch value {
            case .integer, .number: value
            default:
                value.stringValue.flatMap { Double($0) }.flatMap { $0.isFinite ? JSONValue.number($0) : Optional.none }
            }
        case "boolean":
            value.boolValue.map(JSONValue.bool)
                ?? ["true": true, "false": false][value.stringValue?.lowercased() ?? ""].map(JSONValue.bool)
        case "null": value.isNull ? value : Optional.none
        case "object": value.objectValue == nil ? Optional.none : value
        case "array": value.arrayValue == nil ? Optional.none : value
        default: value
        }
    }
}
