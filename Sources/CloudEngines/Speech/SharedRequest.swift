import Synchronization

/// Work whose result any number of tasks can wait for. It is cancelled when no task waits for it any more.
final class SharedRequest<Value: Sendable>: Sendable {
    private let task: Task<Value, any Error>
    private let waiting = Mutex(0)

    init(_ work: @escaping @Sendable () async throws -> Value) {
        task = Task { try await work() }
    }

    /// The result of the work.
    ///
    /// - Throws: The error of the work, or `CancellationError` when it was cancelled.
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
