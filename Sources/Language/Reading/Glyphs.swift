import Foundation

/// Text as Unicode scalars, each with the count of written characters up to and including its own.
package struct Glyphs: Sendable {
    var codes: [Unicode.Scalar] = []
    var ends: [Int] = []

    init() {}

    /// Decodes entities, composes characters (Unicode's NFC), and folds typographic variants that mean the same to a voice:
    /// quotes, spaces, ellipses, full-width punctuation.
    init(_ text: String) {
        codes.reserveCapacity(text.utf8.count)
        ends.reserveCapacity(text.utf8.count)
        var end = 0
        var rest = text[...]
        while let character = rest.first {
            if character == "&", let entity = Entity(at: rest) {
                end += entity.length
                rest.removeFirst(entity.length)
                if Entity.mark(entity.scalar) == nil { take(entity.scalar, end) } else { append(entity.scalar, end) }
                continue
            }
            end += 1
            rest.removeFirst()
            // CR LF is one character: a line break.
            if character.isNewline, character.isASCII {
                append("\n", end)
            } else {
                for scalar in Self.composed(character) { take(scalar, end) }
            }
        }
    }

    /// The scalars of a character, an accented letter as one where there is one.
    private static func composed(_ character: Character) -> String.UnicodeScalarView {
        let scalars = character.unicodeScalars
        guard let first = scalars.first, !first.isASCII || scalars.count > 1 else { return scalars }
        // One scalar that stands for another is rare: the signs of Ångström, Kelvin and Ohm, and doubled ideographs.
        guard scalars.count > 1 || first.properties.isFullCompositionExclusion else { return scalars }
        return String(character).precomposedStringWithCanonicalMapping.unicodeScalars
    }

    private mutating func take(_ scalar: Unicode.Scalar, _ end: Int) {
        switch scalar {
        case "\r": append("\n", end)
        case ..<"\u{80}": append(scalar, end)
        case "…": for _ in 0..<3 { append(".", end) }
        case "\u{A0}", "\u{2007}"..."\u{200A}", "\u{202F}":
            append(codes.last?.isDigit == true ? Self.groupSpace : " ", end)
        default:
            let folded = Self.folded(scalar)
            append(folded, end)
            // Full-width punctuation stands without the space that parts words elsewhere.
            if scalar >= "、", folded < "\u{80}", folded != " " { append(" ", end) }
        }
    }

    /// A no-break, thin or narrow space between digits, which may group the digits of one number.
    static let groupSpace: Unicode.Scalar = "\u{A0}"

    var count: Int { codes.count }

    /// The scalar at a position; U+0000 outside the text.
    subscript(index: Int) -> Unicode.Scalar { index >= 0 && index < codes.count ? codes[index] : "\0" }

    /// The first index from `start` on at which there is no scalar of these.
    func end(from start: Int, while isOne: (Unicode.Scalar) -> Bool) -> Int {
        var end = start
        while isOne(self[end]) { end += 1 }
        return end
    }

    mutating func append(_ code: Unicode.Scalar, _ end: Int) {
        if codes.last == Self.groupSpace, !code.isDigit { codes[codes.count - 1] = " " }
        codes.append(code)
        ends.append(end)
    }

    func string(_ range: Range<Int>) -> String { String(codes[range]) }

    func lowercased(_ range: Range<Int>) -> String { string(range).lowercased() }

    /// Whether the text has these ASCII characters at a position.
    func has(_ text: StaticString, at index: Int) -> Bool {
        guard index >= 0, index + text.utf8CodeUnitCount <= codes.count else { return false }
        return text.withUTF8Buffer { bytes in
            zip(codes[index...], bytes).allSatisfy { $0 == Unicode.Scalar($1) }
        }
    }

    private static func folded(_ code: Unicode.Scalar) -> Unicode.Scalar {
        switch code {
        case "‘", "’", "ʼ", "＇": "'"
        case "“", "”", "„", "«", "»", "「", "」": "\""
        case "\u{2000}"..."\u{2006}", "\u{205F}", "\u{3000}", "\u{2028}", "\u{2029}", "\u{85}": " "
        case "−", "‐", "\u{2011}": "-"
        case "。", "．": "."
        case "、", "，", "،": ","
        case "！": "!"
        case "？", "؟": "?"
        case "：": ":"
        case "；": ";"
        // This module uses private-use scalars itself between its passes.
        case "\u{E000}"..."\u{F8FF}": "\u{FFFC}"
        default: code
        }
    }
}

/// Pauses that markup stands for, as private-use scalars between the two passes.
enum Pause {
    /// End of a line, an item or a cell: a comma, unless a mark stands there already.
    static let minor: Unicode.Scalar = "\u{E000}"
    /// End of a paragraph or a heading: a full stop, unless a mark stands there already.
    static let major: Unicode.Scalar = "\u{E001}"
}

extension String {
    package init(_ codes: some Sequence<Unicode.Scalar>) {
        var view = UnicodeScalarView()
        view.append(contentsOf: codes)
        self.init(view)
    }
}

extension Unicode.Scalar {
    package var isSpace: Bool { self == " " || self == "\n" || self == "\t" || self == Glyphs.groupSpace }
    package var isDigit: Bool { ("0"..."9").contains(self) }
    /// The value of an ASCII digit.
    var digit: Int { Int(value) - Int(UInt8(ascii: "0")) }
    package var isUpper: Bool { ("A"..."Z").contains(self) }
    var isLower: Bool { ("a"..."z").contains(self) }
    package var isAsciiLetter: Bool { isUpper || isLower }

    /// A letter of any script, or a mark that belongs to one.
    package var isLetter: Bool {
        if isASCII { return isAsciiLetter }
        if ("À"..."ɏ").contains(self) { return self != "×" && self != "÷" }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
            return true
        case .nonspacingMark, .spacingMark: return !properties.isVariationSelector && self != "\u{20E3}"
        default: return false
        }
    }

    package var isWordCode: Bool { isDigit || isLetter }
    var isDash: Bool { self == "-" || self == "–" }

    /// Signs before or after a number or name, which are left to the engine.
    var opensToken: Bool { closesToken || self == "-" || self == "+" || self == "#" || self == "@" }
    var closesToken: Bool { isWordCode || isCurrency || self == "%" || self == "°" || self == "&" }
    package var isCurrency: Bool {
        self == "$" || ("¢"..."¥").contains(self) || ("\u{20A0}"..."\u{20CF}").contains(self)
    }
}
