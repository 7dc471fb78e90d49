import Synchronization

/// Which engines rest after a failure, over all calls of a process, so that not each finds out for itself.
public final class EngineHealth: Sendable {
    private struct Entry {
        var breaker: CircuitBreaker
        var failure: EngineError?
    }

    /// By engine; bounded by the engines that are configured.
    private let entries = Mutex<[String: Entry]>([:])
    private let options: CircuitBreaker.Options
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter now: For tests.
    public init(
        options: CircuitBreaker.Options = .init(), now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.options = options
        self.now = now
    }

    /// Whether the engine may be asked now; `succeeded`, `failed` or `abandoned` must follow when it is.
    public func permits(_ engine: String) -> Bool { update(engine) { $0.breaker.permits(at: now()) } }

    /// The engine has answered.
    public func succeeded(_ engine: String) {
        update(engine) { entry in
            entry.breaker.succeed()
            entry.failure = nil
        }
    }

    /// The engine has failed.
    public func failed(_ engine: String, _ failure: EngineError) {
        update(engine) { entry in
            entry.breaker.fail(at: now(), retryAfter: failure.retryAfter)
            entry.failure = failure
        }
    }

    /// The request was given up before the engine could answer.
    public func abandoned(_ engine: String) { update(engine) { $0.breaker.abandon(at: now()) } }

    /// Why the engine rests; nil for one that does not.
    public func failure(of engine: String) -> EngineError? { entries.withLock { $0[engine]?.failure } }

    private func update<Result>(_ engine: String, _ body: (inout Entry) -> Result) -> Result {
        entries.withLock { body(&$0[engine, default: Entry(breaker: CircuitBreaker(options: options))]) }
    }
}
