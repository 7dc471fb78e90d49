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
