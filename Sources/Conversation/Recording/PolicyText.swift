import Foundation
import JSON
import TurnTaking

/// Reads and writes a turn-taking policy as JSON with lengths such as "640 ms" or "1.5 s".
public enum PolicyText {
    /// Why a policy cannot be read, in words for whoever wrote it.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// One or two sentences.
        public let description: String
    }

    /// The largest number or length, in samples or as it stands, so that no sum of them overflows.
    private static let largest = 1e9

    /// `base` with the values of `changes`.
    ///
    /// - Throws: `Problem` for an unknown name or an invalid value.
    public static func read(_ changes: JSONValue, over base: TurnPolicy) throws(Problem) -> TurnPolicy {
        guard let members = changes.objectValue else { throw Problem(description: "This is not a JSON object.") }
        guard isBounded(changes) else {
            throw Problem(description: "Lengths are not negative, and numbers not over 1,000,000,000.")
        }
        let known = Mirror(reflecting: base).children.compactMap(\.label)
        for key in members.keys where !known.contains(key) {
            throw Problem(description: "There is no \(key). Known are \(known.joined(separator: ", ")).")
        }
        let policy: TurnPolicy
        do {
            let merged = try JSONValue(parsing: JSONEncoder().encode(base)).merging(inSamples(changes))
            policy = try JSONDecoder().decode(TurnPolicy.self, from: merged.data)
        } catch {
            let reason = (error as? DecodingError)?.explanation ?? "\(error)."
            throw Problem(description: "\(reason) Lengths are written as \"640 ms\".")
        }
        // A call in which the agent speaks up without end cannot be simulated.
        let shortest =
            [policy.turnTimeout, policy.initialWait, policy.responseTimeout].compactMap(\.self).min() ?? .zero
        guard shortest >= .milliseconds(100), policy.maximumReengagements <= 100 else {
            throw Problem(
                description:
                    "turnTimeout, initialWait and responseTimeout must be 100 ms or more, maximumReengagements "
                    + "100 or less.")
        }
        return policy
    }

    /// All values of `policy` as text.
    public static func write(_ policy: TurnPolicy) -> String {
        let lines = Mirror(reflecting: policy).children.map { child in
            "  \"\(child.label ?? "")\": \(text(child.value))"
        }
        return "{\n" + lines.joined(separator: ",\n") + "\n}"
    }

    private static func text(_ value: Any) -> String {
        switch value {
        case let span as Span: return "\"\(span.milliseconds) ms\""
        case let spans as [Span]: return "[" + spans.map { text($0) }.joined(separator: ", ") + "]"
        case let wait as TurnPolicy.Wait:
            return "{"
                + Mirror(reflecting: wait).children.map { "\"\($0.label ?? "")\": \(text($0.value))" }
                .joined(separator: ", ") + "}"
        case let words as [String]: return JSONValue.array(words.map(JSONValue.string)).text
        case let word as String: return JSONValue.string(word).text
        case let optional as Span?: return optional.map { text($0) } ?? "null"
        default: return "\(value)"
        }
    }

    private static func isBounded(_ value: JSONValue) -> Bool {
        if let members = value.objectValue { return members.values.allSatisfy(isBounded) }
        if let items = value.arrayValue { return items.allSatisfy(isBounded) }
        // Levels are negative numbers; lengths are texts.
        if value.stringValue != nil { return (0...largest).contains(inSamples(value).doubleValue ?? 0) }
        return abs(value.doubleValue ?? 0) <= largest
    }

    /// Converts lengths with units to samples.
    private static func inSamples(_ value: JSONValue) -> JSONValue {
        if let text = value.stringValue {
            guard let match = text.wholeMatch(of: /(-?[0-9]+(?:\.[0-9]+)?) ?(ms|s)/), let number = Double(match.1)
            else {
                return value
            }
            let seconds = match.2 == "s" ? number : number / 1000
            // Longer than any call, and refused as a number.
            guard seconds.magnitude < largest / 16_000 else { return .number(largest * 2) }
            return .integer(Span.seconds(seconds).samples)
        }
        if let members = value.objectValue { return .object(members.mapValues(inSamples)) }
        if let items = value.arrayValue { return .array(items.map(inSamples)) }
        return value
    }
}
