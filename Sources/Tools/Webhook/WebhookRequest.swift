import Agents
import Egress
import Foundation
import JSON
import NIOHTTP1

/// Makes the request of a webhook tool from the model's arguments and the call's variables.
struct WebhookRequest {
    let settings: WebhookSettings
    /// All variables that have a value now.
    let variables: [String: JSONValue]
    /// Those of them whose value the caller has chosen.
    var callersVariables: Set<String> = []

    /// - Parameters:
    ///   - model: the model's arguments.
    ///   - key: the same for every attempt of the same call, by which a server can tell that it has seen it before
    ///     (draft-ietf-httpapi-idempotency-key-header).
    /// - Throws: `ToolMistake`.
    func request(_ model: JSONValue, key: String, timeout: Duration) throws(ToolMistake) -> EgressRequest {
        let values = try settings.values(from: model, variables)
        var headers = HTTPHeaders([("accept", "application/json, text/*;q=0.9, */*;q=0.5"), ("user-agent", "Parley")])
        headers.add(name: "idempotency-key", value: key)
        var body: Data?
        if settings.hasBody {
            body = write(values[.body] ?? [:])
            headers.add(name: "content-type", value: settings.contentType.rawValue)
        }
        for (name, header) in settings.headers.sorted(by: { $0.key < $1.key }) {
            headers.replaceOrAdd(name: name, value: try text(of: header))
        }
        return EgressRequest(
            HTTPMethod(rawValue: settings.method), try url(path: values[.path] ?? [:], query: values[.query] ?? [:]),
            headers: headers, body: body, timeout: timeout,
            redirectHosts: settings.redirectHosts.map { Set($0.map { $0.lowercased() }) })
    }

    private func text(of header: WebhookSettings.Header) throws(ToolMistake) -> String {
        switch header {
        case .secret(let text): return text
        case .variable(let name): return try text(of: name)
        case .template(let template):
            var result = ""
            for piece in TemplatePiece.pieces(of: template) {
                switch piece {
                case .text(let text): result += text
                case .variable(let name, _): result += try text(of: name)
                }
            }
            return result
        }
    }

    /// A variable's value as text: lists and objects as JSON.
    private func text(of variable: String) throws(ToolMistake) -> String {
        guard let value = variables[variable] else { throw ToolMistake("the variable \(variable) has no value yet") }
        return value.stringValue ?? value.text
    }

    // MARK: The URL

    private func url(
        path: [String: JSONValue], query: [String: JSONValue]
    ) throws(ToolMistake) -> String {
        let strangers = settings.carriesSecrets ? callersVariables : []
        var url = try URLTemplate.filled(settings.url, strangers: strangers) { name throws(ToolMistake) in
            try text(of: name)
        }
        for (name, value) in path {
            let written = URLTemplate.encoded(value.stringValue ?? value.text)
            guard !["", ".", ".."].contains(written) else { throw ToolMistake("\(name) cannot stand in a URL") }
            url = url.replacing("{\(name)}", with: written)
        }
        let pairs = query.sorted { $0.key < $1.key }.flatMap { name, value in
            Self.elements(of: value).map { "\(URLTemplate.encoded(name))=\(URLTemplate.encoded($0))" }
        }
        guard !pairs.isEmpty else { return url }
        let (address, fragment) = Self.parted(url, at: "#")
        let separator = !address.contains("?") ? "?" : address.hasSuffix("?") || address.hasSuffix("&") ? "" : "&"
        return address + separator + pairs.joined(separator: "&") + fragment
    }

    /// A value as the values of a repeated field: each element of a list, objects as JSON, nothing for null.
    private static func elements(of value: JSONValue) -> [String] {
        switch value {
        case .null: []
        case .array(let elements): elements.map { $0.stringValue ?? $0.text }
        default: [value.stringValue ?? value.text]
        }
    }

    private static func parted(_ text: String, at mark: Character) -> (String, String) {
        guard let place = text.firstIndex(of: mark) else { return (text, "") }
        return (String(text[..<place]), String(text[place...]))
    }

    // MARK: The body

    private func write(_ values: [String: JSONValue]) -> Data {
        switch settings.contentType {
        case .json: return JSONValue.object(values).data
        case .form:
            let pairs = values.sorted { $0.key < $1.key }.flatMap { name, value in
                Self.elements(of: value).map { "\(URLTemplate.encoded(name))=\(URLTemplate.encoded($0))" }
            }
            return Data(pairs.joined(separator: "&").utf8)
        }
    }
}
