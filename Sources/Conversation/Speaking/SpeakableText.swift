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
    ///   - keepsAudioTags: Whether `[laughs]` and its like stay, each word of them a word.
    init(_ written: String, language: String = "en", keepsAudioTags: Bool = false) {
        guard keepsAudioTags, let tag = AudioTag.ranges(in: written).first else {
            self.init(plain: written, language: language)
            return
        }
        let (before, after) = (written[..<tag.lowerBound], written[tag.upperBound...])
        let end = written.distance(from: written.startIndex, to: tag.upperBound)
        var words = SpeakableText(plain: String(before), language: language).words
        let parts = written[tag].split(separator: " ")
        for (index, part) in parts.enumerated() {
            words.append(.init(text: String(part), writtenEnd: index == parts.count - 1 ? end : before.count))
        }
        let rest = SpeakableText(String(after), language: language, keepsAudioTags: true)
        words += rest.words.map { .init(text: $0.text, writtenEnd: $0.writtenEnd + end) }
        words[words.count - 1].writtenEnd = written.count
        self.init(words: words)
    }

    private init(words: [SpokenWord]) {
        self.words = words
        spoken = words.lazy.map(\.text).joined(separator: " ")
    }

    private init(plain written: String, language: String) {
        let source = Glyphs(written)
        let plain = MarkupStripper.strip(source)
        var speech: SpeechBuilder
        if language.lowercased().prefix(while: { $0 != "-" && $0 != "_" }) == "en" {
            var reader = EnglishReader(plain)
            reader.read()
            speech = reader.speech
        } else {
            var reader = PlainReader(plain)
            reader.read()
            speech = reader.speech
        }
        self.init(words: speech.finish(writtenCount: source.ends.last ?? 0))
    }
}

/// Text as Unicode scalars, each with the count of written characters up to and including its own.
struct Glyphs: Sendable {
    var codes: [UInt32] = []
    var ends: [Int] = []

    init() {}

    /// Folds typographic variants that mean the same to a voice: quotes, spaces, ellipses, full-width punctuation.
    init(_ text: String) {
        codes.reserveCapacity(text.utf8.count)
        ends.reserveCapacity(text.utf8.count)
        var end = 0
        for character in text {
            end += 1
            for scalar in character.unicodeScalars {
                if scalar.value < 0x80 {
                    // CR LF is one character: its line feed comes next.
                    if scalar.value != 0x0D || character == "\r" {
                        append(scalar.value == 0x0D ? 0x0A : scalar.value, end)
                    }
                } else if scalar.value == 0x2026 {
                    for _ in 0..<3 { append(0x2E, end) }
                } else {
                    let folded = Self.folded(scalar.value)
                    append(folded, end)
                    // Full-width punctuation stands without the space that parts words elsewhere.
                    if scalar.value >= 0x3001, folded < 0x80, folded != 0x20 { append(0x20, end) }
                }
            }
        }
    }

    var count: Int { codes.count }

    /// The scalar at a position, 0 outside the text.
    subscript(index: Int) -> UInt32 { index >= 0 && index < codes.count ? codes[index] : 0 }

    mutating func append(_ code: UInt32, _ end: Int) {
        codes.append(code)
        ends.append(end)
    }

    func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        for code in codes[range] {
            if let scalar = Unicode.Scalar(code) { view.append(scalar) }
        }
        return String(view)
    }

    func lowercased(_ range: Range<Int>) -> String { string(range).lowercased() }

    /// Whether the text has these ASCII characters at a position.
    func has(_ text: StaticString, at index: Int) -> Bool {
        guard index >= 0, index + text.utf8CodeUnitCount <= codes.count else { return false }
        return text.withUTF8Buffer { bytes in
            for (offset, byte) in bytes.enumerated() where codes[index + offset] != UInt32(byte) { return false }
            return true
        }
    }

    private static func folded(_ code: UInt32) -> UInt32 {
        switch code {
        case 0x2018, 0x2019, 0x02BC, 0xFF07: 0x27
        case 0x201C, 0x201D, 0x201E, 0x00AB, 0x00BB, 0x300C, 0x300D: 0x22
        case 0x00A0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000, 0x2028, 0x2029, 0x0085: 0x20
        case 0x2212, 0x2010, 0x2011: 0x2D
        case 0x3002, 0xFF0E: 0x2E
        case 0x3001, 0xFF0C, 0x060C: 0x2C
        case 0xFF01: 0x21
        case 0xFF1F, 0x061F: 0x3F
        case 0xFF1A: 0x3A
        case 0xFF1B: 0x3B
        default: code
        }
    }
}

