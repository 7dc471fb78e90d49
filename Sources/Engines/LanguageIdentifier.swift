/// Tells which of some languages is spoken, by the sound alone.
public protocol LanguageIdentifier: Sendable {
    /// The id of its model.
    var id: String { get }

    /// The languages that it tells apart, ISO 639-1.
    var languages: [String] { get }

    /// How much of an utterance is used, in samples from its beginning.
    var longestAudio: Int { get }

    /// Starts preparations that the first utterance would wait for, such as loading a model, and returns at once.
    func prepare()

    /// How likely each of `candidates` is, if it is one of them that is spoken; they add up to 1.
    ///
    /// - Parameters:
    ///   - candidates: some of `languages`.
    ///   - samples: mono at 16 kHz, −1 to 1.
    /// - Throws: `EngineError`, or `CancellationError` when the task was cancelled while it waited.
    func probabilities(of candidates: [String], in samples: [Float]) async throws -> [String: Float]
}
