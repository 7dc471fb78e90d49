import Agents
import Foundation
import GRDB
import JSON

/// The API keys, by the hash of each.
struct SQLiteKeys: KeyStore {
    let pool: DatabasePool

    func insert(_ key: APIKey, hash: Data) async throws {
        try await pool.write { database in
            try database.execute(
                sql: "INSERT INTO keys (id, name, prefix, hash, created_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [key.id, key.name, key.prefix, hash, key.createdAt, key.lastUsedAt])
        }
    }

    func list() async throws -> [APIKey] {
        try await pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM keys ORDER BY created_at, id").map(APIKey.init)
        }
    }

    func keys(withPrefix prefix: String) async throws -> [(key: APIKey, hash: Data)] {
        try await pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM keys WHERE prefix = ?", arguments: [prefix])
                .map { (APIKey($0), $0["hash"]) }
        }
    }

    func noteUse(of id: String, at seconds: Int) async throws {
        try await pool.write { database in
            try database.execute(sql: "UPDATE keys SET last_used_at = ? WHERE id = ?", arguments: [seconds, id])
        }
    }

    func revoke(_ id: String) async throws {
        try await pool.write { database in
            try database.execute(sql: "DELETE FROM keys WHERE id = ?", arguments: [id])
            guard database.changesCount > 0 else { throw StorageError.notFound("key", id: id) }
        }
    }
}

extension APIKey {
    fileprivate init(_ row: Row) {
        self.init(
            id: row["id"], name: row["name"], prefix: row["prefix"], createdAt: row["created_at"],
            lastUsedAt: row["last_used_at"])
    }
}

/// The settings of voices, as one JSON text a voice.
struct SQLiteVoiceSettings: VoiceSettingsStore {
    let pool: DatabasePool

    func settings(of voiceID: String) async throws -> JSONValue {
        try await pool.read { try Self.fetch(voiceID, $0) }
    }

    func change(_ changes: JSONValue, of voiceID: String) async throws {
        try await pool.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO voice_settings (voice_id, settings) VALUES (?, ?)",
                arguments: [voiceID, try Self.fetch(voiceID, database).merging(changes).text])
        }
    }

    private static func fetch(_ voiceID: String, _ database: Database) throws -> JSONValue {
        let text = try String.fetchOne(
            database, sql: "SELECT settings FROM voice_settings WHERE voice_id = ?", arguments: [voiceID])
        return try text.map { try JSONValue(parsing: $0) } ?? [:]
    }
}

/// The tokens that were used, until they expire.
struct SQLiteUsedTokens: UsedTokens {
    let pool: DatabasePool

    func use(_ id: String, until expiry: Int, now: Int) async throws -> Bool {
        try await pool.write { database in
            try database.execute(sql: "DELETE FROM used_signatures WHERE expires_at <= ?", arguments: [now])
            try database.execute(
                sql: "INSERT OR IGNORE INTO used_signatures (id, expires_at) VALUES (?, ?)", arguments: [id, expiry])
            return database.changesCount > 0
        }
    }

    func isUsed(_ id: String) async throws -> Bool {
        try await pool.read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM used_signatures WHERE id = ?)", arguments: [id]) ?? false
        }
    }
}
