/// What a clause that asks or plans tells by the way that the agent has done: "Shall I move the table I've booked for you?".
extension ClaimClause {
    /// Places are those of "I" or "we" in the clause, with which it begins.
    enum Aside {
        case open(at: Int)
        case claim(Claim, at: Int)
    }

    /// How far before "I" the article of "the table for two that I've booked" is.
    private static let longestNoun = 5

    /// The first deed that is told by the way; nil where there is none.
    func aside() -> Aside? {
        for place in words.indices.dropFirst() where ["i", "we"].contains(word(place)) {
            guard isTold(before: place) else { continue }
            let verb = afterAdverbs(place + 1)
            guard verb < words.count else { return isOver ? nil : .open(at: place) }
            let isPerfect = word(verb) == "have"
            let next = isPerfect ? afterAdverbs(verb + 1) : verb
            guard next < words.count else { return isOver ? nil : .open(at: place) }
            let table = isPerfect ? effects.participles : effects.pasts
            guard var kinds = kinds(of: table, at: next), isPerfect || effects.bases[word(next)] == nil else {
                continue
            }
            // "The order I've placed."
            if kinds.isEmpty, isPerfect { kinds = nouns(in: max(0, place - Self.longestNoun)..<place) }
            guard !kinds.isEmpty else { continue }
            let claim = EffectClaim(kinds: kinds, manner: .deed)
            return .claim(Claim(claim: claim, tense: .past, verb: next), at: place)
        }
        return nil
    }

    /// Whether "I" begins what is taken for known: "now that I", "the table that I", "While we were talking I".
    private func isTold(before place: Int) -> Bool {
        let before = word(place - 1)
        if before == "that", word(place - 2) == "now" { return true }
        if word(0) == "while" { return place > 2 && !ClaimWords.auxiliaries.contains(before) }
        let start = ClaimWords.relatives.contains(before) ? place - 2 : place - 1
        guard start > 0, !ClaimWords.conditions.contains(before),
            !ClaimWords.questions.contains(before) || before == "which"
        else { return false }
        let noun = words[max(0, start - Self.longestNoun)...start].map(\.text)
        // "Do you mind if the table that I": what is asked before an article is no matter.
        guard let article = noun.lastIndex(where: { ["the", "this", "your"].contains($0) }) else { return false }
        let between = noun[(article + 1)...]
        return !between.isEmpty
            && !between.contains {
                ClaimWords.auxiliaries.contains($0) || ClaimWords.others.contains($0)
                    || ClaimWords.negations.contains($0)
            }
    }
}
