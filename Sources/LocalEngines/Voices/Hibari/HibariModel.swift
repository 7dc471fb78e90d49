import Engines

/// Hibari's network in ONNX Runtime: it predicts how long each phoneme lasts and the spectrum of every 12.5 ms.
struct HibariModel: Sendable {
    /// What the network predicts.
    struct Prediction: Sendable {
        /// The length of each phoneme, in units of `samplesPerUnit`.
        var durations: [Int]
        /// The spectra of what is heard meanwhile.
        var spectra: HibariSpectra
    }

    /// The frames of a unit in which the network counts durations: 25 ms.
    static let framesPerUnit = 2
    /// The samples of such a unit.
    static let samplesPerUnit = framesPerUnit * HibariWaveform.hop

    /// The outputs; the durations are an inner value of the published model, which `onnx-outputs` makes an output.
    private static let outputs = ["lh", "theta", "ln", "lr", "phi", "f0", "/Clip_output_0"]
    /// What is put before and after the phonemes.
    private static let pad: Int64 = 0

    private let id: String
    private let session: OnnxSession

    /// - Throws: `EngineError` in `id`'s name when the model is missing or cannot be loaded.
    init(_ id: String, file: String, threads: Int) throws {
        self.id = id
        session = try OnnxSession(engine: id, path: file, threads: threads)
    }

    /// Runs the network. It blocks, so call it on the pool.
    ///
    /// - Parameters:
    ///   - phonemes: The phonemes' numbers; at least one.
    ///   - speed: Rate of speech; 1 is the voice's own.
    /// - Returns: What is predicted, with the pause before the phonemes as the first duration and the one after them as
    ///   the last.
    /// - Throws: `EngineError` when the file is another model.
    func predict(_ phonemes: [Int64], speed: Double) throws -> Prediction {
        let ids = [Self.pad] + phonemes + [Self.pad]
        var values = try session.run(
            [
                ("ids", .int64(ids, shape: [1, Int64(ids.count)])), ("speed", .float([Float(speed)], shape: [1])),
            ], outputs: Self.outputs.map { ($0, nil) })
        let durations = values.removeLast().map { Int($0) }
        let spectra = HibariSpectra(
            harmonicLevels: values[0], harmonicPhases: values[1], noiseLevels: values[2], freeLevels: values[3],
            freePhases: values[4], pitch: values[5])
        guard durations.count == ids.count, spectra.isComplete,
            spectra.frames == durations.reduce(0, +) * Self.framesPerUnit
        else { throw EngineError(.failed, engine: id, "the model's outputs do not fit each other") }
        return Prediction(durations: durations, spectra: spectra)
    }
}
