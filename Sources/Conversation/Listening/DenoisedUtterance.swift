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

    /// At 16 kHz: of audio that nobody asks for, so much waits before it is worked on.
    private static let mostWaiting = 16_000

    func append(_ samples: [Float]) async throws {
        noisy += samples
        // Nobody waits for it: who listens has the next window to hear.
        if noisy.count >= Self.mostWaiting { pass() }
    }

    func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
        if !noisy.isEmpty { pass() }
        try await cleaning?.value
        return try await utterance.transcript(finality)
    }

    func close() async {
        noisy = []
        cleaning?.cancel()
        await utterance.close()
    }

    /// Not a child of the asker's task: who asks for a partial transcript may go, and the audio is needed all the same.
    private func pass() {
        let samples = noisy
        noisy = []
        cleaning = Task { [utterance, stream, cleaning] in
            _ = await cleaning?.result
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
