import Synchronization

/// Work whose result several tasks want, perhaps at the same time: it is done once, and its result remembered.
///
/// It runs in a task of its own, since those that wait may be cancelled at the caller's next word. After a failure, which
/// all that wait get, the next to ask begins it anew.
final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct State {
        var tasks: [Key: Task<Value, any Error>] = [:]
        /// Those whose result is there.
        var done: Set<Key> = []
        /// The remembered keys, oldest first.
        var order: [Key] = []

        mutating func forget(_ key: Key) {
            tasks[key] = nil
            done.remove(key)
            order.removeAll { $0 == key }
        }
    }

    private let mostRemembered: Int
    private let state = Mutex(State())

    /// - Parameter mostRemembered: results that are kept; the oldest goes first.
    init(mostRemembered: Int) { self.mostRemembered = mostRemembered }

    /// Whether the work for a key is done, or being done.
    func isBegun(_ key: Key) -> Bool { state.withLock { $0.tasks[key] != nil } }

    /// Whether the result for a key is there.
    func isDone(_ key: Key) -> Bool { state.withLock { $0.done.contains(key) } }

    /// The result for a key, for which `work` is done unless it is known or on its way.
    ///
    /// - Throws: what `work` throws, or `CancellationError`.
    func value(of key: Key, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = state.withLock { state in
            if let task = state.tasks[key] { return task }
            let task = Task { try await work() }
            state.tasks[key] = task
            state.order.append(key)
            if state.order.count > mostRemembered, let oldest = state.order.first { state.forget(oldest) }
            return task
        }
        switch await task.result {
        case .success(let value):
            state.withLock { if $0.tasks[key] == task { $0.done.insert(key) } }
            try Task.checkCancellation()
            return value
        case .failure(let error):
            state.withLock { if $0.tasks[key] == task { $0.forget(key) } }
            throw error
        }
    }
}
