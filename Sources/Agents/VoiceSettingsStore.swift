import GRDB
import JSON

/// The default settings of voices, for requests that do not give them.
public struct VoiceSettingsStore: Sendable {
    let pool: DatabasePool

    /// The settings of a voice that were changed, member by member; empty when none were.
    ///
    /// - Throws: `DatabaseError`.
    public func settings(of voiceID: String) async throws -> JSONValue {
        let text = try await pool.read { database in
            try String.fetchOne(
                database, sql: "SELECT settings FROM voice_settings WHERE voice_id = ?", arguments: [voiceID])
        }
        return try text.map { try JSONValue(parsing: $0) } ?? [:]
    }

    /// Sets the members of `changes`; other members stay as they were.
    ///
    /// - Throws: `DatabaseError`.
    public func change(_ changes: JSONValue, of voiceID: String) async throws {
        try await pool.write { database in
            let text = try String.fetchOne(
                database, sql: "SELECT settings FROM voice_settings WHERE voice_id = ?", arguments: [voiceID])
            let settings = (try text.map { try JSONValue(parsing: $0) } ?? [:]).merging(changes)
            try database.execute(
                sql: "INSERT OR REPLACE INTO voice_settings (voice_id, settings) VALUES (?, ?)",
                arguments: [voiceID, settings.text])
        }
    }
}
