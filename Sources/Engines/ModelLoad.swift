import Synchronization

/// The load of the machine's own language model by all calls, and the order in which their prompts are read.
///
/// The model would read simultaneous prompts together, so that each takes as long as all. When they are read one after
/// the other, the first is done in a quarter of the time, and the last no later.
public final class ModelLoad: Sendable {
    /// An answer in the making; `end` must be called.
    public struct Answer: Sendable {
        fileprivate let id: Int
        fileprivate let load: ModelLoad

        /// The answer's first token is there, so the next prompt may be read.
        public func hasBegun() { load.leave(id) }

        /// The answer needs the model no longer.
        public func end() {
            load.leave(id)
            load.state.withLock { _ = $0.answers.remove(id) }
        }
    }

    private struct State {
        var answers: Set<Int> = []
        var isAhead = false
        var newest = 0
        /// The answer whose prompt is being read.
        var reading: Int?
        /// Answers whose prompts wait, in the order in which they came.
        var waiting: [(id: Int, wake: CheckedContinuation<Void, Never>?)] = []
    }

    private let state = Mutex(State())
    private let patience: Duration
    private let answersBesideAhead: Int

    /// - Parameters:
    ///   - patience: The longest wait of a prompt for others. Reading one takes 150 to 300 ms on two cores.
    ///   - answersBesideAhead: The number of answers in the making from which on no work is done ahead: with two,
    ///     waiting answers would be delayed.
    public init(patience: Duration = .milliseconds(600), answersBesideAhead: Int = 2) {
        self.patience = patience
        self.answersBesideAhead = answersBesideAhead
    }

    /// The number of answers in the making.
    public var answers: Int { state.withLock { $0.answers.count } }

    /// Returns when the answer's prompt may be read, or the task is cancelled.
    public func beginAnswer() async -> Answer {
        let id = state.withLock { state in
            state.newest += 1
            state.answers.insert(state.newest)
            if state.reading == nil {
                state.reading = state.newest
            } else {
                state.waiting.append((state.newest, nil))
            }
            return state.newest
        }
        if state.withLock({ $0.reading }) != id {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.wait(id) }
                group.addTask { try? await Task.sleep(for: self.patience) }
                await group.next()
                group.cancelAll()
            }
        }
        return Answer(id: id, load: self)
    }

    /// Whether speculative work may begin: one piece at a time, and none while a caller waits for the first token of an
    /// answer. If so, `endAhead` must follow.
    public func beginAhead() -> Bool {
        state.withLock { state in
            guard !state.isAhead, state.reading == nil, state.answers.count < answersBesideAhead else { return false }
            state.isAhead = true
            return true
        }
    }

    /// Ends the work that `beginAhead` allowed.
    public func endAhead() { state.withLock { $0.isAhead = false } }

    /// The number of prompts that wait to be read.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Whether speculative work is being done.
    public var isAhead: Bool { state.withLock { $0.isAhead } }

    private func wait(_ id: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    // Its turn may have come, or its patience may have run out, before this point.
                    guard !Task.isCancelled, let place = state.waiting.firstIndex(where: { $0.id == id }) else {
                        state.waiting.removeAll { $0.id == id }
                        return true
                    }
                    state.waiting[place].wake = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let wake = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.flatMap { state.waiting.remove(at: $0).wake }
            }
            wake?.resume()
        }
    }

    private func leave(_ id: Int) {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.reading == id else { return nil }
            guard !state.waiting.isEmpty else {
                state.reading = nil
                return nil
            }
            let next = state.waiting.removeFirst()
            state.reading = next.id
            return next.wake
        }
        next?.resume()
    }
}
