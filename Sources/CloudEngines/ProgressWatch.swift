import Synchronization

/// Notices when work has stood still for too long.
final class ProgressWatch: Sendable {
    /// Why the work was given up.
    struct Expired: Error {
        var allowed: Duration
    }

    private enum State {
        case working(until: ContinuousClock.Instant, allowed: Duration)
        case closing(until: ContinuousClock.Instant)
    }

    private let state: Mutex<State>
    private let end: ContinuousClock.Instant
    private let total: Duration
    private let interval: Duration

    /// - Parameters:
    ///   - first: Time until the first `progressed`.
    ///   - total: Time for all of the work.
    ///   - interval: How late it may be noticed that a later deadline is nearer than the one before it.
    init(first: Duration, total: Duration, interval: Duration) {
        state = Mutex(.working(until: .now + first, allowed: first))
        end = .now + total
        self.total = total
        self.interval = interval
    }

    /// Allows `duration` from now until the next progress.
    func progressed(next duration: Duration) {
        state.withLock { $0 = .working(until: .now + duration, allowed: duration) }
    }

    /// The work is done; what is left to tidy up may take `duration`.
    func finished(closingWithin duration: Duration) {
        state.withLock { $0 = .closing(until: .now + duration) }
    }

    /// Returns when the time for tidying up has passed.
    ///
    /// - Throws: `Expired` when the work stands still, or `CancellationError`.
    func wait() async throws {
        while true {
            let deadline: ContinuousClock.Instant
            switch state.withLock(\.self) {
            case .closing(let until):
                guard until > .now else { return }
                deadline = until
            case .working(let until, let allowed):
                guard until > .now else { throw Expired(allowed: allowed) }
                guard end > .now else { throw Expired(allowed: total) }
                deadline = min(until, end)
            }
            try await Task.sleep(until: min(deadline, .now + interval), clock: .continuous)
        }
    }
}
