/// Which waiting inference runs next, lowest first.
///
/// The order is that of what a caller would notice soonest.
public enum InferencePriority: Int, Sendable, Comparable, CaseIterable {
    /// Work for an answer that may be thrown away.
    case speculation
    /// Voice for clauses after the first: needed only when the clause before has been played.
    case laterClause
    /// Transcripts while the caller still speaks.
    case partialTranscript
    /// The transcript that an answer waits for.
    case finalTranscript
    /// Whether the pause is the end of the turn.
    case turnDetection
    /// One window of voice activity.
    case voiceActivity
    /// The first clause of an answer that a caller is waiting for.
    case firstAudio

    /// Whether `left` is less urgent and has to wait for `right`.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
