/// Reads one clause: who is said to have done what. A clause that is not over may be undecided.
///
/// It looks for the first verb group and its subject. A claim is a perfect or past of "I" or "we" with a verb of effect, a
/// passive or a state of what is the caller's, or a participle that stands for such a clause ("Booked!").
struct ClaimClause {
    /// What a clause says.
    enum Finding {
        /// No claim. `isDeed`: the agent tells what it has done, so that a participle after "and" belongs to it.
        case nothing(isDeed: Bool = false)
        /// More words decide.
        case open
        /// What follows in the sentence is somebody else's word.
        case recap
        case claim(Claim)
    }

    enum Tense { case perfect, past, present }

    struct Claim {
        var claim: EffectClaim
        var tense: Tense
        /// The place of the participle, and of the subject's words, in the clause.
        var verb: Int
        var subject = 0..<0
    }

    /// How far a clause is searched for its verb.
    static let longestSubject = 12
    /// Words between "have" and its participle, but for adverbs.
    static let longestAside = 3
    /// How far from a verb its particle is.
    static let longestObject = 4

    let words: [ClaimWord]
    let isOver: Bool
    /// Whether it goes on after a clause in which the agent tells what it has done.
    let continuesDeed: Bool
    let effects = EnglishEffects.shared

    init(_ words: [ClaimWord], isOver: Bool, continuesDeed: Bool = false) {
        self.words = words
        self.isOver = isOver
        self.continuesDeed = continuesDeed
    }

    /// The word at a place; empty beyond the end.
    func word(_ place: Int) -> String { words.indices.contains(place) ? words[place].text : "" }

    /// What is so when the words are used up.
    func undecided(isDeed: Bool = false) -> Finding { isOver ? .nothing(isDeed: isDeed) : .open }

    // MARK: The clause

    func read() -> Finding {
        var start = opening()
        if word(start) == "because" || word(start) == "since" { start += 1 }
        guard start < words.count else { return undecided(isDeed: continuesDeed) }
        if let finding = framed(from: start) { return finding }
        let first = word(start)
        if ClaimWords.conditions.contains(first) || ClaimWords.questions.contains(first)
            || ClaimWords.auxiliaries.contains(first)
        {
            return .nothing()
        }
        if first == "according" { return .recap }
        if ["please", "kindly", "to"].contains(first), ClaimWords.recaps.contains(word(start + 1)) { return .recap }
        if ClaimWords.others.contains(first) { return .nothing() }
        if let finding = participle(at: start) { return finding }
        return clause(from: start)
    }

    /// The place after "Okay, great" and the like.
    func opening() -> Int {
        var place = 0
        while ClaimWords.openings.contains(word(place)) || ClaimWords.isAdverb(word(place)) {
            if ["all", "both"].contains(word(place)),
                !["set", "done", "booked", "good", "right"].contains(word(place + 1))
            {
                break
            }
            place += 1
            if word(place) == "you", word(place - 1) == "thank" { place += 1 }
            if word(place) == "news", word(place - 1) == "good" || word(place - 1) == "great" { place += 1 }
        }
        return place
    }

    /// What "Please note that" and "What I've done is" say of what follows them; nil where no such words begin the clause.
    func framed(from start: Int) -> Finding? {
        let said = words[start...].map(\.text)
        if let frame = effects.frames.first(where: { said.starts(with: $0) }) {
            var next = start + frame.count
            if word(next) == "that" { next += 1 }
            next = afterAdverbs(next)
            // "All I did was book it."
            if ["is", "was"].contains(frame.last) {
                if word(next) == "to" { next += 1 }
                if let kinds = kinds(of: effects.bases, at: next) { return deed(kinds, verb: next) }
            }
            return rest(from: next)
        }
        return !isOver && effects.frames.contains { $0.starts(with: said) } ? .open : nil
    }

    /// A participle that begins the clause: "Booked!", or "and cancelled it".
    func participle(at start: Int) -> Finding? {
        let kinds = effects.nouns[word(start)] == nil ? kinds(of: effects.participles, at: start) : nil
        guard let kinds else {
            return continuesDeed && effects.pasts[word(start)] != nil ? deed(at: start, effects.pasts) : nil
        }
        if continuesDeed {
            return start + 1 == words.count && isOver
                ? claim(kinds, .deed, .perfect, verb: start) : deed(at: start, effects.participles)
        }
        let isBase = effects.bases[word(start)] != nil
        if start + 1 == words.count {
            guard isOver else { return .open }
            return isBase && word(start) != "set" ? .nothing() : claim(kinds, .state, .perfect, verb: start)
        }
        if ClaimWords.afterParticiple.contains(word(start + 1)), !isBase {
            return claim(kinds.union(nouns(from: start + 1)), .state, .perfect, verb: start)
        }
        let hasVerb = words[(start + 1)...].contains { ClaimWords.auxiliaries.contains($0.text) }
        return hasVerb || word(start) == "set" ? nil : .nothing()
    }

