import Agents
import Tasks

/// The tools that a call can run.
public struct Toolbox: Sendable {
    private let client: ClientTools
    private let system: SystemTools

    /// - Parameters:
    ///   - clock: the call's, for time-outs.
    ///   - findAgent: finds an agent that a call may be handed to; nil for none of that id.
    public init(clock: TaskClock, findAgent: @escaping @Sendable (String) async -> Agent?) {
        client = ClientTools(clock: clock)
        system = SystemTools(clock: clock, findAgent: findAgent)
    }

    /// Whether the tool can be run; a model is offered no others.
    public func canRun(_ tool: ToolSettings) -> Bool { runner(of: tool)?.canRun(tool) ?? false }

    private func runner(of tool: ToolSettings) -> (any ToolRunner)? {
        switch tool.kind {
        case .client: client
        case .system: system
        case .webhook: nil
        }
    }

    /// Runs a tool. Arguments that do not fit it, and tools that cannot be run here, are failures.
    public func run(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        guard let runner = runner(of: use.tool), runner.canRun(use.tool) else {
            return .failure(
                "unknown", "The tool \(use.tool.name) is not available on this server.", isCalled: false)
        }
        return await runner.run(use, in: conversation)
    }
}
