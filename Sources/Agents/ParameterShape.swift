import JSON

/// A tool's parameters, split into those that the model decides and those that the configuration sets.
struct ParameterShape {
    /// The tool's name, for messages.
    let place: String
    private var properties: [String: JSONValue] = [:]
    private var required: [String] = []
    private var constants: [String: JSONValue] = [:]

    init(place: String) { self.place = place }

    /// The JSON Schema object that the model sees.
    var schema: JSONValue {
        [
            "type": "object", "properties": .object(properties),
            "required": .array(required.sorted().map(JSONValue.string)),
        ]
    }

    /// The arguments that the configuration sets.
    var fixed: JSONValue { .object(constants) }

    /// Adds the properties of an object schema; any other schema adds none.
    mutating func add(object: JSONValue?, variables: inout TemplateFiller) {
        add(
            properties: object?["properties"]?.objectValue ?? [:],
            required: object?["required"]?.arrayValue?.compactMap(\.stringValue) ?? [], variables: &variables)
    }

    /// - Parameter names: the required ones; nil for all.
    mutating func add(
        properties added: [String: JSONValue], required names: [String]?, variables: inout TemplateFiller
    ) {
        for (name, property) in added.sorted(by: { $0.key < $1.key }) {
            let parted = part(property, variables: &variables)
            if let fixed = parted.fixed { constants[name] = fixed }
            guard let visible = parted.visible else { continue }
            properties[name] = visible
            if names?.contains(name) ?? true, !required.contains(name) { required.append(name) }
        }
    }

    /// Splits one property into the model's part and the configuration's.
    private func part(
        _ property: JSONValue, variables: inout TemplateFiller
    ) -> (visible: JSONValue?, fixed: JSONValue?) {
        // The hosted API writes empty strings for absent values.
        func given(_ key: String) -> JSONValue? { [property[key]].compactMap { $0 }.first { !$0.isNull && $0 != "" } }
        if given("is_omitted") == true || given("is_system_provided") == true { return (nil, nil) }
        if let constant = given("constant_value") { return (nil, constant) }
        if let name = given("dynamic_variable")?.stringValue { return (nil, variables.value(name, for: place)) }

        let type = property["type"]?.stringValue ?? "string"
        var visible: JSONValue = ["type": .string(type)]
        var fixed: JSONValue?
        if let text = given("description")?.stringValue {
            visible["description"] = .string(variables.fill(text, in: place))
        }
        if let values = given("enum")?.arrayValue, !values.isEmpty { visible["enum"] = .array(values) }
        if type == "object" {
            var inner = ParameterShape(place: place)
            inner.add(object: property, variables: &variables)
            if !inner.constants.isEmpty { fixed = inner.fixed }
            // An object that is set completely has nothing for the model to decide.
            if inner.properties.isEmpty, fixed != nil { return (nil, fixed) }
            visible = visible.merging(inner.schema)
        }
        if type == "array" {
            visible["items"] = property["items"].flatMap { part($0, variables: &variables).visible } ?? [:]
        }
        return (visible, fixed)
    }
}
