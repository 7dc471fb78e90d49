import Foundation

/// The limits of a document. Within them, the work and the memory of parsing are linear in its bytes.
public struct JSONLimits: Sendable, Hashable {
    /// The deepest nesting of arrays and objects, because values are traversed recursively.
    public var depth: Int
    /// The most values, counting containers and their elements. The only member of an object takes up to some 250 bytes
    /// of memory for three bytes of text.
    public var values: Int

    /// Creates limits.
    public init(depth: Int, values: Int) {
        self.depth = depth
        self.values = values
    }

    /// The limits for what clients send: configurations of agents and schemas of tools stay below 20 levels and some
    /// thousand values.
    public static let client = JSONLimits(depth: 64, values: 1 << 16)
    /// The limits for everything else. What clients send is stored and returned within other documents, so these allow
    /// more depth. Lists of long records have many values; their readers limit the bytes.
    public static let standard = JSONLimits(depth: 128, values: .max)
}

/// Why a text is not a valid JSON document, or exceeds its limits, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found, or what is missing.
    public var reason: String
    /// The position in bytes from the start of the text.
    public var offset: Int

    /// The error for the author of the text, as the end of a sentence.
    public var description: String { "at byte \(offset), \(reason)" }
}

/// Reads one JSON document (RFC 8259) in one pass over its bytes. Its strings are stream-safe.
struct JSONParser {
    private let bytes: UnsafeRawBufferPointer
    private let limits: JSONLimits
    private var position = 0
    private var depth = 0
    private var values = 0

    /// - Parameter bytes: Must outlive the parser.
    init(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Parses the whole document, with optional white space and byte order mark.
    mutating func document() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end") }
        return value
    }

    /// The next byte that is not white space; it is not consumed.
    private mutating func peek() -> UInt8? {
        skipSpace()
        return position < bytes.count ? bytes[position] : nil
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    /// Consumes `byte`, after white space, if it is next.
    private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private func error(_ reason: String, at offset: Int? = nil) -> JSONError {
        JSONError(reason: reason, offset: offset ?? position)
    }

    private func unexpected(_ expected: String) -> JSONError {
        error(position < bytes.count ? "\(expected) was expected" : "the text ends where \(expected) was expected")
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        guard let first = peek() else { throw unexpected("a value") }
        values += 1
        guard values <= limits.values else { throw error("more than \(limits.values) values") }
        switch first {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in .object(try parser.members()) }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in .array(try parser.elements()) }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", true)
        case UInt8(ascii: "f"): return try word("false", false)
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw unexpected("a value")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[position..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: end - position))
        else { throw error("true, false or null was expected") }
        position = end
        return value
    }

    private mutating func nested(
        _ read: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard depth < limits.depth else { throw error("more than \(limits.depth) levels of arrays and objects") }
        position += 1
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    /// Parses the elements after a `[`.
    private mutating func elements() throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        if skip("]") { return elements }
        while true {
            elements.append(try value())
            if skip("]") { return elements }
            guard skip(",") else { throw unexpected("a comma or the end of the array") }
        }
    }

    /// Parses the members after a `{`. Of members with the same name the first counts.
    private mutating func members() throws(JSONError) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        if skip("}") { return members }
        while true {
            guard peek() == UInt8(ascii: "\"") else { throw unexpected("a member's name in quotes") }
            let name = try string()
            guard skip(":") else { throw unexpected("a colon") }
            if let first = members.updateValue(try value(), forKey: name) { members[name] = first }
            if skip("}") { return members }
            guard skip(",") else { throw unexpected("a comma or the end of the object") }
        }
    }
}

// MARK: - Numbers

extension JSONParser {
    /// Parses a number; an integer when the value is whole and fits, however it is written.
    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let whole = digits()
        guard !whole.isEmpty else { throw unexpected("a digit") }
        guard whole.count == 1 || bytes[whole.lowerBound] != UInt8(ascii: "0") else {
            throw error("a number with a leading zero", at: start)
        }
        var isWhole = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            let fraction = digits()
            guard !fraction.isEmpty else { throw unexpected("a digit") }
            isWhole = bytes[fraction].allSatisfy { $0 == UInt8(ascii: "0") }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) {
                position += 1
            }
            guard !digits().isEmpty else { throw unexpected("a digit") }
            isWhole = false
        }
        if isWhole, let integer = Int(String(decoding: bytes[start..<whole.upperBound], as: UTF8.self)) {
            return .integer(integer)
        }
        guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite else {
            throw error("a number that is too large", at: start)
        }
        return Int(exactly: number).map(JSONValue.integer) ?? .number(number)
    }

    /// Consumes any number of digits, possibly none.
    private mutating func digits() -> Range<Int> {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        return start..<position
    }
}

// MARK: - Strings

extension JSONParser {
    /// Parses a string from its opening quote on.
    private mutating func string() throws(JSONError) -> String {
        let start = position
        position += 1
        var isASCII = true
        let plain = try plainBytes(start, &isASCII)
        if bytes[position] == UInt8(ascii: "\"") {
            position += 1
            let text = try text(bytes[plain], start)
            return isASCII ? text : text.streamSafe
        }
        var unescaped = Array(bytes[plain])
        while true {
            if bytes[position] == UInt8(ascii: "\"") {
                position += 1
                return try text(unescaped, start).streamSafe
            }
            try escape(into: &unescaped)
            unescaped.append(contentsOf: bytes[try plainBytes(start, &isASCII)])
        }
    }

    private func text(_ bytes: some Collection<UInt8>, _ start: Int) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error("a string that is not valid UTF-8", at: start)
        }
        return text
    }

    /// Consumes bytes up to the next quote or backslash.
    private mutating func plainBytes(_ start: Int, _ isASCII: inout Bool) throws(JSONError) -> Range<Int> {
        let first = position
        var seen: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            seen |= byte
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                if seen >= 0x80 { isASCII = false }
                return first..<position
            case 0..<0x20: throw error("a control character that is not escaped")
            default: position += 1
            }
        }
        throw error("a string without an end", at: start)
    }

    /// Parses an escape from its backslash on, including both halves of a surrogate pair.
    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let start = position
        guard start + 1 < bytes.count else { throw error("a string without an end", at: start) }
        position += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[start + 1])
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "u"):
            var code = try codeUnit(start)
            if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try codeUnit(start)
                guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair", at: start) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair", at: start) }
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw error("an unknown escape", at: start)
        }
    }

    /// Parses the four hexadecimal digits of an escape.
    private mutating func codeUnit(_ start: Int) throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw error("a string without an end", at: start) }
        var code: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw error("an escape without four hexadecimal digits", at: start)
            }
            code = code << 4 | UInt32(digit)
        }
        position += 4
        return code
    }
}
