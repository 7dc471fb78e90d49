import Crypto
import Foundation
import JSON

/// The API keys of a server. Only their hashes are stored.
public protocol KeyStore: Sendable {
    /// Stores a new key.
    func insert(_ key: APIKey, hash: Data) async throws

    /// All keys, the oldest first.
    func list() async throws -> [APIKey]

    /// The keys with this prefix, with their hashes.
    func keys(withPrefix prefix: String) async throws -> [(key: APIKey, hash: Data)]

    /// Notes when a key was used, Unix time in seconds; does nothing when the key was revoked meanwhile.
    func noteUse(of id: String, at seconds: Int) async throws

    /// Revokes the key.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    func revoke(_ id: String) async throws
}

/// Information about a key, without the key itself.
public struct APIKey: Sendable, Hashable {
    /// The id by which the key is revoked.
    public var id: String
    /// The owner's name for the key.
    public var name: String
    /// The key's first characters, to tell it from others.
    public var prefix: String
    /// When the key was made, Unix time in seconds.
    public var createdAt: Int
    /// When the key was last used, Unix time in seconds, up to a minute too early; nil for never.
    public var lastUsedAt: Int?

    /// The beginning of every key.
    public static let beginning = "pk_"
    /// Bytes of randomness in a key, which make 43 characters of base 64.
    fileprivate static let secretBytes = 32
    /// Length of the prefix that is stored in the clear: 36 random bits, which leaves 220 to guess.
    fileprivate static let prefixLength = 9
    /// Least seconds between two updates of the last use, so that busy keys do not cause a write at every request.
    fileprivate static let useInterval = 60

    /// Information that a store has read.
    public init(id: String, name: String, prefix: String, createdAt: Int, lastUsedAt: Int?) {
        self.id = id
        self.name = name
        self.prefix = prefix
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
    }

    /// As `parley keys list --json` and the API have it; without the key itself.
    public var json: JSONValue {
        [
            "id": .string(id), "name": .string(name), "prefix": .string(prefix),
            "created_at_unix_secs": .integer(createdAt),
            "last_used_at_unix_secs": lastUsedAt.map(JSONValue.integer) ?? .null,
        ]
    }
}

extension KeyStore {
    /// Makes a key and returns it; it cannot be read again later.
    ///
    /// - Throws: The database's error.
    public func create(name: String, now: Date = Date()) async throws -> (key: String, info: APIKey) {
        let secret = SymmetricKey(size: SymmetricKeySize(bitCount: APIKey.secretBytes * 8))
        let key = APIKey.beginning + secret.withUnsafeBytes { Data($0) }.base64URL
        let info = APIKey(
            id: Identifier.make("key"), name: name, prefix: String(key.prefix(APIKey.prefixLength)),
            createdAt: Int(now.timeIntervalSince1970), lastUsedAt: nil)
        try await insert(info, hash: Data(Self.hash(key)))
        return (key, info)
    }

    /// The information on `key`; nil when it is not a key of this server.
    ///
    /// - Throws: The database's error.
    public func verify(_ key: String, now: Date = Date()) async throws -> APIKey? {
        guard key.hasPrefix(APIKey.beginning) else { return nil }
        let hash = Self.hash(key)
        let candidates = try await keys(withPrefix: String(key.prefix(APIKey.prefixLength)))
        // Digests are compared in constant time.
        guard let found = candidates.first(where: { hash == $0.hash })?.key else { return nil }
        let seconds = Int(now.timeIntervalSince1970)
        if seconds - (found.lastUsedAt ?? .min / 2) >= APIKey.useInterval {
            // A failed write, such as on a full disk, must lock nobody out.
            try? await noteUse(of: found.id, at: seconds)
        }
        return found
    }

    /// Whether the key with this id is there, and was not revoked.
    public func has(_ id: String) async throws -> Bool { try await list().contains { $0.id == id } }

    /// Whether there is any key.
    public var hasAny: Bool {
        get async throws { try await !list().isEmpty }
    }

    private static func hash(_ key: String) -> SHA256.Digest { SHA256.hash(data: Data(key.utf8)) }
}
