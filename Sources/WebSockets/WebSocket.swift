import Foundation
import NIOCore
import NIOWebSocket
import Synchronization

/// A WebSocket that is open for as long as a closure runs.
package enum WebSocket {
    /// Time-outs and bounds of one connection.
    package struct Options: Sendable, Hashable {
        /// Time-out from the first packet to the confirmed upgrade.
        package var connectTimeout: Duration = .seconds(10)
        /// Time-out for the server's answer to a close frame.
        package var closeTimeout: Duration = .seconds(1)
        /// The reason in this side's close frame, at most 123 bytes.
        package var closeReason = ""
        /// Interval between pings; a server that sends nothing for two of them is taken for dead.
        package var keepAliveInterval: Duration = .seconds(20)
        /// The largest message that is read, in bytes, including all its fragments.
        package var maximumMessageSize = 4 << 20
        /// Messages that may wait to be read; at this number the socket is not read any further.
        package var inboundBuffer = 32
        /// A PEM file of certificates to trust instead of the system's.
        package var trustedCertificates: String?

        /// Creates the values above.
        package init() {}
    }

    /// What turns the frames of an open WebSocket into messages.
    package static func handlers(_ options: Options, _ close: CloseBox) -> [any ChannelHandler] {
        [
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 4096,
                maxAccumulatedFrameSize: options.maximumMessageSize),
            WebSocketMessageHandler(options: options, close: close),
        ]
    }

    /// Opens a WebSocket, runs `body` with both directions, and closes it with 1000 when `body` returns or throws.
    ///
    /// - Parameter headers: Headers of the upgrade request, which errors do not show.
    /// - Throws: `WebSocketError` when it cannot be opened; the errors of `body`; `CancellationError`.
    package static func run<Result: Sendable>(
        _ url: URL, headers: [(String, String)] = [], options: Options = Options(),
        body: (WebSocketInbound, WebSocketOutbound) async throws -> Result
    ) async throws -> Result {
        let close = CloseBox()
        let channel = try await WebSocketDialer(options).open(
            try WebSocketAddress(url), headers: headers, deadline: .now() + TimeAmount(options.connectTimeout)
        ) { channel in
            try channel.pipeline.syncOperations.addHandlers(handlers(options, close))
            return try NIOAsyncChannel<WebSocketMessage, WebSocketMessage>(
                wrappingChannelSynchronously: channel,
                configuration: .init(
                    backPressureStrategy: .init(
                        lowWatermark: options.inboundBuffer / 4, highWatermark: options.inboundBuffer)))
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(
                WebSocketInbound(stream: inbound, box: close), WebSocketOutbound(writer: outbound, box: close))
        }
    }
}

/// A whole message.
package struct WebSocketMessage: Sendable, Hashable {
    /// Whether the message is UTF-8 text; otherwise it is binary.
    package var isText: Bool
    /// The message's bytes.
    package var data: Data

    /// Creates a message; text by default.
    package init(_ data: Data, isText: Bool = true) {
        self.isText = isText
        self.data = data
    }
}

/// The server's messages. The sequence ends with the server's close frame, and throws `WebSocketError` when the
/// connection breaks without one.
package struct WebSocketInbound: AsyncSequence, Sendable {
    let stream: NIOAsyncChannelInboundStream<WebSocketMessage>
    let box: CloseBox

    /// The server's close frame; nil before it was read.
    package var close: WebSocketClose? { box.close }

    /// Makes the iterator; may be called once.
    package func makeAsyncIterator() -> Iterator { Iterator(base: stream.makeAsyncIterator(), box: box) }

    /// Iterates over the messages.
    package struct Iterator: AsyncIteratorProtocol {
        var base: NIOAsyncChannelInboundStream<WebSocketMessage>.AsyncIterator
        let box: CloseBox

        /// The next message; nil after the server's close frame.
        package mutating func next() async throws -> WebSocketMessage? {
            if let message = try await base.next() { return message }
            guard box.close == nil else { return nil }
            try Task.checkCancellation()
            // A connection that ended while it was being upgraded reports no error.
            throw WebSocketError.lost("the server closed the connection")
        }
    }
}

/// The direction to the server.
package struct WebSocketOutbound: Sendable {
    let writer: NIOAsyncChannelOutboundWriter<WebSocketMessage>
    let box: CloseBox

    /// Sends a message, and returns once the socket accepts it; only its send buffer is filled.
    ///
    /// - Throws: `WebSocketError.lost` on a closed connection; `CancellationError`.
    package func send(_ message: WebSocketMessage) async throws {
        // The socket may still be open for a moment after the server's close frame.
        guard box.close == nil else { throw WebSocketError.lost("the connection is closed") }
        do {
            try await writer.write(message)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw WebSocketError.lost("the connection is closed")
        }
    }
}

/// Carries the close frame from the event loop to the reader.
package final class CloseBox: Sendable {
    let value = Mutex<WebSocketClose?>(nil)

    /// Creates an empty box.
    package init() {}

    /// The server's close frame; nil before it was read.
    package var close: WebSocketClose? { value.withLock(\.self) }
}
