import Foundation
import NIOCore
import NIOFoundationCompat
import NIOSSL
import NIOWebSocket
import Synchronization

/// Turns frames into messages and back; handles pings, pongs and the closing handshake.
package final class WebSocketMessageHandler: ChannelDuplexHandler {
    package typealias InboundIn = WebSocketFrame
    package typealias InboundOut = WebSocketMessage
    package typealias OutboundIn = WebSocketMessage
    package typealias OutboundOut = WebSocketFrame

    private let options: WebSocket.Options
    private let close: CloseBox
    private var keepAlive: RepeatedTask?
    private var closeTimeout: Scheduled<Void>?
    private var heardSincePing = true
    /// Whether the reader wants more messages; while it does not, nothing can arrive.
    private var wantsMore = true
    private var sentClose = false
    private var isOver = false

    /// - Parameter close: where the server's close frame is put.
    package init(options: WebSocket.Options, close: CloseBox) {
        self.options = options
        self.close = close
    }

    // MARK: Life

    package func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let interval = TimeAmount(options.keepAliveInterval)
        keepAlive = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let (handler, context) = bound.value
            handler.keepAlive(context: context)
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) { finish() }

    package func channelInactive(context: ChannelHandlerContext) {
        fail(WebSocketError.lost("the server closed the connection"), context: context)
        finish()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let description = describe(error)
        fail(description, context: context)
        guard !sentClose, error is NIOWebSocketError || error is NIOWebSocketFrameAggregator.Error else {
            context.close(promise: nil)
            return
        }
        sentClose = true
        var payload = ByteBuffer()
        if case .messageTooLarge = description {
            payload.write(webSocketErrorCode: .messageTooLarge)
        } else {
            payload.write(webSocketErrorCode: .protocolError)
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        send(.connectionClose, payload, context: context).whenComplete { _ in bound.value.close(promise: nil) }
    }

    /// Reports an error to the reader, once, and no consequences of this side's own close.
    private func fail(_ error: WebSocketError, context: ChannelHandlerContext) {
        guard !isOver, !sentClose else { return }
        isOver = true
        context.fireErrorCaught(error)
    }

    private func finish() {
        keepAlive?.cancel()
        keepAlive = nil
        closeTimeout?.cancel()
        closeTimeout = nil
    }

    private func keepAlive(context: ChannelHandlerContext) {
        guard heardSincePing || !wantsMore else {
            fail(.lost("the server sent nothing for \(options.keepAliveInterval)"), context: context)
            context.close(promise: nil)
            return
        }
        heardSincePing = false
        send(.ping, ByteBuffer(), context: context)
    }

    // MARK: In

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        heardSincePing = true
        switch frame.opcode {
        case .text, .binary:
            guard !sentClose else { return }
            let message = WebSocketMessage(Data(buffer: frame.unmaskedData), isText: frame.opcode == .text)
            context.fireChannelRead(wrapInboundOut(message))
        case .ping: send(.pong, frame.unmaskedData, context: context)
        case .connectionClose: receiveClose(frame.unmaskedData, context: context)
        default: break
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        wantsMore = false
        context.fireChannelReadComplete()
        // The answer to the close frame is read even when nobody reads messages any more.
        if sentClose { context.read() }
    }

    package func read(context: ChannelHandlerContext) {
        wantsMore = true
        context.read()
    }

    private func receiveClose(_ payload: ByteBuffer, context: ChannelHandlerContext) {
        var payload = payload
        let code = payload.readInteger(as: UInt16.self)
        close.value.withLock { $0 = WebSocketClose(code: code.map(Int.init), reason: String(buffer: payload)) }
        isOver = true
        guard !sentClose else {
            context.close(promise: nil)
            return
        }
        sentClose = true
        var answer = ByteBuffer()
        if let code { answer.writeInteger(code) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        send(.connectionClose, answer, context: context).whenComplete { _ in bound.value.close(promise: nil) }
    }

    // MARK: Out

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !sentClose else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        let message = unwrapOutboundIn(data)
        context.write(
            wrapOutboundOut(Self.frame(message.isText ? .text : .binary, ByteBuffer(data: message.data))),
            promise: promise)
    }

    /// Sends a close frame first, and waits a moment for its answer.
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard context.channel.isActive, !isOver else {
            context.close(mode: .all, promise: promise)
            return
        }
        if let promise { context.channel.closeFuture.cascade(to: promise) }
        guard !sentClose else { return }
        sentClose = true
        var payload = ByteBuffer()
        payload.write(webSocketErrorCode: .normalClosure)
        payload.writeString(options.closeReason)
        send(.connectionClose, payload, context: context)
        context.read()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        closeTimeout = context.eventLoop.scheduleTask(in: TimeAmount(options.closeTimeout)) {
            bound.value.close(promise: nil)
        }
    }

    @discardableResult
    private func send(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, context: ChannelHandlerContext
    ) -> EventLoopFuture<Void> {
        context.writeAndFlush(wrapOutboundOut(Self.frame(opcode, data)))
    }

    /// RFC 6455 requires every frame of a client to be masked.
    private static func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    }

    // MARK: Errors

    private func describe(_ error: any Error) -> WebSocketError {
        switch error {
        case let error as WebSocketError: error
        case NIOWebSocketError.invalidFrameLength: .messageTooLarge(limit: options.maximumMessageSize)
        case NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge:
            .messageTooLarge(limit: options.maximumMessageSize)
        case is NIOWebSocketError, is NIOWebSocketFrameAggregator.Error:
            .lost("the server broke the WebSocket protocol")
        case let error as IOError: .lost(String(cString: strerror(error.errnoCode)))
        case is NIOSSLError, is BoringSSLError: .lost("the encrypted connection ended")
        default: .lost("the connection broke: \(type(of: error))")
        }
    }
}