    /// Searches for the verb group.
    func clause(from start: Int) -> Finding {
        let end = min(words.count, start + Self.longestSubject)
        var subject = ""
        for place in start..<end {
            let text = word(place)
            let before = start..<place
            if ClaimWords.auxiliaries.contains(text) || ClaimWords.negations.contains(text) || text == "went"
                || (ClaimWords.others.contains(text) && !ClaimWords.beforeNouns.contains(word(place - 1)))
            {
                guard place > start else { return .nothing() }
                // The verb of a relative clause is not the sentence's.
                if place > start + 1, ClaimWords.relatives.contains(word(place - 1)) { continue }
                if subject == "i" || subject == "we" { return ownDeed(at: place) }
                return state(at: place, of: before, isCallers: subject == "you")
            }
            if isAgents(before), effects.pasts[text] != nil, kinds(of: effects.pasts, at: place)?.isEmpty == false,
                effects.bases[text] == nil, !effects.facts.contains(text)
            {
                return deed(at: place, effects.pasts)
            }
            if subject == "you", text == "got" { return holding(at: place, of: before) ?? .nothing() }
            if text == "'s", let finding = verbS(at: place, of: before, subject) { return finding }
            if subject == "i" || subject == "we", !ClaimWords.isAdverb(text), text != "you" {
                guard effects.pasts[text] != nil || text == "managed" || text == "got" else {
                    return .nothing(isDeed: true)
                }
                return ownDeed(at: place)
            }
            if ["if", "unless", "whether"].contains(text) || (text == "to" && place == start) { return .nothing() }
            if let finding = headline(at: place, of: before) { return finding }
            if !ClaimWords.isAdverb(text) || ["all", "both"].contains(text) { subject = text }
        }
        return end - start == Self.longestSubject ? .nothing() : undecided()
    }

    /// "Appointment booked.": a participle without an auxiliary.
    func headline(at place: Int, of subject: Range<Int>) -> Finding? {
        let text = word(place)
        guard (1...3).contains(subject.count), effects.bases[text] == nil, !effects.ownDeeds.contains(text),
            let kinds = kinds(of: effects.participles, at: place),
            !["the", "a", "any", "no", "all", "i", "we", "you"].contains(word(subject.lowerBound)),
            !["i", "we", "you", "he", "she", "they"].contains(word(place - 1)),
            !words.contains(where: { ClaimWords.auxiliaries.contains($0.text) })
        else { return nil }
        let next = word(place + 1)
        guard next.isEmpty ? isOver : ["successfully", "for", "at", "on", "under"].contains(next) else { return nil }
        return claim(kinds.isEmpty ? nouns(in: subject) : kinds, .state, .perfect, verb: place, subject)
    }

    /// "'s" as a verb; nil when it is a possessive.
    func verbS(at place: Int, of subject: Range<Int>, _ last: String) -> Finding? {
        let next = afterAdverbs(place + 1)
        guard next < words.count else { return undecided() }
        if word(next) == "not" { return .nothing() }
        let isParticiple =
            kinds(of: effects.participles, at: next) != nil && effects.nouns[word(next + 1)] == nil
        guard ClaimWords.beforeVerbS.contains(last) || word(next) == "been" || isParticiple else { return nil }
        return state(at: place, of: subject, isCallers: false)
    }

    // MARK: Words

    func claim(
        _ kinds: Set<EffectKind>, _ manner: EffectClaim.Manner, _ tense: Tense, verb: Int, _ subject: Range<Int> = 0..<0
    ) -> Finding {
        .claim(Claim(claim: EffectClaim(kinds: kinds, manner: manner), tense: tense, verb: verb, subject: subject))
    }

    func afterAdverbs(_ place: Int) -> Int {
        var place = place
        while ClaimWords.isAdverb(word(place)) { place += 1 }
        return place
    }

    /// The kinds of the form at a place, whose particle is near; empty when its object tells, nil when it is no verb of
    /// effect.
    func kinds(of table: [String: [EnglishEffects.Meaning]], at place: Int) -> Set<EffectKind>? {
        let meanings = meanings(in: table, at: place)
        return meanings.isEmpty ? nil : Set(meanings.compactMap(\.kind))
    }

    /// Whether the form at a place has its meaning from a particle: "taken care of".
    func hasParticle(_ table: [String: [EnglishEffects.Meaning]], at place: Int) -> Bool {
        meanings(in: table, at: place).contains { $0.particle != nil }
    }

    func meanings(
        in table: [String: [EnglishEffects.Meaning]], at place: Int
    ) -> [EnglishEffects.Meaning] {
        let near = words.dropFirst(place + 1).prefix(Self.longestObject).map(\.text)
        return (table[word(place)] ?? []).filter { $0.particle.map(near.contains) ?? true }
    }

    func nouns(from place: Int) -> Set<EffectKind> {
        place < words.count ? nouns(in: place..<words.count) : []
    }

    func nouns(in range: Range<Int>) -> Set<EffectKind> {
        Set(words[range].compactMap { effects.nouns[$0.text] })
    }
}
