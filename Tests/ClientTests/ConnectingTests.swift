import Client
import ConvAI
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import ScriptedServer
import Testing

@Suite("Failing to connect", .timeLimit(.minutes(1)))
struct ConnectingTests {
    func connect(_ url: String, timeout: Duration = .seconds(5), apiKey: String? = nil) async -> ClientError? {
        guard let url = URL(string: url) else { return nil }
        var options = ConversationOptions()
        options.connectTimeout = timeout
        do {
            _ = try await AgentConversation.connect(url: url, agentID: "a", apiKey: apiKey, options: options)
            return nil
        } catch {
            return error as? ClientError
        }
    }

    /// A port of the loopback that takes connections and treats them as `body` says.
    func listening(_ body: @escaping @Sendable (any Channel) throws -> Void, run: (Int) async -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try body(channel) } }
            .bind(host: "127.0.0.1", port: 0).get()
        await run(server.localAddress?.port ?? 0)
        try await server.close()
    }

    @Test("Refused: host, port and reason")
    func refused() async throws {
        // Port 1 has no service; a port that was free a moment ago may have one by now.
        #expect(
            await connect("http://127.0.0.1:1")
                == .unreachable(host: "127.0.0.1", port: 1, reason: "Connection refused"))
    }

    @Test("Other schemes and missing hosts are invalid, and the error keeps a signature to itself")
    func invalid() async throws {
        #expect(await connect("ftp://host?conversation_signature=s3cret") == .invalidURL("ftp://host"))
        #expect(await connect("http:///path") == .invalidURL("http:///path"))
    }

    @Test(
        "A refused upgrade gives the HTTP status and the message in its body",
        arguments: [
            (#"{"detail":{"status":"not_found","message":"No such agent."}}"#, "No such agent."),
            (#"{"detail":[{"loc":["query","agent_id"],"msg":"Field required"}]}"#, "query.agent_id: Field required"),
            ("plain text\nmore", "plain text"),
        ])
    func httpStatus(body: String, message: String) async throws {
        try await ScriptedServer.run(refusal: (.notFound, body)) { _, _ in
        } body: { url in
            #expect(await connect(url.absoluteString, apiKey: "s3cret") == .http(status: 404, message: message))
        }
    }

    @Test("A server that never answers times out, before and after the upgrade")
    func timeouts() async throws {
        try await listening({ _ in }) { port in
            guard case .timedOut = await connect("http://127.0.0.1:\(port)", timeout: .milliseconds(100)) else {
                Issue.record("no time-out")
                return
            }
        }
        try await ScriptedServer.run { _, frames in
            while try await frames.next() != nil {}
        } body: { url in
            #expect(
                await connect(url.absoluteString, timeout: .milliseconds(300))
                    == .timedOut("the server's first message"))
        }
    }

    @Test("What does not speak HTTP is named so; a connection that is closed at once too")
    func noHTTP() async throws {
        try await listening({ channel in
            channel.writeAndFlush(ByteBuffer(string: "220 mail.example.org ESMTP\r\n\r\n"), promise: nil)
        }) { port in
            #expect(
                await connect("http://127.0.0.1:\(port)") == .invalidAnswer("127.0.0.1:\(port) does not speak HTTP"))
        }
        try await listening({ $0.close(promise: nil) }) { port in
            guard case .unreachable = await connect("http://127.0.0.1:\(port)") else {
                Issue.record("not unreachable")
                return
            }
        }
    }

    @Test("A close before the metadata is thrown with code and reason")
    func rejected() async throws {
        try await ScriptedServer.run { peer, frames in
            try await peer.close(1008, "Missing required dynamic variables in first message: {'name'}")
            while try await frames.next() != nil {}
        } body: { url in
            let expected = ConversationEnd(
                initiator: .server, code: 1008, reason: "Missing required dynamic variables in first message: {'name'}")
            #expect(await connect(url.absoluteString) == .ended(expected))
        }
    }

    @Test("Cancelling while connecting throws CancellationError and leaves no connection")
    func cancellation() async throws {
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.run { _, frames in
            _ = try await frames.message()
            continuation.yield()
            while try await frames.next() != nil {}
            continuation.finish()
        } body: { url in
            let connecting = Task { try await AgentConversation.connect(url: url, agentID: "a") }
            var iterator = ended.makeAsyncIterator()
            _ = await iterator.next()
            connecting.cancel()
            await #expect(throws: CancellationError.self) { try await connecting.value }
            #expect(await iterator.next() == nil)
        }
    }
}
