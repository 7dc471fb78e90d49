/// Judges from the words of an utterance whether it is complete.
///
/// It keeps no state between calls but a cache.
public protocol EndOfUtteranceModel: Sendable {
    /// Prepares for words that answer `agentWords`; does nothing where that is of no use.
    func prepare(for agentWords: String) async

    /// The probability that nothing follows `words`, 0 to 1; nil when there is no time for the question now.
    ///
    /// - Parameters:
    ///   - words: The caller's words so far, with or without a final punctuation mark.
    ///   - agentWords: The agent's words before, which the caller answers; may be empty.
    /// - Throws: `EngineError`, or `CancellationError`.
    func endProbability(of words: String, after agentWords: String) async throws -> Float?
}
