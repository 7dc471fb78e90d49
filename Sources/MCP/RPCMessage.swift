import Foundation
import JSON

/// A message of JSON-RPC 2.0 that a server has sent.
enum RPCMessage: Sendable, Hashable {
    case result(id: JSONValue, JSONValue)
    /// Without an id when the server could not read that of the request.
    case error(id: JSONValue?, RPCError)
    case request(id: JSONValue, method: String)
    case notification(method: String)

    /// - Throws: `MCPError.notMCP` for anything else.
    init(_ bytes: some DataProtocol, limits: JSONLimits) throws(MCPError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: Data(bytes), limits: limits)
        } catch {
            throw .notMCP(
                bytes.isEmpty ? "nothing" : "what is no valid JSON (\(error)): \(Self.glimpse(bytes))")
        }
        guard let message = RPCMessage(json) else {
            throw .notMCP("JSON that is no message of JSON-RPC: \(Self.glimpse(bytes))")
        }
        self = message
    }

    init?(_ json: JSONValue) {
        guard json.objectValue != nil, json["jsonrpc"] == "2.0" else { return nil }
        let id = json["id"].flatMap { $0.isNull ? nil : $0 }
        if let method = json["method"]?.stringValue {
            self = id.map { .request(id: $0, method: method) } ?? .notification(method: method)
        } else if let error = json["error"], error.objectValue != nil {
            self = .error(
                id: id,
                RPCError(
                    code: error["code"]?.intValue ?? 0,
                    message: String((error["message"]?.stringValue ?? "").prefix(RPCError.longestMessage)),
                    supported: error.value(at: "data", "supported")?.arrayValue?.compactMap(\.stringValue)))
        } else if let id, let result = json["result"], result.objectValue != nil {
            self = .result(id: id, result)
        } else {
            return nil
        }
    }

    /// The beginning of what is no message, for an error.
    static func glimpse(_ bytes: some DataProtocol) -> String {
        let text = String(decoding: bytes.prefix(80), as: UTF8.self)
        return "“\(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))”"
    }

    /// A request in JSON-RPC.
    static func request(id: Int, _ method: String, _ params: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": .integer(id), "method": .string(method), "params": params]
    }

    /// A notification in JSON-RPC.
    static func notification(_ method: String, _ params: JSONValue? = nil) -> JSONValue {
        var message: JSONValue = ["jsonrpc": "2.0", "method": .string(method)]
        if let params { message["params"] = params }
        return message
    }

    /// The answer to what a server asks of its client: it is alive, and offers nothing.
    static func answer(to method: String, id: JSONValue) -> JSONValue {
        if method == "ping" { return ["jsonrpc": "2.0", "id": id, "result": [:]] }
        return [
            "jsonrpc": "2.0", "id": id,
            "error": [
                "code": .integer(RPCError.methodNotFound), "message": .string("This client does not offer \(method)."),
            ],
        ]
    }
}

extension JSONValue {
    /// Whether two ids name one request.
    func names(_ id: Int) -> Bool { intValue == id }
}
