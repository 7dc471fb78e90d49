import Agents
import JSON
import SQLiteStore
import TestSupport
import Testing

@Suite("The SQLite outbox")
struct SQLiteOutboxTests {
    private func fill(_ storage: SQLiteStorage, _ count: Int) async throws {
        try await storage.conversations.begin(
            ConversationStart(id: "conv_1", agentID: "agent_a", agentName: "Agent", startTime: 1_000))
        try await storage.conversations.finish(
            "conv_1", ConversationOutcome(duration: 1, terminationReason: "end_call"),
            owing: (0..<count).map {
                OutboxEntry(id: "owed_\($0)", conversationID: "conv_1", kind: "webhook", payload: ["a": 1], due: 100)
            })
    }

    @Test("what is owed and what is leased are still so after a restart")
    func restart() async throws {
        let scratch = ScratchDirectory()
        do {
            let storage = try SQLiteStorage(directory: scratch.url)
            try await fill(storage, 2)
            _ = try await storage.outbox.lease(["webhook"], until: 160, now: 100, limit: 1)
        }
        let outbox = try SQLiteStorage(directory: scratch.url).outbox
        let rest = try await outbox.lease(["webhook"], until: 160, now: 100, limit: 9)
        #expect(rest.map(\.id) == ["owed_1"] && rest.first?.payload == ["a": 1])
        #expect(try await outbox.lease(["webhook"], until: 300, now: 160, limit: 9).map(\.id) == ["owed_0", "owed_1"])
    }

    @Test("workers of several processes never get the same")
    func processes() async throws {
        let scratch = ScratchDirectory()
        try await fill(try SQLiteStorage(directory: scratch.url), 40)
        let leased = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                // Each with connections of its own, as another process has.
                let outbox = try SQLiteStorage(directory: scratch.url).outbox
                group.addTask {
                    var mine: [String] = []
                    while case let batch = try await outbox.lease(["webhook"], until: 200, now: 100, limit: 3),
                        !batch.isEmpty
                    {
                        mine += batch.map(\.id)
                    }
                    return mine
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(leased.count == 40 && Set(leased).count == 40)
    }
}
