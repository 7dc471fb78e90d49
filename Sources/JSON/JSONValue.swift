import Foundation

/// A JSON value that keeps everything, including unknown keys.
///
/// Whole numbers that fit are read as integers, so that ids and counts stay exact. JSON has one kind of number:
/// `.integer(1)` and `.number(1)` are equal.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

extension JSONValue {
    /// Parses one JSON document in UTF-8 (RFC 8259). Of members with the same name the first counts.
    ///
    /// - Throws: `JSONError` when `data` is not valid JSON, or exceeds `limits`.
    public init(parsing data: Data, limits: JSONLimits = .standard) throws(JSONError) {
        let result = data.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in
                var parser = JSONParser(bytes, limits: limits)
                return try parser.document()
            }
        }
        self = try result.get()
    }

    /// Parses one JSON document given as text.
    ///
    /// - Throws: `JSONError` when `text` is not valid JSON, or exceeds `limits`.
    public init(parsing text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: Data(text.utf8), limits: limits)
    }

    /// The value as compact JSON with sorted keys and unescaped slashes; numbers that are not finite are null.
    public var data: Data {
        var writer = JSONWriter()
        writer.write(self)
        return Data(writer.bytes)
    }

    /// The value as compact JSON text.
    public var text: String { String(decoding: data, as: UTF8.self) }

    /// The member `key` of an object; nil when it is absent, and for other values.
    public subscript(key: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members[key]
        }
        set {
            guard case .object(var members) = self else { return }
            members[key] = newValue
            self = .object(members)
        }
    }

    /// The member at `path` in nested objects; nil when there is none.
    public func value(at path: String...) -> JSONValue? {
        path.reduce(self as JSONValue?) { $0?[$1] }
    }

    /// Whether the value is JSON's null, as opposed to an absent member, which is nil.
    public var isNull: Bool { self == .null }

    /// The text of a string; nil for other values, numbers included.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The value of a Boolean; nil for other values, 0 and 1 included.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The value of an integer, or of a number without a fraction; nil for other values.
    public var intValue: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The value of a number; integers beyond 2⁵³ lose precision. Nil for other values.
    public var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The elements of an array; nil for other values.
    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members of an object; nil for other values.
    public var objectValue: [String: JSONValue]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// `self` with `patch` merged into it: objects merge member by member, everything else is replaced.
    public func merging(_ patch: JSONValue) -> JSONValue {
        guard case .object(let base) = self, case .object(let changes) = patch else { return patch }
        return .object(base.merging(changes) { $0.merging($1) })
    }
}

extension JSONValue: Hashable {
    /// Whether both are the same JSON.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.integer(let left), .number(let right)), (.number(let right), .integer(let left)):
            left == Int(exactly: right)
        case (.string(let left), .string(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Hashes equal values alike, whether a number is stored as an integer or not.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .number(let value):
            if let whole = Int(exactly: value) { hasher.combine(whole) } else { hasher.combine(value) }
        case .string(let value): hasher.combine(value)
        case .array(let value): hasher.combine(value)
        case .object(let value): hasher.combine(value)
        }
    }
}

extension JSONValue: Codable {
    /// Reads a value, with whole numbers as integers, so that ids and counts stay exact.
    ///
    /// A foreign decoder reveals the kind of a value only by failing, at a cost that grows with the cube of the depth.
    /// For data of others, use `init(parsing:)` and `decode(as:)`.
    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? JSONValueDecoder {
            self = decoder.value
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value, with non-finite numbers as null, since JSON has none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): value.isFinite ? try container.encode(value) : try container.encodeNil()
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// JSON's null. Where a `JSONValue?` is expected, `nil` means no value instead.
    public init(nilLiteral: ()) { self = .null }
    /// A Boolean literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An integer literal, which stays exact.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A floating-point literal; `1.0` equals `1`.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A string literal; variables need `.string`.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array literal, whose elements may be literals too.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// A dictionary literal; of a repeated key the last counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
