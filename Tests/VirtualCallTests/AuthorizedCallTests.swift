import Agents
import ConvAI
import Conversation
import Egress
import Foundation
import JSON
import MemoryStore
import NIOHTTP1
import TestSupport
import Testing

/// Calls with a tool whose server wants a token of another server.
@Suite("Tools with auth connections in calls", .timeLimit(.minutes(2)))
struct AuthorizedCallTests {
    /// A call whose tool `book` has the auth connection; `answer` is the token server's answer, and `send` the tool's.
    private static func setup(
        token: @escaping @Sendable (VirtualTime) async throws -> EgressAnswer = { _ in
            WebhookCallTests.answer(#"{"access_token":"t1","expires_in":3600}"#)
        },
        send: @escaping @Sendable (EgressRequest, any Storage) async throws -> EgressAnswer
    ) async throws -> VirtualCall.Setup {
        let storage = MemoryStorage()
        let connection = try AuthConnection.new(
            body: [
                "auth_type": "oauth2_client_credentials", "name": "CRM", "provider": "acme", "client_id": "me",
                "client_secret": "s3cret", "token_url": "https://id.example/token",
            ], vault: storage.vault)
        try await storage.resources.insert(connection)
        var setup = VirtualCall.Setup(
            configuration: tools(
                WebhookCallTests.webhook(
                    "book", ["api_schema": ["auth_connection": ["auth_connection_id": .string(connection.id)]]])))
        setup.storage = storage
        setup.send = { request, time in
            request.url == "https://id.example/token" ? try await token(time) : try await send(request, storage)
        }
        return setup
    }

    @Test("the tool's request carries the token, and is made once the record has the call")
    func carried() async throws {
        let sent = Log<(String, [String])>()
        let setup = try await Self.setup { request, storage in
            let record = try await storage.conversations.get(Stage.conversationID)
            sent.add(
                (request.headers["authorization"].joined(), record?.transcript.flatMap(\.toolCalls).map(\.name) ?? []))
            return WebhookCallTests.answer(#"{"number":17}"#)
        }
        let outcome = try await VirtualCall.hold(setup, model: WebhookCallTests.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(sent.entries.map(\.0) == ["Bearer t1"])
        #expect(sent.entries.map(\.1) == [["book"]])
        #expect(outcome.messages.responses == [#"It said: {"number":17}."#])
        #expect(outcome.record.details.warnings.isEmpty)
    }

    @Test("a token server that hangs costs the tool's time-out; the tool is not asked, and the model is told")
    func slow() async throws {
        let sent = Log<String>()
        let setup = try await Self.setup(token: { time in
            try await time.sleep(.seconds(1000))
            return WebhookCallTests.answer("{}")
        }) { request, _ in
            sent.add(request.url)
            return WebhookCallTests.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup, model: WebhookCallTests.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(sent.entries.isEmpty)
        // The wait has been bridged.
        #expect(outcome.messages.responses.last?.hasSuffix("It said: Error: the tool failed..") == true)
        let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
        #expect(result.errorType == "authorization_failed" && !result.hasBeenCalled)
        #expect(result.rawError == "there was no token in time")
        #expect(result.latency < 21)
    }

    @Test("a caller who hangs up while the token is fetched has the booking made once, and into the record")
    func hangUp() async throws {
        let sent = Log<String>()
        let setup = try await Self.setup(token: { time in
            try await time.sleep(.seconds(5))
            return WebhookCallTests.answer(#"{"access_token":"t1"}"#)
        }) { request, _ in
            sent.add(request.headers["authorization"].joined())
            return WebhookCallTests.answer(#"{"number":17}"#)
        }
        let outcome = try await VirtualCall.hold(setup, model: WebhookCallTests.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.wait(for: "the tool") { if case .agentToolRequest = $0 { true } else { nil } }
            try await caller.sleep(.seconds(1))
            caller.hangUp()
        }
        #expect(sent.entries == ["Bearer t1"])
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == [#"{"number":17}"#])
    }

    @Test("a connection that is gone is warned of")
    func gone() async throws {
        var setup = VirtualCall.Setup(
            configuration: tools(
                WebhookCallTests.webhook(
                    "book", ["api_schema": ["auth_connection": ["auth_connection_id": "auth_gone"]]])))
        setup.send = { _, _ in WebhookCallTests.answer("{}") }
        let outcome = try await VirtualCall.hold(setup, model: WebhookCallTests.book) { caller, _ in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(
            outcome.record.details.warnings == [
                "Tool book: api_schema.auth_connection names no connection that is here; requests go without it."
            ])
    }
}
