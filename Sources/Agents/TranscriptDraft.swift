/// The transcript of a running call: turns are added and changed, and feedback may be given on a turn before it is
/// written.
public struct TranscriptDraft: Sendable, Hashable {
    /// The turns by place. A place may stay empty: a lost turn must not shift the others.
    private var kept: [Int: TranscriptTurn] = [:]
    private var unsaved: Set<Int> = []
    /// Feedback by event id, for turns that are not there yet.
    private var early: [Int: TranscriptTurn.Feedback] = [:]

    /// Most feedback that waits for its turn. Turns are written within seconds of being heard, so more are unknown ids.
    private static let mostEarly = 64

    /// Creates an empty transcript.
    public init() {}

    /// The turns so far, in order.
    public var turns: [TranscriptTurn] { kept.sorted { $0.key < $1.key }.map(\.value) }

    /// Sets the turn at `place`, and keeps feedback that was given on it.
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

    /// Changes the turn at `place`; does nothing when there is none.
    public mutating func amend(at place: Int, _ change: (inout TranscriptTurn) -> Void) {
        guard var turn = kept[place] else { return }
        change(&turn)
        kept[place] = turn
        unsaved.insert(place)
    }

    /// Stores feedback on the agent's turn with `eventID`, now or when it is added; nil withdraws it.
    public mutating func rate(_ eventID: Int, _ feedback: TranscriptTurn.Feedback?) {
        let place = kept.filter { $0.value.sourceEventID == eventID && $0.value.role == .agent }.keys.max()
        if let place {
            kept[place]?.feedback = feedback
            unsaved.insert(place)
        } else if early[eventID] != nil || early.count < Self.mostEarly {
            early[eventID] = feedback
        }
    }

    /// The turns that have changed since the last call, with their places in order.
    public mutating func takeUnsaved() -> [(place: Int, turn: TranscriptTurn)] {
        defer { unsaved = [] }
        return unsaved.sorted().compactMap { place in kept[place].map { (place, $0) } }
    }

    /// Marks the turns at these places as unsaved again.
    public mutating func putBack(_ places: some Sequence<Int>) { unsaved.formUnion(places) }
}
