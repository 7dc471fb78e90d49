import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOWebSocket
import ScriptedServer
import Testing

@testable import WebSockets

@Suite("A WebSocket to another server", .timeLimit(.minutes(1)))
struct WebSocketTests {
    private func options(_ adjust: (inout WebSocket.Options) -> Void = { _ in }) -> WebSocket.Options {
        var options = WebSocket.Options()
        options.connectTimeout = .seconds(5)
        adjust(&options)
        return options
    }

    /// The texts that come, until the close frame.
    private func texts(_ url: URL, options: WebSocket.Options? = nil) async throws -> [String] {
        try await WebSocket.run(url, options: options ?? self.options()) { inbound, _ in
            var texts: [String] = []
            for try await message in inbound { texts.append(String(decoding: message.data, as: UTF8.self)) }
            return texts
        }
    }

    private func failure(_ url: URL, options: WebSocket.Options? = nil) async throws -> WebSocketError {
        let error = await #expect(throws: WebSocketError.self) { try await texts(url, options: options) }
        return try #require(error)
    }

    @Test("Messages go both ways whole and in order, with the headers; leaving the closure closes with 1000")
    func messages() async throws {
        let (closes, closed) = AsyncStream.makeStream(of: UInt16?.self)
        try await ScriptedServer.run { peer, frames in
            #expect(peer.request.headers["x-key"] == ["secret"])
            #expect(peer.request.uri == "/base/path?a=b%2B")
            while let message = try await frames.next() {
                var data = message.unmaskedData
                if message.opcode == .connectionClose {
                    closed.yield(data.readInteger())
                    try await peer.close(1000, "")
                    continue
                }
                // In two fragments, with a ping between them.
                let bytes = Data(data.readableBytesView)
                try await peer.send(message.opcode, bytes.prefix(1), fin: false)
                try await peer.send(.ping, Data("p".utf8))
                try await peer.send(.continuation, bytes.dropFirst())
                #expect(try await frames.next()?.opcode == .pong)
            }
            closed.finish()
        } body: { url in
            let url = try #require(URL(string: url.absoluteString + "/path?a=b%2B"))
            try await WebSocket.run(url, headers: [("x-key", "secret")]) { inbound, outbound in
                var replies = inbound.makeAsyncIterator()
                for index in 0..<20 {
                    let message = WebSocketMessage(Data("message \(index)".utf8), isText: index.isMultiple(of: 2))
                    try await outbound.send(message)
                    #expect(try await replies.next() == message)
                }
            }
            var codes = closes.makeAsyncIterator()
            #expect(await codes.next() == 1000)
        }
    }

    @Test("The sequence ends with the server's close frame, whose code and reason are kept")
    func close() async throws {
        try await ScriptedServer.run { peer, frames in
            try await peer.send(["a": 1])
            try await peer.close(1008, "Too slow")
            while try await frames.next() != nil {}
        } body: { url in
            try await WebSocket.run(url) { inbound, outbound in
                var count = 0
                for try await _ in inbound { count += 1 }
                #expect(count == 1)
                #expect(inbound.close == WebSocketClose(code: 1008, reason: "Too slow"))
                await #expect(throws: WebSocketError.lost("the connection is closed")) {
                    try await outbound.send(WebSocketMessage(Data()))
                }
            }
        }
    }

    @Test("A connection that ends without a close frame is lost")
    func lost() async throws {
        try await ScriptedServer.run { peer, _ in
            try await peer.send(["a": 1])
        } body: { url in
            let error = try await failure(url)
            #expect(error == .lost("the server closed the connection"))
        }
    }

    @Test("Messages over the limit end it, in one frame or in many", arguments: [1, 8])
    func tooLarge(fragments: Int) async throws {
        try await ScriptedServer.run { peer, frames in
            for index in 0..<fragments {
                try await peer.send(
                    index == 0 ? .text : .continuation, Data(count: 1100 / fragments), fin: index == fragments - 1)
            }
            while try await frames.next() != nil {}
        } body: { url in
            let limited = options { $0.maximumMessageSize = 1000 }
            let error = try await failure(url, options: limited)
            #expect(error == .messageTooLarge(limit: 1000))
        }
    }

    @Test("A server that says nothing any more is gone after two pings")
    func silence() async throws {
        try await ScriptedServer.run { peer, frames in
            // Reads no more than the ping, and so answers nothing.
            _ = try await frames.next()
            try await peer.channel.closeFuture.get()
        } body: { url in
            guard
                case .lost(let reason) = try await failure(
                    url, options: options { $0.keepAliveInterval = .milliseconds(50) })
            else {
                Issue.record("not lost")
                return
            }
            #expect(reason.contains("sent nothing"))
        }
    }

    @Test("A refusal has its status, headers and body")
    func refusal() async throws {
        try await ScriptedServer.run(refusal: (.tooManyRequests, "slow down"), refusalHeaders: [("Retry-After", "3")]) {
            _, _ in
        } body: { url in
            guard case .refused(let refusal) = try await failure(url) else {
                Issue.record("not refused")
                return
            }
            #expect(refusal.status == 429 && refusal.headers.first(name: "retry-after") == "3")
            #expect(String(buffer: refusal.body) == "slow down")
        }
    }

    @Test("Cancelling ends the closure, and the connection")
    func cancellation() async throws {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.run { peer, frames in
            try await peer.send(["a": 1])
            while try await frames.next() != nil {}
            end.finish()
        } body: { url in
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await WebSocket.run(url) { inbound, _ in
                    for try await _ in inbound { begin.yield() }
                    try Task.checkCancellation()
                }
            }
            for await _ in begun { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            for await _ in ended {}
        }
    }

    @Test("What is not read is not taken from the socket without end")
    func backPressure() async throws {
        try await ScriptedServer.run { peer, frames in
            for index in 0..<400 { try await peer.send(.text, Data(repeating: UInt8(index & 127), count: 1 << 16)) }
            try await peer.close(1000, "")
            while try await frames.next() != nil {}
        } body: { url in
            let limited = options { $0.inboundBuffer = 4 }
            try await WebSocket.run(url, options: limited) { inbound, _ in
                var count = 0
                for try await message in inbound {
                    #expect(message.data.first == UInt8(count & 127))
                    count += 1
                }
                #expect(count == 400)
            }
        }
    }

    @Test("Certificates are checked, and a server without TLS is no secure one")
    func tls() async throws {
        try await ScriptedServer.run(tls: TestCertificate.serverContext()) { _, _ in
        } body: { url in
            guard case .tls = try await failure(url) else {
                Issue.record("not refused for its certificate")
                return
            }
        }
        try await ScriptedServer.run { _, _ in
        } body: { url in
            let secure = try #require(URL(string: url.absoluteString.replacing("http:", with: "https:")))
            guard case .tls = try await failure(secure) else {
                Issue.record("not refused for its lack of TLS")
                return
            }
        }
    }
}
