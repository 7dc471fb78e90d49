/// Finds what a sentence of an English-speaking agent says that was done for the caller.
///
/// Offers, questions, plans, conditions, negations, rules ("Refunds are paid within a week") and what was done long ago are
/// no claims. In half of a stranger's wordings it finds what it was made for (41 of 78 claims that were made to be hard, and 5 of
/// 77 others); it tells what was done, to what and when, which `LikelyClaim` does not. `ClaimTests` measures both together.
struct EnglishClaims {
    private let sentence: String
    private let isWhole: Bool
    private let clauses: [[ClaimWord]]
    /// The place of a word of which more may follow.
    private let unfinished: Int?

    /// - Parameters:
    ///   - sentence: its beginning, or the whole of it.
    ///   - isWhole: whether nothing of it follows.
    init(_ sentence: String, isWhole: Bool) {
        self.sentence = sentence
        self.isWhole = isWhole
        let words: [ClaimWord]
        (words, unfinished) = ClaimWord.all(in: sentence, isWhole: isWhole)
        clauses = ClaimWord.clauses(words)
    }

    /// - Parameter place: the claims of clauses that begin before it are left out.
    func read(from place: Int) -> ClaimReading {
        var isDeed = false
        for (number, clause) in clauses.enumerated() {
            let isOver = isWhole || number < clauses.count - 1 || clause.last?.endsClause == true
            let joins = clause.first.map { ClaimWords.joining.contains($0.text) } == true
            switch ClaimClause(clause, isOver: isOver, continuesDeed: isDeed && joins).read() {
            case .recap: return .nothing
            case .open:
                return .open(from: start(of: clause))
            case .nothing(let continues):
                if let aside = aside(in: number, isOver: isOver, from: place) { return aside }
                isDeed = continues || (isDeed && clause.count == 1)
            case .claim(let claim):
                let stands = !isWhole || stands(claim, in: number)
                if stands, start(of: clause) >= place { return .claim(claim.claim, from: start(of: clause)) }
                if !stands, let aside = aside(in: number, isOver: isOver, from: place) { return aside }
                isDeed = stands && claim.claim.manner == .deed
            }
        }
        // The first word of a clause may begin anything, and "I" within one what is told by the way.
        if let unfinished {
            let part = sentence.dropFirst(unfinished).lowercased()
            let begins = ["i've", "i’ve", "we've", "we’ve"].contains { $0.hasPrefix(part) }
            if begins || clauses.last?.last?.endsClause != false { return .open(from: unfinished) }
        }
        return .nothing
    }

    /// What a clause that claims nothing itself tells by the way.
    private func aside(in number: Int, isOver: Bool, from place: Int) -> ClaimReading? {
        let clause = clauses[number]
        switch ClaimClause(clause, isOver: isOver).aside() {
        case .open(let word): return .open(from: clause[word].start)
        case .claim(let claim, let word):
            let start = clause[word].start
            return start >= place && !isOld(claim, clause, number) ? .claim(claim.claim, from: start) : nil
        case nil: return nil
        }
    }

    /// Where a clause begins to say something: "and" goes with what is said before it, or instead of it.
    private func start(of clause: [ClaimWord]) -> Int {
        clause.first { !ClaimWords.joining.contains($0.text) }?.start ?? unfinished ?? sentence.count
    }

    // MARK: Objections

    /// Whether the rest of the sentence lets the claim stand.
    private func stands(_ found: ClaimClause.Claim, in number: Int) -> Bool {
        let clause = clauses[number]
        return !isAsked(number) && !isOld(found, clause, number) && !isGeneral(found, clause, number)
    }

    private func isAsked(_ number: Int) -> Bool {
        guard sentence.last(where: { !$0.isWhitespace && !"\"'”’)".contains($0) }) == "?" else { return false }
        guard number < clauses.count - 1 else { return true }
        // "…, okay?" asks for assent, "…, right?" whether it is so.
        let tag = (clauses.last ?? []).map(\.text).joined(separator: " ")
        let asksBack = ["right", "correct", "is that right", "is that correct", "am i right"].contains(tag)
        if asksBack,
            clauses[number].first(where: { !ClaimWords.openings.contains($0.text) }).map({
                ["i", "we"].contains($0.text)
            }) != true
        {
            return true
        }
        let first = clauses.first?.first?.text ?? ""
        return ClaimWords.auxiliaries.contains(first) || ClaimWords.questions.contains(first)
    }

