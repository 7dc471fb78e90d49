import JSON

/// The parameters of a header such as `form-data; name="file"; filename="call.mp3"` (RFC 9110 section 5.6.6), read in
/// one pass. The extended form of a name, `filename*=UTF-8''na%C3%AFve.wav` (RFC 8187), wins over the plain one.
struct HeaderParameters: Sendable, Hashable {
    private var values: [String: String] = [:]
    private var extended: [String: String] = [:]

    /// The value of a parameter, whose name is in lower case.
    subscript(name: String) -> String? { extended[name] ?? values[name] }

    init(_ header: String) {
        var rest = Array(header.utf8)[...]
        // Text before the first semicolon is not a parameter.
        Self.skip(&rest) { $0 != UInt8(ascii: ";") }
        while rest.popFirst() != nil {
            Self.skip(&rest, while: Self.isBlank)
            let name = Self.text(Self.skip(&rest) { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }).lowercased()
            guard rest.first == UInt8(ascii: "=") else { continue }
            rest.removeFirst()
            Self.skip(&rest, while: Self.isBlank)
            let value = rest.first == UInt8(ascii: "\"") ? Self.quoted(&rest) : Self.text(Self.token(&rest))
            Self.skip(&rest) { $0 != UInt8(ascii: ";") }
            if name.hasSuffix("*") {
                if let value = Self.decoded(value) { extended[String(name.dropLast())] = value }
            } else if values[name] == nil {
                values[name] = value
            }
        }
    }

    @discardableResult
    private static func skip(_ rest: inout ArraySlice<UInt8>, while isSkipped: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let skipped = rest.prefix(while: isSkipped)
        rest.removeFirst(skipped.count)
        return skipped
    }

    private static func token(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        skip(&rest) { $0 != UInt8(ascii: ";") && !isBlank($0) }
    }

    /// The text of a quoted string. A backslash before a quotation mark or another backslash is an escape; before
    /// anything else it is kept, because some browsers send paths.
    private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String {
        rest.removeFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\"), let next = rest.first, next == byte || next == UInt8(ascii: "\"") {
                value.append(next)
                rest.removeFirst()
            } else {
                value.append(byte)
            }
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// Decodes `charset'language'percent-encoded`; nil for other forms and for character sets that the RFC does not
    /// name.
    private static func decoded(_ value: String) -> String? {
        let parts = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = unescaped(parts[2]) else { return nil }
        switch parts[0].lowercased() {
        case "utf-8": return String(validating: bytes, as: UTF8.self)?.streamSafe
        case "iso-8859-1": return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default: return nil
        }
    }

    private static func unescaped(_ text: Substring) -> [UInt8]? {
        var rest = Array(text.utf8)[...]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
                return nil
            }
            bytes.append(code)
            rest.removeFirst(2)
        }
        return bytes
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
