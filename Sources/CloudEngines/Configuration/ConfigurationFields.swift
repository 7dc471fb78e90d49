import Engines
import Foundation
import Yams

/// A place in a configuration file, as errors name it.
public struct ConfigurationPlace: Sendable, Hashable {
    /// The file.
    public let source: String
    /// The path of the field, such as `voices[0].headers`; empty for the file itself.
    public let path: String

    init(source: String, path: String = "") {
        self.source = source
        self.path = path
    }

    /// The place of a field within this one.
    public subscript(field: String) -> ConfigurationPlace {
        ConfigurationPlace(source: source, path: path.isEmpty ? field : "\(path).\(field)")
    }

    subscript(index: Int) -> ConfigurationPlace { ConfigurationPlace(source: source, path: "\(path)[\(index)]") }

    /// An error at this place. `what` must not hold values, which may be secret.
    public func error(_ what: String) -> EngineError {
        EngineError(.rejected, engine: "engines", path.isEmpty ? "\(source): \(what)" : "\(source): \(path): \(what)")
    }
}

/// An entry of a list: the id of an embedded engine, or the fields of another one.
enum ConfigurationEntry {
    case id(String, ConfigurationPlace)
    case fields(ConfigurationFields)
}

/// The fields of one map of the file. Fields that nothing has read by the end are reported as mistakes.
struct ConfigurationFields {
    let place: ConfigurationPlace
    private let fields: Node.Mapping
    private let environment: [String: String]
    private var known: Set<String> = []

    /// Most entries of one list; more are a mistake.
    private static let longestList = 100

    init(_ node: Node, at place: ConfigurationPlace, _ environment: [String: String]) throws {
        guard let fields = node.mapping else { throw place.error("is not a map of fields") }
        self.fields = fields
        self.place = place
        self.environment = environment
    }

    /// - Throws: `EngineError` that names an unknown field.
    func finish() throws {
        for key in fields.keys {
            let name = key.string ?? "?"
            guard known.contains(name) else {
                throw place[name].error("there is no such field; known are \(known.sorted().joined(separator: ", "))")
            }
        }
    }

    // MARK: Values

    mutating func string(_ name: String) throws -> String? {
        guard let node = node(name) else { return nil }
        let text = try resolved(text(node, place[name]), place[name])
        return text.isEmpty ? nil : text
    }

    mutating func required(_ name: String) throws -> String {
        guard let text = try string(name) else { throw place[name].error("is missing") }
        return text
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let node = node(name) else { return nil }
        guard let number = Double(try resolved(text(node, place[name]), place[name])), range.contains(number) else {
            throw place[name].error(
                String(format: "is not a number from %g to %g", range.lowerBound, range.upperBound))
        }
        return number
    }

    mutating func flag(_ name: String) throws -> Bool? {
        guard let node = node(name) else { return nil }
        guard let flag = node.bool else { throw place[name].error("is neither true nor false") }
        return flag
    }

    mutating func choice<Choice: RawRepresentable>(
        _ name: String, of choices: [Choice]
    ) throws -> Choice? where Choice.RawValue == String {
        guard let text = try string(name) else { return nil }
        guard let choice = choices.first(where: { $0.rawValue == text }) else {
            throw place[name].error("is not one of \(choices.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    mutating func requiredChoice<Choice: RawRepresentable>(
        _ name: String, of choices: [Choice]
    ) throws -> Choice where Choice.RawValue == String {
        guard let choice = try choice(name, of: choices) else {
            throw place[name].error("is missing; it is one of \(choices.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    mutating func strings(_ name: String) throws -> [String] {
        try sequence(name).map { try resolved(text($1, $0), $0) }
    }

    mutating func map(_ name: String) throws -> [String: String] {
        guard let node = node(name) else { return [:] }
        guard let map = node.mapping else { throw place[name].error("is not a map of fields") }
        var values: [String: String] = [:]
        for (key, value) in map {
            let key = key.string ?? "?"
            values[key] = try resolved(text(value, place[name][key]), place[name][key])
        }
        return values
    }

    mutating func list(_ name: String) throws -> [ConfigurationEntry] {
        try sequence(name).map { place, node in
            if node.scalar != nil { return .id(try resolved(text(node, place), place), place) }
            return .fields(try ConfigurationFields(node, at: place, environment))
        }
    }

    /// Reads `base_url`, `api_key` and `headers`.
    ///
    /// - Parameter standard: The default base URL; nil makes `base_url` required.
    mutating func endpoint(standard: String? = nil) throws -> ServiceEndpoint {
        guard let base = try string("base_url") ?? standard else { throw place["base_url"].error("is missing") }
        guard let url = URL(string: base), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host()?.isEmpty == false
        else { throw place["base_url"].error("is not an http or https URL") }
        let headers = try map("headers")
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
                throw place["headers"].error("\"\(name)\" is not a valid header name")
            }
            guard !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
                throw place["headers"][name].error("contains characters that are not allowed in a header")
            }
        }
        let key = try string("api_key")?.trimmingCharacters(in: .whitespacesAndNewlines)
        guard key?.utf8.contains(where: { $0 < 0x21 || $0 > 0x7E }) != true else {
            throw place["api_key"].error("contains characters that are not allowed in a key")
        }
        return ServiceEndpoint(baseURL: base, apiKey: key, headers: headers)
    }

    // MARK: Nodes

    private mutating func node(_ name: String) -> Node? {
        known.insert(name)
        guard let node = fields[name], node.null == nil else { return nil }
        return node
    }

    private mutating func sequence(_ name: String) throws -> [(ConfigurationPlace, Node)] {
        guard let node = node(name) else { return [] }
        guard let sequence = node.sequence else { throw place[name].error("is not a list") }
        guard sequence.count <= Self.longestList else {
            throw place[name].error("has more than \(Self.longestList) entries")
        }
        return sequence.enumerated().map { (place[name][$0], $1) }
    }

    private func text(_ node: Node, _ place: ConfigurationPlace) throws -> String {
        guard let text = node.scalar?.string else { throw place.error("is not text") }
        return text
    }

    /// The text with `${NAME}` replaced by variables of the environment.
    private func resolved(_ text: String, _ place: ConfigurationPlace) throws -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "${") {
            result += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else {
                throw place.error("\"${\" has no \"}\"")
            }
            let name = String(rest[open.upperBound..<close])
            guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
                throw place.error("the text in \"${}\" is not the name of an environment variable")
            }
            guard let value = environment[name], !value.isEmpty else {
                throw place.error("the environment variable \(name) is not set")
            }
            result += value
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
