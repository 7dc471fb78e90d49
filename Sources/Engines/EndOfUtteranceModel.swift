/// Judges by its words whether an utterance is over.
///
/// It keeps nothing between calls but a cache.
public protocol EndOfUtteranceModel: Sendable {
    /// Gets ready for words that answer `agentWords`. Does nothing where that is of no use.
    func prepare(for agentWords: String) async

    /// How likely it is that nothing follows `words`, 0 to 1; nil when there is no time for the question now.
    ///
    /// - Parameters:
    ///   - words: What the caller has said so far, with or without the last mark.
    ///   - agentWords: What the agent said before, which is what the caller answers; may be empty.
    /// - Throws: `EngineError`, or `CancellationError`.
    func endProbability(of words: String, after agentWords: String) async throws -> Float?
}
