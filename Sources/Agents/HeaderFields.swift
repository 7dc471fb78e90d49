import Egress
import JSON

/// The headers that a configuration gives for requests to other servers: an object of names with texts or locators.
enum HeaderFields {
    typealias Issue = ValidationError.Issue

    /// What is wrong with an object of headers.
    static func issues(_ headers: JSONValue?, at loc: [JSONValue]) -> [Issue] {
        var known: Set<String> = []
        return (headers?.objectValue ?? [:]).sorted { $0.key < $1.key }.filter { !$0.value.isNull }
            .flatMap { name, value in
                let place = loc + [.string(name)]
                // Names do not differ by case (RFC 9110 §5.1).
                return known.insert(name.lowercased()).inserted
                    ? issues(name, value, at: place)
                    : [issue(place, "The same header stands there twice, in other letters")]
            }
    }

    /// What is wrong with one header.
    static func issues(_ name: String, _ value: JSONValue, at loc: [JSONValue]) -> [Issue] {
        guard isName(name) else {
            return [issue(loc, "The name contains characters that are not allowed in a header's")]
        }
        guard let text = value.stringValue else { return Locator.issues(value, of: Locator.values, at: loc) }
        return isValue(text) ? [] : [issue(loc, "The value contains characters that are not allowed in a header")]
    }

    /// Leaves out the headers that a configuration cannot set: those that follow from the connection and the body, and
    /// those of the `protocol` that the request speaks, by their names in lower case. Sorted by name.
    static func settable(
        _ headers: [String: JSONValue], in place: String, _ warnings: inout [String],
        protocol isProtocols: (String) -> Bool = { _ in false }
    ) -> [(String, JSONValue)] {
        headers.sorted { $0.key < $1.key }.filter { name, value in
            let lower = name.lowercased()
            guard EgressRequest.ownHeaders.contains(lower) || isProtocols(lower) else { return true }
            if !value.isNull { warnings.append("\(place): the header \(name) is the request's own; it cannot be set.") }
            return false
        }
    }

    /// Whether the text consists of the characters of a token (RFC 9110 §5.6.2).
    static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// Whether the text may be a header's value.
    static func isValue(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "\t" || ($0.value >= 0x20 && $0.value != 0x7F) }
    }

    private static func issue(_ loc: [JSONValue], _ msg: String) -> Issue {
        Issue(loc: loc, msg: msg, type: "value_error")
    }
}

extension [String: String] {
    /// Sets the header in place of one whose name differs in case alone.
    mutating func set(_ value: String, forHeader name: String) {
        self = filter { $0.key.lowercased() != name.lowercased() }
        self[name] = value
    }
}
