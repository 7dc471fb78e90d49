import Agents
import Conversation
import Foundation
import JSON
import Server
import TestSupport
import Testing

@Suite("Clients that break the conversation WebSocket", .timeLimit(.minutes(1)))
struct WebSocketFaultTests {
    @Test(
        "frames that cannot be understood close with 1008 and the reason",
        arguments: [
            ("{", "not valid JSON"), ("[]", "not a JSON object"), (#"{"text":"x"}"#, "type"),
            (#"{"user_audio_chunk":"%%%"}"#, "invalid base64"), (#"{"type":"pong","event_id":"1"}"#, "event_id"),
        ])
    func undecodable(frame: String, reason: String) async throws {
        try await withServer { server in
            try await server.dial { socket in
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
            try await server.dial { socket in
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
            try await server.dial { socket in
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
            try await server.dial { socket in
                try await socket.send([0x7B, 0xFF, 0x7D])
                let close = try await socket.receiveClose()
                #expect(close?.code == 1007)
            }
        }
    }

    @Test("breaches of the protocol close with 1002 and say which", arguments: Breach.allCases)
    func breaches(breach: Breach) async throws {
        try await withServer { server in
            try await server.dial { socket in
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
            let path = TestServer.path(try await server.makeAgent())
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
            try await server.dial { socket in
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

    @Test("half a minute of audio in one message is taken; so is one in as many frames as are allowed, and no more")
    func largeMessages() async throws {
        try await withServer { server in
            let path = TestServer.path(try await server.makeAgent())
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
