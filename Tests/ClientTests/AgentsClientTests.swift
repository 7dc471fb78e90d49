import Client
import Foundation
import JSON
import NIOHTTP1
import ScriptedServer
import Testing

@Suite("Agents over REST", .timeLimit(.minutes(1)))
struct AgentsClientTests {
    func answer<Result: Sendable>(
        _ status: HTTPResponseStatus, _ body: String,
        _ call: @escaping @Sendable (AgentsClient) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.run(refusal: (status, body)) { _, _ in
        } body: { url in
            try await call(AgentsClient(url: url, apiKey: "s3cret"))
        }
    }

    @Test("Lists, creates, and mints signed URLs")
    func reading() async throws {
        let agents = try await answer(.ok, #"{"agents":[{"agent_id":"agent_1","name":"Demo"}],"has_more":false}"#) {
            try await $0.list()
        }
        #expect(agents == [AgentSummary(id: "agent_1", name: "Demo")])
        #expect(try await answer(.ok, #"{"agent_id":"agent_2"}"#) { try await $0.create(["name": "x"]) } == "agent_2")
        let signed = "wss://host/v1/convai/conversation?agent_id=a&conversation_signature=s"
        let url = try await answer(.ok, #"{"signed_url":"\#(signed)"}"#) { try await $0.signedURL(agentID: "a") }
        #expect(url.absoluteString == signed)
        try await answer(.noContent, "") { try await $0.delete("agent_1") }
    }

    @Test("An error keeps the status and the server's words, and never the key")
    func errors() async throws {
        let error = await #expect(throws: ClientError.self) {
            try await answer(.unauthorized, #"{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}"#) {
                try await $0.get("agent_1")
            }
        }
        #expect(error == .http(status: 401, message: "Invalid API key"))
        let wrong = await #expect(throws: ClientError.self) { try await answer(.ok, "<html>") { try await $0.list() } }
        #expect(wrong == .invalidAnswer("HTTP 200 without JSON"))
    }
}
