import ConvAI
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// An open WebSocket with its handler.
struct Connection: Sendable {
    let channel: any Channel
    let openedAt: ContinuousClock.Instant
    let events: ConversationHandler.Events
    let ended: EventLoopFuture<ConversationEnd>
    let metadata: EventLoopFuture<ConversationMetadata>
    let deadline: NIODeadline

    /// What became of the upgrade.
    private enum Upgrade: Sendable {
        case open(Connection)
        case refused(EventLoopFuture<ClientError>)
    }

    /// Connects, encrypts, upgrades and sends the initiation.
    ///
    /// - Throws: `ClientError`; `CancellationError`.
    static func open(
        _ address: ServerURL, headers: [(String, String)], initiation: ConversationInitiation,
        tools: [String: ClientTool], options: ConversationOptions
    ) async throws -> Connection {
        let deadline = NIODeadline.now() + TimeAmount(options.connectTimeout)
        let security = try address.isSecure ? tls(options) : nil
        let opening: OpeningChannel
        do {
            opening = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connectTimeout(TimeAmount(options.connectTimeout))
                .connect(host: address.host, port: address.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let security {
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLClientHandler(context: security, serverHostname: address.nameForTLS))
                        }
                        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
                            upgradeConfiguration: upgrade(
                                address, headers: headers, tools: tools, options: options, deadline: deadline))
                        // A server may send its first message together with its answer to the upgrade.
                        configuration.leftOverBytesStrategy = .forwardBytes
                        return OpeningChannel(
                            channel: channel,
                            upgrade: try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                                configuration: configuration))
                    }
                }
        } catch {
            throw describe(error, address: address)
        }
        return try await withTaskCancellationHandler {
            do {
                switch try await limited(opening.upgrade, until: deadline, "no answer to the WebSocket upgrade") {
                case .open(let connection):
                    // If this fails, the end of the conversation says why.
                    connection.channel.writeAndFlush(ClientMessage.initiation(initiation), promise: nil)
                    return connection
                case .refused(let refusal):
                    throw try await limited(refusal, until: deadline, "the end of a refusal")
                }
            } catch {
                opening.channel.close(promise: nil)
                try Task.checkCancellation()
                throw describe(error, address: address)
            }
        } onCancel: {
            opening.channel.close(promise: nil)
        }
    }

    /// The server's first message.
    ///
    /// - Throws: `ClientError`; `CancellationError`.
    func waitForMetadata() async throws -> ConversationMetadata {
        let channel = channel
        return try await withTaskCancellationHandler {
            do {
                return try await Self.limited(metadata, until: deadline, "the server's first message")
            } catch {
                try Task.checkCancellation()
                throw error
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private struct OpeningChannel: Sendable {
        let channel: any Channel
        let upgrade: EventLoopFuture<Upgrade>
    }

    private static func upgrade(
        _ address: ServerURL, headers: [(String, String)], tools: [String: ClientTool], options: ConversationOptions,
        deadline: NIODeadline
    ) -> NIOTypedHTTPClientUpgradeConfiguration<Upgrade> {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.requestTarget)
        head.headers.add(name: "Host", value: address.authority)
        head.headers.add(name: "Content-Length", value: "0")
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgrade>(maxFrameSize: options.maximumMessageSize) {
            channel, _ in
            channel.eventLoop.makeCompletedFuture {
                .open(try attach(to: channel, tools: tools, options: options, deadline: deadline))
            }
        }
        return NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture {
                let promise = channel.eventLoop.makePromise(of: ClientError.self)
                try channel.pipeline.syncOperations.addHandler(RefusalHandler(promise))
                return .refused(promise.futureResult)
            }
        }
    }

    /// Puts the conversation's handler on a channel that has become a WebSocket. On the channel's event loop.
    private static func attach(
        to channel: any Channel, tools: [String: ClientTool], options: ConversationOptions, deadline: NIODeadline
    ) throws -> Connection {
        let events = NIOAsyncSequenceProducer.makeSequence(
            elementType: ConversationEvent.self,
            backPressureStrategy: NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(
                lowWatermark: options.eventBuffer / 4, highWatermark: options.eventBuffer),
            finishOnDeinit: true, delegate: EventDemand(channel: channel))
        let metadata = channel.eventLoop.makePromise(of: ConversationMetadata.self)
        let ended = channel.eventLoop.makePromise(of: ConversationEnd.self)
        try channel.pipeline.syncOperations.addHandlers([
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 4096,
                maxAccumulatedFrameSize: options.maximumMessageSize),
            ConversationHandler(
                options: options, tools: tools, events: events.source, metadata: metadata, ended: ended),
        ])
        return Connection(
            channel: channel, openedAt: .now, events: events.sequence, ended: ended.futureResult,
            metadata: metadata.futureResult, deadline: deadline)
    }

    private static func tls(_ options: ConversationOptions) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let file = options.trustedCertificates { configuration.trustRoots = .file(file) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ClientError.tls("the trusted certificates cannot be read: \(error)")
        }
    }

    /// The future's value, or `ClientError.timedOut`.
    private static func limited<Value: Sendable>(
        _ future: EventLoopFuture<Value>, until deadline: NIODeadline, _ what: String
    ) async throws -> Value {
        let promise = future.eventLoop.makePromise(of: Value.self)
        future.cascade(to: promise)
        let timeout = future.eventLoop.scheduleTask(deadline: deadline) { promise.fail(ClientError.timedOut(what)) }
        defer { timeout.cancel() }
        return try await promise.futureResult.get()
    }

    private static func describe(_ error: any Error, address: ServerURL) -> any Error {
        func unreachable(_ reason: String) -> ClientError {
            .unreachable(host: address.host, port: address.port, reason: reason)
        }
        switch error {
        case is ClientError, is CancellationError: return error
        case let error as NIOConnectionError:
            if error.dnsAError != nil || error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
                return unreachable("no such host")
            }
            return error.connectionErrors.first.map { describe($0.error, address: address) }
                ?? unreachable("no address")
        case let error as IOError: return unreachable(String(cString: strerror(error.errnoCode)))
        case ChannelError.connectTimeout:
            return ClientError.timedOut("the connection to \(address.host):\(address.port)")
        case is NIOSSLError, is BoringSSLError: return ClientError.tls("\(error)")
        case is HTTPParserError:
            return ClientError.invalidAnswer("\(address.host):\(address.port) does not speak HTTP")
        case is ChannelError: return unreachable("the server closed the connection")
        default: return unreachable("\(error)")
        }
    }
}

extension ServerURL {
    /// The name to check the certificate for; TLS has no such extension for IP addresses.
    fileprivate var nameForTLS: String? {
        (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }
}

/// Collects the HTTP answer of a server that did not upgrade.
private final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    /// Bytes of the body that are kept for the message.
    private static let longestBody = 16 << 10

    private var promise: EventLoopPromise<ClientError>?
    private var status: HTTPResponseStatus?
    private var body = ByteBuffer()

    init(_ promise: EventLoopPromise<ClientError>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = head.status
        case .body(var part):
            if let piece = part.readSlice(length: min(part.readableBytes, Self.longestBody - body.readableBytes)) {
                body.writeImmutableBuffer(piece)
            }
        case .end:
            complete()
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { complete() }
    func handlerRemoved(context: ChannelHandlerContext) { complete() }

    private func complete() {
        guard let promise else { return }
        self.promise = nil
        guard let status, status != .switchingProtocols else {
            promise.succeed(.invalidAnswer("the WebSocket upgrade was not confirmed"))
            return
        }
        promise.succeed(.http(status: Int(status.code), body: Data(body.readableBytesView)))
    }
}
