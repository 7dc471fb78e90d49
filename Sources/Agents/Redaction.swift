import JSON

/// Secrets that stand literally in a configuration: not shown in answers, and kept when an answer is sent back.
///
/// They are the values of `request_headers`, `api_key` members, values of variables named `secret__…`, and passwords in
/// members named `url`.
enum Redaction {
    /// What stands for a secret in answers. Sent back, it means "as it was".
    static let mark: JSONValue = "********"

    /// Headers whose values are no secrets.
    private static let openHeaders: Set = ["accept", "accept-language", "content-type", "user-agent"]
    /// What may stand beside a variable in a header that holds no secret itself.
    private static let schemes: Set = ["", "bearer", "basic", "token"]

    /// `value` with a mark in place of every secret.
    static func hidden(_ value: JSONValue) -> JSONValue {
        map(value, beside: nil, at: [], inHeaders: false) { name, value, _, _, inHeaders in
            if name == "url", !inHeaders { return .string(withoutPassword(value.stringValue ?? "")) }
            return inHeaders && isOpen(name, value) ? value : mark
        }
    }

    /// `value` with the secrets of `stored` in place of the marks.
    ///
    /// - Throws: `ValidationError` naming every mark that stands for nothing.
    static func restored(
        _ value: JSONValue, from stored: JSONValue?, at loc: [JSONValue]
    ) throws(ValidationError) -> JSONValue {
        var issues: [ValidationError.Issue] = []
        let result = map(value, beside: stored, at: loc, inHeaders: false) { name, value, stored, loc, inHeaders in
            if name == "url", !inHeaders, let url = value.stringValue {
                guard url.contains(passwordMark) else { return value }
                // The password of one place is not for another.
                if let stored, withoutPassword(stored.stringValue ?? "") == url { return stored }
            } else {
                guard value == mark else { return value }
                if let stored, stored != mark { return stored }
            }
            issues.append(
                .init(
                    loc: loc, msg: "Input should be the secret itself: asterisks only stand for one in answers",
                    type: "value_error"))
            return value
        }
        guard issues.isEmpty else { throw ValidationError(issues) }
        return result
    }

    private typealias Change = (
        _ name: String, _ value: JSONValue, _ other: JSONValue?, _ loc: [JSONValue], _ inHeaders: Bool
    ) -> JSONValue

    /// Visits every place of a secret, with what stands in the same place of `other`.
    private static func map(
        _ value: JSONValue, beside other: JSONValue?, at loc: [JSONValue], inHeaders: Bool, _ change: Change
    ) -> JSONValue {
        switch value {
        case .object(var members):
            for (name, member) in members {
                let place = loc + [.string(name)]
                let isSecret = inHeaders || name == "api_key" || name.hasPrefix(DynamicVariables.secretPrefix)
                let hasPassword = name == "url" && withoutPassword(member.stringValue ?? "") != member.stringValue
                members[name] =
                    (isSecret || hasPassword || isMarked(name, member)) && member.stringValue != nil
                    ? change(name, member, other?[name], place, inHeaders)
                    : map(member, beside: other?[name], at: place, inHeaders: name == "request_headers", change)
            }
            return .object(members)
        case .array(let elements):
            let others = other?.arrayValue ?? []
            return .array(
                elements.enumerated().map { index, element in
                    // Tools may come in another order than they went out in; they are known by their names.
                    let named = element["name"].flatMap { name in others.first { $0["name"] == name } }
                    let other = named ?? (others.indices.contains(index) ? others[index] : nil)
                    return map(element, beside: other, at: loc + [.integer(index)], inHeaders: false, change)
                })
        default:
            return value
        }
    }

    /// What stands for a password in a URL.
    private static let passwordMark = ":********@"

    private static func withoutPassword(_ url: String) -> String {
        url.replacing(#/(://[^/?#@:]*):[^/?#@]+@/#) { "\($0.1)\(passwordMark)" }
    }

    private static func isMarked(_ name: String, _ value: JSONValue) -> Bool {
        name == "url" && value.stringValue?.contains(passwordMark) == true
    }

    /// Whether a header shows nothing secret: it is one of those that never do, or made of variables.
    private static func isOpen(_ name: String, _ value: JSONValue) -> Bool {
        if openHeaders.contains(name.lowercased()) { return true }
        let literal = value.stringValue?.replacing(#/\{\{[^{}]*\}\}/#, with: "") ?? ""
        return literal != value.stringValue && schemes.contains(literal.lowercased().filter { $0 != " " })
    }
}
