import Audio
import AsyncHTTPClient
import Engines
import Foundation
import JSON
import NIOCore
import ScriptedServer
import NIOHTTP1
import NIOWebSocket
import Testing

@testable import CloudEngines

/// The synthesizer over WebSockets, against a server whose every word a test decides.
@Suite(.timeLimit(.minutes(1))) struct ElevenLabsSocketTests {
    typealias Peer = ScriptedServer.Peer
    typealias Frames = ScriptedServer.Frames

    private func synthesizer(
        _ url: URL, _ client: HTTPClient, _ adjust: (inout ElevenLabsSynthesizer.Configuration) -> Void = { _ in }
    ) -> ElevenLabsSynthesizer {
        var configuration = ElevenLabsSynthesizer.Configuration(
            endpoint: ServiceEndpoint(baseURL: url.absoluteString, apiKey: speechKey), voice: "joe")
        configuration.format = .pcm16000
        configuration.options.firstBackoff = .zero
        adjust(&configuration)
        return ElevenLabsSynthesizer(configuration, httpClient: client)
    }

    private func speak(
        _ text: String, _ synthesizer: ElevenLabsSynthesizer, speed: Double = 1
    ) async throws -> [SpeechChunk] {
        var chunks: [SpeechChunk] = []
        for try await chunk in synthesizer.synthesize(SpeechRequest(text: text, language: "en-GB", speed: speed)) {
            chunks.append(chunk)
        }
        return chunks
    }

    /// A tenth of a second of audio in which `text` is said.
    private static func audio(_ text: String, context: String) -> JSONValue {
        let count = max(1, text.count)
        return [
            "audio": .string(Data(count: 3200).base64EncodedString()), "isFinal": nil, "contextId": .string(context),
            "alignment": [
                "chars": .array(text.map { .string(String($0)) }),
                "charStartTimesMs": .array((0..<count).map { .integer(100 * $0 / count) }),
                "charDurationsMs": .array((0..<count).map { _ in .integer(100 / count) }),
            ],
        ]
    }

    private static func final(_ context: String) -> JSONValue { ["isFinal": true, "contextId": .string(context)] }

    /// Speaks all that comes, as the service does.
    private static func serve(_ peer: Peer, _ frames: inout Frames) async throws {
        while let message = try await frames.message() {
            let context = message["context_id"]?.stringValue ?? ""
            if message["flush"] == true {
                try await peer.send(audio(message["text"]?.stringValue ?? "", context: context))
            }
            if message["close_context"] == true { try await peer.send(final(context)) }
        }
    }

    @Test func clauseIsAContextOfASocketThatStaysOpen() async throws {
        let connections = Counter()
        try await ScriptedServer.run { peer, frames in
            connections.add()
            let uri = peer.request.uri
            #expect(uri.hasPrefix("/base/v1/text-to-speech/joe/multi-stream-input?model_id=eleven_flash_v2_5&"))
            #expect(
                uri.contains("output_format=pcm_16000") && uri.contains("language_code=en&") || uri.hasSuffix("=en"))
            #expect(peer.request.headers["xi-api-key"] == [speechKey])
            for index in 1...3 {
                let opening = try await frames.message()
                let id = try #require(opening?["context_id"]?.stringValue)
                #expect(id == "clause-\(index)")
                #expect(opening?["text"] == " ")
                #expect(opening?["voice_settings"] == ["speed": 1.1, "stability": 0.4])
                #expect(
                    try await frames.message() == ["text": "Good day. ", "context_id": .string(id), "flush": true])
                #expect(try await frames.message() == ["context_id": .string(id), "close_context": true])
                try await peer.send(Self.audio("Good ", context: id))
                try await peer.send(Self.audio("day. ", context: id))
                try await peer.send(Self.final(id))
            }
            while try await frames.next() != nil {}
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client) { $0.settings.stability = 0.4 }
                #expect(voice.id == "elevenlabs-eleven_flash_v2_5" && voice.sampleRate == 16_000)
                #expect(!voice.understandsAudioTags)
                for _ in 0..<3 {
                    let chunks = try await speak("Good day.", voice, speed: 1.1)
                    #expect(chunks.map(\.samples.count) == [1600, 1600])
                    let words = chunks.flatMap(\.words)
                    #expect(words == [.init(index: 0, samples: 0..<1280), .init(index: 1, samples: 1600..<2560)])
                }
            }
        }
        #expect(connections.count == 1)
    }

    @Test func sixClausesAtOnceNeverTakeMoreThanFivePlacesOfASocket() async throws {
        let connections = Counter()
        let (seconds, second) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.run { peer, frames in
            guard connections.add() == 1 else {
                second.yield()
                return try await Self.serve(peer, &frames)
            }
            // Whichever of the two is accepted first: none of its clauses ends before the other is there.
            var isAlone = true
            var begun: Set<String> = []
            var ended = 0
            while let message = try await frames.message() {
                guard let context = message["context_id"]?.stringValue else { continue }
                begun.insert(context)
                #expect(begun.count - ended <= 5)
                guard message["close_context"] == true else { continue }
                if isAlone { for await _ in seconds { break } }
                isAlone = false
                try await peer.send(Self.audio("Hi ", context: context))
                try await peer.send(Self.final(context))
                ended += 1
            }
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client)
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<6 {
                        group.addTask { try await speak("Hi", voice).reduce(0) { $0 + $1.samples.count } }
                    }
                    for try await count in group { #expect(count == 1600) }
                }
            }
        }
        #expect(connections.count == 2)
    }

    @Test func clauseThatIsOneTooManyWaitsForAPlace() async throws {
        let contexts = Counter()
        try await ScriptedServer.run { peer, frames in
            var open: [String] = []
            while let message = try await frames.message() {
                guard message["close_context"] == true, let context = message["context_id"]?.stringValue else {
                    continue
                }
                open.append(context)
                // The first five end when all are there, the sixth when it comes.
                guard contexts.add() >= 5 else { continue }
                for context in open {
                    try await peer.send(Self.audio("Hi ", context: context))
                    try await peer.send(Self.final(context))
                }
                open = []
            }
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client) { $0.options.maximumSockets = 1 }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<6 { group.addTask { _ = try await speak("Hi", voice) } }
                    try await group.waitForAll()
                }
            }
        }
        #expect(contexts.count == 6)
    }

    @Test func cancelledClausesGiveTheirPlacesBackWhenTheServiceIsDoneWithThem() async throws {
        try await ScriptedServer.run { peer, frames in
            var abandoned: [String] = []
            while let message = try await frames.message() {
                guard message["close_context"] == true, let context = message["context_id"]?.stringValue else {
                    continue
                }
                try await peer.send(Self.audio("Hi ", context: context))
                abandoned.append(context)
                guard abandoned.count == 5 else { continue }
                for context in abandoned {
                    try await peer.send(Self.audio("Hi ", context: context))
                    try await peer.send(Self.final(context))
                }
                abandoned = []
            }
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client) { $0.options.maximumSockets = 1 }
                for _ in 0..<4 {
                    for try await chunk in voice.synthesize(SpeechRequest(text: "Hi")) {
                        #expect(chunk.samples.count == 1600)
                        break
                    }
                }
                // The fifth place is the last, and its clause is whole.
                let chunks = try await speak("Hi", voice)
                #expect(chunks.count == 2)
            }
        }
    }

    @Test func socketThatTheServerClosedWhileNothingWasSaidIsOpenedAgain() async throws {
        let connections = Counter()
        try await ScriptedServer.run { peer, frames in
            guard connections.add() == 1 else { return try await Self.serve(peer, &frames) }
            // The first serves one clause, and is closed when the second one begins.
            for _ in 0..<3 { _ = try await frames.message() }
            try await peer.send(Self.audio("Hi ", context: "clause-1"))
            try await peer.send(Self.final("clause-1"))
            _ = try await frames.message()
            try await peer.send(["message": "No input", "error": "input_timeout_exceeded", "code": 1008])
            try await peer.close(1008, "No input")
            while try await frames.next() != nil {}
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client)
                for _ in 0..<3 {
                    let chunks = try await speak("Hi", voice)
                    #expect(chunks.count == 1)
                }
            }
        }
        #expect(connections.count == 2)
    }

    @Test func socketThatNobodyUsesIsClosed() async throws {
        let (closed, close) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.run { peer, frames in
            try await Self.serve(peer, &frames)
            close.yield()
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client) { $0.options.idleTimeout = .zero }
                _ = try await speak("Hi", voice)
                for await _ in closed { break }
                _ = try await speak("Hi", voice)
            }
        }
    }

    @Test func warmedUpSocketServesTheFirstClause() async throws {
        let (opened, open) = AsyncStream.makeStream(of: Void.self)
        let connections = Counter()
        try await ScriptedServer.run { peer, frames in
            connections.add()
            open.yield()
            try await Self.serve(peer, &frames)
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client)
                voice.prepare()
                for await _ in opened { break }
                let chunks = try await speak("Hi", voice)
                #expect(chunks.count == 1)
            }
        }
        #expect(connections.count == 1)
    }

    // MARK: Failures

    private func failure(
        refusal: (Int, String)? = nil, headers: [(String, String)] = [],
        _ adjust: @escaping @Sendable (inout ElevenLabsSynthesizer.Configuration) -> Void = { _ in },
        script: @escaping @Sendable (Peer, inout Frames) async throws -> Void
    ) async throws -> EngineError {
        try await ScriptedServer.run(
            refusal: refusal.map { (.init(statusCode: $0), $1) }, refusalHeaders: headers, script: script
        ) { url in
            try await withClient { client in
                let voice = synthesizer(url, client, adjust)
                return try await engineFailure { try await speak("Good day.", voice) }
            }
        }
    }

    @Test func refusedUpgradeHasItsReason() async throws {
        let unauthorized = try await failure(
            refusal: (401, #"{"detail":{"status":"invalid_api_key","message":"Invalid key \#(speechKey)"}}"#)
        ) { _, _ in }
        #expect(unauthorized.kind == .rejected && unauthorized.message.contains("status 401: Invalid key [hidden]"))
        let busy = try await failure(refusal: (429, "{}"), headers: [("retry-after", "7")]) { _, _ in }
        #expect(busy.kind == .rateLimited && busy.retryAfter == .seconds(7))
    }

    @Test func serviceThatAskedForAPauseIsLeftAlone() async throws {
        try await ScriptedServer.run(refusal: (.tooManyRequests, "{}"), refusalHeaders: [("retry-after", "60")]) {
            _, _ in
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client)
                _ = try await engineFailure { try await speak("Hi", voice) }
                let again = try await engineFailure { try await speak("Hi", voice) }
                #expect(again.kind == .rateLimited)
                let pause = try #require(again.retryAfter)
                #expect(pause <= .seconds(60))
            }
        }
    }

    @Test(arguments: [
        ("max_active_conversations", EngineError.Kind.rateLimited), ("invalid_api_key", .rejected),
        ("internal_error", .failed), ("quota_exceeded", .rejected),
    ])
    func failureOfTheServiceEndsTheClause(word: String, kind: EngineError.Kind) async throws {
        let error = try await failure { peer, frames in
            _ = try await frames.message()
            try await peer.send(["message": .string("No, \(speechKey)"), "error": .string(word), "code": 1008])
            try await peer.close(1008, speechKey)
            while try await frames.next() != nil {}
        }
        #expect(error.kind == kind && error.message.contains(word))
    }

    @Test func silenceEndsInATimeout() async throws {
        let before = try await failure {
            $0.options.firstAudioTimeout = .milliseconds(100)
        } script: { _, frames in
            while try await frames.next() != nil {}
        }
        #expect(before.kind == .timeout)
        let within = try await failure {
            $0.options.firstAudioTimeout = .seconds(10)
            $0.options.stallTimeout = .milliseconds(100)
        } script: { peer, frames in
            for _ in 0..<3 { _ = try await frames.message() }
            try await peer.send(Self.audio("Good ", context: "clause-1"))
            while try await frames.next() != nil {}
        }
        #expect(within.kind == .timeout)
    }

    @Test func connectionThatBreaksInMidClauseIsAnError() async throws {
        for closes in [true, false] {
            let error = try await failure { peer, frames in
                for _ in 0..<3 { _ = try await frames.message() }
                try await peer.send(Self.audio("Good ", context: "clause-1"))
                if closes { try await peer.close(1001, "Going away") }
            }
            #expect(error.kind == .unavailable)
        }
    }

    @Test func whatIsNoPieceOfSpeechIsMalformed() async throws {
        for text in ["no json \(speechKey)", "[1]", #"{"audio":"%%%"}"#] {
            let error = try await failure { peer, frames in
                try await peer.send(.text, Data(text.utf8))
                while try await frames.next() != nil {}
            }
            #expect(error.kind == .malformedAnswer)
        }
        let large = try await failure {
            $0.options.maximumMessageSize = 1000
        } script: { peer, frames in
            // Not together with the upgrade, before the limit is in force.
            _ = try await frames.message()
            try await peer.send(.text, Data(count: 5000))
            while try await frames.next() != nil {}
        }
        #expect(large.kind == .malformedAnswer && large.message.contains("1000 bytes"))
        let silent = try await failure { peer, frames in
            for _ in 0..<3 { _ = try await frames.message() }
            try await peer.send(Self.final("clause-1"))
            while try await frames.next() != nil {}
        }
        #expect(silent.kind == .malformedAnswer && silent.message.contains("no audio"))
    }

    @Test func addressesThatLeadNowhereAreErrors() async throws {
        try await withClient { client in
            for (base, kind) in [
                ("http://127.0.0.1:1", EngineError.Kind.unavailable), ("ftp://host", .rejected), ("", .rejected),
            ] {
                let voice = synthesizer(URL(filePath: "/"), client) { $0.endpoint.baseURL = base }
                let error = try await engineFailure { try await speak("Hi", voice) }
                #expect(error.kind == kind, "\(error)")
            }
        }
    }

    @Test func untrustedCertificateIsNoConnection() async throws {
        try await ScriptedServer.run(tls: TestCertificate.serverContext()) { _, _ in
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client)
                let error = try await engineFailure { try await speak("Hi", voice) }
                #expect(error.kind == .unavailable && error.message.contains("no secure connection"))
            }
        }
    }

    @Test func trustedCertificateIsEnough() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pem")
        try TestCertificate.certificate.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let path = file.path
        try await ScriptedServer.run(tls: TestCertificate.serverContext()) { peer, frames in
            try await Self.serve(peer, &frames)
        } body: { url in
            try await withClient { client in
                let voice = synthesizer(url, client) { $0.options.trustedCertificates = path }
                let chunks = try await speak("Hi", voice)
                #expect(chunks.count == 1)
            }
        }
    }
}
