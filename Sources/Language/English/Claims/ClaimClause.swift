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
    private static let longestSubject = 12
    /// How far from a verb its particle is.
    private static let longestObject = 4

    let words: [ClaimWord]
    let isOver: Bool
    /// Whether it goes on after a clause in which the agent tells what it has done.
    let continuesDeed: Bool
    private let effects = EnglishEffects.shared

    init(_ words: [ClaimWord], isOver: Bool, continuesDeed: Bool = false) {
        self.words = words
        self.isOver = isOver
        self.continuesDeed = continuesDeed
    }

    /// The word at a place; empty beyond the end.
    private func word(_ place: Int) -> String { words.indices.contains(place) ? words[place].text : "" }

    /// What is so when the words are used up.
    private func undecided(isDeed: Bool = false) -> Finding { isOver ? .nothing(isDeed: isDeed) : .open }

    // MARK: The clause

    func read() -> Finding {
        var start = opening()
        if word(start) == "because" || word(start) == "since" { start += 1 }
        guard start < words.count else { return undecided(isDeed: continuesDeed) }
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
    private func opening() -> Int {
        var place = 0
        while ClaimWords.openings.contains(word(place)) || ClaimWords.adverbs.contains(word(place)) {
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

    /// A participle that begins the clause: "Booked!", or "and cancelled it".
    private func participle(at start: Int) -> Finding? {
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
    private func clause(from start: Int) -> Finding {
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
            if text == "'s", let finding = verbS(at: place, of: before, subject) { return finding }
            if subject == "i" || subject == "we", !ClaimWords.adverbs.contains(text), text != "you" {
                guard effects.pasts[text] != nil || text == "managed" || text == "got" else {
                    return .nothing(isDeed: true)
                }
                return ownDeed(at: place)
            }
            if ["if", "unless", "whether"].contains(text) || (text == "to" && place == start) { return .nothing() }
            if let finding = headline(at: place, of: before) { return finding }
            if !ClaimWords.adverbs.contains(text) || ["all", "both"].contains(text) { subject = text }
        }
        return end - start == Self.longestSubject ? .nothing() : undecided()
    }

    /// "Appointment booked.": a participle without an auxiliary.
    private func headline(at place: Int, of subject: Range<Int>) -> Finding? {
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
    private func verbS(at place: Int, of subject: Range<Int>, _ last: String) -> Finding? {
        let next = afterAdverbs(place + 1)
        guard next < words.count else { return undecided() }
        if word(next) == "not" { return .nothing() }
        let isParticiple =
            kinds(of: effects.participles, at: next) != nil && effects.nouns[word(next + 1)] == nil
        guard ClaimWords.beforeVerbS.contains(last) || word(next) == "been" || isParticiple else { return nil }
        return state(at: place, of: subject, isCallers: false)
    }

    // MARK: What the agent has done

    /// The verb group after "I" or "we".
    private func ownDeed(at place: Int) -> Finding {
        let verb = word(place)
        if ClaimWords.modals.contains(verb) || ClaimWords.be.contains(verb) { return assertion(after: place) }
        let next = afterAdverbs(place + 1)
        if ClaimWords.negations.contains(verb) || ClaimWords.others.contains(verb) || verb == "do" || verb == "does" {
            return .nothing()
        }
        if verb == "did" {
            guard next < words.count else { return undecided() }
            if let kinds = kinds(of: effects.bases, at: next) { return deed(kinds, verb: next) }
            return ClaimWords.determiners.contains(word(next)) ? deed(at: place, effects.pasts) : .nothing()
        }
        guard ClaimWords.have.contains(verb) else { return deed(at: place, effects.pasts) }
        guard next < words.count else { return undecided() }
        switch word(next) {
        case "not", "never", "yet", "to", "no": return .nothing()
        case "managed", "been": return success(from: next)
        default: return deed(at: next, effects.participles)
        }
    }

    /// "I can confirm that your table is booked" says so, and "I was able to book" that it was done.
    private func assertion(after place: Int) -> Finding {
        var next = place + 1
        while ClaimWords.beforeAssertions.contains(word(next)) { next += 1 }
        guard next < words.count else { return undecided() }
        if ["was", "were"].contains(word(place)), words[place..<next].contains(where: { $0.text == "to" }),
            let kinds = kinds(of: effects.bases, at: next)
        {
            return deed(kinds, verb: next)
        }
        if ClaimWords.assertions.contains(word(next)) {
            repeat { next += 1 } while ClaimWords.afterAssertions.contains(word(next))
            return rest(from: next)
        }
        let isReady = ["am", "are"].contains(word(place)) && ["done", "finished", "set"].contains(word(next))
        return isReady ? claim([], .state, .perfect, verb: next) : .nothing()
    }

    /// What the words from a place on say, as a clause of their own.
    private func rest(from place: Int) -> Finding {
        guard place < words.count else { return undecided() }
        let finding = ClaimClause(Array(words[place...]), isOver: isOver).read()
        guard case .claim(var claim) = finding else { return finding }
        claim.verb += place
        claim.subject = claim.subject.lowerBound + place..<claim.subject.upperBound + place
        return .claim(claim)
    }

    /// "I managed to book it", "I have been able to book it".
    private func success(from place: Int) -> Finding {
        for next in place..<words.count {
            if ["not", "unable"].contains(word(next)) { return .nothing() }
            guard word(next) == "to", next + 1 < words.count else { continue }
            guard ["able", "managed"].contains(word(next - 1)) else { return .nothing() }
            let verb = afterAdverbs(next + 1)
            let kinds = kinds(of: effects.bases, at: verb)
            guard kinds != nil || word(verb) == "get" else { return verb < words.count ? .nothing() : undecided() }
            return deed(kinds ?? [], verb: verb)
        }
        return undecided()
    }

    /// A past form or participle of the agent's.
    private func deed(at place: Int, _ table: [String: [EnglishEffects.Meaning]]) -> Finding {
        let verb = word(place)
        if let kinds = kinds(of: table, at: place) {
            if ["confirmed", "reported"].contains(verb), word(place + 1) == "that" { return confirmed(at: place) }
            let isEmpty = kinds.isEmpty && ClaimWords.emptyVerbs.contains(verb) && !hasParticle(table, at: place)
            guard isEmpty else { return deed(kinds, verb: place) }
            if !nouns(from: place + 1).isEmpty { return deed([], verb: place) }
            let isShort = ClaimWords.objects.contains(word(place + 1)) && words.count <= place + 4
            return isShort ? deed([], verb: place) : undecided(isDeed: true)
        }
        let mayHaveParticle = table[verb]?.contains { $0.particle != nil } == true
        if mayHaveParticle, !isOver, words.count - place < Self.longestObject + 2 { return .open }
        if verb == "managed" { return success(from: place) }
        if ["got", "gotten", "get"].contains(verb) || ClaimWords.determiners.contains(verb) {
            return arranged(at: place)
        }
        return .nothing(isDeed: true)
    }

    /// "I have confirmed that booking", or "that the room has a balcony".
    private func confirmed(at place: Int) -> Finding {
        let hasVerb = words.dropFirst(place + 2).contains { ClaimWords.be.union(ClaimWords.have).contains($0.text) }
        if effects.nouns[word(place + 2)] != nil, !hasVerb { return deed([], verb: place) }
        return place + 2 < words.count ? rest(from: place + 2) : isOver ? deed([], verb: place) : .open
    }

    /// "I've got you a seat", "I have you down for two", "I have a room reserved for you".
    private func arranged(at place: Int) -> Finding {
        if ["got", "gotten"].contains(word(place)), nouns(from: place + 1).contains(.book),
            words[(place + 1)...].prefix(2).contains(where: {
                ["you", "for", "him", "her"].contains($0.text) || $0.isCapital
            })
        {
            return claim([.book], .deed, .perfect, verb: place)
        }
        for next in words.indices.dropFirst(place + 1) {
            let text = word(next)
            if ["to", "that", "which", "who", "if", "not", "when"].contains(text) { break }
            if ["down", "in"].contains(text), next <= place + Self.longestObject,
                words[place..<next].contains(where: { ["you", "name"].contains($0.text) })
            {
                return claim([.book], .deed, .perfect, verb: next)
            }
            // "We have three left."
            guard effects.nouns[text] == nil, text != "left", let kinds = kinds(of: effects.participles, at: next)
            else { continue }
            let after = word(next + 1)
            guard after.isEmpty || ClaimWords.afterParticiple.contains(after) || ClaimWords.adverbs.contains(after)
            else { continue }
            if after.isEmpty, !isOver { return .open }
            return claim(kinds.isEmpty ? nouns(from: place) : kinds, .deed, .perfect, verb: next)
        }
        return undecided(isDeed: true)
    }

    private func deed(_ kinds: Set<EffectKind>, verb: Int) -> Finding {
        claim(kinds.isEmpty ? nouns(from: verb + 1) : kinds, .deed, .past, verb: verb)
    }

    // MARK: How things stand

    /// The verb group after any other subject.
    private func state(at place: Int, of subject: Range<Int>, isCallers: Bool) -> Finding {
        let verb = word(place)
        if words[subject].contains(where: { ClaimWords.nobody.contains($0.text) }) { return .nothing() }
        if verb == "went" { return passage(at: place, subject) }
        guard ClaimWords.have.contains(verb) || ClaimWords.be.contains(verb) || verb == "'s" else { return .nothing() }
        func isSaid(_ kinds: Set<EffectKind>, _ tense: Tense, _ place: Int) -> Finding {
            claim(kinds.isEmpty ? nouns(in: subject) : kinds, .state, tense, verb: place, subject)
        }
        let isHave = ClaimWords.have.contains(verb)
        // Before the adverbs, of which "successful" is taken for one: "is successful booked" is common.
        if !isHave, ["successful", "complete"].contains(word(place + 1)),
            place + 2 < words.count ? effects.participles[word(place + 2)] == nil : isOver
        {
            return isSaid([], .perfect, place + 1)
        }
        var next = afterAdverbs(place + 1)
        guard next < words.count else { return undecided() }
        let stops = ["not", "never", "yet", "still", "no", "being", "going", "about", "to", "due", "pending"]
        if stops.contains(word(next)) { return .nothing() }
        let isPerfect = word(next) == "been" && !ClaimWords.be.contains(verb)
        if isPerfect {
            if ["successful", "complete", "completed"].contains(word(next + 1)) { return isSaid([], .perfect, next) }
            next = afterAdverbs(next + 1)
            guard next < words.count else { return undecided() }
        } else if isHave {
            return active(at: next, of: subject, isCallers: isCallers)
        }
        let isAlready = words[place..<next].contains { $0.text == "already" }
        return passive(
            at: next, isPerfect ? .perfect : ["was", "were"].contains(verb) ? .past : .present, of: subject,
            isCallers: isCallers, isAlready: isAlready)
    }

    private func passive(
        at place: Int, _ tense: Tense, of subject: Range<Int>, isCallers: Bool, isAlready: Bool
    ) -> Finding {
        let verb = word(place)
        if word(place + 1) == "that", tense != .perfect { return .nothing() }
        if tense != .perfect, word(place + 1) == "to", ["scheduled", "set", "expected"].contains(verb) {
            return .nothing()
        }
        if !effects.ownDeeds.contains(verb), let kinds = kinds(of: effects.participles, at: place) {
            let callers: Set<String> = ["your", "you", "it", "that"]
            // "Row F is already booked" is no news of the caller's.
            let isCallersOwn = isCallers || words[subject].contains { callers.contains($0.text) }
            if isAlready, tense == .present, !isCallersOwn { return .nothing() }
            let named = kinds.isEmpty ? nouns(in: subject).union(nouns(from: place + 1)) : kinds
            return claim(named, .state, tense, verb: place, subject)
        }
        let mayHaveParticle = effects.participles[verb]?.contains { $0.particle != nil } == true
        if mayHaveParticle, !isOver, words.count - place < Self.longestObject + 2 { return .open }
        let rest = words[place...].map(\.text)
        if ClaimWords.ready.contains(where: { rest.starts(with: $0) }) {
            guard !(tense == .past && isCallers) else { return .nothing() }
            return claim(nouns(in: subject), .state, tense, verb: place, subject)
        }
        if !isOver, ClaimWords.ready.contains(where: { $0.starts(with: rest) }) { return .open }
        return number(at: place, of: subject)
    }

    /// "Your booking number is A 17", which was made up unless a tool has given it.
    private func number(at place: Int, of subject: Range<Int>) -> Finding {
        let named = words[subject].map(\.text)
        guard named.contains(where: ClaimWords.numbered.contains), named.contains(where: ClaimWords.numbers.contains),
            ["your", "the"].contains(named.first)
        else { return .nothing() }
        let value = words[place...]
        let isNumber = value.contains { $0.text.contains(where: \.isNumber) } || value.allSatisfy { $0.text.count == 1 }
        guard isNumber else { return undecided() }
        return claim(nouns(in: subject).subtracting([.send]), .state, .perfect, verb: place, subject)
    }

    /// "has" without "been": "Our office has sent it", "Your payment has gone through".
    private func active(at place: Int, of subject: Range<Int>, isCallers: Bool) -> Finding {
        let verb = word(place)
        if verb == "gone" || verb == "went" { return passage(at: place, subject) }
        if ["completed", "finished"].contains(verb), !isCallers {
            return claim(nouns(in: subject), .state, .perfect, verb: place, subject)
        }
        guard let kinds = kinds(of: effects.participles, at: place) else { return .nothing() }
        if isCallers {
            // "You have successfully booked" tells what the agent did.
            let isDone = words.contains { $0.text == "successfully" }
            return isDone ? claim(kinds, .state, .perfect, verb: place, subject) : isOver ? .nothing() : .open
        }
        return word(subject.lowerBound) == "our" ? deed(kinds, verb: place) : .nothing()
    }

    /// "went through".
    private func passage(at place: Int, _ subject: Range<Int>) -> Finding {
        guard place + 1 < words.count else { return undecided() }
        guard ["through", "thru", "out"].contains(word(place + 1)) else { return .nothing() }
        return claim(nouns(in: subject), .state, .perfect, verb: place, subject)
    }

    // MARK: Words

    private func claim(
        _ kinds: Set<EffectKind>, _ manner: EffectClaim.Manner, _ tense: Tense, verb: Int, _ subject: Range<Int> = 0..<0
    ) -> Finding {
        .claim(Claim(claim: EffectClaim(kinds: kinds, manner: manner), tense: tense, verb: verb, subject: subject))
    }

    private func afterAdverbs(_ place: Int) -> Int {
        var place = place
        while ClaimWords.adverbs.contains(word(place)) { place += 1 }
        return place
    }

    /// The kinds of the form at a place, whose particle is near; empty when its object tells, nil when it is no verb of
    /// effect.
    private func kinds(of table: [String: [EnglishEffects.Meaning]], at place: Int) -> Set<EffectKind>? {
        let meanings = meanings(in: table, at: place)
        return meanings.isEmpty ? nil : Set(meanings.compactMap(\.kind))
    }

    /// Whether the form at a place has its meaning from a particle: "taken care of".
    private func hasParticle(_ table: [String: [EnglishEffects.Meaning]], at place: Int) -> Bool {
        meanings(in: table, at: place).contains { $0.particle != nil }
    }

    private func meanings(
        in table: [String: [EnglishEffects.Meaning]], at place: Int
    ) -> [EnglishEffects.Meaning] {
        let near = words.dropFirst(place + 1).prefix(Self.longestObject).map(\.text)
        return (table[word(place)] ?? []).filter { $0.particle.map(near.contains) ?? true }
    }

    private func nouns(from place: Int) -> Set<EffectKind> {
        place < words.count ? nouns(in: place..<words.count) : []
    }

    private func nouns(in range: Range<Int>) -> Set<EffectKind> {
        Set(words[range].compactMap { effects.nouns[$0.text] })
    }
}
