import Foundation
import NIOCore
import NIOPosix

/// A TCP connection whose every byte a test decides.
package final class RawSocket {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var buffer = ByteBuffer()
    package let channel: any Channel

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ channel: any Channel
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.channel = channel
    }

    /// - Parameter outlivesServer: Whether it may still be written to when the server sends nothing more.
    package static func connect<Result>(
        to port: Int, host: String = "127.0.0.1", outlivesServer: Bool = false,
        _ body: (RawSocket) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: outlivesServer)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawSocket(inbound, outbound, channel.channel))
        }
    }

    package func write(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
    package func write(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Sends nothing more, but goes on reading.
    package func finishWriting() async throws { try await channel.close(mode: .output).get() }

    /// Exactly `count` bytes; nil when the connection ended before.
    package func read(_ count: Int) async throws -> [UInt8]? {
        while buffer.readableBytes < count {
            guard try await fill() else { return nil }
        }
        return buffer.readBytes(length: count)
    }

    /// Everything up to and with `mark`; everything there is when the connection ended before.
    package func read(through mark: String) async throws -> String {
        while true {
            let text = String(buffer: buffer)
            if let range = text.range(of: mark) {
                let found = String(text[..<range.upperBound])
                buffer.moveReaderIndex(forwardBy: found.utf8.count)
                return found
            }
            guard try await fill() else {
                buffer.clear()
                return text
            }
        }
    }

    package func readToEnd() async throws -> String {
        while try await fill() {}
        return buffer.readString(length: buffer.readableBytes) ?? ""
    }

    private func fill() async throws -> Bool {
        do {
            guard var more = try await inbound.next() else { return false }
            buffer.discardReadBytes()
            buffer.writeBuffer(&more)
            return true
        } catch is IOError {
            return false
        }
    }
}

/// The client's side of a WebSocket, able to do everything wrong.
package final class TestWebSocket {
    package let socket: RawSocket
    /// The whole head of the server's answer.
    package let handshake: String

    package enum Frame: Equatable {
        case text(String)
        case ping
        case pong([UInt8])
        case close(code: Int, reason: String)
        case other(UInt8)
    }

    private init(_ socket: RawSocket, handshake: String) {
        self.socket = socket
        self.handshake = handshake
    }

    /// - Parameter host: The `Host` header; nil leaves it to `headers`.
    package static func connect<Result>(
        to port: Int, _ path: String, host: String? = "127.0.0.1", headers: [String] = [],
        outlivesServer: Bool = false,
        _ body: (TestWebSocket) async throws -> Result
    ) async throws -> Result {
        try await RawSocket.connect(to: port, outlivesServer: outlivesServer) { socket in
            let lines =
                ["GET \(path) HTTP/1.1"] + (host.map { ["Host: \($0):\(port)"] } ?? []) + [
                    "Connection: Upgrade", "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ] + headers
            try await socket.write(lines.joined(separator: "\r\n") + "\r\n\r\n")
            return try await body(TestWebSocket(socket, handshake: try await socket.read(through: "\r\n\r\n")))
        }
    }

    package func header(_ name: String) -> String? {
        handshake.split(separator: "\r\n").lazy.map { $0.split(separator: ":", maxSplits: 1) }
            .first { $0.count == 2 && $0[0].lowercased() == name.lowercased() }
            .map { $0[1].trimmingCharacters(in: .whitespaces) }
    }

    package func send(
        _ payload: [UInt8], opcode: UInt8 = 1, isFinal: Bool = true, isMasked: Bool = true, reserved: UInt8 = 0
    ) async throws {
        try await socket.write(
            Self.head(payload.count, opcode: opcode, isFinal: isFinal, isMasked: isMasked, reserved: reserved)
                + (isMasked ? Self.masked(payload) : payload))
    }

    /// A payload as it stands in a frame of a client.
    package static func masked(_ payload: [UInt8]) -> [UInt8] {
        payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    private static let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

    package static func head(
        _ size: Int, opcode: UInt8, isFinal: Bool = true, isMasked: Bool = true, reserved: UInt8 = 0
    ) -> [UInt8] {
        var head = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        let bit: UInt8 = isMasked ? 0x80 : 0
        switch size {
        case ...125: head.append(bit | UInt8(size))
        case ...65535: head += [bit | 126, UInt8(size >> 8), UInt8(size & 255)]
        default: head += [bit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * $0)) }
        }
        return head + (isMasked ? mask : [])
    }

    /// The next frame; nil when the connection has ended.
    package func receive() async throws -> Frame? {
        guard let head = try await socket.read(2) else { return nil }
        var size = Int(head[1] & 0x7F)
        if size >= 126 {
            guard let bytes = try await socket.read(size == 126 ? 2 : 8) else { return nil }
            size = bytes.reduce(0) { $0 << 8 | Int($1) }
        }
        guard let payload = try await socket.read(size) else { return nil }
        switch head[0] & 0x0F {
        case 1: return .text(String(decoding: payload, as: UTF8.self))
        case 8:
            let code = payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : 1005
            return .close(code: code, reason: String(decoding: payload.dropFirst(2), as: UTF8.self))
        case 9: return .ping
        case 10: return .pong(payload)
        case let other: return .other(other)
        }
    }

    /// Skips to the close frame; nil when the connection ends without one.
    package func receiveClose() async throws -> (code: Int, reason: String)? {
        while let frame = try await receive() {
            if case .close(let code, let reason) = frame { return (code, reason) }
        }
        return nil
    }
}
