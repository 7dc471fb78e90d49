/// What a sentence of the agent's, and the caller's words before it, are judged by where the grammar finds no claim.
enum ClaimFeatures {
    /// - Parameters:
    ///   - sentence: its beginning, or the whole of it.
    ///   - question: the caller's words that it answers; empty for none.
    static func features(of sentence: String, isWhole: Bool, answering question: String) -> [String] {
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
        let asked = tokens(question)
        guard let first = asked.first, let last = asked.last else { return features + ["noq"] }
        features.append("q")
        for (index, word) in asked.enumerated() {
            features.append("q:\(word)")
            if index > 0 { features.append("q2:\(asked[index - 1]) \(word)") }
        }
        let opening = asked.count > 1 ? "\(first) \(asked[1])" : first
        let answer = said.count > 1 ? said[1] : ""
        return features + ["q0:\(opening)|\(answer)", "qe:\(last)|\(answer)"]
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
