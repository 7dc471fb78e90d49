import Engines
import Synchronization
import Testing

@Suite("Which voice speaks and which recogniser listens")
struct EngineOrderTests {
    private final class Prepared: Sendable {
        let ids = Mutex<[String]>([])
    }

    private struct Voice: Synthesizer {
        var id: String
        var languages: [String]
        var prepared: Prepared
        let sampleRate = 16_000

        func prepare() { prepared.ids.withLock { $0.append(id) } }

        func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
            AsyncThrowingStream { continuation in
                // Tells who speaks by the number of samples.
                continuation.yield(SpeechChunk(samples: Array(repeating: 0, count: Int(request.voice ?? "0") ?? -1)))
                continuation.finish()
            }
        }
    }

    private struct Ears: Transcriber {
        var id: String
        var languages: [String]

        func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription { fatalError("not opened") }
    }

    private struct Activity: VoiceActivityDetector {
        let id = "none"
        func openStream() -> any VoiceActivityStream { fatalError("not opened") }
    }

    private let prepared = Prepared()

    private var catalog: EngineCatalog {
        EngineCatalog(
            voiceActivityDetector: Activity(),
            transcribers: [Ears(id: "tiny", languages: ["en"]), Ears(id: "whisper", languages: ["en", "de", "fr"])],
            languageModels: [],
            synthesizers: [
                Voice(id: "joe", languages: ["en-US"], prepared: prepared),
                Voice(id: "thorsten", languages: ["de-DE"], prepared: prepared),
                Voice(id: "espeak-ng", languages: ["mul"], prepared: prepared),
            ]
        ) { _ in fatalError("not asked for") }
    }

    @Test("The first that speaks the language, then the others")
    func language() {
        for (language, order) in [
            ("en", ["joe", "espeak-ng", "thorsten"]), ("en-GB", ["joe", "espeak-ng", "thorsten"]),
            ("de", ["thorsten", "espeak-ng", "joe"]), ("fi", ["espeak-ng", "joe", "thorsten"]),
        ] {
            #expect(catalog.voices(named: ["hosted", ""], language: language).map(\.id) == order, "\(language)")
        }
        #expect(catalog.transcribers(named: ["scribe_realtime"], language: "en").map(\.id) == ["tiny", "whisper"])
        #expect(catalog.transcribers(named: [], language: "fr").map(\.id) == ["whisper", "tiny"])
        #expect(catalog.transcribers(named: [], language: "fi").map(\.id) == ["tiny", "whisper"])
    }

    @Test("What is named comes first, whatever it speaks, and is prepared")
    func named() async throws {
        let voices = catalog.voices(named: ["hosted", "joe"], language: "de")
        #expect(voices.map(\.id) == ["joe", "thorsten", "espeak-ng"])
        #expect(prepared.ids.withLock { $0 } == ["joe"])
        #expect(catalog.transcribers(named: ["whisper"], language: "en").map(\.id) == ["whisper", "tiny"])
    }

    @Test("One of a voice's speakers")
    func speaker() async throws {
        let voices = catalog.voices(named: ["thorsten:7"], language: "en")
        #expect(voices.map(\.id) == ["thorsten:7", "joe", "espeak-ng"])
        for (voice, samples) in zip(voices, [7, 0, 0]) {
            for try await chunk in voice.synthesize(SpeechRequest(text: "Hi")) {
                #expect(chunk.samples.count == samples)
            }
        }
        #expect(catalog.voices(named: ["nobody:7"], language: "en").first?.id == "joe")
    }
}
