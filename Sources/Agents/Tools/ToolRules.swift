import Foundation
import JSON

/// Finds what is wrong with a tool's configuration, beyond the types of its fields: above all that it could never run.
struct ToolRules {
    /// Whether the tool is written into an agent's prompt. Such a tool may come from elsewhere, so what this server does
    /// not know of it is left to the agent's warnings, and a parameter need not say where its value comes from.
    let isInline: Bool

    typealias Issue = ValidationError.Issue

    /// The errors of a tool that stands at `loc`; empty when it is valid.
    func issues(_ tool: JSONValue, at loc: [JSONValue]) -> [Issue] {
        guard tool.objectValue != nil else {
            return [Issue(loc: loc, msg: "Input should be a valid object", type: "dict_type")]
        }
        let type = tool["type"]?.stringValue
        guard let type, let schema = ToolSchema.byType[type] else {
            if isInline, type != nil { return Self.name(tool, at: loc) }
            let known = ToolSchema.byType.keys.sorted().joined(separator: ", ")
            return [
                Issue(
                    loc: loc + ["type"],
                    msg: type == nil
                        ? "Field required" : "Input should be one of: \(known). MCP tools come with their server",
                    type: type == nil ? "missing" : "enum")
            ]
        }
        // Fields that a call does without.
        let optional: Set<JSONValue> = isInline ? ["description", "params"] : []
        var issues = schema.issues(tool, at: loc).filter {
            $0.type != "missing" || $0.loc.count != loc.count + 1 || !optional.contains($0.loc.last ?? .null)
        }
        issues += Self.name(tool, at: loc)
        guard issues.isEmpty else { return issues }
        switch type {
        case "client": issues += client(tool, at: loc)
        case "webhook": issues += webhook(tool, at: loc)
        default: issues += system(tool, at: loc)
        }
        for (index, assignment) in (tool["assignments"]?.arrayValue ?? []).enumerated() {
            let name = assignment["dynamic_variable"]?.stringValue ?? ""
            if name.isEmpty || CallVariables.isReserved(name) {
                issues.append(
                    Self.issue(
                        loc + ["assignments", .integer(index), "dynamic_variable"],
                        "Input should be a variable's name; those that begin with system__ or system_env__ are reserved"
                    ))
            }
        }
        return issues
    }

    private static func issue(_ loc: [JSONValue], _ msg: String) -> Issue {
        Issue(loc: loc, msg: msg, type: "value_error")
    }

    private static func name(_ tool: JSONValue, at loc: [JSONValue]) -> [Issue] {
        guard let name = tool["name"]?.stringValue else {
            return tool["name"] == nil ? [Issue(loc: loc + ["name"], msg: "Field required", type: "missing")] : []
        }
        let isValid =
            (1...ToolSchema.longestName).contains(name.utf8.count)
            && name.utf8.allSatisfy { isWordCharacter($0) || $0 == UInt8(ascii: "-") }
        return isValid ? [] : [issue(loc + ["name"], "Input should be 1 to 64 letters, digits, _ or -")]
    }

    private static func isWordCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    // MARK: Kinds of tools

    private func client(_ tool: JSONValue, at loc: [JSONValue]) -> [Issue] {
        var issues: [Issue] = []
        if tool["response_timeout_secs"] == -1, tool["expects_response"] != true {
            issues.append(
                Self.issue(
                    loc + ["response_timeout_secs"], "Input should not be -1 unless expects_response is true"))
        }
        if let parameters = tool["parameters"], !parameters.isNull {
            issues += object(parameters, at: loc + ["parameters"], isRoot: true)
        }
        return issues
    }

    private func system(_ tool: JSONValue, at loc: [JSONValue]) -> [Issue] {
        let type = tool.value(at: "params", "system_tool_type")
        let name = type?.stringValue ?? (isInline ? tool["name"]?.stringValue : nil)
        guard let name else {
            return [Issue(loc: loc + ["params", "system_tool_type"], msg: "Field required", type: "missing")]
        }
        guard !isInline, SystemTool(rawValue: name) == nil else { return [] }
        let known = SystemTool.allCases.map(\.rawValue).joined(separator: ", ")
        return [
            Issue(loc: loc + ["params", "system_tool_type"], msg: "Input should be one of: \(known)", type: "enum")
        ]
    }

