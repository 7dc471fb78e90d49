/// Something that happens once, and that any number of tasks can have waited for.
struct Signal: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func fire() { continuation.finish() }

    /// Returns once the signal has fired, or the task is cancelled.
    func wait() async { for await _ in stream {} }
}

/// A piece of structured work that can be cancelled from outside without cancelling its parent.
struct CancelScope: Sendable {
    private let cancelled = Signal()

    func cancel() { cancelled.fire() }

    /// Runs `body` until it ends or the scope is cancelled; returns only when `body` has returned.
    func run(_ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { await cancelled.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}

/// Hands pieces of work to the call's task group, so that none outlives the call.
///
/// Nothing waits in it: a job is started as soon as it is there. What bounds them is who adds them: one response, one
/// partial transcript, one prompt being warmed, one transcript and one verdict a pause.
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
