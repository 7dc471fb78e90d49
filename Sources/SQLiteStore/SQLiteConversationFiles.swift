import Agents
import Foundation
import GRDB

/// The files of conversations, a row each. In the database rather than beside it, so that neither a crash nor a deletion
/// leaves one without its record.
struct SQLiteConversationFiles: ConversationFileStore {
    let pool: DatabasePool

    func insert(_ file: ConversationFile, bytes: Data, within bounds: ConversationFileBounds) async throws {
        let content = String(decoding: try JSONEncoder().encode(file.content), as: UTF8.self)
        try await pool.write { database in
            let sum = try Row.fetchOne(
                database,
                sql: "SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM files WHERE conversation_id = ?",
                arguments: [file.conversationID])
            try bounds.check(files: sum?["files"] ?? 0, bytes: sum?["bytes"] ?? 0, adding: file.size)
            try SQLiteConversations.requiring(file.conversationID) {
                try database.execute(
                    sql: """
                        INSERT INTO files (id, conversation_id, name, mime_type, size, content, created_at, bytes)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        file.id, file.conversationID, file.name, file.mimeType, file.size, content, file.createdAt,
                        bytes,
                    ])
            }
        }
    }

    func get(_ id: String, of conversationID: String) async throws -> (file: ConversationFile, bytes: Data)? {
        try await pool.read { try Self.fetch(id, conversationID, $0) }
    }

    func use(_ id: String, of conversationID: String) async throws -> (file: ConversationFile, bytes: Data)? {
        try await pool.write { database in
            try database.execute(
                sql: "UPDATE files SET is_used = 1 WHERE id = ? AND conversation_id = ?",
                arguments: [id, conversationID])
            return try Self.fetch(id, conversationID, database)
        }
    }

    func delete(_ id: String, of conversationID: String) async throws {
        try await pool.write { database in
            let isUsed = try Bool.fetchOne(
                database, sql: "SELECT is_used FROM files WHERE id = ? AND conversation_id = ?",
                arguments: [id, conversationID])
            guard let isUsed else { throw StorageError.notFound("file", id: id) }
            guard !isUsed else { throw StorageError.used("file", id: id) }
            try database.execute(sql: "DELETE FROM files WHERE id = ?", arguments: [id])
        }
    }

    /// Files that a message has taken, but no turn names, can be deleted again.
    static func releaseUnnamed(of conversationID: String, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE files SET is_used = 0 WHERE conversation_id = :id AND is_used AND id NOT IN (
                    SELECT json_extract(file.value, '$.file_id') FROM turns, json_each(turns.turn, '$.file_input') AS file
                    WHERE turns.conversation_id = :id AND json_extract(file.value, '$.file_id') IS NOT NULL)
                """, arguments: ["id": conversationID])
    }

    private static func fetch(
        _ id: String, _ conversationID: String, _ database: Database
    ) throws -> (file: ConversationFile, bytes: Data)? {
        let row = try Row.fetchOne(
            database, sql: "SELECT * FROM files WHERE id = ? AND conversation_id = ?", arguments: [id, conversationID])
        guard let row else { return nil }
        let content = try JSONDecoder().decode(
            ConversationFile.Content.self, from: Data((row["content"] as String).utf8))
        let file = ConversationFile(
            id: row["id"], conversationID: row["conversation_id"], name: row["name"], mimeType: row["mime_type"],
            size: row["size"], content: content, createdAt: row["created_at"])
        return (file, row["bytes"])
    }
}
