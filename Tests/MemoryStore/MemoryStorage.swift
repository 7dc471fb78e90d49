import Agents
import Foundation
import JSON
import Synchronization

/// A storage in memory. Its functions never wait for another thread, so that a call in virtual time needs no other.
package final class MemoryStorage: Storage {
    /// Makes and checks signed URLs.
    package let signedURLs: SignedURLs
    /// Encrypts secrets that are stored.
    package let vault = SecretVault()
    let state: MemoryState

    /// An empty storage.
    ///
    /// - Parameter now: the clock for the expiry of signed URLs.
    package init(now: @escaping @Sendable () -> Date = { Date() }) {
        state = MemoryState()
        signedURLs = SignedURLs(
            secret: SignedURLs.makeSecret(), used: MemoryUsedTokens(state: state), now: now)
    }

    /// Whether records of calls cannot be written any more.
    package var isFull: Bool {
        get { state.isFull.withLock(\.self) }
        set { state.isFull.withLock { $0 = newValue } }
    }

    /// The agents.
    package var agents: any AgentStore { MemoryAgents(state: state) }
    /// What agents share.
    package var resources: any ResourceStore { MemoryResources(state: state) }
    /// The records of calls.
    package var conversations: any ConversationStore { MemoryConversations(state: state) }
    /// The files that callers have sent.
    package var files: any ConversationFileStore { MemoryConversationFiles(state: state) }
    /// What is owed after calls.
    package var outbox: any Outbox { MemoryOutbox(state: state) }
    /// The API keys.
    package var keys: any KeyStore { MemoryKeys(state: state) }
    /// The default settings of voices.
    package var voiceSettings: any VoiceSettingsStore { MemoryVoiceSettings(state: state) }
}

/// All that is stored, behind one lock: so each function is atomic.
final class MemoryState: Sendable {
    struct Tables: Sendable {
        var agents = Table<Agent>()
        /// By `Resource.key`.
        var resources = Table<Resource>()
        var conversations = Table<MemoryConversation>()
        var files = Table<MemoryFile>()
        var outbox = Table<OutboxEntry>()
        var keys: [(key: APIKey, hash: Data)] = []
        var voiceSettings: [String: JSONValue] = [:]
        /// When each used token expires.
        var usedTokens: [String: Int] = [:]
    }

    private let tables = Mutex(Tables())
    let isFull = Mutex(false)

    /// The same for a write to a record, which a full disk does not take.
    func write<Result: Sendable>(_ body: (inout Tables) throws -> Result) throws -> Result {
        if isFull.withLock(\.self) { throw StorageError.full("memory") }
        return try access(body)
    }

    func access<Result: Sendable>(_ body: (inout Tables) throws -> Result) rethrows -> Result {
        try tables.withLock { try body(&$0) }
    }
}

/// Rows by id, which know the order in which they came.
struct Table<Row: Sendable>: Sendable {
    private(set) var rows: [String: (sequence: Int, row: Row)] = [:]
    private var last = 0
    /// What the rows are, for errors.
    let kind: String

    subscript(id: String) -> Row? { rows[id]?.row }

    mutating func insert(_ row: Row, _ id: String) throws {
        guard rows[id] == nil else { throw StorageError.alreadyExists(kind, id: id) }
        last += 1
        rows[id] = (last, row)
    }

    mutating func change<Result>(_ id: String, _ body: (inout Row) throws -> Result) throws -> Result {
        guard var entry = rows[id] else { throw StorageError.notFound(kind, id: id) }
        let result = try body(&entry.row)
        rows[id] = entry
        return result
    }

    mutating func remove(_ id: String) throws {
        guard rows.removeValue(forKey: id) != nil else { throw StorageError.notFound(kind, id: id) }
    }

    /// The rows in the order in which they came.
    var inOrder: [Row] { rows.values.sorted { $0.sequence < $1.sequence }.map(\.row) }

