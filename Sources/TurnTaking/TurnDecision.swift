/// Why the machine gave or kept the floor: what it went by, and what that was held against.
public enum TurnDecision: Sendable, Hashable, Codable {
    /// A pause was the end of the caller's turn.
    case turnOver(TurnEnd)
    /// Speech over the agent was settled: the agent stopped, or went on.
    case overlap(OverlapVerdict)
}

/// A pause that was taken for the end of a turn.
public struct TurnEnd: Sendable, Hashable, Codable {
    /// What made it the end.
    public enum Basis: String, Sendable, Hashable, Codable {
        /// It was as long as its words and its sound ask for.
        case silence
        /// No transcript came in time; what was understood before stands.
        case missingTranscript
        /// Only noise went on after the words.
        case noise
    }

    /// What made it the end.
    public var basis: Basis
    /// The caller's words, letters and digits as they are written.
    public var words: String
    /// Since the caller was last heard.
    public var silence: Span
    /// The silence that these words and this sound ask for.
    public var wait: Span
    /// What the words say about the end.
    public var completeness: Completeness
    /// How likely nothing follows them, by a language model; nil when none was asked, or it came too late.
    public var ending: Float?
    /// How likely the sound is that of an end: the mean of the turn detector's verdicts; nil without any.
    public var sound: Float?
    /// What this caller's pauses multiply the wait by.
    public var pace: Double
}

/// What became of speech over the agent.
public struct OverlapVerdict: Sendable, Hashable, Codable {
    /// What decided.
    public enum Basis: String, Sendable, Hashable, Codable {
        /// Words that are no agreement.
        case words
        /// Two transcripts in a row held a single word that is no agreement.
        case unclearWords
        /// It went on for longer than agreement does.
        case length
        /// Agreement, or an ignored term.
        case agreement
        /// No word was understood.
        case noWords
        /// It was too faint to be this caller.
        case faint
        /// The response cannot be interrupted.
        case uninterruptible
    }

    /// What decided.
    public var basis: Basis
    /// Whether the agent stops.
    public var takesFloor: Bool
    /// As far as they were known.
    public var words: String
    /// Length of the speech over the agent.
    public var speech: Span
    /// The length at which `basis` takes the floor; nil when the words alone decide.
    public var threshold: Span?
    /// Level of its loudest window in dB below full scale, nil for silence.
    public var peak: Float?
    /// The level below which it is somebody else; nil while this caller's loudness is unknown.
    public var nearLevel: Float?
}
