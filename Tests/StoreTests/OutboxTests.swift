import Agents
import JSON
import MemoryStore
import Testing

@Suite("The outbox")
struct OutboxTests {
    let stores = OpenStores()

    private static let outcome = ConversationOutcome(duration: 1, terminationReason: "end_call")

    private func begin(_ id: String, in storage: any Storage) async throws {
        try await storage.conversations.begin(
            ConversationStart(id: id, agentID: "agent_a", agentName: "Agent", startTime: 1_000))
    }

    private func owed(
        _ id: String, _ kind: String = "webhook", for call: String = "conv_1", due: Int = 100
    ) -> OutboxEntry {
        OutboxEntry(id: id, conversationID: call, kind: kind, payload: ["n": .string(id)], due: due)
    }

    /// A storage in which one call has ended and owes `entries`.
    private func owing(_ entries: [OutboxEntry], _ kind: Store) async throws -> any Storage {
        let storage = try stores.open(kind)
        try await begin("conv_1", in: storage)
        try await storage.conversations.finish("conv_1", Self.outcome, owing: entries)
        return storage
    }

    @Test("what a call owes is there with its end, and gone once it is done", arguments: Store.allCases)
    func wholeLife(_ kind: Store) async throws {
        let entry = owed("owed_1")
        let storage = try await owing([entry], kind)
        #expect(try await storage.conversations.get("conv_1")?.status == .done)
        var leased = entry
        (leased.attempts, leased.due) = (1, 160)
        #expect(try await storage.outbox.lease(["webhook"], until: 160, now: 100, limit: 9) == [leased])
        try await storage.outbox.complete(entry.id)
        #expect(try await storage.outbox.lease(["webhook"], until: 900, now: 800, limit: 9) == [])
        try await storage.outbox.complete(entry.id)
    }

