import Engines

/// Silero's voice activity detector, versions 5 and 6, on ONNX Runtime. All calls share one session.
public struct SileroVAD: VoiceActivityDetector {
    /// The model's id in the manifest, and its name in errors.
    public let id: String

    /// The model's input: 512 new samples at 16 kHz, preceded by the last 64 of the previous window.
    private static let windowSize = 512
    private static let contextSize = 64
    private static let stateSize = 2 * 1 * 128
    private static let sampleRate: Int64 = 16_000

    private let session: OnnxSession
    private let pool: InferencePool

    /// Loads the model `id` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(id: String = "silero-vad", home: EngineHome, pool: InferencePool) throws {
        self.id = id
        // One thread, because a window is a fraction of a millisecond of work.
        session = try OnnxSession(engine: id, path: home.modelFile(id, "silero_vad.onnx"), threads: 1)
        self.pool = pool
    }

    /// Opens a stream for one call.
    public func openStream() -> any VoiceActivityStream { Stream(detector: self) }

    /// Probability below which a window is certainly not speech.
    private static let quiet: Float = 0.1
    /// 1.5 s of 32 ms windows: longer than any pause inside a turn whose state is worth keeping.
    private static let windowsUntilDeaf = 47

    /// One call's stream.
    private actor Stream: VoiceActivityStream {
        private let detector: SileroVAD
        private var state = [Float](repeating: 0, count: stateSize)
        private var context = [Float](repeating: 0, count: contextSize)
        private var isRunning = false
        /// Consecutive windows without speech since the state was last cleared.
        private var quietWindows = 0

        init(detector: SileroVAD) { self.detector = detector }

        func speechProbability(of window: [Float]) async throws -> Float {
            guard window.count == windowSize else {
                throw EngineError(
                    .rejected, engine: detector.id, "a window is \(windowSize) samples, not \(window.count)")
            }
            // A window needs the state after the previous one.
            guard !isRunning else {
                throw EngineError(.rejected, engine: detector.id, "windows of a stream must be given one at a time")
            }
            isRunning = true
            defer { isRunning = false }
            let input = context + window
            let outputs = try await detector.pool.run(.voiceActivity) { [session = detector.session, state] in
                try session.run(
                    [
                        ("input", .float(input, shape: [1, Int64(input.count)])),
                        ("state", .float(state, shape: [2, 1, 128])),
                        ("sr", .int64([sampleRate], shape: [])),
                    ], outputs: [("output", 1), ("stateN", stateSize)])
            }
            let probability = outputs[0][0]
            state = outputs[1]
            context = Array(window.suffix(contextSize))
            // After seconds of room noise the state becomes insensitive: a whole "hello" got a probability of 0.04.
            // Clearing it does no harm while nobody speaks.
            quietWindows = probability < SileroVAD.quiet ? quietWindows + 1 : 0
            if quietWindows == SileroVAD.windowsUntilDeaf {
                quietWindows = 0
                state = [Float](repeating: 0, count: stateSize)
            }
            return probability
        }
    }
}
