import Engines
import Foundation
import Logging
import Synchronization

/// Creates the recognisers and voices of the models in the manifest that are on this machine.
public final class EmbeddedEngines: Sendable {
    private let home: EngineHome
    private let pool: InferencePool
    private let options: LocalEngineOptions
    private let trial: ModelTrial?
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var shelf: ModelShelf
        var releases: [String: @Sendable () -> Void] = [:]
    }

    /// - Parameter trial: How untested models are tried before they are loaded; nil for no trials.
    public init(
        home: EngineHome, pool: InferencePool, options: LocalEngineOptions = LocalEngineOptions(),
        trial: ModelTrial? = nil, logger: Logger
    ) {
        self.home = home
        self.pool = pool
        self.options = options
        self.trial = trial
        self.logger = logger
        state = Mutex(State(shelf: ModelShelf(capacity: options.models.memory)))
    }

    /// The values of a model's `engine` for recognisers.
    public static let recognizers = RecognizerEngine.allCases.map(\.rawValue)

    /// The values of a model's `engine` for voices.
    public static let voices = VoiceEngine.allCases.map(\.rawValue) + [HibariVoice.engine, espeak]

    private static let espeak = "espeak-ng"

    // MARK: At once

    /// Loads a recogniser. It blocks, so call it on the pool.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public static func transcriber(
        _ model: ModelManifest.Model, home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Transcription = .init()
    ) throws -> any Transcriber {
        if RecognizerEngine(rawValue: model.engine)?.isStreaming == true {
            return try StreamingTranscriber(model: model, home: home, pool: pool, options: options)
        }
        return try SegmentedTranscriber(model: model, home: home, pool: pool, options: options)
    }

    /// Loads a voice. It blocks, so call it on the pool.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public static func synthesizer(
        _ model: ModelManifest.Model, home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Synthesis = .init()
    ) throws -> any Synthesizer {
        if model.engine == espeak {
            try model.options.check([], of: model.id, engine: espeak)
            return try EspeakSynthesizer(id: model.id, options: options)
        }
        return try PhonemeSynthesizer(model: model, home: home, pool: pool, options: options)
    }

    /// The names of a voice's speakers in their order, for ids of the form `ID:SPEAKER`; empty for a voice without
    /// names.
    public static func speakers(of model: ModelManifest.Model, in home: EngineHome) -> [String] {
        switch VoiceEngine(rawValue: model.engine) {
        case .kokoro: return model.options.list("speakers") ?? []
        case .piper:
            let file = "\(home.modelDirectory(model.id))/model.onnx.json"
            let speakers = (try? PiperConfiguration(file: file, engine: model.id))?.speaker_id_map ?? [:]
            return speakers.count > 1 ? speakers.sorted { $0.value < $1.value }.map(\.key) : []
        case nil: return []
        }
    }

    // MARK: When they are needed

    /// Recognisers that are loaded when they are first needed.
    public func transcribers(_ models: [ModelManifest.Model]) -> [any Transcriber] {
        models.map { model in
            let (home, pool, options) = (home, pool, options.transcription)
            let lazy = lazy(model) { () -> any Transcriber in
                let transcriber = try await pool.run(.partialTranscript) {
                    try Self.transcriber(model, home: home, pool: pool, options: options)
                }
                // Warms the model up: the first decoding is several times slower than the next.
                let utterance = transcriber.openUtterance(TranscriptionHints())
                try await utterance.append([Float](repeating: 0, count: 16_000))
                _ = try await utterance.transcript(.partial)
                await utterance.close()
                return transcriber
            }
            return LazyTranscriber(
                id: model.id, languages: model.languages, model: lazy,
                longestWait: Int(options.maximumPending * 16_000), used: { [weak self] in self?.use(model) })
        }
    }

    /// Voices that are loaded when they are first needed. Voices for all languages come last, as a fallback where no
    /// other speaks the language.
    public func synthesizers(_ models: [ModelManifest.Model]) -> [any Synthesizer] {
        let special = models.filter { !$0.languages.contains("mul") }
        let general = models.filter { $0.languages.contains("mul") }
        return (special + general).compactMap { model in
            let (home, pool, options) = (home, pool, options.synthesis)
            if model.engine == Self.espeak {
                do {
                    return try Self.synthesizer(model, home: home, pool: pool, options: options)
                } catch {
                    logger.warning("A voice is missing.", metadata: ["voice": "\(model.id)", "error": "\(error)"])
                    return nil
                }
            }
            let lazy = lazy(model) { () -> any Synthesizer in
                let voice = try await pool.run(.partialTranscript) {
                    try Self.synthesizer(model, home: home, pool: pool, options: options)
                }
                for try await _ in voice.synthesize(SpeechRequest(text: "a", priority: .partialTranscript)) {}
                return voice
            }
            return LazySynthesizer(
                id: model.id, languages: model.languages, sampleRate: sampleRate(of: model), model: lazy,
                used: { [weak self] in self?.use(model) })
        }
    }

    /// What tells languages apart, of the first model that can; nil for none. It is loaded when it is first needed.
    public func languageIdentifier(_ models: [ModelManifest.Model]) -> (any LanguageIdentifier)? {
        guard let model = models.first(where: { (try? $0.options.flag("identifies_languages", of: $0.id)) == true })
        else {
            return nil
        }
        let (home, pool) = (home, pool)
        // Its sessions are others than the recogniser's.
        let name = "\(model.id) (languages)"
        let lazy = lazy(model, as: name) {
            let identifier = try await pool.run(.partialTranscript) {
                try WhisperLanguageIdentifier(model: model, home: home, pool: pool)
            }
            _ = try await identifier.probabilities(
                of: Array(identifier.languages.prefix(1)), in: [Float](repeating: 0, count: 16_000))
            return identifier
        }
        return LazyLanguageIdentifier(
            id: model.id, languages: WhisperLanguageIdentifier.languages(of: model), model: lazy,
            used: { [weak self] in self?.use(model, as: name) })
    }

    private func lazy<Engine>(
        _ model: ModelManifest.Model, as name: String? = nil, load: @escaping @Sendable () async throws -> Engine
    ) -> LazyModel<Engine> {
        let (trial, name) = (trial, name ?? model.id)
        let lazy = LazyModel<Engine>(
            id: name, retryAfter: .seconds(options.models.retryAfter), logger: logger
        ) {
            try await trial?.run(model)
            return try await load()
        }
        state.withLock { $0.releases[name] = { [weak lazy] in lazy?.release() } }
        return lazy
    }

    private func use(_ model: ModelManifest.Model, as name: String? = nil) {
        let size = model.memory ?? options.models.memoryOfUnknown
        let gone = state.withLock { state in
            state.shelf.use(name ?? model.id, size: size).map { ($0, state.releases[$0]) }
        }
        for (id, release) in gone {
            logger.info(
                "A model was unloaded to free memory for another.",
                metadata: ["model": "\(id)", "other": "\(name ?? model.id)"])
            release?()
        }
    }

    /// The sample rate in Hz, from the manifest or else from the voice's own file.
    private func sampleRate(of model: ModelManifest.Model) -> Int {
        if let rate = model.sampleRate { return rate }
        guard model.engine == VoiceEngine.piper.rawValue else { return 24_000 }
        let file = "\(home.modelDirectory(model.id))/model.onnx.json"
        return (try? PiperConfiguration(file: file, engine: model.id))?.audio.sample_rate ?? 22_050
    }
}
