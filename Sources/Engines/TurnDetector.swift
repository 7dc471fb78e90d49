/// Judges from the sound of a pause whether the turn is over.
///
/// It keeps no state between calls, so it can be asked again as the silence grows.
public protocol TurnDetector: Sendable {
    /// The id that records and `doctor` show, such as `smart-turn-v3.2`.
    var id: String { get }

    /// The longest audio that is used, in samples at 16 kHz, from the end of the turn.
    var longestAudio: Int { get }

    /// The probability that the speaker has finished.
    ///
    /// - Parameter audio: The turn so far, or its last `longestAudio` samples, with the silence after it: mono at
    ///   16 kHz, −1 to 1. Must not be empty.
    /// - Throws: `EngineError` when the audio cannot be judged, or `CancellationError` when the task was cancelled
    ///   while it waited.
    func judge(_ audio: [Float]) async throws -> TurnJudgement
}

/// A turn detector's judgement of a pause.
public struct TurnJudgement: Sendable, Hashable {
    /// The probability that the speaker has finished, 0 to 1.
    public var probability: Float
    /// The processing time, without the wait in the queue.
    public var processingTime: Duration

    /// Creates a judgement.
    public init(probability: Float, processingTime: Duration) {
        self.probability = probability
        self.processingTime = processingTime
    }
}
