/// Takes noise out of speech before it is transcribed.
public protocol NoiseSuppressor: Sendable {
    /// The name that `doctor` shows, such as `deepfilternet3`.
    var id: String { get }

    /// Opens a stream for one call. What it needs is loaded then, which takes some tenths of a second.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func openStream() async throws -> any NoiseSuppressionStream
}

/// One call's way through a suppressor.
public protocol NoiseSuppressionStream: Actor {
    /// The speech in `samples`, mono at 16 kHz, −1 to 1. It comes some hundredths of a second late, so that a result is
    /// as long as the samples only in the long run. Pieces are worked on in the order in which they come.
    ///
    /// - Throws: `EngineError`, or `CancellationError` when the task was cancelled while it waited.
    func clean(_ samples: [Float]) async throws -> [Float]
}
