import Agents
import Synchronization

/// How long the tools of a server's agents have taken lately, by which it is decided whether a call of one is announced.
public final class ToolPace: Sendable {
    private struct Key: Hashable {
        let agent: String
        let tool: String
    }

    private let averages = Mutex<[Key: Double]>([:])

    /// From how many seconds on silence is noticed as waiting.
    private static let noticeable = 1.5
    /// The weight of the latest call in the average.
    private static let weight = 0.4
    /// Most tools that are remembered; when there are more, all are measured anew.
    private static let remembered = 1024

    /// Creates one that knows of no tool.
    public init() {}

    /// A call of the tool took so many seconds.
    public func note(_ seconds: Double, of tool: String, agent: String) {
        averages.withLock { averages in
            let key = Key(agent: agent, tool: tool)
            if averages.count >= Self.remembered, averages[key] == nil { averages = [:] }
            averages[key] = averages[key].map { $0 + Self.weight * (seconds - $0) } ?? seconds
        }
    }

    /// Whether a caller would notice the wait for the tool.
    public func isSlow(_ tool: String, agent: String) -> Bool {
        averages.withLock { $0[Key(agent: agent, tool: tool)] ?? 0 } >= Self.noticeable
    }
}
