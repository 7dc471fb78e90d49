import JSON

/// What a tool has answered.
public struct MCPToolResult: Sendable, Hashable {
    /// Blocks of text, pictures and so on, as the server sent them.
    public var content: [JSONValue]
    /// The answer as JSON; nil when there is only `content`.
    public var structured: JSONValue?
    /// Whether the tool says that it failed: a message for the model, no failure of the protocol.
    public var isError: Bool

    /// Creates a result.
    public init(content: [JSONValue], structured: JSONValue? = nil, isError: Bool = false) {
        self.content = content
        self.structured = structured
        self.isError = isError
    }

    /// - Throws: `MCPError.notMCP` for anything that is no result of a tool.
    init(_ result: JSONValue) throws(MCPError) {
        let structured = result["structuredContent"].flatMap { $0.isNull ? nil : $0 }
        guard let content = result["content"]?.arrayValue ?? structured.map({ _ in [] }) else {
            throw .notMCP("a result of a tool without content")
        }
        self.content = content
        self.structured = structured
        isError = result["isError"]?.boolValue ?? false
    }

    /// The answer as a model can read it. What is no text is named, so that nothing is lost in silence.
    public var text: String {
        let texts = content.compactMap(Self.text)
        if let structured, !content.contains(where: { $0["type"] == "text" }) {
            return ([structured.text] + texts).joined(separator: "\n")
        }
        return texts.joined(separator: "\n")
    }

    private static func text(_ block: JSONValue) -> String? {
        switch block["type"]?.stringValue {
        case "text": return block["text"]?.stringValue ?? ""
        case "image", "audio":
            let kind = block["type"]?.stringValue ?? ""
            return "[\(kind) \(block["mimeType"]?.stringValue ?? "of unknown type"), \(size(block["data"])), not shown]"
        case "resource_link":
            let names = ["title", "name", "description"].compactMap { block[$0]?.stringValue }
            return "[resource \(block["uri"]?.stringValue ?? ""): \(names.joined(separator: ", "))]"
        case "resource":
            let resource = block["resource"] ?? [:]
            let uri = resource["uri"]?.stringValue ?? ""
            if let text = resource["text"]?.stringValue { return "[resource \(uri)]\n\(text)" }
            return "[resource \(uri) \(resource["mimeType"]?.stringValue ?? "of unknown type"), "
                + "\(size(resource["blob"])), not shown]"
        case let type: return "[content of type \(type ?? "unknown"), not shown]"
        }
    }

    /// The size of what is written in Base64.
    private static func size(_ base64: JSONValue?) -> String {
        "\((base64?.stringValue?.utf8.count ?? 0) * 3 / 4) bytes"
    }
}

/// The rounds of one call (2026-07-28): a server may want the same request again, with what it has given out, or ask for
/// input first. This client has nobody who fills in forms; the question becomes the outcome, so that the model can put it
/// to the caller and call the tool again.
struct InputRounds: Sendable {
    enum Step: Sendable, Hashable {
        case done(JSONValue)
        /// Send the request again, with this state.
        case again(state: JSONValue)
        case failed(MCPError)
    }

    private var left: Int

    init(most: Int) { left = most }

    mutating func handle(_ result: JSONValue) -> Step {
        guard result["resultType"] == "input_required" else { return .done(result) }
        if let requests = result["inputRequests"]?.objectValue, !requests.isEmpty {
            let questions = requests.sorted { $0.key < $1.key }.map { _, request in
                request.value(at: "params", "message")?.stringValue ?? request["method"]?.stringValue ?? "input"
            }
            return .failed(.inputRequired(String(questions.joined(separator: "; ").prefix(RPCError.longestMessage))))
        }
        guard let state = result["requestState"], left > 0 else {
            return .failed(.notMCP("a request for more rounds than are allowed"))
        }
        left -= 1
        return .again(state: state)
    }
}
