import AsyncHTTPClient
import Engines
import JSON
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import CloudEngines

private let key = "sk-secret-0123456789abcdef"

@Suite struct RemoteLanguageModelTests {
    private func withModel(
        url: String, headers: [String: String] = [:], slots: (any SlotProvider)? = nil,
        options adjust: (inout RemoteLanguageModel.Options) -> Void = { _ in },
        body: (RemoteLanguageModel) async throws -> Void
    ) async throws {
        var options = RemoteLanguageModel.Options()
        adjust(&options)
        let client = HTTPClient(configuration: RemoteLanguageModel.clientConfiguration(for: options))
        let endpoint = LanguageModelEndpoint(baseURL: url, model: "m", apiKey: key, headers: headers)
        do {
            try await body(
                RemoteLanguageModel(
                    id: "test", endpoint: endpoint, httpClient: client, options: options, slots: slots))
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func generate(with model: RemoteLanguageModel) async throws -> [GenerationEvent] {
        let session = await model.openSession()
        var events: [GenerationEvent] = []
        for try await event in session.generate(GenerationRequest(messages: [.user("Hi")])) { events.append(event) }
        await session.close()
        return events
    }

    /// The error that a generation ends with; what it said before it does not matter.
    private func failure(of model: RemoteLanguageModel) async throws -> EngineError {
        let error = await #expect(throws: EngineError.self) { try await generate(with: model) }
        return try #require(error)
    }

    @Test func answerIsStreamedAndTheRequestIsAsTheAPIWants() async throws {
        try await ScriptedHTTPServer.run(answer) { server in
            try await withModel(url: server.url + "/", headers: ["X-Team": "blue"]) { model in
                let events = try await generate(with: model)
                #expect(events == [.text("Hello"), .finished(GenerationSummary(reason: "stop"))])
            }
            let request = try #require(server.requests.first)
            #expect(request.head.method == .POST)
            #expect(request.head.uri == "/v1/chat/completions")
            #expect(request.head.headers["authorization"] == ["Bearer \(key)"])
            #expect(request.head.headers["x-team"] == ["blue"])
            #expect(request.head.headers["content-type"] == ["application/json"])
            let body = try JSONValue(parsing: request.body)
            #expect(body["model"] == "m" && body["stream"] == true)
        }
    }

    @Test func withoutAKeyThereIsNoAuthorization() async throws {
        try await ScriptedHTTPServer.run(answer) { server in
            let client = HTTPClient(configuration: RemoteLanguageModel.clientConfiguration())
            let endpoint = LanguageModelEndpoint(baseURL: server.url, apiKey: " \n")
            _ = try await generate(with: RemoteLanguageModel(id: "t", endpoint: endpoint, httpClient: client))
            try await client.shutdown()
            #expect(server.requests.first?.head.headers.contains(name: "authorization") == false)
        }
    }

    @Test func pathIsAppendedToEveryKindOfBase() async throws {
        try await ScriptedHTTPServer.run(answer, answer, answer) { server in
            for base in ["///", "/chat/completions", "?api-version=1"] {
                try await withModel(url: server.url + base) { _ = try await generate(with: $0) }
            }
            #expect(
                server.requests.map(\.head.uri) == [
                    "/v1/chat/completions", "/v1/chat/completions", "/v1/chat/completions?api-version=1",
                ])
        }
    }

    @Test func answerThatDripsByteByByteIsTheSame() async throws {
        let bytes = Array((text("Grüße 🎙️") + stop + done).utf8)
        try await ScriptedHTTPServer.run([.head()] + bytes.map { .bytes([$0]) } + [.end]) { server in
            try await withModel(url: server.url) { model in
                let events = try await generate(with: model)
                #expect(events.first == .text("Grüße 🎙️"))
            }
        }
    }

    @Test func serverThatDoesNotStreamIsUnderstood() async throws {
        let whole = #"{"choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}"#
        try await ScriptedHTTPServer.run([.head(contentType: "application/json; charset=utf-8"), .write(whole), .end]) {
            server in
            try await withModel(url: server.url) { model in
                let events = try await generate(with: model)
                #expect(events == [.text("Hello"), .finished(GenerationSummary(reason: "stop"))])
            }
        }
    }

    @Test func toolCallsInPiecesArriveWhole() async throws {
        let pieces = [
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"book","arguments":"{\"d"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"ay\":1}"}}]}}]}"#,
            #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
        ]
        try await ScriptedHTTPServer.run([.head()] + pieces.map { .write("data: \($0)\n\n") } + [.write(done), .end]) {
            server in
            try await withModel(url: server.url) { model in
                let events = try await generate(with: model)
                #expect(
                    events.first
                        == .toolCall(ToolCall(id: "c1", name: "book", arguments: ["day": 1])))
            }
        }
    }

    @Test(arguments: [
        (400, EngineError.Kind.rejected), (401, .rejected), (404, .rejected), (408, .timeout), (429, .rateLimited),
        (500, .failed), (503, .unavailable), (504, .timeout), (307, .rejected),
    ])
    func statusDecidesTheKindAndTheBodyGivesTheReason(status: Int, kind: EngineError.Kind) async throws {
        let body = #"{"error":{"message":"No such\nmodel: m"}}"#
        try await ScriptedHTTPServer.run([.head(status, contentType: "application/json"), .write(body), .end]) {
            server in
            try await withModel(url: server.url) { model in
                let error = try await failure(of: model)
                #expect(
                    error
                        == EngineError(
                            kind, engine: "test", "the model's server answered with status \(status): No such model: m")
                )
            }
        }
    }

    @Test(arguments: [
        (["retry-after": "2"], Duration.seconds(2)),
        (["retry-after": "2", "retry-after-ms": "350"], .milliseconds(350)),
        (["retry-after": "Mon, 23 Nov 2026 10:00:00 GMT"], nil), (["retry-after": "inf"], nil),
        (["retry-after": "-1"], nil), ([:], nil),
    ])
    func serverSaysWhenToAskAgain(headers: [String: String], pause: Duration?) async throws {
        try await ScriptedHTTPServer.run([.head(429, contentType: "application/json", headers: headers), .end]) {
            server in
            try await withModel(url: server.url) { model in
                let error = try await failure(of: model)
                #expect(error.retryAfter == pause)
            }
        }
    }

    @Test func refusedConnectionIsUnavailable() async throws {
        // Port 1 has no service; a port that was free a moment ago may have one by now.
        for host in ["127.0.0.1", "localhost"] {
            try await withModel(url: "http://\(host):1/v1") { model in
                let error = try await failure(of: model)
                #expect(error.kind == .unavailable)
                #expect(error.message == "the model's server cannot be reached: connection refused")
            }
        }
    }

    @Test func urlThatIsNoneIsRejected() async throws {
        for url in ["", "not a url", "ftp://example.com"] {
            try await withModel(url: url) { model in
                let error = try await failure(of: model)
                #expect(error.kind == .rejected)
            }
        }
    }

    @Test(arguments: [
        [ScriptedHTTPServer.Step.hang], [.head(), .hang], [.head(), .write(": keep-alive\n\n"), .hang],
        [.head(), .write(text("Hel")), .hang],
    ])
    func silenceEndsInATimeout(script: [ScriptedHTTPServer.Step]) async throws {
        try await ScriptedHTTPServer.run(script) { server in
            try await withModel(
                url: server.url,
                options: {
                    $0.firstEventTimeout = .milliseconds(150)
                    $0.eventTimeout = .milliseconds(150)
                }
            ) { model in
                let error = try await failure(of: model)
                #expect(
                    error
                        == EngineError(
                            .timeout, engine: "test", "no answer from the model's server within 0.15 seconds"))
                // The connection does not outlive the time-out.
                for await _ in server.hangUps { break }
            }
        }
    }

    @Test func answerThatNeverEndsIsEnded() async throws {
        let script = [ScriptedHTTPServer.Step.head()] + Array(repeating: .write(text("x")), count: 20) + [.hang]
        try await ScriptedHTTPServer.run(script) { server in
            try await withModel(url: server.url, options: { $0.totalTimeout = .milliseconds(200) }) { model in
                let error = try await failure(of: model)
                #expect(error.kind == .timeout)
            }
        }
    }

    @Test(arguments: [
        [ScriptedHTTPServer.Step.head(), .write(text("Hel")), .end], [.head(), .write(text("Hel")), .drop],
        [.head(), .write(text("Hel") + "data: {\"cho"), .drop], [.head(), .end], [.head(), .drop],
    ])
    func truncatedStreamHasFailed(script: [ScriptedHTTPServer.Step]) async throws {
        try await ScriptedHTTPServer.run(script) { server in
            try await withModel(url: server.url) { model in
                let error = try await failure(of: model)
                #expect(error == EngineError(.failed, engine: "test", "the answer was cut off"))
            }
        }
    }

    @Test func wholeAnswerCountsHoweverTheConnectionEnds() async throws {
        try await ScriptedHTTPServer.run(
            [.head(), .write(text("Hi") + stop), .drop], [.head(), .write(text("Hi") + stop + done), .hang]
        ) {
            server in
            for _ in 0..<2 {
                try await withModel(url: server.url) { model in
                    let events = try await generate(with: model)
                    #expect(events == [.text("Hi"), .finished(GenerationSummary(reason: "stop"))])
                }
            }
        }
    }

    @Test func badJSONIsMalformed() async throws {
        try await ScriptedHTTPServer.run([.head(), .write("data: <html>\n\n"), .hang]) { server in
            try await withModel(url: server.url) { model in
                let error = try await failure(of: model)
                #expect(error.kind == .malformedAnswer)
            }
        }
    }

    @Test func endlessLineIsMalformed() async throws {
        let script: [ScriptedHTTPServer.Step] = [
            .head(), .write("data: " + String(repeating: "x", count: 5000)), .hang,
        ]
        try await ScriptedHTTPServer.run(script) { server in
            try await withModel(url: server.url, options: { $0.maxLineBytes = 1000 }) {
                let error = try await failure(of: $0)
                #expect(error.kind == .malformedAnswer)
            }
        }
    }

    @Test func connectionThatDiesUnansweredIsTriedOnceMore() async throws {
        try await ScriptedHTTPServer.run([.drop], answer) { server in
            try await withModel(url: server.url) { model in
                let events = try await generate(with: model)
                #expect(events.count == 2)
            }
        }
        try await ScriptedHTTPServer.run([.drop], [.drop], answer) { server in
            try await withModel(url: server.url) { model in
                let error = try await failure(of: model)
                #expect(error.kind == .unavailable)
            }
        }
    }

    @Test func endingTheIterationClosesTheConnection() async throws {
        try await ScriptedHTTPServer.run([.head(), .write(text("Hello")), .hang]) { server in
            try await withModel(url: server.url) { model in
                let session = await model.openSession()
                for try await event in session.generate(GenerationRequest(messages: [.user("Hi")])) {
                    #expect(event == .text("Hello"))
                    break
                }
                for await _ in server.hangUps { break }
            }
        }
    }

    @Test(arguments: [[ScriptedHTTPServer.Step.hang], [.head(), .write(text("Hello")), .hang]])
    func cancellingTheConsumerClosesTheConnection(script: [ScriptedHTTPServer.Step]) async throws {
        try await ScriptedHTTPServer.run(script) { server in
            try await withModel(url: server.url) { model in
                let consumer = Task { try await generate(with: model) }
                for await _ in server.arrivals { break }
                consumer.cancel()
                for await _ in server.hangUps { break }
                _ = await consumer.result
            }
        }
    }

    /// Servers that repeat the key in what they say, and failures of every kind: the key is in no error's text.
    @Test func keyIsInNoError() async throws {
        let header = "hdr-secret-9876543210"
        let said = JSONValue.object([
            "error": ["message": .string("Incorrect key \(key), \(header)" + String(repeating: " \(key)", count: 50))]
        ])
        let scripts: [[ScriptedHTTPServer.Step]] = [
            [.head(401, contentType: "application/json"), .write(said.text), .end],
            [.head(500), .write("plain \(key)"), .end], [.head(), .write("data: \(said.text)\n\n"), .end],
            [.head(), .write("data: {\(key)\n\n"), .end],
            [.head(contentType: "application/json"), .write(said.text), .end], [.head(), .drop],
        ]
        for script in scripts {
            try await ScriptedHTTPServer.run(script) { server in
                try await withModel(url: server.url, headers: ["X-Token": header]) { model in
                    let error = try await failure(of: model)
                    for text in [error.description, "\(error)", String(reflecting: error)] {
                        #expect(!text.contains("secret"), "\(text)")
                    }
                }
            }
        }
        // A value that no header can hold: the HTTP client's own error would show it.
        try await withModel(url: "http://127.0.0.1:9/v1", headers: ["X-Token": "hdr-secret\r\n\u{0}"]) { model in
            let error = try await failure(of: model)
            #expect(error.kind == .rejected && !String(reflecting: error).contains("secret"))
        }
    }
}
