import Foundation
import JSON

/// Something that is owed after a call, such as its analysis or a webhook.
public struct OutboxEntry: Sendable, Hashable, Identifiable {
    /// The id, `owed_…`; receivers can tell by it that they are told something again.
    public var id: String
    /// The conversation that it is owed for; when that is deleted, nothing is owed for it any more.
    public var conversationID: String
    /// What is to be done, as the worker that does it calls it.
    public var kind: String
    /// All that the worker needs to know besides the record.
    public var payload: JSONValue
    /// How often it has been leased.
    public var attempts: Int
    /// When it is to be done, Unix time in seconds; while it is leased, the end of the lease.
    public var due: Int

    /// The most entries that are leased at once, unless a worker wants fewer or more.
    public static let standardBatch = 16

    /// Something new that is owed; due at once unless `due` says otherwise.
    public init(
        id: String = Identifier.make("owed"), conversationID: String, kind: String, payload: JSONValue = [:],
        attempts: Int = 0, due: Int = Int(Date().timeIntervalSince1970)
    ) {
        self.id = id
        self.conversationID = conversationID
        self.kind = kind
        self.payload = payload
        self.attempts = attempts
        self.due = due
    }
}

/// What is owed and not yet done. Entries are added in the transaction that closes a record
/// (`ConversationStore.finish(_:_:owing:)`), and survive a restart.
///
/// Workers lease entries, and complete or postpone them. When a worker dies, its leases expire, and other workers are
/// given the entries. So everything is done at least once, and no two workers hold an entry at the same time.
public protocol Outbox: Sendable {
    /// Leases entries that are due and that nobody holds, the longest due first.
    ///
    /// - Parameters:
    ///   - kinds: what the worker can do.
    ///   - until: the end of the lease; like `now`, Unix time in seconds.
    ///   - limit: the most entries.
    func lease(_ kinds: [String], until: Int, now: Int, limit: Int) async throws -> [OutboxEntry]

    /// Removes an entry that was done. Does nothing when it is gone; what was done after the lease had expired counts too.
    func complete(_ id: String) async throws

    /// Ends the lease of `entry`, and makes it due at `until`, Unix time in seconds.
    ///
    /// - Parameter entry: as it was leased.
    /// - Returns: False when the lease had expired and another worker has been given the entry, or when it is gone; then
    ///   nothing changes.
    @discardableResult
    func postpone(_ entry: OutboxEntry, until: Int) async throws -> Bool
}

extension Outbox {
    /// Leases entries that are due now.
    ///
    /// - Throws: The database's error.
    public func lease(
        _ kinds: [String], until: Int, limit: Int = OutboxEntry.standardBatch
    ) async throws -> [OutboxEntry] {
        try await lease(kinds, until: until, now: Int(Date().timeIntervalSince1970), limit: limit)
    }
}
