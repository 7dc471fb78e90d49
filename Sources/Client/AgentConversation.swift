import ConvAI
import Foundation
import NIOCore

/// A conversation with an agent on Parley or on the hosted service.
///
/// ```swift
/// let conversation = try await AgentConversation.connect(url: server, agentID: "agent_…")
/// for await event in conversation.events { … }
/// ```
///
/// Pings of the WebSocket and of the protocol are answered automatically. `events` must be read: when
/// `ConversationOptions.eventBuffer` events wait, the connection is not read any further. A conversation that is no
/// longer referenced is closed.
public final class AgentConversation: Sendable {
    /// The server's first message: the conversation's id and both audio formats.
    public let metadata: ConversationMetadata
    /// When the WebSocket opened.
    public let openedAt: ContinuousClock.Instant
    /// The events in order; the last one is `ConversationEvent.ended`. Can be iterated once.
    public let events: Events

    private let connection: Connection

    init(connection: Connection, metadata: ConversationMetadata) {
        self.connection = connection
        self.metadata = metadata
        openedAt = connection.openedAt
        events = Events(base: connection.events, lifetime: Lifetime(channel: connection.channel))
    }

    /// Closes the channel when neither the conversation nor an iterator of its events is referenced any more: a loop
    /// over the events may be the last use of the conversation.
    final class Lifetime: Sendable {
        let channel: any Channel

        init(channel: any Channel) { self.channel = channel }

        deinit { channel.close(promise: nil) }
    }

    /// Opens a conversation and waits for the server's metadata.
    ///
    /// - Parameters:
    ///   - url: the server's URL, as http(s) or ws(s), with or without a path prefix.
    ///   - apiKey: sent as `xi-api-key`; public agents need none.
    ///   - initiation: overrides and variables for this conversation.
    ///   - tools: the client tools that the agent may call, by name.
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

    /// Sends a piece of the caller's audio in `metadata.userInputAudioFormat`, of any size, in real time.
    ///
    /// Returns when the operating system has the bytes, so a slow network slows the sender down.
    ///
    /// - Throws: `ClientError.ended`.
    public func send(audio: Data) async throws { try await send(.audio(audio)) }

    /// Sends a whole turn as text; the agent answers it.
    ///
    /// - Throws: `ClientError.ended`.
    public func send(text: String) async throws { try await send(.userMessage(text)) }

    /// Adds context without interrupting or starting a turn; newer context with the same id replaces the older.
    ///
    /// - Throws: `ClientError.ended`.
    public func contextualUpdate(_ text: String, contextID: String? = nil) async throws {
        try await send(.contextualUpdate(text: text, contextID: contextID))
    }

    /// Reports that the user is typing, so that the agent waits for about two seconds.
    ///
    /// - Throws: `ClientError.ended`.
    public func userActivity() async throws { try await send(.userActivity) }

    /// Rates the response with this event id; nil withdraws the rating.
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

    /// Closes the conversation, and waits until it is closed, for `ConversationOptions.closeTimeout` at most.
    @discardableResult
    public func end() async -> ConversationEnd {
        connection.channel.triggerUserOutboundEvent(ConversationHandler.Command.end, promise: nil)
        return await waitForEnd()
    }

    /// Waits for the end of the conversation, and returns how it ended.
    public func waitForEnd() async -> ConversationEnd {
        // The promise never fails; the fallback only satisfies the compiler.
        (try? await connection.ended.get())
            ?? ConversationEnd(initiator: .connection, reason: "the connection was lost")
    }

    /// The events of one conversation.
    public struct Events: AsyncSequence, Sendable {
        /// The type of the events.
        public typealias Element = ConversationEvent
        let base: ConversationHandler.Events
        let lifetime: Lifetime

        /// Makes the only iterator; there must not be a second.
        public func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), lifetime: lifetime) }

        /// Iterates over the events as they come.
        public struct Iterator: AsyncIteratorProtocol {
            let base: ConversationHandler.Events.AsyncIterator
            let lifetime: Lifetime

            /// The next event; nil after `ended`, or when the task is cancelled.
            public mutating func next() async -> ConversationEvent? { await base.next() }
        }
    }
}
