import Synchronization

/// An event that happens once, and that any number of tasks can wait for.
///
/// A task that is cancelled while it waits gives up only its own wait.
public final class Signal: Sendable {
    private struct State {
        var isFired = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Waits that were cancelled before they began.
        var cancelled: Set<Int> = []
        var lastWait = 0
    }

    private let state = Mutex(State())

    /// Creates a signal that has not fired.
    public init() {}

    /// Fires the signal: every waiting task continues, and later waits return at once.
    public func fire() {
        let waiting = state.withLock { state in
            state.isFired = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Returns once the signal has fired or the task is cancelled.
    public func wait() async {
        let id = state.withLock { state in
            state.lastWait += 1
            return state.lastWait
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isFired || state.cancelled.remove(id) != nil { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let waiting = state.waiting.removeValue(forKey: id)
                if waiting == nil, !state.isFired { state.cancelled.insert(id) }
                return waiting
            }
            continuation?.resume()
        }
    }
}

/// Structured work that can be cancelled from outside without cancelling its parent.
struct CancelScope: Sendable {
    private let cancelled = Signal()

    func cancel() { cancelled.fire() }

    /// Runs `body` until it ends or the scope is cancelled; returns only when `body` has returned.
    ///
    /// Any number of bodies may run in one scope; the end of one does not affect the others.
    func run(_ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { await cancelled.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}

extension CallClock {
    /// What `body` returns, or nil when that takes longer than `limit`; `body` is then cancelled, and waited for.
    func first<Value: Sendable>(
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

/// Hands jobs to the call's task group, so that none outlives the call.
///
/// A job is started as soon as it is added. Their number is bounded by those who add them: one response, one partial
/// transcript, one prompt being warmed, one transcript and one verdict a pause, a round of tools.
struct JobQueue: Sendable {
    typealias Job = @Sendable () async -> Void

    private let jobs: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    init() { (jobs, continuation) = AsyncStream.makeStream() }

    /// Adds a job; false when the call is over and the job was not started.
    @discardableResult
    func add(_ job: @escaping Job) -> Bool {
        if case .enqueued = continuation.yield(job) { true } else { false }
    }

    /// Runs jobs as they come, until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs { group.addTask { await job() } }
            group.cancelAll()
        }
    }
}
