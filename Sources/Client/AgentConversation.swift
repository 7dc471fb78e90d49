import ConvAI
import Foundation
import NIOCore

/// One conversation with an agent, on Parley or on the hosted service.
///
/// ```swift
/// let conversation = try await AgentConversation.connect(url: server, agentID: "agent_…")
/// for await event in conversation.events { … }
/// ```
///
/// WebSocket pings and the protocol's own are answered by themselves. `events` must be read: when
/// `ConversationOptions.eventBuffer` events wait, the connection is not read any further. A conversation that nobody
/// holds is closed.
public final class AgentConversation: Sendable {
    /// The server's first message: the conversation's id and both audio formats.
    public let metadata: ConversationMetadata
    /// When the WebSocket was open.
    public let openedAt: ContinuousClock.Instant
    /// What happens, in order; ends with `ConversationEvent.ended`. Can be iterated once.
    public let events: Events

    private let connection: Connection

    init(connection: Connection, metadata: ConversationMetadata) {
        self.connection = connection
        self.metadata = metadata
        openedAt = connection.openedAt
        events = Events(base: connection.events, lifetime: Lifetime(channel: connection.channel))
    }

    /// Closes the channel when neither the conversation nor an iterator of its events is held any more: a loop over the
    /// events may well be the last use of the conversation.
    final class Lifetime: Sendable {
        let channel: any Channel

        init(channel: any Channel) { self.channel = channel }

        deinit { channel.close(promise: nil) }
    }

    /// Opens a conversation and waits for the server's metadata.
    ///
    /// - Parameters:
    ///   - url: the server, as http(s) or ws(s), with or without a path prefix.
    ///   - apiKey: sent as `xi-api-key`; public agents need none.
    ///   - initiation: what is to be different for this conversation.
    ///   - tools: what the agent may have done here, by name.
    /// - Throws: `ClientError`; `CancellationError`.
    public static func connect(
        url: URL, agentID: String, apiKey: String? = nil, initiation: ConversationInitiation = ConversationInitiation(),
        tools: [String: ClientTool] = [:], options: ConversationOptions = ConversationOptions()
    ) async throws -> AgentConversation {
        let address = try ServerURL(url)
            .url(path: "/v1/convai/conversation", query: [("agent_id", agentID)], webSocket: true)
        return try await connect(
            to: address, headers: apiKey.map { [("xi-api-key", $0)] } ?? [], initiation: initiation, tools: tools,
            options: options)
    }

    /// Opens a conversation at a signed URL (`AgentsClient.signedURL`) and waits for the server's metadata.
    ///
    /// - Throws: `ClientError`; `CancellationError`.
    public static func connect(
        signedURL: URL, initiation: ConversationInitiation = ConversationInitiation(),
        tools: [String: ClientTool] = [:], options: ConversationOptions = ConversationOptions()
    ) async throws -> AgentConversation {
        try await connect(to: signedURL, headers: [], initiation: initiation, tools: tools, options: options)
    }

    private static func connect(
        to address: URL, headers: [(String, String)], initiation: ConversationInitiation, tools: [String: ClientTool],
        options: ConversationOptions
    ) async throws -> AgentConversation {
        let connection = try await Connection.open(
            ServerURL(address), headers: headers, initiation: initiation, tools: tools, options: options)
        do {
            return AgentConversation(connection: connection, metadata: try await connection.waitForMetadata())
        } catch {
            connection.channel.close(promise: nil)
            throw error
        }
    }

    // MARK: Speaking

    /// Sends a piece of the caller's voice in `metadata.userInputAudioFormat`; any size, in real time.
    ///
    /// Returns when the bytes are with the operating system, so a slow network slows the sender down.
    ///
    /// - Throws: `ClientError.ended`.
    public func send(audio: Data) async throws { try await send(.audio(audio)) }

    /// Sends a whole turn as text; the agent answers it.
    ///
    /// - Throws: `ClientError.ended`.
    public func send(text: String) async throws { try await send(.userMessage(text)) }

    /// Adds context without interrupting or starting a turn; a newer one with the same id replaces the older.
    ///
    /// - Throws: `ClientError.ended`.
    public func contextualUpdate(_ text: String, contextID: String? = nil) async throws {
        try await send(.contextualUpdate(text: text, contextID: contextID))
    }

    /// Says that the user is typing: the agent holds off for about two seconds.
    ///
    /// - Throws: `ClientError.ended`.
    public func userActivity() async throws { try await send(.userActivity) }

    /// Rates the response with this event id; nil takes the rating back.
    ///
    /// - Throws: `ClientError.ended`.
    public func feedback(_ score: FeedbackScore?, eventID: Int) async throws {
        try await send(.feedback(eventID: eventID, score: score))
    }

    /// Sends any message of the protocol.
    ///
    /// - Throws: `ClientError.ended`.
    public func send(_ message: ClientMessage) async throws {
        do {
            try await connection.channel.writeAndFlush(message).get()
        } catch {
            throw ClientError.ended(await waitForEnd())
        }
    }

    // MARK: Ending

    /// Closes the conversation and waits until it is closed, at most `ConversationOptions.closeTimeout`.
    @discardableResult
    public func end() async -> ConversationEnd {
        connection.channel.triggerUserOutboundEvent(ConversationHandler.Command.end, promise: nil)
        return await waitForEnd()
    }

    /// How the conversation ended; waits for it.
    public func waitForEnd() async -> ConversationEnd {
        // The promise is only ever fulfilled; the fallback is for the type system.
        (try? await connection.ended.get())
            ?? ConversationEnd(initiator: .connection, reason: "the connection was lost")
    }

    /// The events of one conversation.
    public struct Events: AsyncSequence, Sendable {
        /// What happened.
        public typealias Element = ConversationEvent
        let base: ConversationHandler.Events
        let lifetime: Lifetime

        /// The one iterator.
        public func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), lifetime: lifetime) }

        /// Gives the events as they come.
        public struct Iterator: AsyncIteratorProtocol {
            let base: ConversationHandler.Events.AsyncIterator
            let lifetime: Lifetime

            /// The next event; nil after `ended`, or when the task is cancelled.
            public mutating func next() async -> ConversationEvent? { await base.next() }
        }
    }
}
