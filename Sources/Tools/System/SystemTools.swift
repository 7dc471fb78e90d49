import Agents
import JSON
import Tasks

/// Tools that act on the call itself.
struct SystemTools: ToolRunner {
    let clock: TaskClock
    let findAgent: @Sendable (String) async -> Agent?

    func canRun(_ tool: ToolSettings) -> Bool {
        guard case .system(let system) = tool.kind else { return false }
        return system.problem(tool.systemParameters, languages: tool.languages) == nil
    }

    func begin(_ use: ToolUse) -> ToolBeginning {
        switch use.tool.kind {
        case .system(.endCall):
            let farewell = use.arguments["message"] ?? use.arguments["system__message_to_speak"]
            return .over(
                ToolOutcome(result: "The call ends.", endsAnswer: true, hangsUp: true, farewell: farewell?.stringValue))
        case .system(.skipTurn):
            return .over(ToolOutcome(result: "The turn was skipped.", endsAnswer: true))
        case .system(.languageDetection):
            return .running { await changeLanguage(use, in: $0) }
        case .system, .client, .webhook:
            return .running { await transfer(use, in: $0) }
        }
    }

    /// Hands the call to the agent that the model has chosen. The message before the transfer is said and the delay
    /// passes while the other agent gets ready.
    private func transfer(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        let transfers = AgentTransfer.all(use.tool.systemParameters)
        guard let number = use.arguments["agent_number"]?.intValue, let transfer = transfers[number] else {
            let numbers = transfers.keys.sorted().map(String.init).joined(separator: ", ")
            return .failure(
                "invalid_arguments", message: "agent_number names no agent: there are \(numbers)", isCalled: false)
        }
        guard let agent = await findAgent(transfer.agentID) else {
            return .failure("agent_not_found", message: "the agent to transfer to does not exist", isCalled: false)
        }
        var handOver = HandOver(to: agent)
        handOver.greets = transfer.greets
        handOver.keepsClientVoice = transfer.keepsClientVoice
        handOver.keepsVoice = transfer.keepsVoice
        do {
            try await conversation.handOver(handOver) { [clock] in
                if !transfer.message.isEmpty { await conversation.say(transfer.message, during: use.id) }
                if transfer.delay > .zero { try await clock.sleep(transfer.delay) }
            }
        } catch {
            return .failure("transfer_failed", message: "\(error)", isCalled: false)
        }
        return ToolOutcome(result: "The user was transferred to the agent \(agent.name).", endsAnswer: true)
    }

    private func changeLanguage(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        guard let language = use.arguments["language"]?.stringValue, use.tool.languages.contains(language) else {
            return .failure(
                "invalid_arguments", message: "the languages are \(use.tool.languages.joined(separator: ", "))",
                isCalled: false)
        }
        let onlyAtStart = use.tool.systemParameters["only_at_conversation_start"]?.boolValue ?? false
        do {
            guard try await conversation.changeLanguage(to: language, onlyAtStart: onlyAtStart) else {
                return ToolOutcome(result: "The conversation is in this language already. Go on in it.")
            }
        } catch {
            return .failure("language_not_changed", message: "\(error)", isCalled: false)
        }
        // As the hosted service words it.
        let result: JSONValue = [
            "status": "success", "reason": use.arguments["reason"] ?? .null, "language": .string(language),
        ]
        return ToolOutcome(result: result.text, endsAnswer: true)
    }
}

extension ToolSettings {
    /// The languages that `language_detection` chooses from.
    fileprivate var languages: [String] {
        parameters.value(at: "properties", "language", "enum")?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
