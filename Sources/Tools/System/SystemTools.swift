import Agents
import JSON
import Tasks

/// Tools that act on the call itself.
struct SystemTools: ToolRunner {
    let clock: TaskClock
    let findAgent: @Sendable (String) async -> Agent?

    func canRun(_ tool: ToolSettings) -> Bool {
        guard case .system(let system) = tool.kind else { return false }
        return system.problem(tool.systemParameters) == nil
    }

    func run(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        switch use.tool.kind {
        case .system(.endCall):
            await conversation.hangUp()
            let farewell = use.arguments["message"] ?? use.arguments["system__message_to_speak"]
            return ToolOutcome(result: "The call ends.", endsAnswer: true, farewell: farewell?.stringValue)
        case .system(.skipTurn):
            return ToolOutcome(result: "The turn was skipped.", endsAnswer: true)
        case .system(.transferToAgent):
            return await transfer(use, in: conversation)
        case .system, .client, .webhook:
            return .failure("unknown", "The tool \(use.tool.name) is not available on this server.", isCalled: false)
        }
    }

    private func transfer(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        let transfers = use.tool.systemParameters["transfers"]?.arrayValue ?? []
        guard let number = use.arguments["agent_number"]?.intValue, transfers.indices.contains(number) else {
            let known = transfers.isEmpty ? "there are none" : "they go from 0 to \(transfers.count - 1)"
            return .failure("invalid_arguments", "agent_number names no agent: \(known)", isCalled: false)
        }
        let transfer = transfers[number]
        guard let id = transfer["agent_id"]?.stringValue, let agent = await findAgent(id) else {
            return .failure("agent_not_found", "the agent to transfer to does not exist", isCalled: false)
        }
        if let delay = transfer["delay_ms"]?.doubleValue, delay > 0 {
            try? await clock.sleep(.seconds(min(delay / 1000, Self.longestDelay)))
        }
        do {
            try await conversation.handOver(
                to: agent, greets: transfer["enable_transferred_agent_first_message"]?.boolValue ?? false)
        } catch {
            return .failure("transfer_failed", "\(error)", isCalled: false)
        }
        let message = transfer["transfer_message"]?.stringValue ?? ""
        return ToolOutcome(
            result: "The user was transferred to the agent \(agent.name).", endsAnswer: true,
            farewell: message.isEmpty ? nil : message)
    }

    /// The longest `delay_ms` that is waited for, in seconds: a caller takes more for a broken line.
    private static let longestDelay = 10.0
}
