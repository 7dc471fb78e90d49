import Synchronization

/// Detects work that has stalled.
final class ProgressWatch: Sendable {
    /// The work made no progress for `allowed`.
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
    ///   - first: Time-out until the first `progressed`.
    ///   - total: Time-out for all of the work.
    ///   - interval: The precision with which deadlines are checked when one is moved forward.
    init(first: Duration, total: Duration, interval: Duration) {
        state = Mutex(.working(until: .now + first, allowed: first))
        end = .now + total
        self.total = total
        self.interval = interval
    }

    /// Sets the time-out until the next progress to `duration` from now.
    func progressed(next duration: Duration) {
        state.withLock { $0 = .working(until: .now + duration, allowed: duration) }
    }

    /// The work is done; closing the connection may take `duration`.
    func finished(closingWithin duration: Duration) {
        state.withLock { $0 = .closing(until: .now + duration) }
    }

    /// Returns when the time for closing has passed.
    ///
    /// - Throws: `Expired` when the work stalls, or `CancellationError`.
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
