/// Judges by its sound whether a pause is the end of a turn.
///
/// It keeps nothing between calls or callers, so it can be asked again as often as the silence grows.
public protocol TurnDetector: Sendable {
    /// The name that records and `doctor` show, such as `smart-turn-v3.2`.
    var id: String { get }

    /// How much of the end of a turn is listened to, in samples at 16 kHz; there is no use in keeping more.
    var longestAudio: Int { get }

    /// How likely it is that the speaker has finished.
    ///
    /// - Parameter audio: The turn so far, or its last `longestAudio` samples, with the silence after it: mono at
    ///   16 kHz, −1 to 1. Must not be empty.
    /// - Throws: `EngineError` when the audio cannot be judged, or `CancellationError` when the task was cancelled
    ///   while it waited.
    func judge(_ audio: [Float]) async throws -> TurnJudgement
}

/// What a turn detector makes of a pause.
public struct TurnJudgement: Sendable, Hashable {
    /// That the speaker has finished, 0 to 1.
    public var probability: Float
    /// How long the work took, without the wait for its turn.
    public var processingTime: Duration

    /// For detectors to give.
    public init(probability: Float, processingTime: Duration) {
        self.probability = probability
        self.processingTime = processingTime
    }
}
