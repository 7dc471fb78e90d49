import Foundation
import Logging
import Metrics
import NIOCore
import Synchronization
import Telemetry

/// Counts connections, in all and for each address. A plain value, so that it can be tested without sockets.
struct ConnectionCounts: Sendable {
    /// Why a connection is not let in.
    enum Refusal: String, CaseIterable, Sendable {
        /// The server has as many as it can hold.
        case full
        /// The client's address has as many as a single address may have.
        case tooManyFromAddress = "address"
        /// Too many are being refused at the moment for this one to get an answer.
        case unanswered
    }

    let limits: ServerLimits
    private(set) var open = 0
    private(set) var refused = 0
    private var byAddress: [String: Int] = [:]

    init(limits: ServerLimits) { self.limits = limits }

    /// Counts a connection, which must be given back with `leave`; returns nil when it is let in.
    mutating func enter(_ address: ConnectionAddress) -> Refusal? {
        let most = address.isLoopback ? limits.connectionsFromLoopback : limits.connectionsPerAddress
        let refusal: Refusal? =
            if open >= limits.connections {
                .full
            } else if byAddress[address.key, default: 0] >= most {
                .tooManyFromAddress
            } else {
                nil
            }
        guard let refusal else {
            open += 1
            byAddress[address.key, default: 0] += 1
            return nil
        }
        refused += 1
        return refused > limits.refusals ? .unanswered : refusal
    }

    /// Gives back a connection that has ended, whether it was let in or refused.
    mutating func leave(_ address: ConnectionAddress, wasRefused: Bool) {
        guard !wasRefused else {
            refused -= 1
            return
        }
        open -= 1
        let left = byAddress[address.key, default: 0] - 1
        byAddress[address.key] = left > 0 ? left : nil
    }
}

/// What counts as one client: an IPv4 address, or the 64-bit prefix of an IPv6 address, which one subscriber has.
struct ConnectionAddress: Sendable, Hashable {
    let key: String
    let isLoopback: Bool

    init(_ address: SocketAddress?) {
        let bytes = Self.bytes(of: address)
        // On a dual-stack socket an IPv4 client is ::ffff:a.b.c.d.
        let isMapped = bytes.count == 16 && bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        if bytes.count == 4 || isMapped {
            let v4 = bytes.suffix(4)
            key = v4.map { "\($0)" }.joined(separator: ".")
            isLoopback = v4.first == 127
        } else {
            key = bytes.prefix(8).map { "\($0)" }.joined(separator: ":")
            isLoopback = bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 }
        }
    }

    /// The bytes of the address in network order; empty for what is no IP address.
    static func bytes(of address: SocketAddress?) -> [UInt8] {
        switch address {
        case .v4(let ip): withUnsafeBytes(of: ip.address.sin_addr.s_addr) { Array($0) }
        case .v6(let ip): withUnsafeBytes(of: ip.address.sin6_addr) { Array($0) }
        default: []
        }
    }
}

/// Lets connections in or refuses them, before anything is set up for them.
final class ConnectionGate: Sendable {
    private struct State {
        var counts: ConnectionCounts
        var lastReport: ContinuousClock.Instant?
    }

    private let state: Mutex<State>
    private let instruments: ServerInstruments
    private let logger: Logger

    /// At most one line in this time tells that connections are refused.
    private static let reportInterval = Duration.seconds(60)

    init(limits: ServerLimits, instruments: ServerInstruments, logger: Logger) {
        self.instruments = instruments
        state = Mutex(State(counts: ConnectionCounts(limits: limits)))
        self.logger = logger
    }

    /// Nil when the connection is let in; its place is given back when it closes.
    func admit(_ channel: any Channel) -> ConnectionCounts.Refusal? {
        let address = ConnectionAddress(channel.remoteAddress)
        let (refusal, isDue, open) = state.withLock { state in
            let refusal = state.counts.enter(address)
            let now = ContinuousClock.now
            let isDue = refusal != nil && state.lastReport.map { now - $0 > Self.reportInterval } ?? true
            if isDue { state.lastReport = now }
            return (refusal, isDue, state.counts.open)
        }
        if let refusal {
            instruments.connectionsRefused.increment(refusal)
        } else {
            instruments.connections.increment()
        }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { $0.counts.leave(address, wasRefused: refusal != nil) }
            if refusal == nil { instruments.connections.decrement() }
        }
        if let refusal, isDue {
            logger.warning(
                "Connections are refused.",
                metadata: ["reason": "\(refusal)", "client": "\(address.key)", "open": "\(open)"])
        }
        return refusal
    }
}

/// Answers a refused connection, whatever it asks, and closes it.
final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let refusal: ConnectionCounts.Refusal
    private let timeout: TimeAmount
    private var left: Int
    private var timer: Scheduled<Void>?

    init(_ refusal: ConnectionCounts.Refusal, limits: ServerLimits) {
        self.refusal = refusal
        timeout = TimeAmount(limits.closeTimeout)
        left = limits.headersSize
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        if let answer {
            timer = context.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).whenSuccess {
                // Only the output is closed: the request may still be on its way, and a reset would destroy the answer.
                channel.close(mode: .output, promise: nil)
            }
        } else {
            context.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= unwrapInboundIn(data).readableBytes
        if left < 0 { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    private var answer: String? {
        let (status, code, message): (String, String, String)
        switch refusal {
        case .unanswered: return nil
        case .full:
            (status, code, message) = (
                "503 Service Unavailable", "too_many_connections",
                "The server has reached its limit of connections. Try again later."
            )
        case .tooManyFromAddress:
            (status, code, message) = (
                "429 Too Many Requests", "too_many_connections_from_address",
                "Your address has reached its limit of connections. Close some, or try again later."
            )
        }
        let body = """
            {"detail":{"type":"rate_limit_error","code":"\(code)","status":"\(code)","message":"\(message)"}}
            """
        return """
            HTTP/1.1 \(status)\r\ncontent-type: application/json; charset=utf-8\r\nretry-after: 1\r\n\
            connection: close\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)
            """
    }
}
