import JSON

/// Errors in a configuration, field by field, in the form of a 422 answer.
public struct ValidationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An error in one field.
    public struct Issue: Sendable, Hashable {
        /// The path to the field: member names and list indices, beginning with `body`.
        public var loc: [JSONValue]
        /// The message for a person, which says what was expected.
        public var msg: String
        /// The error code for programs, such as `string_type`.
        public var type: String

        /// Creates an issue at `loc`.
        public init(loc: [JSONValue], msg: String, type: String) {
            self.loc = loc
            self.msg = msg
            self.type = type
        }

        /// The path in dotted form without the leading `body`, such as `conversation_config.tts.speed`.
        public var path: String {
            loc.dropFirst(loc.first == "body" ? 1 : 0).map { $0.stringValue ?? $0.text }.joined(separator: ".")
        }
    }

    /// The issues; at least one.
    public var issues: [Issue]

    /// Creates an error from `issues`.
    public init(_ issues: [Issue]) { self.issues = issues }

    /// The body of a 422 answer: `{"detail": [{"loc", "msg", "type"}]}`.
    public var json: JSONValue {
        [
            "detail": .array(
                issues.map { ["loc": .array($0.loc), "msg": .string($0.msg), "type": .string($0.type)] })
        ]
    }

    /// The messages of all fields in one line, for a log or a terminal.
    public var description: String {
        issues.map { "\($0.path): \($0.msg)" }.joined(separator: "; ")
    }
}
