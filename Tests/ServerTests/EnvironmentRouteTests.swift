import Agents
import ConvAI
import Conversation
import Foundation
import JSON
import Server
import TestSupport
import Testing

/// Tells in what environment each call is, and ends it.
private struct EnvironmentCalls: CallHandler {
    func run(
        _ request: CallRequest, messages: ClientMessages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        CallEnding(code: 1000, reason: request.environment ?? "none")
    }
}

@Suite("Environments of calls over the WebSocket", .timeLimit(.minutes(1)))
struct EnvironmentRouteTests {
    private func environment(_ server: TestServer, _ path: String) async throws -> String? {
        try await TestWebSocket.connect(to: server.port, path) { socket in
            if case .close(_, let reason) = try await socket.receive() { reason } else { nil }
        }
    }

    @Test("the query chooses it, unless whoever signed the URL did", arguments: [false, true])
    func chosen(isPrivate: Bool) async throws {
        try await withServer(handler: EnvironmentCalls()) { server in
            let agent = try await server.makeAgent(
                ["platform_settings": ["auth": ["enable_auth": .bool(isPrivate)]], "conversation_config": [:]])
            func signed(_ query: String) async throws -> String {
                let answer = try await server.send(
                    "GET", "/v1/convai/conversation/get-signed-url?agent_id=\(agent)\(query)")
                let url = try #require(answer.json["signed_url"]?.stringValue.flatMap(URLComponents.init))
                return "\(url.path)?\(url.percentEncodedQuery ?? "")"
            }
            #expect(try await environment(server, try await signed("")) == "none")
            #expect(try await environment(server, try await signed("") + "&environment=dev") == "dev")
            let staging = try await signed("&environment=staging")
            #expect(try await environment(server, staging) == "staging")
            let moved = staging.replacing("environment=staging", with: "environment=dev")
            #expect(try await environment(server, moved) == (isPrivate ? "staging" : "dev"))
            #expect(
                try await server.send(
                    "GET", "/v1/convai/conversation/get-signed-url?agent_id=\(agent)&environment=a%20b"
                ).status == 422)
        }
    }
}
