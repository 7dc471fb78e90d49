import Synchronization

/// Something that happens once, and that any number of tasks can wait for.
///
/// A task that is cancelled while it waits gives up its own wait and nobody else's.
public final class Signal: Sendable {
    private struct State {
        var isFired = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Waits that were cancelled before they had begun.
        var cancelled: Set<Int> = []
        var lastWait = 0
    }

    private let state = Mutex(State())

    /// Has not happened yet.
    public init() {}

    /// Lets everybody go on who waits, now and from now on.
    public func fire() {
        let waiting = state.withLock { state in
            state.isFired = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Returns once the signal has fired, or the task is cancelled.
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

/// A piece of structured work that can be cancelled from outside without cancelling its parent.
struct CancelScope: Sendable {
    private let cancelled = Signal()

    func cancel() { cancelled.fire() }

    /// Runs `body` until it ends or the scope is cancelled; returns only when `body` has returned.
    ///
    /// Any number of bodies may run in one scope: the end of one is nothing to the others.
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

/// Hands pieces of work to the call's task group, so that none outlives the call.
///
/// Nothing waits in it: a job is started as soon as it is there. What bounds them is who adds them: one response, one
/// partial transcript, one prompt being warmed, one transcript and one verdict a pause, a round of tools.
struct JobQueue: Sendable {
    typealias Job = @Sendable () async -> Void

    private let jobs: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    init() { (jobs, continuation) = AsyncStream.makeStream() }

    /// False when the call is over, and the job is not started.
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
