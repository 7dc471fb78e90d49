import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server on loopback whose answers a test decides, byte by byte.
package final class ScriptedHTTPServer: Sendable {
    package enum Step: Sendable {
        case head(Int = 200, contentType: String = "text/event-stream", headers: [String: String] = [:])
        case write(String)
        case bytes([UInt8])
        /// Writes what a test sends, until it ends; without an element it only waits.
        case each(AsyncStream<String>)
        /// Ends the answer as HTTP does.
        case end
        /// Closes the connection, in whatever state the answer is.
        case drop
        /// Says nothing more until the client has closed the connection.
        case hang
    }

    package struct Request: Sendable {
        package var head: HTTPRequestHead
        package var body: String
    }

    private struct State {
        var requests: [Request] = []
        var connectionCount = 0
    }

    package let port: Int
    /// An element for each request that has been read.
    package let arrivals: AsyncStream<Request>
    /// An element for each connection that the client closed while it hung.
    package let hangUps: AsyncStream<Void>
    private let arrived: AsyncStream<Request>.Continuation
    private let hungUp: AsyncStream<Void>.Continuation
    private let state = Mutex(State())
    private let answer: @Sendable (Request) -> [Step]

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    package var requests: [Request] { state.withLock(\.requests) }
    package var connectionCount: Int { state.withLock(\.connectionCount) }
    package var url: String { isSecure ? "https://localhost:\(port)/v1" : "http://127.0.0.1:\(port)/v1" }
    private let isSecure: Bool

    private init(port: Int, isSecure: Bool, answer: @escaping @Sendable (Request) -> [Step]) {
        self.port = port
        self.isSecure = isSecure
        self.answer = answer
        (arrivals, arrived) = AsyncStream.makeStream()
        (hangUps, hungUp) = AsyncStream.makeStream()
    }

    /// Answers each request with the next of `scripts`, and with 500 when there is none left.
    package static func run(
        _ scripts: [Step]..., tls: NIOSSLContext? = nil, drips: Bool = false,
        body: (ScriptedHTTPServer) async throws -> Void
    ) async throws {
        let rest = Mutex(scripts)
        try await run(tls: tls, drips: drips) { _ in
            rest.withLock { $0.isEmpty ? [.head(500), .end] : $0.removeFirst() }
        } body: {
            try await body($0)
        }
    }

    /// Answers each request with what `answer` makes of it.
    ///
    /// - Parameters:
    ///   - admits: Whether a client with these certificates may connect; nil where TLS decides.
    ///   - drips: Whether each byte of an answer is sent by itself.
    package static func run(
        tls: NIOSSLContext? = nil, admits: (@Sendable ([NIOSSLCertificate]) -> Bool)? = nil, drips: Bool = false,
        _ answer: @escaping @Sendable (Request) -> [Step],
        body: (ScriptedHTTPServer) async throws -> Void
    ) async throws {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Nothing is read before somebody serves the connection.
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if drips { try channel.pipeline.syncOperations.addHandler(DripHandler()) }
                    if let tls, let admits {
                        let handler = NIOSSLServerHandler(context: tls) { certificates, promise in
                            promise.succeed(admits(certificates) ? .certificateVerified : .failed)
                        }
                        try channel.pipeline.syncOperations.addHandler(handler)
                    } else if let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    // Not as an asynchronous channel yet: one that nobody takes any more, at the end of a test, would
                    // end the process.
                    return channel
                }
            }
        let server = ScriptedHTTPServer(
            port: listener.channel.localAddress?.port ?? 0, isSecure: tls != nil, answer: answer)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                do {
                    try await listener.executeThenClose { connections in
                        try await withThrowingDiscardingTaskGroup { group in
                            for try await connection in connections {
                                group.addTask { try? await server.serve(connection) }
                            }
                        }
                    }
                } catch is CancellationError {
                    // The end of the test.
                }
            }
            try await body(server)
            group.cancelAll()
        }
    }

    private func serve(_ channel: any Channel) async throws {
        state.withLock { $0.connectionCount += 1 }
        let connection = try await channel.eventLoop.submit {
            try Connection(wrappingChannelSynchronously: channel)
        }.get()
        try await connection.executeThenClose { inbound, outbound in
            try await channel.setOption(.autoRead, value: true).get()
            var (head, body): (HTTPRequestHead?, String) = (nil, "")
            var parts = inbound.makeAsyncIterator()
            while let part = try await parts.next() {
                switch part {
                case .head(let received): (head, body) = (received, "")
                case .body(let buffer): body += String(buffer: buffer)
                case .end:
                    guard let head else { return }
                    let request = Request(head: head, body: body)
                    state.withLock { $0.requests.append(request) }
                    arrived.yield(request)
                    for step in answer(request) {
                        switch step {
                        case .head(let status, let type, let more):
                            var headers: HTTPHeaders = ["content-type": type]
                            // An answer without a body has no end that could be told.
                            headers.add(
                                name: head.method == .HEAD ? "content-length" : "transfer-encoding",
                                value: head.method == .HEAD ? "0" : "chunked")
                            headers.add(contentsOf: more.map { ($0.key, $0.value) })
                            try await outbound.write(
                                .head(
                                    HTTPResponseHead(
                                        version: .http1_1, status: .init(statusCode: status), headers: headers)))
                        case .write where head.method == .HEAD, .bytes where head.method == .HEAD: break
                        case .write(let text): try await outbound.write(.body(.byteBuffer(ByteBuffer(string: text))))
                        case .bytes(let bytes): try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
                        case .each(let pieces):
                            for await piece in pieces {
                                try await outbound.write(.body(.byteBuffer(ByteBuffer(string: piece))))
                            }
                        case .end: try await outbound.write(.end(nil))
                        case .drop: return
                        case .hang:
                            while let _ = try? await parts.next() {}
                            if !Task.isCancelled { hungUp.yield() }
                            return
                        }
                    }
                }
            }
        }
    }
}
