import Synchronization

/// One piece of work that any number of tasks wait for. It is given up when nobody waits for it any more.
final class SharedRequest<Value: Sendable>: Sendable {
    private let task: Task<Value, any Error>
    private let waiting = Mutex(0)

    init(_ work: @escaping @Sendable () async throws -> Value) {
        task = Task { try await work() }
    }

    /// What came of it.
    ///
    /// - Throws: What the work throws, or `CancellationError` when it was given up.
    var value: Value {
        get async throws {
            waiting.withLock { $0 += 1 }
            return try await withTaskCancellationHandler {
                let result = await task.result
                try Task.checkCancellation()
                return try result.get()
            } onCancel: {
                let isLast = waiting.withLock { waiting in
                    waiting -= 1
                    return waiting == 0
                }
                if isLast { task.cancel() }
            }
        }
    }

    func cancel() { task.cancel() }
}
