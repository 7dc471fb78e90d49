import Language

/// Counts the words that must change to turn a transcript into what was said.
public struct WordErrors: Sendable, Hashable, Codable {
    /// Substituted, missing and added words.
    public var errors: Int
    /// Words of the reference.
    public var words: Int
    /// Errors a word of the reference; above 1 when many words were added. 0 without words.
    public var rate: Double { words == 0 ? 0 : Double(errors) / Double(words) }

    /// Creates a count of zero.
    public init() { (errors, words) = (0, 0) }

    /// Compares two texts after `TextNormalization`.
    public init(reference: String, hypothesis: String) {
        let said = TextNormalization.words(reference)
        let understood = TextNormalization.words(hypothesis)
        (errors, words) = (Self.distance(said, understood), said.count)
    }

    /// The sums of errors and words.
    public static func + (left: WordErrors, right: WordErrors) -> WordErrors {
        var sum = left
        sum.errors += right.errors
        sum.words += right.words
        return sum
    }

    /// The Levenshtein distance.
    static func distance(_ left: [String], _ right: [String]) -> Int {
        var row = Array(0...right.count)
        for (i, word) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(diagonal + (word == other ? 0 : 1), above + 1, row[j] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}

/// Makes different spellings of the same English words equal: case, punctuation, apostrophes, and numbers as words.
public enum TextNormalization {
    private static let units = EnglishWords.numbers.filter { $0.value < 20 }
    private static let tens = EnglishWords.numbers.filter { $0.value >= 20 }
    private static let scales: [String: Int] = ["thousand": 1000, "million": 1_000_000]

    /// The words of a text for comparison. Every number becomes its digits, one a word: "12,345", "one two three four
    /// five" and "twelve thousand three hundred and forty-five" all become 1 2 3 4 5.
    public static func words(_ text: String) -> [String] {
        var result: [String] = []
        var number = SpokenNumber()
        for word in plainWords(text) {
            if number.take(word) { continue }
            result += number.digits()
            // A word that ends one number may begin the next.
            if !number.take(word) { result += word.allSatisfy(\.isNumber) ? word.map(String.init) : [word] }
        }
        return result + number.digits()
    }

    /// The letters and digits that a text spells, without anything between them. "A-B, one two." and "ab 12" both give
    /// "ab12"; a letter that was written as a word ("bee") stays a word, and so is not exact.
    public static func spelling(_ text: String) -> String { words(text).joined() }

    private static func plainWords(_ text: String) -> [String] {
        let characters = Array(text.lowercased())
        var plain = ""
        for (index, character) in characters.enumerated() {
            switch character {
            case "'", "’": continue
            case ","
            where index > 0 && index + 1 < characters.count && characters[index - 1].isNumber
                && characters[index + 1].isNumber:
                continue
            case _ where character.isLetter || character.isNumber: plain.append(character)
            default: plain.append(" ")
            }
        }
        return plain.split(separator: " ").map(String.init)
    }

    /// A number in words that may continue: "twelve", "twelve thousand", "twelve thousand three", …
    private struct SpokenNumber {
        /// The complete groups: thousands and more.
        private var total = 0
        /// The present group, below a thousand; nil before its first word.
        private var current: Int?
        /// The exclusive bound of what the next word may add: after "twenty" one digit, after "two" nothing.
        private var room = 1000
        /// Whether the last word was "and", which is part of the number only if more of it follows.
        private var pendingAnd = false
        private var lastScale = Int.max

        /// Whether `word` continues the number.
        mutating func take(_ word: String) -> Bool {
            if word == "and", current ?? 0 >= 100 || (current == nil && total > 0) {
                guard !pendingAnd else { return false }
                pendingAnd = true
                return true
            }
            if let value = units[word] ?? tens[word] {
                guard value < room, current == nil || value > 0 else { return false }
                current = (current ?? 0) + value
                room = tens[word] != nil ? 10 : 0
            } else if word == "hundred", let value = current, (1...99).contains(value), room < 1000 {
                current = value * 100
                room = 100
            } else if let scale = scales[word], let value = current, value > 0, scale < lastScale {
                total += value * scale
                lastScale = scale
                current = nil
                room = 1000
            } else {
                return false
            }
            pendingAnd = false
            return true
        }

        /// The digits of the number, if there is one, and a trailing "and" that was not part of it; resets the number.
        mutating func digits() -> [String] {
            defer { self = SpokenNumber() }
            guard current != nil || total > 0 else { return [] }
            return String(total + (current ?? 0)).map { String($0) } + (pendingAnd ? ["and"] : [])
        }
    }
}
