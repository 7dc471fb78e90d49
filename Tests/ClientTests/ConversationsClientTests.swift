import Client
import Foundation
import JSON
import NIOHTTP1
import ScriptedServer
import Testing

@Suite("Conversations over REST", .timeLimit(.minutes(1)))
struct ConversationsClientTests {
    func answer<Result: Sendable>(
        _ body: String, _ call: @escaping @Sendable (ConversationsClient) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.run(refusal: (.ok, body)) { _, _ in
        } body: { url in
            try await call(ConversationsClient(url: url, apiKey: "s3cret"))
        }
    }

    @Test("Lists no more than asked for, and gets a record whole")
    func reading() async throws {
        let page = #"{"conversations":[{"conversation_id":"a"},{"conversation_id":"b"}],"has_more":false}"#
        let both = try await answer(page) { try await $0.list() }
        #expect(both.map { $0["conversation_id"]?.stringValue } == ["a", "b"])
        let one = try await answer(page) { try await $0.list(limit: 1) }
        #expect(one.map { $0["conversation_id"]?.stringValue } == ["a"])
        let record = try await answer(#"{"conversation_id":"a","transcript":[]}"#) { try await $0.get("a") }
        #expect(record == ["conversation_id": "a", "transcript": []])
    }
}
