/// Tells speech from everything else, window by window.
public protocol VoiceActivityDetector: Sendable {
    /// Opens a stream for one call; its recurrent state belongs to that call alone.
    func openStream() -> any VoiceActivityStream
}

/// One call's voice activity. An actor, because windows depend on those before them.
public protocol VoiceActivityStream: Actor {
    /// The probability, 0 to 1, that `window` holds speech.
    ///
    /// - Parameter window: 512 mono samples (32 ms) at 16 kHz, −1 to 1, directly after the window before.
    /// - Throws: `EngineError` when the model fails.
    func speechProbability(of window: [Float]) async throws -> Float
}
