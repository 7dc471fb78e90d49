import NIOCore
import NIOWebSocket
import Testing

@testable import Server

@Suite("The WebSocket state machine", .timeLimit(.minutes(1)))
struct WebSocketStateMachineTests {
    private static func frame(
        _ opcode: WebSocketOpcode, _ text: String = "", isFinal: Bool = true
    ) -> WebSocketFrame {
        WebSocketFrame(fin: isFinal, opcode: opcode, maskKey: [0, 0, 0, 0], data: ByteBuffer(string: text))
    }

    @Test("anything that arrives counts as a sign of life")
    func signOfLife() {
        var machine = WebSocketStateMachine(maxMessageSize: 10)
        #expect(machine.idle() == .ping)
        #expect(machine.receive(Self.frame(.pong)) == .none)
        #expect(machine.idle() == .ping)
        #expect(machine.idle() == .disconnect)
    }

    @Test("after our close, only the other's close matters")
    func ourClose() {
        var machine = WebSocketStateMachine(maxMessageSize: 10)
        let closing = WebSocketClosing(code: 1000, reason: "Done.")
        #expect(machine.close(closing) == .sendClose(closing))
        #expect(!machine.isOpen)
        #expect(machine.close(closing) == .none)
        #expect(machine.receive(Self.frame(.text, "late")) == .none)
        #expect(machine.receive(Self.frame(.ping)) == .none)
        #expect(machine.receive(NIOWebSocketError.invalidFrameLength) == .none)
        #expect(machine.idle() == .none)
        #expect(machine.receive(Self.frame(.connectionClose)) == .disconnect)
        #expect(machine.receive(Self.frame(.text, "later")) == .none)
    }

    @Test(
        "a client's close is answered with its code, or with 1002 when that is none",
        arguments: [
            ([], 1000), ([0x03, 0xE8], 1000), ([0x0F, 0xA0], 4000), ([0x03], 1002), ([0x03, 0xED], 1002),
            ([0x00, 0x01], 1002), ([0x03, 0xE8, 0xFF], 1002),
        ] as [([UInt8], Int)])
    func theirClose(payload: [UInt8], code: Int) {
        var machine = WebSocketStateMachine(maxMessageSize: 10)
        let frame = WebSocketFrame(
            fin: true, opcode: .connectionClose, maskKey: [0, 0, 0, 0], data: ByteBuffer(bytes: payload))
        #expect(machine.receive(frame) == .answerClose(code: code))
        #expect(!machine.isOpen)
    }

    @Test("fragments of the greatest allowed length are joined, one byte more is too long")
    func length() {
        for (tail, expected) in [
            ("67890", WebSocketStateMachine.Action.deliver(ByteBuffer(string: "1234567890"))),
            (
                "678901",
                .sendClose(WebSocketClosing(code: 1009, reason: "The message is longer than 10 bytes."))
            ),
        ] {
            var machine = WebSocketStateMachine(maxMessageSize: 10)
            #expect(machine.receive(Self.frame(.text, "12345", isFinal: false)) == .none)
            #expect(machine.receive(Self.frame(.continuation, tail)) == expected)
        }
    }
}
