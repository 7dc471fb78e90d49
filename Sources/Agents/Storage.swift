import Foundation
import GRDB
import Glibc
import JSON

/// Everything that outlives a call, in one SQLite database.
///
/// The database is in WAL mode with `synchronous=NORMAL`: a transaction is in the operating system's hands before the
/// write returns, so `kill -9` loses none. A power cut can lose the last ones, but never damages the file.
public final class Storage: Sendable {
    /// The agents.
    public let agents: AgentStore
    /// What happened in their calls.
    public let conversations: ConversationStore
    /// The API keys.
    public let keys: KeyStore
    /// How voices speak where a request does not say.
    public let voiceSettings: VoiceSettingsStore
    /// Makes and checks signed URLs.
    public let signedURLs: SignedURLs

    /// Where the database lies.
    public let directory: URL
    /// Where the recordings of calls are to be written.
    public var recordings: URL { directory.appending(path: Self.recordingsName, directoryHint: .isDirectory) }

    /// Whether the directory is removed with the object.
    private let isTemporary: Bool

    /// The database's name in its directory.
    public static let fileName = "parley.sqlite"
    private static let recordingsName = "recordings"
    private static let lockName = "parley.lock"
    /// How long a write waits for another process's, seconds.
    private static let busyTimeout = 5.0

    /// Opens the database in `directory`, which is created when it is not there.
    ///
    /// - Parameter now: the clock for times of creation, use and expiry.
    /// - Throws: `StorageError.unusable` when the file cannot be read or is no database, `.full` when the disk has no room,
    ///   `.newer` when a later version of Parley wrote it.
    public convenience init(directory: URL, now: @escaping @Sendable () -> Date = { Date() }) throws {
        try self.init(directory: directory, isTemporary: false, now: now)
    }

    /// A storage of its own in the temporary directory, removed with the object.
    ///
    /// - Throws: as `init(directory:now:)`.
    public static func temporary(now: @escaping @Sendable () -> Date = { Date() }) throws -> Storage {
        let directory = FileManager.default.temporaryDirectory.appending(path: Identifier.make("parley"))
        return try Storage(directory: directory, isTemporary: true, now: now)
    }

    private init(directory: URL, isTemporary: Bool, now: @escaping @Sendable () -> Date) throws {
        let file = directory.appending(path: Self.fileName)
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            Self.protect(directory)
            var configuration = Configuration()
            configuration.busyMode = .timeout(Self.busyTimeout)
            configuration.foreignKeysEnabled = true
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
            let pool = try DatabasePool(path: file.path, configuration: configuration)
            if try pool.read(Migrations.migrator.hasBeenSuperseded) { throw StorageError.newer(file.path) }
            try Migrations.migrator.migrate(pool)
            signedURLs = SignedURLs(secret: try pool.write(Self.signingSecret), pool: pool, now: now)
            agents = AgentStore(pool: pool, now: now)
            conversations = ConversationStore(pool: pool)
            keys = KeyStore(pool: pool, now: now)
            voiceSettings = VoiceSettingsStore(pool: pool)
        } catch {
            throw StorageError(error, file: file.path)
        }
        self.directory = directory
        self.isTemporary = isTemporary
    }

    /// Keeps other servers away from this storage for as long as the returned value lives, or until the process ends
    /// in whatever way. Commands that only read or change single records need no lock.
    ///
    /// - Throws: `StorageError.inUse` when another process holds it, `.unusable` when the file cannot be made.
    public func lock() throws -> StorageLock { try StorageLock(directory.appending(path: Self.lockName)) }

    /// Does `work` and says in one line what is wrong with the database when it cannot be done.
    ///
    /// - Throws: `StorageError`.
    public func explaining<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch {
            throw StorageError(error, file: directory.appending(path: Self.fileName).path)
        }
    }

    /// Takes everybody else's rights from what is stored, also where the folder was there before or an older version
    /// left it open: records hold what people said, and secrets of agents.
    private static func protect(_ directory: URL) {
        var information = stat()
        // A folder that all use, such as /tmp, stays as it is; so does one of somebody else's.
        if stat(directory.path, &information) == 0, information.st_uid == geteuid(), information.st_mode & S_ISVTX == 0
        {
            chmod(directory.path, 0o700)
        }
        let database = directory.appending(path: fileName).path
        // SQLite gives its other files the mode of this one. An empty file is an empty database to it. Never opened when it
        // is there: closing it would take this process's locks from it.
        let made = open(database, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if made >= 0 { close(made) }
        for suffix in ["", "-wal", "-shm", "-journal"] { chmod(database + suffix, 0o600) }
        let recordings = directory.appending(path: recordingsName).path
        mkdir(recordings, 0o700)
        chmod(recordings, 0o700)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: recordings)) ?? [] {
            chmod("\(recordings)/\(name)", 0o600)
        }
    }

    deinit {
        if isTemporary { try? FileManager.default.removeItem(at: directory) }
    }

    /// The secret that signs URLs, made at the first start: 32 random bytes.
    private static func signingSecret(_ database: Database) throws -> Data {
        if let secret = try Data.fetchOne(database, sql: "SELECT value FROM secrets WHERE name = 'signed_urls'") {
            return secret
        }
        let secret = SignedURLs.makeSecret()
        try database.execute(sql: "INSERT INTO secrets (name, value) VALUES ('signed_urls', ?)", arguments: [secret])
        return secret
    }
}

