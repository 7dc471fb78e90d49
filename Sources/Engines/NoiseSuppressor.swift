/// Removes noise from speech before it is transcribed.
public protocol NoiseSuppressor: Sendable {
    /// The id that `doctor` shows, such as `deepfilternet3`.
    var id: String { get }

    /// Opens a stream for one call. Loading what the stream needs takes some tenths of a second.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func openStream() async throws -> any NoiseSuppressionStream
}

/// The noise suppression of one call.
public protocol NoiseSuppressionStream: Actor {
    /// Removes noise from `samples`, mono at 16 kHz, −1 to 1. The output is delayed by some hundredths of a second, so
    /// that a result is as long as its input only on average. Calls are processed in their order.
    ///
    /// - Throws: `EngineError`, or `CancellationError` when the task was cancelled while it waited.
    func clean(_ samples: [Float]) async throws -> [Float]
}
