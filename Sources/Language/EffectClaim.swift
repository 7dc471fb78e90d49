/// A kind of thing that agents do for callers, by which what is said is held against what was done.
package enum EffectKind: String, Sendable, Hashable, CaseIterable {
    case book, cancel, change, send, order, pay, refund, transfer, create, delete, activate, block, notify

    /// The kinds of deeds of which this may be said too: who moves a booking may have booked anew, and an order is also
    /// paid or entered. Wide rather than narrow, since a sentence that is held back for the wrong word costs more than a
    /// deed that is named by its neighbour's.
    package var deeds: Set<EffectKind> {
        switch self {
        case .book: [.book, .order, .create, .change]
        case .cancel: [.cancel, .delete, .block, .refund]
        case .change: [.change, .book, .create, .delete, .cancel, .activate]
        case .send: [.send, .notify, .order, .create]
        case .order: [.order, .book, .create, .pay]
        case .pay: [.pay, .order, .transfer]
        case .refund: [.refund, .cancel, .pay, .change]
        case .transfer: [.transfer, .pay, .send]
        case .create: [.create, .book, .change, .order, .send, .notify, .activate]
        case .delete: [.delete, .cancel, .change]
        case .activate: [.activate, .change, .create]
        case .block: [.block, .cancel, .change, .activate]
        case .notify: [.notify, .send, .create, .transfer]
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
    }

    /// What was done; empty where no word tells ("You're all set").
    package var kinds: Set<EffectKind>
    package var manner: Manner

    package init(kinds: Set<EffectKind>, manner: Manner) {
        self.kinds = kinds
        self.manner = manner
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
