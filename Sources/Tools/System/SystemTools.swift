import Agents
import JSON
import Tasks

/// Tools that act on the call itself.
struct SystemTools: ToolRunner {
    let clock: TaskClock
    let abilities: Set<LineAbility>
    let findAgent: @Sendable (String) async -> Agent?

    func canRun(_ tool: ToolSettings) -> Bool {
        guard case .system(let system) = tool.kind else { return false }
        // Where nobody has keys to be pressed for, the tool only leads the model astray. A transfer to a number is offered
        // on every line: a caller who asks for a person is told that it cannot be made, rather than that it is being made.
        if system == .playKeypadTouchTone, !abilities.contains(.keys) { return false }
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
        case .system(.transferToNumber):
            guard abilities.contains(.transfers) else {
                return .over(
                    .failure(
                        "no_telephone",
                        message: "this call is not on a telephone line and cannot be transferred to a number; "
                            + "tell the user so", isCalled: false))
            }
            return .running { await transferToNumber(use, in: $0) }
        case .system(.playKeypadTouchTone):
            return .running { await pressKeys(use, in: $0) }
        case .system(.voicemailDetection):
            return .running { await leaveMessage(use, in: $0) }
        case .system(.transferToAgent), .client, .webhook:
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
        let message = CallVariables.fill(transfer.message, with: use.variables)
        do {
            try await conversation.handOver(handOver) { [clock] in
                if !message.isEmpty { await conversation.say(message, during: use.id) }
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

// MARK: Telephones

extension SystemTools {
    /// The longest that a line may take to reach a person: a telephone rings for a minute.
    private static let longestTransfer = Duration.seconds(75)
    /// The most keys at once: a card's number with all that belongs to it takes fewer.
    private static let mostKeys = 64
    /// How long a key, or a wait among keys, takes at most; the line has ten seconds more.
    private static let keyTime = Duration.seconds(1)

    private func transferToNumber(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        let transfers = NumberTransfer.all(use.tool.systemParameters)
        func digits(_ address: String) -> String { address.filter { !" -()/.".contains($0) } }
        let wanted = digits(use.arguments["transfer_number"]?.stringValue ?? "")
        // Models misread long numbers; where there is only one, that is meant.
        guard
            let transfer = transfers.first(where: { digits($0.destination.address) == wanted })
                ?? (transfers.count == 1 ? transfers.first : nil)
        else {
            let numbers = transfers.map(\.destination.address).joined(separator: ", ")
            return .failure("invalid_arguments", message: "transfer_number is none of \(numbers)", isCalled: false)
        }
        let isTold = use.tool.systemParameters["enable_client_message"]?.boolValue ?? true
        let messages = LineAct.Messages(
            caller: isTold ? use.arguments["client_message"]?.stringValue ?? "" : "",
            person: use.arguments["agent_message"]?.stringValue ?? "")
        await conversation.say(messages.caller, during: use.id)
        switch await conversation.carryOut(.transfer(transfer, messages), within: Self.longestTransfer) {
        case .failed(let reason):
            return .failure("transfer_failed", message: reason)
        case .done:
            return ToolOutcome(
                result: "The user was transferred to \(transfer.destination.address).", endsAnswer: true, hangsUp: true)
        }
    }

    private func pressKeys(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        let keys = use.arguments["dtmf_tones"]?.stringValue ?? ""
        guard (1...Self.mostKeys).contains(keys.count), keys.allSatisfy({ "0123456789*#wW".contains($0) }) else {
            return .failure(
                "invalid_arguments",
                message: "dtmf_tones has 1 to \(Self.mostKeys) of 0-9, *, #, w and W", isCalled: false)
        }
        let params = use.tool.systemParameters
        // Tones and words at once are understood by nobody.
        await conversation.say("", during: use.id)
        let act = LineAct.press(keys, isOutOfBand: params["use_out_of_band_dtmf"]?.boolValue ?? true)
        switch await conversation.carryOut(act, within: .seconds(10) + Self.keyTime * keys.count) {
        case .failed(let reason):
            return .failure("keys_not_pressed", message: reason)
        case .done:
            return ToolOutcome(
                result: "The keys \(keys) were pressed.",
                endsAnswer: params["suppress_turn_after_dtmf"]?.boolValue ?? false)
        }
    }

    /// Leaves the message, if there is one, and hangs up. That needs nothing of the line: a telephone may also be behind a
    /// WebSocket.
    private func leaveMessage(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        let message = CallVariables.fill(
            use.tool.systemParameters["voicemail_message"]?.stringValue ?? "", with: use.variables)
        if !message.isEmpty { await conversation.say(message, during: use.id) }
        return ToolOutcome(
            result: message.isEmpty ? "The call ends." : "The message was left, and the call ends.", endsAnswer: true,
            hangsUp: true)
    }
}

extension ToolSettings {
    /// The languages that `language_detection` chooses from.
    fileprivate var languages: [String] {
        parameters.value(at: "properties", "language", "enum")?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
