import Foundation
import JSON

/// A tool of a server.
public struct MCPTool: Sendable, Hashable {
    /// The name under which the server knows it.
    public var name: String
    /// What it does, for a model.
    public var description: String
    /// Its arguments: a JSON Schema object.
    public var inputSchema: JSONValue
    /// Whether it says of itself that it changes nothing.
    public var isReadOnly: Bool
    /// Whether it says of itself that doing it twice is doing it once.
    public var isIdempotent: Bool
    /// The tool as the server lists it.
    public var json: JSONValue

    /// Creates a tool.
    public init(
        name: String, description: String, inputSchema: JSONValue, isReadOnly: Bool = false,
        isIdempotent: Bool = false
    ) {
        self.name = name
        self.description = description
        self.inputSchema = inputSchema
        self.isReadOnly = isReadOnly
        self.isIdempotent = isIdempotent
        json = ["name": .string(name), "description": .string(description), "inputSchema": inputSchema]
    }

    /// Nil, with the reason, for what is no tool.
    init?(_ json: JSONValue, options: MCPOptions, warnings: inout [String]) {
        guard let name = json["name"]?.stringValue, !name.isEmpty, name.utf8.count <= 256 else {
            warnings.append("a tool without a usable name was left out")
            return nil
        }
        guard let schema = json["inputSchema"], schema["type"] == "object" else {
            warnings.append("the tool \(name) was left out: its inputSchema is no schema of an object")
            return nil
        }
        if let problem = HeaderArguments(schema).problem {
            warnings.append("the tool \(name) was left out: \(problem)")
            return nil
        }
        // Nothing else, such as the title: approvals are bound to this.
        let said = json["description"]?.stringValue ?? ""
        if said.count > options.longestDescription {
            warnings.append("the description of the tool \(name) was cut to \(options.longestDescription) characters")
        }
        self.name = name
        description = String(said.prefix(options.longestDescription))
        inputSchema = schema
        let hints = json["annotations"]
        isReadOnly = hints?["readOnlyHint"]?.boolValue ?? false
        isIdempotent = hints?["idempotentHint"]?.boolValue ?? false
        self.json = json
    }
}

/// Arguments of a tool that its server wants to see in headers too (2026-07-28).
struct HeaderArguments: Sendable {
    /// Why the tool may not be used; nil when it may.
    private(set) var problem: String?
    private var headers: [(path: [String], token: String)] = []

    private static let key = "x-mcp-header"

    init(_ schema: JSONValue) {
        collect(schema, at: [])
        let tokens = headers.map { $0.token.lowercased() }
        if Set(tokens).count < tokens.count { problem = "two of its arguments share a header" }
    }

    private mutating func collect(_ schema: JSONValue, at path: [String]) {
        for (name, property) in (schema["properties"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            let place = path + [name]
            if let mark = property[Self.key] {
                let type = property["type"]?.stringValue ?? ""
                if let token = mark.stringValue, Self.isToken(token), ["string", "integer", "boolean"].contains(type) {
                    headers.append((place, token))
                } else {
                    problem = "its argument \(place.joined(separator: ".")) names a header that cannot be"
                }
            }
            collect(property, at: place)
        }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0)) }
    }

    /// The headers of a call with these arguments.
    func headers(for arguments: JSONValue) -> [(String, String)] {
        headers.compactMap { path, token in
            let value = path.reduce(arguments as JSONValue?) { $0?[$1] }
            let text: String? =
                switch value {
                case .string(let text): text
                case .bool(let isTrue): isTrue ? "true" : "false"
                case .integer(let number): String(number)
                case .number(let number): String(number)
                default: nil
                }
            return text.map { ("Mcp-Param-\(token)", Envelope.encoded($0)) }
        }
    }
}
