import ConvAI
import Foundation
import NIOCore
import WebSockets

/// An open WebSocket with its handler.
struct Connection: Sendable {
    let channel: any Channel
    let openedAt: ContinuousClock.Instant
    let events: ConversationHandler.Events
    let ended: EventLoopFuture<ConversationEnd>
    let metadata: EventLoopFuture<ConversationMetadata>
    let deadline: NIODeadline

    /// Connects, encrypts, upgrades and sends the initiation.
    ///
    /// - Throws: `ClientError`; `CancellationError`.
    static func open(
        _ address: ServerURL, headers: [(String, String)], initiation: ConversationInitiation,
        tools: [String: ClientTool], options: ConversationOptions
    ) async throws -> Connection {
        let deadline = NIODeadline.now() + TimeAmount(options.connectTimeout)
        do {
            let connection = try await WebSocketDialer(options.socket).open(
                address.address, headers: headers, deadline: deadline
            ) { channel in
                try attach(to: channel, tools: tools, options: options, deadline: deadline)
            }
            // If this fails, the end of the conversation reports it.
            connection.channel.writeAndFlush(ClientMessage.initiation(initiation), promise: nil)
            return connection
        } catch let error as WebSocketError {
            throw ClientError(error)
        }
    }

    /// Waits for the server's first message.
    ///
    /// - Throws: `ClientError`; `CancellationError`.
    func waitForMetadata() async throws -> ConversationMetadata {
        let channel = channel
        return try await withTaskCancellationHandler {
            do {
                return try await metadata.get(until: deadline, "the server's first message")
            } catch {
                try Task.checkCancellation()
                throw (error as? WebSocketError).map(ClientError.init) ?? error
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// Adds the conversation's handler to a channel that has become a WebSocket. Runs on the channel's event loop.
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
        let close = CloseBox()
        try channel.pipeline.syncOperations.addHandlers(
            WebSocket.handlers(options.socket, close) + [
                ConversationHandler(
                    options: options, tools: tools, events: events.source, metadata: metadata, ended: ended,
                    close: close)
            ])
        return Connection(
            channel: channel, openedAt: .now, events: events.sequence, ended: ended.futureResult,
            metadata: metadata.futureResult, deadline: deadline)
    }
}

extension ConversationOptions {
    /// The options of the conversation's WebSocket.
    fileprivate var socket: WebSocket.Options {
        var socket = WebSocket.Options()
        socket.connectTimeout = connectTimeout
        socket.closeTimeout = closeTimeout
        socket.closeReason = ConversationHandler.reason
        socket.keepAliveInterval = keepAliveInterval
        socket.maximumMessageSize = maximumMessageSize
        socket.trustedCertificates = trustedCertificates
        return socket
    }
}

extension ClientError {
    /// Translates an error of opening a WebSocket for applications.
    init(_ error: WebSocketError) {
        self =
            switch error {
            case .invalidURL(let url): .invalidURL(url)
            case .unreachable(let host, let port, let reason): .unreachable(host: host, port: port, reason: reason)
            case .tls(let reason): .tls(reason)
            case .refused(let refusal): .http(status: refusal.status, body: Data(refusal.body.readableBytesView))
            case .timedOut(let what): .timedOut(what)
            case .invalidAnswer(let what), .lost(let what): .invalidAnswer(what)
            case .messageTooLarge(let limit): .invalidAnswer("a message of more than \(limit) bytes")
            }
    }
}
