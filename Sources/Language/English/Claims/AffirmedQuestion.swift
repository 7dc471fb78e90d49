/// A caller's question whether something was done, of which a bare "Yes, it is." makes a claim.
struct AffirmedQuestion {
    /// What the question asks for.
    let claim: EffectClaim

    /// Words before the verb of a question that are tried as its subject.
    private static let longestSubject = 6
    /// The caller's words as the agent would say them.
    private static let turned = [
        "i": "you", "me": "you", "my": "your", "mine": "yours", "am": "are", "you": "i", "your": "my", "yours": "mine",
    ]
    private static let assents: Set<String> = [
        "yes", "yeah", "yep", "yup", "sure", "absolutely", "certainly", "definitely", "correct", "indeed", "right",
        "exactly", "affirmative", "course",
    ]
    private static let pronouns: Set<String> = [
        "it", "that", "this", "they", "those", "i", "we", "you", "he", "she", "everything", "all", "both",
    ]

    /// - Parameter words: all that the caller has said; its last sentence is read.
    /// - Returns: nil when that does not ask whether something was done.
    init?(_ words: String) {
        let sentences = Self.sentences(words)
        guard let sentence = sentences.last(where: { $0.hasSuffix("?") }) ?? sentences.last else { return nil }
        let clauses = ClaimWord.clauses(ClaimWord.all(in: sentence, isWhole: true).words)
        // A question begins with its verb; ", right?", ", Mr. Smith?" and the end of "7 p.m.?" belong to what is before them.
        let asked = clauses.last { clause in
            let words = clause.drop { ClaimWords.openings.contains($0.text) }
            return words.first.map { ClaimWords.auxiliaries.contains($0.text) } == true || words.count > Self.longestTag
        }
        guard let asked, var claim = Self.claim(askedForIn: asked, isAsked: sentence.hasSuffix("?")) else { return nil }
        if let first = asked.first, let last = asked.last {
            let end = last.start + last.text.count
            claim.question = String(sentence.prefix(end).dropFirst(first.start))
        }
        self.claim = claim
    }

    /// Words of a clause that asks nothing by itself.
    private static let longestTag = 2
    private static let titles: Set<String> = ["mr", "mrs", "ms", "dr", "st"]

    /// The sentences of a text, with their marks; the point of a title ends none.
    private static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        var words: [Substring] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            words.append(word)
            guard let mark = word.last, ".!?".contains(mark), !titles.contains(word.dropLast().lowercased()) else {
                continue
            }
            sentences.append(words.joined(separator: " "))
            words = []
        }
        return words.isEmpty ? sentences : sentences + [words.joined(separator: " ")]
    }

    private static func claim(askedForIn clause: [ClaimWord], isAsked: Bool) -> EffectClaim? {
        var words = Array(clause.drop { ClaimWords.openings.contains($0.text) || $0.text == "now" })
        for place in words.indices { words[place].text = turned[words[place].text] ?? words[place].text }
        guard let verb = words.first else { return nil }
        guard ClaimWords.auxiliaries.contains(verb.text) else { return isAsked ? said(words) : nil }
        guard !ClaimWords.modals.contains(verb.text), verb.text != "do", verb.text != "does" else { return nil }
        // The subject ends before the verb's other half; which word that is the reading as a statement tells.
        let rest = words.dropFirst()
        return (1...longestSubject).lazy.compactMap { length in
            rest.count > length ? said(rest.prefix(length) + [verb] + rest.dropFirst(length)) : nil
        }.first
    }

    private static func said(_ words: some Sequence<ClaimWord>) -> EffectClaim? {
        guard case .claim(let found) = ClaimClause(Array(words), isOver: true).read() else { return nil }
        return found.claim
    }

    /// What a sentence says that may only say yes: "Yes.", "It sure is.", "I have, yes."
    func reading(of sentence: String, isWhole: Bool) -> ClaimReading {
        switch Self.assent(in: sentence, isWhole: isWhole) {
        case .given: .claim(claim, from: 0)
        case .open: .open(from: 0)
        case .none: .nothing
        }
    }

    /// Whether a sentence says yes, or as far as it goes nothing else, so that the question alone tells what it claims.
    static func isAssent(_ sentence: String, isWhole: Bool) -> Bool { assent(in: sentence, isWhole: isWhole) != .none }

    private enum Assent { case given, open, none }

    private static func assent(in sentence: String, isWhole: Bool) -> Assent {
        let (words, _) = ClaimWord.all(in: sentence, isWhole: isWhole)
        var (place, isGiven) = (0, false)
        while place < words.count {
            let text = words[place].text
            if assents.contains(text) {
                isGiven = true
            } else if pronouns.contains(text), let end = endOfEcho(in: words, from: place + 1) {
                guard end <= words.count else { return isWhole ? .none : .open }
                if words[end - 1].endsClause || (end == words.count && isWhole) { return .given }
                return end == words.count ? .open : .none
            } else if !ClaimWords.openings.contains(text), !ClaimWords.isAdverb(text), text != "of", text != "you" {
                return .none
            }
            place += 1
        }
        return isWhole ? isGiven ? .given : .none : .open
    }

    /// Where "it sure is" ends, from the word after its subject on; beyond the words where more decide, nil where it is
    /// none.
    private static func endOfEcho(in words: [ClaimWord], from start: Int) -> Int? {
        func word(_ place: Int) -> String { place < words.count ? words[place].text : "" }
        var place = start
        while ClaimWords.isAdverb(word(place)) || assents.contains(word(place)) { place += 1 }
        guard place < words.count else { return words.count + 1 }
        guard
            ClaimWords.be.contains(word(place)) || ClaimWords.have.contains(word(place))
                || ["did", "'s"].contains(word(place))
        else { return nil }
        let isShort = word(place) == "'s"
        place += 1
        while ClaimWords.isAdverb(word(place)) { place += 1 }
        if ["right", "correct", "true", "so"].contains(word(place)) { return place + 1 }
        return isShort ? place < words.count ? nil : words.count + 1 : place
    }
}
