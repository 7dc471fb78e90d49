import Synchronization
import Tasks

/// Work that has effects beyond the call that began it: it is done to its end although the call is over.
///
/// A call is a task tree of which nothing is left when it ends, and would cancel a booking that is under way. So such work
/// belongs to the server. Each piece bounds its own time, and their number is bounded by the tools that calls may run.
public final class Effects: Sendable {
    private struct State {
        /// What gives the work up, and what tells when its outcome has been taken.
        var running: [Int: (giveUp: @Sendable () -> Void, done: Signal)] = [:]
        var count = 0
    }

    private let state = Mutex(State())

    /// How long work that was given up may take to say so: one write of a record.
    private static let grace = Duration.seconds(5)

    /// Creates one without work.
    public init() {}

    /// Begins work.
    ///
    /// - Parameter end: takes its outcome, and whether it was given up. It is never cancelled itself, so that the outcome
    ///   can be written.
    func begin<Outcome: Sendable>(
        _ work: @escaping @Sendable () async -> Outcome,
        then end: @escaping @Sendable (Outcome, Bool) async -> Void
    ) {
        state.withLock { state in
            state.count += 1
            let number = state.count
            let work = Task(operation: work)
            let done = Signal()
            Task {
                let outcome = await work.value
                await end(outcome, work.isCancelled)
                // Waits for the lock, and so until the work is in the list.
                self.state.withLock { $0.running[number] = nil }
                done.fire()
            }
            state.running[number] = ({ work.cancel() }, done)
        }
    }

    /// Waits until all work is done. What is not done within `limit` is given up; to be called before the store closes.
    public func drain(within limit: Duration, clock: TaskClock = .continuous()) async {
        if await isDone(within: limit, clock) { return }
        for giveUp in state.withLock({ $0.running.values.map(\.giveUp) }) { giveUp() }
        _ = await isDone(within: Self.grace, clock)
    }

    private func isDone(within limit: Duration, _ clock: TaskClock) async -> Bool {
        let running = state.withLock { $0.running.values.map(\.done) }
        guard !running.isEmpty else { return true }
        let isDone: Bool? = await clock.first(within: limit) {
            // Not the tasks' values, which could not be given up.
            for done in running { await done.wait() }
            return true
        }
        return isDone == true
    }
}
