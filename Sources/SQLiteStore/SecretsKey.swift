import Agents
import Foundation
import GRDB
import Glibc

/// Where the key comes from that encrypts the secrets in a database.
public enum SecretsKey: Sendable {
    /// A file beside the database, which is made when there is none.
    case file
    /// These bytes, which the operator keeps elsewhere.
    case given(Data)
    /// None, for commands that read no secrets.
    case unused

    /// The name of the file.
    public static let fileName = "secrets.key"
    /// The row of the table `secrets` that shows whether a key is the right one.
    private static let probeName = "vault_probe"
    private static let probeText = "parley"

    /// The vault of the database in `directory`.
    ///
    /// - Throws: `StorageError.wrongKey` when its secrets were encrypted with another key, or the file cannot be read or
    ///   made.
    func vault(in directory: URL, _ pool: DatabasePool) throws -> SecretVault {
        let database = directory.appending(path: SQLiteStorage.fileName).path
        let known = try pool.read { try Self.probe($0) }
        let vault: SecretVault
        switch self {
        case .unused: return SecretVault()
        case .given(let key):
            guard let given = SecretVault(key: key) else {
                throw StorageError.wrongKey(database, reason: "the key does not have \(SecretVault.keySize) bytes")
            }
            vault = given
        case .file:
            vault = try Self.read(directory.appending(path: Self.fileName), isNeeded: known != nil, database)
        }
        let place = "secrets/\(Self.probeName)"
        let probe = try pool.write { connection in
            // Another process may have been faster.
            if let known = try Self.probe(connection) { return known }
            let sealed = Data(try vault.seal(Self.probeText, for: place).utf8)
            try connection.execute(
                sql: "INSERT INTO secrets (name, value) VALUES (?, ?)", arguments: [Self.probeName, sealed])
            return sealed
        }
        guard (try? vault.open(String(decoding: probe, as: UTF8.self), for: place)) == Self.probeText else {
            throw StorageError.wrongKey(database, reason: "they were encrypted with another key than this one")
        }
        return vault
    }

    private static func probe(_ database: Database) throws -> Data? {
        try Data.fetchOne(database, sql: "SELECT value FROM secrets WHERE name = ?", arguments: [probeName])
    }

    /// - Parameter isNeeded: Whether secrets were encrypted already, so that a new key would be of no use.
    private static func read(_ file: URL, isNeeded: Bool, _ database: String) throws -> SecretVault {
        if !isNeeded { try make(file) }
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw StorageError.wrongKey(database, reason: "there is no key in \(file.path), or it cannot be read")
        }
        let key = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines))
        guard let key, let vault = SecretVault(key: key) else {
            throw StorageError.wrongKey(database, reason: "\(file.path) does not hold a key")
        }
        return vault
    }

    /// Makes the file, for this user alone, unless it is there. Complete before it has its name, so that whoever reads it
    /// at the same moment reads a whole key.
    private static func make(_ file: URL) throws {
        guard access(file.path, F_OK) != 0 else { return }
        let draft = file.path + "." + Identifier.make("new")
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError.unusable(file.path, reason: String(cString: strerror(errno))) }
        defer { unlink(draft) }
        let text = Array((SecretVault.makeKey().base64EncodedString() + "\n").utf8)
        let written = write(descriptor, text, text.count)
        let isSynced = fsync(descriptor) == 0
        close(descriptor)
        guard written == text.count, isSynced else {
            throw StorageError.unusable(file.path, reason: "the key could not be written")
        }
        // Fails where another process was faster, whose key then counts.
        guard link(draft, file.path) == 0 || errno == EEXIST else {
            throw StorageError.unusable(file.path, reason: String(cString: strerror(errno)))
        }
    }
}
