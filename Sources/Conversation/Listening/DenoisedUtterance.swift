import Engines
import Tasks

/// An utterance whose noise is taken out before it is transcribed.
///
/// Audio is cleaned only once a transcript is asked for, or when a second of it has collected.
actor DenoisedUtterance: UtteranceTranscription {
    private let utterance: any UtteranceTranscription
    private let stream: any NoiseSuppressionStream
    private var noisy: [Float] = []
    /// The latest piece that is being cleaned; each waits for the one before it.
    private var cleaning = TaskChain<Void>()

    init(_ utterance: any UtteranceTranscription, through stream: any NoiseSuppressionStream) {
        self.utterance = utterance
        self.stream = stream
    }

    /// Samples at 16 kHz that may collect before they are cleaned without being asked for: 1 s.
    private static let mostWaiting = 16_000

    func append(_ samples: [Float]) async throws {
        noisy += samples
        // Not awaited: the listener must be free for the next window.
        if noisy.count >= Self.mostWaiting { pass() }
    }

    func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
        if !noisy.isEmpty { pass() }
        try await cleaning.wait()
        return try await utterance.transcript(finality)
    }

    func close() async {
        noisy = []
        cleaning.cancel()
        await utterance.close()
    }

    /// Begins to clean what has come.
    private func pass() {
        let samples = noisy
        noisy = []
        cleaning.add { [utterance, stream] in
            let clean: [Float]
            do {
                clean = try await stream.clean(samples)
            } catch is EngineError {
                // Noisy words are better than none.
                clean = samples
            }
            try await utterance.append(clean)
        }
    }
}
