import Agents
import Foundation

/// A file with its content.
struct MemoryFile: Sendable {
    var file: ConversationFile
    var bytes: Data
    var isUsed = false
}

struct MemoryConversationFiles: ConversationFileStore {
    let state: MemoryState

    func insert(_ file: ConversationFile, bytes: Data, within bounds: ConversationFileBounds) async throws {
        try state.access { tables in
            let others = tables.files.inOrder.filter { $0.file.conversationID == file.conversationID }.map(\.file.size)
            try bounds.check(files: others.count, bytes: others.reduce(0, +), adding: file.size)
            guard tables.conversations[file.conversationID] != nil else {
                throw StorageError.notFound("conversation", id: file.conversationID)
            }
            try tables.files.insert(MemoryFile(file: file, bytes: bytes), file.id)
        }
    }

    func get(_ id: String, of conversationID: String) async throws -> (file: ConversationFile, bytes: Data)? {
        state.access { tables in
            guard let entry = tables.files[id], entry.file.conversationID == conversationID else { return nil }
            return (entry.file, entry.bytes)
        }
    }

    func use(_ id: String, of conversationID: String) async throws -> (file: ConversationFile, bytes: Data)? {
        try state.access { tables in
            guard let entry = tables.files[id], entry.file.conversationID == conversationID else { return nil }
            try tables.files.change(id) { $0.isUsed = true }
            return (entry.file, entry.bytes)
        }
    }

    func delete(_ id: String, of conversationID: String) async throws {
        try state.access { tables in
            guard let entry = tables.files[id], entry.file.conversationID == conversationID else {
                throw StorageError.notFound("file", id: id)
            }
            guard !entry.isUsed else { throw StorageError.used("file", id: id) }
            try tables.files.remove(id)
        }
    }
}

extension Table<MemoryFile> {
    init() { kind = "file" }
}
