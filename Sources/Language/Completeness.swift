import Foundation

/// What the words alone say about whether the caller has finished.
public enum Completeness: String, Sendable, Hashable, Codable {
    /// Finished: after such words callers hardly ever go on.
    case conclusive
    /// Finished, as far as the words tell: nothing is missing.
    case complete
    /// Perhaps finished.
    case neutral
    /// Perhaps finished, but more is expected.
    case unlikely
    /// Unfinished: something is missing.
    case open

    /// The completeness that the last character alone tells, in any language; white space and straight quotation marks do
    /// not count. Nil when there is no other.
    static func ofMarks(_ text: String) -> Completeness? {
        guard let mark = text.last(where: { !$0.isWhitespace && $0 != "\"" && $0 != "'" }) else { return nil }
        if mark == "," || mark == "-" || mark == "…" || text.hasSuffix("...") { return .open }
        return ".?!。？！".contains(mark) ? .complete : .neutral
    }
}

/// How a caller's words were judged: as a value, by a mark, or by how likely it is that nothing follows.
public struct WordsJudgement: Sendable, Hashable {
    /// What the words say.
    public var completeness: Completeness
    /// The logarithm of the odds that nothing follows; nil for values and marks, which are judged by rule.
    public var odds: Float?

    /// Whether the words are so clear that a model's opinion would change little.
    package var isClear: Bool

    /// A judgement by rule.
    package init(_ completeness: Completeness, isClear: Bool = true) {
        self.completeness = completeness
        self.isClear = isClear
    }

    /// A judgement by odds.
    ///
    /// - Parameter isShort: whether there are too few words for them to be clear.
    package init(odds: Float, isShort: Bool = false) {
        self.odds = odds
        isClear = !isShort && (odds >= 1.8 || odds <= -2)
        completeness =
            odds >= Self.conclusive ? .conclusive : odds >= 0 ? .complete : odds < Self.open ? .open : .unlikely
    }

    /// Odds, as logarithms, from which on words are conclusive (3 to 1), and below which they are open (1 to 4.5).
    private static let (conclusive, open): (Float, Float) = (1.1, -1.5)
}

/// Probabilities as the logarithms of their odds, which can be added where one piece of evidence joins another.
package enum LogOdds {
    /// The logarithm of the odds of a probability from 0 to 1, at most 11.5.
    package static func of(_ probability: Float) -> Float {
        let bounded = min(max(probability, 1e-5), 1 - 1e-5)
        return log(bounded / (1 - bounded))
    }
}
