import ConvAI
import Foundation
import JSON
import NIOCore
import NIOFoundationCompat
import NIOWebSocket

/// One conversation on its event loop: turns frames into events, and messages into frames.
///
/// Pings are answered here and not by the reader of the events, so that a slow reader does not look like a slow
/// network.
final class ConversationHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = ClientMessage
    typealias OutboundOut = WebSocketFrame

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

    /// How the conversation ended, set once by what ends it first; nil before.
    private var end: ConversationEnd?
    private var lastError: ErrorMessage?
    private var sentClose = false
    private var isPaused = false
    private var heldRead = false
    private var heardSincePing = true
    private var keepAlive: RepeatedTask?
    private var closeTimeout: Scheduled<Void>?
    private var runningTools: [Int: Task<Void, Never>] = [:]
    private var nextToolID = 0

    init(
        options: ConversationOptions, tools: [String: ClientTool], events: Events.Source,
        metadata: EventLoopPromise<ConversationMetadata>, ended: EventLoopPromise<ConversationEnd>
    ) {
        self.options = options
        self.tools = tools
        self.events = events
        self.metadata = metadata
        self.ended = ended
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let interval = TimeAmount(options.keepAliveInterval)
        keepAlive = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let (handler, context) = bound.value
            handler.keepAlive(context: context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finishLater(initiator: .connection, code: nil, reason: Self.describe(error))
        context.close(promise: nil)
    }

    private func finishLater(initiator: ConversationEnd.Initiator, code: Int?, reason: String) {
        if end == nil { end = ConversationEnd(initiator: initiator, code: code, reason: reason, error: lastError) }
    }

    private func finish() {
        guard let keepAlive else { return }
        keepAlive.cancel()
        self.keepAlive = nil
        closeTimeout?.cancel()
        for task in runningTools.values { task.cancel() }
        runningTools = [:]
        finishLater(initiator: .connection, code: nil, reason: "the connection was lost")
        guard let end else { return }
        _ = events.yield(.ended(end))
        events.finish()
        metadata.fail(ClientError.ended(end))
        ended.succeed(end)
    }

    private func keepAlive(context: ChannelHandlerContext) {
        // While this client has paused reading, nothing can arrive.
        guard heardSincePing || isPaused else {
            finishLater(
                initiator: .connection, code: nil,
                reason: "the server sent nothing for \(options.keepAliveInterval.formatted())")
            context.close(promise: nil)
            return
        }
        heardSincePing = false
        send(.ping, ByteBuffer(), context: context)
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        heardSincePing = true
        switch frame.opcode {
        case .text, .binary: receive(Data(buffer: frame.unmaskedData), context: context)
        case .ping: send(.pong, frame.unmaskedData, context: context)
        case .connectionClose: receiveClose(frame.unmaskedData, context: context)
        default: break
        }
    }

    private func receive(_ bytes: Data, context: ChannelHandlerContext) {
        let now = ContinuousClock.now
        let message: ServerMessage
        do {
            message = try ServerMessage(frame: bytes)
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

    private func receiveClose(_ payload: ByteBuffer, context: ChannelHandlerContext) {
        var payload = payload
        let code = payload.readInteger(as: UInt16.self)
        let reason = String(buffer: payload)
        finishLater(initiator: .server, code: code.map(Int.init), reason: reason)
        guard !sentClose else {
            context.close(promise: nil)
            return
        }
        sentClose = true
        var answer = ByteBuffer()
        if let code { answer.writeInteger(code) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        send(.connectionClose, answer, context: context).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func yield(_ event: ConversationEvent) {
        if case .stopProducing = events.yield(event) { isPaused = true }
    }

    func read(context: ChannelHandlerContext) {
        if isPaused { heldRead = true } else { context.read() }
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !sentClose else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        context.write(wrapOutboundOut(Self.frame(.text, Self.buffer(unwrapOutboundIn(data)))), promise: promise)
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
        case .end: close(context: context)
        case .toolFinished(let id): runningTools[id] = nil
        }
    }

    private func close(context: ChannelHandlerContext) {
        guard !sentClose else { return }
        sentClose = true
        finishLater(initiator: .client, code: 1000, reason: "User ended conversation")
        var payload = ByteBuffer()
        payload.write(webSocketErrorCode: .normalClosure)
        payload.writeString("User ended conversation")
        send(.connectionClose, payload, context: context)
        // The server's close frame must be read even when nobody reads the events any more.
        isPaused = false
        if heldRead {
            heldRead = false
            context.read()
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        closeTimeout = context.eventLoop.scheduleTask(in: TimeAmount(options.closeTimeout)) {
            bound.value.close(promise: nil)
        }
    }

    private func send(_ message: ClientMessage, context: ChannelHandlerContext) {
        send(.text, Self.buffer(message), context: context)
    }

    @discardableResult
    private func send(
        _ opcode: WebSocketOpcode, _ data: ByteBuffer, context: ChannelHandlerContext
    ) -> EventLoopFuture<Void> {
        context.writeAndFlush(wrapOutboundOut(Self.frame(opcode, data)))
    }

    private static func buffer(_ message: ClientMessage) -> ByteBuffer { ByteBuffer(data: message.json.data) }

    /// RFC 6455 requires every frame of a client to be masked.
    private static func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    }

    // MARK: Tools

    private func run(_ call: ClientToolCall, context: ChannelHandlerContext) {
        guard let tool = tools[call.name] else {
            // The same message as the JavaScript client's.
            refuse(call, "Client tool with name \(call.name) is not defined on client", context: context)
            return
        }
        guard runningTools.count < options.maximumRunningTools else {
            refuse(call, "Too many client tools are running", context: context)
            return
        }
        let (id, channel) = (nextToolID, context.channel)
        nextToolID += 1
        runningTools[id] = Task {
            let result: ClientToolResult
            do {
                result = ClientToolResult(callID: call.callID, result: try await tool(call.parameters))
            } catch {
                result = ClientToolResult(
                    callID: call.callID, result: .string("\(error)"), isError: true, errorType: "external_client")
            }
            if call.expectsResponse, !Task.isCancelled {
                channel.writeAndFlush(ClientMessage.clientToolResult(result), promise: nil)
            }
            channel.triggerUserOutboundEvent(Command.toolFinished(id: id), promise: nil)
        }
    }

    private func refuse(_ call: ClientToolCall, _ reason: String, context: ChannelHandlerContext) {
        send(
            .clientToolResult(
                ClientToolResult(
                    callID: call.callID, result: .string(reason), isError: true, errorType: "external_client")),
            context: context)
    }

    // MARK: Errors

    private static func describe(_ error: any Error) -> String {
        switch error {
        case is NIOWebSocketError: "the server broke the WebSocket protocol: \(error)"
        case NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge: "a message of the server is too large"
        case is NIOWebSocketFrameAggregator.Error: "the server broke the WebSocket protocol: \(error)"
        case let error as IOError: "the connection was lost: \(String(cString: strerror(error.errnoCode)))"
        default: "the connection was lost: \(error)"
        }
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
