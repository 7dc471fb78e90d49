import Engines
import Tasks

/// A Piper, Kokoro or Hibari voice: phonemes from espeak-ng, speech from a model that all calls share.
public struct PhonemeSynthesizer: Synthesizer {
    /// The model's id in the manifest.
    public let id: String
    /// The languages that the voice speaks, BCP-47.
    public let languages: [String]
    /// The voice runs in this process.
    public var isEmbedded: Bool { true }
    /// The model's sample rate, in Hz.
    public var sampleRate: Int { voice.sampleRate }

    private let voice: any PhraseVoice
    private let pool: InferencePool
    private let options: LocalEngineOptions.Synthesis

    /// Loads `model` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(
        model: ModelManifest.Model, home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Synthesis = .init()
    ) throws {
        id = model.id
        languages = model.languages
        if model.engine == HibariVoice.engine {
            voice = try HibariVoice(model, in: home, options: options)
        } else {
            voice = try SherpaPhraseVoice(model, in: home, options: options)
        }
        self.pool = pool
        self.options = options
    }

    /// Loads the Piper voice `id` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(
        id: String = "piper-en_US-joe-medium", home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Synthesis = .init()
    ) throws {
        let model = ModelManifest.Model(
            id: id, kind: .textToSpeech, engine: VoiceEngine.piper.rawValue, languages: ["en-US"])
        try self.init(model: model, home: home, pool: pool, options: options)
    }

    /// Speaks one clause. A long one comes in several chunks, of which the first has the request's priority and the
    /// others a lower one.
    ///
    /// The request's `voice` is the name or number of one of the model's speakers; any other selects the manifest's
    /// speaker, or the first.
    public func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        AsyncThrowingStream(fedBy: { output in try await speak(request) { output.yield($0) } })
    }

    private func speak(_ request: SpeechRequest, yield: (SpeechChunk) -> Void) async throws {
        try request.check(atMost: options.maximumCharacters, for: id)
        var request = request
        // Outside of this range voices are no longer intelligible.
        request.speed = min(2, max(0.5, request.speed.isFinite ? request.speed : 1))
        let phrases = SpokenPhrase.phrases(of: request.text)
        var offset = 0
        var priority = request.priority
        for group in SpokenPhrase.groups(phrases, splitAfter: voice.splitAfterWords) {
            try Task.checkCancellation()
            let speech = try await pool.run(priority) { [voice, request] in try voice.speak(group, for: request) }
            let first = group.first?.words.lowerBound ?? 0
            let chunk = SpeechChunk(
                samples: speech.samples,
                words: speech.words.enumerated().map {
                    WordTiming(index: first + $0, samples: $1.lowerBound + offset..<$1.upperBound + offset)
                })
            offset += chunk.samples.count
            priority = min(priority, .laterClause)
            yield(chunk)
        }
    }
}
