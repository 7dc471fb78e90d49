import AsyncHTTPClient
import Engines
import Foundation
import JSON
import NIOHTTP1
import NIOWebSocket
import ScriptedServer
import Testing

@testable import CloudEngines

/// A service over a WebSocket with the client that is made for it.
struct SocketService: Sendable, CustomTestStringConvertible {
    typealias Peer = ScriptedServer.Peer
    typealias Frames = ScriptedServer.Frames

    var testDescription: String
    /// What is heard of the first half, and of the whole.
    var heard: (half: String, whole: String)
    /// Waits until an answer is wanted, and sends the first half of it.
    var begin: @Sendable (Peer, inout Frames) async throws -> Void
    /// Sends the rest.
    var finish: @Sendable (Peer) async throws -> Void
    /// - Parameter limit: For each wait.
    var client: @Sendable (_ url: URL, _ http: HTTPClient, _ limit: Duration) -> HTTPService.Client

    func serve(_ peer: Peer, _ frames: inout Frames) async throws {
        try await begin(peer, &frames)
        try await finish(peer)
        while try await frames.next() != nil {}
    }

    static let all = [voice, scribe, openAI]

    private static func audio(_ context: String, isFinal: Bool = false) -> JSONValue {
        guard !isFinal else { return ["isFinal": true, "contextId": .string(context)] }
        return ["audio": .string(Data(count: 200).base64EncodedString()), "contextId": .string(context)]
    }

    private static let voice = SocketService(
        testDescription: "ElevenLabs' voices", heard: ("100 samples", "200 samples")
    ) { peer, frames in
        for _ in 0..<3 { _ = try await frames.message() }
        try await peer.send(audio("clause-1"))
    } finish: { peer in
        try await peer.send(audio("clause-1"))
        try await peer.send(audio("clause-1", isFinal: true))
    } client: { url, http, limit in
        var configuration = ElevenLabsSynthesizer.Configuration(
            endpoint: Secret.endpoint(url.absoluteString), voice: "joe")
        configuration.options.firstBackoff = .zero
        configuration.options.connectTimeout = limit
        (configuration.options.firstAudioTimeout, configuration.options.stallTimeout) = (limit, limit)
        let voice = ElevenLabsSynthesizer(id: "cloud", configuration, httpClient: http)
        return { heard in
            for try await chunk in voice.synthesize(SpeechRequest(text: "Good day.")) { heard.add(chunk.samples) }
        }
    }

    private static let scribe = SocketService(testDescription: "Scribe", heard: ("", "Good day.")) { peer, frames in
        while try await frames.message()?["commit"] == false {}
        try await peer.send(["message_type": "partial_transcript", "text": "Good"])
    } finish: { peer in
        try await peer.send(["message_type": "committed_transcript", "text": "Good day."])
    } client: { url, http, limit in
        var configuration = ScribeTranscriber.Configuration(endpoint: Secret.endpoint(url.absoluteString))
        adjust(&configuration.realtime, limit)
        return HTTPService.listener(ScribeTranscriber(id: "cloud", configuration, httpClient: http))
    }

    private static let openAI = SocketService(
        testDescription: "OpenAI's realtime transcription", heard: ("", "Good day.")
    ) { peer, frames in
        while let type = try await frames.message()?["type"], type != "input_audio_buffer.commit" {}
        try await peer.send(["type": "input_audio_buffer.committed", "item_id": "a"])
        try await peer.send(transcription("delta", ["delta": "Good"]))
    } finish: { peer in
        try await peer.send(transcription("completed", ["transcript": "Good day."]))
    } client: { url, http, limit in
        var configuration = OpenAIRealtimeTranscriber.Configuration(endpoint: Secret.endpoint(url.absoluteString))
        adjust(&configuration.options, limit)
        return HTTPService.listener(OpenAIRealtimeTranscriber(id: "cloud", configuration))
    }

    private static func transcription(_ kind: String, _ members: [String: JSONValue]) -> JSONValue {
        let type = "conversation.item.input_audio_transcription.\(kind)"
        return .object(["type": .string(type), "item_id": "a"].merging(members) { $1 })
    }

    private static func adjust(_ options: inout RealtimeTranscriptionOptions, _ limit: Duration) {
        options.maximumSpares = 0
        options.firstBackoff = .zero
        (options.connectTimeout, options.finalTimeout) = (limit, limit)
    }
}

