import Agents
import Conversation
import Foundation
import MemoryStore
import SQLiteStore
import Synchronization
import TestSupport

/// The stores that the suite is run against.
enum Store: String, CaseIterable, Sendable {
    case memory
    case sqlite
}

/// The storages of one test, which stay open until it ends.
final class OpenStores: Sendable {
    private let opened = Mutex<[any Storage]>([])

    /// A new, empty storage.
    func open(_ kind: Store, _ clock: ManualClock = ManualClock()) throws -> any Storage {
        let storage: any Storage =
            switch kind {
            case .memory: MemoryStorage(now: clock.now)
            case .sqlite: try SQLiteStorage.temporary(now: clock.now)
            }
        opened.withLock { $0.append(storage) }
        return storage
    }
}

/// The stores of recordings that their suite is run against.
enum Recordings: String, CaseIterable, Sendable {
    case memory
    case folder

    /// Calls `body` with a new, empty store.
    func open(_ body: (any RecordingStore) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(MemoryRecordings())
        case .folder:
            let scratch = ScratchDirectory()
            try await body(RecordingFolder(scratch.url))
        }
    }
}
