import Crypto
import Foundation
import GRDB

/// The API keys of a server. Only their hashes are stored.
public struct KeyStore: Sendable {
    let pool: DatabasePool
    let now: @Sendable () -> Date

    /// Information about a key, without the key itself.
    public struct Key: Sendable, Hashable {
        /// The id by which the key is revoked.
        public var id: String
        /// The owner's name for the key.
        public var name: String
        /// The key's first characters, to tell it from others.
        public var prefix: String
        /// When the key was made, Unix time in seconds.
        public var createdAt: Int
        /// When the key was last used, Unix time in seconds, to the minute; nil for never.
        public var lastUsedAt: Int?
    }

    /// The beginning of every key.
    public static let keyPrefix = "pk_"
    /// Bytes of randomness in a key, which make 43 characters of base 64.
    private static let keyBytes = 32
    /// Length of the prefix that is stored in the clear: 36 random bits, which leaves 220 to guess.
    private static let prefixLength = 9
    /// Least seconds between two updates of the last use, so that busy keys do not cause a write at every request.
    private static let useInterval = 60

    /// Makes a key and returns it; it cannot be read again later.
    ///
    /// - Throws: `DatabaseError`.
    public func create(name: String) async throws -> (key: String, info: Key) {
        let secret = SymmetricKey(size: SymmetricKeySize(bitCount: Self.keyBytes * 8))
        let key = Self.keyPrefix + secret.withUnsafeBytes { Data($0) }.base64URL
        let info = Key(
            id: Identifier.make("key"), name: name, prefix: String(key.prefix(Self.prefixLength)),
            createdAt: Int(now().timeIntervalSince1970), lastUsedAt: nil)
        try await pool.write { database in
            try database.execute(
                sql: "INSERT INTO keys (id, name, prefix, hash, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [info.id, info.name, info.prefix, Data(Self.hash(key)), info.createdAt])
        }
        return (key, info)
    }

    /// All keys, the oldest first.
    ///
    /// - Throws: `DatabaseError`.
    public func list() async throws -> [Key] {
        try await pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM keys ORDER BY created_at, id").map(Key.init)
        }
    }

    /// Revokes the key.
    ///
    /// - Throws: `StorageError.notFound`, or `DatabaseError`.
    public func revoke(_ id: String) async throws {
        try await pool.write { database in
            try database.execute(sql: "DELETE FROM keys WHERE id = ?", arguments: [id])
            guard database.changesCount > 0 else { throw StorageError.notFound("key", id: id) }
        }
    }

    /// The information on `key`; nil when it is not a key of this server.
    ///
    /// - Throws: `DatabaseError`.
    public func verify(_ key: String) async throws -> Key? {
        guard key.hasPrefix(Self.keyPrefix) else { return nil }
        let hash = Self.hash(key)
        let prefix = String(key.prefix(Self.prefixLength))
        let seconds = Int(now().timeIntervalSince1970)
        let found = try await pool.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM keys WHERE prefix = ?", arguments: [prefix])
                // Digests are compared in constant time.
                .first { hash == ($0["hash"] as Data) }.map(Key.init)
        }
        guard let found else { return nil }
        if seconds - (found.lastUsedAt ?? .min / 2) >= Self.useInterval {
            // A failed write, such as on a full disk, must lock nobody out.
            try? await pool.write { database in
                try database.execute(
                    sql: "UPDATE keys SET last_used_at = ? WHERE id = ?", arguments: [seconds, found.id])
            }
        }
        return found
    }

    /// Whether there is any key.
    public var hasAny: Bool {
        get async throws {
            try await pool.read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM keys)") ?? false }
        }
    }

    private static func hash(_ key: String) -> SHA256.Digest { SHA256.hash(data: Data(key.utf8)) }
}

extension KeyStore.Key {
    fileprivate init(_ row: Row) {
        self.init(
            id: row["id"], name: row["name"], prefix: row["prefix"], createdAt: row["created_at"],
            lastUsedAt: row["last_used_at"])
    }
}
