import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import ScriptedServer
import Synchronization
import TestSupport
import Testing

@testable import CloudEngines

/// What a service has said so far: words, or the number of samples.
final class Heard: Sendable {
    private let state = Mutex((text: "", samples: 0))

    var text: String { state.withLock { $0.samples > 0 ? "\($0.samples) samples" : $0.text } }

    func add(_ text: String) { state.withLock { $0.text += text } }
    func add(_ samples: [Float]) { state.withLock { $0.samples += samples.count } }
}

/// A service over HTTP with the client that is made for it.
struct HTTPService: Sendable, CustomTestStringConvertible {
    /// A configured client. Asks once, and leaves what came of it in the first argument.
    typealias Client = @Sendable (Heard) async throws -> Void

    var testDescription: String
    var contentType: String
    /// A good answer in two halves.
    var answer: (first: [UInt8], rest: [UInt8])
    /// What is heard of the first half, and of the whole.
    var heard: (half: String, whole: String)
    /// What the client takes for no answer; nil where anything may be one.
    var nonsense: String?
    /// What half an answer is that ends as a whole one does; nil where nobody can know.
    var halfKind: EngineError.Kind?
    /// - Parameter limit: For each wait.
    var client: @Sendable (_ url: String, _ http: HTTPClient, _ limit: Duration) -> Client

    /// The answer until `first` has been sent, and what follows.
    func steps(_ bytes: [UInt8], _ end: ScriptedHTTPServer.Step...) -> [ScriptedHTTPServer.Step] {
        [.head(contentType: contentType), .bytes(bytes)] + end
    }

    var whole: [ScriptedHTTPServer.Step] { steps(answer.first + answer.rest, .end) }

    static let all = [
        languageModel(
            "chat completions", .chatCompletions, first: text("Good"), rest: text(" day.") + stop + done),
        // An agent's own model, whose key is one of its headers.
        languageModel(
            "custom-llm", .chatCompletions, key: nil,
            headers: ["Authorization": "Bearer \(Secret.key)", "X-Token": Secret.header], first: text("Good"),
            rest: text(" day.") + stop + done),
        languageModel(
            "responses", .responses,
            first: "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"Good\"}\n\n",
            rest: "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\" day.\"}\n\n"
                + "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\n"),
        languageModel(
            "messages", .messages,
            first: """
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Good"}}\n\n
                """,
            rest: """
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" day."}}\n
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n
                data: {"type":"message_stop"}\n\n
                """),
        elevenLabsVoice, openAIVoice, scribe, openAITranscriber,
    ]

    private static func languageModel(
        _ name: String, _ api: LanguageModelAPI, key: String? = Secret.key,
        headers: [String: String] = ["X-Token": Secret.header], first: String, rest: String
    ) -> HTTPService {
        HTTPService(
            testDescription: name, contentType: "text/event-stream", answer: (Array(first.utf8), Array(rest.utf8)),
            heard: ("Good", "Good day."), nonsense: "data: {\"choices\" \(Secret.key)\n\n", halfKind: .failed
        ) { url, http, limit in
            var options = RemoteLanguageModel.Options()
            (options.firstEventTimeout, options.eventTimeout) = (limit, limit)
            let endpoint = LanguageModelEndpoint(baseURL: url, api: api, model: "m", apiKey: key, headers: headers)
            let model = RemoteLanguageModel(id: "cloud", endpoint: endpoint, httpClient: http, options: options)
            return { heard in
                let session = await model.openSession()
                for try await event in session.generate(GenerationRequest(messages: [.user("Hi")])) {
                    if case .text(let text) = event { heard.add(text) }
                }
                await session.close()
            }
        }
    }

    private static let openAIVoice = HTTPService(
        testDescription: "OpenAI's speech", contentType: "audio/pcm",
        // Cut in the middle of a sample.
        answer: ([UInt8](repeating: 1, count: 201), [UInt8](repeating: 1, count: 199)),
        heard: ("100 samples", "200 samples")
    ) { url, http, limit in
        var options = OpenAISynthesizer.Options()
        (options.firstAudioTimeout, options.stallTimeout) = (limit, limit)
        let endpoint = Secret.endpoint(url)
        let voice = OpenAISynthesizer(
            id: "cloud", configuration: .init(endpoint: endpoint, model: "tts-1", voice: "alloy"), httpClient: http,
            options: options)
        return { try await say(with: voice, $0) }
    }

    private static let elevenLabsVoice: HTTPService = {
        let line = JSONValue.object(["audio_base64": .string(Data(count: 200).base64EncodedString())]).text + "\n"
        return HTTPService(
            testDescription: "ElevenLabs' voices", contentType: "application/json",
            answer: (Array((line + line.prefix(40)).utf8), Array(line.dropFirst(40).utf8)),
            heard: ("100 samples", "200 samples"), nonsense: "{\"audio_base64\" \(Secret.key)\n",
            halfKind: .malformedAnswer
        ) { url, http, limit in
            var configuration = ElevenLabsSynthesizer.Configuration(
                endpoint: Secret.endpoint(url), voice: "joe", model: "eleven_v3")
            (configuration.options.firstAudioTimeout, configuration.options.stallTimeout) = (limit, limit)
            let voice = ElevenLabsSynthesizer(id: "cloud", configuration, httpClient: http)
            return { try await say(with: voice, $0) }
        }
    }()

