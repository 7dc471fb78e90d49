import Foundation
import JSON

/// URLs with `{{name}}` variables.
public enum URLTemplate {
    /// The URL with values in place of its variables. Each can be a whole base or a host, but cannot leave the part of the
    /// URL that it stands in: requests carry credentials, and callers choose values. Secrets are none of it.
    ///
    /// - Parameters:
    ///   - strangers: Variables that do not choose the host: those of callers, where the request carries credentials.
    ///   - value: A variable's value as text; throws when it has none.
    /// - Throws: `ToolMistake`.
    public static func filled(
        _ template: String, strangers: Set<String> = [], _ value: (String) throws(ToolMistake) -> String
    ) throws(ToolMistake) -> String {
        var url = ""
        let pieces = TemplatePiece.pieces(of: template)
        for (piece, next) in zip(pieces, pieces.dropFirst().map(Optional.some) + [nil]) {
            switch piece {
            case .text(let text): url += text
            case .variable(let name, _):
                guard !name.hasPrefix(CallVariables.secretPrefix) else {
                    throw ToolMistake("the secret \(name) may stand in headers only")
                }
                guard !strangers.contains(name) || !isInHost(url) || isAnchored(next) else {
                    throw ToolMistake("the caller gives the variable \(name), and does not choose where credentials go")
                }
                url += try written(try value(name), after: url, name: name)
            }
        }
        return url
    }

    /// Whether a request could go where the template leads. What a variable at its beginning makes of it is known only in a
    /// call.
    static func isPossible(_ template: String) -> Bool {
        template.hasPrefix("{{") || address(template.replacing(#/\{\{[^{}]*\}\}|\{[^{}]*\}/#, with: "1")) != nil
    }

    /// The URL when a request can go there: http or https, with a host, and a port that there can be.
    static func address(_ text: String) -> URL? {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host()?.isEmpty == false, (1...65_535).contains(url.port ?? 443)
        else { return nil }
        return url
    }

    /// A variable's value as it may stand after what there is of the URL.
    private static func written(_ value: String, after url: String, name: String) throws(ToolMistake) -> String {
        if url.isEmpty {
            guard let base = address(value), base.user() == nil, base.query() == nil, base.fragment() == nil else {
                throw ToolMistake("the variable \(name) is not an http or https URL")
            }
            return value.hasSuffix("/") ? String(value.dropLast()) : value
        }
        guard isInHost(url) else {
            let written = encoded(value)
            guard url.contains("?") || ![".", ".."].contains(written) else {
                throw ToolMistake("the variable \(name) cannot stand in a URL")
            }
            return written
        }
        guard value.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-:_".contains($0)) }) else {
            throw ToolMistake("the variable \(name) is not a host")
        }
        return value
    }

    /// Whether a variable in the host is only a name within a domain of the owner's: `{{region}}.desk.example`.
    private static func isAnchored(_ next: TemplatePiece?) -> Bool {
        guard case .text(let text)? = next, text.hasPrefix(".") else { return false }
        return text.prefix { !"/:?#".contains($0) }.split(separator: ".").count > 1
    }

    /// Whether what comes next is part of the scheme, the host or the port.
    private static func isInHost(_ url: String) -> Bool {
        guard !url.contains("?") else { return false }
        let scheme = url.lowercased()
        return url.isEmpty
            || ["http://", "https://"].contains { scheme.hasPrefix($0) && !scheme.dropFirst($0.count).contains("/") }
    }

    /// Everything but the unreserved characters of RFC 3986 as escapes.
    public static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
