import AsyncAlgorithms
import Conversation
import Foundation
import NIOCore
import ServiceLifecycle

/// An open WebSocket.
struct WebSocketConnection: Sendable {
    let request: WebSocketRequest
    let channel: NIOAsyncChannel<ByteBuffer, WebSocketOutput>
    let limits: ServerLimits

    /// Sends one text message; suspends while the client does not read.
    typealias Send = @Sendable (Data) async throws -> Void

    /// Runs `body`, and closes the WebSocket with the ending that it returns.
    ///
    /// The messages given to `body` end when the client leaves; they throw what `decode` threw, once. On shutdown
    /// `body` may go on for `ServerLimits.drainTimeout`; then its task is cancelled. A `body` that has not begun by
    /// then is not run, and the client is told that the server shuts down.
    func run<Message: Sendable>(
        decode: @escaping @Sendable (Data) throws -> Message,
        _ body: @escaping @Sendable (AsyncThrowingChannel<Message, any Error>, @escaping Send) async -> CallEnding
    ) async throws {
        try await channel.executeThenClose { inbound, outbound in
            let messages = AsyncThrowingChannel<Message, any Error>()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await read(inbound, into: messages, decode: decode) }
                let ending = await finish {
                    await body(messages) { try await outbound.write(.text(ByteBuffer(bytes: $0))) }
                }
                messages.finish()
                if Task.isCancelled {
                    // The writer accepts nothing from a cancelled task, but the client must still get the close frame.
                    channel.channel.triggerUserOutboundEvent(ending, promise: nil)
                } else {
                    try? await outbound.write(.close(ending))
                }
                // Reading continues until the closing handshake is over, for which the channel has a time-out.
            }
        }
    }

    private func read<Message: Sendable>(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, into messages: AsyncThrowingChannel<Message, any Error>,
        decode: @Sendable (Data) throws -> Message
    ) async {
        var isReadable = true
        do {
            for try await data in inbound where isReadable {
                do {
                    await messages.send(try decode(Data(data.readableBytesView)))
                } catch {
                    isReadable = false
                    messages.fail(error)
                }
            }
        } catch let violation as LineViolation {
            messages.fail(violation)
        } catch {
            // The connection broke, which ends the messages too.
        }
        messages.finish()
    }

    private func finish(_ body: @escaping @Sendable () async -> CallEnding) async -> CallEnding {
        let shutDown = CallEnding(code: 1001, reason: "The server is shutting down.")
        guard !Task.isShuttingDownGracefully else { return shutDown }
        let ending = await withTaskGroup(of: CallEnding?.self) { [limits] group in
            group.addTask { await body() }
            group.addTask {
                try? await gracefulShutdown()
                try? await Task.sleep(for: limits.drainTimeout)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        // A cancelled body did not end by itself, whatever ending it returned.
        guard let ending, !Task.isCancelled else { return shutDown }
        return ending
    }
}
