/// The priority of a waiting inference, from the least to the most urgent.
///
/// The order is by how soon a caller would notice a delay.
public enum InferencePriority: Int, Sendable, Comparable, CaseIterable {
    /// Work whose result may not be needed.
    case speculation
    /// Speech of clauses after the first, which is needed only when the preceding clause has been played.
    case laterClause
    /// A partial transcript, while the caller still speaks.
    case partialTranscript
    /// A final transcript, for which an answer waits.
    case finalTranscript
    /// A judgement whether a pause is the end of the turn.
    case turnDetection
    /// Voice activity detection of one window.
    case voiceActivity
    /// The first clause of an answer that a caller waits for.
    case firstAudio

    /// Whether `left` is less urgent and has to wait for `right`.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
