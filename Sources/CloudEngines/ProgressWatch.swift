import Engines
import Synchronization

/// Notices when work has stood still for too long.
final class ProgressWatch: Sendable {
    /// Why the work was given up.
    struct Expired: Error {
        var allowed: Duration
    }

    private struct State {
        var deadline: ContinuousClock.Instant
        var allowed: Duration
    }

    private let state: Mutex<State>
    private let end: State

    /// - Parameters:
    ///   - first: Time until the first `progressed`.
    ///   - total: Time for all of the work.
    init(first: Duration, total: Duration) {
        let now = ContinuousClock.now
        state = Mutex(State(deadline: now + first, allowed: first))
        end = State(deadline: now + total, allowed: total)
    }

    /// Allows `duration` from now until the next progress.
    func progressed(next duration: Duration) {
        state.withLock { $0 = State(deadline: .now + duration, allowed: duration) }
    }

    /// Returns never: it throws `Expired` when the time is up, or `CancellationError`.
    func wait() async throws {
        while true {
            let current = state.withLock { $0.deadline < end.deadline ? $0 : end }
            guard current.deadline > .now else { throw Expired(allowed: current.allowed) }
            try await Task.sleep(until: current.deadline, clock: .continuous)
        }
    }
}
