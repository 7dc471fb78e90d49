import AsyncHTTPClient
import Engines
import Foundation
import JSON
import ScriptedServer
import TestSupport
import NIOHTTP1
import NIOWebSocket
import Testing

@testable import CloudEngines

/// Scribe over its WebSocket, against a server whose every word a test decides.
@Suite(.timeLimit(.minutes(1))) struct ScribeRealtimeTests {
    typealias Peer = ScriptedServer.Peer
    typealias Frames = ScriptedServer.Frames

    private func transcriber(
        _ url: URL, _ client: HTTPClient, _ adjust: (inout ScribeTranscriber.Configuration) -> Void = { _ in }
    ) -> ScribeTranscriber {
        var configuration = ScribeTranscriber.Configuration(
            endpoint: ServiceEndpoint(baseURL: url.absoluteString, apiKey: speechKey))
        configuration.realtime.maximumSpares = 0
        configuration.realtime.firstBackoff = .zero
        adjust(&configuration)
        return ScribeTranscriber(configuration, httpClient: client)
    }

    /// Each sample tells its place.
    private func audio(_ range: Range<Int>) -> [Float] { range.map { Float($0 % 32_000) / 32_768 } }

    /// A service whose text is which samples it was given: `0-511` for the first 512.
    struct Scribe {
        private var samples: [Int] = []

        /// Whether the message was a commit.
        mutating func hear(_ message: JSONValue) -> Bool {
            let bytes = Array(Data(base64Encoded: message["audio_base_64"]?.stringValue ?? "") ?? Data())
            samples += stride(from: 0, to: bytes.count - 1, by: 2).map {
                Int(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8))
            }
            return message["commit"] == true
        }

        var text: String {
            // Silence that was added at the end tells nothing.
            guard let last = samples.last(where: { $0 != 0 }), let first = samples.first else { return "" }
            let isWhole = samples[..<(samples.lastIndex(of: last) ?? 0)].enumerated().allSatisfy {
                $0.element == (first + $0.offset) % 32_000
            }
            return isWhole ? "\(first)-\(last)" : "broken"
        }

        mutating func commit() -> JSONValue {
            defer { samples = [] }
            return ["message_type": "committed_transcript", "text": .string(text)]
        }
    }

    private static func serve(_ peer: Peer, _ frames: inout Frames) async throws {
        var scribe = Scribe()
        try await peer.send(["message_type": "session_started", "session_id": "s", "config": [:]])
        while let message = try await frames.message() {
            if scribe.hear(message) {
                try await peer.send(scribe.commit())
            } else {
                try await peer.send(["message_type": "partial_transcript", "text": .string(scribe.text)])
            }
        }
    }

    private func final(_ utterance: any UtteranceTranscription) async throws -> String {
        try await utterance.transcript(.final).text
    }

    @Test func utteranceIsSentAsItComesAndCommittedForFinals() async throws {
        try await ScriptedServer.run { peer, frames in
            let uri = peer.request.uri
            #expect(
                uri.hasPrefix("/base/v1/speech-to-text/realtime?model_id=scribe_v2_realtime&audio_format=pcm_16000&"))
            #expect(uri.hasSuffix("commit_strategy=manual&language_code=pt&keyterms=Parley&keyterms=S%C3%A3o%20Paulo"))
            #expect(peer.request.headers["xi-api-key"] == [speechKey])
            try await Self.serve(peer, &frames)
        } body: { url in
            try await withClient { client in
                let scribe = transcriber(url, client)
                #expect(scribe.id == "elevenlabs-scribe_v2_realtime")
                let utterance = scribe.openUtterance(
                    TranscriptionHints(language: "pt-BR", keywords: [" Parley", "", "São Paulo"]))
                #expect(try await final(utterance) == "")
                // Said while the connection is being opened.
                for start in stride(from: 0, to: 10_240, by: 512) {
                    try await utterance.append(audio(start..<start + 512))
                }
                #expect(try await final(utterance) == "0-10239")
                #expect(try await final(utterance) == "0-10239")
                try await utterance.append(audio(10_240..<20_000))
                // The caller has gone on after a pause: all is heard as one.
                #expect(try await final(utterance) == "0-19999")
                try await utterance.append(audio(20_000..<20_100))
                #expect(try await final(utterance) == "0-20099")
                await utterance.close()
                await #expect(throws: CancellationError.self) {
                    try await utterance.append([0])
                    return try await utterance.transcript(.final)
                }
            }
        }
    }

    @Test func partialsAreWhatIsKnown() async throws {
        let (heard, hear) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.run { peer, frames in
            var scribe = Scribe()
            while let message = try await frames.message() {
                let isCommit = scribe.hear(message)
                try await peer.send(
                    isCommit
                        ? scribe.commit() : ["message_type": "partial_transcript", "text": .string(scribe.text)])
                // What follows on the connection comes after it.
                try await peer.send(.ping, Data())
                while let frame = try await frames.next(), frame.opcode != .pong {}
                hear.yield()
            }
        } body: { url in
            try await withClient { client in
                let utterance = transcriber(url, client).openUtterance(TranscriptionHints())
                #expect(try await utterance.transcript(.partial).text == "")
                try await utterance.append(audio(0..<3200))
                for await _ in heard { break }
                // The pong is sent on the event loop, the text is read by a task.
                while try await utterance.transcript(.partial).text.isEmpty { await Task.yield() }
                #expect(try await utterance.transcript(.partial).text == "0-3199")
                await utterance.close()
            }
        }
    }

    @Test func manyFinalsAtOnceAreOneCommit() async throws {
        let commits = Counter()
        try await ScriptedServer.run { peer, frames in
            var scribe = Scribe()
            while let message = try await frames.message() {
                guard scribe.hear(message) else { continue }
                commits.add()
                try await peer.send(scribe.commit())
            }
        } body: { url in
            try await withClient { client in
                let utterance = transcriber(url, client).openUtterance(TranscriptionHints())
                try await utterance.append(audio(0..<8000))
                try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<5 { group.addTask { try await final(utterance) } }
                    for try await text in group { #expect(text == "0-7999") }
                }
                await utterance.close()
            }
        }
        #expect(commits.count == 1)
    }

    @Test func connectionThatBreaksInMidAudioCostsNoWord() async throws {
        let connections = Counter()
        try await ScriptedServer.run { peer, frames in
            guard connections.add() == 1 else { return try await Self.serve(peer, &frames) }
            var scribe = Scribe()
            while let message = try await frames.message() {
                if scribe.hear(message) {
                    try await peer.send(scribe.commit())
                    break
                }
            }
            // One more second of audio comes, and is lost with the connection.
            _ = try await frames.message()
            try await peer.send(["message_type": "partial_transcript", "text": "never more"])
            try await peer.close(1011, "")
            while try await frames.next() != nil {}
        } body: { url in
            try await withClient { client in
                let utterance = transcriber(url, client).openUtterance(TranscriptionHints())
                try await utterance.append(audio(0..<8000))
                #expect(try await final(utterance) == "0-7999")
                try await utterance.append(audio(8000..<16_000))
                // 1011 is the service's failure, which is told; asking again finds a new connection.
                let text: String
                do {
                    text = try await final(utterance)
                } catch let error as EngineError {
                    #expect(error.kind == .failed)
                    text = try await final(utterance)
                }
                #expect(text == "0-15999")
                await utterance.close()
            }
        }
        #expect(connections.count == 2)
    }

    @Test func connectionThatIsLostIsOpenedAgainWithoutAnybodyNoticing() async throws {
        let connections = Counter()
        try await ScriptedServer.run { peer, frames in
            guard connections.add() == 1 else { return try await Self.serve(peer, &frames) }
            _ = try await frames.message()
        } body: { url in
            try await withClient { client in
                let utterance = transcriber(url, client).openUtterance(TranscriptionHints())
                try await utterance.append(audio(0..<8000))
                #expect(try await final(utterance) == "0-7999")
                await utterance.close()
            }
        }
        #expect(connections.count == 2)
    }

    @Test func sessionIsOpenedAheadForTheNextUtteranceAndUsedOnce() async throws {
        let connections = Counter()
        let (opened, open) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.run { peer, frames in
            connections.add()
            open.yield()
            try await Self.serve(peer, &frames)
        } body: { url in
            try await withClient { client in
                let scribe = transcriber(url, client) { $0.realtime.maximumSpares = 1 }
                scribe.prepare()
                var openings = opened.makeAsyncIterator()
                await openings.next()
                for index in 1...3 {
                    let utterance = scribe.openUtterance(TranscriptionHints())
                    try await utterance.append(audio(0..<8000))
                    #expect(try await final(utterance) == "0-7999")
                    #expect(connections.count == index)
                    await utterance.close()
                    await openings.next()
                }
            }
        }
        #expect(connections.count == 4)
    }

    @Test func spareSessionThatTheServerClosedIsReplaced() async throws {
        let connections = Counter()
        let (closed, close) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.run { peer, frames in
            guard connections.add() == 1 else { return try await Self.serve(peer, &frames) }
            try await peer.send(["message_type": "insufficient_audio_activity", "error": "No audio"])
            try await peer.close(1000, "")
            while try await frames.next() != nil {}
            close.yield()
        } body: { url in
            try await withClient { client in
                let scribe = transcriber(url, client) { $0.realtime.maximumSpares = 1 }
                scribe.prepare()
                for await _ in closed { break }
                let utterance = scribe.openUtterance(TranscriptionHints())
                try await utterance.append(audio(0..<8000))
                #expect(try await final(utterance) == "0-7999")
                await utterance.close()
            }
        }
    }

    // MARK: Failures

    private func failure(
        refusal: (Int, String)? = nil, headers: [(String, String)] = [],
        _ adjust: @escaping @Sendable (inout ScribeTranscriber.Configuration) -> Void = { _ in },
        script: @escaping @Sendable (Peer, inout Frames) async throws -> Void
    ) async throws -> EngineError {
        try await ScriptedServer.run(
            refusal: refusal.map { (.init(statusCode: $0), $1) }, refusalHeaders: headers, script: script
        ) { url in
            try await withClient { client in
                let utterance = transcriber(url, client, adjust).openUtterance(TranscriptionHints())
                try await utterance.append(audio(0..<8000))
                let error = try await engineFailure { try await utterance.transcript(.final) }
                await utterance.close()
                return error
            }
        }
    }

    @Test func refusedUpgradeHasItsReason() async throws {
        let unauthorized = try await failure(refusal: (401, #"{"detail":"Bad key \#(speechKey)"}"#)) { _, _ in }
        #expect(unauthorized.kind == .rejected && unauthorized.message.contains("status 401: Bad key [hidden]"))
        let busy = try await failure(refusal: (429, "{}"), headers: [("retry-after", "7")]) { _, _ in }
        #expect(busy.kind == .rateLimited && busy.retryAfter == .seconds(7))
    }

    @Test(arguments: [
        ("error", EngineError.Kind.failed), ("auth_error", .rejected), ("quota_exceeded", .rejected),
        ("commit_throttled", .rateLimited), ("transcriber_error", .failed), ("unaccepted_terms", .rejected),
        ("rate_limited", .rateLimited), ("input_error", .rejected), ("invalid_request", .rejected),
        ("queue_overflow", .rateLimited), ("resource_exhausted", .rateLimited),
        ("session_time_limit_exceeded", .unavailable), ("chunk_size_exceeded", .rejected),
        ("insufficient_audio_activity", .unavailable), ("from_the_future", .rejected),
    ])
    func everyErrorOfTheServiceIsUnderstood(type: String, kind: EngineError.Kind) async throws {
        let error = try await failure { peer, frames in
            try await peer.send(["message_type": .string(type), "error": .string("No, \(speechKey)")])
            while try await frames.next() != nil {}
        }
        #expect(error.kind == kind && error.message.contains(type))
    }

    @Test func rejectionIsToldToAllWhoAskAndNotTriedAgain() async throws {
        let connections = Counter()
        try await ScriptedServer.run { peer, frames in
            connections.add()
            try await peer.send(["message_type": "auth_error", "error": "No"])
            while try await frames.next() != nil {}
        } body: { url in
            try await withClient { client in
                let utterance = transcriber(url, client).openUtterance(TranscriptionHints())
                try await utterance.append(audio(0..<8000))
                for finality in [TranscriptFinality.final, .final, .partial] {
                    try await utterance.append(audio(0..<512))
                    #expect(try await engineFailure { try await utterance.transcript(finality) }.kind == .rejected)
                }
                await utterance.close()
            }
        }
        #expect(connections.count == 1)
    }

    @Test func silenceEndsInATimeoutAndTheNextFinalInItsText() async throws {
        let connections = Counter()
        try await ScriptedServer.run { peer, frames in
            guard connections.add() == 1 else { return try await Self.serve(peer, &frames) }
            while try await frames.next() != nil {}
        } body: { url in
            try await withClient { client in
                let utterance = transcriber(url, client) { $0.realtime.finalTimeout = .seconds(1) }
                    .openUtterance(TranscriptionHints())
                try await utterance.append(audio(0..<8000))
                #expect(try await engineFailure { try await utterance.transcript(.final) }.kind == .timeout)
                #expect(try await final(utterance) == "0-7999")
                await utterance.close()
            }
        }
    }

    @Test func nonsenseIsMalformed() async throws {
        for text in ["no json \(speechKey)", "[]"] {
            let error = try await failure { peer, frames in
                try await peer.send(.text, Data(text.utf8))
                while try await frames.next() != nil {}
            }
            #expect(error.kind == .malformedAnswer)
        }
        let large = try await failure {
            $0.realtime.maximumMessageSize = 1000
        } script: { peer, frames in
            try await peer.send(.text, Data(count: 5000))
            while try await frames.next() != nil {}
        }
        #expect(large.kind == .malformedAnswer)
    }

    @Test func unreachableServiceIsAnErrorOfTheFinal() async throws {
        try await withClient { client in
            for (base, kind) in [("http://127.0.0.1:1", EngineError.Kind.unavailable), ("", .rejected)] {
                let utterance = transcriber(URL(filePath: "/"), client) { $0.endpoint.baseURL = base }
                    .openUtterance(TranscriptionHints())
                let error = try await engineFailure {
                    try await utterance.append(audio(0..<8000))
                    return try await utterance.transcript(.final)
                }
                #expect(error.kind == kind, "\(error)")
                await utterance.close()
            }
        }
    }

    @Test func audioThatNobodyTakesIsBounded() async throws {
        try await ScriptedServer.run { _, frames in
            while try await frames.next() != nil {}
        } body: { url in
            try await withClient { client in
                let utterance = transcriber(url, client) { $0.realtime.maximumPending = 1 }
                    .openUtterance(TranscriptionHints())
                try await utterance.append(audio(0..<16_000))
                let error = try await engineFailure { try await utterance.append([0]) }
                #expect(error.kind == .rejected && error.message.contains("waiting to be transcribed"))
                await utterance.close()
            }
        }
    }

    @Test func cancelledFinalThrowsAndLeavesTheUtteranceUsable() async throws {
        let (commits, committed) = AsyncStream.makeStream(of: Void.self)
        let (goes, go) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.run { peer, frames in
            var scribe = Scribe()
            while let message = try await frames.message() {
                guard scribe.hear(message) else { continue }
                committed.yield()
                for await _ in goes { break }
                try await peer.send(scribe.commit())
            }
        } body: { url in
            try await withClient { client in
                let utterance = transcriber(url, client).openUtterance(TranscriptionHints())
                try await utterance.append(audio(0..<8000))
                let task = Task { try await utterance.transcript(.final) }
                for await _ in commits { break }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                go.yield()
                #expect(try await final(utterance) == "0-7999")
                await utterance.close()
            }
        }
    }
}
