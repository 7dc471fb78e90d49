import Engines

/// Silero's voice activity model, versions 5 and 6, on ONNX Runtime. One session serves all calls.
public struct SileroVAD: VoiceActivityDetector {
    /// The model's id, and the name that errors carry.
    public static let id = "silero-vad"

    /// What the model was made for: 512 new samples at 16 kHz, which it sees after the 64 before them.
    private static let windowSize = 512
    private static let contextSize = 64
    private static let stateSize = 2 * 1 * 128
    private static let sampleRate: Int64 = 16_000

    private let session: OnnxSession
    private let pool: InferencePool

    /// Loads the model from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(home: EngineHome, pool: InferencePool) throws {
        // One thread: the model is a fraction of a millisecond of work.
        session = try OnnxSession(
            engine: Self.id, path: home.modelFile(Self.id, "silero_vad.onnx"), threads: 1)
        self.pool = pool
    }

    /// Opens a stream for one call.
    public func openStream() -> any VoiceActivityStream { Stream(session: session, pool: pool) }

    /// One call's stream.
    private actor Stream: VoiceActivityStream {
        private let session: OnnxSession
        private let pool: InferencePool
        private var state = [Float](repeating: 0, count: stateSize)
        private var context = [Float](repeating: 0, count: contextSize)
        private var isRunning = false

        init(session: OnnxSession, pool: InferencePool) {
            self.session = session
            self.pool = pool
        }

        func speechProbability(of window: [Float]) async throws -> Float {
            guard window.count == windowSize else {
                throw EngineError(
                    .rejected, engine: SileroVAD.id, "a window is \(windowSize) samples, not \(window.count)")
            }
            // A window needs the state that the one before it leaves.
            guard !isRunning else {
                throw EngineError(.rejected, engine: SileroVAD.id, "windows of a stream must be given one at a time")
            }
            isRunning = true
            defer { isRunning = false }
            let input = context + window
            let outputs = try await pool.run(.voiceActivity) { [session, state] in
                try session.run(
                    [
                        ("input", .float(input, shape: [1, Int64(input.count)])),
                        ("state", .float(state, shape: [2, 1, 128])),
                        ("sr", .int64([sampleRate], shape: [])),
                    ], outputs: [("output", 1), ("stateN", stateSize)])
            }
            state = outputs[1]
            context = Array(window.suffix(contextSize))
            return outputs[0][0]
        }
    }
}
