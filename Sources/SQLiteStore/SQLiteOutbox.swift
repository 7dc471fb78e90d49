import Agents
import GRDB
import JSON

/// What is owed, a row each. A lease is a due date that lies ahead: so an expired one needs no care.
struct SQLiteOutbox: Outbox {
    let pool: DatabasePool

    /// Adds entries, in a transaction that writes what they are owed for. An entry that is there already stays as it is.
    static func add(_ entries: [OutboxEntry], _ database: Database) throws {
        for entry in entries {
            try SQLiteConversations.requiring(entry.conversationID) {
                try database.execute(
                    sql: """
                        INSERT INTO outbox (id, conversation_id, kind, payload, attempts, due_at)
                        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                        """,
                    arguments: [
                        entry.id, entry.conversationID, entry.kind, entry.payload.text, entry.attempts, entry.due,
                    ])
            }
        }
    }

    func lease(_ kinds: [String], until: Int, now: Int, limit: Int) async throws -> [OutboxEntry] {
        try await pool.write { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM outbox WHERE due_at <= ? AND kind IN (SELECT value FROM json_each(?))
                    ORDER BY due_at, sequence LIMIT ?
                    """,
                arguments: [now, JSONValue.array(kinds.map(JSONValue.string)).text, limit])
            return try rows.map { row in
                var entry = try OutboxEntry(row)
                entry.attempts += 1
                entry.due = until
                try database.execute(
                    sql: "UPDATE outbox SET attempts = ?, due_at = ? WHERE id = ?",
                    arguments: [entry.attempts, entry.due, entry.id])
                return entry
            }
        }
    }

    func complete(_ id: String) async throws {
        try await pool.write { try $0.execute(sql: "DELETE FROM outbox WHERE id = ?", arguments: [id]) }
    }

    func postpone(_ entry: OutboxEntry, until: Int) async throws -> Bool {
        try await pool.write { database in
            // Every lease counts an attempt: with another number, the entry is another worker's.
            try database.execute(
                sql: "UPDATE outbox SET due_at = ? WHERE id = ? AND attempts = ?",
                arguments: [until, entry.id, entry.attempts])
            return database.changesCount > 0
        }
    }
}

extension OutboxEntry {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: row["id"], conversationID: row["conversation_id"], kind: row["kind"],
            payload: try JSONValue(parsing: row["payload"] as String), attempts: row["attempts"], due: row["due_at"])
    }
}
