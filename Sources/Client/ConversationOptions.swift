import ConvAI
import JSON

/// The bounds of one conversation.
public struct ConversationOptions: Sendable, Hashable {
    /// From the first packet to the server's first message. Ten seconds leave room for a cold start behind a proxy.
    public var connectTimeout: Duration = .seconds(10)
    /// How long the server may take to answer a close frame.
    public var closeTimeout: Duration = .seconds(2)
    /// A WebSocket ping goes out this often; a server that sends nothing at all for two of them is gone. 20 s is what
    /// the official Python client uses.
    public var keepAliveInterval: Duration = .seconds(20)
    /// The largest message read, in bytes, over all its fragments: some 90 s of 16 kHz audio.
    public var maximumMessageSize = 4 << 20
    /// Events that wait for `AgentConversation.events` to be read; beyond it, the socket is not read any more.
    public var eventBuffer = 256
    /// Client tools that run at once; further calls are answered with an error.
    public var maximumRunningTools = 16
    /// A PEM file of certificates to trust instead of the system's, for servers with a certificate of their own.
    public var trustedCertificates: String?

    /// The defaults.
    public init() {}
}

/// What an agent can have done on the client: takes the call's parameters (an object), returns any JSON. What it throws
/// becomes the tool's error.
public typealias ClientTool = @Sendable (JSONValue) async throws -> JSONValue

/// What happens in a conversation, in order.
public enum ConversationEvent: Sendable, Hashable {
    /// A message, and when its last byte was read. The first one is the metadata.
    case message(ServerMessage, receivedAt: ContinuousClock.Instant)
    /// A frame that is not a message of the protocol; the conversation goes on.
    case unreadable(String)
    /// Always the last.
    case ended(ConversationEnd)
}
