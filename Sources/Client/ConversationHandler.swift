import ConvAI
import Foundation
import JSON
import NIOCore
import WebSockets

/// One conversation on its event loop: turns the WebSocket's messages into events, and messages of the protocol into the
/// WebSocket's.
///
/// Pings of the protocol are answered here and not by the reader of the events, so that a slow reader does not look like
/// a slow network.
final class ConversationHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundIn = ClientMessage
    typealias OutboundOut = WebSocketMessage

    /// Commands to the handler, sent as outbound events of the channel.
    enum Command: Sendable {
        /// The reader of the events has caught up.
        case resumeReading
        case end
        case toolFinished(id: Int)
    }

    typealias Events = NIOAsyncSequenceProducer<
        ConversationEvent, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, EventDemand
    >

    private let options: ConversationOptions
    private let tools: [String: ClientTool]
    private let events: Events.Source
    private let metadata: EventLoopPromise<ConversationMetadata>
    private let ended: EventLoopPromise<ConversationEnd>
    private let close: CloseBox

    /// How the conversation ended, set once by what ends it first; nil before.
    private var end: ConversationEnd?
    private var lastError: ErrorMessage?
    private var isOver = false
    private var isPaused = false
    private var heldRead = false
    private var runningTools: [Int: Task<Void, Never>] = [:]
    private var nextToolID = 0

    init(
        options: ConversationOptions, tools: [String: ClientTool], events: Events.Source,
        metadata: EventLoopPromise<ConversationMetadata>, ended: EventLoopPromise<ConversationEnd>, close: CloseBox
    ) {
        self.options = options
        self.tools = tools
        self.events = events
        self.metadata = metadata
        self.ended = ended
        self.close = close
    }

    // MARK: Life

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Whoever reports an error closes the channel.
        finishLater(initiator: .connection, code: nil, reason: Self.describe(error))
    }

    private func finishLater(initiator: ConversationEnd.Initiator, code: Int?, reason: String) {
        if end == nil { end = ConversationEnd(initiator: initiator, code: code, reason: reason, error: lastError) }
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        for task in runningTools.values { task.cancel() }
        runningTools = [:]
        if let close = close.close {
            finishLater(initiator: .server, code: close.code, reason: close.reason)
        }
        finishLater(initiator: .connection, code: nil, reason: "the connection was lost")
        guard let end else { return }
        _ = events.yield(.ended(end))
        events.finish()
        metadata.fail(ClientError.ended(end))
        ended.succeed(end)
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = ContinuousClock.now
        let message: ServerMessage
        do {
            message = try ServerMessage(frame: unwrapInboundIn(data).data)
        } catch {
            yield(.unreadable(error.description))
            return
        }
        switch message {
        case .initiationMetadata(let value): metadata.succeed(value)
        case .ping(let eventID, _): send(.pong(eventID: eventID), context: context)
        case .clientToolCall(let call): run(call, context: context)
        case .error(let error), .clientError(let error): lastError = error
        default: break
        }
        yield(.message(message, receivedAt: now))
    }

    private func yield(_ event: ConversationEvent) {
        if case .stopProducing = events.yield(event) { isPaused = true }
    }

    func read(context: ChannelHandlerContext) {
        if isPaused { heldRead = true } else { context.read() }
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(wrapOutboundOut(Self.message(unwrapOutboundIn(data))), promise: promise)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let command = event as? Command else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
        switch command {
        case .resumeReading:
            isPaused = false
            if heldRead {
                heldRead = false
                context.read()
            }
        case .end:
            finishLater(initiator: .client, code: 1000, reason: Self.reason)
            context.close(promise: nil)
        case .toolFinished(let id): runningTools[id] = nil
        }
    }

    private func send(_ message: ClientMessage, context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(Self.message(message)), promise: nil)
    }

    private static func message(_ message: ClientMessage) -> WebSocketMessage { WebSocketMessage(message.json.data) }

    /// The reason of a conversation that this side ends, as official clients give it.
    static let reason = "User ended conversation"

    // MARK: Tools

    private func run(_ call: ClientToolCall, context: ChannelHandlerContext) {
        guard let tool = tools[call.name] else {
            // The same message as the JavaScript client's.
            let reason = "Client tool with name \(call.name) is not defined on client"
            return send(.clientToolResult(call.failure(reason)), context: context)
        }
        guard runningTools.count < options.maximumRunningTools else {
            return send(.clientToolResult(call.failure("Too many client tools are running")), context: context)
        }
        let (id, channel) = (nextToolID, context.channel)
        nextToolID += 1
        runningTools[id] = Task {
            let result: ClientToolResult
            do {
                result = ClientToolResult(callID: call.callID, result: try await tool(call.parameters))
            } catch {
                result = call.failure("\(error)")
            }
            if call.expectsResponse, !Task.isCancelled {
                channel.writeAndFlush(ClientMessage.clientToolResult(result), promise: nil)
            }
            channel.triggerUserOutboundEvent(Command.toolFinished(id: id), promise: nil)
        }
    }

    // MARK: Errors

    private static func describe(_ error: any Error) -> String {
        switch error as? WebSocketError {
        case .messageTooLarge: "a message of the server is too large"
        case .lost(let reason): "the connection was lost: \(reason)"
        default: "the connection was lost: \(error)"
        }
    }
}

extension ClientToolCall {
    /// The result of a call that failed.
    fileprivate func failure(_ reason: String) -> ClientToolResult {
        ClientToolResult(callID: callID, result: .string(reason), isError: true, errorType: "external_client")
    }
}

/// Tells the handler that the reader wants more events.
struct EventDemand: NIOAsyncSequenceProducerDelegate {
    let channel: any Channel

    func produceMore() {
        channel.triggerUserOutboundEvent(ConversationHandler.Command.resumeReading, promise: nil)
    }

    /// Nobody reads the events any more, but the conversation goes on until `end()`.
    func didTerminate() { produceMore() }
}
