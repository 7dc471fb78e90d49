import NIOCore
import NIOHTTP1

/// Checks the first request of a connection, by which NIO's upgrade handler decides what the connection becomes.
///
/// - An upgrade that the server does not support is removed from the request, because the upgrade handler would lose
///   the request's head with it. Some clients (Java's, `curl --http2`) offer h2c with every first request.
/// - A request in HTTP/1.0 is marked as forwarded (`via`), since its version is lost later on. Programs have not used
///   that version for decades, but proxies do unless told otherwise (nginx's plain `proxy_pass`), and add nothing else.
/// - A request that cannot be parsed is answered with 400.
/// - When the server shuts down, a connection without a request is closed.
final class FirstRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let isTaken: (HTTPRequestHead) -> Bool

    init(isTaken: @escaping (HTTPRequestHead) -> Bool) { self.isTaken = isTaken }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else {
            context.fireChannelRead(data)
            return
        }
        if head.version == .http1_0 { head.headers.add(name: "via", value: "1.0 unknown") }
        guard head.headers.contains(name: "upgrade"), !isTaken(head) else {
            context.fireChannelRead(wrapInboundOut(.head(head)))
            return
        }
        head.headers.remove(name: "upgrade")
        // NIO's decoder parses nothing after a request with an upgrade, so the connection must close.
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        let headers: HTTPHeaders = ["connection": "close", "content-length": "0"]
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers))),
            promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }
}
