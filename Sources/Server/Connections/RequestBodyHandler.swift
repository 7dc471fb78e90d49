import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// The client sent its request's body slower than `ServerLimits.slowestUpload`.
struct RequestTooSlow: Error {
    /// The slowest rate allowed, in bytes a second.
    var rate: Int
}

/// Limits the time for reading a request's body, and the bytes read after its answer.
///
/// - A body that comes too slowly fails with `RequestTooSlow`.
/// - A request that is answered before its body was read completely (a wrong key, a body that is too long) ends its
///   connection: the answer says so, what the client still sends is dropped within bounds so that it gets to see the
///   answer, and the connection is closed.
final class RequestBodyHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum State {
        /// Between requests, or while a request that was read completely is answered.
        case idle
        case reading(RequestPace)
        /// The body is no longer wanted: up to `left` more bytes are dropped before the connection is closed.
        case dropping(left: Int, isAnswered: Bool)
    }

    private let limits: ServerLimits
    private var state = State.idle
    private var timer: Scheduled<Void>?
    /// Whether the answer that is being written began before its request was read completely. The state alone does not
    /// tell: a client that has got a whole body may send its next request before the end of the answer is written.
    private var isEarlyAnswer = false

    init(limits: ServerLimits) { self.limits = limits }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.dropping(let left, let isAnswered), .body(let bytes)):
            state = .dropping(left: left - bytes.readableBytes, isAnswered: isAnswered)
            if left < bytes.readableBytes { context.close(promise: nil) }
            return
        case (.dropping(_, let isAnswered), .end):
            if isAnswered { context.close(promise: nil) }
            return
        case (.dropping, .head): return
        case (.idle, .head):
            state = .reading(
                RequestPace(patience: TimeAmount(limits.requestPatience), rate: limits.slowestUpload))
            watch(context)
        case (.reading(var pace), .body(let bytes)):
            pace.receive(bytes.readableBytes, .now())
            state = .reading(pace)
        case (.reading, .end):
            state = .idle
            stopWatching()
        case (.reading, .head), (.idle, .body), (.idle, .end): break
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if case .reading(var pace) = state {
            pace.wait(.now())
            state = .reading(pace)
            if timer == nil { watch(context) }
        }
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if case .idle = state { isEarlyAnswer = false } else { isEarlyAnswer = true }
            if isEarlyAnswer { head.headerFields[.connection] = "close" }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end where !isEarlyAnswer: context.write(data, promise: promise)
        case .end:
            drop(context, isAnswered: true)
            let channel = context.channel
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            // Closing the output tells the client that nothing more comes; a reset would destroy the answer.
            written.futureResult.whenSuccess { channel.close(mode: .output, promise: nil) }
            context.write(data, promise: written)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopWatching()
        context.fireChannelInactive()
    }

    private func watch(_ context: ChannelHandlerContext) {
        guard case .reading(let pace) = state else { return }
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: pace.left(.now())) {
            let (handler, context) = loopBound.value
            handler.check(context)
        }
    }

    private func check(_ context: ChannelHandlerContext) {
        timer = nil
        guard case .reading(let pace) = state else { return }
        guard pace.left(.now()) == .zero else { return watch(context) }
        // Only time in which the server waits for the client counts; the next read starts the timer again.
        guard pace.isWaiting else { return }
        drop(context, isAnswered: false)
        context.fireErrorCaught(RequestTooSlow(rate: limits.slowestUpload))
    }

    /// Reads and drops what the client still sends, for a limited time.
    private func drop(_ context: ChannelHandlerContext, isAnswered: Bool) {
        stopWatching()
        state = .dropping(left: limits.drainSize, isAnswered: isAnswered)
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: TimeAmount(limits.closeTimeout)) { channel.close(promise: nil) }
    }

    private func stopWatching() {
        timer?.cancel()
        timer = nil
    }
}
