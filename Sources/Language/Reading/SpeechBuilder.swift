/// Collects spoken words and the punctuation after them.
package struct SpeechBuilder: Sendable {
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
