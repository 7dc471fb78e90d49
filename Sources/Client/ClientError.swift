import ConvAI
import Foundation
import JSON

/// Why a request or a conversation failed. Messages name the host, but never a key or a signature.
public enum ClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The URL has no host, or a scheme other than http, https, ws and wss.
    case invalidURL(String)
    /// The connection could not be made: refused, no such host, no route.
    case unreachable(host: String, port: Int, reason: String)
    /// The connection is not encrypted with a trusted certificate.
    case tls(String)
    /// The server answered the request or the WebSocket upgrade with this HTTP status; the message is from its body.
    case http(status: Int, message: String)
    /// Nothing arrived in time.
    case timedOut(String)
    /// The answer does not follow the protocol.
    case invalidAnswer(String)
    /// The conversation ended before it began, or before this message could be sent.
    case ended(ConversationEnd)

    /// The message, one sentence for a person.
    public var description: String {
        switch self {
        case .invalidURL(let url): "\(url) is not a URL of the form http://host:port"
        case .unreachable(let host, let port, let reason): "\(host):\(port) cannot be reached: \(reason)"
        case .tls(let reason): "no secure connection: \(reason)"
        case .http(let status, let message): message.isEmpty ? "HTTP \(status)" : "HTTP \(status): \(message)"
        case .timedOut(let what): "timed out: \(what)"
        case .invalidAnswer(let what): "unexpected answer: \(what)"
        case .ended(let end): "the conversation ended: \(end)"
        }
    }
}

/// How a conversation ended.
public struct ConversationEnd: Sendable, Hashable, CustomStringConvertible {
    /// Who ended it.
    public enum Initiator: Sendable, Hashable {
        /// This client, by `AgentConversation.end()`.
        case client
        /// The server, by a close frame.
        case server
        /// Neither: the connection broke, or its data was invalid.
        case connection
    }

    /// Who ended it.
    public var initiator: Initiator
    /// The WebSocket close code; nil when the connection ended without one.
    public var code: Int?
    /// The close frame's reason, or what happened to the connection.
    public var reason: String
    /// The `error` message that came before the close.
    public var error: ErrorMessage?

    /// Creates an end, for tests and other transports.
    public init(initiator: Initiator, code: Int? = nil, reason: String, error: ErrorMessage? = nil) {
        self.initiator = initiator
        self.code = code
        self.reason = reason
        self.error = error
    }

    /// Whether something went wrong: every end but this client's own, and the server's with close code 1000.
    public var isError: Bool { initiator != .client && code != 1000 }

    /// Reason and code for a person.
    public var description: String {
        let text = [reason, error.map { $0.message } ?? ""].first { !$0.isEmpty } ?? "no reason given"
        return code.map { "\(text) (\($0))" } ?? text
    }
}

extension ClientError {
    /// Most characters of a body that an error keeps when it has no message in a known place.
    private static let longestMessage = 300

    /// The error for an HTTP answer, with `detail.message`, `detail`, `error.message` or `message` of a JSON body, or
    /// else the first line of the body.
    static func http(status: Int, body: Data) -> ClientError {
        let json = try? JSONValue(parsing: body)
        let places = [
            json?.value(at: "detail", "message"), json?["detail"], json?.value(at: "error", "message"), json?["error"],
            json?["message"],
        ]
        if let message = places.lazy.compactMap({ $0?.stringValue }).first {
            return .http(status: status, message: message)
        }
        if let fields = json?["detail"]?.arrayValue {
            let messages = fields.compactMap { field -> String? in
                guard let message = field["msg"]?.stringValue else { return nil }
                let path = field["loc"]?.arrayValue?.compactMap(\.stringValue).joined(separator: ".") ?? ""
                return path.isEmpty ? message : "\(path): \(message)"
            }
            if !messages.isEmpty { return .http(status: status, message: messages.joined(separator: "; ")) }
        }
        let text = String(decoding: body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return .http(status: status, message: String(line.prefix(longestMessage)))
    }
}