/// Pauses that markup stands for, as private-use scalars between the two passes.
enum Pause {
    /// A line, an item or a cell is over: a comma unless something is there already.
    static let minor: UInt32 = 0xE000
    /// A paragraph or a heading is over: a full stop unless something is there already.
    static let major: UInt32 = 0xE001
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
        guard let first = word.unicodeScalars.first(where: { $0.value < 0x300 || !$0.properties.isGraphemeExtend })
        else {
            return extend(to: end)
        }
        let text = word.unicodeScalars.first == first ? word : String(word.drop { !$0.unicodeScalars.contains(first) })
        words.append(.init(text: text, writtenEnd: max(end, self.end)))
        rank = 0
    }

    /// Says several words that stand for one written thing: it is said when the last one is over.
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
        // "P.M." and its like bring their own full stop.
        if mark != "." || words[last].text.last != "." { words[last].text.append(mark) }
        rank = new
    }

    /// The silent characters up to `end` belong to the last word.
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

/// The reader for languages other than English: words as they are written, pauses, and no symbols.
struct PlainReader: Sendable {
    private(set) var speech = SpeechBuilder()
    private let text: Glyphs

    init(_ text: Glyphs) { self.text = text }

    mutating func read() {
        var index = 0
        while index < text.count {
            let code = text.codes[index]
            if code.isSpace {
                index += 1
            } else if code == Pause.minor || code == Pause.major {
                speech.mark(code == Pause.minor ? "," : ".", end: text.ends[index])
                index += 1
            } else {
                var end = index
                while end < text.count, !text.codes[end].isSpace,
                    text.codes[end] < Pause.minor || text.codes[end] > Pause.major
                {
                    end += 1
                }
                readToken(index..<end)
                index = end
            }
        }
    }

    private mutating func readToken(_ token: Range<Int>) {
        var core = token
        while let first = core.first, !text[first].opensToken { core = core.dropFirst() }
        while let last = core.last, !text[last].closesToken { core = core.dropLast() }
        guard !core.isEmpty else {
            for index in token { speech.mark(Self.mark(text[index]), end: text.ends[index]) }
            return
        }
        if text[token.lowerBound] == 0x28 { speech.mark(",", end: speech.end) }
        var word = String.UnicodeScalarView()
        for index in core where !Self.isSilent(text[index]) {
            if let scalar = Unicode.Scalar(text[index]) { word.append(scalar) }
        }
        speech.say(String(word), end: text.ends[core.upperBound - 1])
        for index in core.upperBound..<token.upperBound { speech.mark(Self.mark(text[index]), end: text.ends[index]) }
    }

    /// The punctuation that a scalar stands for; a space for none.
    private static func mark(_ code: UInt32) -> Character {
        switch code {
        case 0x2C, 0x2014, 0x2013: ","
        case 0x2E, 0x21, 0x3F, 0x3B, 0x3A: Character(Unicode.Scalar(UInt8(code)))
        default: " "
        }
    }

    private static func isSilent(_ code: UInt32) -> Bool { code == 0x22 || code == 0x7C || code == 0x5E }
}

extension UInt32 {
    var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x09 }
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isUpper: Bool { self >= 0x41 && self <= 0x5A }
    var isLower: Bool { self >= 0x61 && self <= 0x7A }
    var isAsciiLetter: Bool { isUpper || isLower }

    /// A letter of any script, or a mark that belongs to one.
    var isLetter: Bool {
        if self < 0x80 { return isAsciiLetter }
        if self >= 0xC0 && self <= 0x24F { return self != 0xD7 && self != 0xF7 }
        guard let properties = Unicode.Scalar(self)?.properties else { return false }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
            return true
        case .nonspacingMark, .spacingMark: return !properties.isVariationSelector && self != 0x20E3
        default: return false
        }
    }

    var isWordCode: Bool { isDigit || isLetter }

    /// Signs that stand at the head of a number or name and are left to the engine.
    var opensToken: Bool { isWordCode || isCurrency || self == 0x2D || self == 0x2B || self == 0x23 || self == 0x40 }
    var closesToken: Bool { isWordCode || isCurrency || self == 0x25 || self == 0xB0 }
    var isCurrency: Bool { self == 0x24 || (self >= 0xA2 && self <= 0xA5) || (self >= 0x20A0 && self <= 0x20CF) }
}
