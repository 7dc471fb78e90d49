/// The messages that a conversation's `client_events` select.
public struct ClientEvents: Sendable, Hashable {
    /// Messages that are always sent, because clients cannot work without them.
    public static let always: Set<String> = [
        "conversation_initiation_metadata", "ping", "audio", "client_tool_call", "error", "client_error",
    ]

    /// Messages that are sent when nothing was chosen: the contract's default, and the two that official clients rely
    /// on.
    public static let defaults: Set<String> = [
        "interruption", "agent_response", "user_transcript", "tentative_user_transcript",
    ]

    /// Messages that follow from others: a correction belongs to an interruption, `end_call` ends with a tool response, and
    /// whose words an agent's are belongs to them.
    public static let implied: Set<String> = [
        "agent_response_correction", "agent_tool_response", "external_agent_connected", "external_agent_disconnected",
    ]

    private let names: Set<String>

    /// - Parameter chosen: the list in the configuration; nil for the defaults.
    /// - Parameter isTextOnly: text-only conversations always stream chat response parts.
    public init(chosen: [String]?, isTextOnly: Bool) {
        var names = Self.always.union(Self.implied).union(chosen.map(Set.init) ?? Self.defaults)
        if isTextOnly { names.insert("agent_chat_response_part") }
        self.names = names
    }

    /// Whether `message` is sent, which depends only on its `type`.
    public func allows(_ message: ServerMessage) -> Bool { names.contains(message.type) }
}
