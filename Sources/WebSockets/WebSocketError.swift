import NIOCore
import NIOHTTP1

/// Why a WebSocket could not be opened, or has broken. Texts name the host, never a header, a path or a query.
package enum WebSocketError: Error, Sendable, Equatable {
    /// The URL has no host, or a scheme other than http, https, ws and wss; without its query.
    case invalidURL(String)
    /// No connection: refused, no such host, no route.
    case unreachable(host: String, port: Int, reason: String)
    /// The connection is there, but not a trusted encrypted one.
    case tls(String)
    /// The server answered the upgrade with an HTTP status.
    case refused(WebSocketRefusal)
    /// Nothing came in time.
    case timedOut(String)
    /// The answer to the upgrade is not what the protocol says.
    case invalidAnswer(String)
    /// A message of the server is larger than this, in bytes.
    case messageTooLarge(limit: Int)
    /// The connection ended without a close frame, or its bytes made no sense.
    case lost(String)
}

/// The HTTP answer of a server that did not upgrade.
package struct WebSocketRefusal: Sendable, Equatable {
    /// The HTTP status.
    package var status: Int
    /// The answer's headers, such as `retry-after`.
    package var headers: HTTPHeaders
    /// The beginning of the answer's body, 16 KiB at most.
    package var body: ByteBuffer

    /// Public to the package so that tests can make one.
    package init(status: Int, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The close frame of the other side.
package struct WebSocketClose: Sendable, Hashable {
    /// RFC 6455, 7.4; nil when the frame has none.
    package var code: Int?
    /// What the other side wrote.
    package var reason: String
}
