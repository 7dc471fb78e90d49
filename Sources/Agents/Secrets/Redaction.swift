import JSON

/// Finds the secrets that are written in a configuration: hides them from answers, keeps them when an answer is sent back,
/// and lets a store encrypt them.
///
/// Secrets are the values of `request_headers`, `api_key` members, values of variables named `secret__…`, and passwords
/// in members named `url`.
enum Redaction {
    /// The mark that replaces a secret in answers. Sent back, it means "unchanged".
    static let mark: JSONValue = "********"

    /// Headers whose values are not secret.
    private static let openHeaders: Set = ["accept", "accept-language", "content-type", "user-agent"]
    /// Words that may stand beside a variable in a header without a secret of its own.
    private static let schemes: Set = ["", "bearer", "basic", "token"]

    /// `value` with the mark in place of every secret.
    static func hidden(_ value: JSONValue) -> JSONValue {
        map(value, beside: nil, at: [], inHeaders: false) { name, value, _, _, inHeaders in
            if name == "url", !inHeaders { return .string(withoutPassword(value.stringValue ?? "")) }
            return inHeaders && isOpen(name, value) ? value : mark
        }
    }

    /// `value` with what `replace` makes of every secret.
    ///
    /// - Throws: what `replace` throws.
    static func replacingSecrets(
        in value: JSONValue, _ replace: (String) throws -> JSONValue
    ) rethrows -> JSONValue {
        try map(value, beside: nil, at: [], inHeaders: false) { name, value, _, _, inHeaders in
            inHeaders && isOpen(name, value) ? value : try replace(value.stringValue ?? "")
        }
    }

    /// `value` with the secrets of `stored` in place of the marks.
    ///
    /// - Throws: `ValidationError` naming every mark for which `stored` has no secret.
    static func restored(
        _ value: JSONValue, from stored: JSONValue?, at loc: [JSONValue]
    ) throws(ValidationError) -> JSONValue {
        var issues: [ValidationError.Issue] = []
        let result = map(value, beside: stored, at: loc, inHeaders: false) { name, value, stored, loc, inHeaders in
            if name == "url", !inHeaders, let url = value.stringValue {
                guard url.contains(passwordMark) else { return value }
                // A password is restored only to the URL that it was hidden from.
                if let stored, withoutPassword(stored.stringValue ?? "") == url { return stored }
            } else {
                guard value == mark else { return value }
                if let stored, stored != mark { return stored }
            }
            issues.append(
                .init(
                    loc: loc, msg: "Input should be the secret itself; asterisks only stand for a secret in answers",
                    type: "value_error"))
            return value
        }
        guard issues.isEmpty else { throw ValidationError(issues) }
        return result
    }

    private typealias Change = (
        _ name: String, _ value: JSONValue, _ other: JSONValue?, _ loc: [JSONValue], _ inHeaders: Bool
    ) throws -> JSONValue

    /// Visits every place of a secret, together with the value in the same place of `other`.
    private static func map(
        _ value: JSONValue, beside other: JSONValue?, at loc: [JSONValue], inHeaders: Bool, _ change: Change
    ) rethrows -> JSONValue {
        switch value {
        case .object(var members):
            for (name, member) in members {
                let place = loc + [.string(name)]
                let isSecret = inHeaders || name == "api_key" || name.hasPrefix(CallVariables.secretPrefix)
                let hasPassword = name == "url" && withoutPassword(member.stringValue ?? "") != member.stringValue
                members[name] =
                    (isSecret || hasPassword || isMarked(name, member)) && member.stringValue != nil
                    ? try change(name, member, other?[name], place, inHeaders)
                    : try map(member, beside: other?[name], at: place, inHeaders: name == "request_headers", change)
            }
            return .object(members)
        case .array(let elements):
            let others = other?.arrayValue ?? []
            return .array(
                try elements.enumerated().map { index, element in
                    // Tools may be sent back in another order, so they are matched by their names.
                    let named = element["name"].flatMap { name in others.first { $0["name"] == name } }
                    let other = named ?? (others.indices.contains(index) ? others[index] : nil)
                    return try map(element, beside: other, at: loc + [.integer(index)], inHeaders: false, change)
                })
        default:
            return value
        }
    }

    /// The mark that replaces a password in a URL.
    private static let passwordMark = ":********@"

    private static func withoutPassword(_ url: String) -> String {
        url.replacing(#/(://[^/?#@:]*):[^/?#@]+@/#) { "\($0.1)\(passwordMark)" }
    }

    private static func isMarked(_ name: String, _ value: JSONValue) -> Bool {
        name == "url" && value.stringValue?.contains(passwordMark) == true
    }

    /// Whether a header of a configuration holds a secret of the owner's: a locator of one, or a text that is hidden.
    static func isSecret(header name: String, _ value: JSONValue) -> Bool {
        guard value.stringValue != nil else { return !value.isNull && value["variable_name"] == nil }
        return !isOpen(name, value)
    }

    /// Whether a header holds no secret: by its name, or because it consists of variables.
    private static func isOpen(_ name: String, _ value: JSONValue) -> Bool {
        if openHeaders.contains(name.lowercased()) { return true }
        let literal = value.stringValue?.replacing(#/\{\{[^{}]*\}\}/#, with: "") ?? ""
        return literal != value.stringValue && schemes.contains(literal.lowercased().filter { $0 != " " })
    }
}
