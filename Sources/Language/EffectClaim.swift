/// A kind of thing that agents do for callers, by which what is said is held against what was done.
package enum EffectKind: String, Sendable, Hashable, CaseIterable {
    case book, cancel, change, send, order, pay, refund, transfer, create, delete, activate, block, notify

    /// Kinds of which people say one for the other: who moves a booking may have booked anew, and an order is also paid or
    /// entered. Wide rather than narrow, since a sentence that is held back for the wrong word costs more than a deed that is
    /// named by its neighbour's; but never what undoes it.
    private static let neighbours: [(EffectKind, Set<EffectKind>)] = [
        (.book, [.order, .create, .change]), (.cancel, [.delete, .block, .refund, .change]),
        (.change, [.create, .delete, .activate, .refund, .block]), (.send, [.notify, .order, .create, .transfer]),
        (.order, [.create, .pay]), (.pay, [.transfer]), (.refund, [.delete]), (.create, [.notify, .activate]),
        (.notify, [.transfer]),
    ]

    /// The kinds of deeds of which this may be said too. Whatever may be said of another, the other may be said of it.
    package var deeds: Set<EffectKind> {
        Self.neighbours.reduce(into: [self]) { kinds, pair in
            if pair.0 == self { kinds.formUnion(pair.1) }
            if pair.1.contains(self) { kinds.insert(pair.0) }
        }
    }
}

/// What a sentence of the agent's says that was done for the caller.
package struct EffectClaim: Sendable, Hashable {
    /// How it is said.
    package enum Manner: Sendable, Hashable {
        /// "I have booked it": as a deed of the agent's.
        case deed
        /// "It is booked": as a state, which the agent may only have looked up.
        case state
        /// "You have a table": as what the caller has, which looking it up bears out.
        case holding
        /// In words that no rule knows, which claims are made of more often than other sentences: the logarithm of the odds.
        case likely(logOdds: Float)

        package var isLikely: Bool { if case .likely = self { true } else { false } }
    }

    /// What was done; empty where no word tells ("You're all set").
    package var kinds: Set<EffectKind>
    package var manner: Manner
    /// The caller's question whose words it takes, as in "Yes, it is."; empty where it has its own.
    package var question = ""

    package init(kinds: Set<EffectKind>, manner: Manner) {
        self.kinds = kinds
        self.manner = manner
    }

    /// The words of a sentence from a place on, up to the mark or the conjunction that ends their clause.
    package static func clause(of sentence: String, from place: Int) -> String {
        let rest = Array(sentence.dropFirst(place))
        let end = rest.indices.first { place in
            let isWithinNumber =
                place > 0 && place + 1 < rest.count && rest[place - 1].isNumber && rest[place + 1].isNumber
            return ",;:—–!?(".contains(rest[place]) && !isWithinNumber
        }
        let clause = String(rest[..<(end ?? rest.count)])
        return [" but ", " so ", " because ", " since "].reduce(clause) { clause, word in
            clause.firstRange(of: word).map { String(clause[..<$0.lowerBound]) } ?? clause
        }
    }
}

/// What the beginning of a sentence, or a whole one, says was done. Places are counted in characters of the sentence.
package enum ClaimReading: Sendable, Hashable {
    /// Nothing is known of the language.
    case unknown
    /// It says of nothing that it was done, and so far nothing of it could begin to.
    case nothing
    /// What follows may make a claim of the words from here on.
    case open(from: Int)
    /// The words from here on are a claim. Of a sentence that is not over more words may still change that.
    case claim(EffectClaim, from: Int)
}
