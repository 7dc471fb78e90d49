/// What a sentence of the agent's, and the caller's words before it, are judged by where the grammar finds no claim.
enum ClaimFeatures {
    /// What the caller's words before a sentence tell.
    struct Question: Sendable {
        fileprivate var features: [String]
        /// Their beginning and their last word, which count together with the answer's first word; nil without words.
        fileprivate var ends: (opening: String, last: String)?
    }

    /// - Parameter words: the caller's words that a sentence answers; empty for none.
    static func features(ofQuestion words: String) -> Question {
        let asked = tokens(words)
        guard let first = asked.first, let last = asked.last else { return Question(features: ["noq"], ends: nil) }
        var features = ["q"]
        for (index, word) in asked.enumerated() {
            features.append("q:\(word)")
            if index > 0 { features.append("q2:\(asked[index - 1]) \(word)") }
        }
        return Question(features: features, ends: (asked.count > 1 ? "\(first) \(asked[1])" : first, last))
    }

    /// - Parameter sentence: its beginning, or the whole of it.
    static func features(of sentence: String, isWhole: Bool, answering question: Question) -> [String] {
        let said = ["<s>"] + tokens(sentence) + (isWhole ? ["</s>"] : [])
        var features: [String] = []
        for (index, word) in said.enumerated() {
            let isLong = word.count > 4
            features.append("1:\(word)")
            if isLong { features.append("x:\(word.suffix(3))") }
            guard index > 0 else { continue }
            let before = said[index - 1]
            features.append("2:\(before) \(word)")
            if isLong { features.append("x2:\(before) \(word.suffix(2))") }
            if index > 1 { features.append("3:\(said[index - 2]) \(before) \(word)") }
        }
        features += question.features
        guard let ends = question.ends else { return features }
        let answer = said.count > 1 ? said[1] : ""
        return features + ["q0:\(ends.opening)|\(answer)", "qe:\(ends.last)|\(answer)"]
    }

    private static let endings = ["'ve", "'re", "'ll", "'m", "'s", "'d"]

    /// Words in lower case, with marks, "#" for numbers, "Xx" for names, and contractions in their parts.
    static func tokens(_ text: String) -> [String] {
        let letters = Array(text.replacing("’", with: "'"))
        func isLetter(_ place: Int) -> Bool {
            letters.indices.contains(place) && letters[place].isASCII && letters[place].isLetter
        }
        func isDigit(_ place: Int) -> Bool {
            letters.indices.contains(place) && letters[place].isASCII && letters[place].isNumber
        }
        var tokens: [String] = []
        var place = 0
        while place < letters.count {
            let start = place
            if isDigit(place) {
                while isDigit(place) { place += 1 }
                tokens.append("#")
            } else if isLetter(place) {
                while isLetter(place)
                    || (letters[min(place, letters.count - 1)] == "'" && place < letters.count && isLetter(place + 1))
                {
                    place += 1
                }
                add(String(letters[start..<place]))
            } else {
                if "?.!,;:—".contains(letters[place]) { tokens.append(String(letters[place])) }
                place += 1
            }
        }
        return tokens

        func add(_ word: String) {
            let begins = tokens.last.map { ".?!".contains($0) } ?? true
            if word.first?.isUppercase == true, !begins, word != "I", !word.hasPrefix("I'") {
                tokens.append("Xx")
                return
            }
            let plain = word.lowercased()
            if plain.hasSuffix("n't") {
                if plain.count > 3 { tokens.append(String(plain.dropLast(3))) }
                tokens.append("not")
            } else if let ending = endings.first(where: plain.hasSuffix) {
                if plain.count > ending.count { tokens.append(String(plain.dropLast(ending.count))) }
                tokens.append(ending)
            } else {
                tokens.append(plain)
            }
        }
    }
}
