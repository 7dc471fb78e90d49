import Agents
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import Logging
import SQLiteStore
import Server
import ServiceLifecycle
import TestSupport
import Testing

/// Real calls behind the real server, as `parley serve` puts them together.
struct ServedCalls: Sendable {
    let port: Int
    let agentID: String
    let storage: any Storage

    private struct Handler: CallHandler {
        let environment: CallEnvironment
        let line: ConversationLine.Options

        func run(
            _ request: CallRequest, messages: ClientMessages,
            send: @escaping @Sendable (ServerMessage) async throws -> Void
        ) async -> CallEnding {
            await ConversationCall(request, environment: environment, options: line).run(messages, send: send)
        }
    }

    /// Serves one agent on a free port, for the length of `body`.
    ///
    /// - Parameters:
    ///   - configuration: laid over `baseConfiguration`.
    ///   - engines: changes the engines of this server.
    static func run(
        _ configuration: JSONValue = [:], platform: JSONValue = [:], options: CallOptions = CallOptions(),
        line: ConversationLine.Options = ConversationLine.Options(),
        engines change: (inout EngineCatalog) -> Void = { _ in },
        _ body: (ServedCalls) async throws -> Void
    ) async throws {
        var catalog = try #require(CallEngines.current).catalog
        change(&catalog)
        let engines = catalog
        let storage = try SQLiteStorage.temporary()
        let recordings = RecordingFolder(storage.directory.appending(path: "recordings"))
        let agent = try Agent.new(
            conversationConfig: baseConfiguration.merging(configuration), platformSettings: platform)
        try await storage.agents.insert(agent)
        var environment = CallEnvironment(
            engines: engines, conversations: storage.conversations,
            recordings: recordings, options: options,
            logger: CallEngines.quietLogger)
        environment.files = storage.files
        let served = environment
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = ParleyServer(
            configuration: ServerConfiguration(host: "127.0.0.1", port: 0), storage: storage, recordings: recordings,
            catalog: ModelCatalog(engines), callHandler: Handler(environment: served, line: line),
            engines: { engines },
            onListening: { port.yield($0) }, logger: CallEngines.quietLogger)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server)], logger: CallEngines.quietLogger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await group.run()
                port.finish()
            }
            var iterator = ports.makeAsyncIterator()
            let listening = try #require(await iterator.next())
            do {
                try await body(ServedCalls(port: listening, agentID: agent.id, storage: storage))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Opens a WebSocket to the agent.
    func connect<Result>(_ body: (TestWebSocket) async throws -> Result) async throws -> Result {
        try await TestWebSocket.connect(
            to: port, "/v1/convai/conversation?agent_id=\(agentID)"
        ) { try await body($0) }
    }
}

extension TestWebSocket {
    func send(_ message: JSONValue) async throws { try await send(message.text) }

    /// What the Python SDK without audio sends first.
    func beginText() async throws {
        try await send([
            "type": "conversation_initiation_client_data", "conversation_config_override": ["text_only": true],
            "custom_llm_extra_body": [:], "dynamic_variables": [:],
        ])
    }

    /// The next message of `type`; pings are answered on the way, other messages are skipped.
    func message(_ type: String) async throws -> JSONValue {
        while let frame = try await receive() {
            switch frame {
            case .text(let text):
                let message = try JSONValue(parsing: text)
                if message["type"]?.stringValue == type { return message }
                if let id = message.value(at: "ping_event", "event_id") {
                    try await send(["type": "pong", "event_id": id])
                }
            case .close(let code, let reason):
                throw Ended(description: "Closed with \(code) (\(reason)) before a \(type).")
            default: continue
            }
        }
        throw Ended(description: "The connection ended before a \(type).")
    }

    /// The types of all messages up to the close, pings left out, and the close.
    func messagesToClose() async throws -> (messages: [JSONValue], code: Int, reason: String) {
        var messages: [JSONValue] = []
        while let frame = try await receive() {
            switch frame {
            case .text(let text):
                let message = try JSONValue(parsing: text)
                if message["type"] != "ping" { messages.append(message) }
            case .close(let code, let reason): return (messages, code, reason)
            default: continue
            }
        }
        throw Ended(description: "The connection ended without a close frame.")
    }

    struct Ended: Error, CustomStringConvertible {
        var description: String
    }
}
