import Engines

/// Smart Turn 3: judges from the sound of the last 8 s whether the speaker has finished. All calls share one session.
public struct SmartTurnDetector: TurnDetector {
    /// The model's id in the manifest.
    public let id: String
    private let session: OnnxSession
    private let spectrogram = LogMelSpectrogram()
    private let pool: InferencePool

    /// Loads the model `id` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(
        id: String = "smart-turn-v3.2", home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.TurnDetection = .init()
    ) throws {
        self.id = id
        session = try OnnxSession(
            engine: id, path: home.modelFile(id, "smart-turn-v3.2-cpu.onnx"), threads: options.threadsPerJudgement,
            keepsMemory: true)
        self.pool = pool
    }

    /// The longest audio that is used: 8 s at 16 kHz, in samples.
    public var longestAudio: Int { LogMelSpectrogram.samples }

    /// Judges the end of `audio`; audio shorter than 8 s is preceded by silence.
    public func judge(_ audio: [Float]) async throws -> TurnJudgement {
        guard !audio.isEmpty else { throw EngineError(.rejected, engine: id, "there is no audio to judge") }
        return try await pool.run(.turnDetection) { [id, session, spectrogram] in
            let start = ContinuousClock.now
            let audio = audio.suffix(LogMelSpectrogram.samples)
            guard audio.allSatisfy(\.isFinite) else {
                throw EngineError(.rejected, engine: id, "the audio holds samples that are not numbers")
            }
            let features = spectrogram.values(of: audio)
            // The output is named logits, but is a probability: the model ends with a sigmoid.
            let outputs = try session.run(
                [
                    (
                        "input_features",
                        .float(
                            features, shape: [1, Int64(LogMelSpectrogram.bands), Int64(LogMelSpectrogram.frames)])
                    )
                ], outputs: [("logits", 1)])
            return TurnJudgement(probability: outputs[0][0], processingTime: ContinuousClock.now - start)
        }
    }
}
