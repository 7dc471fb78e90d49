import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import TestSupport

/// A server on a real socket of the loopback whose side of the conversation is written by the test.
package struct ScriptedServer: Sendable {
    /// The other side of one WebSocket.
    package struct Peer: Sendable {
        package let request: HTTPRequestHead
        package let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
        package let channel: any Channel

        package func send(_ message: JSONValue) async throws { try await send(.text, Data(message.data)) }

        package func send(_ opcode: WebSocketOpcode, _ data: Data, fin: Bool = true) async throws {
            try await outbound.write(WebSocketFrame(fin: fin, opcode: opcode, data: ByteBuffer(bytes: data)))
        }

        package func close(_ code: UInt16, _ reason: String) async throws {
            var payload = ByteBuffer()
            payload.writeInteger(code)
            payload.writeString(reason)
            try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: payload))
        }

        package func sendMetadata() async throws {
            try await send([
                "type": "conversation_initiation_metadata",
                "conversation_initiation_metadata_event": [
                    "conversation_id": "conv_1", "agent_output_audio_format": "pcm_16000",
                    "user_input_audio_format": "pcm_16000",
                ],
            ])
        }
    }

    /// Frames that the client sends, in order.
    package struct Frames {
        var iterator: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator

        package mutating func next() async throws -> WebSocketFrame? { try await iterator.next() }

        /// The next JSON message; nil when the connection ended.
        package mutating func message() async throws -> JSONValue? {
            while let frame = try await next() {
                if frame.opcode == .text {
                    guard frame.maskKey != nil else { throw ScriptError.unmasked }
                    return try JSONValue(parsing: Data(frame.unmaskedData.readableBytesView))
                }
                if frame.opcode == .connectionClose { return nil }
            }
            return nil
        }
    }

    package enum ScriptError: Error { case unmasked }

    private enum Upgrade: Sendable {
        case webSocket(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, HTTPRequestHead)
        case http(NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>)
    }

    /// Runs `script` for each WebSocket that is opened while `body` runs, and returns what `body` does.
    ///
    /// - Parameters:
    ///   - refusal: the HTTP answer instead of an upgrade.
    ///   - refusalHeaders: of that answer.
    ///   - answersUpgrades: whether there is any answer.
    ///   - drips: whether each byte is sent by itself.
    package static func run<Result: Sendable>(
        tls: NIOSSLContext? = nil, refusal: (HTTPResponseStatus, String)? = nil,
        refusalHeaders: [(String, String)] = [], answersUpgrades: Bool = true, drips: Bool = false,
        script: @escaping @Sendable (Peer, inout Frames) async throws -> Void,
        body: @escaping @Sendable (URL) async throws -> Result
    ) async throws -> Result {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if drips { try channel.pipeline.syncOperations.addHandler(DripHandler()) }
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    return try upgrade(channel, refuses: refusal != nil, answers: answersUpgrades)
                }
            }
        let port = server.channel.localAddress?.port ?? 0
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.executeThenClose { clients in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await client in clients {
                            group.addTask {
                                // The end of a script is the end of its connection, however it comes.
                                try? await serve(client, refusal: refusal, headers: refusalHeaders, script: script)
                            }
                        }
                    }
                }
            }
            guard let url = URL(string: "\(tls == nil ? "http" : "https")://localhost:\(port)/base") else {
                throw URLError(.badURL)
            }
            let result = try await body(url)
            group.cancelAll()
            return result
        }
    }

    private static func upgrade(
        _ channel: any Channel, refuses: Bool, answers: Bool
    ) throws -> EventLoopFuture<Upgrade> {
        let upgrader = NIOTypedWebSocketServerUpgrader<Upgrade>(
            maxFrameSize: 1 << 24,
            shouldUpgrade: { channel, _ in
                guard answers else {
                    // Never completed while the connection stands.
                    return channel.closeFuture.map { nil }
                }
                return channel.eventLoop.makeSucceededFuture(refuses ? nil : HTTPHeaders())
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    .webSocket(try NIOAsyncChannel(wrappingChannelSynchronously: channel), head)
                }
            })
        return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: .init(
                upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ResponseBytes())
                        return .http(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
                    }
                }))
    }

    private static func serve(
        _ client: EventLoopFuture<Upgrade>, refusal: (HTTPResponseStatus, String)?, headers more: [(String, String)],
        script: @Sendable (Peer, inout Frames) async throws -> Void
    ) async throws {
        // A client that gave up during the handshake is part of some tests.
        guard let upgrade = try? await client.get() else { return }
        switch upgrade {
        case .webSocket(let channel, let head):
            try await channel.executeThenClose { inbound, outbound in
                let iterator = inbound.makeAsyncIterator()
                var frames = Frames(iterator: iterator)
                try await script(
                    Peer(request: head, outbound: outbound, channel: channel.channel), &frames)
            }
        case .http(let channel):
            try await channel.executeThenClose { inbound, outbound in
                for try await part in inbound {
                    guard case .end = part, let (status, body) = refusal else { continue }
                    let headers = HTTPHeaders([("Content-Length", "\(body.utf8.count)")] + more)
                    try await outbound.write(
                        .head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
                    try await outbound.write(.body(ByteBuffer(string: body)))
                    try await outbound.write(.end(nil))
                }
            }
        }
    }
}

/// Lets answers be written as byte buffers, which can be sent across tasks.
private final class ResponseBytes: ChannelOutboundHandler {
    typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
    typealias OutboundOut = HTTPServerResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part: HTTPServerResponsePart =
            switch unwrapOutboundIn(data) {
            case .head(let head): .head(head)
            case .body(let bytes): .body(.byteBuffer(bytes))
            case .end(let trailers): .end(trailers)
            }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}