    @Test("a record that cannot be closed owes nothing", arguments: Store.allCases)
    func unknown(_ kind: Store) async throws {
        let storage = try stores.open(kind)
        try await begin("conv_1", in: storage)
        await #expect(throws: StorageError.notFound("conversation", id: "conv_x")) {
            try await storage.conversations.finish("conv_x", Self.outcome, owing: [owed("owed_1")])
        }
        await #expect(throws: StorageError.notFound("conversation", id: "conv_x")) {
            try await storage.conversations.finish(
                "conv_1", Self.outcome, owing: [owed("owed_2"), owed("owed_3", for: "conv_x")])
        }
        #expect(try await storage.conversations.get("conv_1")?.status == .inProgress)
        #expect(try await storage.outbox.lease(["webhook"], until: 900, now: 800, limit: 9) == [])
    }

    @Test("a record that is closed again owes nothing twice", arguments: Store.allCases)
    func again(_ kind: Store) async throws {
        let storage = try await owing([owed("owed_1")], kind)
        try await storage.conversations.finish("conv_1", Self.outcome, owing: [owed("owed_1"), owed("owed_2")])
        let leased = try await storage.outbox.lease(["webhook"], until: 900, now: 800, limit: 9)
        #expect(leased.map(\.id) == ["owed_1", "owed_2"])
    }

    @Test("only what is due and of the worker's kinds is leased, the longest due first", arguments: Store.allCases)
    func selection(_ kind: Store) async throws {
        let storage = try await owing(
            [
                owed("owed_late", due: 99), owed("owed_mail", "mail", due: 1), owed("owed_early", due: 50),
                owed("owed_future", due: 101), owed("owed_analysis", "analysis", due: 50),
            ], kind)
        let kinds = ["webhook", "analysis"]
        let first = try await storage.outbox.lease(kinds, until: 200, now: 100, limit: 2)
        #expect(first.map(\.id) == ["owed_early", "owed_analysis"])
        let second = try await storage.outbox.lease(kinds, until: 200, now: 100, limit: 2)
        #expect(second.map(\.id) == ["owed_late"])
        #expect(try await storage.outbox.lease([], until: 200, now: 100, limit: 2) == [])
        #expect(try await storage.outbox.lease(kinds, until: 200, now: 101, limit: 2).map(\.id) == ["owed_future"])
    }

    @Test("a lease that has expired is given out again, and then is not the first worker's", arguments: Store.allCases)
    func expiry(_ kind: Store) async throws {
        let outbox = try await owing([owed("owed_1")], kind).outbox
        let first = try #require(try await outbox.lease(["webhook"], until: 160, now: 100, limit: 9).first)
        #expect(try await outbox.lease(["webhook"], until: 219, now: 159, limit: 9) == [])
        let second = try #require(try await outbox.lease(["webhook"], until: 220, now: 160, limit: 9).first)
        #expect(second.attempts == 2)
        // The first worker was only slow: it must not take the entry from the second.
        #expect(try await !outbox.postpone(first, until: 161))
        #expect(try await outbox.lease(["webhook"], until: 900, now: 200, limit: 9) == [])
        // But what it has done is done.
        try await outbox.complete(first.id)
        #expect(try await !outbox.postpone(second, until: 161))
        #expect(try await outbox.lease(["webhook"], until: 900, now: 800, limit: 9) == [])
    }

    @Test("what is postponed is due when it was said, with its attempts counted", arguments: Store.allCases)
    func postponing(_ kind: Store) async throws {
        let outbox = try await owing([owed("owed_1")], kind).outbox
        for attempt in 1...3 {
            let entry = try #require(
                try await outbox.lease(["webhook"], until: 10_000, now: attempt * 100, limit: 9).first)
            #expect(entry.attempts == attempt)
            #expect(try await outbox.postpone(entry, until: (attempt + 1) * 100))
            #expect(try await outbox.lease(["webhook"], until: 10_000, now: attempt * 100 + 99, limit: 9) == [])
        }
    }

    @Test("workers that ask at the same time never get the same", arguments: Store.allCases)
    func workers(_ kind: Store) async throws {
        let outbox = try await owing((0..<60).map { owed("owed_\($0)") }, kind).outbox
        let leased = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var mine: [String] = []
                    while true {
                        let batch = try await outbox.lease(["webhook"], until: 200, now: 100, limit: 3)
                        #expect(batch.count <= 3)
                        if batch.isEmpty { return mine }
                        mine += batch.map(\.id)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(leased.count == 60 && Set(leased).count == 60)
    }

    @Test("what a crash has cut off owes what its agent wants", arguments: Store.allCases)
    func crash(_ kind: Store) async throws {
        let storage = try stores.open(kind)
        for id in ["conv_1", "conv_2"] { try await begin(id, in: storage) }
        try await storage.conversations.append(events: [CallEvent(time: 32_000, kind: "speech")], in: "conv_2")
        let failed = try await storage.conversations.recoverInterrupted(recordings: MemoryRecordings()) { call in
            #expect(call.agentID == "agent_a")
            return call.duration > 1 ? [owed("owed_1", for: call.id)] : []
        }
        #expect(failed == ["conv_1", "conv_2"])
        let leased = try await storage.outbox.lease(["webhook"], until: 900, now: 800, limit: 9)
        #expect(leased.map(\.conversationID) == ["conv_2"])
    }

    @Test("a call that is being processed and owes something stays so over a restart", arguments: Store.allCases)
    func processing(_ kind: Store) async throws {
        let storage = try stores.open(kind)
        for id in ["conv_1", "conv_2"] {
            try await begin(id, in: storage)
            try await storage.conversations.finish(
                id, ConversationOutcome(status: .processing, duration: 3, terminationReason: "end_call"),
                owing: id == "conv_1" ? [owed("owed_1")] : [])
        }
        try await storage.conversations.recoverInterrupted(recordings: MemoryRecordings())
        #expect(try await storage.conversations.get("conv_1")?.status == .processing)
        #expect(try await storage.conversations.get("conv_2")?.status == .done)
    }

    @Test("a conversation that is deleted takes along what was owed for it", arguments: Store.allCases)
    func deletion(_ kind: Store) async throws {
        let storage = try await owing([owed("owed_1")], kind)
        try await begin("conv_2", in: storage)
        try await storage.conversations.finish("conv_2", Self.outcome, owing: [owed("owed_2", for: "conv_2")])
        try await storage.conversations.delete("conv_1")
        #expect(try await storage.outbox.lease(["webhook"], until: 900, now: 800, limit: 9).map(\.id) == ["owed_2"])
    }
}
