import Foundation
import JSON
import TurnTaking

/// Reads and writes a turn-taking policy as JSON with lengths such as "640 ms" or "1.5 s".
enum PolicyText {
    /// `base` with the values of `changes`.
    ///
    /// - Parameter name: The name of the file, for errors.
    /// - Throws: `CommandError.usage` for an unknown name or an invalid value.
    static func read(_ changes: JSONValue, over base: TurnPolicy, name: String) throws -> TurnPolicy {
        guard let members = changes.objectValue else { throw CommandError.usage("\(name) is not a JSON object.") }
        let known = Mirror(reflecting: base).children.compactMap(\.label)
        for key in members.keys where !known.contains(key) {
            throw CommandError.usage("\(name): there is no \(key). Known are \(known.joined(separator: ", ")).")
        }
        do {
            let merged = try JSONValue(parsing: JSONEncoder().encode(base)).merging(inSamples(changes))
            return try JSONDecoder().decode(TurnPolicy.self, from: merged.data)
        } catch let error as DecodingError {
            throw CommandError.usage("\(name): \(error.explanation) Lengths are written as \"640 ms\".")
        }
    }

    /// All values of `policy` as text.
    static func write(_ policy: TurnPolicy) -> String {
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

    /// Converts lengths with units to samples.
    private static func inSamples(_ value: JSONValue) -> JSONValue {
        if let text = value.stringValue {
            guard let match = text.wholeMatch(of: /(-?[0-9]+(?:\.[0-9]+)?) ?(ms|s)/), let number = Double(match.1)
            else {
                return value
            }
            return .integer(Span.seconds(match.2 == "s" ? number : number / 1000).samples)
        }
        if let members = value.objectValue { return .object(members.mapValues(inSamples)) }
        if let items = value.arrayValue { return .array(items.map(inSamples)) }
        return value
    }
}
