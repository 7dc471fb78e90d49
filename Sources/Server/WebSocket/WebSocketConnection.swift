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

    /// Sends one text message; waits while the client takes no more.
    typealias Send = @Sendable (Data) async throws -> Void

    /// Runs `body` and closes the WebSocket as its ending says.
    ///
    /// The messages given to `body` end when the client has gone; they throw what `decode` threw, once. When the server
    /// shuts down, the task of `body` is cancelled.
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
                try? await outbound.write(.close(WebSocketClosing(code: ending.code, reason: ending.reason)))
                // Reading goes on until the closing handshake is over, which the channel bounds.
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
        } catch let violation as ClientViolation {
            messages.fail(violation)
        } catch {
            // The connection broke: for the reader that is the end.
        }
        messages.finish()
    }

    private func finish(_ body: @escaping @Sendable () async -> CallEnding) async -> CallEnding {
        let ending = await withTaskGroup(of: CallEnding?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await gracefulShutdown()
                return nil
            }
            var ending: CallEnding?
            for await result in group {
                if let result { ending = result }
                group.cancelAll()
            }
            return ending
        }
        guard let ending, !Task.isShuttingDownGracefully else {
            return CallEnding(code: 1001, reason: "The server is shutting down.")
        }
        return ending
    }
}
