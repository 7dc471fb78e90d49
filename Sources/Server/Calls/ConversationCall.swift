import AsyncAlgorithms
import ConvAI
import Conversation
import Tasks

/// A call over the conversation protocol.
///
/// What belongs to the transport is done here: the wire messages, pings, and what one client may send. Everything else
/// is `Call`'s, which knows no message of the protocol.
public struct ConversationCall: Sendable {
    private let call: Call
    private let line: ConversationLine
    private let orders: AsyncStream<CallInput>?
    private let observe: (@Sendable (CallOutput) -> Void)?
    private let options: ConversationLine.Options
    private let clock: TaskClock

    /// - Parameter clock: starts with the call.
    public init(
        _ request: CallRequest, environment: CallEnvironment,
        options: ConversationLine.Options = ConversationLine.Options(), clock: TaskClock = .continuous()
    ) {
        call = Call(request, environment: environment, clock: clock)
        line = ConversationLine(options: options)
        orders = request.orders
        observe = request.observe
        self.options = options
        self.clock = clock
    }

    /// Holds the conversation until either side ends it.
    ///
    /// - Parameters:
    ///   - messages: what the client sends. Throws `ClientMessageError` for a frame that cannot be read, which ends
    ///     the call with 1008, and `LineViolation` when the connection was closed because of what the client sent;
    ///     finishes when the client has gone.
    ///   - send: writes one message; suspends while the client does not read, throws when it has gone.
    /// - Returns: What to close the connection with.
    public func run<Messages: AsyncSequence & Sendable>(
        _ messages: Messages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding where Messages.Element == ClientMessage {
        // One input at a time, so that a message stays in the socket until the one before it was taken.
        let inputs = AsyncThrowingChannel<CallInput, any Error>()
        return await withTaskGroup(of: CallEnding?.self) { group in
            group.addTask {
                await read(messages, into: inputs)
                return nil
            }
            group.addTask {
                await watch(inputs, send: send)
                return nil
            }
            if let orders {
                group.addTask {
                    for await order in orders { await inputs.send(order) }
                    return nil
                }
            }
            group.addTask {
                await call.run(inputs) { output in
                    let messages = await line.messages(for: output)
                    if messages.isEmpty { observe?(output) }
                    for message in messages { try await send(message) }
                }
            }
            defer { group.cancelAll() }
            for await case let ending? in group { return ending }
            return CallEnding(code: 1011, reason: "The call ended unexpectedly.")
        }
    }

    private func read<Messages: AsyncSequence & Sendable>(
        _ messages: Messages, into inputs: AsyncThrowingChannel<CallInput, any Error>
    ) async where Messages.Element == ClientMessage {
        do {
            for try await message in messages {
                if let input = try await line.take(message, at: clock.elapsed()) { await inputs.send(input) }
            }
            inputs.finish()
        } catch let error as ClientMessageError {
            inputs.fail(CallFault(code: 1008, type: "invalid_message", message: error.description))
        } catch {
            inputs.fail(error)
        }
    }

    /// Pings the client, and ends the call of one that has been silent for too long.
    private func watch(
        _ inputs: AsyncThrowingChannel<CallInput, any Error>,
        send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async {
        do {
            while true {
                try await clock.sleep(options.pingInterval)
                if let fault = await line.silence(at: clock.elapsed()) { return inputs.fail(fault) }
                if let ping = await line.ping(at: clock.elapsed()) { try await send(ping) }
            }
        } catch {
            // The call is over, or the client has gone, which the sender of the call's own messages notices as well.
        }
    }
}
