import NIOCore
import NIOHTTPTypes

/// Notices that a connection's client has gone while work is done that only it wants.
///
/// A client that closes its socket cannot be told from one that has merely finished sending, so the end of its side
/// counts as its leaving. This matters only to requests that ask for it with `Work.begins`; others are answered all the
/// same.
final class HangUpHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// An outbound event that a request's handler sends through the pipeline.
    enum Work: Sendable {
        /// The work for the current request is to be cancelled when its client leaves.
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
