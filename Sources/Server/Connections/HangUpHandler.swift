import NIOCore
import NIOHTTPTypes

/// Notices that the client of a connection has gone while something is being worked out for it alone.
///
/// A client that closes its socket cannot be told from one that has only nothing more to send: the end of its side is
/// taken for its leaving. This matters only to requests that ask for it, by `Work.begins`; others are answered all the
/// same.
final class HangUpHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Sent through the pipeline as an outbound event.
    enum Work: Sendable {
        /// What is being done for the request ends with its client.
        case begins
    }

    private let onHangUp: () -> Void
    private var isWorking = false
    private var hasGone = false

    init(onHangUp: @escaping () -> Void) { self.onHangUp = onHangUp }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Work else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isWorking = true
        report()
        promise?.succeed()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { isWorking = false }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        hasGone = true
        report()
    }

    private func report() {
        if hasGone, isWorking { onHangUp() }
    }
}
