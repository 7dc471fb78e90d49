import Language

/// Why the machine gave or kept the floor: the measurements and the thresholds they were compared with.
public enum TurnDecision: Sendable, Hashable, Codable {
    /// A pause was judged to be the end of the caller's turn.
    case turnOver(TurnEnd)
    /// Speech over the agent was decided: the agent stopped, or went on.
    case overlap(OverlapVerdict)
}

/// A pause that was judged to be the end of a turn.
public struct TurnEnd: Sendable, Hashable, Codable {
    /// Why the pause was the end.
    public enum Basis: String, Sendable, Hashable, Codable {
        /// It lasted as long as its words and its sound ask for.
        case silence
        /// No transcript came in time; the words understood before count.
        case missingTranscript
        /// Only noise followed the words.
        case noise
    }

    /// Why the pause was the end.
    public var basis: Basis
    /// The caller's words, with spelled letters and digits in written form.
    public var words: String
    /// The silence since the caller was last heard.
    public var silence: Span
    /// The silence that these words and this sound ask for.
    public var wait: Span
    /// What the words say about the end.
    public var completeness: Completeness
    /// The logarithm of the odds that nothing follows the words; nil where they were judged by rule.
    public var odds: Float?
    /// The probability, by a language model, that nothing follows the words; nil when none was asked, or it was too
    /// late.
    public var ending: Float?
    /// The mean of the turn detector's probabilities of an end; nil without any.
    public var sound: Float?
    /// The factor on the wait for this caller's pace.
    public var pace: Double
    /// The shortest wait after words that might be all, for a caller who was cut off of late; nil for others.
    public var least: Span?
}

/// How speech over the agent was decided.
public struct OverlapVerdict: Sendable, Hashable, Codable {
    /// Why it was decided so.
    public enum Basis: String, Sendable, Hashable, Codable {
        /// The words are a barge-in.
        case words
        /// Two transcripts in a row held a single word that is no agreement.
        case unclearWords
        /// It went on for longer than a backchannel does.
        case length
        /// Agreement, or an ignored term.
        case agreement
        /// No word was understood.
        case noWords
        /// It was too faint to be this caller's. Also the verdict on such an utterance while the agent is silent.
        case faint
        /// The response cannot be interrupted.
        case uninterruptible
    }

    /// Why it was decided so.
    public var basis: Basis
    /// Whether the agent stops.
    public var takesFloor: Bool
    /// The words, as far as they were known.
    public var words: String
    /// Length of the speech over the agent.
    public var speech: Span
    /// The length at which `basis` takes the floor; nil when the words alone decide.
    public var threshold: Span?
    /// Level of its loudest window in dB relative to full scale; nil for silence.
    public var peak: Float?
    /// The level below which a voice is somebody else's; nil while this caller's loudness is unknown.
    public var nearLevel: Float?
}
