import Audio
import AsyncHTTPClient
import Engines
import Foundation
import JSON
import TestSupport
import NIOHTTP1
import Testing

@testable import CloudEngines

/// The synthesizer over HTTP, against a server whose every byte a test decides.
@Suite(.timeLimit(.minutes(1))) struct ElevenLabsHTTPTests {
    private func withVoice(
        _ server: ScriptedHTTPServer, _ adjust: (inout ElevenLabsSynthesizer.Configuration) -> Void = { _ in },
        body: (ElevenLabsSynthesizer) async throws -> Void
    ) async throws {
        try await withClient { client in
            var configuration = ElevenLabsSynthesizer.Configuration(
                endpoint: ServiceEndpoint(baseURL: "http://127.0.0.1:\(server.port)/", apiKey: speechKey),
                voice: "joe/1", model: "eleven_v3")
            configuration.format = .pcm8000
            adjust(&configuration)
            try await body(ElevenLabsSynthesizer(configuration, httpClient: client))
        }
    }

    private func speak(_ text: String, _ voice: ElevenLabsSynthesizer) async throws -> [SpeechChunk] {
        var chunks: [SpeechChunk] = []
        for try await chunk in voice.synthesize(SpeechRequest(text: text)) { chunks.append(chunk) }
        return chunks
    }

    /// A second of audio in which `text` is said from `start` on.
    private static func line(_ text: String, at start: Double) -> String {
        JSONValue.object([
            "audio_base64": .string(Data(count: 16_000).base64EncodedString()),
            "alignment": [
                "characters": .array(text.map { .string(String($0)) }),
                "character_start_times_seconds": .array(
                    text.indices.enumerated().map { .number(start + 0.1 * Double($0.offset)) }),
                "character_end_times_seconds": .array(
                    text.indices.enumerated().map { .number(start + 0.1 * Double($0.offset + 1)) }),
            ],
        ]).text + "\n"
    }

    @Test func linesAreSpokenAsTheyComeWithThePlacesOfTheirWords() async throws {
        let text = Self.line("Good ", at: 0.1) + Self.line("day.", at: 1)
        let cut = text.index(text.startIndex, offsetBy: 300)
        try await ScriptedHTTPServer.run(
            [.head(), .write(String(text[..<cut])), .write(String(text[cut...])), .end]
        ) { server in
            try await withVoice(server, { $0.settings.style = 0.5 }) { voice in
                #expect(voice.id == "elevenlabs-eleven_v3" && voice.understandsAudioTags)
                let chunks = try await speak("[softly] Good day.", voice)
                #expect(chunks.map(\.samples.count) == [8000, 8000])
                #expect(chunks.flatMap(\.words).map(\.index) == [0, 1, 2])
                #expect(chunks.flatMap(\.words).last?.samples == 8000..<10400)
            }
            let request = try #require(server.requests.first)
            #expect(request.head.uri == "/v1/text-to-speech/joe%2F1/stream/with-timestamps?output_format=pcm_8000")
            #expect(request.head.headers["xi-api-key"] == [speechKey])
            #expect(
                try JSONValue(parsing: request.body) == [
                    "text": "[softly] Good day.", "model_id": "eleven_v3", "language_code": "en",
                    "voice_settings": ["style": 0.5],
                ])
        }
    }

    @Test func serverWithoutTimestampsIsAskedWithoutThemFromThenOn() async throws {
        let audio: [ScriptedHTTPServer.Step] = [.head(), .bytes([1, 2, 3]), .bytes([4]), .end]
        try await ScriptedHTTPServer.run([.head(404), .end], audio, audio) { server in
            try await withVoice(server) { voice in
                for _ in 0..<2 {
                    let chunks = try await speak("Good day.", voice)
                    #expect(chunks.flatMap(\.samples).count == 2 && chunks.allSatisfy { $0.words.isEmpty })
                }
            }
            #expect(server.requests.map { $0.head.uri.contains("with-timestamps") } == [true, false, false])
        }
    }

    @Test func modelsThatAreNotToldTheLanguageAreNot() throws {
        let endpoint = ServiceEndpoint(baseURL: "http://127.0.0.1")
        let order = try ElevenLabsSynthesizer.SpeechOrder(
            SpeechRequest(text: "Hi"), .init(endpoint: endpoint, voice: "joe", model: "eleven_multilingual_v2"),
            errors: ServiceErrors(engine: "test", endpoint: endpoint))
        #expect(order.body == ["text": "Hi", "model_id": "eleven_multilingual_v2"])
    }

    @Test func silentTextAsksForNothing() async throws {
        try await ScriptedHTTPServer.run { server in
            try await withVoice(server) { voice in
                let chunks = try await speak(" \n", voice)
                #expect(chunks.isEmpty)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func endingTheIterationClosesTheRequest() async throws {
        try await ScriptedHTTPServer.run([.head(), .write(Self.line("Hi", at: 0)), .hang]) { server in
            try await withVoice(server) { voice in
                for try await _ in voice.synthesize(SpeechRequest(text: "Hi there")) { break }
                for await _ in server.hangUps { break }
            }
        }
    }

    // MARK: Failures

    private func failure(
        _ script: [ScriptedHTTPServer.Step],
        _ adjust: (inout ElevenLabsSynthesizer.Configuration) -> Void = { _ in }
    ) async throws -> EngineError {
        var failure: EngineError?
        try await ScriptedHTTPServer.run(script) { server in
            try await withVoice(server, adjust) { voice in
                failure = try await engineFailure { try await speak("Good day.", voice) }
            }
        }
        return try #require(failure)
    }

    @Test(arguments: [
        (401, "invalid_api_key", EngineError.Kind.rejected), (422, "voice_not_found", .rejected),
        (429, "too_many_concurrent_requests", .rateLimited), (500, "internal", .failed), (503, "busy", .unavailable),
    ])
    func refusalHasItsReason(status: Int, word: String, kind: EngineError.Kind) async throws {
        let body = #"{"detail":{"status":"\#(word)","message":"No: \#(speechKey)"}}"#
        let error = try await failure(
            [.head(status, contentType: "application/json", headers: ["retry-after": "2"]), .write(body), .end])
        #expect(
            error
                == EngineError(
                    kind, engine: "elevenlabs-eleven_v3",
                    "the speech service answered with status \(status): No: [hidden]", retryAfter: .seconds(2)))
    }

    @Test(arguments: [
        [ScriptedHTTPServer.Step.hang], [.head(), .hang], [.head(), .write(line("Hi", at: 0)), .hang],
    ])
    func silenceEndsInATimeout(script: [ScriptedHTTPServer.Step]) async throws {
        let error = try await failure(script) {
            $0.options.firstAudioTimeout = .milliseconds(150)
            $0.options.stallTimeout = .milliseconds(150)
        }
        #expect(error.kind == .timeout)
    }

    @Test(arguments: [
        [ScriptedHTTPServer.Step.head(), .write("no json \(speechKey)\n"), .end],
        [.head(), .write("{\"audio_base64\": 5}\n"), .end], [.head(), .end],
        [.head(), .write(String(repeating: "x", count: 5000)), .hang],
    ])
    func nonsenseIsMalformed(script: [ScriptedHTTPServer.Step]) async throws {
        let error = try await failure(script) { $0.options.maximumMessageSize = 4000 }
        #expect(error.kind == .malformedAnswer)
    }

    @Test func connectionThatBreaksInMidClauseIsAnError() async throws {
        let error = try await failure([.head(), .write(Self.line("Good ", at: 0)), .drop])
        #expect(error.kind == .failed)
    }

    @Test func clauseThatIsTooLongIsRefused() async throws {
        let error = try await failure([]) { $0.options.maximumCharacters = 5 }
        #expect(error.kind == .rejected && error.message.contains("5 at most"))
    }
}
