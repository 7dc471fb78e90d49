import Synchronization

/// How busy the machine's own language model is with all calls, and who comes first.
///
/// The model reads all prompts that come at once together, so that each waits for all. One after the other the first is
/// there in a quarter of the time, and the last no later.
public final class ModelLoad: Sendable {
    /// An answer that is being made; `end` must follow.
    public struct Answer: Sendable {
        fileprivate let id: Int
        fileprivate let load: ModelLoad

        /// Its first word is there: the next prompt may be read.
        public func hasBegun() { load.leave(id) }

        /// Nothing more is asked of the model for it.
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
        /// Those whose prompts wait, in the order in which they came.
        var waiting: [(id: Int, wake: CheckedContinuation<Void, Never>?)] = []
    }

    private let state = Mutex(State())
    private let patience: Duration
    private let answersBesideAhead: Int

    /// - Parameters:
    ///   - patience: How long a prompt waits for others at most. Reading one takes 150 to 300 ms on two cores.
    ///   - answersBesideAhead: Answers in the making from which on nothing is done ahead of time: with two it is late for
    ///     those who wait.
    public init(patience: Duration = .milliseconds(600), answersBesideAhead: Int = 2) {
        self.patience = patience
        self.answersBesideAhead = answersBesideAhead
    }

    /// How many answers are being made.
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

    /// Whether work that is only likely to be of use may begin: one piece at a time, and none while somebody waits for
    /// the first word of an answer. `endAhead` must follow.
    public func beginAhead() -> Bool {
        state.withLock { state in
            guard !state.isAhead, state.reading == nil, state.answers.count < answersBesideAhead else { return false }
            state.isAhead = true
            return true
        }
    }

    /// The work that `beginAhead` allowed is over.
    public func endAhead() { state.withLock { $0.isAhead = false } }

    /// How many prompts wait to be read.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Whether work ahead of time is being done.
    public var isAhead: Bool { state.withLock { $0.isAhead } }

    private func wait(_ id: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    // Its turn may have come, or its time be over, before it was here.
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
