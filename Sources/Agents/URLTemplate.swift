import Foundation
import JSON

/// URLs with `{{name}}` variables.
public enum URLTemplate {
    /// The URL with values in place of its variables. Each can be a whole base or a host, but cannot leave the part of the
    /// URL that it stands in: requests carry credentials, and callers choose values. Secrets are none of it.
    ///
    /// - Parameter value: A variable's value as text; throws when it has none.
    /// - Throws: `ToolMistake`.
    public static func filled(
        _ template: String, _ value: (String) throws(ToolMistake) -> String
    ) throws(ToolMistake) -> String {
        var url = ""
        for piece in TemplatePiece.pieces(of: template) {
            switch piece {
            case .text(let text): url += text
            case .variable(let name, _):
                guard !name.hasPrefix(CallVariables.secretPrefix) else {
                    throw ToolMistake("the secret \(name) may stand in headers only")
                }
                url += try written(try value(name), after: url, name: name)
            }
        }
        return url
    }

    /// A variable's value as it may stand after what there is of the URL.
    private static func written(_ value: String, after url: String, name: String) throws(ToolMistake) -> String {
        let scheme = url.lowercased()
        if url.isEmpty {
            guard let base = URL(string: value), ["http", "https"].contains(base.scheme?.lowercased()),
                base.host() != nil, base.user() == nil, base.query() == nil, base.fragment() == nil
            else { throw ToolMistake("the variable \(name) is not an http or https URL") }
            return value.hasSuffix("/") ? String(value.dropLast()) : value
        }
        let isInHost = ["http://", "https://"].contains {
            scheme.hasPrefix($0) && !scheme.dropFirst($0.count).contains("/")
        }
        guard isInHost, !url.contains("?") else {
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

    /// Everything but the unreserved characters of RFC 3986 as escapes.
    public static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
