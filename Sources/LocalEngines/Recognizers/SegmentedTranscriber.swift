import Engines
import Language

/// A recogniser that decodes audio as a whole, such as Moonshine or Whisper. All calls share one model.
///
/// A partial transcript decodes the audio that is not settled yet. Long utterances are settled piece by piece at their
/// pauses, and a settled piece is not decoded again.
public struct SegmentedTranscriber: Transcriber {
    /// The model's id in the manifest.
    public let id: String
    /// The languages that the model understands, BCP-47.
    public let languages: [String]
    /// The recogniser runs in this process.
    public var isEmbedded: Bool { true }
    private let recognizer: SherpaRecognizer
    /// Reads what is spelled; nil where the recogniser does that itself.
    private let letters: LetterReader?
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
        letters =
            try model.options.flag("letters", of: model.id) == true
            ? LetterReader(model.id, encoder: home.modelFile(model.id, "encoder_model.ort")) : nil
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
        var model = ModelManifest.Model(
            id: id, kind: .speechToText, engine: RecognizerEngine.moonshine.rawValue, languages: ["en"])
        model.options = ModelOptions(["letters": "true"])
        try self.init(model: model, home: home, pool: pool, options: options)
    }

    /// Opens one utterance, with language and keywords if the model supports them.
    public func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        Utterance(transcriber: self, hints: hints)
    }

    private actor Utterance: UtteranceTranscription {
        private static let sampleRate = 16_000.0

        /// A piece that is being settled: requests in the meantime wait for the same decoding.
        private struct Settling {
            var length: Int
            var text: Task<String, any Error>
        }

        private let transcriber: SegmentedTranscriber
        private let hints: TranscriptionHints
        private let cutter: PieceCutter
        private var settled: [String] = []
        /// The audio after the settled pieces.
        private var pending: [Float] = []
        /// The latest text of `pending`, with the number of settled pieces and of samples that it covers.
        private var decoded: (pieces: Int, samples: Int, text: String)?
        private var settling: Settling?
        /// All of the audio, where it may be spelled.
        private var spelled: [Float] = []
        private var isClosed = false
        /// The language that the model detected; nil when it does not report one.
        private var language: String?

        init(transcriber: SegmentedTranscriber, hints: TranscriptionHints) {
            self.transcriber = transcriber
            self.hints = hints
            if case .fixed(let code) = transcriber.recognizer.recipe.language { language = code }
            cutter = PieceCutter(options: transcriber.options)
        }

        func append(_ samples: [Float]) throws {
            let limit = transcriber.options.maximumPending
            guard Double(pending.count + samples.count) <= limit * Self.sampleRate else {
                throw EngineError(
                    .rateLimited, engine: transcriber.id,
                    "more than \(limit) s of audio are waiting to be transcribed")
            }
            pending += samples
            if hints.isSpelled, spelled.count <= LetterReader.longestUtterance { spelled += samples }
        }

        func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
            let priority: InferencePriority =
                hints.isOffline ? .laterClause : finality == .final ? .finalTranscript : .partialTranscript
            while let length = settling?.length ?? cutter.cut(pending) {
                try await settle(length, priority: priority)
            }
            let text = joined(try await pendingText(priority: priority))
            // Where no words are heard, nothing was spelled.
            let read = finality == .final && !text.isEmpty ? await readLetters() : nil
            return Transcript(text: read ?? text, language: language)
        }

        /// What was spelled, letter by letter; nil where nothing was, or it cannot be told: then the transcript stands.
        private func readLetters() async -> String? {
            guard hints.isSpelled, let letters = transcriber.letters else { return nil }
            let scores = try? await transcriber.pool.run(.finalTranscript) { [spelled] in
                try letters.letters(in: spelled)
            }
            return scores.map { SpelledSequence.likeliest($0).map(String.init).joined(separator: ", ") }
        }

        func close() {
            isClosed = true
            settling?.text.cancel()
            settling = nil
            pending = []
            spelled = []
        }

        /// Decodes the first `length` samples for the last time, and settles them.
        private func settle(_ length: Int, priority: InferencePriority) async throws {
            let text: Task<String, any Error>
            if let settling {
                text = settling.text
            } else {
                // A task of its own, not the caller's child: others may wait for it too, and its text is kept in any
                // case.
                let piece = Array(pending.prefix(length))
                text = Task { try await decode(piece, priority: priority) }
                settling = Settling(length: length, text: text)
            }
            let result = await text.result
            // The first task to resume stores the text.
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
            // Meanwhile a later decoding may have returned first, or a piece may have been settled.
            if settled.count == pieces, samples >= (decoded?.samples ?? 0) { decoded = (pieces, samples, text) }
            return text
        }

        private func decode(_ samples: [Float], priority: InferencePriority) async throws -> String {
            guard !samples.isEmpty else { return "" }
            let recognizer = transcriber.recognizer
            let padding = [Float](repeating: 0, count: Int(recognizer.recipe.tailPadding * Self.sampleRate))
            let letters = hints.isSpelled ? transcriber.letters : nil
            let result = try await transcriber.pool.run(priority) { [hints] in
                // While the caller still speaks.
                try? letters?.prepare()
                var result = try recognizer.decode(
                    samples + padding, language: hints.language, keywords: hints.keywords)
                if recognizer.recipe.engine == .whisper {
                    let words = SoundNotes.removed(from: result.text)
                    result.text = ForeignScript.removed(from: words, language: result.language ?? hints.language)
                }
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
