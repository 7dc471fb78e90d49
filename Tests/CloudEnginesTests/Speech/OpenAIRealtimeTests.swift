import Engines
import Foundation
import JSON
import ScriptedServer
import NIOHTTP1
import NIOWebSocket
import Testing

@testable import CloudEngines

/// OpenAI's transcription sessions, against a server whose every word a test decides.
@Suite(.timeLimit(.minutes(1))) struct OpenAIRealtimeTests {
    typealias Peer = ScriptedServer.Peer
    typealias Frames = ScriptedServer.Frames

    private func transcriber(
        _ url: URL, model: String = "gpt-live-transcribe",
        _ adjust: (inout OpenAIRealtimeTranscriber.Configuration) -> Void = { _ in }
    ) -> OpenAIRealtimeTranscriber {
        var configuration = OpenAIRealtimeTranscriber.Configuration(
            endpoint: ServiceEndpoint(baseURL: url.absoluteString, apiKey: speechKey), model: model)
        configuration.options.maximumSpares = 0
        adjust(&configuration)
        return OpenAIRealtimeTranscriber(configuration)
    }

    private func tone(_ seconds: Double) -> [Float] {
        (0..<Int(16_000 * seconds)).map { 0.5 * Float(sin(2 * .pi * 440 * Double($0) / 16_000)) }
    }

    private static func transcription(_ kind: String, _ item: String, _ members: [String: JSONValue]) -> JSONValue {
        .object(
            [
                "type": .string("conversation.item.input_audio_transcription.\(kind)"), "item_id": .string(item),
                "content_index": 0,
            ].merging(members) { $1 })
    }

    @Test func audioIsConvertedAndTextComesItemByItem() async throws {
        try await ScriptedServer.run { peer, frames in
            #expect(peer.request.uri == "/base/realtime?intent=transcription")
            #expect(peer.request.headers["authorization"] == ["Bearer \(speechKey)"])
            #expect(peer.request.headers["openai-beta"].isEmpty)
            #expect(
                try await frames.message() == [
                    "type": "session.update",
                    "session": [
                        "type": "transcription",
                        "audio": [
                            "input": [
                                "format": ["type": "audio/pcm", "rate": 24000],
                                "transcription": [
                                    "model": "gpt-live-transcribe", "languages": ["en"], "keywords": ["Parley"],
                                ],
                                "turn_detection": nil,
                            ]
                        ],
                    ],
                ])
            try await peer.send(["type": "session.updated", "session": [:]])
            var (bytes, item) = (0, 0)
            while let message = try await frames.message() {
                if message["type"] == "input_audio_buffer.append" {
                    bytes += Data(base64Encoded: message["audio"]?.stringValue ?? "")?.count ?? 0
                    continue
                }
                #expect(message == ["type": "input_audio_buffer.commit"])
                item += 1
                let id = "item_\(item)"
                try await peer.send(["type": "input_audio_buffer.committed", "item_id": .string(id)])
                try await peer.send(Self.transcription("delta", id, ["delta": "abo"]))
                try await peer.send(
                    Self.transcription("completed", id, ["transcript": .string("about \(bytes) bytes.")]))
                bytes = 0
            }
        } body: { url in
            let openAI = transcriber(url)
            #expect(openAI.id == "openai-gpt-live-transcribe")
            let utterance = openAI.openUtterance(TranscriptionHints(keywords: ["Parley", "<b>"]))
            for _ in 0..<10 { try await utterance.append(tone(0.1)) }
            // A second at 24 kHz, every sample of it.
            #expect(try await utterance.transcript(.final).text == "about 48000 bytes.")
            try await utterance.append(tone(0.02))
            // What was said before the pause is sent again with what follows it.
            #expect(try await utterance.transcript(.final).text == "about 48960 bytes.")
            #expect(try await utterance.transcript(.partial).text == "about 48960 bytes.")
            await utterance.close()
        }
    }

    @Test(arguments: [
        ("gpt-live-transcribe", ["languages": ["pt"], "keywords": ["Ana", "Rio"]] as [String: JSONValue]),
        ("gpt-realtime-whisper", ["language": "pt"]),
        ("gpt-4o-transcribe", ["language": "pt", "prompt": "Expect these words: Ana, Rio."]),
        ("whisper-1", ["language": "pt", "prompt": "Ana, Rio"]),
    ])
    func modelsAreToldWhatTheyTake(model: String, members: [String: JSONValue]) async throws {
        try await ScriptedServer.run { peer, frames in
            let update = try await frames.message()
            let given = update?.value(at: "session", "audio", "input", "transcription")
            #expect(given == .object(members.merging(["model": .string(model)]) { $1 }))
            while let message = try await frames.message() {
                guard message["type"] == "input_audio_buffer.commit" else { continue }
                try await peer.send(Self.transcription("completed", "a", ["transcript": "yes"]))
            }
        } body: { url in
            let utterance = transcriber(url, model: model).openUtterance(
                TranscriptionHints(language: "pt-BR", keywords: ["Ana", "Rio"]))
            try await utterance.append(tone(0.5))
            #expect(try await utterance.transcript(.final).text == "yes")
            await utterance.close()
        }
    }

    // MARK: Failures

    private func failure(
        refusal: (Int, String)? = nil, headers: [(String, String)] = [],
        _ adjust: @escaping @Sendable (inout OpenAIRealtimeTranscriber.Configuration) -> Void = { _ in },
        script: @escaping @Sendable (Peer, inout Frames) async throws -> Void
    ) async throws -> EngineError {
        try await ScriptedServer.run(
            refusal: refusal.map { (.init(statusCode: $0), $1) }, refusalHeaders: headers, script: script
        ) { url in
            let utterance = transcriber(url, adjust).openUtterance(TranscriptionHints())
            try await utterance.append(tone(0.5))
            let error = try await engineFailure { try await utterance.transcript(.final) }
            await utterance.close()
            return error
        }
    }

    private func transcriber(
        _ url: URL, _ adjust: (inout OpenAIRealtimeTranscriber.Configuration) -> Void
    ) -> OpenAIRealtimeTranscriber {
        transcriber(url, model: "gpt-live-transcribe", adjust)
    }

    @Test func refusedUpgradeHasItsReason() async throws {
        let unauthorized = try await failure(
            refusal: (401, #"{"error":{"message":"Incorrect API key: \#(speechKey)","type":"invalid_request_error"}}"#)
        ) { _, _ in }
        #expect(unauthorized.kind == .rejected && unauthorized.message.contains("Incorrect API key: [hidden]"))
        let busy = try await failure(refusal: (429, "{}"), headers: [("retry-after-ms", "250")]) { _, _ in }
        #expect(busy.kind == .rateLimited && busy.retryAfter == .milliseconds(250))
    }

    @Test(
        arguments: [
            ("invalid_request_error", "invalid_value", EngineError.Kind.rejected),
            ("invalid_request_error", "rate_limit_exceeded", .rateLimited), ("server_error", nil, .failed),
            ("invalid_request_error", "session_expired", .unavailable), ("tokens", "insufficient_quota", .rejected),
        ] as [(String, String?, EngineError.Kind)])
    func errorsAreUnderstood(type: String, code: String?, kind: EngineError.Kind) async throws {
        for event in ["error", "conversation.item.input_audio_transcription.failed"] {
            let error = try await failure { peer, frames in
                _ = try await frames.message()
                try await peer.send([
                    "type": .string(event), "item_id": "a",
                    "error": [
                        "type": .string(type), "code": code.map { .string($0) } ?? .null,
                        "message": .string("No, \(speechKey)"), "param": nil,
                    ],
                ])
                while try await frames.next() != nil {}
            }
            #expect(error.kind == kind && error.message.contains("No, [hidden]"))
        }
    }

    @Test func silenceAndNonsenseAreErrors() async throws {
        let silence = try await failure {
            $0.options.finalTimeout = .milliseconds(100)
        } script: { _, frames in
            while try await frames.next() != nil {}
        }
        #expect(silence.kind == .timeout)
        let nonsense = try await failure { peer, frames in
            try await peer.send(.binary, Data([1, 2, 3]))
            while try await frames.next() != nil {}
        }
        #expect(nonsense.kind == .malformedAnswer)
    }

    @Test func connectionThatBreaksBetweenTextsCostsNoWord() async throws {
        let connections = Counter()
        try await ScriptedServer.run { peer, frames in
            let isFirst = connections.add() == 1
            var bytes = 0
            while let message = try await frames.message() {
                bytes += Data(base64Encoded: message["audio"]?.stringValue ?? "")?.count ?? 0
                guard message["type"] == "input_audio_buffer.commit" else { continue }
                // The first connection takes the commit and goes.
                if isFirst { return }
                try await peer.send(["type": "input_audio_buffer.committed", "item_id": "b"])
                try await peer.send(Self.transcription("completed", "b", ["transcript": .string("\(bytes)")]))
            }
        } body: { url in
            let utterance = transcriber(url).openUtterance(TranscriptionHints())
            try await utterance.append(tone(0.5))
            #expect(try await utterance.transcript(.final).text == "24000")
            await utterance.close()
        }
        #expect(connections.count == 2)
    }
}
