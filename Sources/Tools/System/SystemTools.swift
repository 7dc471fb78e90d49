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
            let farewell = use.text(SystemTool.farewell) ?? use.text("message")
            return .over(
                ToolOutcome(
                    result: "The call ends.", isNote: true, endsAnswer: true, hangsUp: true, farewell: farewell,
                    details: use.details("end_call_success", ["message": .string(orNull: farewell)])))
        case .system(.skipTurn):
            return .over(
                ToolOutcome(
                    result: "The turn was skipped.", isNote: true, endsAnswer: true, patience: patience(use.tool),
                    details: use.details("skip_turn_success")))
        case .system(.languageDetection):
            return .running { await changeLanguage(use, in: $0) }
        case .system(.transferToNumber):
            guard abilities.contains(.transfers) else {
                return .over(
                    use.failure(
                        "no_telephone",
                        "this call is not on a telephone line and cannot be transferred to a number; tell the user so",
                        as: "transfer_to_number_error"))
            }
            return .running { await transferToNumber(use, in: $0) }
        case .system(.playKeypadTouchTone):
            return .running { await pressKeys(use, in: $0) }
        case .system(.voicemailDetection):
            return .running { await leaveMessage(use, in: $0) }
        case .system(.transferToAgent), .client, .webhook, .mcp:
            return .running { await transfer(use, in: $0) }
        }
    }

    /// `wait_timeout_secs`: -1 leaves it to the caller when to speak, and null to the agent's `turn_timeout`.
    private func patience(_ tool: ToolSettings) -> ToolOutcome.Patience? {
        guard let seconds = tool.systemParameters["wait_timeout_secs"]?.doubleValue else { return nil }
        return seconds < 0 ? .untilCallerSpeaks : .of(.seconds(seconds))
    }

    /// Hands the call to the agent that the model has chosen. The message before the transfer is said and the delay
    /// passes while the other agent gets ready.
    private func transfer(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        let transfers = AgentTransfer.all(use.tool.systemParameters)
        func refused(_ type: String, _ message: String) -> ToolOutcome {
            use.failure(type, message, as: "transfer_to_agent_error", ["from_agent": .string(use.agentID)])
        }
        guard let number = use.given["agent_number"]?.intValue, let transfer = transfers[number] else {
            let numbers = transfers.keys.sorted().map(String.init).joined(separator: ", ")
            return refused("invalid_arguments", "agent_number names no agent: there are \(numbers)")
        }
        guard let agent = await findAgent(transfer.agentID) else {
            return refused("agent_not_found", "the agent to transfer to does not exist")
        }
        var handOver = HandOver(to: agent)
        handOver.greets = transfer.greets
        handOver.keepsClientVoice = transfer.keepsClientVoice
        handOver.keepsVoice = transfer.keepsVoice
        let message = CallVariables.fill(transfer.message, with: use.variables)
        do {
            try await conversation.handOver(handOver) { [clock] in
                if !message.isEmpty { await conversation.say(message, isModels: false, during: use.id) }
                if transfer.delay > .zero { try await clock.sleep(transfer.delay) }
            }
        } catch {
            return refused("transfer_failed", "\(error)")
        }
        let delay = Int(transfer.delay / .milliseconds(1))
        return ToolOutcome(
            result: "The user was transferred to the agent \(agent.name).", isNote: true, endsAnswer: true,
            details: use.details(
                "transfer_to_agent_success",
                [
                    "from_agent": .string(use.agentID), "to_agent": .string(agent.id),
                    "condition": .string(transfer.condition), "delay_ms": .integer(delay),
                    "transfer_message": message.isEmpty ? nil : .string(message),
                    "enable_transferred_agent_first_message": .bool(transfer.greets),
                    "preserve_client_tts_overrides": .bool(transfer.keepsClientVoice),
                    "preserve_voice_settings": .bool(transfer.keepsVoice),
                ]))
    }

    private func changeLanguage(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        guard let language = use.given["language"]?.stringValue, use.tool.languages.contains(language) else {
            return .failure(
                "invalid_arguments", message: "the languages are \(use.tool.languages.joined(separator: ", "))",
                isCalled: false)
        }
        let onlyAtStart = use.tool.systemParameters["only_at_conversation_start"]?.boolValue ?? false
        do {
            guard try await conversation.changeLanguage(to: language, onlyAtStart: onlyAtStart) else {
                return ToolOutcome(
                    result: "The conversation is in this language already. Go on in it.", isNote: true,
                    details: use.details("language_detection_success", ["language": .string(language)]))
            }
        } catch {
            return .failure("language_not_changed", message: "\(error)", isCalled: false)
        }
        let details = use.details("language_detection_success", ["language": .string(language)])
        // As the hosted service words it.
        return ToolOutcome(result: details.text, isNote: true, endsAnswer: true, details: details)
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
        let wanted = digits(use.given["transfer_number"]?.stringValue ?? "")
        // Models misread long numbers; where there is only one, that is meant.
        guard
            let transfer = transfers.first(where: { digits($0.destination.address) == wanted })
                ?? (transfers.count == 1 ? transfers.first : nil)
        else {
            let numbers = transfers.map(\.destination.address).joined(separator: ", ")
            return use.failure(
                "invalid_arguments", "transfer_number is none of \(numbers)", as: "transfer_to_number_error")
        }
        let isTold = use.tool.systemParameters["enable_client_message"]?.boolValue ?? true
        let messages = LineAct.Messages(
            caller: isTold ? use.given["client_message"]?.stringValue ?? "" : "",
            person: use.given["agent_message"]?.stringValue ?? "")
        await conversation.say(messages.caller, isModels: true, during: use.id)
        switch await conversation.carryOut(.transfer(transfer, messages), within: Self.longestTransfer) {
        case .failed(let reason):
            return use.failure("transfer_failed", reason, as: "transfer_to_number_error", isCalled: true)
        case .done(let details):
            let number = transfer.destination.address
            // A line of another kind says so by a `result_type` of its own.
            let result: JSONValue = [
                "transfer_number": .string(number), "client_message": .string(messages.caller),
                "agent_message": .string(messages.person),
            ]
            return ToolOutcome(
                result: "The user was transferred to \(number).", isNote: true, endsAnswer: true, hangsUp: true,
                details: use.details("transfer_to_number_sip_success", result.merging(details)))
        }
    }

    private func pressKeys(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        let keys = use.given["dtmf_tones"]?.stringValue ?? ""
        guard (1...Self.mostKeys).contains(keys.count), keys.allSatisfy({ "0123456789*#wW".contains($0) }) else {
            return use.failure(
                "invalid_arguments", "dtmf_tones has 1 to \(Self.mostKeys) of 0-9, *, #, w and W", as: "play_dtmf_error"
            )
        }
        let params = use.tool.systemParameters
        // Tones and words at once are understood by nobody.
        await conversation.say("", isModels: false, during: use.id)
        let act = LineAct.press(keys, isOutOfBand: params["use_out_of_band_dtmf"]?.boolValue ?? true)
        switch await conversation.carryOut(act, within: .seconds(10) + Self.keyTime * keys.count) {
        case .failed(let reason):
            return use.failure("keys_not_pressed", reason, as: "play_dtmf_error", isCalled: true)
        case .done(let details):
            let result: JSONValue = ["dtmf_tones": .string(keys)]
            return ToolOutcome(
                result: "The keys \(keys) were pressed.", isNote: true,
                endsAnswer: params["suppress_turn_after_dtmf"]?.boolValue ?? false,
                details: use.details("play_dtmf_success", result.merging(details)))
        }
    }

    /// Leaves the message, if there is one, and hangs up. That needs nothing of the line: a telephone may also be behind a
    /// WebSocket.
    private func leaveMessage(_ use: ToolUse, in conversation: any ToolHost) async -> ToolOutcome {
        let message = CallVariables.fill(
            use.tool.systemParameters["voicemail_message"]?.stringValue ?? "", with: use.variables)
        if !message.isEmpty { await conversation.say(message, isModels: false, during: use.id) }
        return ToolOutcome(
            result: message.isEmpty ? "The call ends." : "The message was left, and the call ends.", isNote: true,
            endsAnswer: true,
            hangsUp: true,
            details: use.details(
                "voicemail_detection_success", ["voicemail_message": message.isEmpty ? nil : .string(message)]))
    }
}

extension ToolUse {
    /// A string among the arguments; nil for an empty one.
    fileprivate func text(_ name: String) -> String? {
        given[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The record's result of a success, with the model's reason.
    fileprivate func details(_ type: String, _ members: JSONValue = [:]) -> JSONValue {
        let result: JSONValue = [
            "result_type": .string(type), "status": "success", "reason": .string(orNull: text("reason")),
        ]
        return result.merging(members)
    }

    /// A failure with the record's result.
    fileprivate func failure(
        _ type: String, _ message: String, as resultType: String, _ members: JSONValue = [:], isCalled: Bool = false
    ) -> ToolOutcome {
        let result: JSONValue = ["result_type": .string(resultType), "status": "error", "error": .string(message)]
        return .failure(type, message: message, isCalled: isCalled, details: result.merging(members))
    }
}

extension JSONValue {
    fileprivate static func string(orNull text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}

extension ToolSettings {
    /// The languages that `language_detection` chooses from.
    package var languages: [String] {
        parameters.value(at: "properties", "language", "enum")?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
