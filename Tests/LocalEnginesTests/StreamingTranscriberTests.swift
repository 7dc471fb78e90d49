import Audio
import Engines
import Foundation
import Testing

@testable import LocalEngines

/// With a transducer of three tiny files, made by `Fixtures/streaming_reference.py`: it says "yes" each time the sound
/// grows loud, or "no" when that is among the keywords.
@Suite("A recogniser that streams", .timeLimit(.minutes(1)))
struct StreamingTranscriberTests {
    private let pool = InferencePool()

    private func transcriber(_ options: [String: String] = [:]) throws -> StreamingTranscriber {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures/streaming", withExtension: nil))
        let test = try TestHome()
        try test.link(folder.path, as: "tiny")
        let model = ModelManifest.Model(
            id: "tiny", kind: .speechToText, engine: "zipformer", languages: ["en"], options: ModelOptions(options))
        return try StreamingTranscriber(model: model, home: test.home, pool: pool)
    }

    private func speech() throws -> [Float] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/jfk", withExtension: "wav"))
        return Array(try WAV(contentsOf: url, limit: 1 << 20).mono.prefix(16_000))
    }

    private let silence = [Float](repeating: 0, count: 16_000)

    @Test("hears as the audio comes, and goes on after a final transcript")
    func stream() async throws {
        let utterance = try transcriber().openUtterance(TranscriptionHints())
        #expect(try await utterance.transcript(.partial) == Transcript(text: "", language: "en"))
        var texts: [String] = []
        for samples in [silence, try speech(), silence, try speech()] {
            try await utterance.append(samples)
            texts.append(try await utterance.transcript(.partial).text)
        }
        #expect(texts == ["", "yes", "yes", "yes yes"])
        #expect(try await utterance.transcript(.final).text == "yes yes")
        // The silence that a final adds is no loss to what follows.
        try await utterance.append(try speech())
        #expect(try await utterance.transcript(.final).text == "yes yes yes")
        await utterance.close()
        await #expect(throws: CancellationError.self) { try await utterance.transcript(.final) }
    }

    @Test("hears the end of a word once it is asked for a final transcript")
    func tail() async throws {
        let utterance = try transcriber().openUtterance(TranscriptionHints())
        // Less than the model looks at in one go.
        try await utterance.append(Array(try speech().drop { abs($0) < 0.1 }.prefix(1000)))
        #expect(try await utterance.transcript(.partial).text == "")
        #expect(try await utterance.transcript(.final).text == "yes")
        #expect(try await utterance.transcript(.final).text == "yes")
        await utterance.close()
    }

    @Test("expects keywords, also in capitals, and none without the beam search")
    func keywords() async throws {
        for (options, expected) in [([:], "no"), (["decoding": "greedy_search"], "yes")] {
            let utterance = try transcriber(options).openUtterance(TranscriptionHints(keywords: ["No"]))
            try await utterance.append(silence + speech())
            #expect(try await utterance.transcript(.final).text == expected)
            await utterance.close()
        }
    }

    @Test("keeps utterances apart that are heard at once")
    func concurrency() async throws {
        let transcriber = try transcriber()
        let (loud, quiet) = (try speech(), silence)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let utterance = transcriber.openUtterance(TranscriptionHints())
                    for _ in 0..<index {
                        try await utterance.append(quiet + loud)
                        _ = try await utterance.transcript(.partial)
                    }
                    let text = try await utterance.transcript(.final).text
                    await utterance.close()
                    return text.split(separator: " ").count == index
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test("bounds the audio that waits")
    func bound() async throws {
        let utterance = try transcriber().openUtterance(TranscriptionHints())
        let error = await #expect(throws: EngineError.self) {
            try await utterance.append([Float](repeating: 0, count: 16_000 * 301))
        }
        #expect(error?.kind == .rateLimited)
    }
}
