import Engines

/// An utterance whose noise is taken out before it is transcribed.
///
/// The work waits until a transcript is wanted: what is never asked for is never cleaned.
actor DenoisedUtterance: UtteranceTranscription {
    private let utterance: any UtteranceTranscription
    private let stream: any NoiseSuppressionStream
    private var noisy: [Float] = []
    /// The latest piece that is on its way; each waits for the one before it.
    private var cleaning: Task<Void, any Error>?

    init(_ utterance: any UtteranceTranscription, through stream: any NoiseSuppressionStream) {
        self.utterance = utterance
        self.stream = stream
    }

    /// At 16 kHz: audio that nobody asks for is passed on in pieces of this size.
    private static let mostWaiting = 16_000

    func append(_ samples: [Float]) async throws {
        noisy += samples
        if noisy.count >= Self.mostWaiting { try await pass(.partialTranscript).value }
    }

    func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
        try await pass(finality == .final ? .finalTranscript : .partialTranscript).value
        return try await utterance.transcript(finality)
    }

    func close() async {
        noisy = []
        cleaning?.cancel()
        await utterance.close()
    }

    /// Not a child of the asker's task: who asks for a partial transcript may go, and the audio is needed all the same.
    private func pass(_ priority: InferencePriority) -> Task<Void, any Error> {
        let samples = noisy
        noisy = []
        let task = Task { [utterance, stream, cleaning] in
            _ = try? await cleaning?.value
            guard !samples.isEmpty else { return }
            let clean: [Float]
            do {
                clean = try await stream.clean(samples, priority)
            } catch is EngineError {
                // Noisy words are better than none.
                clean = samples
            }
            try await utterance.append(clean)
        }
        cleaning = task
        return task
    }
}
