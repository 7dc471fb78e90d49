import ConvAI
import JSON

/// Time-outs and bounds of a conversation.
public struct ConversationOptions: Sendable, Hashable {
    /// Time-out from the first packet to the server's first message. Ten seconds leave room for a cold start behind a
    /// proxy.
    public var connectTimeout: Duration = .seconds(10)
    /// Time-out for the server's answer to a close frame.
    public var closeTimeout: Duration = .seconds(2)
    /// Interval between WebSocket pings; a server that sends nothing for two of them is taken for dead. 20 s is the
    /// value of the official Python client.
    public var keepAliveInterval: Duration = .seconds(20)
    /// The largest message that is read, in bytes, including all its fragments: some 90 s of 16 kHz audio.
    public var maximumMessageSize = 4 << 20
    /// Events that may wait for the reader of `AgentConversation.events`; at this number the socket is not read any
    /// further.
    public var eventBuffer = 256
    /// Client tools that may run at the same time; further calls are answered with an error.
    public var maximumRunningTools = 16
    /// A PEM file of certificates to trust instead of the system's, for servers with a certificate of their own.
    public var trustedCertificates: String?

    /// Creates the values above.
    public init() {}
}

/// A tool that the agent can call on the client: takes the call's parameters (an object), and returns any JSON. An
/// error that it throws becomes the tool's error.
public typealias ClientTool = @Sendable (JSONValue) async throws -> JSONValue

/// An event of a conversation.
public enum ConversationEvent: Sendable, Hashable {
    /// A message, with the time at which its last byte was read. The first one is the metadata.
    case message(ServerMessage, receivedAt: ContinuousClock.Instant)
    /// A frame that is not a message of the protocol; the conversation goes on.
    case unreadable(String)
    /// The conversation has ended; always the last event.
    case ended(ConversationEnd)
}