/// How a service fails whose WebSocket is open.
enum SocketFault: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case silence = "no answer"
    case standstill = "nothing after the first half"
    case close = "half an answer, and a close frame that says the key"
    case drop = "half an answer that breaks off"
    case nonsense = "nonsense"

    var testDescription: String { rawValue }

    var kind: EngineError.Kind {
        switch self {
        case .silence, .standstill: .timeout
        case .close: .failed
        case .drop: .unavailable
        case .nonsense: .malformedAnswer
        }
    }

    func happen(
        to service: SocketService, _ peer: SocketService.Peer, _ frames: inout SocketService.Frames
    ) async throws {
        if ![.silence, .nonsense].contains(self) { try await service.begin(peer, &frames) }
        switch self {
        case .silence, .standstill: break
        case .close: try await peer.close(1011, "no \(Secret.key) \(Secret.header)")
        case .drop: return
        case .nonsense: try await peer.send(.text, Data("{\"text\" \(Secret.key)".utf8))
        }
        while try await frames.next() != nil {}
    }
}

/// Every client over a WebSocket against every way in which a server fails.
@Suite("Failing servers over WebSockets", .timeLimit(.minutes(2)))
struct SocketFailureTests {
    /// A service that fails as often as that, and then works.
    private func withServer(
        _ service: SocketService, _ fault: SocketFault, times: Int,
        body: @escaping @Sendable (URL) async throws -> Void
    ) async throws {
        let connections = Counter()
        try await ScriptedServer.run { peer, frames in
            if connections.add() <= times {
                try await fault.happen(to: service, peer, &frames)
            } else {
                try await service.serve(peer, &frames)
            }
        } body: {
            try await body($0)
        }
    }

    private func failure(_ client: HTTPService.Client, _ kind: EngineError.Kind) async throws -> (EngineError, String) {
        let heard = Heard()
        let error = try await engineFailure { try await client(heard) }
        #expect(error.kind == kind && error.engine == "cloud", "\(error)")
        return (error, heard.text)
    }

    @Test(
        "are an error of their kind without secrets; nothing is lost, and the next request is as good as any",
        arguments: SocketService.all, SocketFault.allCases)
    func faults(service: SocketService, fault: SocketFault) async throws {
        // A recogniser hears all of it again over a second connection before it gives up.
        let isRepeated = fault == .drop && service.heard.half.isEmpty
        try await withServer(service, fault, times: isRepeated ? 2 : 1) { url in
            try await withClient { http in
                let limit = Duration.milliseconds(fault.kind == .timeout ? 150 : 20_000)
                let client = service.client(url, http, limit)
                let (error, heard) = try await failure(client, fault.kind)
                if fault == .close { #expect(error.message.contains("no [hidden] [hidden]"), "\(error)") }
                #expect(heard == ([.silence, .nonsense].contains(fault) ? "" : service.heard.half))
                // A time-out that is so short may be too short for a good answer.
                guard fault.kind != .timeout else { return }
                let next = Heard()
                try await client(next)
                #expect(next.text == service.heard.whole)
            }
        }
    }

    @Test("an upgrade that is refused has its reason", arguments: SocketService.all, [429, 500])
    func refusals(service: SocketService, status: Int) async throws {
        let said = #"{"error":{"message":"no \#(Secret.key) \#(Secret.header)"}}"#
        try await ScriptedServer.run(
            refusal: (HTTPResponseStatus(statusCode: status), said), refusalHeaders: [("retry-after", "7")]
        ) { _, _ in
        } body: { url in
            try await withClient { http in
                let client = service.client(url, http, .seconds(20))
                let (error, _) = try await failure(client, status == 429 ? .rateLimited : .failed)
                #expect(error.retryAfter == .seconds(7))
                #expect(error.message.hasSuffix("status \(status): no [hidden] [hidden]"), "\(error)")
            }
        }
    }

    @Test("an upgrade that nobody answers is given up", arguments: SocketService.all)
    func unanswered(service: SocketService) async throws {
        try await ScriptedServer.run(answersUpgrades: false) { _, _ in
        } body: { url in
            try await withClient { http in
                _ = try await failure(service.client(url, http, .milliseconds(150)), .timeout)
            }
        }
    }

    @Test("answers whose bytes come one by one are whole", arguments: SocketService.all)
    func drip(service: SocketService) async throws {
        try await ScriptedServer.run(drips: true) { peer, frames in
            try await service.serve(peer, &frames)
        } body: { url in
            try await withClient { http in
                let heard = Heard()
                try await service.client(url, http, .seconds(20))(heard)
                #expect(heard.text == service.heard.whole)
            }
        }
    }

    @Test("a certificate that nobody vouches for is no connection", arguments: SocketService.all)
    func certificate(service: SocketService) async throws {
        try await ScriptedServer.run(tls: TestCertificate.serverContext()) { _, _ in
        } body: { url in
            try await withClient { http in
                let (error, _) = try await failure(service.client(url, http, .seconds(20)), .unavailable)
                #expect(error.message.contains("no secure connection: the server's certificate is not trusted"))
            }
        }
    }
}
