import Synchronization
import Tasks

/// Work that has effects beyond the call that began it: it is done to its end although the call is over.
///
/// A call is a task tree of which nothing is left when it ends, and would cancel a booking that is under way. So such work
/// belongs to the server. Each piece bounds its own time, and their number is bounded by the tools that calls may run.
public final class Effects: Sendable {
    private struct State {
        var running: [Int: Task<Void, Never>] = [:]
        var count = 0
    }

    private let state = Mutex(State())

    /// Creates one without work.
    public init() {}

    /// Begins work.
    func begin(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            state.count += 1
            let number = state.count
            state.running[number] = Task {
                await work()
                // Waits for the lock, and so until the task is in the list.
                self.state.withLock { $0.running[number] = nil }
            }
        }
    }

    /// Waits until all work is done, and cancels what is not done within `limit`; to be called before the store closes.
    public func drain(within limit: Duration, clock: TaskClock = .continuous()) async {
        let running = state.withLock { Array($0.running.values) }
        let isDone: Bool? = await clock.first(within: limit) {
            for task in running { await task.value }
            return true
        }
        if isDone != true { for task in running { task.cancel() } }
    }
}
