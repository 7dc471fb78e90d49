import Synchronization

/// Detects that a client has sent nothing for too long, while nothing is being done for it.
final class InactivityWatch: Sendable {
    /// The client was inactive for longer than `limit`.
    struct Expired: Error {
        var limit: Duration

        init(_ limit: Duration) { self.limit = limit }
    }

    private struct State {
        var limit: Duration
        var last = ContinuousClock.now
        var busy = 0
        var isOff = false
    }

    private let state: Mutex<State>
    /// How often the time is checked while work is going on.
    private static let interval = Duration.seconds(1)

    init(limit: Duration) { state = Mutex(State(limit: limit)) }

    func heard() { state.withLock { $0.last = .now } }

    func restart(limit: Duration) { state.withLock { ($0.limit, $0.last) = (limit, .now) } }

    /// Switches the watch off.
    func stop() { state.withLock { $0.isOff = true } }

    /// Stops the clock while `work` runs.
    func busy<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        begin()
        defer { end() }
        return try await work()
    }

    /// Stops the clock until the matching `end`.
    func begin() { state.withLock { $0.busy += 1 } }

    func end() { state.withLock { ($0.busy, $0.last) = ($0.busy - 1, .now) } }

    /// - Throws: `Expired`, or `CancellationError`.
    func wait() async throws {
        while true {
            let state = state.withLock(\.self)
            let end = state.last + state.limit
            if state.busy > 0 || state.isOff {
                try await Task.sleep(for: Self.interval)
            } else if end <= .now {
                throw Expired(state.limit)
            } else {
                try await Task.sleep(until: min(end, .now + Self.interval), clock: .continuous)
            }
        }
    }
}
