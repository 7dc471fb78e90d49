import AsyncHTTPClient
import Engines
import JSON
import TestSupport
import Testing

@testable import CloudEngines

@Suite("What a server does not take")
struct RefusedMemberTests {
    private static let request = GenerationRequest(messages: [.user("Hi")], temperature: 0, maxTokens: 64)

    private func refusal(_ message: String, parameter: String? = nil) -> [ScriptedHTTPServer.Step] {
        let error: JSONValue = ["message": .string(message), "param": parameter.map(JSONValue.string) ?? .null]
        return [.head(400, contentType: "application/json"), .write((["error": error] as JSONValue).text), .end]
    }

    /// The bodies that two generations sent.
    private func bodies(_ server: ScriptedHTTPServer, generations: Int = 2) async throws -> [JSONValue] {
        let client = HTTPClient(configuration: RemoteLanguageModel.clientConfiguration())
        let endpoint = LanguageModelEndpoint(baseURL: server.url, model: "m")
        let model = RemoteLanguageModel(id: "test", endpoint: endpoint, httpClient: client)
        do {
            for _ in 0..<generations {
                let session = await model.openSession()
                for try await _ in session.generate(Self.request) {}
                await session.close()
            }
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
        return try server.requests.map { try JSONValue(parsing: $0.body) }
    }

    @Test("A member that the server names is left out, at once and from then on")
    func leftOut() async throws {
        let refusal = refusal("Unsupported value.", parameter: "temperature")
        try await ScriptedHTTPServer.run(refusal, answer, answer) { server in
            let bodies = try await bodies(server)
            #expect(bodies.map { $0["temperature"] } == [0, nil, nil])
            #expect(bodies.map { $0["max_tokens"] } == [64, 64, 64])
        }
    }

    @Test("The bound of newer models has another name; several members are refused one by one")
    func renamed() async throws {
        try await ScriptedHTTPServer.run(
            refusal("'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."),
            refusal("`temperature` is deprecated for this model."), answer, answer
        ) { server in
            let bodies = try await bodies(server)
            #expect(bodies.map { $0["max_tokens"] } == [64, nil, nil, nil])
            #expect(bodies.map { $0["max_completion_tokens"] } == [nil, 64, 64, 64])
            #expect(bodies.map { $0["temperature"] } == [0, 0, nil, nil])
        }
    }

    @Test("Anything else that is refused is an error, and nothing is asked twice")
    func others() async throws {
        try await ScriptedHTTPServer.run(refusal("The model m does not exist.", parameter: "model")) { server in
            let error = await #expect(throws: EngineError.self) { try await bodies(server, generations: 1) }
            #expect(error?.kind == .rejected)
            #expect(server.requests.count == 1)
        }
    }

    @Test("A server that goes on refusing is given up")
    func endless() async throws {
        try await ScriptedHTTPServer.run { _ in
            refusal("temperature, max_tokens, stream_options")
        } body: { server in
            let error = await #expect(throws: EngineError.self) { try await bodies(server, generations: 1) }
            #expect(error?.kind == .rejected)
            #expect(server.requests.count <= 5)
        }
    }
}
