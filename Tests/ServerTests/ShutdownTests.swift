import Agents
import Conversation
import Foundation
import JSON
import Logging
import SQLiteStore
import Server
import ServiceLifecycle
import TestSupport
import Testing

@Suite("The server shuts down", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test("when the server shuts down a call goes on to its own end, and nobody new is let in")
    func drain() async throws {
        try await withServer { server in
            let path = TestServer.path(try await server.makeAgent())
            try await TestWebSocket.connect(to: server.port, path) { socket in
                _ = try await socket.receive()
                try await RawSocket.connect(to: server.port) { silent in
                    await server.group.triggerGracefulShutdown()
                    // A connection that has not asked for anything yet is closed.
                    let answer = try await silent.readToEnd()
                    #expect(answer.isEmpty)
                }
                await #expect(throws: (any Error).self) { try await RawSocket.connect(to: server.port) { _ in } }
                try await socket.send(#"{"type":"user_message","text":"still there?"}"#)
                let answer = try await socket.message()
                #expect(answer?.value(at: "agent_response_event", "agent_response") == "still there?")
                try await socket.send(#"{"type":"user_message","text":"bye"}"#)
                #expect(try await socket.receive() == .close(code: 1000, reason: "The agent ended the call."))
            }
        }
    }

    @Test("a call that does not end by itself is told so and cancelled when the drain is over")
    func drainTimeout() async throws {
        var limits = ServerLimits()
        limits.drainTimeout = .milliseconds(50)
        try await withServer(limits: limits, handler: StubbornCalls()) { server in
            try await server.dial { socket in
                _ = try await socket.receive()
                await server.group.triggerGracefulShutdown()
                #expect(try await socket.receive() == .close(code: 1001, reason: "The server is shutting down."))
            }
        }
    }

    @Test("a server whose task is cancelled ends its calls at once, and says so")
    func cancellation() async throws {
        var limits = ServerLimits()
        limits.drainTimeout = .seconds(3600)
        limits.closeTimeout = .seconds(3600)
        let log = MemoryLog()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let storage = try SQLiteStorage.temporary()
        let server = ParleyServer(
            configuration: ServerConfiguration(port: 0, limits: limits), storage: storage,
            recordings: RecordingFolder(storage.directory.appending(path: "recordings")),
            catalog: ModelCatalog(voices: [], languageModels: [], transcribers: []), callHandler: StubbornCalls(),
            engines: { throw CancellationError() }, onListening: { port.yield($0) },
            logger: Logger(label: "test") { _ in log.handler })
        let path = TestServer.path(try await storage.insert(["conversation_config": [:]]))
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server)], logger: Logger(label: "test") { _ in log.handler })
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await group.run() }
            let port = try #require(await ports.first { _ in true })
            try await TestWebSocket.connect(to: port, path) { socket in
                _ = try await socket.receive()
                await group.triggerGracefulShutdown()
                while !log.text.contains("waiting for calls in progress") { await Task.yield() }
                tasks.cancelAll()
                #expect(try await socket.receive() == .close(code: 1001, reason: "The server is shutting down."))
            }
        }
    }
}
