import Credentials
import JSON

/// The request that a webhook tool makes, as its configuration describes it.
///
/// Its description shows no more than method and URL: headers hold keys.
public struct WebhookSettings: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Where the value of a header comes from.
    public enum Header: Sendable, Hashable {
        /// A text with variables.
        case template(String)
        /// A secret, as it is.
        case secret(String)
        /// A variable's value.
        case variable(String)
    }

    /// How the body is written.
    public enum ContentType: String, Sendable, Hashable {
        case json = "application/json"
        case form = "application/x-www-form-urlencoded"
    }

    /// A part of the request that has parameters.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        case path
        case query
        case body
    }

    /// How much of an answer the model sees.
    public enum Filter: Sendable, Hashable {
        case all
        /// Only the values at these paths.
        case only([String])
        case none
    }

    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    public var method: String
    /// The URL, with `{name}` for path parameters and `{{name}}` for variables.
    public var url: String
    /// The configured headers.
    public var headers: [String: Header]
    /// How requests prove who they are from; nil where headers do, or nothing does.
    public var credential: Credential?
    /// The headers that hold secrets of the owner's.
    public var secretHeaders: Set<String>

    /// Whether requests carry anything that only the owner's servers may have.
    public var carriesSecrets: Bool { credential != nil || !secretHeaders.isEmpty }
    /// How the body is written.
    public var contentType: ContentType
    /// How much of the answer the model sees.
    public var filter: Filter
    /// The hosts to which an answer may redirect; nil when redirects are not followed.
    public var redirectHosts: [String]?

    private struct Parameter: Sendable, Hashable {
        let part: Part
        let name: String
    }

    private var parameters: [Part: ToolParameters]
    /// The part and the name there of every argument whose name in the model's schema is another one.
    private var renamed: [String: Parameter] = [:]
    /// Whether the request has a body.
    public var hasBody: Bool { parameters[.body] != nil && method != "GET" }

    /// Whether the request changes nothing (RFC 9110 §9.2.1), so that it may be made early, again, or given up.
    public var isReadOnly: Bool { method == "GET" }

    /// Method and URL template.
    public var description: String { "\(method) \(url)" }
    /// The same, since a debugger's output ends up in bug reports.
    public var debugDescription: String { description }

    /// - Parameters:
    ///   - tool: the tool's configuration.
    ///   - warnings: told of what the server cannot do.
    init(
        _ tool: ConfigurationReader, place: String, variables: inout TemplateFiller, secrets: SecretSource,
        warnings: inout [String]
    ) {
        let api = tool["api_schema"]
        let name = tool["name"].string
        method = api["method"].string.isEmpty ? "GET" : api["method"].string.uppercased()
        url = api["url"].string
        contentType = ContentType(rawValue: api["content_type"].string) ?? .json
        switch api["response_filter"]["mode"].string {
        case "allow": filter = .only(api["response_filter"]["filters"].strings)
        case "hide_all": filter = .none
        default: filter = .all
        }
        redirectHosts = tool["follow_redirects"].bool ? tool["follow_redirects_allowed_domains"].strings : nil
        parameters = [
            .path: ToolParameters(required: api["path_params_schema"].object),
            .query: ToolParameters(object: api["query_params_schema"].value),
        ]
        if let body = api["request_body_schema"].value, !body.isNull {
            parameters[.body] = ToolParameters(object: body)
        }

        variables.require(url, in: place)
        headers = [:]
        for (header, value) in HeaderFields.settable(api["request_headers"].object, in: "Tool \(name)", &warnings) {
            if let text = value.stringValue {
                variables.require(text, in: place)
                headers[header] = .template(text)
            } else if let variable = value["variable_name"]?.stringValue {
                _ = variables.value(variable, for: place)
                headers[header] = .variable(variable)
            } else if let secret = value["secret_id"]?.stringValue ?? value["env_var_label"]?.stringValue {
                if let text = secrets.value(secret) {
                    headers[header] = .secret(text)
                } else {
                    warnings.append(
                        "Tool \(name): there is no secret \(secret) here; its requests go without \(header).")
                }
            }
        }
        credential = secrets.credential(
            for: api["auth_connection"].value, of: "Tool \(name): api_schema.auth_connection", &warnings)
        secretHeaders = Set(
            api["request_headers"].object.filter { Redaction.isSecret(header: $0.key, $0.value) }.keys)
    }

    /// The JSON Schema object that the model sees: the parameters of all parts together. A name that stands in more than
    /// one of them gets the part's name before it.
    mutating func schema(in place: String, _ variables: inout TemplateFiller) -> JSONValue {
        let visible = Part.allCases.map { part in
            (part, parameters[part]?.visible(in: place, &variables) ?? (properties: [:], required: []))
        }
        var uses: [String: Int] = [:]
        for (_, members) in visible { for name in members.properties.keys { uses[name, default: 0] += 1 } }
        var properties: [String: JSONValue] = [:]
        var required: [String] = []
        for (part, members) in visible {
            for (name, property) in members.properties.sorted(by: { $0.key < $1.key }) {
                var argument = name
                if uses[name, default: 0] > 1 {
                    argument = "\(part)_\(name)"
                    while uses[argument] != nil { argument = "_" + argument }
                    renamed[argument] = Parameter(part: part, name: name)
                }
                properties[argument] = property
                if members.required.contains(name) { required.append(argument) }
            }
        }
        return [
            "type": "object", "properties": .object(properties),
            "required": .array(required.sorted().map(JSONValue.string)),
        ]
    }

    /// The parameters of each part.
    ///
    /// - Parameters:
    ///   - model: the model's arguments.
    ///   - variables: the call's, as they are now.
    /// - Throws: `ToolMistake`.
    public func values(
        from model: JSONValue, _ variables: [String: JSONValue]
    ) throws(ToolMistake) -> [Part: [String: JSONValue]] {
        var given: [Part: [String: JSONValue]] = [:]
        for (argument, value) in model.objectValue ?? [:] {
            if let parameter = renamed[argument] {
                given[parameter.part, default: [:]][parameter.name] = value
            } else {
                // The schema of each part takes what it knows.
                for part in Part.allCases where !renamed.values.contains(Parameter(part: part, name: argument)) {
                    given[part, default: [:]][argument] = value
                }
            }
        }
        var values: [Part: [String: JSONValue]] = [:]
        for (part, parameters) in parameters {
            values[part] = try parameters.values(from: .object(given[part] ?? [:]), variables)
        }
        return values
    }
}
