import Engines

/// A recogniser that decodes audio as a whole, such as Moonshine or Whisper. One model serves all calls.
///
/// A partial transcript decodes what is not settled yet; long utterances are settled piece by piece at their pauses,
/// and no piece is decoded twice.
public struct SegmentedTranscriber: Transcriber {
    /// The model's id in the manifest.
    public let id: String
    /// What the model understands.
    public let languages: [String]
    /// It works in this process.
    public var isEmbedded: Bool { true }
    private let recognizer: SherpaRecognizer
    private let pool: InferencePool
    private let options: LocalEngineOptions.Transcription

    /// Loads `model` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing, cannot be loaded, or streams.
    public init(
        model: ModelManifest.Model, home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Transcription = .init()
    ) throws {
        let recipe = try RecognizerRecipe(model, in: home, options: options)
        guard !recipe.engine.isStreaming else {
            throw EngineError(.rejected, engine: model.id, "the engine \(model.engine) streams")
        }
        id = model.id
        languages = model.languages
        recognizer = try SherpaRecognizer(recipe)
        self.pool = pool
        self.options = options
    }

    /// Loads the English Moonshine model `id` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(
        id: String = "moonshine-tiny-en", home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Transcription = .init()
    ) throws {
        let model = ModelManifest.Model(
            id: id, kind: .speechToText, engine: RecognizerEngine.moonshine.rawValue, languages: ["en"])
        try self.init(model: model, home: home, pool: pool, options: options)
    }

    /// Opens one utterance, with the language and the keywords if the model can be told.
    public func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        Utterance(id: id, hints: hints, recognizer: recognizer, pool: pool, options: options)
    }

    private actor Utterance: UtteranceTranscription {
        private static let sampleRate = 16_000.0

        /// A piece being settled: those who ask in the meantime wait for the same decoding.
        private struct Settling {
            var length: Int
            var text: Task<String, any Error>
        }

        private let id: String
        private let hints: TranscriptionHints
        private let recognizer: SherpaRecognizer
        private let pool: InferencePool
        private let options: LocalEngineOptions.Transcription
        private let cutter: PieceCutter
        private var settled: [String] = []
        /// What follows the settled pieces.
        private var pending: [Float] = []
        /// How many pieces and samples the last text of `pending` was made from.
        private var decoded: (pieces: Int, samples: Int, text: String)?
        private var settling: Settling?
        private var isClosed = false
        /// What the model found out; nil when it does not tell.
        private var language: String?

        init(
            id: String, hints: TranscriptionHints, recognizer: SherpaRecognizer, pool: InferencePool,
            options: LocalEngineOptions.Transcription
        ) {
            self.id = id
            self.hints = hints
            if case .fixed(let code) = recognizer.recipe.language { language = code }
            self.recognizer = recognizer
            self.pool = pool
            self.options = options
            cutter = PieceCutter(options: options)
        }

        func append(_ samples: [Float]) throws {
            guard Double(pending.count + samples.count) <= options.maximumPending * Self.sampleRate else {
                throw EngineError(
                    .rateLimited, engine: id, "more than \(options.maximumPending) s of audio wait for text")
            }
            pending += samples
        }

        func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
            let priority: InferencePriority =
                hints.isOffline ? .laterClause : finality == .final ? .finalTranscript : .partialTranscript
            while let length = settling?.length ?? cutter.cut(pending) {
                try await settle(length, priority: priority)
            }
            return Transcript(text: joined(try await pendingText(priority: priority)), language: language)
        }

        func close() {
            isClosed = true
            settling?.text.cancel()
            settling = nil
            pending = []
        }

        /// Decodes the first `length` samples for good.
        private func settle(_ length: Int, priority: InferencePriority) async throws {
            let text: Task<String, any Error>
            if let settling {
                text = settling.text
            } else {
                // Not a child of the asker's task: others may wait for it too, and its text is kept in any case.
                let piece = Array(pending.prefix(length))
                text = Task { try await decode(piece, priority: priority) }
                settling = Settling(length: length, text: text)
            }
            let result = await text.result
            // Whoever is the first to come back puts it away.
            if settling?.text == text {
                settling = nil
                if case .success(let words) = result {
                    settled.append(words)
                    pending.removeFirst(length)
                    decoded = nil
                }
            }
            try Task.checkCancellation()
            guard !isClosed else { throw CancellationError() }
            _ = try result.get()
        }

        private func pendingText(priority: InferencePriority) async throws -> String {
            let (pieces, samples) = (settled.count, pending.count)
            if let decoded, decoded.pieces == pieces, decoded.samples == samples { return decoded.text }
            let text = try await decode(pending, priority: priority)
            // A later decoding may have come back first, or a piece have been settled meanwhile.
            if settled.count == pieces, samples >= (decoded?.samples ?? 0) { decoded = (pieces, samples, text) }
            return text
        }

        private func decode(_ samples: [Float], priority: InferencePriority) async throws -> String {
            guard !samples.isEmpty else { return "" }
            let padding = [Float](repeating: 0, count: Int(recognizer.recipe.tailPadding * Self.sampleRate))
            let result = try await pool.run(priority) { [recognizer, hints] in
                var result = try recognizer.decode(
                    samples + padding, language: hints.language, keywords: hints.keywords)
                if recognizer.recipe.engine.isAutoregressive { result.text = LoopCutter.cut(result.text) }
                return result
            }
            if let found = result.language { language = found }
            return result.text
        }

        private func joined(_ last: String) -> String {
            (settled + [last]).map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
    }
}
