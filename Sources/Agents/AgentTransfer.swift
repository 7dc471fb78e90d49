import JSON

/// One of the agents that `transfer_to_agent` can hand a call to: an element of its `params.transfers`.
public struct AgentTransfer: Sendable, Hashable {
    /// The agent that takes over.
    public var agentID: String
    /// When to transfer, for the model.
    public var condition: String
    /// The silence after the message, before the other agent takes over.
    public var delay: Duration
    /// What is said before the transfer; empty for nothing.
    public var message: String
    /// Whether the other agent begins with its first message.
    public var greets: Bool
    /// Whether the client's overrides of `tts` hold for the other agent too.
    public var keepsClientVoice: Bool
    /// Whether the other agent speaks with this one's voice and voice settings.
    public var keepsVoice: Bool

    /// The longest `delay_ms`: a caller takes more for a broken line.
    static let longestDelay = Duration.seconds(10)

    /// The transfers that can be made, by their places in the list, which are the numbers that the model gives.
    public static func all(_ params: JSONValue) -> [Int: AgentTransfer] {
        let transfers = (params["transfers"]?.arrayValue ?? []).enumerated().compactMap { index, transfer in
            AgentTransfer(transfer).map { (index, $0) }
        }
        return Dictionary(uniqueKeysWithValues: transfers)
    }

    /// What is not followed in the transfers, as sentences for the agent's owner.
    static func warnings(_ params: JSONValue) -> [String] {
        (params["transfers"]?.arrayValue ?? []).enumerated().flatMap { index, transfer -> [String] in
            func isGiven(_ name: String) -> Bool {
                switch transfer[name] ?? .null {
                case .null, .bool(false), .string(""): false
                default: true
                }
            }
            var warnings: [String] = []
            func warn(_ text: String) { warnings.append("params.transfers.\(index).\(text)") }
            if AgentTransfer(transfer) == nil { warn("agent_id: is missing; the model is not told of this transfer.") }
            if isGiven("branch_id") { warn("branch_id: there are no branches; the agent as it is takes over.") }
            if isGiven("node_id") || isGiven("is_workflow_node_transfer") {
                warn("node_id: there are no workflows; the agent answers from its prompt.")
            }
            if let delay = transfer["delay_ms"]?.doubleValue, delay > longestDelay / .milliseconds(1) {
                warn("delay_ms: is longer than the longest delay, \(longestDelay.components.seconds) s.")
            }
            return warnings
        }
    }

    private init?(_ transfer: JSONValue) {
        guard let id = transfer["agent_id"]?.stringValue, !id.isEmpty else { return nil }
        agentID = id
        condition = transfer["condition"]?.stringValue ?? ""
        let milliseconds = transfer["delay_ms"]?.doubleValue ?? 0
        delay = milliseconds > 0 ? min(.milliseconds(min(milliseconds, 1e6)), Self.longestDelay) : .zero
        message = transfer["transfer_message"]?.stringValue ?? ""
        greets = transfer["enable_transferred_agent_first_message"]?.boolValue ?? false
        keepsClientVoice = transfer["preserve_client_tts_overrides"]?.boolValue ?? false
        keepsVoice = transfer["preserve_voice_settings"]?.boolValue ?? false
    }
}
