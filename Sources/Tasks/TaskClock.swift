/// A clock that is handed in: real time in a server, driven by hand in tests.
public struct TaskClock: Sendable {
    /// Time since the clock was made.
    public var elapsed: @Sendable () -> Duration
    /// Waits for a length of this clock's time; throws `CancellationError` when the task is cancelled meanwhile.
    public var sleep: @Sendable (Duration) async throws -> Void

    /// A clock made of these functions, such as one driven by hand; `elapsed` must start at zero and never go back.
    public init(
        elapsed: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.elapsed = elapsed
        self.sleep = sleep
    }

    /// Real time, counted from the moment of this call.
    public static func continuous() -> TaskClock {
        let clock = ContinuousClock()
        let start = clock.now
        return TaskClock(elapsed: { clock.now - start }, sleep: { try await clock.sleep(for: $0) })
    }
}

extension TaskClock {
    /// What `body` returns. When that takes longer than `limit`, `body` is cancelled and waited for.
    ///
    /// - Throws: `error` when it took too long, what `body` throws, or `CancellationError`.
    @discardableResult
    package func value<Value: Sendable>(
        within limit: Duration, orThrow error: any Error, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await sleep(limit)
                throw error
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// What `body` returns, or nil when that takes longer than `limit` or the task is cancelled; `body` is then
    /// cancelled, and waited for.
    package func first<Value: Sendable>(
        within limit: Duration, _ body: @escaping @Sendable () async -> Value?
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await sleep(limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
