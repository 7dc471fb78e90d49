/// Letters and digits that were said one by one, as recognisers write them in any language: "W-E-I-S-S", "0, 8, 0 1 2".
struct SpelledRun {
    /// How many in a row are no words or numbers of a sentence: French has "y a", Portuguese "e o", and a year is one number.
    private static let (leastLetters, leastDigits) = (3, 4)

    private var words: [Substring] = []
    private var symbols: [Character] = []
    /// Those that stand for themselves: digits, capitals, and letters with a mark after them. "a o" may be two words.
    private var sure = 0

    /// The text with each such row in one piece, letters as capitals.
    static func joined(_ text: String) -> String {
        var run = SpelledRun()
        var pieces: [String] = []
        var isChanged = false
        for word in text.split(separator: " ") {
            if run.take(word) { continue }
            isChanged = run.close(into: &pieces) || isChanged
            pieces.append(String(word))
        }
        isChanged = run.close(into: &pieces) || isChanged
        return isChanged ? pieces.joined(separator: " ") : text
    }

    /// Takes a word that is a letter or digit, or several with hyphens between them; false for any other.
    private mutating func take(_ word: Substring) -> Bool {
        let core = word.prefix { !".,;:".contains($0) }
        let parts = core.split(separator: "-", omittingEmptySubsequences: false)
        guard word.dropFirst(core.count).allSatisfy({ ".,;:".contains($0) }),
            parts.allSatisfy({ $0.count == 1 && $0.allSatisfy { $0.isLetter || $0.isNumber } })
        else { return false }
        words.append(word)
        let new = parts.compactMap(\.first)
        symbols += new
        let isMarked = parts.count > 1 || core.endIndex < word.endIndex
        sure += new.count { isMarked || $0.isUppercase || $0.isNumber }
        return true
    }

    /// Ends the row, with the mark after its last; whether it has become one piece.
    private mutating func close(into pieces: inout [String]) -> Bool {
        defer { self = SpelledRun() }
        guard words.count > 1 || symbols.count > 1,
            sure >= (symbols.allSatisfy(\.isNumber) ? Self.leastDigits : Self.leastLetters)
        else {
            pieces += words.map(String.init)
            return false
        }
        let mark = words.last?.drop { !".,;:".contains($0) } ?? ""
        pieces.append(String(symbols).uppercased() + mark)
        return true
    }
}
