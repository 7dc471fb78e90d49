import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOSSL
import Server
import TestSupport
import Testing

/// An ordinary time-out of a client closes its connection. On every route that works for long, before, during and after
/// the work, that ends the work, and nothing else.
@Suite("A client that hangs up", .timeLimit(.minutes(1)))
struct HangUpTests {
    struct Request: Sendable, CustomTestStringConvertible {
        var path: String
        var type = "application/json"
        var body: Data

        /// All of it, or its head and so many bytes of its body.
        func bytes(_ count: Int = .max) -> [UInt8] {
            let head = [
                "POST \(path) HTTP/1.1", "Host: 127.0.0.1", "Content-Type: \(type)", "Content-Length: \(body.count)",
            ]
            return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body.prefix(count)
        }

        var testDescription: String { path }
    }

    private static let text = "This is the first sentence of this text. And this here is the second one."

    private static func form(_ fields: [(String, String)]) -> Data {
        let fields = fields.map { "--b\r\nContent-Disposition: form-data; name=\"\($0)\"\r\n\r\n\($1)\r\n" }.joined()
        let wav = (try? WAV(sampleRate: 16_000, channels: [[Float](repeating: 0.1, count: 32_000)]).encoded()) ?? Data()
        return Data((fields + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n").utf8)
            + wav + Data("\r\n--b--\r\n".utf8)
    }

    static let requests: [Request] = {
        let speech = ["", "/stream", "/with-timestamps", "/stream/with-timestamps"].flatMap { path in
            ["wav_16000", "pcm_16000", "mp3_44100_128"].map {
                Request(
                    path: "/v1/text-to-speech/test\(path)?output_format=\($0)", body: Data(#"{"text":"\#(text)"}"#.utf8)
                )
            }
        }
        let openAI = ["wav", "pcm"].map {
            Request(
                path: "/v1/audio/speech",
                body: Data(
                    #"{"model":"tts-1","voice":"test","input":"\#(text)","response_format":"\#($0)"}"#.utf8))
        }
        let type = "multipart/form-data; boundary=b"
        let recordings = [
            Request(
                path: "/v1/speech-to-text", type: type,
                body: form([("model_id", "scribe_v1"), ("file_format", "pcm_s16le_16")])),
            Request(path: "/v1/audio/transcriptions", type: type, body: form([("model", "whisper-1")])),
            Request(
                path: "/v1/audio/transcriptions", type: type, body: form([("model", "whisper-1"), ("stream", "true")])),
        ]
        return speech + openAI + recordings
    }()

    @Test("before all of its request is sent", arguments: requests)
    func before(request: Request) async throws {
        let engines = GatedEngines()
        try await withServer(engines: { engines.catalog }) { server in
            for length in [0, 1, request.body.count / 2] {
                try await RawSocket.connect(to: server.port) { socket in
                    try await socket.write(request.bytes(length))
                }
                #expect(try await server.send("GET", "/health/live").status == 200)
            }
        }
    }

    @Test("while its answer is made", arguments: requests)
    func during(request: Request) async throws {
        let engines = GatedEngines()
        try await withServer(engines: { engines.catalog }) { server in
            var events = engines.events.makeAsyncIterator()
            // More often than so many may be worked on at once.
            for _ in 0..<9 {
                try await RawSocket.connect(to: server.port) { socket in
                    try await socket.write(request.bytes())
                    #expect(await events.next() == .waiting)
                }
                #expect(await events.next() == .cancelled)
            }
            #expect(try await server.send("GET", "/health/live").status == 200)
        }
    }

    @Test("with the answer unread, or as soon as it is there", arguments: requests)
    func after(request: Request) async throws {
        let engines = GatedEngines(isOpen: true)
        try await withServer(engines: { engines.catalog }) { server in
            for end in ["HTTP/1.1 200 ", "\r\n\r\n"] {
                try await RawSocket.connect(to: server.port) { socket in
                    try await socket.write(request.bytes())
                    #expect(try await socket.read(through: end).hasSuffix(end))
                }
            }
            // The connection of a client that stays is used again.
            try await RawSocket.connect(to: server.port) { socket in
                for _ in 0..<2 {
                    try await socket.write("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                    #expect(try await socket.read(through: #"{"status":"live"}"#).contains(" 200 "))
                }
            }
        }
    }

    @Test("over TLS")
    func secure() async throws {
        let made = try SelfSignedCertificate(names: ["127.0.0.1"], days: 1)
        let files = try TLSTests.Files(made.certificate, made.privateKey)
        let tls = files.tls
        let engines = GatedEngines()
        let request = try #require(Self.requests.first)
        try await withServer(tls: tls, engines: { engines.catalog }) { server in
            var trusting = TLSConfiguration.makeClientConfiguration()
            trusting.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(tls.certificates.path))
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: .init(tlsConfiguration: trusting))
            var post = HTTPClientRequest(url: "https://127.0.0.1:\(server.port)\(request.path)")
            post.method = .POST
            post.headers.add(name: "content-type", value: request.type)
            post.body = .bytes(ByteBuffer(bytes: request.body))
            var events = engines.events.makeAsyncIterator()
            await withTaskGroup(of: Void.self) { [post] group in
                group.addTask { _ = try? await client.execute(post, deadline: .distantFuture) }
                #expect(await events.next() == .waiting)
                group.cancelAll()
            }
            #expect(await events.next() == .cancelled)
            try await client.shutdown()
        }
        withExtendedLifetime(files) {}
    }

    @Test("one that has only nothing more to send gets the answer to what is short")
    func halfClosed() async throws {
        try await withServer { server in
            try await RawSocket.connect(to: server.port) { socket in
                try await socket.write("GET /v1/voices HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                try await socket.finishWriting()
                #expect(try await socket.readToEnd().hasPrefix("HTTP/1.1 200 "))
            }
        }
    }
}

/// A voice and a recogniser that stop in the middle of their work until they are cancelled, and tell of both.
private final class GatedEngines: Sendable {
    enum Event: Sendable { case waiting, cancelled }

    let events: AsyncStream<Event>
    private let event: AsyncStream<Event>.Continuation
    private let isOpen: Bool

    init(isOpen: Bool = false) {
        (events, event) = AsyncStream.makeStream()
        self.isOpen = isOpen
    }

    var catalog: EngineCatalog {
        EngineCatalog(
            voiceActivityDetector: Activity(), transcribers: [Recognizer(engines: self)], languageModels: [],
            synthesizers: [Voice(engines: self)], makeLanguageModel: { _ in NoModel() })
    }

    /// Returns at once when the gate is open, else when the task is cancelled.
    func wait() async throws {
        guard !isOpen else { return }
        event.yield(.waiting)
        let (never, end) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        withExtendedLifetime(end) {}
        event.yield(.cancelled)
        throw CancellationError()
    }

    private struct Voice: Synthesizer {
        let engines: GatedEngines
        let id = "test"
        let sampleRate = 16_000

        func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
            AsyncThrowingStream { continuation in
                let work = Task {
                    do {
                        if request.text.contains("second") { try await engines.wait() }
                        continuation.yield(SpeechChunk(samples: [Float](repeating: 0.5, count: 8000)))
                        continuation.finish()
                    } catch {
                        continuation.finish(throwing: error)
                    }
                }
                continuation.onTermination = { _ in work.cancel() }
            }
        }
    }

    private struct Recognizer: Transcriber {
        let engines: GatedEngines
        let id = "test"

        func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription { Utterance(engines: engines) }
    }

    private actor Utterance: UtteranceTranscription {
        let engines: GatedEngines

        init(engines: GatedEngines) { self.engines = engines }

        func append(_ samples: [Float]) async throws {}
        func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
            try await engines.wait()
            return Transcript(text: "hello")
        }
        func close() async {}
    }

    private struct Activity: VoiceActivityDetector {
        func openStream() -> any VoiceActivityStream { Stream() }

        private actor Stream: VoiceActivityStream {
            func speechProbability(of window: [Float]) async throws -> Float { 1 }
        }
    }

    /// Nobody asks it anything.
    private struct NoModel: LanguageModel, LanguageModelSession {
        let id = "none"

        func openSession() async -> any LanguageModelSession { self }
        func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
            AsyncThrowingStream { $0.finish() }
        }
        func prefill(_ request: GenerationRequest) async throws {}
        func close() async {}
    }
}
