import Foundation
import WebSockets

/// The address of a server and the URLs of its API; a path prefix in the base URL is kept.
struct ServerURL: Sendable, Hashable {
    let address: WebSocketAddress

    /// - Throws: `ClientError.invalidURL`.
    init(_ url: URL) throws(ClientError) {
        do {
            address = try WebSocketAddress(url)
        } catch {
            throw ClientError(error)
        }
    }

    var components: URLComponents { address.components }
    var isSecure: Bool { address.isSecure }
    var port: Int { address.port }
    var host: String { address.host }

    /// The URL of a path below the base, over HTTP or, for `webSocket`, over WebSocket.
    func url(path: String, query: [(String, String)] = [], webSocket: Bool = false) throws(ClientError) -> URL {
        var result = components
        result.scheme = webSocket ? (isSecure ? "wss" : "ws") : (isSecure ? "https" : "http")
        var prefix = components.percentEncodedPath
        while prefix.hasSuffix("/") { prefix.removeLast() }
        result.percentEncodedPath = prefix + path
        // `URLQueryItem` leaves `+` as it is, which servers read as a space.
        result.percentEncodedQuery =
            query.isEmpty
            ? nil : query.map { "\(Self.escape($0.0))=\(Self.escape($0.1))" }.joined(separator: "&")
        guard let url = result.url else { throw .invalidURL(components.host ?? "") }
        return url
    }

    /// Percent-encodes everything but the unreserved characters of RFC 3986.
    static func escape(_ text: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
