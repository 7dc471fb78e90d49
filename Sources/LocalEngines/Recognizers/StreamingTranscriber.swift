import Engines
import Tasks

/// A streaming recogniser: a partial transcript costs only the decoding of new audio. All calls share one model.
public struct StreamingTranscriber: Transcriber {
    /// The model's id in the manifest.
    public let id: String
    /// The languages that the model understands, BCP-47.
    public let languages: [String]
    /// The recogniser runs in this process.
    public var isEmbedded: Bool { true }
    private let recognizer: SherpaStreamingRecognizer
    private let pool: InferencePool
    private let options: LocalEngineOptions.Transcription

    /// Loads `model` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing, cannot be loaded, or does not stream.
    public init(
        model: ModelManifest.Model, home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Transcription = .init()
    ) throws {
        let recipe = try RecognizerRecipe(model, in: home, options: options)
        guard recipe.engine.isStreaming else {
            throw EngineError(.rejected, engine: model.id, "the engine \(model.engine) does not stream")
        }
        id = model.id
        languages = model.languages
        recognizer = try SherpaStreamingRecognizer(recipe)
        self.pool = pool
        self.options = options
    }

    /// Opens one utterance, with keywords if the model supports them.
    public func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        Utterance(transcriber: self, hints: hints)
    }

    private actor Utterance: UtteranceTranscription {
        private static let sampleRate = 16_000.0

        private let transcriber: StreamingTranscriber
        private let hints: TranscriptionHints
        private var stream: SherpaStream?
        /// Audio that the recogniser has not been given yet.
        private var pending: [Float] = []
        /// The text of all audio that it has been given.
        private var text = ""
        /// Whether silence was appended to its audio, so that its last words have come out.
        private var isFlushed = true
        private var decoding = TaskChain<String>()
        private var isClosed = false

        init(transcriber: StreamingTranscriber, hints: TranscriptionHints) {
            self.transcriber = transcriber
            self.hints = hints
        }

        func append(_ samples: [Float]) throws {
            let limit = transcriber.options.maximumPending
            guard Double(pending.count + samples.count) <= limit * Self.sampleRate else {
                throw EngineError(
                    .rateLimited, engine: transcriber.id,
                    "more than \(limit) s of audio are waiting to be transcribed")
            }
            pending += samples
        }

        func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
            // A piece needs the state after the previous one.
            let text = try await decoding.add { try await self.decode(finality) }.value
            try Task.checkCancellation()
            return Transcript(text: text, language: language)
        }

        func close() {
            isClosed = true
            stream = nil
            pending = []
        }

        private func decode(_ finality: TranscriptFinality) async throws -> String {
            guard !isClosed else { throw CancellationError() }
            let samples = pending
            let flushes = finality == .final && !(isFlushed && samples.isEmpty)
            guard flushes || !samples.isEmpty else { return text }
            let stream = try self.stream ?? transcriber.recognizer.openStream(keywords: hints.keywords)
            self.stream = stream
            pending = []
            // Final transcripts are asked for at pauses, where more silence does no harm to what follows.
            let padding = flushes ? Int(transcriber.recognizer.recipe.tailPadding * Self.sampleRate) : 0
            let heard: String
            do {
                heard = try await transcriber.pool.run(finality == .final ? .finalTranscript : .partialTranscript) {
                    try stream.decode(samples + [Float](repeating: 0, count: padding))
                }
            } catch let error where (error as? EngineError)?.kind == .unavailable {
                // The pool had no room; the audio is kept for the next request.
                pending = samples + pending
                throw error
            }
            isFlushed = flushes
            text = heard.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return text
        }

        private var language: String? {
            if case .fixed(let code) = transcriber.recognizer.recipe.language { code } else { nil }
        }
    }
}
