/// Counts the calls in progress, and limits them.
actor LiveCalls {
    private let limit: Int
    private var counts: [String: Int] = [:]

    init(limit: Int) { self.limit = limit }

    /// The number of calls of `agents`; of all agents when nil.
    func count(of agents: Set<String>? = nil) -> Int {
        guard let agents else { return counts.values.reduce(0, +) }
        return agents.reduce(0) { $0 + counts[$1, default: 0] }
    }

    /// Reserves a place for a call of `agent`, to be given back with `end`; false when there is none.
    ///
    /// - Parameter agentLimit: how many calls the agent may have at once; nil for no limit of its own.
    func begin(_ agent: String, agentLimit: Int?) -> Bool {
        guard count() < limit, counts[agent, default: 0] < agentLimit ?? .max else { return false }
        counts[agent, default: 0] += 1
        return true
    }

    func end(_ agent: String) {
        let left = counts[agent, default: 0] - 1
        counts[agent] = left > 0 ? left : nil
    }
}
