import AsyncHTTPClient
import Engines
import JSON
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import CloudEngines

@Suite struct RemoteModelSessionTests {
    /// Slots 0 and 1.
    private actor TwoSlots: SlotProvider {
        private(set) var free: Set<Int> = [0, 1]

        func acquireSlot() -> Int? {
            free.min().flatMap { free.remove($0) }
        }

        func release(slot: Int) { free.insert(slot) }

        func waitUntilReady(atMost limit: Duration) {}

        nonisolated let load = ModelLoad()
    }

    private func withModel(
        _ server: ScriptedHTTPServer, slots: (any SlotProvider)? = nil, supportsPrefill: Bool = true,
        body: (RemoteLanguageModel) async throws -> Void
    ) async throws {
        var options = RemoteLanguageModel.Options()
        options.supportsPrefill = supportsPrefill
        let client = HTTPClient(configuration: RemoteLanguageModel.clientConfiguration(for: options))
        let endpoint = LanguageModelEndpoint(baseURL: server.url)
        try await body(
            RemoteLanguageModel(id: "test", endpoint: endpoint, httpClient: client, options: options, slots: slots))
        try await client.shutdown()
    }

    private let request = GenerationRequest(messages: [.system("Be kind."), .user("Hi")])

    @Test func eachSessionKeepsASlotUntilItCloses() async throws {
        let slots = TwoSlots()
        try await ScriptedHTTPServer.run(answer, answer, answer) { server in
            try await withModel(server, slots: slots) { model in
                let sessions = [await model.openSession(), await model.openSession(), await model.openSession()]
                for session in sessions {
                    for try await _ in session.generate(request) {}
                }
                let used = try server.requests.map { try JSONValue(parsing: $0.body)["id_slot"] }
                #expect(used == [0, 1, nil])
                #expect(slots.load.answers == 0, "all have ended")
                #expect(await slots.free.isEmpty)
                for session in sessions { await session.close() }
                await sessions[0].close()
                #expect(await slots.free == [0, 1])
            }
        }
    }

    @Test func prefillAsksForOneTokenOfTheSamePrompt() async throws {
        try await ScriptedHTTPServer.run(answer, answer) { server in
            try await withModel(server, slots: TwoSlots()) { model in
                let session = await model.openSession()
                try await session.prefill(request)
                for try await _ in session.generate(request) {}
                let bodies = try server.requests.map { try JSONValue(parsing: $0.body) }
                #expect(bodies[0]["max_tokens"] == 1 && bodies[1]["max_tokens"] == nil)
                #expect(bodies[0]["messages"] == bodies[1]["messages"])
                #expect(bodies[0]["id_slot"] == bodies[1]["id_slot"])
            }
        }
    }

    @Test func prefillIsNothingWhereThereIsNoCache() async throws {
        try await ScriptedHTTPServer.run { server in
            try await withModel(server, supportsPrefill: false) { model in
                try await model.openSession().prefill(request)
            }
            #expect(server.requests.isEmpty)
        }
    }

    /// A new connection costs several round trips, and with TLS a tenth of a second.
    @Test func connectionIsKeptForTheNextRequest() async throws {
        try await ScriptedHTTPServer.run(answer, answer, answer) { server in
            try await withModel(server) { model in
                let session = await model.openSession()
                // A prefill returns when its response has ended.
                for _ in 0..<3 { try await session.prefill(request) }
            }
            #expect(server.requests.count == 3)
            #expect(server.connectionCount == 1)
        }
    }

    @Test func connectionThatIsLeftOpenIsClosedWithoutAnError() async throws {
        try await ScriptedHTTPServer.run([.head(), .write(stop + done), .hang]) { server in
            try await withModel(server) { model in
                try await model.openSession().prefill(request)
                for await _ in server.hangUps { break }
            }
        }
    }

    @Test func generationStopsThePrefillBeforeIt() async throws {
        try await ScriptedHTTPServer.run([.hang], answer) { server in
            try await withModel(server) { model in
                let session = await model.openSession()
                async let prefill: Void = session.prefill(request)
                for await _ in server.arrivals { break }
                for try await _ in session.generate(request) {}
                for await _ in server.hangUps { break }
                try await prefill
            }
        }
    }

    @Test func newerPrefillReplacesTheOlder() async throws {
        try await ScriptedHTTPServer.run([.hang], answer) { server in
            try await withModel(server) { model in
                let session = await model.openSession()
                async let older: Void = session.prefill(request)
                for await _ in server.arrivals { break }
                try await session.prefill(request)
                try await older
                for await _ in server.hangUps { break }
            }
        }
    }

    @Test func cancelledPrefillSaysSoAndFailedOneTellsWhy() async throws {
        try await ScriptedHTTPServer.run([.hang], [.head(500), .end]) { server in
            try await withModel(server) { model in
                let session = await model.openSession()
                let task = Task { try await session.prefill(request) }
                for await _ in server.arrivals { break }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                let error = await #expect(throws: EngineError.self) { try await session.prefill(request) }
                #expect(error?.kind == .failed)
            }
        }
    }
}
