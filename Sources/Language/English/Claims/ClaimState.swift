/// What a clause says of how things stand for the caller.
extension ClaimClause {
    /// The verb group after any other subject.
    func state(at place: Int, of subject: Range<Int>, isCallers: Bool) -> Finding {
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
        let stops = ["not", "never", "yet", "still", "no", "going", "about", "to", "due", "pending"]
        if stops.contains(word(next)) { return .nothing() }
        if word(next) == "being" { return progressive(at: afterAdverbs(next + 1), of: subject, isCallers: isCallers) }
        let isPerfect = word(next) == "been" && !ClaimWords.be.contains(verb)
        if isPerfect {
            if ["successful", "complete", "completed"].contains(word(next + 1)) { return isSaid([], .perfect, next) }
            next = afterAdverbs(next + 1)
            guard next < words.count else { return undecided() }
        } else if isHave {
            if isCallers, let finding = holding(at: next - 1, of: subject) { return finding }
            return active(at: next, of: subject, isCallers: isCallers)
        }
        let isAlready = words[place..<next].contains { $0.text == "already" }
        return passive(
            at: next, isPerfect ? .perfect : ["was", "were"].contains(verb) ? .past : .present, of: subject,
            isCallers: isCallers, isAlready: isAlready)
    }

    func passive(
        at place: Int, _ tense: Tense, of subject: Range<Int>, isCallers: Bool, isAlready: Bool
    ) -> Finding {
        let verb = word(place)
        if word(place + 1) == "that", tense != .perfect { return .nothing() }
        if tense != .perfect, word(place + 1) == "to", ["scheduled", "set", "expected"].contains(verb) {
            return .nothing()
        }
        let isCallersOwn = isCallers || words[subject].contains { ClaimWords.callers.contains($0.text) }
        if !effects.ownDeeds.contains(verb) || (tense == .perfect && isCallersOwn),
            let kinds = kinds(of: effects.participles, at: place)
        {
            // "Row F is already booked" is no news of the caller's.
            if isAlready, tense == .present, !isCallersOwn { return .nothing() }
            // "The class is fully booked", "The library is closed on Mondays".
            if !isCallers, kinds == [.book],
                word(place - 1) == "fully" || ["up", "out", "solid"].contains(word(place + 1))
            {
                return .nothing()
            }
            if tense == .present, !isCallersOwn, effects.facts.contains(verb), nouns(in: subject).isEmpty {
                return isForCaller(from: place) ? claim(kinds, .state, tense, verb: place, subject) : undecided()
            }
            let named = kinds.isEmpty ? nouns(in: subject).union(nouns(from: place + 1)) : kinds
            return claim(named, .state, tense, verb: place, subject)
        }
        let mayHaveParticle = effects.participles[verb]?.contains { $0.particle != nil } == true
        if mayHaveParticle, !isOver, words.count - place < Self.longestObject + 2 { return .open }
        let rest = words[place...].map(\.text)
        // "That's you down for Thursday."
        if verb == "you", word(place + 1).isEmpty { return undecided() }
        if verb == "you", ["down", "in"].contains(word(place + 1)) {
            return claim([.book], .state, tense, verb: place, subject)
        }
        if isCallersOwn, let finding = held(at: place, tense, of: subject) { return finding }
        if ClaimWords.ready.contains(where: { rest.starts(with: $0) }) {
            guard !(tense == .past && isCallers) else { return .nothing() }
            return claim(nouns(in: subject), .state, tense, verb: place, subject)
        }
        if !isOver, ClaimWords.ready.contains(where: { $0.starts(with: rest) }) { return .open }
        return number(at: place, of: subject)
    }

