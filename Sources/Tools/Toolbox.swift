import Agents
import Tasks

/// The tools that a call can run.
public struct Toolbox: Sendable {
    private let client = ClientTools()
    private let system: SystemTools

    /// - Parameters:
    ///   - clock: the call's.
    ///   - abilities: what the line can do.
    ///   - findAgent: finds an agent that a call may be handed to; nil for none of that id.
    public init(
        clock: TaskClock, abilities: Set<LineAbility>, findAgent: @escaping @Sendable (String) async -> Agent?
    ) {
        system = SystemTools(clock: clock, abilities: abilities, findAgent: findAgent)
    }

    /// Whether the tool can be run; a model is offered no others.
    public func canRun(_ tool: ToolSettings) -> Bool { runner(of: tool) != nil }

    /// Begins a call; a tool that cannot be run here is a failure.
    public func begin(_ use: ToolUse) -> ToolBeginning {
        runner(of: use.tool)?.begin(use)
            ?? .over(
                .failure(
                    "unknown", message: "The tool \(use.tool.name) is not available on this server.", isCalled: false))
    }

    private func runner(of tool: ToolSettings) -> (any ToolRunner)? {
        let runner: (any ToolRunner)? =
            switch tool.kind {
            case .client: client
            case .system: system
            case .webhook: nil
            }
        return runner?.canRun(tool) == true ? runner : nil
    }
}
