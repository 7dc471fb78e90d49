import Agents
import Conversation
import Foundation
import JSON
import Logging
import SQLiteStore
import Server
import ServiceLifecycle
import TestSupport
import Testing

@Suite("The conversation WebSocket", .timeLimit(.minutes(1)))
struct WebSocketTests {
    private static func path(_ agent: String, _ more: String = "") -> String {
        "/v1/convai/conversation?agent_id=\(agent)\(more)"
    }

    // MARK: Handshake

    @Test(
        "selects convai when it is offered and nothing otherwise",
        arguments: [
            (nil, nil), ("convai", "convai"), ("convai, bearer.abc", "convai"), ("bearer.abc,convai", "convai"),
            ("graphql-ws", nil),
        ] as [(String?, String?)])
    func subprotocol(offered: String?, selected: String?) async throws {
        try await withServer { server in
            let headers = offered.map { ["Sec-WebSocket-Protocol: \($0)"] } ?? []
            let path = Self.path(try await server.makeAgent())
            try await TestWebSocket.connect(to: server.port, path, headers: headers) { socket in
                #expect(socket.handshake.hasPrefix("HTTP/1.1 101 "))
                #expect(socket.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                #expect(socket.header("Sec-WebSocket-Protocol") == selected)
            }
        }
    }