/// A storage that is this process's alone.
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

/// Why something could not be stored or found.
public enum StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file cannot be opened, read or written, or is no database.
    case unusable(String, reason: String)
    /// The disk has no room for the file to grow.
    case full(String)
    /// The file has tables that this version does not know.
    case newer(String)
    /// Another server works in the folder.
    case inUse(String)
    /// There is no such thing, such as `agent` with the id.
    case notFound(String, id: String)
    /// There is one already.
    case alreadyExists(String, id: String)
    /// A page's cursor is not one that a list gave out.
    case invalidCursor

    /// SQLite's own words, without the statement that failed; storage errors as they are.
    init(_ error: any Error, file: String) {
        switch error {
        case let error as StorageError: self = error
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: self = .full(file)
        case let error as DatabaseError:
            self = .unusable(file, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        default: self = .unusable(file, reason: (error as NSError).localizedDescription)
        }
        // A disk that has no room for a page more fails in other ways too.
        if case .unusable = self, Self.isFull(file) { self = .full(file) }
    }

    private static func isFull(_ file: String) -> Bool {
        var information = statvfs()
        guard statvfs(URL(filePath: file).deletingLastPathComponent().path, &information) == 0 else { return false }
        return UInt64(information.f_bavail) * UInt64(information.f_frsize) < leastRoom
    }

    /// Bytes that SQLite needs to begin: a page of the database, one of the log, and the log's index.
    private static let leastRoom = 64 << 10

    /// For a person.
    public var description: String {
        switch self {
        case .full(let path): "The disk of \(path) is full: make room on it and start again."
        case .unusable(let path, let reason): "The database \(path) cannot be used: \(reason)."
        case .newer(let path): "The database \(path) was written by a newer version of Parley; this one cannot read it."
        case .inUse(let folder):
            "Another Parley server works in \(folder). Stop it, or give this one a folder of its own with --data."
        case .notFound(let kind, let id): "There is no \(kind) \(id)."
        case .alreadyExists(let kind, let id): "There is already a \(kind) \(id)."
        case .invalidCursor: "The cursor is not one that a list gave out."
        }
    }
}

/// Which end of a list comes first.
public enum SortDirection: String, Sendable, Hashable {
    case ascending = "asc"
    case descending = "desc"
}

/// A part of a list.
public struct Page<Item: Sendable>: Sendable {
    /// At most as many as asked for.
    public var items: [Item]
    /// Asks for the next part; nil at the end.
    public var nextCursor: String?

    /// Page sizes that lists accept; others are brought into this range.
    public static var sizes: ClosedRange<Int> { 1...100 }
    /// The page size when none is asked for.
    public static var standardSize: Int { 30 }
}
