import JSON

/// An object that stands in a configuration for a value that is elsewhere: `{"secret_id": …}`, and its like.
enum Locator {
    /// How a header's or an argument's value may be named.
    static let values = ["secret_id", "variable_name", "env_var_label"]
    /// How an auth connection may be named.
    static let connections = ["auth_connection_id", "env_var_label"]
    private static let members = Set(values + connections)

    /// Whether the object names something by exactly one of `members`.
    static func isOne(_ value: JSONValue, of members: [String]) -> Bool {
        members.filter { value[$0]?.stringValue?.isEmpty == false }.count == 1
    }

    /// What is wrong with an object that is to name something by exactly one of `members`.
    static func issues(_ value: JSONValue, of members: [String], at loc: [JSONValue]) -> [ValidationError.Issue] {
        isOne(value, of: members)
            ? []
            : [
                .init(
                    loc: loc, msg: "Input should be an object with one of: \(members.joined(separator: ", "))",
                    type: "value_error")
            ]
    }

    /// Whether the object names something, and has nothing else.
    fileprivate static func isPlain(_ value: JSONValue) -> Bool {
        guard let object = value.objectValue?.filter({ !$0.value.isNull }), !object.isEmpty else { return false }
        return object.keys.allSatisfy(members.contains)
    }
}

extension JSONValue {
    /// A configuration with a `PATCH` laid over it: objects merge member by member, and everything else is replaced, whole
    /// locators among it: of two, the later one counts.
    func patched(with patch: JSONValue) -> JSONValue {
        guard case .object(let base) = self, case .object(let changes) = patch, !Locator.isPlain(patch) else {
            return patch
        }
        return .object(base.merging(changes) { $0.patched(with: $1) })
    }
}
