import Agents
import Foundation
import Testing

@Suite("The store of callers' files")
struct ConversationFileStoreTests {
    private let stores = OpenStores()
    private static let bounds = ConversationFileBounds(files: 3, bytes: 100)

    private func open(_ kind: Store) async throws -> any Storage {
        let storage = try stores.open(kind)
        for id in ["conv_1", "conv_2"] {
            try await storage.conversations.begin(
                ConversationStart(id: id, agentID: "agent_1", agentName: "Mia", startTime: 1))
        }
        return storage
    }

    private func file(
        _ id: String, in conversation: String = "conv_1", size: Int = 5,
        _ content: ConversationFile.Content = .text("Grüße\u{0} \"", isWhole: false, pages: 3)
    ) -> ConversationFile {
        ConversationFile(
            id: id, conversationID: conversation, name: "a.txt", mimeType: "text/plain", size: size, content: content,
            createdAt: 7)
    }

    @Test("a file is given back as it was, to its own conversation alone", arguments: Store.allCases)
    func back(_ kind: Store) async throws {
        let storage = try await open(kind)
        let image = ConversationFile(
            id: "file_2", conversationID: "conv_1", name: "b.png", mimeType: "image/png", size: 4,
            content: .image(width: 4, height: 3), createdAt: 8)
        try await storage.files.insert(file("file_1"), bytes: Data([0, 255, 1]), within: Self.bounds)
        try await storage.files.insert(image, bytes: Data(), within: Self.bounds)
        let found = try #require(try await storage.files.get("file_1", of: "conv_1"))
        #expect(found.file == file("file_1") && found.bytes == Data([0, 255, 1]))
        #expect(try await storage.files.get("file_2", of: "conv_1")?.file == image)
        #expect(try await storage.files.get("file_1", of: "conv_2") == nil)
        #expect(try await storage.files.use("file_1", of: "conv_2") == nil)
        await #expect(throws: StorageError.notFound("file", id: "file_1")) {
            try await storage.files.delete("file_1", of: "conv_2")
        }
    }

    @Test("a file that a message has used stays", arguments: Store.allCases)
    func used(_ kind: Store) async throws {
        let storage = try await open(kind)
        for id in ["file_1", "file_2"] {
            try await storage.files.insert(file(id), bytes: Data([1]), within: Self.bounds)
        }
        #expect(try await storage.files.use("file_1", of: "conv_1")?.file.id == "file_1")
        await #expect(throws: StorageError.used("file", id: "file_1")) {
            try await storage.files.delete("file_1", of: "conv_1")
        }
        try await storage.files.delete("file_2", of: "conv_1")
        #expect(try await storage.files.use("file_2", of: "conv_1") == nil)
        await #expect(throws: StorageError.notFound("file", id: "file_2")) {
            try await storage.files.delete("file_2", of: "conv_1")
        }
        #expect(try await storage.files.get("file_1", of: "conv_1") != nil)
    }

    @Test("when a record is closed, a file that no turn names is in use no more", arguments: Store.allCases)
    func unnamed(_ kind: Store) async throws {
        let storage = try await open(kind)
        for id in ["file_1", "file_2", "file_3"] {
            try await storage.files.insert(file(id), bytes: Data([1]), within: Self.bounds)
            _ = try await storage.files.use(id, of: "conv_1")
        }
        // The words of a turn name no file.
        let turns = [
            TranscriptTurn(role: .user, message: "file_3", timeInCall: 1, files: [.init(file("file_1"))]),
            TranscriptTurn(role: .agent, message: "file_2", timeInCall: 2),
        ]
        for (place, turn) in turns.enumerated() {
            try await storage.conversations.save(turn: turn, at: place, in: "conv_1")
        }
        try await storage.conversations.finish(
            "conv_1", ConversationOutcome(duration: 3, terminationReason: ""), owing: [])
        await #expect(throws: StorageError.used("file", id: "file_1")) {
            try await storage.files.delete("file_1", of: "conv_1")
        }
        try await storage.files.delete("file_2", of: "conv_1")
        try await storage.files.delete("file_3", of: "conv_1")
    }

    @Test(
        "a conversation has no more files and bytes than it may, also when all come at once", arguments: Store.allCases)
    func bounded(_ kind: Store) async throws {
        let storage = try await open(kind)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    do {
                        try await storage.files.insert(file("file_\(number)"), bytes: Data(), within: Self.bounds)
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 3)
        await #expect(throws: ConversationFileLimit.files(3)) {
            try await storage.files.insert(file("file_x"), bytes: Data(), within: Self.bounds)
        }
        await #expect(throws: ConversationFileLimit.bytes(100)) {
            try await storage.files.insert(file("file_x", in: "conv_2", size: 101), bytes: Data(), within: Self.bounds)
        }
        try await storage.files.insert(file("file_x", in: "conv_2", size: 100), bytes: Data(), within: Self.bounds)
    }

    @Test("files belong to a record, and go with it", arguments: Store.allCases)
    func deletion(_ kind: Store) async throws {
        let storage = try await open(kind)
        try await storage.files.insert(file("file_1"), bytes: Data([1]), within: Self.bounds)
        try await storage.files.insert(file("file_2", in: "conv_2"), bytes: Data([2]), within: Self.bounds)
        _ = try await storage.files.use("file_1", of: "conv_1")
        try await storage.conversations.delete("conv_1")
        #expect(try await storage.files.get("file_1", of: "conv_1") == nil)
        #expect(try await storage.files.get("file_2", of: "conv_2")?.bytes == Data([2]))
        await #expect(throws: StorageError.notFound("conversation", id: "conv_1")) {
            try await storage.files.insert(file("file_3"), bytes: Data(), within: Self.bounds)
        }
    }

    @Test(
        "a name is one line without paths and tricks",
        arguments: [
            ("/etc/passwd", "passwd"), (#"C:\Users\a\photo.jpg"#, "photo.jpg"), ("", "file"), ("../..", ".."),
            ("a\nb\u{202E}gpj.exe", "abgpj.exe"), (" x.txt ", "x.txt"), ("Rechnung März.pdf", "Rechnung März.pdf"),
        ])
    func names(given: String, kept: String) {
        let file = ConversationFile(
            conversationID: "c", name: given, mimeType: "text/plain", size: 1, content: .image(width: 1, height: 1))
        #expect(file.name == kept)
        #expect(
            ConversationFile(
                conversationID: "c", name: String(repeating: "x", count: 9999), mimeType: "", size: 1,
                content: file.content
            ).name.count == 255)
    }
}
