import Engines
import Synchronization
import Testing

@testable import Speech

@Suite("An utterance in another language")
struct MultilingualTranscriberTests {
    /// Says what language the audio is in, by its first sample: 1 is German, and 0 English.
    private struct Identifier: LanguageIdentifier {
        let id = "ears"
        let languages = ["de", "en"]
        let longestAudio = 16_000
        let asked = Asked()
        var certainty: Float = 0.95

        func prepare() {}

        func probabilities(of candidates: [String], in samples: [Float]) async throws -> [String: Float] {
            asked.lengths.withLock { $0.append(samples.count) }
            let isGerman = samples.first == 1
            return ["de": isGerman ? certainty : 1 - certainty, "en": isGerman ? 1 - certainty : certainty]
        }
    }

    /// How much audio there was each time.
    private final class Asked: Sendable {
        let lengths = Mutex<[Int]>([])
    }

    private typealias Recogniser = TranscriberCascadeTests.Recogniser

    private static func open(
        _ english: Recogniser, _ german: Recogniser, _ identifier: Identifier
    ) -> any UtteranceTranscription {
        var options = SpeechOptions()
        // A sample stands for a second, so that what was heard can be written out.
        options.identifiableSpeech = .seconds(2.0 / 16_000)
        options.identificationInterval = .seconds(2.0 / 16_000)
        options.lastIdentification = .seconds(1.0 / 16_000)
        options.keptUtterance = .seconds(8.0 / 16_000)
        return MultilingualTranscriber(
            language: "en", transcriber: english, others: ["de": german], identifier: identifier, options: options
        ).openUtterance(TranscriptionHints())
    }

    @Test("is heard from its beginning by that one's recogniser, and from then on by that alone")
    func other() async throws {
        let (english, german) = (Recogniser("en"), Recogniser("de"))
        let utterance = Self.open(english, german, Identifier())
        try await utterance.append([1])
        #expect(try await utterance.transcript(.partial).text == "en[1]", "too short to tell")
        try await utterance.append([2])
        let partial = try await utterance.transcript(.partial)
        #expect(partial.text == "de[1, 2]" && partial.language == "de" && partial.engine == "de")
        try await utterance.append([3])
        #expect(try await utterance.transcript(.final).text == "de[1, 2, 3]")
        await utterance.close()
        #expect(english.closed.withLock { $0 } == 1 && german.closed.withLock { $0 } == 1)
    }

    @Test("one in the call's own language never opens another recogniser; it is looked at as it grows, and at its end")
    func own() async throws {
        let (english, german, identifier) = (Recogniser("en"), Recogniser("de"), Identifier())
        let utterance = Self.open(english, german, identifier)
        for sample in 0..<5 {
            try await utterance.append([Float(sample)])
            _ = try await utterance.transcript(.partial)
        }
        let final = try await utterance.transcript(.final)
        #expect(final.text == "en[0, 1, 2, 3, 4]" && final.language == "en" && final.engine == nil)
        _ = try await utterance.transcript(.final)
        #expect(identifier.asked.lengths.withLock { $0 } == [2, 4, 5])
        #expect(german.opened.withLock { $0 } == 0)
        await utterance.close()
    }

    @Test("is left to the call's own recogniser where it cannot be told, or is too long to be heard again")
    func uncertain() async throws {
        let (english, german) = (Recogniser("en"), Recogniser("de"))
        let doubtful = Self.open(english, german, Identifier(certainty: 0.8))
        try await doubtful.append([1, 2, 3])
        #expect(try await doubtful.transcript(.final).text == "en[1, 2, 3]")
        let identifier = Identifier()
        let long = Self.open(english, german, identifier)
        for sample in 1...12 { try await long.append([Float(sample)]) }
        #expect(try await long.transcript(.final).text == "en[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]")
        #expect(identifier.asked.lengths.withLock { $0 } == [] && german.opened.withLock { $0 } == 0)
        await doubtful.close()
        await long.close()
    }

    @Test("whose recogniser fails, fails as it would in a call of that language")
    func failing() async throws {
        let utterance = Self.open(Recogniser("en"), Recogniser("de", .atAppend(1)), Identifier())
        try await utterance.append([1, 2, 3])
        await #expect(throws: EngineError.self) { try await utterance.transcript(.final) }
        await utterance.close()
    }
}
