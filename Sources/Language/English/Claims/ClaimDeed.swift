/// What a clause says that the agent, or somebody for it, has done.
extension ClaimClause {
    /// The verb group after "I" or "we".
    func ownDeed(at place: Int) -> Finding {
        let verb = word(place)
        if ClaimWords.modals.contains(verb) || ClaimWords.be.contains(verb) { return assertion(after: place) }
        let next = afterAdverbs(place + 1)
        if effects.opinions.contains(verb) { return rest(from: word(next) == "that" ? next + 1 : next) }
        // "We let you know" tells how things go.
        if verb == "let", word(next) == "you" { return .nothing() }
        if kinds(of: effects.pasts, at: place) != nil, hasParticle(effects.pasts, at: place) {
            return deed(at: place, effects.pasts)
        }
        if verb == "let", !isOver, words.count - place < Self.longestObject + 2 { return .open }
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
        default: return deed(at: next, effects.participles, mostBetween: Self.longestAside)
        }
    }

    /// A participle after words that change nothing: "I have of course booked it".
    func deed(
        at place: Int, _ table: [String: [EnglishEffects.Meaning]], mostBetween: Int
    ) -> Finding {
        let finding = deed(at: place, table)
        guard case .nothing = finding, table[word(place)] == nil else { return finding }
        for next in place..<place + mostBetween {
            guard next < words.count else { return isOver ? finding : .open }
            let text = word(next)
            if ClaimWords.determiners.contains(text) || ClaimWords.negations.contains(text)
                || ClaimWords.nobody.contains(text) || text == "to"
                || text == "no" || text.hasSuffix("ed") || text.hasSuffix("en")
                || (next == place && text.count > 4 && text.hasSuffix("s")) || effects.seen.contains(text)
                || effects.nouns[text] != nil || effects.otherThanAdverbs.contains(text)
            {
                return finding
            }
            guard next + 1 < words.count else { return isOver ? finding : .open }
            if let kinds = kinds(of: table, at: next + 1), !kinds.isEmpty, effects.nouns[word(next + 1)] == nil {
                return deed(at: next + 1, table)
            }
        }
        return finding
    }

    /// "I can confirm that your table is booked" says so, and "I was able to book" that it was done.
    func assertion(after place: Int) -> Finding {
        var next = place + 1
        while ClaimWords.beforeAssertions.contains(word(next)) { next += 1 }
        guard next < words.count else { return undecided() }
        if ["was", "were"].contains(word(place)), words[place..<next].contains(where: { $0.text == "to" }),
            let kinds = kinds(of: effects.bases, at: next)
        {
            return deed(kinds, verb: next)
        }
        let mayHaveParticle = effects.bases[word(next)]?.contains { $0.particle != nil } == true
        if word(next - 1) == "to", mayHaveParticle, !isOver, words.count - next < Self.longestObject + 2 {
            return .open
        }
        if ClaimWords.assertions.contains(word(next)) {
            repeat { next += 1 } while ClaimWords.afterAssertions.contains(word(next))
            return rest(from: next)
        }
        let isReady = ["am", "are"].contains(word(place)) && ["done", "finished", "set"].contains(word(next))
        // "I'm done with my list."
        if isReady, word(next + 1) == "with", word(next + 2) != "your" { return undecided() }
        // "I'm sure that I've booked it."
        if effects.opinions.contains(word(next)) { return rest(from: word(next + 1) == "that" ? next + 2 : next + 1) }
        return isReady ? claim(nouns(from: next + 1), .state, .perfect, verb: next) : .nothing()
    }

    /// What the words from a place on say, as a clause of their own.
    func rest(from place: Int) -> Finding {
        guard place < words.count else { return undecided() }
        let finding = ClaimClause(Array(words[place...]), isOver: isOver).read()
        guard case .claim(var claim) = finding else { return finding }
        claim.verb += place
        claim.subject = claim.subject.lowerBound + place..<claim.subject.upperBound + place
        return .claim(claim)
    }

    /// "I managed to book it", "I have been able to book it".
    func success(from place: Int) -> Finding {
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
    func deed(at place: Int, _ table: [String: [EnglishEffects.Meaning]]) -> Finding {
        let verb = word(place)
        if ["told", "asked"].contains(verb), word(place + 1) == "you" { return .nothing() }
        if let kinds = kinds(of: table, at: place) {
            if ["confirmed", "reported"].contains(verb), word(place + 1) == "that" { return confirmed(at: place) }
            let isEmpty = kinds.isEmpty && ClaimWords.emptyVerbs.contains(verb) && !hasParticle(table, at: place)
            guard isEmpty else { return isFact(at: place) ? .nothing() : deed(kinds, verb: place) }
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
    func confirmed(at place: Int) -> Finding {
        let hasVerb = words.dropFirst(place + 2).contains { ClaimWords.be.union(ClaimWords.have).contains($0.text) }
        if effects.nouns[word(place + 2)] != nil, !hasVerb { return deed([], verb: place) }
        return place + 2 < words.count ? rest(from: place + 2) : isOver ? deed([], verb: place) : .open
    }

    /// "I've got you a seat", "I have you down for two", "I have a room reserved for you".
    func arranged(at place: Int) -> Finding {
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
            // "I've got a plumber coming at nine."
            if text == "coming" { return claim([.book], .deed, .perfect, verb: next) }
            if ["down", "in", "into"].contains(text), next <= place + Self.longestObject,
                words[place..<next].contains(where: { ["you", "name"].contains($0.text) })
            {
                return claim([.book], .deed, .perfect, verb: next)
            }
            // "We have three left."
            guard effects.nouns[text] == nil, text != "left", let kinds = kinds(of: effects.participles, at: next)
            else { continue }
            let after = word(next + 1)
            guard after.isEmpty || ClaimWords.afterParticiple.contains(after) || ClaimWords.isAdverb(after)
            else { continue }
            if after.isEmpty, !isOver { return .open }
            return claim(kinds.isEmpty ? nouns(from: place) : kinds, .deed, .perfect, verb: next)
        }
        return undecided(isDeed: true)
    }

    func deed(_ kinds: Set<EffectKind>, verb: Int) -> Finding {
        claim(kinds.isEmpty ? nouns(from: verb + 1) : kinds, .deed, .past, verb: verb)
    }
}
