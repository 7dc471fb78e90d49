import Synchronization

/// Lets so many in at a time; the others wait in the order in which they came.
public final class Gate: Sendable {
    /// A place inside, which is free again when it is released.
    public final class Place: Sendable {
        private let gate: Gate

        fileprivate init(_ gate: Gate) { self.gate = gate }

        deinit { gate.leave() }
    }

    private struct State {
        var free: Int
        var waiting: [Signal] = []
    }

    private let state: Mutex<State>

    /// A gate with nobody inside.
    public init(places: Int) { state = Mutex(State(free: places)) }

    /// A place, once there is one; nil when the task is cancelled meanwhile.
    public func enter() async -> Place? {
        let turn = Signal()
        let isIn = state.withLock { state in
            guard state.free == 0 else {
                state.free -= 1
                return true
            }
            state.waiting.append(turn)
            return false
        }
        guard !isIn else { return Place(self) }
        await turn.wait()
        let hasGivenUp = state.withLock { state in
            guard let place = state.waiting.firstIndex(where: { $0 === turn }) else { return false }
            state.waiting.remove(at: place)
            return true
        }
        // Whoever was let in at the same moment leaves again by releasing the place.
        return hasGivenUp ? nil : Place(self)
    }

    private func leave() {
        let next = state.withLock { state -> Signal? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.fire()
    }
}
