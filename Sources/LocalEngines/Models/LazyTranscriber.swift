import Engines
import Tasks

/// A recogniser whose model is loaded when it is first needed.
struct LazyTranscriber: Transcriber {
    let id: String
    let languages: [String]
    var isEmbedded: Bool { true }
    let model: LazyModel<any Transcriber>
    /// Audio that may wait for the model, in samples.
    let longestWait: Int
    /// Called at every use.
    let used: @Sendable () -> Void

    func prepare() {
        used()
        model.begin()
    }

    func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        prepare()
        return Utterance(transcriber: self, hints: hints)
    }

    /// Keeps the audio until the model is loaded.
    private actor Utterance: UtteranceTranscription {
        private let transcriber: LazyTranscriber
        private let hints: TranscriptionHints
        private var opened: (any UtteranceTranscription)?
        /// Audio that `opened` has not been given yet.
        private var waiting: [Float] = []
        private var passing = TaskChain<Void>()
        private var isClosed = false

        init(transcriber: LazyTranscriber, hints: TranscriptionHints) {
            self.transcriber = transcriber
            self.hints = hints
        }

        func append(_ samples: [Float]) async throws {
            guard waiting.count + samples.count <= transcriber.longestWait else {
                throw EngineError(.rejected, engine: transcriber.id, "too much audio is waiting for the model")
            }
            waiting += samples
            if opened != nil { try await pass() }
        }

        func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
            if opened == nil {
                let engine = try await transcriber.model.engine()
                guard !isClosed else { throw CancellationError() }
                // Another task may have opened it meanwhile.
                if opened == nil { opened = engine.openUtterance(hints) }
            }
            try await pass()
            guard let opened, !isClosed else { throw CancellationError() }
            return try await opened.transcript(finality)
        }

        func close() async {
            isClosed = true
            waiting = []
            await opened?.close()
        }

        /// Passes the audio on, which stays in order.
        private func pass() async throws {
            try await passing.add { try await self.passAll() }.value
        }

        private func passAll() async throws {
            guard let opened, !waiting.isEmpty, !isClosed else { return }
            let samples = waiting
            waiting = []
            try await opened.append(samples)
        }
    }
}
