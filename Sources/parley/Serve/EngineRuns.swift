import Engines

extension Synthesizer {
    /// `text` as it is spoken at once: mono samples at the voice's own rate.
    func samples(of text: String) async throws -> [Float] {
        var samples: [Float] = []
        for try await chunk in synthesize(SpeechRequest(text: text, priority: .firstAudio)) {
            samples += chunk.samples
        }
        return samples
    }
}

extension Transcriber {
    /// The words in mono samples at 16 kHz.
    func words(in samples: [Float]) async throws -> String {
        let utterance = openUtterance(TranscriptionHints(language: "und"))
        try await utterance.append(samples)
        let text = try await utterance.transcript(.final).text
        await utterance.close()
        return text
    }
}
