import Agents
import JSON

extension ValidationError {
    /// An error in one member of the body.
    static func body(_ name: String, _ message: String, _ type: String) -> ValidationError {
        ValidationError([.init(loc: ["body", .string(name)], msg: message, type: type)])
    }

    /// An error in one parameter of the query.
    static func query(_ name: String, _ message: String, _ type: String) -> ValidationError {
        ValidationError([.init(loc: ["query", .string(name)], msg: message, type: type)])
    }
}

extension JSONValue {
    /// The text of a body's member; nil when it is absent or null.
    ///
    /// - Throws: `ValidationError` when it is no text.
    func optionalString(_ name: String) throws -> String? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let text = value.stringValue else {
            throw ValidationError.body(name, "Input should be a valid string", "string_type")
        }
        return text
    }
}

extension CaseIterable where Self: RawRepresentable<String> {
    /// The case that a member of a body names; nil for no value.
    ///
    /// - Throws: `ValidationError` when there is no such case.
    static func named(_ value: String?, at member: String) throws -> Self? {
        guard let value else { return nil }
        guard let choice = Self(rawValue: value) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError.body(member, "Input should be one of: \(names)", "enum")
        }
        return choice
    }
}
