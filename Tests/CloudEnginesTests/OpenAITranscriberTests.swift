import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import CloudEngines

@Suite("Recognisers of OpenAI's API")
struct OpenAITranscriberTests {
    private static let hints = TranscriptionHints(language: "en-GB", keywords: ["Parley", "Mia"])

    private func withTranscriber(
        url: String, options adjust: (inout OpenAITranscriber.Options) -> Void = { _ in },
        body: (OpenAITranscriber) async throws -> Void
    ) async throws {
        var options = OpenAITranscriber.Options()
        adjust(&options)
        let configuration = OpenAITranscriber.Configuration(
            endpoint: Secret.endpoint(url),
            model: "whisper-1")
        try await withClient { client in
            try await body(
                OpenAITranscriber(id: "cloud", configuration: configuration, httpClient: client, options: options))
        }
    }

    private static func answer(_ text: String) -> [ScriptedHTTPServer.Step] {
        let body: JSONValue = ["text": .string(text)]
        return [.head(contentType: "application/json"), .write(body.text), .end]
    }

    /// Sound that passes for speech.
    private static func speech(_ seconds: Double) -> [Float] {
        (0..<Int(seconds * 16_000)).map { sin(Float($0) * 0.1) * 0.3 }
    }

    private static func silence(_ seconds: Double) -> [Float] {
        [Float](repeating: 0.0001, count: Int(seconds * 16_000))
    }

    /// The length of the audio that a request carried, in seconds.
    private static func seconds(_ request: ScriptedHTTPServer.Request) -> Double {
        let length = Double(request.head.headers.first(name: "content-length") ?? "") ?? 0
        return ((length - 900) / 32_000).rounded(toPlaces: 1)
    }

    private func failure(of transcriber: OpenAITranscriber) async throws -> EngineError {
        let utterance = transcriber.openUtterance(Self.hints)
        try await utterance.append(Self.speech(1))
        let error = await #expect(throws: EngineError.self) { try await utterance.transcript(.final) }
        await utterance.close()
        return try #require(error)
    }

    @Test("the request is as the API has it, and the words come back without surroundings")
    func request() async throws {
        try await ScriptedHTTPServer.run(Self.answer(" Hello,\n Mia. ")) { server in
            try await withTranscriber(url: server.url) { transcriber in
                let utterance = transcriber.openUtterance(Self.hints)
                try await utterance.append(Self.speech(1))
                #expect(try await utterance.transcript(.final).text == "Hello, Mia.")
                await utterance.close()
            }
            let request = try #require(server.requests.first)
            #expect(request.head.uri == "/v1/audio/transcriptions" && request.head.method == .POST)
            #expect(request.head.headers["authorization"] == ["Bearer \(Secret.key)"])
            let type = try #require(request.head.headers.first(name: "content-type"))
            #expect(type.hasPrefix("multipart/form-data; boundary="))
            for part in [
                "name=\"model\"\r\n\r\nwhisper-1\r\n", "name=\"language\"\r\n\r\nen\r\n",
                "name=\"response_format\"\r\n\r\njson\r\n", "name=\"prompt\"\r\n\r\nParley, Mia.\r\n",
                "name=\"file\"; filename=\"audio.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF",
            ] {
                #expect(request.body.contains(part), "\(part)")
            }
            let boundary = try #require(type.split(separator: "=").last)
            #expect(request.body.hasPrefix("--\(boundary)\r\n") && request.body.hasSuffix("\r\n--\(boundary)--\r\n"))
            #expect(Self.seconds(request) == 1)
        }
    }

    @Test("the same audio is asked about once, whoever asks, and more audio again")
    func once() async throws {
        let count = Mutex(0)
        try await ScriptedHTTPServer.run { _ in
            Self.answer("words \(count.withLock { $0 += 1; return $0 })")
        } body: { server in
            try await withTranscriber(url: server.url) { transcriber in
                let utterance = transcriber.openUtterance(TranscriptionHints())
                try await utterance.append(Self.speech(1))
                async let first = utterance.transcript(.final)
                async let second = utterance.transcript(.partial)
                let texts = try await [first, second].map(\.text)
                #expect(texts == ["words 1", "words 1"])
                #expect(try await utterance.transcript(.final).text == "words 1")
                #expect(server.requests.count == 1)
                try await utterance.append(Self.speech(0.5))
                #expect(try await utterance.transcript(.final).text == "words 2")
                #expect(server.requests.count == 2 && Self.seconds(server.requests[1]) == 1.5)
                await utterance.close()
            }
        }
    }

