import Conversation
import NIOCore
import NIOWebSocket

/// A message that the server sends on a WebSocket.
enum WebSocketOutput: Sendable {
    case text(ByteBuffer)
    case close(CallEnding)
}

/// Carries out what `WebSocketStateMachine` decides on one connection: it passes on whole messages and handles
/// everything else. The channel closes when the closing handshake is over or has taken too long.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = WebSocketOutput
    typealias OutboundOut = WebSocketFrame

    private var machine: WebSocketStateMachine
    private let closeTimeout: TimeAmount
    private var closeTimer: Scheduled<Void>?

    init(limits: ServerLimits) {
        machine = WebSocketStateMachine(maxMessageSize: limits.messageSize, maxFrames: limits.messageFrames)
        closeTimeout = TimeAmount(limits.closeTimeout)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let wasOpen = machine.isOpen
        let action = machine.receive(unwrapInboundIn(data))
        perform(action, context)
        if wasOpen { report(action, context) }
    }

    /// Reports a breach of the protocol to the reader, so that it differs from a client that has left.
    private func report(_ action: WebSocketStateMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .sendClose(let closing), .sendLastFrame(let closing):
            context.fireErrorCaught(LineViolation(code: closing.code, reason: closing.reason))
        case .none, .deliver, .pong, .ping, .answerClose, .disconnect: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOWebSocketError || error is FrameLengthScanner.NotMinimal {
            let action =
                (error as? NIOWebSocketError).map { machine.receive($0) } ?? machine.receiveNotMinimalLength()
            perform(action, context)
            report(action, context)
        } else if error is ByteToMessageDecoderError {
            // More bytes after a frame that could not be read; the close frame has been sent.
        } else {
            context.fireErrorCaught(error)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .text(let text):
            guard machine.isOpen else {
                promise?.fail(ChannelError.outputClosed)
                return
            }
            context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .text, data: text)), promise: promise)
        case .close(let closing):
            perform(machine.close(closing), context)
            promise?.succeed()
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let closing = event as? CallEnding else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        perform(machine.close(closing), context)
        promise?.succeed()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case IdleStateHandler.IdleStateEvent.read:
            perform(machine.idle(), context)
        case ChannelEvent.inputClosed:
            // A half-closed WebSocket is of no use.
            context.close(promise: nil)
            context.fireUserInboundEventTriggered(event)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        closeTimer?.cancel()
        context.fireChannelInactive()
    }

    private func perform(_ action: WebSocketStateMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none:
            break
        case .deliver(let message):
            context.fireChannelRead(wrapInboundOut(message))
        case .pong(let data):
            // Only the latest ping must be answered: a client that does not read gets no queue of pongs.
            guard context.channel.isWritable else { return }
            send(.pong, data, context)
        case .ping:
            send(.ping, ByteBuffer(), context)
        case .sendClose(let closing):
            send(.connectionClose, frame(closing.code, closing.reason, context), context)
            let channel = context.channel
            closeTimer = context.eventLoop.scheduleTask(in: closeTimeout) { channel.close(promise: nil) }
        case .sendLastFrame(let closing):
            send(.connectionClose, frame(closing.code, closing.reason, context), context)
            // Closing the output tells the client that it need not wait. What it still sends is read and dropped, since
            // a reset would destroy the close frame.
            context.close(mode: .output, promise: nil)
            let channel = context.channel
            closeTimer = context.eventLoop.scheduleTask(in: closeTimeout) { channel.close(promise: nil) }
        case .answerClose(let code):
            send(.connectionClose, frame(code, "", context), context)
            context.close(promise: nil)
        case .disconnect:
            context.close(promise: nil)
        }
    }

    private func frame(_ code: Int, _ reason: String, _ context: ChannelHandlerContext) -> ByteBuffer {
        var data = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        data.writeInteger(UInt16(clamping: code))
        data.writeString(reason)
        return data
    }

    private func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
    }
}
