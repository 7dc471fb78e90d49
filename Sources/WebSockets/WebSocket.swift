import Foundation
import NIOCore
import NIOWebSocket
import Synchronization

/// A WebSocket that is open for as long as a closure runs.
package enum WebSocket {
    /// The bounds of one connection.
    package struct Options: Sendable, Hashable {
        /// From the first packet to the confirmed upgrade.
        package var connectTimeout: Duration = .seconds(10)
        /// How long the server may take to answer a close frame.
        package var closeTimeout: Duration = .seconds(1)
        /// A ping goes out this often; a server that sends nothing at all for two of them is gone.
        package var keepAliveInterval: Duration = .seconds(20)
        /// The largest message read, in bytes, over all its fragments.
        package var maximumMessageSize = 4 << 20
        /// Messages that wait to be read; beyond it, the socket is not read any more.
        package var inboundBuffer = 32
        /// A PEM file of certificates to trust instead of the system's.
        package var trustedCertificates: String?

        /// The defaults.
        package init() {}
    }

    /// Opens a WebSocket, runs `body` with its two directions, and closes it with 1000 when `body` returns or throws.
    ///
    /// - Parameter headers: Sent with the upgrade; in no error.
    /// - Throws: `WebSocketError` when it cannot be opened; what `body` throws; `CancellationError`.
    package static func run<Result: Sendable>(
        _ url: URL, headers: [(String, String)] = [], options: Options = Options(),
        body: (WebSocketInbound, WebSocketOutbound) async throws -> Result
    ) async throws -> Result {
        var dialer = WebSocketDialer(
            connectTimeout: options.connectTimeout, maximumFrameSize: options.maximumMessageSize,
            trustedCertificates: options.trustedCertificates)
        // It would close the channel first, and the reader would not learn why.
        dialer.answersProtocolErrors = false
        let close = CloseBox()
        let channel = try await dialer.open(
            try WebSocketAddress(url), headers: headers, deadline: .now() + TimeAmount(options.connectTimeout)
        ) { channel in
            try channel.pipeline.syncOperations.addHandlers([
                NIOWebSocketFrameAggregator(
                    minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 4096,
                    maxAccumulatedFrameSize: options.maximumMessageSize),
                WebSocketMessageHandler(options: options, close: close),
            ])
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
    /// Text in UTF-8, else binary.
    package var isText: Bool
    /// The message's bytes.
    package var data: Data

    /// Text unless told otherwise.
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

    /// The server's close frame, once it was read.
    package var close: WebSocketClose? { box.value.withLock(\.self) }

    /// May be called once.
    package func makeAsyncIterator() -> Iterator { Iterator(base: stream.makeAsyncIterator(), box: box) }

    /// Reads one message after the other.
    package struct Iterator: AsyncIteratorProtocol {
        var base: NIOAsyncChannelInboundStream<WebSocketMessage>.AsyncIterator
        let box: CloseBox

        /// The next message; nil after the server's close frame.
        package mutating func next() async throws -> WebSocketMessage? {
            if let message = try await base.next() { return message }
            guard box.value.withLock({ $0 == nil }) else { return nil }
            try Task.checkCancellation()
            // A connection that ended while it was being upgraded has told nobody.
            throw WebSocketError.lost("the server closed the connection")
        }
    }
}

/// What is sent to the server.
package struct WebSocketOutbound: Sendable {
    let writer: NIOAsyncChannelOutboundWriter<WebSocketMessage>
    let box: CloseBox

    /// Sends a message, once the socket takes it: not more than its send buffer waits.
    ///
    /// - Throws: `WebSocketError.lost` on a connection that is closed; `CancellationError`.
    package func send(_ message: WebSocketMessage) async throws {
        // The socket may still be open for a moment after the server's close frame.
        guard box.value.withLock({ $0 == nil }) else { throw WebSocketError.lost("the connection is closed") }
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
final class CloseBox: Sendable {
    let value = Mutex<WebSocketClose?>(nil)
}