    /// "Your booking number is A 17", which was made up unless a tool has given it.
    func number(at place: Int, of subject: Range<Int>) -> Finding {
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
    func active(at place: Int, of subject: Range<Int>, isCallers: Bool) -> Finding {
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
        guard isAgents(subject) else { return .nothing() }
        // "Our opening hours have changed."
        guard place + 1 < words.count else { return undecided() }
        return ClaimWords.determiners.contains(word(place + 1)) || words[place + 1].isCapital
            ? deed(kinds, verb: place) : .nothing()
    }

    /// Whether a subject acts for the agent: "our office", "my colleague", "the team".
    func isAgents(_ subject: Range<Int>) -> Bool {
        guard let first = subject.first, let last = subject.last, first < last else { return false }
        if word(first) == "our" { return true }
        guard ["my", "the", "a", "one"].contains(word(first)) else { return false }
        return subject.contains { effects.staff.contains(word($0)) }
    }

    /// Whether what follows is said to be for the caller.
    func isForCaller(from place: Int) -> Bool {
        zip(words.dropFirst(place), words.dropFirst(place + 1)).contains {
            ["for", "to"].contains($0.text) && ["you", "your"].contains($1.text)
        }
    }

    /// "We have fixed prices": a participle that is told of things as well, without an object of its own.
    func isFact(at place: Int) -> Bool {
        let next = word(place + 1)
        return effects.facts.contains(word(place)) && next.hasSuffix("s") && !ClaimWords.determiners.contains(next)
            && place + 2 == words.count
    }

    /// "A new card is being sent."
    func progressive(at place: Int, of subject: Range<Int>, isCallers: Bool) -> Finding {
        guard place < words.count else { return undecided() }
        guard let kinds = kinds(of: effects.participles, at: place), !effects.ownDeeds.contains(word(place)) else {
            return .nothing()
        }
        let isCallersOwn = isCallers || words[subject].contains { ClaimWords.callers.contains($0.text) }
        guard isCallersOwn || !kinds.isDisjoint(with: [.send, .refund, .transfer, .order, .pay, .notify]) else {
            return .nothing()
        }
        return claim(kinds.isEmpty ? nouns(in: subject) : kinds, .state, .perfect, verb: place, subject)
    }

    /// "You now have a table for two", "You've got the last spot"; nil where it is no booking that is had.
    ///
    /// - Parameter place: of the verb, or the last word before the object.
    func holding(at place: Int, of subject: Range<Int>) -> Finding? {
        var next = afterAdverbs(place + 1)
        if ["got", "have"].contains(word(next)) { next = afterAdverbs(next + 1) }
        guard next < words.count else { return undecided() }
        guard ["a", "an", "the", "your", "that", "this"].contains(word(next)) else { return nil }
        // Up to the noun, which is the last of "the last free spot".
        for noun in next + 1..<next + 2 + Self.longestObject {
            guard noun < words.count else { return undecided() }
            if effects.nouns[word(noun)] == .book, effects.nouns[word(noun + 1)] == nil {
                guard noun + 1 < words.count || isOver else { return .open }
                return claim([.book], .holding, .present, verb: noun, subject)
            }
            if ClaimWords.have.contains(word(noun)) || ClaimWords.be.contains(word(noun)) || word(noun) == "to" {
                return nil
            }
        }
        return nil
    }

    /// "Your appointment is at ten", "You're third in the queue"; nil where no booking is told of.
    func held(at place: Int, _ tense: Tense, of subject: Range<Int>) -> Finding? {
        guard tense == .present else { return nil }
        if let last = subject.last, word(subject.lowerBound) == "your", effects.nouns[word(last)] == .book,
            !words[subject].contains(where: { ClaimWords.another.contains($0.text) }),
            ["at", "on", "tomorrow", "today", "tonight"].contains(word(place))
        {
            return claim([.book], .holding, tense, verb: place, subject)
        }
        let said = words[place...].prefix(Self.longestObject + 1).map(\.text)
        guard word(subject.lowerBound) == "you",
            ["number", "next"].contains(word(place)) || EnglishWords.ordinals.contains(word(place))
        else { return nil }
        guard
            zip(said, said.dropFirst()).contains(where: { $0 == ("in", "line") })
                || zip(said.dropFirst(), said.dropFirst(2)).contains(where: { $0 == ("the", "queue") })
        else { return said.count > Self.longestObject ? nil : undecided() }
        return claim([.create], .holding, tense, verb: place, subject)
    }

    /// "went through".
    func passage(at place: Int, _ subject: Range<Int>) -> Finding {
        guard place + 1 < words.count else { return undecided() }
        guard ["through", "thru", "out"].contains(word(place + 1)) else { return .nothing() }
        return claim(nouns(in: subject), .state, .perfect, verb: place, subject)
    }
}
