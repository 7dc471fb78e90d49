/// How complete a value that the agent has asked for is so far.
struct SpokenValue {
    private let expected: ExpectedAnswer
    private let words: [TranscriptWord]
    private let pieces: [InverseTextNormalizer.Piece]

    init(_ transcript: String, expecting expected: ExpectedAnswer) {
        self.expected = expected
        words = TranscriptWord.split(transcript).words
        pieces = InverseTextNormalizer(expecting: expected).pieces(of: words)
    }

    /// The completeness of the value; nil when the words are not such a value, so that the rules for prose apply.
    ///
    /// - Parameter endsOpen: Whether the words break off, which makes the value unfinished unless it is whole.
    func completeness(endsOpen: Bool) -> Completeness? {
        switch expected {
        case .phoneNumber: phoneNumber
        case .email: email(endsOpen: endsOpen)
        case .spelling: spelling
        case .code(let length): code(length)
        case .date: date
        case .quantity: hasNumberAtEnd ? .complete : nil
        case .nothing, .anything, .confirmation, .choice: unexpected
        }
    }

    // MARK: Digits and letters

    /// The spelling that the transcript ends in, even when it is too short to be written as one; nil for none.
    private var tail: String? {
        if case .spelling(let text, _) = pieces.last { return text }
        guard case .prose(let range) = pieces.last, let last = range.last else { return nil }
        guard let one = SpokenCharacter(words[last].plain), one.certainty == .certain else { return nil }
        // "My number is five" ends in a value, "I don't have one" does not.
        let isValue = last == 0 || words[last - 1].endsPhrase || SpellingRun.copulas.contains(words[last - 1].plain)
        return isValue || SpokenNumber.units[words[last].plain] == nil ? one.text : nil
    }

    private var phoneNumber: Completeness? {
        guard let tail, tail.contains(where: \.isNumber) else { return nil }
        // A word or a mark may stand between the groups of digits.
        let digits = pieces.reduce(into: "") { digits, piece in
            switch piece {
            case .spelling(let text, _): digits += text.filter(\.isNumber)
            case .prose(let range):
                for word in words[range] { digits += word.text.filter { $0.isASCII && $0.isNumber } }
            case .address: break
            }
        }
        let isInternational = tail.hasPrefix("+")
        // National numbers have ten digits in North America, and one more with a 0 or 1 before the area code.
        let whole = isInternational || digits.hasPrefix("0") || digits.hasPrefix("1") ? 11 : 10
        if digits.count >= whole { return .complete }
        // Seven digits are a number without its area code, or the beginning of a longer one.
        return digits.count >= 7 && digits.count != 8 ? .neutral : .open
    }

    private var spelling: Completeness? {
        guard let tail else { return nil }
        // "Smith, s-m-i-t-h": the spelling is complete when it matches a word said before.
        if case .spelling(_, let range) = pieces.last,
            words[..<range.lowerBound].contains(where: { $0.plain == tail.lowercased() })
        {
            return .complete
        }
        return tail.count <= 3 ? .open : .neutral
    }

    private func code(_ length: Int?) -> Completeness? {
        guard let tail else { return nil }
        let count = tail.filter { $0.isLetter || $0.isNumber }.count
        if let length { return count == length ? .complete : count < length ? .open : .neutral }
        return count < 4 ? .open : .neutral
    }

    /// The completeness of a spelling that nobody asked for, whose full length is unknown.
    private var unexpected: Completeness? {
        switch pieces.last {
        case .spelling(let text, _):
            let isNumber = text.allSatisfy { $0.isNumber || $0 == "+" }
            return isNumber && text.count >= 10 ? .complete : .neutral
        case .address(let text, _): return SpokenAddress.isValid(text) ? .complete : nil
        default: return nil
        }
    }

    // MARK: Addresses

    private func email(endsOpen: Bool) -> Completeness? {
        if case .address(let text, _) = pieces.last, text.contains("@") {
            let ending = text.split(separator: ".").last.map(String.init) ?? ""
            return SpokenAddress.openEndings.contains(ending) ? .neutral : .complete
        }
        guard let last = words.last?.plain else { return nil }
        if tail != nil || ["at", "dot", "underscore", "dash", "hyphen", "gmail"].contains(last) { return .open }
        // "John dot smith", "john at example": an address that may go on.
        return words.dropLast().suffix(2).contains { ["at", "dot", "underscore"].contains($0.plain) } ? .open : nil
    }

    // MARK: Dates, times, amounts

    private static let months = Set(SpokenLexicon.months.keys)
    private static let days = Set(EnglishWords.weekdays.map { $0.lowercased() }).union([
        "today", "tomorrow", "tonight", "yesterday", "noon", "midnight", "morning", "afternoon", "evening", "o'clock",
        "now",
    ])
    private static let ordinals = Set(EnglishWords.ordinals + ["twentieth", "thirtieth"])

    private var date: Completeness? {
        let list = words.map(\.plain)
        guard let last = list.last else { return nil }
        if Self.days.contains(last) || ["am", "pm"].contains(where: last.hasSuffix) { return .complete }
        if list.suffix(2) == ["p", "m"] || list.suffix(2) == ["a", "m"] { return .complete }
        let month = list.lastIndex(where: Self.months.contains)
        guard let month else {
            // Dates and times in digits: "5/12/1980", "2026-05-12", "5:30".
            let numbers = words.suffix(3).filter { $0.text.allSatisfy(\.isNumber) }
            if numbers.count == 3, numbers.contains(where: { $0.text.count == 4 }) { return .complete }
            if words.count > 1, words[words.count - 2].separator == ":" { return .complete }
            return Self.isNumber(last) ? .neutral : nil
        }
        let rest = list[(month + 1)...]
        let numbers = rest.filter { Self.isNumber($0) || Self.ordinals.contains($0) || Self.isOrdinal($0) }
        if last.count == 4, Int(last) != nil { return .complete }
        // "May fifth nineteen eighty (four)": two words are a year, but "eighty" may go on.
        if let first = numbers.firstIndex(where: { ["nineteen", "twenty", "two"].contains($0) }),
            month > 0 || first > 0,
            numbers.count - first >= 2, SpokenNumber.tens[last] == nil, last != "thousand"
        {
            return .complete
        }
        return numbers.isEmpty && !rest.isEmpty ? nil : .neutral
    }

    private var hasNumberAtEnd: Bool {
        guard let last = words.last?.plain, Self.isNumber(last) else { return false }
        // "Twenty" may become "twenty five".
        return SpokenNumber.tens[last] == nil
    }

    private static func isNumber(_ word: String) -> Bool {
        Int(word) != nil || SpokenNumber.units[word] != nil || SpokenNumber.teens[word] != nil
            || SpokenNumber.tens[word] != nil || ["hundred", "thousand"].contains(word)
    }

    private static func isOrdinal(_ word: String) -> Bool {
        ["st", "nd", "rd", "th"].contains(where: word.hasSuffix) && word.first?.isNumber == true
    }
}
