import AsyncHTTPClient
import Engines
import JSON
import Logging
import NIOHTTP1
import TestSupport
import Testing

@testable import CloudEngines

@Suite("Connections that are opened ahead", .timeLimit(.minutes(1)))
struct ServiceConnectionsTests {
    private static let request = GenerationRequest(messages: [.user("Hi")])

    /// A language model and two voices of the same server, which answers what nobody asked for with 404.
    private func withServer(
        answering answers: [ScriptedHTTPServer.Step] = answer, keepsOpen: Bool = true,
        body: (ScriptedHTTPServer, HTTPClient, ServiceConnections) async throws -> Void
    ) async throws {
        try await ScriptedHTTPServer.run { request in
            guard request.head.method == .HEAD else { return answers }
            return [.head(404, contentType: "text/plain"), keepsOpen ? .end : .drop]
        } body: { server in
            try await withClient { client in
                try await body(server, client, ServiceConnections(httpClient: client, logger: Self.silent))
            }
        }
    }

    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func model(
        _ url: String, _ client: HTTPClient, _ connections: ServiceConnections?
    ) -> RemoteLanguageModel {
        let endpoint = LanguageModelEndpoint(
            baseURL: url + "?key=\(Secret.key)", apiKey: Secret.key, headers: ["X-Token": Secret.header])
        return RemoteLanguageModel(id: "cloud", endpoint: endpoint, httpClient: client, connections: connections)
    }

    @Test("the first answer finds one, which nobody's key has opened, and later turns find that one")
    func languageModel() async throws {
        try await withServer { server, client, connections in
            let session = await model(server.url, client, connections).openSession()
            for _ in 0..<3 { try await session.prefill(Self.request) }
            #expect(server.connectionCount == 1)
            for _ in 0..<2 {
                for try await _ in session.generate(Self.request) {}
                // The end of the response comes after the end of the answer.
                while !connections.isOpen(to: server.url) { await Task.yield() }
                try await session.prefill(Self.request)
            }
            #expect(server.connectionCount == 1)
            let requests = server.requests.map(\.head)
            #expect(requests.map(\.method) == [.HEAD, .POST, .POST])
            let opening = try #require(requests.first)
            #expect(opening.uri == "/")
            #expect(!"\(opening.headers)".contains("secret"), "\(opening.headers)")
            // Another model of the same server needs no connection of its own.
            try await model(server.url, client, connections).openSession().prefill(Self.request)
            #expect(server.requests.count == 3)
        }
    }

    @Test("one that was lost with a cancelled answer is opened again")
    func cancelled() async throws {
        try await withServer(answering: [.head(), .write(text("Hello")), .hang]) { server, client, connections in
            let session = await model(server.url, client, connections).openSession()
            for try await _ in session.generate(Self.request) { break }
            for await _ in server.hangUps { break }
            try await session.prefill(Self.request)
            #expect(server.connectionCount == 2 && connections.isOpen(to: server.url))
        }
    }

    @Test("without the wish for it, nothing is opened")
    func unwanted() async throws {
        try await withServer { server, client, _ in
            try await model(server.url, client, nil).openSession().prefill(Self.request)
            #expect(server.connectionCount == 0)
        }
    }

    @Test("voices and recognisers over HTTP have theirs before they are needed", arguments: [0, 1, 2, 3])
    func speech(index: Int) async throws {
        try await withServer(answering: [.head(500), .end]) { server, client, connections in
            let endpoint = ServiceEndpoint(baseURL: server.url, apiKey: Secret.key)
            let voice = ElevenLabsSynthesizer.Configuration(
                endpoint: ServiceEndpoint(baseURL: server.url, apiKey: Secret.key), voice: "joe", model: "eleven_v3")
            let scribe = ScribeTranscriber.Configuration(
                endpoint: ServiceEndpoint(baseURL: server.url, apiKey: Secret.key), mode: .batch)
            let voices: [any Synthesizer] = [
                OpenAISynthesizer(
                    id: "cloud", configuration: .init(endpoint: endpoint, model: "tts-1", voice: "alloy"),
                    httpClient: client, connections: connections),
                ElevenLabsSynthesizer(voice, httpClient: client, connections: connections),
            ]
            let transcribers: [any Transcriber] = [
                OpenAITranscriber(
                    id: "cloud", configuration: .init(endpoint: endpoint, model: "whisper-1"), httpClient: client,
                    connections: connections),
                ScribeTranscriber(scribe, httpClient: client, connections: connections),
            ]
            if index < 2 { voices[index].prepare() } else { transcribers[index - 2].prepare() }
            while !connections.isOpen(to: server.url) { await Task.yield() }
            await #expect(throws: EngineError.self) {
                if index < 2 {
                    for try await _ in voices[index].synthesize(SpeechRequest(text: "Hello.")) {}
                } else {
                    let utterance = transcribers[index - 2].openUtterance(TranscriptionHints())
                    try await utterance.append([Float](repeating: 0.5, count: 16_000))
                    _ = try await utterance.transcript(.final)
                }
            }
            #expect(server.connectionCount == 1)
            #expect(server.requests.map(\.head.method) == [.HEAD, .POST])
        }
    }

    @Test("a server that cannot be reached is a line for those who look for it, and no failure")
    func unreachable() async throws {
        let log = MemoryLog()
        try await withClient { client in
            let connections = ServiceConnections(
                httpClient: client, logger: Logger(label: "test") { _ in log.handler })
            let session = await model("http://127.0.0.1:1/v1", client, connections).openSession()
            try await session.prefill(Self.request)
            #expect(!connections.isOpen(to: "http://127.0.0.1:1/v1"))
            try await model("no URL", client, connections).openSession().prefill(Self.request)
        }
        let lines = log.text.split(separator: "\n")
        #expect(lines.count == 1 && lines.allSatisfy { $0.hasPrefix("debug") && !$0.contains("secret") }, "\(lines)")
    }

    // MARK: What is known of them

    private let start = ContinuousClock.now

    @Test("one is opened where none is idle, and not again at once")
    func census() {
        var census = ConnectionCensus()
        func begins(_ seconds: Int) -> Bool { census.beginOpening(at: start + .seconds(seconds)) }
        func ends(_ seconds: Int, isOpen: Bool) { census.endOpening(isOpen: isOpen, at: start + .seconds(seconds)) }
        #expect([begins(0), begins(10)] == [true, false])
        ends(11, isOpen: false)
        #expect([begins(4), begins(11)] == [false, true])
        ends(11, isOpen: true)
        #expect(census.isOpen(at: start + .seconds(40)) && !census.isOpen(at: start + .seconds(41)))
        #expect([begins(40), begins(41)] == [false, true])
    }

    @Test("requests take them and bring them back, unless they break")
    func requests() {
        var census = ConnectionCensus()
        census.requestBegan()
        census.requestBegan()
        #expect(census.isInUse(at: start) && !census.isOpen(at: start))
        census.requestEnded(isKept: true, at: start)
        census.requestEnded(isKept: false, at: start)
        #expect(census.isOpen(at: start))
        census.requestBegan()
        #expect(!census.isOpen(at: start))
        census.requestEnded(isKept: false, at: start)
        #expect(!census.isOpen(at: start))
        #expect(census.isInUse(at: start + .seconds(29)) && !census.isInUse(at: start + .seconds(30)))
    }
}
