import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// A path that accepts WebSockets, with its handler.
struct WebSocketRoute: Sendable {
    /// The path; a segment in braces stands for any.
    let path: String
    /// The subprotocol that is chosen when the client offers it; never required.
    var subprotocol: String?
    /// How long the client may read nothing; nil for the limit of calls.
    var stalledWriteTimeout: Duration?
    /// Throws when the connection breaks.
    let handle: @Sendable (WebSocketConnection, Logger) async throws -> Void

    func matches(_ requested: Substring) -> Bool {
        let (ours, theirs) = (path.split(separator: "/"), requested.split(separator: "/"))
        return ours.count == theirs.count && zip(ours, theirs).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
}

/// A connection that speaks HTTP/1.1 and becomes a WebSocket when its first request asks for one on a known path.
struct UpgradableChannel: HTTPChannelHandler {
    enum Negotiated: Sendable {
        /// The `hangUp` stream ends when the client has gone while work is done that only it wants.
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, hangUp: AsyncStream<Void>)
        case webSocket(WebSocketConnection, WebSocketRoute)
    }

    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let negotiated: EventLoopFuture<Negotiated>
    }

    let responder: HTTPChannelHandler.Responder
    let routes: [WebSocketRoute]
    let limits: ServerLimits
    let gate: ConnectionGate
    let instruments: WebSocketInstruments
    /// Whether the connection is encrypted with TLS.
    let isSecure: Bool

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            if let refusal = gate.admit(channel) {
                try channel.pipeline.syncOperations.addHandler(RefusalHandler(refusal, limits: limits))
                return Value(
                    channel: channel, negotiated: channel.closeFuture.flatMapThrowing { throw ChannelError.eof })
            }
            let options = channel.syncOptions
            // 20 ms of audio must not wait until the previous 20 ms are acknowledged.
            try options?.setOption(.tcpOption(.tcp_nodelay), value: 1)
            try options?.setOption(.socketOption(.so_sndbuf), value: SocketOptionValue(limits.sendBufferSize))

            try channel.pipeline.syncOperations.addHandler(StalledWriteHandler(timeout: limits.stalledWriteTimeout))
            var pipeline = NIOUpgradableHTTPServerPipelineConfiguration(
                upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                    upgraders: [makeUpgrader()],
                    notUpgradingCompletionHandler: { setUpHTTP($0, logger: logger) }))
            // Hummingbird itself reads one request after the other, answers errors and validates headers.
            pipeline.enablePipelining = false
            pipeline.enableErrorHandling = false
            pipeline.enableResponseHeaderValidation = false
            pipeline.decoderConfiguration.maxHeaderFieldSize = limits.headerSize
            pipeline.decoderConfiguration.maxHeaderListSize = limits.headersSize
            pipeline.decoderConfiguration.maxHeaderFieldCount = limits.headerCount
            let negotiated = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                configuration: pipeline)
            let upgradeHandler = try channel.pipeline.syncOperations.handler(
                type: NIOTypedHTTPServerUpgradeHandler<Negotiated>.self)
            try channel.pipeline.syncOperations.addHandler(
                FirstRequestHandler { isWebSocket($0) && route(for: $0) != nil }, position: .before(upgradeHandler))

            let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(limits.handshakeTimeout)) {
                channel.close(promise: nil)
            }
            negotiated.whenComplete { _ in deadline.cancel() }
            return Value(channel: channel, negotiated: negotiated)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.negotiated.get() {
            case .http(let channel, let hangUp):
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await handleHTTP(asyncChannel: channel, logger: logger) }
                    group.addTask { for await _ in hangUp {} }
                    await group.next()
                    group.cancelAll()
                }
            case .webSocket(let connection, let route):
                instruments.opened(route)
                do {
                    try await route.handle(connection, logger)
                } catch {
                    let client = connection.request.remoteAddress ?? "unknown"
                    logger.debug("A WebSocket broke.", metadata: ["client": "\(client)", "error": "\(error)"])
                }
                instruments.closed(route)
            }
        } catch {
            logger.debug("A connection ended before its first request.", metadata: ["error": "\(error)"])
            value.channel.close(promise: nil)
        }
    }

    private func route(for head: HTTPRequestHead) -> WebSocketRoute? {
        let path = head.uri.prefix { $0 != "?" }
        return routes.first { $0.matches(path) }
    }

    /// Whether the head is an opening handshake by RFC 6455 §4.2.1.
    private func isWebSocket(_ head: HTTPRequestHead) -> Bool {
        let headers = head.headers
        return head.method == .GET && headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && headers["sec-websocket-version"] == ["13"] && headers["sec-websocket-key"].count == 1
    }

    private func makeUpgrader() -> NIOTypedWebSocketServerUpgrader<Negotiated> {
        NIOTypedWebSocketServerUpgrader(
            maxFrameSize: limits.messageSize,
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    guard let route = route(for: head) else { return nil }
                    var headers = HTTPHeaders()
                    let request = WebSocketRequest(head, remoteAddress: channel.remoteAddress)
                    if let subprotocol = route.subprotocol, request.subprotocols.contains(subprotocol) {
                        headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol)
                    }
                    return headers
                }
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    guard let route = route(for: head) else {
                        throw NIOWebSocketUpgradeError.unsupportedWebSocketTarget
                    }
                    let request = WebSocketRequest(head, remoteAddress: channel.remoteAddress)
                    let pipeline = channel.pipeline.syncOperations
                    pipeline.removeHandler(try pipeline.handler(type: FirstRequestHandler.self), promise: nil)
                    if let timeout = route.stalledWriteTimeout {
                        try pipeline.handler(type: StalledWriteHandler.self).timeout = TimeAmount(timeout)
                    }
                    try pipeline.addHandler(
                        IdleStateHandler(readTimeout: TimeAmount(limits.webSocketIdleTimeout)))
                    try pipeline.addHandler(
                        FrameLengthHandler(),
                        position: .before(
                            try pipeline.handler(type: ByteToMessageHandler<WebSocketFrameDecoder>.self)))
                    try pipeline.addHandler(WebSocketHandler(limits: limits))
                    let asyncChannel = try NIOAsyncChannel<ByteBuffer, WebSocketOutput>(
                        wrappingChannelSynchronously: channel)
                    return .webSocket(
                        WebSocketConnection(request: request, channel: asyncChannel, limits: limits), route)
                }
            })
    }

    private func setUpHTTP(_ channel: any Channel, logger: Logger) -> EventLoopFuture<Negotiated> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            pipeline.removeHandler(try pipeline.handler(type: FirstRequestHandler.self), promise: nil)
            // Files and streams are sent faster than they are played, so their clients may pause for longer.
            try pipeline.handler(type: StalledWriteHandler.self).timeout = TimeAmount(limits.slowReaderTimeout)
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isSecure))
            try pipeline.addHandler(RequestBodyHandler(limits: limits))
            let (hangUp, end) = AsyncStream.makeStream(of: Void.self)
            try pipeline.addHandler(HangUpHandler { end.finish() })
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: limits.httpIdleTimeout, logger: logger))
            return .http(
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)),
                hangUp: hangUp)
        }
    }
}
