import Engines
import Foundation

/// Makes URLs below a service's base; a path in the base is kept.
enum SpeechServiceURL {
    /// - Parameters:
    ///   - path: The path, beginning with a slash and percent-encoded.
    ///   - query: Names and values, not percent-encoded.
    /// - Throws: `EngineError` when `base` is not an http or https URL.
    static func make(
        _ base: String, path: String, query: [(String, String)] = [], isWebSocket: Bool = false, errors: ServiceErrors
    ) throws(EngineError) -> URL {
        guard let url = url(base, path: path, query: query, isWebSocket: isWebSocket) else {
            throw errors.error(.rejected, "the service's base is not a URL of the form https://host")
        }
        return url
    }

    private static func url(_ base: String, path: String, query: [(String, String)], isWebSocket: Bool) -> URL? {
        guard var components = URLComponents(string: base), let scheme = components.scheme?.lowercased(),
            let host = components.host, !host.isEmpty
        else { return nil }
        switch scheme {
        case "http", "ws": components.scheme = isWebSocket ? "ws" : "http"
        case "https", "wss": components.scheme = isWebSocket ? "wss" : "https"
        default: return nil
        }
        var prefix = components.percentEncodedPath
        while prefix.hasSuffix("/") { prefix.removeLast() }
        components.percentEncodedPath = prefix + path
        let own = components.percentEncodedQuery.map { [$0] } ?? []
        // `URLQueryItem` leaves `+` as it is, which servers read as a space.
        let items = own + query.map { "\(escape($0.0))=\(escape($0.1))" }
        components.percentEncodedQuery = items.isEmpty ? nil : items.joined(separator: "&")
        return components.url
    }

    /// Percent-encodes everything but the unreserved characters of RFC 3986.
    static func escape(_ text: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
