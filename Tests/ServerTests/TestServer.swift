import Agents
import ConvAI
import Conversation
import Engines
import Foundation
import FoundationNetworking
import JSON
import Logging
import SQLiteStore
import Server
import ServiceLifecycle
import Telemetry
import TestSupport
import Testing
import Tools

/// A server on a free port, for the length of `body`.
func withServer<Result: Sendable>(
    host: String = "127.0.0.1", limits: ServerLimits = ServerLimits(), publicURL: URL? = nil, tls: TLSFiles? = nil,
    webRoot: URL? = nil, missing: @escaping @Sendable () async -> [String] = { [] },
    metrics: PrometheusRegistry? = nil, version: String = "",
    handler: any CallHandler = EchoingCalls(), mcp: (any MCPAccess)? = nil, installer: (any ModelInstaller)? = nil,
    engines: @escaping @Sendable () async throws -> EngineCatalog = {
        throw EngineError(.unavailable, engine: "speech", "This test has no engines.")
    },
    log: MemoryLog = MemoryLog(), _ body: @Sendable (TestServer) async throws -> Result
) async throws -> Result {
    let storage = try SQLiteStorage.temporary()
    let recordings = RecordingFolder(storage.directory.appending(path: "recordings"))
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test") { _ in log.handler }
    var catalog = ModelCatalog(
        voices: [.init(id: "joe", name: "Joe"), .init(id: "amy", name: "Amy")], languageModels: ["qwen"],
        transcribers: ["moonshine"])
    catalog.prices["qwen"] = .free
    var configuration = ServerConfiguration(
        host: host, port: 0, publicURL: publicURL, tls: tls, webRoot: webRoot, limits: limits)
    configuration.version = version
    let server = ParleyServer(
        configuration: configuration, storage: storage, recordings: recordings,
        catalog: catalog,
        callHandler: handler,
        engines: engines, mcp: mcp, installer: installer, missing: missing, metrics: metrics,
        onListening: { port.yield($0) }, logger: logger)
    let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { port.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        guard let listening = await iterator.next() else {
            try await tasks.waitForAll()
            throw CancellationError()
        }
        let test = TestServer(port: listening, storage: storage, recordings: recordings, group: group, log: log)
        do {
            let result = try await body(test)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
    }
}

/// What a test knows of its server.
struct TestServer: Sendable {
    let port: Int
    let storage: any Storage
    let recordings: RecordingFolder
    let group: ServiceGroup
    let log: MemoryLog

    /// Sends a request and reads the whole answer.
    func send(
        _ method: String, _ path: String, _ body: JSONValue? = nil, raw: Data? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")))
        request.httpMethod = method
        request.httpBody = raw ?? body?.data
        if request.httpBody != nil { request.setValue("application/json", forHTTPHeaderField: "Content-Type") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        return Answer(response: try #require(response as? HTTPURLResponse), data: data)
    }

    /// Where an agent is called.
    static func path(_ agent: String) -> String { "/v1/convai/conversation?agent_id=\(agent)" }

    /// Calls a new agent.
    func dial(_ body: (TestWebSocket) async throws -> Void) async throws {
        try await TestWebSocket.connect(to: port, Self.path(try await makeAgent()), body)
    }

    /// A new agent's id.
    func makeAgent(_ body: JSONValue = ["conversation_config": [:]]) async throws -> String {
        try await storage.insert(body)
    }
}

extension Storage {
    func insert(_ body: JSONValue) async throws -> String {
        let agent = try Agent.new(body: body)
        try await agents.insert(agent)
        return agent.id
    }
}

struct Answer: Sendable {
    let response: HTTPURLResponse
    let data: Data

    var status: Int { response.statusCode }
    /// Null when the body is no JSON.
    var json: JSONValue { (try? JSONValue(parsing: data)) ?? .null }

    func header(_ name: String) -> String? { response.value(forHTTPHeaderField: name) }
}

/// A call handler that introduces itself and answers every user message with its text.
struct EchoingCalls: CallHandler {
    func run(
        _ request: CallRequest, messages: ClientMessages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        do {
            try await send(
                .initiationMetadata(
                    ConversationMetadata(
                        conversationID: request.conversationID, agentOutputAudioFormat: "pcm_16000",
                        userInputAudioFormat: "pcm_16000")))
            for try await message in messages {
                switch message {
                case .userMessage("bye"): return CallEnding(code: 1000, reason: "The agent ended the call.")
                case .userMessage(let text): try await send(.agentResponse(text, eventID: 1))
                case .audio(let bytes): try await send(.audio(AudioMessage(bytes: bytes, eventID: 1)))
                default: break
                }
            }
            return CallEnding(code: 1000, reason: "The client has gone.")
        } catch let error as ClientMessageError {
            return CallEnding(code: 1008, reason: error.description)
        } catch {
            return CallEnding(code: 1011, reason: "\(error)")
        }
    }
}