    @Test("declines compression")
    func noCompression() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(
                to: server.port, Self.path(try await server.makeAgent()),
                headers: ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
            ) { socket in
                #expect(socket.header("Sec-WebSocket-Extensions") == nil)
                let frame = try await socket.receive()
                #expect(frame != nil)
            }
        }
    }

    @Test("an unknown path is not upgraded but answered with a JSON 404")
    func unknownPath() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, "/v1/convai/nothing") { socket in
                #expect(socket.handshake.hasPrefix("HTTP/1.1 404 "))
                #expect(socket.header("Content-Type")?.hasPrefix("application/json") == true)
            }
        }
    }

    @Test("an offer to upgrade to something else does not disturb a request", arguments: ["GET", "POST"])
    func otherUpgrade(method: String) async throws {
        try await withServer { server in
            let body = method == "GET" ? "" : #"{"conversation_config":{}}"#
            let path = method == "GET" ? "/v1/convai/agents" : "/v1/convai/agents/create"
            try await RawSocket.connect(to: server.port) { socket in
                let lines = [
                    "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA", "Content-Type: application/json",
                    "Content-Length: \(body.utf8.count)",
                ]
                try await socket.write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
                let answer = try await socket.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test("a plain GET is told to upgrade")
    func plainGet() async throws {
        try await withServer { server in
            let answer = try await server.send("GET", "/v1/convai/conversation?agent_id=x")
            #expect(answer.status == 426)
            #expect(answer.json["detail"]?["code"] == "upgrade_required")
        }
    }

    // MARK: Calls

    @Test("starts without an initiation, and takes text and binary frames alike")
    func textAndBinary() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                let first = try await socket.message()
                #expect(first?["type"] == "conversation_initiation_metadata")
                try await socket.send(#"{"type":"user_message","text":"in text"}"#)
                #expect(try await socket.message()?.value(at: "agent_response_event", "agent_response") == "in text")
                try await socket.send(Array(#"{"type":"user_message","text":"in bytes"}"#.utf8), opcode: 2)
                #expect(try await socket.message()?.value(at: "agent_response_event", "agent_response") == "in bytes")
            }
        }
    }

    @Test("joins fragments, with a ping answered between them")
    func fragments() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                _ = try await socket.receive()
                let bytes = Array(#"{"type":"user_message","text":"grüß dich"}"#.utf8)
                // The cut goes through a character of two bytes.
                let cut = try #require(bytes.firstIndex { $0 >= 0x80 }) + 1
                try await socket.send(Array(bytes[..<10]), isFinal: false)
                try await socket.send([1, 2, 3], opcode: 9)
                try await socket.send(Array(bytes[10..<cut]), opcode: 0, isFinal: false)
                try await socket.send(Array(bytes[cut...]), opcode: 0)
                #expect(try await socket.receive() == .pong([1, 2, 3]))
                #expect(try await socket.message()?.value(at: "agent_response_event", "agent_response") == "grüß dich")
            }
        }
    }

    @Test("two clients of one agent hear only their own call")
    func isolation() async throws {
        try await withServer { server in
            let path = Self.path(try await server.makeAgent())
            try await TestWebSocket.connect(to: server.port, path) { first in
                let firstID = try await first.conversationID()
                try await TestWebSocket.connect(to: server.port, path) { second in
                    #expect(try await second.conversationID() != firstID)
                    #expect(
                        try await server.send("GET", "/v1/convai/analytics/live-count").json["count"] == 2)
                    let calls = try await server.send("GET", "/v1/parley/calls").json["calls"]?.arrayValue
                    #expect(calls?.first?["conversation_id"]?.stringValue == firstID && calls?.count == 2)
                    #expect(calls?.allSatisfy { $0["client_address"] == "127.0.0.1" } == true)
                    try await second.send("no JSON")
                    #expect(try await second.receiveClose()?.code == 1008)
                }
                try await first.send(#"{"type":"user_message","text":"still here"}"#)
                #expect(try await first.message()?.value(at: "agent_response_event", "agent_response") == "still here")
            }
        }
    }

    @Test("a call's ending closes the WebSocket with its code and reason")
    func ending() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                _ = try await socket.receive()
                try await socket.send(#"{"type":"user_message","text":"bye"}"#)
                #expect(try await socket.receive() == .close(code: 1000, reason: "The agent ended the call."))
                try await socket.send([0x03, 0xE8], opcode: 8)
                #expect(try await socket.receive() == nil)
            }
        }
    }

    @Test("answers a client's close with its code and ends the call")
    func clientCloses() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                _ = try await socket.receive()
                try await socket.send([0x03, 0xE8] + Array("User ended conversation".utf8), opcode: 8)
                #expect(try await socket.receiveClose()?.code == 1000)
                #expect(try await socket.receive() == nil)
            }
            try await server.waitForCalls(0)
        }
    }

    @Test("a client that vanishes ends its call at once")
    func vanishing() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                _ = try await socket.receive()
                try await server.waitForCalls(1)
            }
            try await server.waitForCalls(0)
        }
    }

    // MARK: What is wrong

    @Test(
        "frames that cannot be understood close with 1008 and the reason",
        arguments: [
            ("{", "not valid JSON"), ("[]", "not a JSON object"), (#"{"text":"x"}"#, "type"),
            (#"{"user_audio_chunk":"%%%"}"#, "invalid base64"), (#"{"type":"pong","event_id":"1"}"#, "event_id"),
        ])
    func undecodable(frame: String, reason: String) async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                try await socket.send(frame)
                let close = try await socket.receiveClose()
                #expect(close?.code == 1008)
                #expect(close?.reason.contains(reason) == true)
            }
        }
    }

    @Test("a message that is too long closes with 1009, in one frame or in many", arguments: [true, false])
    func tooLong(inOneFrame: Bool) async throws {
        var limits = ServerLimits()
        limits.messageSize = 1000
        try await withServer(limits: limits) { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                if inOneFrame {
                    try await socket.socket.write(TestWebSocket.head(100_000_000, opcode: 1))
                    // The server may have gone before all of it is written.
                    try? await socket.socket.write([UInt8](repeating: 0, count: 100_000))
                } else {
                    try await socket.send([UInt8](repeating: 0x20, count: 800), isFinal: false)
                    try await socket.send([UInt8](repeating: 0x20, count: 800), opcode: 0)
                }
                let close = try await socket.receiveClose()
                #expect(close?.code == 1009)
                #expect(close?.reason == "The message is longer than 1000 bytes.")
                // After a frame that cannot be read the client's close frame cannot be either: it need not wait.
                if inOneFrame { #expect(try await socket.receive() == nil) }
            }
        }
    }

    @Test("the call learns why the client was thrown out")
    func violation() async throws {
        let calls = RecordingCalls()
        try await withServer(handler: calls) { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                try await socket.send([0x7B, 0xFF, 0x7D])
                #expect(try await socket.receiveClose()?.code == 1007)
            }
            let error = try #require(await calls.error.first { _ in true } as? LineViolation)
            #expect(error.code == 1007 && error.reason == "A text message is not valid UTF-8.")
        }
    }

    @Test("text that is not UTF-8 closes with 1007")
    func invalidText() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                try await socket.send([0x7B, 0xFF, 0x7D])
                let close = try await socket.receiveClose()
                #expect(close?.code == 1007)
            }
        }
    }

    @Test("breaches of the protocol close with 1002 and say which", arguments: Breach.allCases)
    func breaches(breach: Breach) async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                switch breach {
                case .unmasked: try await socket.send([0x7B, 0x7D], isMasked: false)
                case .reservedBits: try await socket.send([0x7B, 0x7D], reserved: 4)
                case .strayContinuation: try await socket.send([0x7B, 0x7D], opcode: 0)
                case .interleaved:
                    try await socket.send([0x7B], isFinal: false)
                    try await socket.send([0x7D])
                case .fragmentedPing: try await socket.send([], opcode: 9, isFinal: false)
                case .longPing: try await socket.send([UInt8](repeating: 0, count: 126), opcode: 9)
                case .unknownOpcode: try await socket.send([], opcode: 3)
                case .longLength: try await socket.socket.write([0x81, 0xFE, 0, 2, 0, 0, 0, 0, 0x7B, 0x7D])
                }
                let close = try await socket.receiveClose()
                #expect(close?.code == 1002)
                #expect(close?.reason.isEmpty == false)
            }
        }
    }

    enum Breach: CaseIterable {
        case unmasked, reservedBits, strayContinuation, interleaved, fragmentedPing, longPing, unknownOpcode, longLength
    }

    @Test("a client that never reads is cut off, and the next one is served")
    func neverReading() async throws {
        var limits = ServerLimits()
        limits.stalledWriteTimeout = .milliseconds(200)
        try await withServer(limits: limits, handler: FloodingCalls()) { server in
            let path = Self.path(try await server.makeAgent())
            try await TestWebSocket.connect(to: server.port, path) { socket in
                // Nothing is read: the socket's buffers fill, then the server gives up.
                try await server.waitForCalls(1)
                try await server.waitForCalls(0)
                _ = socket
            }
            #expect(try await server.send("GET", "/health/live").status == 200)
        }
    }

    @Test("a request whose answer is never read is cut off")
    func neverReadingRequest() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: Identifier.make("web"))
        defer { try? FileManager.default.removeItem(at: root) }
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try Data(count: 64 << 20).write(to: root.appending(path: "index.html"))
        var limits = ServerLimits()
        limits.slowReaderTimeout = .milliseconds(200)
        try await withServer(limits: limits, webRoot: root) { server in
            try await RawSocket.connect(to: server.port) { socket in
                try await socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                // The kernel's buffers fill, nothing is read, and the server gives up with most of it unsent.
                while !server.log.text.contains("Failed to read/write to Channel") { await Task.yield() }
                let received = try await socket.readToEnd()
                #expect(received.utf8.count < 64 << 20)
            }
        }
    }

    @Test("a silent client is asked for a sign of life and closed without one")
    func silence() async throws {
        var limits = ServerLimits()
        limits.webSocketIdleTimeout = .seconds(1)
        try await withServer(limits: limits) { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                var frames: [TestWebSocket.Frame] = []
                while let frame = try await socket.receive() { frames.append(frame) }
                #expect(frames.filter { $0 == .ping }.count == 1)
            }
        }
    }

    @Test("a connection that sends no request is closed")
    func noRequest() async throws {
        var limits = ServerLimits()
        limits.handshakeTimeout = .seconds(1)
        try await withServer(limits: limits) { server in
            try await RawSocket.connect(to: server.port) { socket in
                try await socket.write("GET /v1")
                #expect(try await socket.readToEnd().isEmpty)
            }
        }
    }

    // MARK: Refusals

    @Test("what cannot be had is upgraded, explained twice, and closed with 1008 and the reason")
    func refusals() async throws {
        var limits = ServerLimits()
        limits.calls = 1
        try await withServer(limits: limits) { server in
            let busy = "All lines are busy: too many calls at the same time. Try again later."
            let agent = try await server.makeAgent()
            try await TestWebSocket.expectRefusal(server.port, "/v1/convai/conversation", "The URL has no agent_id.")
            try await TestWebSocket.expectRefusal(
                server.port, Self.path("agent_x"), "There is no agent agent_x here.")
            try await TestWebSocket.connect(to: server.port, Self.path(agent)) { socket in
                _ = try await socket.receive()
                try await TestWebSocket.expectRefusal(
                    server.port, Self.path(agent), busy)
            }
            try await server.waitForCalls(0)
            let limited = try await server.makeAgent([
                "conversation_config": [:], "platform_settings": ["call_limits": ["agent_concurrency_limit": 0]],
            ])
            try await TestWebSocket.expectRefusal(server.port, Self.path(limited), busy)
        }
    }

    // MARK: Shutting down

    @Test("when the server shuts down a call goes on to its own end, and nobody new is let in")
    func drain() async throws {
        try await withServer { server in
            let path = Self.path(try await server.makeAgent())
            try await TestWebSocket.connect(to: server.port, path) { socket in
                _ = try await socket.receive()
                try await RawSocket.connect(to: server.port) { silent in
                    await server.group.triggerGracefulShutdown()
                    // A connection that has not asked for anything yet is closed.
                    let answer = try await silent.readToEnd()
                    #expect(answer.isEmpty)
                }
                await #expect(throws: (any Error).self) { try await RawSocket.connect(to: server.port) { _ in } }
                try await socket.send(#"{"type":"user_message","text":"still there?"}"#)
                let answer = try await socket.message()
                #expect(answer?.value(at: "agent_response_event", "agent_response") == "still there?")
                try await socket.send(#"{"type":"user_message","text":"bye"}"#)
                #expect(try await socket.receive() == .close(code: 1000, reason: "The agent ended the call."))
            }
        }
    }

    @Test("a call that does not end by itself is told so and cancelled when the drain is over")
    func drainTimeout() async throws {
        var limits = ServerLimits()
        limits.drainTimeout = .milliseconds(50)
        try await withServer(limits: limits, handler: StubbornCalls()) { server in
            try await TestWebSocket.connect(to: server.port, Self.path(try await server.makeAgent())) { socket in
                _ = try await socket.receive()
                await server.group.triggerGracefulShutdown()
                #expect(try await socket.receive() == .close(code: 1001, reason: "The server is shutting down."))
            }
        }
    }

    @Test("a server whose task is cancelled ends its calls at once, and says so")
    func cancellation() async throws {
        var limits = ServerLimits()
        limits.drainTimeout = .seconds(3600)
        limits.closeTimeout = .seconds(3600)
        let log = MemoryLog()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let storage = try SQLiteStorage.temporary()
        let server = ParleyServer(
            configuration: ServerConfiguration(port: 0, limits: limits), storage: storage,
            recordings: RecordingFolder(storage.directory.appending(path: "recordings")),
            catalog: ModelCatalog(voices: [], languageModels: [], transcribers: []), callHandler: StubbornCalls(),
            engines: { throw CancellationError() }, onListening: { port.yield($0) },
            logger: Logger(label: "test") { _ in log.handler })
        let path = Self.path(try await storage.insert(["conversation_config": [:]]))
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server)], logger: Logger(label: "test") { _ in log.handler })
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await group.run() }
            let port = try #require(await ports.first { _ in true })
            try await TestWebSocket.connect(to: port, path) { socket in
                _ = try await socket.receive()
                await group.triggerGracefulShutdown()
                while !log.text.contains("may end by themselves") { await Task.yield() }
                tasks.cancelAll()
                #expect(try await socket.receive() == .close(code: 1001, reason: "The server is shutting down."))
            }
        }
    }

    // MARK: Sizes

    @Test("half a minute of audio in one message is taken; so is one in as many frames as are allowed, and no more")
    func largeMessages() async throws {
        try await withServer { server in
            let path = Self.path(try await server.makeAgent())
            let audio = Data(repeating: 1, count: 30 * 16_000 * 2).base64EncodedString()
            let message = Array(#"{"user_audio_chunk":"\#(audio)"}"#.utf8)
            #expect(message.count > 1_280_000)
            let frames = ServerLimits().messageFrames
            try await TestWebSocket.connect(to: server.port, path) { socket in
                _ = try await socket.receive()
                try await socket.send(message)
                #expect(try await socket.message()?.value(at: "audio_event", "audio_base_64")?.stringValue == audio)
                var fragments: [UInt8] = []
                let size = (message.count + frames - 1) / frames
                for index in 0..<frames {
                    let piece = Array(
                        message[min(message.count, index * size)..<min(message.count, (index + 1) * size)])
                    fragments += TestWebSocket.head(
                        piece.count, opcode: index == 0 ? 1 : 0, isFinal: index == frames - 1)
                    fragments += TestWebSocket.masked(piece)
                }
                try await socket.socket.write(fragments)
                #expect(try await socket.message()?.value(at: "audio_event", "audio_base_64")?.stringValue == audio)
                var bytes = TestWebSocket.head(1, opcode: 1, isFinal: false) + TestWebSocket.masked([0x7B])
                for _ in 0..<100_000 {
                    bytes += TestWebSocket.head(1, opcode: 0, isFinal: false) + TestWebSocket.masked([0x20])
                }
                try? await socket.socket.write(bytes)
                let close = try await socket.receiveClose()
                #expect(close?.code == 1009)
                #expect(close?.reason == "The message has more than \(frames) frames.")
            }
        }
    }
}
