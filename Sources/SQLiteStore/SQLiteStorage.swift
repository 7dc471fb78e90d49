import Agents
import Foundation
import GRDB
import Glibc

/// The SQLite database for everything that outlives a call, apart from the recordings.
///
/// The database is in WAL mode with `synchronous=NORMAL`: the operating system has a transaction before the write
/// returns, so `kill -9` loses none. A power cut can lose the latest ones, but never damages the file.
public final class SQLiteStorage: Storage {
    /// Makes and checks signed URLs.
    public let signedURLs: SignedURLs
    /// Encrypts secrets that are stored.
    public let vault: SecretVault
    /// The directory of the database.
    public let directory: URL

    let pool: DatabasePool
    /// Whether the directory is removed when the object is released.
    private let isTemporary: Bool

    /// The database's name in its directory.
    public static let fileName = "parley.sqlite"
    private static let lockName = "parley.lock"
    /// How long a write waits for that of another process, in seconds.
    private static let busyTimeout = 5.0

    /// Opens the database in `directory`, which is created when it is not there.
    ///
    /// - Parameters:
    ///   - key: encrypts secrets.
    ///   - now: the clock for the expiry of signed URLs.
    /// - Throws: `StorageError.unusable` when the file cannot be read or is no database, `.full` when the disk has no room,
    ///   `.newer` when a later version of Parley wrote it, `.wrongKey` when its secrets were encrypted with another key.
    public convenience init(
        directory: URL, key: SecretsKey = .file, now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        try self.init(directory: directory, key: key, isTemporary: false, now: now)
    }

    /// Creates a storage in the temporary directory, which is removed with the object.
    ///
    /// - Throws: The errors of `init(directory:now:)`.
    public static func temporary(now: @escaping @Sendable () -> Date = { Date() }) throws -> SQLiteStorage {
        let directory = FileManager.default.temporaryDirectory.appending(path: Identifier.make("parley"))
        return try SQLiteStorage(directory: directory, key: .file, isTemporary: true, now: now)
    }