    private func webhook(_ tool: JSONValue, at loc: [JSONValue]) -> [Issue] {
        let api = tool["api_schema"] ?? [:]
        let place = loc + ["api_schema"]
        var issues = url(api, at: place)
        for (name, property) in (api["path_params_schema"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            issues += self.property(
                property, at: place + ["path_params_schema", .string(name)], isRequired: true, isLiteral: true)
        }
        if let query = api["query_params_schema"], !query.isNull {
            issues += properties(of: query, at: place + ["query_params_schema"], areLiteral: true)
        }
        if let body = api["request_body_schema"], !body.isNull {
            issues += object(body, at: place + ["request_body_schema"], isRoot: true)
        }
        issues += HeaderFields.issues(api["request_headers"], at: place + ["request_headers"])
        if let connection = api["auth_connection"], !connection.isNull {
            issues += Locator.issues(connection, of: Locator.connections, at: place + ["auth_connection"])
        }
        if tool["follow_redirects"] == true, tool["follow_redirects_allowed_domains"]?.arrayValue?.isEmpty ?? true {
            issues.append(
                Self.issue(
                    loc + ["follow_redirects_allowed_domains"],
                    "Input should name the domains that a redirect may point at when redirects are followed"))
        }
        return issues
    }

    // MARK: Requests

    /// The names in `{name}` of a URL, without the variables in `{{name}}`.
    static func placeholders(in url: String) -> [String] {
        url.matches(of: #/\{\{[^{}]*\}\}|\{([^{}]*)\}/#).compactMap { $0.1.map(String.init) }
    }

    /// Whether a template can become the URL of a request: what a variable at its beginning makes of it is known only in a
    /// call.
    static func mayBeURL(_ template: String) -> Bool {
        guard !template.hasPrefix("{{") else { return true }
        let filled = template.replacing(#/\{\{[^{}]*\}\}|\{[^{}]*\}/#, with: "0")
        let scheme = filled.prefix { $0 != ":" }.lowercased()
        return ["http", "https"].contains(scheme) && URL(string: filled)?.host()?.isEmpty == false
    }

    private func url(_ api: JSONValue, at loc: [JSONValue]) -> [Issue] {
        let url = api["url"]?.stringValue ?? ""
        var issues: [Issue] = []
        guard Self.mayBeURL(url) else { return [Self.issue(loc + ["url"], "Input should be an http or https URL")] }
        let names = Set(Self.placeholders(in: url))
        let parameters = Set((api["path_params_schema"]?.objectValue ?? [:]).keys)
        if api["auth_resolved_params"]?.arrayValue?.isEmpty == false {
            issues.append(
                Self.issue(
                    loc + ["auth_resolved_params"], "Auth connections fill no parameters on this server"))
        }
        for name in names.subtracting(parameters).sorted() {
            issues.append(
                Self.issue(loc + ["url"], "The placeholder {\(name)} has no parameter in path_params_schema"))
        }
        for name in parameters.subtracting(names).sorted() {
            issues.append(
                Self.issue(
                    loc + ["path_params_schema", .string(name)], "The URL has no placeholder {\(name)}"))
        }
        return issues
    }

    // MARK: Parameters

    private static let literalTypes = ["boolean", "string", "integer", "number"]
    private static let types = literalTypes + ["null", "array", "object"]

    /// - Parameter isLiteral: Whether the property can be neither an object nor an array.
    private func property(
        _ property: JSONValue, at loc: [JSONValue], isRequired: Bool, isLiteral: Bool = false
    ) -> [Issue] {
        let known = isLiteral ? Self.literalTypes : Self.literalTypes + ["array", "object"]
        switch property["type"] ?? .null {
        case .string("object") where !isLiteral: return object(property, at: loc, isRequired: isRequired)
        case .string("array") where !isLiteral: return array(property, at: loc, isRequired: isRequired)
        case .string(let type) where Self.literalTypes.contains(type): break
        case .array(let types)
        where !types.isEmpty && types.allSatisfy { Self.types.contains($0.stringValue ?? "") }:
            break
        case .null:
            if isInline { break }
            return [Issue(loc: loc + ["type"], msg: "Field required", type: "missing")]
        default:
            return [
                Issue(
                    loc: loc + ["type"],
                    msg: "Input should be one of: \(known.joined(separator: ", ")); or a list of types", type: "enum")
            ]
        }
        return ToolSchema.literal.issues(property, at: loc)
            + sources(of: property, at: loc, isRequired: isRequired, needsOne: true)
    }

    private func array(_ property: JSONValue, at loc: [JSONValue], isRequired: Bool) -> [Issue] {
        var issues = ToolSchema.array.issues(property, at: loc)
        issues += sources(of: property, at: loc, isRequired: isRequired, needsOne: false)
        guard issues.isEmpty, let items = property["items"], !items.isNull else { return issues }
        // The elements are described with their list.
        return ToolRules(isInline: true).property(items, at: loc + ["items"], isRequired: false)
    }

    private func object(
        _ property: JSONValue, at loc: [JSONValue], isRequired: Bool = false, isRoot: Bool = false
    ) -> [Issue] {
        guard property.objectValue != nil else {
            return [Issue(loc: loc, msg: "Input should be a valid object", type: "dict_type")]
        }
        if isRoot, let type = property["type"], !type.isNull, type != "object" {
            return [Issue(loc: loc + ["type"], msg: "Input should be one of: object", type: "enum")]
        }
        var issues = ToolSchema.object.issues(property, at: loc)
        issues += sources(of: property, at: loc, isRequired: isRequired, needsOne: false)
        guard issues.isEmpty else { return issues }
        return properties(of: property, at: loc, areLiteral: false)
    }

    private func properties(of object: JSONValue, at loc: [JSONValue], areLiteral: Bool) -> [Issue] {
        let properties = object["properties"]?.objectValue ?? [:]
        let required = object["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        var issues = properties.sorted { $0.key < $1.key }.flatMap { name, property in
            self.property(
                property, at: loc + ["properties", .string(name)], isRequired: required.contains(name),
                isLiteral: areLiteral)
        }
        guard !isInline else { return issues }
        for (index, name) in required.enumerated() where properties[name] == nil {
            issues.append(Self.issue(loc + ["required", .integer(index)], "There is no property \(name)"))
        }
        for kind in ["any_of", "all_of"] {
            let constraints = object.value(at: "required_constraints", kind)?.arrayValue ?? []
            for (index, constraint) in constraints.enumerated() {
                let names = constraint["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
                for name in names where properties[name] == nil {
                    issues.append(
                        Self.issue(
                            loc + ["required_constraints", .string(kind), .integer(index), "required"],
                            "There is no property \(name)"))
                }
            }
        }
        return issues
    }

    /// Checks where a property's value comes from: one place and no more. Empty strings stand for absent values.
    private func sources(
        of property: JSONValue, at loc: [JSONValue], isRequired: Bool, needsOne: Bool
    ) -> [Issue] {
        guard !isInline else { return [] }
        let names = ["description", "dynamic_variable", "constant_value", "is_system_provided", "is_omitted"]
        let given = names.filter { name in
            switch property[name] {
            case nil, .null, .string(""): false
            case .bool(let isOn): isOn || name == "constant_value"
            default: true
            }
        }
        if given.count > 1 {
            return [Self.issue(loc, "Only one of these can be set: \(given.joined(separator: ", "))")]
        }
        if given.isEmpty, needsOne {
            return [Self.issue(loc, "One of these must be set: \(names.joined(separator: ", "))")]
        }
        if isRequired, given == ["is_omitted"] {
            return [Self.issue(loc + ["is_omitted"], "A required parameter cannot be omitted")]
        }
        return []
    }
}
