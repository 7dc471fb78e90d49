/// What a caller's words are judged by: whether anybody stops after them.
enum EndingFeatures {
    /// Words of the agent that tell what kind of answer it has asked for.
    private static let askers = [
        "what", "which", "name", "when", "time", "how", "many", "number", "or", "else", "where", "date", "day", "city",
    ]

    static func features(of words: String, after agentWords: String) -> [String] {
        let said = tokens(words)
        let agent = tokens(agentWords)
        let count = said.count
        func word(_ place: Int) -> String {
            let place = place < 0 ? count + place : place
            return said.indices.contains(place) ? said[place] : "^"
        }
        let opening = said.prefix(2).joined(separator: " ")
        let (last, before) = (word(-1), word(-2))
        var features = [
            "1:\(last)", "2:\(before) \(last)", "3:\(word(-3)) \(before) \(last)", "p:\(before)", "s:\(word(0))",
            "s2:\(opening)", "s1:\(word(0)) \(last)", "s3:\(opening)|\(min(count, 8))", "n:\(min(count, 12))",
            "n1:\(min(count, 4)) \(last)",
        ]
        if count <= 4 { features.append("w:\(said.joined(separator: " "))") }
        guard !agent.isEmpty else { return features + ["q:none:\(min(count, 4))"] }
        let asks = agentWords.last { !$0.isWhitespace } == "?"
        features.append("q:\(asks ? 1 : 0):\(min(count, 4))")
        guard count <= 3 else { return features }
        features.append("qs:\(agent[max(0, agent.count - 20)])")
        let recent = Set(agent.suffix(15))
        return features + askers.filter(recent.contains).map { "qw:\($0):\(count)" }
    }

    /// Words in lower case, with "#" for each digit.
    static func tokens(_ text: String) -> [String] {
        let letters = Array(text.lowercased().replacing("’", with: "'"))
        func isLetter(_ place: Int) -> Bool { place < letters.count && ("a"..."z").contains(letters[place]) }
        var tokens: [String] = []
        var place = 0
        while place < letters.count {
            let start = place
            while isLetter(place)
                || (place > start && place < letters.count && letters[place] == "'" && isLetter(place + 1))
            {
                place += 1
            }
            if place > start {
                tokens.append(String(letters[start..<place]))
            } else {
                if ("0"..."9").contains(letters[place]) { tokens.append("#") }
                place += 1
            }
        }
        return tokens
    }
}
