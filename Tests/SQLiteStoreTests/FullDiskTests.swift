import Agents
import Foundation
import GRDB
import JSON
import Logging
import MemoryStore
import Testing
import TurnTaking

@testable import Conversation
@testable import SQLiteStore

@Suite("A call's record on a full disk", .timeLimit(.minutes(1)))
struct FullDiskTests {
    private static let id = "conv_full"
    private static let end = ConversationOutcome(status: .done, duration: 3, terminationReason: "The caller hung up.")

    private static func recorder(
        _ storage: SQLiteStorage, closingDelays: [Duration] = CallRecorder.closingDelays
    ) -> CallRecorder {
        CallRecorder(
            id: id, store: storage.conversations, recordings: MemoryRecordings(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, closingDelays: closingDelays)
    }

    private static func turn(_ index: Int) -> TranscriptTurn {
        let words = String(repeating: "word \(index) ", count: 2000)
        return TranscriptTurn(role: .user, message: words, timeInCall: Double(index))
    }

    /// Lets the database grow by so many pages of 4 KiB, or as it likes.
    private func allow(_ pages: Int?, _ storage: SQLiteStorage) async throws {
        try await storage.pool.writeWithoutTransaction { database in
            let count = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            let limit = pages.map { count + $0 } ?? Int(Int32.max)
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(limit)")
        }
    }

    private func begin(_ recorder: CallRecorder) async {
        await recorder.begin(
            ConversationStart(id: Self.id, agentID: "agent_a", agentName: "A", startTime: 0))
    }

    @Test("what the disk refuses is written once it takes it, nothing missing and nothing twice")
    func later() async throws {
        let storage = try SQLiteStorage.temporary()
        let recorder = Self.recorder(storage)
        await begin(recorder)
        await recorder.put(Self.turn(0), at: 0)
        await recorder.log("event", ["n": 0], at: .zero)
        await recorder.save()
        try await allow(0, storage)
        for index in 1...3 {
            await recorder.put(Self.turn(index), at: index)
            await recorder.log("event", ["n": .integer(index)], at: .zero)
            await recorder.save()
        }
        #expect(try await storage.conversations.get(Self.id)?.transcript.count == 1)
        try await allow(nil, storage)
        await recorder.put(Self.turn(4), at: 4)
        await recorder.finish(Self.end)
        let record = try #require(try await storage.conversations.get(Self.id))
        #expect(record.transcript.map(\.timeInCall) == [0, 1, 2, 3, 4])
        #expect(record.status == .done)
        let events = try await storage.conversations.events(of: Self.id)
        #expect(events.map(\.detail) == (0...3).map { ["n": .integer($0)] })
    }

    @Test("a record whose beginning was refused begins later, with all that came meanwhile")
    func beginning() async throws {
        let storage = try SQLiteStorage.temporary()
        // The agent's name alone needs more than the tables' own pages have left.
        try await allow(0, storage)
        let recorder = Self.recorder(storage)
        await recorder.begin(
            ConversationStart(
                id: Self.id, agentID: "agent_a", agentName: String(repeating: "A", count: 100_000), startTime: 0,
                details: ConversationDetails(userID: "mia")))
        await recorder.put(Self.turn(0), at: 0)
        await recorder.save()
        #expect(try await storage.conversations.get(Self.id) == nil)
        try await allow(nil, storage)
        await recorder.save()
        let record = try #require(try await storage.conversations.get(Self.id))
        #expect(record.transcript.count == 1 && record.details.userID == "mia")
    }

    @Test("closing is tried again and then left to the next start")
    func closing() async throws {
        let storage = try SQLiteStorage.temporary()
        let recorder = Self.recorder(storage, closingDelays: [.milliseconds(1), .milliseconds(1)])
        await begin(recorder)
        try await allow(0, storage)
        await recorder.put(Self.turn(0), at: 0)
        let owed = OutboxEntry(conversationID: Self.id, kind: "webhook", due: 0)
        await recorder.finish(Self.end, owing: [owed])
        #expect(try await storage.conversations.get(Self.id)?.status == .inProgress)
        try await allow(nil, storage)
        #expect(try await storage.outbox.lease(["webhook"], until: 1).isEmpty)
        #expect(try await storage.conversations.recoverInterrupted(recordings: MemoryRecordings()) == [Self.id])
    }

    @Test("what is owed is written with the end, also when only a later try succeeds")
    func owing() async throws {
        let storage = try SQLiteStorage.temporary()
        let recorder = Self.recorder(storage)
        await begin(recorder)
        // Room for the end of the record, but not for what is owed.
        try await allow(0, storage)
        let payload = JSONValue.string(String(repeating: "A", count: 100_000))
        let owed = OutboxEntry(conversationID: Self.id, kind: "webhook", payload: payload, due: 0)
        await #expect(throws: DatabaseError.self) {
            try await storage.conversations.finish(Self.id, Self.end, owing: [owed])
        }
        #expect(try await storage.conversations.get(Self.id)?.status == .inProgress)
        try await allow(nil, storage)
        await recorder.finish(Self.end, owing: [owed])
        #expect(try await storage.conversations.get(Self.id)?.status == .done)
        #expect(try await storage.outbox.lease(["webhook"], until: 1).map(\.payload) == [payload])
    }

    @Test("a record that was deleted meanwhile is not written again")
    func deleted() async throws {
        let storage = try SQLiteStorage.temporary()
        let recorder = Self.recorder(storage)
        await begin(recorder)
        try await storage.conversations.delete(Self.id)
        await recorder.put(Self.turn(0), at: 0)
        await recorder.save()
        await recorder.finish(Self.end)
        #expect(try await storage.conversations.get(Self.id) == nil)
    }
}
