import Egress
import Foundation
import JSON
import NIOHTTP1

/// What the beginning of an answer says of the rest.
enum AnswerHead: Sendable, Hashable {
    /// One message in JSON.
    case json
    /// A stream of events.
    case events
    /// The message was taken, and there is no answer to it.
    case accepted
    /// A refusal: its body may hold an error of the protocol.
    case refusal(status: Int)
    case failed(MCPError)

    init(status: Int, mediaType: String, location: String?) {
        switch status {
        case 202, 204: self = .accepted
        case 200..<300 where mediaType == "application/json": self = .json
        case 200..<300 where mediaType == "text/event-stream": self = .events
        case 200..<300: self = .failed(.notMCP(Self.name(mediaType)))
        case 300..<400:
            let target = location.flatMap(Self.shown).map { " to \($0)" } ?? ""
            self = .failed(.refused(status: status, "it redirects\(target); use the URL that it leads to"))
        case 401, 403: self = .failed(.unauthorized(status: status))
        default: self = .refusal(status: status)
        }
    }

    init(_ head: EgressHead) {
        self.init(
            status: Int(head.status.code), mediaType: head.mediaType, location: head.headers.first(name: "location"))
    }

    /// Where a redirect leads, without what may be secret.
    private static func shown(_ location: String) -> String? {
        guard var url = URLComponents(string: location) else { return nil }
        (url.user, url.password, url.query, url.fragment) = (nil, nil, nil, nil)
        return url.string.map { String($0.prefix(200)) }
    }

    static func name(_ mediaType: String) -> String {
        switch mediaType {
        case "text/html", "application/xhtml+xml": "a web page"
        case "": "content without a type"
        default: "content of the type \(mediaType.prefix(80))"
        }
    }

    /// The error of a refusal.
    ///
    /// - Parameter hasSession: whether the request named a session, which may have ended: servers say so with 404, or
    ///   with 400 and words of their own.
    static func error(
        status: Int, mediaType: String, body: Data, hasSession: Bool, limits: JSONLimits
    ) -> MCPError {
        let rpc: RPCError? =
            if mediaType == "application/json", let json = try? JSONValue(parsing: body, limits: limits),
                case .error(_, let error)? = RPCMessage(json)
            {
                error
            } else {
                nil
            }
        let words = mediaType.hasPrefix("text/html") ? "a web page" : body.isEmpty ? "" : RPCMessage.glimpse(body)
        if hasSession, [400, 404].contains(status) { return .sessionExpired(rpc?.description ?? words) }
        if let rpc { return .rpc(rpc) }
        return .refused(status: status, words)
    }
}

extension MCPError {
    /// - Parameter limit: the time that was allowed.
    init(_ error: EgressError, limit: Duration) {
        switch error {
        case .invalidURL, .invalidHeader, .forbidden, .unresolvable, .unreachable, .insecure, .forbiddenRedirect:
            self = .unreachable(error.description)
        case .timedOut: self = .timedOut(limit)
        case .interrupted, .redirected: self = .lost(error.description)
        case .tooLong(let limit): self = .tooLarge(limit: limit)
        case .undecodable, .malformed: self = .notMCP(error.description)
        }
    }
}
