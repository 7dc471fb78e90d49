/// The transcript of a call that is going on: turns come and change, and feedback may be given on a turn before it is
/// written down.
public struct TranscriptDraft: Sendable, Hashable {
    /// By place. A place may stay empty: a turn that was lost must not shift the others.
    private var kept: [Int: TranscriptTurn] = [:]
    private var unsaved: Set<Int> = []
    /// By event id, for turns that are still to come.
    private var early: [Int: TranscriptTurn.Feedback] = [:]

    /// Turns are written within seconds of being heard, so more than this are ids of nothing.
    private static let mostEarly = 64

    /// A transcript without turns.
    public init() {}

    /// The turns so far, in order.
    public var turns: [TranscriptTurn] { kept.sorted { $0.key < $1.key }.map(\.value) }

    /// Sets the turn at `place`. Feedback that was given on it stays.
    public mutating func put(_ turn: TranscriptTurn, at place: Int) {
        var turn = turn
        if let before = kept[place] {
            turn.feedback = turn.feedback ?? before.feedback
        } else if turn.role == .agent, let id = turn.sourceEventID, let feedback = early.removeValue(forKey: id) {
            turn.feedback = feedback
        }
        kept[place] = turn
        unsaved.insert(place)
    }

    /// Changes the turn at `place`; nothing happens where there is none.
    public mutating func amend(at place: Int, _ change: (inout TranscriptTurn) -> Void) {
        guard var turn = kept[place] else { return }
        change(&turn)
        kept[place] = turn
        unsaved.insert(place)
    }

    /// Marks the agent's turn that the client saw under `eventID`, now or when it comes; nil withdraws.
    public mutating func rate(_ eventID: Int, _ feedback: TranscriptTurn.Feedback?) {
        let place = kept.filter { $0.value.sourceEventID == eventID && $0.value.role == .agent }.keys.max()
        if let place {
            kept[place]?.feedback = feedback
            unsaved.insert(place)
        } else if early[eventID] != nil || early.count < Self.mostEarly {
            early[eventID] = feedback
        }
    }

    /// What has changed since the last time, with its places in order.
    public mutating func takeUnsaved() -> [(place: Int, turn: TranscriptTurn)] {
        defer { unsaved = [] }
        return unsaved.sorted().compactMap { place in kept[place].map { (place, $0) } }
    }

    /// Takes back that the turns at these places were saved.
    public mutating func putBack(_ places: some Sequence<Int>) { unsaved.formUnion(places) }
}
