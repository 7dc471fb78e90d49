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
    /// The server does not know the session, and has not looked at the request; with its words.
    case sessionExpired(String)
    /// The tool asks for something that only a form or a model could answer.
    case inputRequired(String)

    /// Whether the server may have done what was asked, although it did not say so.
    public var mayHaveHadEffects: Bool {
        switch self {
        case .unreachable, .unauthorized, .incompatible, .sessionExpired, .inputRequired: false
        // A gateway does not know what the server behind it has done, and a redirect often means that it is done.
        case .refused(let status, _): !(400..<500).contains(status) || status == 408
        case .rpc(let error): !error.isBeforeCall
        case .lost, .timedOut, .notMCP, .tooLarge: true
        }
    }

    /// Whether a server that answers so, when it is asked for its list, cannot be counted on; otherwise the list that it
    /// gave before goes on to serve.
    var meansDead: Bool {
        switch self {
        case .unreachable, .lost, .timedOut, .unauthorized, .notMCP, .incompatible, .sessionExpired: true
        case .refused(let status, _): ![408, 429].contains(status)
        case .tooLarge, .rpc, .inputRequired: false
        }
    }

    /// Whether a call that fails so leaves it open how things stand with the server, which its list will tell: one tool
    /// that breaks, or is refused, says nothing of the others.
    var leavesDoubt: Bool {
        switch self {
        case .unreachable, .lost, .unauthorized, .notMCP, .incompatible, .sessionExpired: true
        case .refused(let status, _): ![408, 429].contains(status)
        case .rpc(let error): error.questionsConnection
        case .timedOut, .tooLarge, .inputRequired: false
        }
    }

    /// Whether a server may refuse so what it took before it was updated, set back or started anew.
    var questionsConnection: Bool {
        switch self {
        case .refused(let status, _): (400..<500).contains(status) && ![408, 429].contains(status)
        case .rpc(let error): error.questionsConnection
        case .sessionExpired: true
        default: false
        }
    }

    /// The refusal of something that is not offered, with a question for whoever has set up the server; other errors as
    /// they are.
    func asking(_ question: String) -> MCPError {
        switch self {
        case .refused(let status, let reason) where [400, 404, 405, 406].contains(status):
            return .refused(status: status, reason.isEmpty ? question : "\(reason); \(question)")
        case .rpc(var error):
            error.message += "; \(question)"
            return .rpc(error)
        default: return self
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
        case .sessionExpired(let reason):
            "the MCP server does not know the session" + (reason.isEmpty ? "" : ": \(reason)")
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

    /// No JSON, no request, no such method, wrong arguments (JSON-RPC 2.0 §5.1).
    private static let parseError = -32700
    private static let invalidRequest = -32600
    /// Method not found.
    static let methodNotFound = -32601
    private static let invalidParams = -32602
    private static let internalError = -32603
    /// The server does not speak the version of the request (2026-07-28).
    static let unsupportedVersion = -32022

    /// Whether the request was refused before anything was done.
    var isBeforeCall: Bool {
        [Self.parseError, Self.invalidRequest, Self.methodNotFound, Self.invalidParams, Self.unsupportedVersion]
            .contains(code)
    }

    /// Whether it may be the connection that is refused, rather than what was asked: servers have many words for that.
    var questionsConnection: Bool { ![Self.invalidParams, Self.internalError].contains(code) }

    /// The server's words, with the number.
    public var description: String { "\(message) (\(code))" }
}
