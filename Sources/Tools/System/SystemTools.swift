import Agents
import JSON
import Tasks

/// Tools that act on the call itself.
struct SystemTools: ToolRunner {
    let clock: TaskClock
    let findAgent: @Sendable (String) async -> Agent?

    /// The longest `delay_ms` that is waited for: a caller takes more for a broken line.
    private static let longestDelay = Duration.seconds(10)

    func canRun(_ tool: ToolSettings) -> Bool {
        guard case .system(let system) = tool.kind else { return false }
        return system.problem(tool.systemParameters) == nil
    }

    func begin(_ use: ToolUse) -> ToolBeginning {
        switch use.tool.kind {
        case .system(.endCall):
            let farewell = use.given["message"] ?? use.given["system__message_to_speak"]
            return .over(
                ToolOutcome(result: "The call ends.", endsAnswer: true, hangsUp: true, farewell: farewell?.stringValue))
        case .system(.skipTurn):
            return .over(ToolOutcome(result: "The turn was skipped.", endsAnswer: true))
        case .system, .client, .webhook:
            return .running { await transfer(use, in: $0) }
        }
    }

    /// Hands the call to the agent that the model has chosen: the only tool of these that takes time.
    private func transfer(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        let transfers = use.tool.systemParameters["transfers"]?.arrayValue ?? []
        guard let number = use.given["agent_number"]?.intValue, transfers.indices.contains(number) else {
            return .failure(
                "invalid_arguments",
                message: "agent_number names no agent: they go from 0 to \(transfers.count - 1)", isCalled: false)
        }
        let transfer = transfers[number]
        guard let id = transfer["agent_id"]?.stringValue, let agent = await findAgent(id) else {
            return .failure("agent_not_found", message: "the agent to transfer to does not exist", isCalled: false)
        }
        do {
            if let delay = transfer["delay_ms"]?.doubleValue, delay > 0 {
                try await clock.sleep(min(.milliseconds(min(delay, 1e6)), Self.longestDelay))
            }
            try await conversation.handOver(
                to: agent, greets: transfer["enable_transferred_agent_first_message"]?.boolValue ?? false)
        } catch {
            return .failure("transfer_failed", message: "\(error)", isCalled: false)
        }
        let message = transfer["transfer_message"]?.stringValue ?? ""
        return ToolOutcome(
            result: "The user was transferred to the agent \(agent.name).", endsAnswer: true,
            farewell: message.isEmpty ? nil : message)
    }
}
