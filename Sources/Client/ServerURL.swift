import Foundation

/// Where a server is, and what its addresses are; a path prefix in the base URL is kept.
struct ServerURL: Sendable, Hashable {
    let components: URLComponents

    /// - Throws: `ClientError.invalidURL`.
    init(_ url: URL) throws(ClientError) {
        guard let components = URLComponents(url: url, resolvingAgainstBaseURL: true),
            let scheme = components.scheme?.lowercased(), ["http", "https", "ws", "wss"].contains(scheme),
            let host = components.host, !host.isEmpty
        else {
            // Without the query, which may hold a signature.
            throw .invalidURL(String(url.absoluteString.prefix { $0 != "?" }))
        }
        self.components = components
    }

    var isSecure: Bool { ["https", "wss"].contains(components.scheme?.lowercased()) }
    var port: Int { components.port ?? (isSecure ? 443 : 80) }
    /// Without the brackets of an IPv6 address.
    var host: String { (components.host ?? "").trimmingCharacters(in: ["[", "]"]) }

    /// The `Host` header's value.
    var authority: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return components.port.map { "\(host):\($0)" } ?? host
    }

    /// Path and query as they stand in the request line.
    var requestTarget: String {
        let path = components.percentEncodedPath.isEmpty ? "/" : components.percentEncodedPath
        return components.percentEncodedQuery.map { "\(path)?\($0)" } ?? path
    }

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
