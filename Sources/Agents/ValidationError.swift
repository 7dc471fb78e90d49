import JSON

/// What is wrong with a configuration, field by field, in the shape of a 422 answer.
public struct ValidationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One field at fault.
    public struct Issue: Sendable, Hashable {
        /// The way to the field: member names and list indices, beginning with `body`.
        public var loc: [JSONValue]
        /// What was expected, for a person.
        public var msg: String
        /// A stable word for programs, such as `string_type`.
        public var type: String

        /// An issue at `loc`.
        public init(loc: [JSONValue], msg: String, type: String) {
            self.loc = loc
            self.msg = msg
            self.type = type
        }

        /// The way to the field as one would write it: `conversation_config.tts.speed`, without the leading `body`.
        public var path: String {
            loc.dropFirst(loc.first == "body" ? 1 : 0).map { $0.stringValue ?? $0.text }.joined(separator: ".")
        }
    }

    /// At least one.
    public var issues: [Issue]

    /// An error made of `issues`.
    public init(_ issues: [Issue]) { self.issues = issues }

    /// The body of a 422 answer: `{"detail": [{"loc", "msg", "type"}]}`.
    public var json: JSONValue {
        [
            "detail": .array(
                issues.map { ["loc": .array($0.loc), "msg": .string($0.msg), "type": .string($0.type)] })
        ]
    }

    /// One sentence a field, for a log or a terminal.
    public var description: String {
        issues.map { "\($0.path): \($0.msg)" }.joined(separator: "; ")
    }
}