    private init(
        directory: URL, key: SecretsKey, isTemporary: Bool, now: @escaping @Sendable () -> Date
    ) throws {
        let file = directory.appending(path: Self.fileName)
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            Self.protect(directory)
            var configuration = Configuration()
            configuration.busyMode = .timeout(Self.busyTimeout)
            configuration.foreignKeysEnabled = true
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
            pool = try DatabasePool(path: file.path, configuration: configuration)
            if try pool.read(Migrations.migrator.hasBeenSuperseded) { throw StorageError.newer(file.path) }
            try Migrations.migrator.migrate(pool)
            vault = try key.vault(in: directory, pool)
            signedURLs = SignedURLs(
                secret: try pool.write(Self.signingSecret), used: SQLiteUsedTokens(pool: pool), now: now)
        } catch {
            throw StorageError(error, file: file.path)
        }
        self.directory = directory
        self.isTemporary = isTemporary
    }

    /// The agents.
    public var agents: any AgentStore { SQLiteAgents(pool: pool, vault: vault) }
    /// What agents share: tools, secrets and the like.
    public var resources: any ResourceStore { SQLiteResources(pool: pool, vault: vault) }
    /// The records of calls.
    public var conversations: any ConversationStore { SQLiteConversations(pool: pool) }
    /// The files that callers have sent.
    public var files: any ConversationFileStore { SQLiteConversationFiles(pool: pool) }
    /// What is owed after calls.
    public var outbox: any Outbox { SQLiteOutbox(pool: pool) }
    /// The API keys.
    public var keys: any KeyStore { SQLiteKeys(pool: pool) }
    /// The default settings of voices for the speech API.
    public var voiceSettings: any VoiceSettingsStore { SQLiteVoiceSettings(pool: pool) }

    /// Encrypts the secrets in configurations of agents that an older version wrote, and leaves no copy of them in the
    /// file. Only for a server that holds the lock: older servers do not understand encrypted ones.
    ///
    /// - Throws: the database's error.
    public func sealSecrets() async throws {
        let isDone = try await pool.write { [vault] database in
            let mark = "agents_sealed"
            let known = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM secrets WHERE name = ?)", arguments: [mark])
            if known == true { return true }
            try SQLiteAgents.sealAll(vault, database)
            try database.execute(sql: "INSERT INTO secrets (name, value) VALUES (?, ?)", arguments: [mark, Data()])
            return false
        }
        guard !isDone else { return }
        try await pool.vacuum()
        try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    }

    /// Locks this storage against other servers for as long as the returned value lives, or until the process ends in
    /// any way. Commands that only read or change single records need no lock.
    ///
    /// - Throws: `StorageError.inUse` when the lock is held already, `.unusable` when its file cannot be made.
    public func lock() throws -> StorageLock { try StorageLock(directory.appending(path: Self.lockName)) }

    /// Does `work`, and translates its errors into a `StorageError`, whose message is one line.
    ///
    /// - Throws: `StorageError`.
    public func explaining<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch {
            throw StorageError(error, file: directory.appending(path: Self.fileName).path)
        }
    }

    /// Removes the rights of other users from what is stored, even when the folder was there before or an older version
    /// left it open: records hold conversations and secrets of agents.
    private static func protect(_ directory: URL) {
        var information = stat()
        // A shared folder such as /tmp stays as it is; so does one that belongs to another user.
        if stat(directory.path, &information) == 0, information.st_uid == geteuid(), information.st_mode & S_ISVTX == 0
        {
            chmod(directory.path, 0o700)
        }
        let database = directory.appending(path: fileName).path
        // SQLite gives its other files the mode of this one, and takes an empty file for an empty database. An existing
        // file is not opened here, because closing it would release this process's locks on it.
        let made = open(database, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if made >= 0 { close(made) }
        chmod(directory.appending(path: SecretsKey.fileName).path, 0o600)
        for suffix in ["", "-wal", "-shm", "-journal"] { chmod(database + suffix, 0o600) }
    }

    deinit {
        if isTemporary { try? FileManager.default.removeItem(at: directory) }
    }

    /// The secret that signs URLs, 32 random bytes made at the first start.
    private static func signingSecret(_ database: Database) throws -> Data {
        if let secret = try Data.fetchOne(database, sql: "SELECT value FROM secrets WHERE name = 'signed_urls'") {
            return secret
        }
        let secret = SignedURLs.makeSecret()
        try database.execute(sql: "INSERT INTO secrets (name, value) VALUES ('signed_urls', ?)", arguments: [secret])
        return secret
    }
}

/// The lock that reserves a storage for this process.
public final class StorageLock: Sendable {
    private let file: Int32

    fileprivate init(_ url: URL) throws {
        file = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StorageError.unusable(url.path, reason: String(cString: strerror(errno))) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(file)
            guard reason == EWOULDBLOCK else {
                throw StorageError.unusable(url.path, reason: String(cString: strerror(reason)))
            }
            throw StorageError.inUse(url.deletingLastPathComponent().path)
        }
    }

    deinit { close(file) }
}

extension StorageError {
    /// Translates an error: of a database error SQLite's message is kept, without the statement; storage errors stay as
    /// they are.
    init(_ error: any Error, file: String) {
        switch error {
        case let error as StorageError: self = error
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: self = .full(file)
        case let error as DatabaseError:
            self = .unusable(file, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        default: self = .unusable(file, reason: (error as NSError).localizedDescription)
        }
        // Writes to a full disk fail in other ways too.
        if case .unusable = self, Self.isFull(file) { self = .full(file) }
    }

    private static func isFull(_ file: String) -> Bool {
        var information = statvfs()
        guard statvfs(URL(filePath: file).deletingLastPathComponent().path, &information) == 0 else { return false }
        return UInt64(information.f_bavail) * UInt64(information.f_frsize) < leastRoom
    }

    /// Bytes that SQLite needs to open a database: a page of the database, one of the log, and the log's index.
    private static let leastRoom = 64 << 10
}
