/// What the words alone say about whether the caller has finished.
public enum Completeness: String, Sendable, Hashable, Codable {
    /// Finished: after such words callers hardly ever go on.
    case conclusive
    /// Finished, as far as the words tell: nothing is missing.
    case complete
    /// Perhaps finished.
    case neutral
    /// Perhaps finished, but a language model expects more.
    case unlikely
    /// Unfinished: something is missing.
    case open

    /// Below this probability of an end the words are open. A 0.5 B model put 2 of 40 finished utterances below it, and
    /// 33 of 40 unfinished ones.
    private static let openEnding: Float = 0.01
    /// From this probability of an end on the words are conclusive. Of 40 other finished utterances 30 lie above it,
    /// and half of the rest are questions or answers that the rules know; of 40 unfinished ones 1 does, and of 15
    /// sentences that could be continued 2.
    package static let conclusiveEnding: Float = 0.25

    /// Recognisers put a full stop after everything, so where a model has judged the words, its judgement counts.
    static func weighed(_ ending: Float?, otherwise completeness: Completeness) -> Completeness {
        guard let ending else { return completeness }
        if ending < openEnding { return .open }
        return ending < conclusiveEnding ? .unlikely : .conclusive
    }

    /// The completeness of words that the rules know to be a whole question or answer; a model only adds certainty.
    static func known(_ ending: Float?) -> Completeness {
        guard let ending, ending >= conclusiveEnding else { return .complete }
        return .conclusive
    }

    /// The completeness that the last character alone tells, in any language, and that character; white space and
    /// straight quotation marks do not count. Nil when there is no other.
    static func ofMarks(_ text: String) -> (completeness: Completeness, mark: Character)? {
        guard let mark = text.last(where: { !$0.isWhitespace && $0 != "\"" && $0 != "'" }) else { return nil }
        if mark == "," || mark == "-" || mark == "…" || text.hasSuffix("...") { return (.open, mark) }
        return (".?!。？！".contains(mark) ? .complete : .neutral, mark)
    }
}
