/// What went wrong between Parley and a server.
public enum MCPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No connection: the server has not got the request.
    case unreachable(String)
    /// The connection broke before the answer was there.
    case lost(String)
    /// No answer within this time.
    case timedOut(Duration)
    /// The server wants other credentials.
    case unauthorized(status: Int)
    /// The server has refused the request, in the terms of HTTP.
    case refused(status: Int, String)
    /// The answer is none of this protocol: a web page, half a JSON.
    case notMCP(String)
    /// The answer is longer than so many bytes.
    case tooLarge(limit: Int)
    /// The server has answered with an error of the protocol.
    case rpc(RPCError)
    /// The server speaks only these versions of the protocol.
    case incompatible([String])
    /// The server has forgotten the session: it has not looked at the request.
    case sessionExpired
    /// The tool asks for something that only a form or a model could answer.
    case inputRequired(String)

    /// Whether the server may have done what was asked, although it did not say so.
    public var mayHaveHadEffects: Bool {
        switch self {
        case .unreachable, .unauthorized, .refused, .incompatible, .sessionExpired, .inputRequired: false
        case .lost, .timedOut, .notMCP, .tooLarge, .rpc: true
        }
    }

    /// Whether the server as a whole is out of order, rather than this one request.
    var concernsServer: Bool {
        switch self {
        case .unreachable, .lost, .unauthorized, .notMCP, .incompatible: true
        case .refused(let status, _): status >= 500 || status == 404 || status == 405
        case .timedOut, .tooLarge, .rpc, .sessionExpired, .inputRequired: false
        }
    }

    /// One sentence without a full stop, for a model and for people.
    public var description: String {
        switch self {
        case .unreachable(let reason): "the MCP server cannot be reached: \(reason)"
        case .lost(let reason): "the connection to the MCP server broke before it had answered: \(reason)"
        case .timedOut(let limit): "the MCP server did not answer within \(limit)"
        case .unauthorized(let status): "the MCP server refused the credentials (HTTP \(status))"
        case .refused(let status, let reason):
            "the MCP server answered HTTP \(status)" + (reason.isEmpty ? "" : ": \(reason)")
        case .notMCP(let what): "the endpoint does not speak MCP: it answered with \(what)"
        case .tooLarge(let limit): "the MCP server's answer is longer than \(limit) bytes"
        case .rpc(let error): "the MCP server refused: \(error)"
        case .incompatible(let versions):
            "the MCP server speaks only versions of the protocol that are not known here: "
                + versions.prefix(8).joined(separator: ", ")
        case .sessionExpired: "the MCP server has ended the session"
        case .inputRequired(let question): "the tool cannot go on without an answer: \(question)"
        }
    }
}

/// An error of JSON-RPC, as a server has sent it.
public struct RPCError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The number, such as -32602 for wrong arguments.
    public var code: Int
    /// The server's words.
    public var message: String
    /// The versions that the server speaks, where it says so.
    var supported: [String]?

    /// The longest message that is passed on, in characters.
    static let longestMessage = 500

    /// Method not found.
    static let methodNotFound = -32601
    /// The server does not speak the version of the request (2026-07-28).
    static let unsupportedVersion = -32022

    /// The server's words, with the number.
    public var description: String { "\(message) (\(code))" }
}
