import Agents
import Tasks
import Tools

/// What MCP servers and the caller's end have to do with each other.
extension CallSession {
    /// Tells the caller's end how things stand with an agent's servers, once that is known. Nothing waits for it: the
    /// model is offered the tools of those that are there.
    ///
    /// - Parameter failed: the id of a server of which a call has failed, so that it is only news if that one is gone; nil
    ///   for none.
    func tellServers(of settings: CallSettings, after failed: String? = nil) {
        guard !settings.mcpServers.isEmpty else { return }
        jobs.add { [clock] session in
            // A connection that broke is known to be dead once it cannot be made anew.
            if failed != nil { try? await clock.sleep(Self.doubt) }
            let toolbox = await session.perform { $0.toolbox }
            let connections = await toolbox.connections(to: settings.mcpServers)
            let isNews = failed == nil || connections.contains { $0.server.id == failed && $0.failure != nil }
            guard !Task.isCancelled, isNews else { return }
            await session.perform { call in
                call.send(.mcpConnections(connections))
                if let running = call.running, running.agent.settings.mcpServers == settings.mcpServers {
                    let names = running.agent.toolsWithoutRoom(call.toolbox, running.variables)
                    if let first = names.first {
                        call.record.warn(
                            "There is no room in the model's context for \(names.count) tools of MCP servers; \(first) is "
                                + "the first that is not offered.")
                    }
                }
                for connection in connections {
                    guard let failure = connection.failure else { continue }
                    call.record.warn(
                        "The call goes on without the tools of the MCP server \(connection.server.name): \(failure).")
                }
            }
        }
    }

    /// How long it takes at most until a server that is gone is known to be.
    private static let doubt = Duration.seconds(1)

    func tell(_ state: MCPCallState) {
        let settings = perform { call in
            call.send(.mcpCall(state.cut(to: call.options.longestToolPayload)))
            return call.running?.agent.settings
        }
        if case .failure = state.stage, let settings { tellServers(of: settings, after: state.serverID) }
    }

    func approve(_ state: MCPCallState, within limit: Duration) async -> MCPApprovalAnswer {
        let asked = perform { call -> (answered: Signal, clock: TaskClock)? in
            guard call.ending == nil, let settings = call.running?.agent.settings,
                settings.conversation.clientEvents?.contains("mcp_tool_call") == true
            else { return nil }
            let answered = call.tools.approvals.ask(for: state.callID)
            call.send(.mcpCall(state))
            return (answered, call.clock)
        }
        guard let asked else { return .cannotAsk }
        _ = await asked.clock.first(within: limit) {
            await asked.answered.wait()
            return true
        }
        return perform { $0.tools.approvals.take(state.callID) }
    }
}
