import JSON

/// The tools that the server itself runs, by their names in `system_tool_type`, which the model uses too.
public enum SystemTool: String, Sendable, Hashable, CaseIterable {
    /// Says goodbye and hangs up.
    case endCall = "end_call"
    /// Continues in another language.
    case languageDetection = "language_detection"
    /// Hands the caller to another agent.
    case transferToAgent = "transfer_to_agent"
    /// Hands the caller to a person at a telephone number.
    case transferToNumber = "transfer_to_number"
    /// Says nothing and waits for the caller.
    case skipTurn = "skip_turn"
    /// Presses telephone keys.
    case playKeypadTouchTone = "play_keypad_touch_tone"
    /// Recognises an answering machine.
    case voicemailDetection = "voicemail_detection"

    /// The argument of `end_call` that holds its last words; older clients and models call it `message`.
    public static let farewell = "system__message_to_speak"

    /// Why this server cannot run the tool with its `params`; nil when it can.
    ///
    /// - Parameter languages: those that the agent is made for.
    public func problem(_ params: JSONValue, languages: [String]) -> String? {
        switch self {
        case .endCall, .skipTurn, .playKeypadTouchTone, .voicemailDetection: nil
        case .transferToAgent:
            AgentTransfer.all(params).isEmpty ? "params.transfers names no agent" : nil
        case .languageDetection:
            languages.count < 2 ? "language_presets names no other language" : nil
        case .transferToNumber:
            NumberTransfer.all(params).isEmpty ? "params.transfers names no number" : nil
        }
    }

    /// What is not followed in the tool's `params`, as sentences for the agent's owner.
    func warnings(_ params: JSONValue) -> [String] {
        switch self {
        case .transferToAgent: AgentTransfer.warnings(params)
        case .transferToNumber:
            ["only telephone lines can transfer a call; on others the model is told that it cannot."]
        case .playKeypadTouchTone: ["only telephone lines have keys; on others it is not offered to the model."]
        case .endCall, .skipTurn, .languageDetection, .voicemailDetection: []
        }
    }

    /// `params` with the values of the variables that they name. Messages are filled when they are said, and need only be
    /// known to have values.
    func filled(_ params: JSONValue, in place: String, _ variables: inout TemplateFiller) -> JSONValue {
        switch self {
        case .transferToAgent:
            for transfer in AgentTransfer.all(params).values { variables.require(transfer.message, in: place) }
            return params
        case .transferToNumber:
            return NumberTransfer.filled(params, in: place, &variables)
        case .voicemailDetection:
            variables.require(params["voicemail_message"]?.stringValue ?? "", in: place)
            return params
        case .endCall, .skipTurn, .languageDetection, .playKeypadTouchTone:
            return params
        }
    }

    /// The members of `params` in the tool's configuration, with their defaults.
    var parameterDefaults: [String: Schema] {
        switch self {
        case .endCall: [:]
        case .skipTurn:
            ["wait_timeout_secs": Schema.number(0, 0...ConfigurationSchema.longestCall, off: -1).orNull]
        case .languageDetection: ["only_at_conversation_start": .flag(false)]
        case .transferToAgent: ["transfers": .list(.any)]
        case .transferToNumber: ["transfers": .list(.any), "enable_client_message": .flag(true)]
        case .playKeypadTouchTone:
            ["use_out_of_band_dtmf": .flag(true), "suppress_turn_after_dtmf": .flag(false)]
        case .voicemailDetection: ["voicemail_message": Schema.text.orNull]
        }
    }

    /// The description for the model when the configuration has none.
    func description(_ params: JSONValue) -> String {
        switch self {
        case .endCall:
            "End the call. Use it when the user says goodbye, asks to hang up, or the task is finished and the user "
                + "wants nothing more. Never use it in the middle of a task."
        case .languageDetection:
            "Switch the language of the conversation. Use it when the user speaks another of the supported languages "
                + "or asks for it."
        case .transferToAgent:
            "Transfer the user to another agent when one of these conditions holds. Give its number.\n"
                + AgentTransfer.all(params).sorted { $0.key < $1.key }
                .map { "\($0.key): \($0.value.condition)" }.joined(separator: "\n")
        case .transferToNumber:
            "Transfer the user to a person when one of these conditions holds. Give the number to call.\n"
                + NumberTransfer.all(params).map { "\($0.destination.address): \($0.condition)" }
                .joined(separator: "\n")
        case .skipTurn:
            "Say nothing and wait for the user. Use it when the user asks for a moment, is thinking, or talks to "
                + "somebody else."
        case .playKeypadTouchTone:
            "Press telephone keys, for example to answer an automatic menu."
        case .voicemailDetection:
            "Report that an answering machine has picked up instead of a person, as heard from its greeting or its "
                + "tone."
        }
    }

    /// The parameters that the model gives, as a JSON Schema object.
    ///
    /// - Parameters:
    ///   - languages: the languages that `language_detection` can switch to.
    ///   - params: the tool's own, whose transfers `transfer_to_agent` chooses from.
    func parameters(languages: [String], _ params: JSONValue) -> JSONValue {
        func text(_ description: String) -> JSONValue { ["type": "string", "description": .string(description)] }
        func object(_ properties: JSONValue, required: [JSONValue]) -> JSONValue {
            ["type": "object", "properties": properties, "required": .array(required)]
        }
        switch self {
        case .endCall:
            return object(
                [
                    "reason": text("Why the call ends."),
                    Self.farewell: text("What to say to the user before hanging up."),
                ], required: ["reason"])
        case .languageDetection:
            return object(
                [
                    "reason": text("Why the language changes."),
                    "language": text("The language to continue in.").merging(
                        ["enum": .array(languages.map(JSONValue.string))]),
                ], required: ["reason", "language"])
        case .transferToAgent:
            return object(
                [
                    "reason": text("Why the user is transferred."),
                    "agent_number": [
                        "type": "integer", "description": "The agent's number, counted from 0.",
                        "enum": .array(AgentTransfer.all(params).keys.sorted().map(JSONValue.integer)),
                    ],
                ], required: ["agent_number"])
        case .transferToNumber:
            return object(
                [
                    "reason": text("Why the user is transferred."),
                    "transfer_number": text("The telephone number to call."),
                    "client_message": text("What to say to the user while the transfer is made."),
                    "agent_message": text("What to tell the person who takes over: a short summary of the call."),
                ], required: ["transfer_number", "client_message", "agent_message"])
        case .skipTurn:
            return object(["reason": text("Why the turn is skipped.")], required: [])
        case .playKeypadTouchTone:
            return object(
                [
                    "reason": text("Why the keys are pressed."),
                    "dtmf_tones": text("Keys 0-9, * and #; w waits half a second, W a second."),
                ], required: ["dtmf_tones"])
        case .voicemailDetection:
            return object(["reason": text("What was heard.")], required: ["reason"])
        }
    }
}
