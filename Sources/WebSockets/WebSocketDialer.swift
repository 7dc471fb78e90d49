import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// Opens WebSockets: connects, encrypts and upgrades.
package struct WebSocketDialer: Sendable {
    private let options: WebSocket.Options

    /// The outcome of the upgrade.
    private enum Upgrade<Open: Sendable>: Sendable {
        case open(Open)
        case refused(EventLoopFuture<WebSocketError>)
    }

    private struct OpeningChannel<Open: Sendable>: Sendable {
        let channel: any Channel
        let upgrade: EventLoopFuture<Upgrade<Open>>
    }

    /// Creates a dialer for WebSockets with these options.
    package init(_ options: WebSocket.Options) { self.options = options }

    /// Opens a WebSocket.
    ///
    /// - Parameters:
    ///   - deadline: The deadline for the whole opening.
    ///   - attach: Adds `WebSocket.handlers` to the channel once it is a WebSocket, on its event loop, and makes the
    ///     result.
    /// - Throws: `WebSocketError`; `CancellationError`, after which the connection is closed.
    package func open<Open: Sendable>(
        _ address: WebSocketAddress, headers: [(String, String)], deadline: NIODeadline,
        attach: @escaping @Sendable (any Channel) throws -> Open
    ) async throws -> Open {
        let security = try address.isSecure ? tls() : nil
        let opening: OpeningChannel<Open>
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
                            upgradeConfiguration: upgrade(address, headers: headers, attach: attach))
                        // A server may send its first message together with its answer to the upgrade.
                        configuration.leftOverBytesStrategy = .forwardBytes
                        return OpeningChannel(
                            channel: channel,
                            upgrade: try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                                configuration: configuration))
                    }
                }
        } catch {
            throw Self.describe(error, address: address)
        }
        return try await withTaskCancellationHandler {
            do {
                switch try await opening.upgrade.get(until: deadline, "no answer to the WebSocket upgrade") {
                case .open(let opened): return opened
                case .refused(let refusal): throw try await refusal.get(until: deadline, "the end of a refusal")
                }
            } catch {
                opening.channel.close(promise: nil)
                try Task.checkCancellation()
                throw Self.describe(error, address: address)
            }
        } onCancel: {
            opening.channel.close(promise: nil)
        }
    }

    private func upgrade<Open: Sendable>(
        _ address: WebSocketAddress, headers: [(String, String)],
        attach: @escaping @Sendable (any Channel) throws -> Open
    ) -> NIOTypedHTTPClientUpgradeConfiguration<Upgrade<Open>> {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.requestTarget)
        head.headers.add(name: "Host", value: address.authority)
        head.headers.add(name: "Content-Length", value: "0")
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        // NIO's handler of errors would close the channel first, and nobody would learn why.
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgrade<Open>>(
            maxFrameSize: options.maximumMessageSize, enableAutomaticErrorHandling: false
        ) { channel, _ in
            channel.eventLoop.makeCompletedFuture { .open(try attach(channel)) }
        }
        return NIOTypedHTTPClientUpgradeConfiguration(upgradeRequestHead: head, upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture {
                let promise = channel.eventLoop.makePromise(of: WebSocketError.self)
                try channel.pipeline.syncOperations.addHandler(RefusalHandler(promise))
                return .refused(promise.futureResult)
            }
        }
    }

    private func tls() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let file = options.trustedCertificates { configuration.trustRoots = .file(file) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw WebSocketError.tls("the trusted certificates cannot be read: \(error)")
        }
    }

    private static func describe(_ error: any Error, address: WebSocketAddress) -> any Error {
        func unreachable(_ reason: String) -> WebSocketError {
            .unreachable(host: address.host, port: address.port, reason: reason)
        }
        if let reason = TLSFailure.reason(of: error) { return WebSocketError.tls(reason) }
        switch error {
        case is WebSocketError, is CancellationError: return error
        case let error as NIOConnectionError:
            if error.dnsAError != nil || error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
                return unreachable("no such host")
            }
            return error.connectionErrors.first.map { describe($0.error, address: address) }
                ?? unreachable("no address")
        case let error as IOError: return unreachable(String(cString: strerror(error.errnoCode)))
        case ChannelError.connectTimeout:
            return WebSocketError.timedOut("the connection to \(address.host):\(address.port)")
        case is HTTPParserError:
            return WebSocketError.invalidAnswer("\(address.host):\(address.port) does not speak HTTP")
        case is ChannelError: return unreachable("the server closed the connection")
        default: return unreachable("\(error)")
        }
    }
}

extension EventLoopFuture where Value: Sendable {
    /// The future's value.
    ///
    /// - Throws: the future's error, or `WebSocketError.timedOut`.
    package func get(until deadline: NIODeadline, _ what: String) async throws -> Value {
        let promise = eventLoop.makePromise(of: Value.self)
        cascade(to: promise)
        let timeout = eventLoop.scheduleTask(deadline: deadline) { promise.fail(WebSocketError.timedOut(what)) }
        defer { timeout.cancel() }
        return try await promise.futureResult.get()
    }
}

/// Collects the HTTP answer of a server that refuses the upgrade.
private final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    /// Most bytes of the body that are kept.
    private static let longestBody = 16 << 10

    private var promise: EventLoopPromise<WebSocketError>?
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()

    init(_ promise: EventLoopPromise<WebSocketError>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
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
        guard let head, head.status != .switchingProtocols else {
            promise.succeed(.invalidAnswer("the WebSocket upgrade was not confirmed"))
            return
        }
        promise.succeed(
            .refused(WebSocketRefusal(status: Int(head.status.code), headers: head.headers, body: body)))
    }
}
