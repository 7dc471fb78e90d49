/// A word of a transcript, with what stands between it and the next one.
struct TranscriptWord {
    /// The word as the recogniser wrote it: letters, digits and apostrophes.
    var text: Substring
    /// The word in lower case.
    var plain: String
    /// White space and punctuation up to the next word.
    var separator: Substring

    var isCapital: Bool { text.allSatisfy(\.isUppercase) }

    /// The words of `text`, and the text before the first.
    static func split(_ text: String) -> (leading: Substring, words: [TranscriptWord]) {
        var words: [TranscriptWord] = []
        var rest = text[...]
        let leading = rest.prefix { !isPart($0) }
        rest = rest[leading.endIndex...]
        while !rest.isEmpty {
            var word = rest.prefix { isPart($0) || $0 == "'" || $0 == "’" }
            while word.last == "'" || word.last == "’" { word.removeLast() }
            let after = rest[word.endIndex...]
            let separator = after.prefix { !isPart($0) }
            words.append(TranscriptWord(text: word, plain: word.lowercased(), separator: separator))
            rest = after[separator.endIndex...]
        }
        return (leading, words)
    }

    private static func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// Whether the next word may belong to the same spelling.
    var runsOn: Bool { separator.allSatisfy { $0.isWhitespace || ",.-–—_…".contains($0) } }
    /// Whether it is joined to the next word by a hyphen, underscore or period without a space, or is the last word.
    var isTight: Bool { ["-", "–", ".", "_", ""].contains(separator) }
    /// Whether punctuation follows it, or it is the last word.
    var endsPhrase: Bool { separator.isEmpty || separator.contains { !$0.isWhitespace } }
}
