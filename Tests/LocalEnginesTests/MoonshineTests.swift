import Engines
import Foundation
import Testing

@testable import LocalEngines

@Suite("Moonshine", .needsModels, .timeLimit(.minutes(3)))
struct MoonshineTests {
    @Test(
        "understands what the voice says",
        arguments: [
            "Yes.", "Hello.", "Can you help me with something?",
            "I would like to check the status of my order, please.",
            "Can you tell me the opening hours?",
        ])
    func roundTrip(sentence: String) async throws {
        let engines = try TestEngines.load()
        let text = try await engines.transcript(engines.heard(sentence))
        #expect(plainWords(text) == plainWords(sentence))
    }

    @Test("takes audio as it comes, and gives partial transcripts on the way")
    func partials() async throws {
        let engines = try TestEngines.load()
        let audio = try await engines.heard("I would like to book a table for two people tomorrow evening.")
        let utterance = engines.transcriber.openUtterance(TranscriptionHints())
        #expect(try await utterance.transcript(.partial).text == "")
        var partials: [String] = []
        for start in stride(from: 0, to: audio.count, by: 8000) {
            try await utterance.append(Array(audio[start..<min(start + 8000, audio.count)]))
            partials.append(try await utterance.transcript(.partial).text)
        }
        let final = try await utterance.transcript(.final)
        #expect(final.text == partials.last)
        #expect(final.language == "en")
        #expect(plainWords(final.text).suffix(4) == ["two", "people", "tomorrow", "evening"])
        #expect(Set(partials).count > 2)
        await utterance.close()
    }

    @Test("is silent about silence, however short")
    func silence() async throws {
        let engines = try TestEngines.load()
        for count in [0, 1, 100, 1600, 32_000] {
            #expect(try await engines.transcript([Float](repeating: 0, count: count)) == "")
        }
    }

    @Test("settles a long utterance piece by piece and loses none of its words")
    func longUtterance() async throws {
        let engines = try TestEngines.load()
        let sentences = [
            "My name is Peter and I live in London with my family.", "Last week I ordered a new washing machine.",
            "The driver came on Monday but nobody was at home.", "I called your office twice and left a message.",
            "Please tell me when he will come again.",
        ]
        var audio: [Float] = []
        for sentence in sentences {
            audio += try await engines.heard(sentence) + [Float](repeating: 0, count: 8000)
        }
        #expect(audio.count > 12 * 16_000)
        let utterance = engines.transcriber.openUtterance(TranscriptionHints())
        for start in stride(from: 0, to: audio.count, by: 16_000) {
            try await utterance.append(Array(audio[start..<min(start + 16_000, audio.count)]))
            _ = try await utterance.transcript(.partial)
        }
        async let first = utterance.transcript(.final)
        async let second = utterance.transcript(.final)
        let (text, same) = try await (first.text, second.text)
        #expect(text == same)
        let heard = plainWords(text)
        let said = sentences.flatMap(plainWords)
        let missing = said.filter { !heard.contains($0) }
        #expect(missing.count <= 4, "\(missing) missing in \(text)")
        #expect(abs(heard.count - said.count) <= 4, "\(text)")
        #expect(heard.suffix(2) == ["come", "again"])
    }

    @Test("bounds the audio that waits")
    func bound() async throws {
        var options = LocalEngineOptions.Transcription()
        options.maximumPending = 1
        let transcriber = try SegmentedTranscriber(
            home: TestEngines.home, pool: InferencePool(), options: options)
        let utterance = transcriber.openUtterance(TranscriptionHints())
        try await utterance.append([Float](repeating: 0, count: 16_000))
        let error = await #expect(throws: EngineError.self) { try await utterance.append([0]) }
        #expect(error?.kind == .rateLimited)
    }

    @Test("ends with its task when that is cancelled")
    func cancellation() async throws {
        let engines = try TestEngines.load()
        let audio = try await engines.heard("This will not be heard.")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await engines.transcript(audio)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("says what is missing")
    func missing() throws {
        let error = try #require(throws: EngineError.self) {
            try SegmentedTranscriber(home: EngineHome(path: "/nowhere"), pool: InferencePool())
        }
        #expect(error.message.contains("encoder_model.ort") && error.message.contains("make setup"))
    }
}
