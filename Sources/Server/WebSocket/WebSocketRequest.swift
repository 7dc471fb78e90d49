import Foundation
import JSON
import NIOCore
import NIOHTTP1

/// The HTTP request that a WebSocket began with.
struct WebSocketRequest: Sendable {
    let path: String
    let query: QueryParameters
    let headers: HTTPHeaders
    let remoteAddress: String?

    init(_ head: HTTPRequestHead, remoteAddress: SocketAddress?) {
        let parts = head.uri.split(separator: "?", maxSplits: 1)
        path = parts.first.map { String($0).streamSafe } ?? "/"
        query = QueryParameters(parts.count == 2 ? String(parts[1]) : "")
        headers = head.headers
        self.remoteAddress = remoteAddress?.ipAddress
    }

    /// The subprotocols that the client offered in `Sec-WebSocket-Protocol`, in its order.
    var subprotocols: [String] { headers[canonicalForm: "Sec-WebSocket-Protocol"].map(String.init) }

    /// The token of a `bearer.<token>` subprotocol, which browsers use because they cannot set headers; nil for none.
    var bearerToken: String? {
        subprotocols.first { $0.hasPrefix("bearer.") }.map { String($0.dropFirst("bearer.".count)) }
    }
}

/// The decoded parameters of a URL's query, in their order.
struct QueryParameters: Sendable {
    private let items: [(name: String, value: String)]

    init(_ query: String) {
        items = query.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decode(parts[0]), parts.count == 2 ? Self.decode(parts[1]) : "")
        }
    }

    /// The first value of `name` that is not empty; nil when there is none.
    subscript(name: String) -> String? { all(name).first { !$0.isEmpty } }

    /// The names in the order of the query, repeated for each value.
    var names: [String] { items.map(\.name) }

    /// Every value of a repeated parameter.
    func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    private static func decode(_ bytes: Substring.UTF8View) -> String {
        let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        let text = String(decoding: spaced, as: UTF8.self)
        return (text.removingPercentEncoding ?? text).streamSafe
    }
}
