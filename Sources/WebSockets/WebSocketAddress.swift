import Foundation
import NIOCore

/// The address of a server, from a URL.
package struct WebSocketAddress: Sendable, Hashable {
    /// The components of the URL.
    package let components: URLComponents

    /// - Throws: `WebSocketError.invalidURL` without a host, or with a scheme other than http, https, ws and wss.
    package init(_ url: URL) throws(WebSocketError) {
        guard let components = URLComponents(url: url, resolvingAgainstBaseURL: true),
            let scheme = components.scheme?.lowercased(), ["http", "https", "ws", "wss"].contains(scheme),
            let host = components.host, !host.isEmpty
        else {
            // The query is left out, because it may hold a signature.
            throw .invalidURL(String(url.absoluteString.prefix { $0 != "?" }))
        }
        self.components = components
    }

    /// Whether the connection is encrypted.
    package var isSecure: Bool { ["https", "wss"].contains(components.scheme?.lowercased()) }

    /// The port to connect to.
    package var port: Int { components.port ?? (isSecure ? 443 : 80) }

    /// The host, without the brackets of an IPv6 address.
    package var host: String { (components.host ?? "").trimmingCharacters(in: ["[", "]"]) }

    /// The `Host` header's value.
    package var authority: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return components.port.map { "\(host):\($0)" } ?? host
    }

    /// The path and the query for the request line.
    package var requestTarget: String {
        let path = components.percentEncodedPath.isEmpty ? "/" : components.percentEncodedPath
        return components.percentEncodedQuery.map { "\(path)?\($0)" } ?? path
    }

    /// The name for checking the certificate; nil for IP addresses, for which TLS has no server name.
    var nameForTLS: String? {
        (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }
}
