import Synchronization

/// An event that happens once, and that any number of tasks can wait for.
///
/// A task that is cancelled while it waits gives up only its own wait.
public final class Signal: Sendable {
    private struct State {
        var isFired = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Waits that were cancelled before they began.
        var cancelled: Set<Int> = []
        var lastWait = 0
    }

    private let state = Mutex(State())

    /// Creates a signal that has not fired.
    public init() {}

    /// Fires the signal: every waiting task continues, and later waits return at once.
    public func fire() {
        let waiting = state.withLock { state in
            state.isFired = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Returns once the signal has fired or the task is cancelled.
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
