/// Text made ready for a voice: no markup, no symbols, and in English every number written as it is said.
///
/// Each word of `spoken` knows how much of the written text has been said once that word is over, so a count of
/// heard words gives the written prefix that was heard.
struct SpeakableText: Sendable, Hashable {
    /// One whitespace-separated word of `spoken`.
    struct SpokenWord: Sendable, Hashable {
        /// The word with the punctuation that follows it.
        var text: String
        /// Characters of the written text that have been said when the word is over. Never decreases; the last
        /// word's is the length of the whole text.
        var writtenEnd: Int
    }

    /// What a synthesizer is given; empty when nothing can be said.
    let spoken: String
    /// The whitespace-separated words of `spoken`, in order.
    let words: [SpokenWord]

    /// - Parameters:
    ///   - written: What the language model wrote.
    ///   - language: BCP-47. English is normalised in full; for other languages markup, emoji and link targets
    ///     go and numbers are left to the engine.
    /// - keepsAudioTags: Whether tags such as `[laughs]` stay, each word of them as a word.
    init(_ written: String, language: String = "en", keepsAudioTags: Bool = false) {
        var words: [SpokenWord] = []
        var (start, characters) = (written.startIndex, 0)
        func add(_ new: [SpokenWord], of written: Substring) {
            words += new.map { .init(text: $0.text, writtenEnd: $0.writtenEnd + characters) }
            characters += written.count
            if let last = words.indices.last { words[last].writtenEnd = characters }
        }
        for tag in keepsAudioTags ? AudioTag.ranges(in: written) : [] {
            let plain = written[start..<tag.lowerBound]
            add(Self.words(of: String(plain), language: language), of: plain)
            add(written[tag].split(separator: " ").map { .init(text: String($0), writtenEnd: 0) }, of: written[tag])
            start = tag.upperBound
        }
        add(Self.words(of: String(written[start...]), language: language), of: written[start...])
        self.words = words
        spoken = words.lazy.map(\.text).joined(separator: " ")
    }

    private static func words(of written: String, language: String) -> [SpokenWord] {
        let source = Glyphs(written)
        let plain = MarkupStripper.strip(source)
        let language = language.lowercased().prefix { $0 != "-" && $0 != "_" }
        var speech: SpeechBuilder
        if language == "en" {
            var reader = EnglishReader(plain)
            reader.read()
            speech = reader.speech
        } else {
            var reader = PlainReader(plain, groupsDigits: language != "und")
            reader.read()
            speech = reader.speech
        }
        return speech.finish(writtenCount: source.ends.last ?? 0)
    }
}

/// Text as Unicode scalars, each with the count of written characters up to and including its own.
struct Glyphs: Sendable {
    var codes: [Unicode.Scalar] = []
    var ends: [Int] = []

    init() {}

    /// Decodes entities and folds typographic variants that mean the same to a voice: quotes, spaces, ellipses,
    /// full-width punctuation.
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
                for scalar in character.unicodeScalars { take(scalar, end) }
            }
        }
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

/// Collects spoken words and the punctuation after them.
struct SpeechBuilder: Sendable {
    private(set) var words: [SpeakableText.SpokenWord] = []
    /// Rank of the punctuation that the last word carries, 0 for none.
    private var rank = 0

    /// Characters of the written text said so far.
    var end: Int { words.last?.writtenEnd ?? 0 }

    mutating func say(_ word: String, end: Int) {
        // A combining mark without its letter would join the space before it.
        guard let first = word.unicodeScalars.first(where: { $0 < "\u{300}" || !$0.properties.isGraphemeExtend })
        else {
            return extend(to: end)
        }
        let text = word.unicodeScalars.first == first ? word : String(word.drop { !$0.unicodeScalars.contains(first) })
        words.append(.init(text: text, writtenEnd: max(end, self.end)))
        rank = 0
    }

    /// Says several words that stand for one written thing, which counts as said when the last one is over.
    mutating func say(phrase: String, end: Int) {
        let before = self.end
        for word in phrase.split(separator: " ") { say(String(word), end: before) }
        extend(to: end)
    }

    /// Puts punctuation after the last word; of several marks the strongest stays.
    mutating func mark(_ mark: Character, end: Int) {
        guard let last = words.indices.last else { return }
        extend(to: end)
        let new = Self.rank(mark)
        guard new > rank else { return }
        if rank > 0 { words[last].text.removeLast() }
        // "P.M." and the like end in a full stop already.
        if mark != "." || words[last].text.last != "." { words[last].text.append(mark) }
        rank = new
    }

    /// Adds the silent characters up to `end` to the last word.
    mutating func extend(to end: Int) {
        guard let last = words.indices.last else { return }
        words[last].writtenEnd = max(words[last].writtenEnd, end)
    }

    mutating func finish(writtenCount: Int) -> [SpeakableText.SpokenWord] {
        extend(to: writtenCount)
        return words
    }

    private static func rank(_ mark: Character) -> Int {
        switch mark {
        case ",": 1
        case ";", ":": 2
        case ".": 3
        case "!": 4
        case "?": 5
        default: 0
        }
    }
}

