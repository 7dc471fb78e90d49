/// Hands jobs to the call's task group, so that none outlives the call.
///
/// A job is started as soon as it is added. Their number is bounded by those who add them: one response, one partial
/// transcript, one prompt being warmed, one transcript and one verdict a pause, the fillers of a response, the tools of a
/// round.
struct JobQueue: Sendable {
    typealias Job = @Sendable (CallSession) async -> Void

    private let jobs: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    init() { (jobs, continuation) = AsyncStream.makeStream() }

    /// Adds a job; false when the call is over and the job was not started.
    @discardableResult
    func add(_ job: @escaping Job) -> Bool {
        if case .enqueued = continuation.yield(job) { true } else { false }
    }

    /// Runs jobs as they come, until the task is cancelled.
    func run(for session: CallSession) async {
        await withDiscardingTaskGroup { group in
            for await job in jobs { group.addTask { await job(session) } }
            group.cancelAll()
        }
    }
}