    /// One page of the rows that `isSelected` accepts, sorted by `key` and then by the order in which they came.
    func page(
        _ request: PageRequest, by key: (Row) -> JSONValue, where isSelected: (Row) -> Bool
    ) throws -> Page<Row> {
        let cursor = try request.cursor.map { Position(try Cursor($0)) }
        let sorted = rows.values.filter { isSelected($0.row) }
            .map { (position: Position(Cursor(key: key($0.row), sequence: $0.sequence)), row: $0.row) }
            .sorted { $0.position < $1.position }
        let found =
            switch request.direction {
            case .ascending: sorted.filter { entry in cursor.map { $0 < entry.position } ?? true }
            case .descending: sorted.reversed().filter { entry in cursor.map { entry.position < $0 } ?? true }
            }
        let page = found.prefix(request.size)
        return Page(
            items: page.map(\.row), nextCursor: found.count > page.count ? page.last?.position.cursor.text : nil)
    }
}

extension Table<Agent> {
    init() { kind = "agent" }
}

extension Table<Resource> {
    init() { kind = "resource" }
}

extension Table<ToolExecution> {
    init() { kind = "execution" }
}

extension Table<OutboxEntry> {
    init() { kind = "outbox entry" }
}

extension Table<MemoryConversation> {
    init() { kind = "conversation" }
}

/// A place in a sorted list.
private struct Position: Comparable {
    let cursor: Cursor

    init(_ cursor: Cursor) { self.cursor = cursor }

    static func < (one: Self, other: Self) -> Bool {
        let (key, otherKey) = (one.cursor.key, other.cursor.key)
        guard key == otherKey else {
            if let number = key.intValue, let other = otherKey.intValue { return number < other }
            // Numbers come before text.
            return (key.stringValue ?? "") < (otherKey.stringValue ?? "")
        }
        return one.cursor.sequence < other.cursor.sequence
    }
}

extension JSONValue {
    /// The value as a database that keeps text gives it back: infinity becomes null, and 1.0 becomes 1.
    var asStored: JSONValue {
        get throws { try JSONValue(parsing: text) }
    }
}

struct MemoryKeys: KeyStore {
    let state: MemoryState

    func insert(_ key: APIKey, hash: Data) async throws { state.access { $0.keys.append((key, hash)) } }

    func list() async throws -> [APIKey] {
        state.access { $0.keys.map(\.key) }.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    func keys(withPrefix prefix: String) async throws -> [(key: APIKey, hash: Data)] {
        state.access { $0.keys.filter { $0.key.prefix == prefix } }
    }

    func noteUse(of id: String, at seconds: Int) async throws {
        state.access { tables in
            for index in tables.keys.indices where tables.keys[index].key.id == id {
                tables.keys[index].key.lastUsedAt = seconds
            }
        }
    }

    func revoke(_ id: String) async throws {
        try state.access { tables in
            guard let index = tables.keys.firstIndex(where: { $0.key.id == id }) else {
                throw StorageError.notFound("key", id: id)
            }
            tables.keys.remove(at: index)
        }
    }
}

struct MemoryVoiceSettings: VoiceSettingsStore {
    let state: MemoryState

    func settings(of voiceID: String) async throws -> JSONValue {
        state.access { $0.voiceSettings[voiceID] ?? [:] }
    }

    func change(_ changes: JSONValue, of voiceID: String) async throws {
        let changes = try changes.asStored
        state.access { $0.voiceSettings[voiceID] = ($0.voiceSettings[voiceID] ?? [:]).merging(changes) }
    }
}

struct MemoryUsedTokens: UsedTokens {
    let state: MemoryState

    func use(_ id: String, until expiry: Int, now: Int) async throws -> Bool {
        state.access { tables in
            tables.usedTokens = tables.usedTokens.filter { $0.value > now }
            guard tables.usedTokens[id] == nil else { return false }
            tables.usedTokens[id] = expiry
            return true
        }
    }

    func isUsed(_ id: String) async throws -> Bool { state.access { $0.usedTokens[id] != nil } }
}