    private static let scribe = HTTPService(
        testDescription: "Scribe", contentType: "application/json",
        answer: (Array(#"{"text": "Good"#.utf8), Array(#" day."}"#.utf8)), heard: ("", "Good day."),
        nonsense: "{\"text\" \(Secret.key)", halfKind: .malformedAnswer
    ) { url, http, limit in
        var configuration = ScribeTranscriber.Configuration(endpoint: Secret.endpoint(url), mode: .batch)
        configuration.batch.timeout = limit
        let scribe = ScribeTranscriber(id: "cloud", configuration, httpClient: http)
        return listener(scribe)
    }

    private static let openAITranscriber = HTTPService(
        testDescription: "OpenAI's transcription", contentType: "application/json",
        answer: (Array(#"{"text": "Good"#.utf8), Array(#" day."}"#.utf8)), heard: ("", "Good day."),
        nonsense: "{\"text\" \(Secret.key)", halfKind: .malformedAnswer
    ) { url, http, limit in
        var options = OpenAITranscriber.Options()
        options.timeout = limit
        let endpoint = Secret.endpoint(url)
        return listener(
            OpenAITranscriber(
                id: "cloud", configuration: .init(endpoint: endpoint, model: "whisper-1"), httpClient: http,
                options: options))
    }

    private static func say(with voice: any Synthesizer, _ heard: Heard) async throws {
        for try await chunk in voice.synthesize(SpeechRequest(text: "Good day.")) { heard.add(chunk.samples) }
    }

    /// Asks about the same utterance again and again.
    static func listener(_ transcriber: any Transcriber) -> Client {
        let utterance = transcriber.openUtterance(TranscriptionHints())
        let isFresh = Mutex(true)
        return { heard in
            if isFresh.withLock({ fresh in
                defer { fresh = false }; return fresh
            }) {
                try await utterance.append((0..<16_000).map { sin(Float($0) * 0.1) * 0.3 })
            }
            heard.add(try await utterance.transcript(.final).text)
        }
    }
}

/// How a server fails that has been asked.
enum HTTPFault: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case slowDown = "429"
    case failure = "500"
    case cutFailure = "500 that breaks off"
    case silence = "no answer"
    case head = "nothing but a head"
    case standstill = "nothing after the first half"
    case end = "half an answer that ends"
    case drop = "half an answer that breaks off"
    case nonsense = "nonsense"

    var testDescription: String { rawValue }

    /// Nil where the service's answers cannot be that.
    func script(of service: HTTPService) -> (steps: [ScriptedHTTPServer.Step], kind: EngineError.Kind)? {
        let said = #"{"error":{"message":"no \#(Secret.key) \#(Secret.header)"}}"#
        let first = service.answer.first
        switch self {
        case .slowDown:
            return (
                [.head(429, contentType: "application/json", headers: ["retry-after": "7"]), .write(said), .end],
                .rateLimited
            )
        case .failure: return ([.head(500, contentType: "application/json"), .write(said), .end], .failed)
        case .cutFailure: return ([.head(500, contentType: "application/json"), .write(said), .drop], .failed)
        case .silence: return ([.hang], .timeout)
        case .head: return ([.head(contentType: service.contentType), .hang], .timeout)
        case .standstill: return (service.steps(first, .hang), .timeout)
        case .end: return service.halfKind.map { (service.steps(first, .end), $0) }
        case .drop: return (service.steps(first, .drop), .failed)
        case .nonsense:
            return service.nonsense.map { (service.steps(Array($0.utf8), .end), .malformedAnswer) }
        }
    }
}

/// Every client over HTTP against every way in which a server fails.
@Suite("Failing servers over HTTP", .timeLimit(.minutes(2)))
struct HTTPFailureTests {
    @Test(
        "are an error of their kind without secrets; nothing is lost, and the next request is as good as any",
        arguments: HTTPService.all, HTTPFault.allCases)
    func faults(service: HTTPService, fault: HTTPFault) async throws {
        guard let (script, kind) = fault.script(of: service) else { return }
        try await ScriptedHTTPServer.run(script, service.whole) { server in
            try await withClient { http in
                let client = service.client(server.url, http, kind == .timeout ? .milliseconds(150) : .seconds(20))
                let heard = Heard()
                let thrown = await #expect(throws: EngineError.self) { try await client(heard) }
                let error = try #require(thrown)
                #expect(error.kind == kind && error.engine == "cloud", "\(error)")
                #expect(error.retryAfter == (fault == .slowDown ? .seconds(7) : nil))
                #expect(!error.allText.contains("secret"), "\(error)")
                switch fault {
                case .slowDown: #expect(error.message.hasSuffix("status 429: no [hidden] [hidden]"), "\(error)")
                case .failure, .cutFailure: #expect(error.message.contains("status 500"), "\(error)")
                case .drop: #expect(error.message == "the answer was cut off")
                default: break
                }
                let isHalf = [.standstill, .end, .drop].contains(fault)
                #expect(heard.text == (isHalf ? service.heard.half : ""))
                // A time-out that is so short may be too short for a good answer.
                guard kind != .timeout else { return }
                let next = Heard()
                try await client(next)
                #expect(next.text == service.heard.whole)
            }
        }
    }

    @Test("answers whose bytes come one by one are whole", arguments: HTTPService.all)
    func drip(service: HTTPService) async throws {
        try await ScriptedHTTPServer.run(service.whole, drips: true) { server in
            try await withClient { http in
                let heard = Heard()
                try await service.client(server.url, http, .seconds(20))(heard)
                #expect(heard.text == service.heard.whole)
            }
        }
    }

    @Test("a certificate that nobody vouches for is no connection", arguments: HTTPService.all)
    func certificate(service: HTTPService) async throws {
        try await ScriptedHTTPServer.run(service.whole, tls: TestCertificate.serverContext()) { server in
            try await withClient { http in
                let error = try await engineFailure {
                    try await service.client(server.url, http, .seconds(20))(Heard())
                }
                #expect(error.kind == .unavailable)
                #expect(error.message.contains("no secure connection: the server's certificate is not trusted"))
            }
            #expect(server.requests.isEmpty)
        }
    }
}