    @Test("what a pause follows is not sent again, and helps with what comes after it")
    func settles() async throws {
        let count = Mutex(0)
        try await ScriptedHTTPServer.run { _ in
            Self.answer(
                count.withLock {
                    $0 += 1; return ["My name is", "Maria."][min($0, 2) - 1]
                })
        } body: { server in
            try await withTranscriber(url: server.url) { transcriber in
                let utterance = transcriber.openUtterance(TranscriptionHints())
                try await utterance.append(Self.speech(2) + Self.silence(0.1))
                #expect(try await utterance.transcript(.final).text == "My name is")
                // Silence has no words to ask for.
                try await utterance.append(Self.silence(0.6))
                #expect(try await utterance.transcript(.final).text == "My name is")
                #expect(server.requests.count == 1)
                try await utterance.append(Self.speech(1))
                #expect(try await utterance.transcript(.final).text == "My name is Maria.")
                #expect(Self.seconds(server.requests[1]) == 1.6)
                #expect(server.requests[1].body.contains("name=\"prompt\"\r\n\r\nMy name is\r\n"))
                await utterance.close()
            }
        }
    }

    @Test("there is no request for nothing")
    func nothing() async throws {
        try await ScriptedHTTPServer.run([]) { server in
            try await withTranscriber(url: server.url) { transcriber in
                let utterance = transcriber.openUtterance(TranscriptionHints())
                #expect(try await utterance.transcript(.final).text == "")
                try await utterance.append(Self.speech(0.05))
                #expect(try await utterance.transcript(.final).text == "")
                await utterance.close()
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("a failing server is an error of its kind, and the next request may do", arguments: FailingAnswer.all)
    func failures(_ answer: FailingAnswer) async throws {
        try await ScriptedHTTPServer.run(answer.script) { server in
            try await withTranscriber(url: server.url, options: { $0.timeout = answer.patience }) { transcriber in
                let error = try await failure(of: transcriber)
                #expect(error.kind == answer.kind && error.engine == "cloud", "\(error)")
                #expect(error.retryAfter == answer.retryAfter)
                #expect(!error.allText.contains("secret"), "\(error)")
            }
        }
        try await ScriptedHTTPServer.run(answer.script, Self.answer("Hello.")) { server in
            try await withTranscriber(url: server.url, options: { $0.timeout = max(answer.patience, .seconds(1)) }) {
                transcriber in
                let utterance = transcriber.openUtterance(TranscriptionHints())
                try await utterance.append(Self.speech(1))
                await #expect(throws: EngineError.self) { try await utterance.transcript(.final) }
                #expect(try await utterance.transcript(.final).text == "Hello.")
                await utterance.close()
            }
        }
    }

    @Test("bad JSON, half an answer and an unreachable server are failures")
    func others() async throws {
        let scripts: [([ScriptedHTTPServer.Step], EngineError.Kind)] = [
            ([.head(contentType: "application/json"), .write(#"{"words":[]}"#), .end], .malformedAnswer),
            ([.head(contentType: "application/json"), .write(#"{"text": 5}"#), .end], .malformedAnswer),
            ([.head(contentType: "application/json"), .write(#"{"text": "Hel"#), .drop], .failed),
        ]
        for (script, kind) in scripts {
            try await ScriptedHTTPServer.run(script) { server in
                try await withTranscriber(url: server.url) { transcriber in
                    let error = try await failure(of: transcriber)
                    #expect(error.kind == kind, "\(error)")
                }
            }
        }
        try await withTranscriber(url: "http://127.0.0.1:1/v1") { transcriber in
            let error = try await failure(of: transcriber)
            #expect(error.message == "the recogniser's server cannot be reached: connection refused")
        }
    }

    @Test("audio is bounded")
    func bounded() async throws {
        try await withTranscriber(url: "http://127.0.0.1:1/v1", options: { $0.maximumPending = 2 }) { transcriber in
            let utterance = transcriber.openUtterance(TranscriptionHints())
            try await utterance.append(Self.speech(1.5))
            await #expect(throws: EngineError.self) { try await utterance.append(Self.speech(1)) }
        }
    }

    @Test("closing the utterance, and leaving it, end the request")
    func ends() async throws {
        for closes in [true, false] {
            try await ScriptedHTTPServer.run([.hang]) { server in
                try await withTranscriber(url: server.url) { transcriber in
                    let utterance = transcriber.openUtterance(TranscriptionHints())
                    try await utterance.append(Self.speech(1))
                    let asker = Task { try await utterance.transcript(.final) }
                    for await _ in server.arrivals { break }
                    if closes { await utterance.close() } else { asker.cancel() }
                    for await _ in server.hangUps { break }
                    await #expect(throws: CancellationError.self) { try await asker.value }
                    await utterance.close()
                }
            }
        }
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        let factor = pow(10, Double(places))
        return (self * factor).rounded() / factor
    }
}
