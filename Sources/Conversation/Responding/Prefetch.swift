import Agents
import Engines
import JSON
import Synchronization
import Tasks
import Tools
import TurnTaking

/// A tool that runs although it is not certain yet that its result is wanted.
final class Prefetch: Sendable {
    private let scope = CancelScope()
    private let over = Signal()
    private let result = Mutex<ToolOutcome?>(nil)

    /// Runs the tool, until it is over or given up.
    func run(_ work: @escaping @Sendable () async -> ToolOutcome) async {
        await scope.run {
            let outcome = await work()
            if !Task.isCancelled { self.result.withLock { $0 = outcome } }
        }
        over.fire()
    }

    /// The outcome, once there is one.
    func outcome() async -> ToolOutcome {
        await over.wait()
        return result.withLock(\.self) ?? .failure("cancelled", message: "the call of the tool was given up")
    }

    func giveUp() { scope.cancel() }
}

/// The tools that run for the response that is being prepared. When it is discarded, so are they.
struct Prefetches: Sendable {
    private struct Key: Hashable {
        var response: ResponseID
        var name: String
        var arguments: JSONValue
    }

    private var running: [Key: Prefetch] = [:]
    /// How many were begun so far.
    private(set) var count = 0

    /// Nil when the same call runs already, or too many do.
    mutating func begin(_ call: ToolCall, for id: ResponseID, atMost most: Int) -> Prefetch? {
        let key = Key(response: id, name: call.name, arguments: call.arguments)
        guard running[key] == nil, running.count < most else { return nil }
        let prefetch = Prefetch()
        count += 1
        running[key] = prefetch
        return prefetch
    }

    /// A call that has been made early; it belongs to who takes it.
    mutating func take(_ call: ToolCall, of id: ResponseID) -> ToolBeginning? {
        let prefetch = running.removeValue(forKey: Key(response: id, name: call.name, arguments: call.arguments))
        return prefetch.map { prefetch in .running { _ in await prefetch.outcome() } }
    }

    /// Nobody wants the tools of a response any more.
    mutating func giveUp(_ id: ResponseID) {
        for (key, prefetch) in running where key.response == id {
            prefetch.giveUp()
            running[key] = nil
        }
    }
}

extension ToolSettings {
    /// Whether the tool may run before it is certain that its result is wanted.
    var mayBePrefetched: Bool {
        // Tools of MCP servers tell the caller's end of each call, and may need its approval.
        if case .webhook = kind { isReadOnly && executionMode == .immediate } else { false }
    }
}
