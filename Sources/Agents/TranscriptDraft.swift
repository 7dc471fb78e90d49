/// The transcript of a call that is going on: turns come and change, and feedback may be given on a turn before it is
/// written down.
public struct TranscriptDraft: Sendable, Hashable {
    /// The turns so far.
    public private(set) var turns: [TranscriptTurn] = []
    private var unsaved: Set<Int> = []
    /// By event id, for turns that are still to come.
    private var early: [Int: TranscriptTurn.Feedback] = [:]

    /// Turns are written within seconds of being heard, so more than this are ids of nothing.
    private static let mostEarly = 64

    /// A transcript without turns.
    public init() {}

    /// Sets the turn at `place`; places are filled in order. Feedback that was given on it stays.
    public mutating func put(_ turn: TranscriptTurn, at place: Int) {
        var turn = turn
        if turns.indices.contains(place) {
            turn.feedback = turn.feedback ?? turns[place].feedback
            turns[place] = turn
        } else {
            if turn.role == .agent, let id = turn.sourceEventID, let feedback = early.removeValue(forKey: id) {
                turn.feedback = feedback
            }
            turns.append(turn)
        }
        unsaved.insert(min(place, turns.count - 1))
    }

    /// Marks the agent's turn that the client saw under `eventID`, now or when it comes; nil withdraws.
    public mutating func rate(_ eventID: Int, _ feedback: TranscriptTurn.Feedback?) {
        if let place = turns.lastIndex(where: { $0.sourceEventID == eventID && $0.role == .agent }) {
            turns[place].feedback = feedback
            unsaved.insert(place)
        } else if early[eventID] != nil || early.count < Self.mostEarly {
            early[eventID] = feedback
        }
    }

    /// What has changed since the last time, with its places in order.
    public mutating func takeUnsaved() -> [(place: Int, turn: TranscriptTurn)] {
        defer { unsaved = [] }
        return unsaved.sorted().map { ($0, turns[$0]) }
    }
}