/// The reader for languages other than English: words as written, pauses, and no symbols. Numbers are left to the
/// engine, apart from digits that no engine would read as one value.
struct PlainReader: Sendable {
    private(set) var speech = SpeechBuilder()
    private let text: Glyphs
    private let groupsDigits: Bool
    private var index = 0

    /// - Parameter groupsDigits: Whether phone numbers and the like are spelled, and numbers in groups joined.
    init(_ text: Glyphs, groupsDigits: Bool = true) {
        self.text = text
        self.groupsDigits = groupsDigits
    }

    mutating func read() {
        while index < text.count {
            let code = text.codes[index]
            if code.isSpace {
                index += 1
            } else if code == Pause.minor || code == Pause.major {
                speech.mark(code == Pause.minor ? "," : ".", end: text.ends[index])
                index += 1
            } else if !groupsDigits || !spellGroups() {
                readToken()
            }
        }
    }

    /// Reads a phone number, card number or code: pairs are left to the engine, longer groups are said digit by digit.
    private mutating func spellGroups() -> Bool {
        guard let run = DigitRun(text, at: index) ?? (text[index] == "(" ? DigitRun(text, at: index + 1) : nil),
            run.isSpelled, run.groups.count > 1
        else { return false }
        for (position, group) in run.groups.enumerated() {
            let digits = text.codes[group]
            let isPair = digits.count == 2 && digits.first != "0"
            let words = isPair ? String(digits) : digits.map { String($0) }.joined(separator: " ")
            speech.say(
                phrase: position == 0 && run.isInternational ? "+" + words : words, end: text.ends[group.upperBound - 1]
            )
            if position < run.groups.count - 1 { speech.mark(",", end: speech.end) }
        }
        speech.extend(to: text.ends[run.end - 1])
        index = run.end
        return true
    }

    private mutating func readToken() {
        let start = index
        /// Marks that only group the digits of a number.
        var silent: [Int] = []
        while index < text.count, !text[index].isSpace, text[index] != Pause.minor, text[index] != Pause.major {
            let number = groupsDigits && text[index].isDigit && !text[index - 1].isDigit ? text.number(at: index) : nil
            if let number, let separator = number.separator, separator != "," {
                silent += (index..<number.end).filter { text[$0] == separator }
                index = number.end
            } else {
                index += 1
            }
        }
        var core = start..<index
        while let first = core.first, !text[first].opensToken { core = core.dropFirst() }
        while let last = core.last, !text[last].closesToken { core = core.dropLast() }
        guard !core.isEmpty else { return mark(start..<index) }
        if text[start] == "(" { speech.mark(",", end: speech.end) }
        let codes = core.filter { !Self.isSilent(text[$0]) && !silent.contains($0) }.map { text[$0] }
        speech.say(String(codes), end: text.ends[core.upperBound - 1])
        mark(core.upperBound..<index)
    }

    private mutating func mark(_ range: Range<Int>) {
        for position in range { speech.mark(Self.mark(text[position]), end: text.ends[position]) }
    }

    /// The punctuation that a scalar stands for; a space for none.
    private static func mark(_ code: Unicode.Scalar) -> Character {
        switch code {
        case ",", "—", "–": ","
        case ".", "!", "?", ";", ":": Character(code)
        default: " "
        }
    }

    private static func isSilent(_ code: Unicode.Scalar) -> Bool { code == "\"" || code == "|" || code == "^" }
}

extension String {
    init(_ codes: some Sequence<Unicode.Scalar>) {
        var view = UnicodeScalarView()
        view.append(contentsOf: codes)
        self.init(view)
    }
}

extension Unicode.Scalar {
    var isSpace: Bool { self == " " || self == "\n" || self == "\t" || self == Glyphs.groupSpace }
    var isDigit: Bool { ("0"..."9").contains(self) }
    /// The value of an ASCII digit.
    var digit: Int { Int(value) - Int(UInt8(ascii: "0")) }
    var isUpper: Bool { ("A"..."Z").contains(self) }
    var isLower: Bool { ("a"..."z").contains(self) }
    var isAsciiLetter: Bool { isUpper || isLower }

    /// A letter of any script, or a mark that belongs to one.
    var isLetter: Bool {
        if isASCII { return isAsciiLetter }
        if ("À"..."ɏ").contains(self) { return self != "×" && self != "÷" }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
            return true
        case .nonspacingMark, .spacingMark: return !properties.isVariationSelector && self != "\u{20E3}"
        default: return false
        }
    }

    var isWordCode: Bool { isDigit || isLetter }
    var isDash: Bool { self == "-" || self == "–" }

    /// Signs before or after a number or name, which are left to the engine.
    var opensToken: Bool { closesToken || self == "-" || self == "+" || self == "#" || self == "@" }
    var closesToken: Bool { isWordCode || isCurrency || self == "%" || self == "°" || self == "&" }
    var isCurrency: Bool {
        self == "$" || ("¢"..."¥").contains(self) || ("\u{20A0}"..."\u{20CF}").contains(self)
    }
}
