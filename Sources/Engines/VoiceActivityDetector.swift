/// Detects speech in audio, window by window.
public protocol VoiceActivityDetector: Sendable {
    /// Opens a stream for one call; its recurrent state belongs to that call alone.
    func openStream() -> any VoiceActivityStream
}

/// The voice activity detection of one call. An actor, because windows depend on previous ones.
public protocol VoiceActivityStream: Actor {
    /// The probability, 0 to 1, that `window` holds speech.
    ///
    /// - Parameter window: 512 mono samples (32 ms) at 16 kHz, −1 to 1, which directly follow the previous window.
    /// - Throws: `EngineError` when the model fails.
    func speechProbability(of window: [Float]) async throws -> Float
}
