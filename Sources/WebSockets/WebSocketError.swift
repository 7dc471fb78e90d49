import NIOCore
import NIOHTTP1

/// Why a WebSocket could not be opened, or broke. Messages name the host, but never a header, a path or a query.
package enum WebSocketError: Error, Sendable, Equatable {
    /// The URL, given without its query, has no host, or a scheme other than http, https, ws and wss.
    case invalidURL(String)
    /// The connection could not be made: refused, no such host, no route.
    case unreachable(host: String, port: Int, reason: String)
    /// The connection is not encrypted with a trusted certificate.
    case tls(String)
    /// The server answered the upgrade with an HTTP status.
    case refused(WebSocketRefusal)
    /// Nothing arrived in time.
    case timedOut(String)
    /// The answer to the upgrade does not follow the protocol.
    case invalidAnswer(String)
    /// A message of the server is larger than this, in bytes.
    case messageTooLarge(limit: Int)
    /// The connection ended without a close frame, or its data was invalid.
    case lost(String)
}

/// The HTTP answer of a server that refused the upgrade.
package struct WebSocketRefusal: Sendable, Equatable {
    /// The HTTP status.
    package var status: Int
    /// The answer's headers, such as `retry-after`.
    package var headers: HTTPHeaders
    /// The beginning of the answer's body, 16 KiB at most.
    package var body: ByteBuffer
}

/// The close frame of the server.
package struct WebSocketClose: Sendable, Hashable {
    /// The close code (RFC 6455, 7.4); nil when the frame has none.
    package var code: Int?
    /// The reason in the frame; may be empty.
    package var reason: String
}
