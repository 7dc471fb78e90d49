/// One sentence of the agent's, prepared for looking up phrases.
struct AgentSentence {
    /// The words in lower case, separated by single spaces, with a space at both ends.
    var words: String
    var isQuestion: Bool

    /// The sentences of `text`; a period inside a word ("p.m", "example.com") does not end one.
    static func all(in text: String) -> [AgentSentence] {
        var result: [AgentSentence] = []
        var words: [String] = []
        func close(isQuestion: Bool) {
            if !words.isEmpty {
                result.append(
                    AgentSentence(words: " " + words.joined(separator: " ") + " ", isQuestion: isQuestion))
            }
            words = []
        }
        for token in text.lowercased().split(whereSeparator: \.isWhitespace) {
            let word = token.drop { !$0.isLetter && !$0.isNumber }
            let end = word.reversed().drop { !$0.isLetter && !$0.isNumber }
            if !end.isEmpty { words.append(String(end.reversed()).replacing("’", with: "'")) }
            let mark = token.reversed().first { ".?!".contains($0) || $0.isLetter || $0.isNumber }
            if mark == "?" {
                close(isQuestion: true)
            } else if mark == "." || mark == "!" {
                close(isQuestion: false)
            }
        }
        close(isQuestion: false)
        return result
    }

    /// Whether the sentence holds `phrase`, as whole words. With a question mark: whether it is a question that ends in
    /// `phrase`.
    func has(_ phrase: String) -> Bool {
        phrase.hasSuffix("?")
            ? isQuestion && words.hasSuffix(" \(phrase.dropLast()) ") : words.contains(" \(phrase) ")
    }
    func hasAny(_ phrases: [String]) -> Bool { phrases.contains(where: has) }
    func startsAny(_ phrases: [String]) -> Bool { phrases.contains { words.dropFirst().hasPrefix($0) } }
}

extension AgentSentence {
    /// The last sentence of `text` that asks for something: a question, or what `isRequest` takes for one. Words after
    /// it ("Take your time.") leave it open.
    static func lastRequest(in text: String, _ isRequest: (AgentSentence) -> Bool) -> AgentSentence? {
        all(in: text).last { $0.isQuestion || isRequest($0) }
    }
}
