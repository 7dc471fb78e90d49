import Agents
import ConvAI
import Conversation
import Egress
import Foundation
import GRDB
import JSON
import TestSupport
import Testing

@testable import SQLiteStore

/// What the next start finds of a call that `kill -9` has cut.
@Suite("Calls that the end of the process cuts", .timeLimit(.minutes(2)))
struct CutCallTests {
    /// A file of the call's that is text.
    private static func file(_ name: String) -> ConversationFile {
        ConversationFile(
            id: "file_\(name)", conversationID: Stage.conversationID, name: "\(name).txt", mimeType: "text/plain",
            size: 3, content: .text("All about \(name).", isWhole: true, pages: nil))
    }

    /// Copies what stands in the files of a storage: as much as there is of them when the process is killed now.
    private static func copy(_ storage: any Storage, to folder: URL) throws {
        let from = try #require(storage as? SQLiteStorage).directory
        try FileManager.default.copyItem(at: from, to: folder)
    }

    @Test(
        "its files are there as far as its record goes, nothing of it is open, and all of it can be deleted",
        arguments: [0, 100, 300, 900, 4000])
    func files(milliseconds: Int) async throws {
        let scratch = ScratchDirectory()
        let asked = Log<Int>()
        var setup = VirtualCall.Setup(configuration: tools(WebhookCallTests.webhook("book")))
        setup.store = .files
        setup.send = { _, time in
            try await time.sleep(.seconds(60))
            return WebhookCallTests.answer("{}")
        }
        _ = try await VirtualCall.hold(setup, model: WebhookCallTests.book) { caller, model in
            try await caller.sleep(.milliseconds(100))
            let bounds = ConversationFileBounds(files: 9, bytes: 99)
            for name in ["soup", "fish"] {
                try await caller.storage.files.insert(Self.file(name), bytes: Data([1, 2, 3]), within: bounds)
            }
            caller.send(.multimodal(text: "Book this please.", fileIDs: ["file_soup"]))
            try await caller.sleep(.milliseconds(milliseconds))
            try Self.copy(caller.storage, to: scratch.url)
            asked.add(model.requests.entries.count)
        }

        // The next start.
        let storage = try SQLiteStorage(directory: scratch.url)
        let recordings = RecordingFolder(scratch.url.appending(path: "recordings"))
        let cut = try await storage.conversations.recoverInterrupted(recordings: recordings)
        #expect(cut == [Stage.conversationID])
        let record = try #require(try await storage.conversations.get(Stage.conversationID))
        #expect(record.status == .failed)
        // The record lags behind by less than a second, but never behind a tool that was sent.
        let turn = record.transcript.first { $0.role == .user }
        #expect(turn == nil || turn?.files == [TranscriptTurn.FileInput(Self.file("soup"))])
        if milliseconds >= 900 { #expect(turn != nil) }
        let calls = record.transcript.flatMap(\.toolCalls)
        #expect(record.transcript.flatMap(\.toolResults).map(\.errorType) == calls.map { _ in "server_stopped" })
        if milliseconds == 4000 { #expect(calls.count == 1) }
        // Each file that is named is there, and what was sent and not used can still be had, and be removed.
        let shown = conversationJSON(record)["transcript"]?.arrayValue ?? []
        #expect(shown.compactMap { $0["file_input"]?["file_id"]?.stringValue } == (turn == nil ? [] : ["file_soup"]))
        for name in ["soup", "fish"] {
            let found = try #require(try await storage.files.get("file_\(name)", of: Stage.conversationID))
            #expect(found.file.content == Self.file(name).content && found.bytes == Data([1, 2, 3]))
        }
        try await storage.files.delete("file_fish", of: Stage.conversationID)
        let isUsed = asked.entries.first != 0 || turn != nil
        if isUsed {
            await #expect(throws: StorageError.used("file", id: "file_soup")) {
                try await storage.files.delete("file_soup", of: Stage.conversationID)
            }
        }
        try await storage.conversations.delete(Stage.conversationID, with: recordings)
        let left = try await storage.pool.read { database in
            try ["files", "turns", "events", "conversations"].map { table in
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)")
            }
        }
        #expect(left == [0, 0, 0, 0])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path + "/recordings").isEmpty)
    }
}
