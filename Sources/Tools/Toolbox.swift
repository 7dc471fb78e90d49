import Agents
import Credentials
import JSON
import MCP
import Tasks

/// The tools that a call can run.
public struct Toolbox: Sendable {
    private let client = ClientTools()
    private let system: SystemTools
    private let webhooks: WebhookTools?
    private let mcp: MCPTools?

    /// - Parameters:
    ///   - clock: the call's.
    ///   - abilities: what the line can do.
    ///   - findAgent: finds an agent that a call may be handed to; nil for none of that id.
    ///   - authorizer: sends the requests that a configuration causes, through a guard; nil where none are sent.
    ///   - mcp: reaches MCP servers; nil where none are asked.
    public init(
        clock: TaskClock, abilities: Set<LineAbility> = [],
        findAgent: @escaping @Sendable (String) async -> Agent?,
        authorizer: Authorizer?, mcp: (any MCPAccess)? = nil
    ) {
        system = SystemTools(clock: clock, abilities: abilities, findAgent: findAgent)
        webhooks = authorizer.map(WebhookTools.init)
        self.mcp = mcp.map(MCPTools.init)
    }

    /// The tools of these servers as they are known now; those of a server that is dead or not known yet are missing.
    ///
    /// - Parameters:
    ///   - own: the agent's other tools, whose names count.
    ///   - values: the call's variables.
    public func tools(
        of servers: [MCPServerSettings], beside own: [ToolSettings], values: [String: JSONValue]
    ) -> [ToolSettings] {
        servers.isEmpty ? [] : mcp?.tools(of: servers, beside: own, values: values) ?? []
    }

    /// Waits until it is known how things stand with these servers.
    public func connections(to servers: [MCPServerSettings]) async -> [MCPConnection] {
        await mcp?.connections(to: servers)
            ?? servers.map { MCPConnection(server: $0, toolCount: 0, failure: .unreachable("none is asked here")) }
    }

    /// Whether the tool can be run; a model is offered no others.
    public func canRun(_ tool: ToolSettings) -> Bool { runner(of: tool) != nil }

    /// Begins a call; a tool that cannot be run here is a failure.
    ///
    /// - Parameter mocking: which tools are not really run.
    public func begin(_ use: ToolUse, _ mocking: ToolMocking = ToolMocking()) -> ToolBeginning {
        if mocking.covers(use.tool) {
            if let mock = use.tool.mocks.first(where: { $0.holds(for: use.given) }) {
                return .over(
                    mock.isError
                        ? .failure("mocked", message: mock.result, isNote: false, isCalled: false)
                        : ToolOutcome(mock.result, of: use.tool))
            }
            if mocking.fallback == .raiseError {
                return .over(
                    .failure("mock_missing", message: "no result is written for this call", isCalled: false))
            }
        }
        return runner(of: use.tool)?.begin(use) ?? .over(.unavailable(use.tool))
    }

    private func runner(of tool: ToolSettings) -> (any ToolRunner)? {
        let runner: (any ToolRunner)? =
            switch tool.kind {
            case .client: client
            case .system: system
            case .webhook: webhooks
            case .mcp: mcp
            }
        return runner?.canRun(tool) == true ? runner : nil
    }
}
