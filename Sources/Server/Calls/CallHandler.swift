import AsyncAlgorithms
import ConvAI
import Conversation

/// Runs the calls that the server accepts.
public protocol CallHandler: Sendable {
    /// Runs one call to its end.
    ///
    /// - Parameters:
    ///   - messages: what the client sends, in order. It ends when the client has gone or the task is cancelled. It
    ///     throws `ClientMessageError` for a frame that cannot be understood, which ends the call with 1008, and
    ///     `LineViolation` when the connection was closed because of what the client sent.
    ///   - send: sends one message; waits while the client takes no more, and throws when it has gone.
    /// - Returns: The code and reason of the close frame, which is sent if the client is still there.
    func run(
        _ request: CallRequest, messages: ClientMessages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding
}

/// The messages of one client, which can be iterated once. Backpressure: a message stays in the socket until the one
/// before it was taken.
public struct ClientMessages: AsyncSequence, Sendable {
    let channel: AsyncThrowingChannel<ClientMessage, any Error>

    /// Takes the messages one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: AsyncThrowingChannel<ClientMessage, any Error>.Iterator

        /// The next message; nil when the client has gone or the task is cancelled.
        ///
        /// - Throws: `ClientMessageError`, once, for a frame that cannot be understood; `LineViolation` when the
        ///   connection was closed because of what the client sent.
        public mutating func next() async throws -> ClientMessage? { try await base.next() }
    }

    /// Makes the only iterator; there must not be a second.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: channel.makeAsyncIterator()) }
}
