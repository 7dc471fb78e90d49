import ServiceLifecycle
import Synchronization

/// Detects that a client has sent nothing for too long, while nothing is being done for it.
final class InactivityWatch: Sendable {
    /// The client was inactive for longer than `limit`.
    struct Expired: Error {
        var limit: Duration
    }

    /// The server ends, and nothing is being done for the client.
    struct ShutDown: Error {}

    private struct State {
        var limit: Duration
        var last = ContinuousClock.now
        var busy = 0
        var isOff = false
    }

    /// How often the time is checked while work is going on.
    private static let interval = Duration.seconds(1)

    private let state: Mutex<State>

    /// What is left of the limit when the server shuts down: a client that is only connected is not waited for, but the
    /// next words of a text that a language model is still writing are.
    private static let shutdownLimit = Duration.seconds(3)

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

    /// - Throws: `Expired`, `ShutDown`, or `CancellationError`.
    func wait() async throws {
        while true {
            let state = state.withLock(\.self)
            let end = state.last + state.limit
            if state.busy > 0 || state.isOff {
                try await Task.sleep(for: Self.interval)
            } else if Task.isShuttingDownGracefully, state.last + Self.shutdownLimit <= .now {
                throw ShutDown()
            } else if end <= .now {
                throw Expired(limit: state.limit)
            } else {
                try await Task.sleep(until: min(end, .now + Self.interval), clock: .continuous)
            }
        }
    }
}
