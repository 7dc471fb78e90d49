import Synchronization

/// The engines that rest after a failure, for all calls of a process, so that not every call has to find out for
/// itself.
public final class EngineHealth: Sendable {
    private struct Entry {
        var breaker: CircuitBreaker
        var failure: EngineError?
    }

    /// The state of each engine; bounded by the number of configured engines.
    private let entries = Mutex<[String: Entry]>([:])
    private let options: CircuitBreaker.Options
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter now: The clock, replaced in tests.
    public init(
        options: CircuitBreaker.Options = .init(), now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.options = options
        self.now = now
    }

    /// Whether the engine may be asked now. If so, `succeeded`, `failed` or `abandoned` must follow.
    public func permits(_ engine: String) -> Bool { update(engine) { $0.breaker.permits(at: now()) } }

    /// Notes that the engine has answered.
    public func succeeded(_ engine: String) {
        update(engine) { entry in
            entry.breaker.succeed()
            entry.failure = nil
        }
    }

    /// Notes that the engine has failed.
    public func failed(_ engine: String, _ failure: EngineError) {
        update(engine) { entry in
            entry.breaker.fail(at: now(), retryAfter: failure.retryAfter)
            entry.failure = failure
        }
    }

    /// Notes that a request was cancelled before the engine could answer.
    public func abandoned(_ engine: String) { update(engine) { $0.breaker.abandon(at: now()) } }

    /// The failure after which the engine rests; nil for one that does not rest.
    public func failure(of engine: String) -> EngineError? { entries.withLock { $0[engine]?.failure } }

    private func update<Result>(_ engine: String, _ body: (inout Entry) -> Result) -> Result {
        entries.withLock { body(&$0[engine, default: Entry(breaker: CircuitBreaker(options: options))]) }
    }
}