    /// "was shipped on Tuesday", "was booked by your company".
    private func isOld(_ found: ClaimClause.Claim, _ clause: [ClaimWord], _ number: Int) -> Bool {
        for (place, text) in clause.map(\.text).enumerated() {
            let next = clause.dropFirst(place + 1).first?.text ?? ""
            let before = place > 0 ? clause[place - 1].text : ""
            switch text {
            case "last":
                if ClaimWords.periods.contains(next) { return true }
            case "earlier":
                if !["an", "the", "a", "your"].contains(before) { return true }
            case _ where ClaimWords.pastTimes.contains(text): return true
            case "by" where found.claim.manner == .state:
                if ["your", "another", "someone", "somebody"].contains(next) { return true }
                if found.tense == .past, ["the", "a", "his", "her", "my"].contains(next) { return true }
            case "on", "in":
                guard found.tense == .past, found.claim.manner == .state else { continue }
                let isYear = next.count == 4 && next.allSatisfy(\.isNumber) && "12".contains(next.prefix(1))
                if ClaimWords.months.contains(next) || isYear || next == "version" { return true }
            default: break
            }
        }
        // "has been closed since Monday".
        if let next = clauses.dropFirst(number + 1).first, next.first?.text == "since", next.count > 1,
            ClaimWords.periods.contains(next[1].text) || next[1].text.contains(where: \.isNumber)
                || ClaimWords.pastTimes.contains(next[1].text)
        {
            return true
        }
        return found.tense == .past && found.claim.manner == .state
            && clauses.dropFirst(number + 1).first?.first?.text == "because"
    }

    /// "The room is cleaned every day": what is always so. Of what is the caller's it is said to be so now.
    private func isGeneral(_ found: ClaimClause.Claim, _ clause: [ClaimWord], _ number: Int) -> Bool {
        guard found.tense == .present, found.claim.manner == .state else { return false }
        let subject = clause[found.subject]
        // "A letter is on its way", "Room B is yours".
        let isParticiple = EnglishEffects.shared.participles[clause[found.verb].text] != nil
        if !isParticiple, clause.dropFirst(found.verb).contains(where: { ["way", "yours"].contains($0.text) }) {
            return false
        }
        let rest = clause.dropFirst(found.verb + 1).map(\.text)
        guard isDefinite(subject, rest) else { return true }
        let isCallers = subject.contains { ["your", "you", "it", "that", "this", "everything"].contains($0.text) }
        // Such things are done, and then done with; "the link is sent" tells how things go.
        let passing: Set<EffectKind> = [.send, .notify, .refund, .pay, .transfer]
        if !isCallers, !found.claim.kinds.isEmpty, found.claim.kinds.isSubset(of: passing) { return true }
        let rules = isCallers ? ClaimWords.general : ClaimWords.general.union(ClaimWords.generalOfThings)
        let following = clauses.dropFirst(number + 1).filter { rules.contains($0[0].text) }.flatMap { $0.map(\.text) }
        if rest.contains(where: rules.contains) || !following.isEmpty { return true }
        return zip(rest, rest.dropFirst()).contains { word, next in
            word == "by" && ["the", "a"].contains(next)
                || word == "at" && ["checkout", "check-out", "check-in", "arrival", "the"].contains(next) && !isCallers
        }
    }

    private func isDefinite(_ subject: ArraySlice<ClaimWord>, _ rest: [String]) -> Bool {
        let pointing: Set<String> = [
            "your", "you", "it", "that", "this", "everything", "both", "she", "he", "the", "his", "her",
        ]
        if subject.contains(where: { pointing.contains($0.text) }) { return true }
        if zip(rest, rest.dropFirst()).contains(where: { $0 == ("for", "you") }) { return true }
        // "Ticket is confirmed", "Train ticket is booked", or a name.
        guard (1...2).contains(subject.count), let word = subject.last, !word.text.hasSuffix("s") else { return false }
        let isOne = !subject.contains { ["a", "an", "any", "each", "every", "no"].contains($0.text) }
        if isOne, EnglishEffects.shared.nouns[word.text] != nil { return true }
        return subject.count == 1 && word.isCapital && !["all", "we"].contains(word.text)
    }
}
