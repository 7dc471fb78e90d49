import Foundation
import JSON
import Server
import TestSupport
import Testing

/// Bytes that no client should send, over a real connection: each connection ends as the protocol says or goes on, and
/// the server serves the next one.
@Suite("The WebSocket takes anything", .timeLimit(.minutes(1)))
struct FrameFuzzTests {
    static let frames = [
        #"{"user_audio_chunk":"AAECAwQ="}"#, #"{"type":"user_message","text":"hello"}"#,
        #"{"type":"pong","event_id":1}"#, #"{"type":"client_tool_result","tool_call_id":"a","result":{"b":[1]}}"#,
        #"{"type":"conversation_initiation_client_data","conversation_config_override":{"agent":{}}}"#,
    ].map { Array($0.utf8) }

    /// Close codes that tell a client what it did.
    static let codes: Set = [1000, 1002, 1007, 1008, 1009]

    @Test("random bytes after the handshake", arguments: [1, 2, 3] as [UInt64])
    func randomBytes(seed: UInt64) async throws {
        try await fuzz(seed: seed) { generator in
            (0..<Int.random(in: 1...400, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
    }

    @Test("frames with bytes changed, taken out, doubled and cut off", arguments: [4, 5, 6] as [UInt64])
    func mutated(seed: UInt64) async throws {
        try await fuzz(seed: seed) { generator in
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let payload = Self.frames.randomElement(using: &generator) ?? []
                // Every opcode, control frames and reserved ones too.
                let opcode = UInt8.random(in: 0...15, using: &generator)
                bytes += TestWebSocket.head(
                    payload.count, opcode: Bool.random(using: &generator) ? 1 : opcode,
                    isFinal: Int.random(in: 0..<4, using: &generator) > 0)
                bytes += TestWebSocket.masked(payload)
            }
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let end = Int.random(in: place...min(bytes.count, place + 8), using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
                case 2: bytes.removeSubrange(place..<min(end, bytes.count - 1))
                default: bytes.removeLast(min(bytes.count - 1, end - place))
                }
            }
            return bytes
        }
    }

    private func fuzz(
        seed: UInt64, _ make: @Sendable (inout SeededGenerator) -> [UInt8]
    ) async throws {
        try await withServer { server in
            let path = "/v1/convai/conversation?agent_id=\(try await server.makeAgent())"
            var generator = SeededGenerator(state: seed)
            for _ in 0..<60 {
                let bytes = make(&generator)
                try await TestWebSocket.connect(to: server.port, path) { socket in
                    try await socket.socket.write(bytes)
                    // Ends what is still open; after a cut-off frame it is a part of that frame. The server may have
                    // closed the connection by now.
                    try? await socket.socket.write(TestWebSocket.head(0, opcode: 8))
                    try? await socket.socket.finishWriting()
                    if let close = try await socket.receiveClose() {
                        #expect(Self.codes.contains(close.code) || (3000...4999).contains(close.code), "\(bytes)")
                        #expect(
                            !close.reason.isEmpty || Self.codes.isDisjoint(with: [close.code])
                                || [1000, 1002].contains(close.code), "\(close) \(bytes)")
                    }
                }
            }
            try await server.waitForCalls(0)
            try await TestWebSocket.connect(to: server.port, path) { socket in
                let id = try await socket.conversationID()
                #expect(id != nil)
                try await socket.send(#"{"type":"user_message","text":"still there?"}"#)
                let answer = try await socket.message()
                #expect(answer?.value(at: "agent_response_event", "agent_response") == "still there?")
            }
        }
    }
}
