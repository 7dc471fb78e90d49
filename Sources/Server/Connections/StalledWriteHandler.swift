import NIOCore

/// Closes a connection whose client reads nothing for too long, so that neither its buffers nor the tasks that wait to
/// write to it are held for ever.
final class StalledWriteHandler: ChannelInboundHandler {
    typealias InboundIn = Any

    /// How long the client may read nothing; a change applies from the next stall on.
    var timeout: TimeAmount
    private var timer: Scheduled<Void>?

    init(timeout: Duration) { self.timeout = TimeAmount(timeout) }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        if !context.channel.isWritable {
            let channel = context.channel
            timer = context.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }
}
