import ConvAI
import JSON
import NIOCore
import NIOEmbedded
import NIOWebSocket
import Synchronization
import Testing
import WebSockets

@testable import Client

@Suite("Back-pressure", .timeLimit(.minutes(1)))
struct BackPressureTests {
    /// Counts how often the socket is asked for more.
    private final class ReadCounter: ChannelOutboundHandler, Sendable {
        typealias OutboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame
        let reads = Atomic(0)

        func read(context: ChannelHandlerContext) {
            reads.add(1, ordering: .relaxed)
            context.read()
        }
    }

    @Test("With a full buffer of events the socket is not read, and again once they were taken")
    func reading() async throws {
        let channel = NIOAsyncTestingChannel()
        let counter = ReadCounter()
        var options = ConversationOptions()
        options.eventBuffer = 8
        let events = NIOAsyncSequenceProducer.makeSequence(
            elementType: ConversationEvent.self,
            backPressureStrategy: NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(
                lowWatermark: 2, highWatermark: 8),
            finishOnDeinit: true, delegate: EventDemand(channel: channel))
        let metadata = channel.eventLoop.makePromise(of: ConversationMetadata.self)
        let ended = channel.eventLoop.makePromise(of: ConversationEnd.self)
        let source = events.source
        try await channel.testingEventLoop.executeInContext { [options] in
            let close = CloseBox()
            let handler = ConversationHandler(
                options: options, tools: [:], events: source, metadata: metadata, ended: ended, close: close)
            try channel.pipeline.syncOperations.addHandlers(
                [counter] + WebSocket.handlers(WebSocket.Options(), close) + [handler])
        }
        let frame = WebSocketFrame(
            fin: true, opcode: .text, data: ByteBuffer(bytes: ServerMessage.vadScore(0.5).json.data))
        for _ in 0..<8 { try await channel.writeInbound(frame) }
        let before = counter.reads.load(ordering: .relaxed)
        channel.read()
        await channel.testingEventLoop.run()
        #expect(counter.reads.load(ordering: .relaxed) == before)

        let iterator = events.sequence.makeAsyncIterator()
        for _ in 0..<8 { _ = await iterator.next() }
        await channel.testingEventLoop.run()
        #expect(counter.reads.load(ordering: .relaxed) == before + 1)
        _ = try await channel.finish()
        #expect(try await ended.futureResult.get().initiator == .connection)
    }
}
