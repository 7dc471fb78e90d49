/// Words up to a punctuation mark that a voice pauses at.
struct SpokenPhrase: Equatable {
    /// The positions of its words among the whitespace-separated words of the text.
    var words: Range<Int>
    /// The words for the phonemizer; empty strings for those that are not spoken, such as a dash.
    var cores: [String]
    /// The mark at its end, one of `. ! ? , ; :`.
    var mark: Character

    /// The words that are spoken, as text for the phonemizer.
    var text: String { cores.filter { !$0.isEmpty }.joined(separator: " ") }

    private static let marks: [Character: Character] = [
        ".": ".", "!": "!", "?": "?", ",": ",", ";": ";", ":": ":", "…": ".", "—": ",", "–": ",",
    ]
    private static let opening: Set<Character> = [
        "\"", "'", "“", "‘", "(", "[", "{", "*", "_", "¿", "¡", "…", "—", "–",
    ]
    private static let closing: Set<Character> = ["\"", "'", "”", "’", ")", "]", "}", "*", "_", "-"]
    /// Titles whose full stop ends no sentence; most other abbreviations are written out before.
    private static let abbreviations: Set<String> = ["mr", "mrs", "ms", "dr", "st", "prof", "jr", "sr", "vs"]

    /// The most words of a phrase. Memory grows with the length of what is spoken at once, and is never given back: 24
    /// words are some 8 s of speech.
    private static let longest = 24

    /// The phrases of `text`. The last one gets a comma when the text ends without a mark, because the sentence goes
    /// on.
    static func phrases(of text: String) -> [SpokenPhrase] {
        var phrases: [SpokenPhrase] = []
        var cores: [String] = []
        let words = text.split(whereSeparator: \.isWhitespace)
        func close(_ mark: Character, at end: Int) {
            phrases.append(SpokenPhrase(words: end - cores.count..<end, cores: cores, mark: mark))
            cores = []
        }
        for (index, word) in words.enumerated() {
            let (core, mark) = parts(of: word)
            cores.append(core)
            if let mark {
                close(mark, at: index + 1)
            } else if cores.count == longest {
                close(",", at: index + 1)
            }
        }
        if !cores.isEmpty { close(",", at: words.count) }
        return merged(phrases)
    }

    /// Groups of phrases that are spoken one after the other, each of at least `minimum` words if there are more than
    /// `limit` in all.
    static func groups(_ phrases: [SpokenPhrase], splitAfter limit: Int) -> [[SpokenPhrase]] {
        guard phrases.reduce(0, { $0 + $1.words.count }) > limit else { return phrases.isEmpty ? [] : [phrases] }
        let minimum = max(1, limit / 3)
        var groups: [[SpokenPhrase]] = []
        for phrase in phrases {
            if let last = groups.last, last.reduce(0, { $0 + $1.words.count }) < minimum {
                groups[groups.count - 1].append(phrase)
            } else {
                groups.append([phrase])
            }
        }
        // A last word on its own would sound cut off.
        if groups.count > 1, let last = groups.last, last.reduce(0, { $0 + $1.words.count }) < minimum {
            groups.removeLast()
            groups[groups.count - 1] += last
        }
        return groups
    }

    /// The word without the marks around it, and the mark that it ends with.
    private static func parts(of word: Substring) -> (core: String, mark: Character?) {
        var core = word.drop { opening.contains($0) }
        // A dash in front of a word is a pause before it; a minus belongs to its number.
        if core.first == "-", core.dropFirst().first?.isNumber != true { core = core.drop { $0 == "-" } }
        var mark: Character?
        while let last = core.last {
            if let found = marks[last] {
                mark = stronger(found, mark ?? found)
            } else if !closing.contains(last) {
                break
            }
            core = core.dropLast()
        }
        if core.isEmpty { return ("", word.contains { $0 == "-" || marks[$0] != nil } ? mark ?? "," : nil) }
        if mark == ".", abbreviations.contains(core.lowercased()) { mark = nil }
        return (String(core), mark)
    }

    /// The mark of two that the voice follows: "?!" is a question.
    private static func stronger(_ first: Character, _ second: Character) -> Character {
        "?!.;:,".first { $0 == first || $0 == second } ?? first
    }

    /// The phrases, with those that have no spoken word joined to their neighbours.
    private static func merged(_ phrases: [SpokenPhrase]) -> [SpokenPhrase] {
        var result: [SpokenPhrase] = []
        for phrase in phrases {
            let isSilent = phrase.cores.allSatisfy(\.isEmpty)
            if let last = result.last, isSilent || last.cores.allSatisfy(\.isEmpty) {
                result[result.count - 1] = SpokenPhrase(
                    words: last.words.lowerBound..<phrase.words.upperBound, cores: last.cores + phrase.cores,
                    mark: isSilent ? last.mark : phrase.mark)
            } else {
                result.append(phrase)
            }
        }
        return result.filter { $0.cores.contains { !$0.isEmpty } }
    }
}
