import Engines

/// Moonshine through sherpa-onnx: short clips of English to text. One model serves all calls.
///
/// The model does not stream. A partial transcript decodes what is not settled yet; long utterances are settled piece
/// by piece at their pauses, and no piece is decoded twice.
public struct MoonshineTranscriber: Transcriber {
    /// The model's id in the manifest.
    public let id: String
    private let recognizer: SherpaRecognizer
    private let pool: InferencePool
    private let options: LocalEngineOptions.Transcription

    /// Loads the model `id` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(
        id: String = "moonshine-tiny-en", home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Transcription = .init()
    ) throws {
        self.id = id
        recognizer = try SherpaRecognizer(
            engine: id, encoder: home.modelFile(id, "encoder_model.ort"),
            decoder: home.modelFile(id, "decoder_model_merged.ort"), tokens: home.modelFile(id, "tokens.txt"),
            threads: options.threadsPerDecoding)
        self.pool = pool
        self.options = options
    }

    /// Opens one utterance; the model understands English only and takes no keywords.
    public func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        Utterance(id: id, recognizer: recognizer, pool: pool, options: options)
    }

    private actor Utterance: UtteranceTranscription {
        private static let sampleRate = 16_000.0

        /// A piece being settled: those who ask in the meantime wait for the same decoding.
        private struct Settling {
            var length: Int
            var text: Task<String, any Error>
        }

        private let id: String
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

        init(
            id: String, recognizer: SherpaRecognizer, pool: InferencePool, options: LocalEngineOptions.Transcription
        ) {
            self.id = id
            self.recognizer = recognizer
            self.pool = pool
            self.options = options
            cutter = PieceCutter(options: options)
        }

        func append(_ samples: [Float]) throws {
            guard Double(pending.count + samples.count) <= options.maximumPending * Self.sampleRate else {
                throw EngineError(.rejected, engine: id, "more than \(options.maximumPending) s of audio wait for text")
            }
            pending += samples
        }

        func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
            let priority: InferencePriority = finality == .final ? .finalTranscript : .partialTranscript
            while let length = settling?.length ?? cutter.cut(pending) {
                try await settle(length, priority: priority)
            }
            return Transcript(text: joined(try await pendingText(priority: priority)), language: "en")
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
            let padding = [Float](repeating: 0, count: Int(options.tailPadding * Self.sampleRate))
            return try await pool.run(priority) { [recognizer] in
                LoopCutter.cut(try recognizer.decode(samples + padding))
            }
        }

        private func joined(_ last: String) -> String {
            (settled + [last]).map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
    }
}
