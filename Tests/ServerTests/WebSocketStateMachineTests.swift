import Conversation
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
        var machine = WebSocketStateMachine(maxMessageSize: 10, maxFrames: 10)
        #expect(machine.idle() == .ping)
        #expect(machine.receive(Self.frame(.pong)) == .none)
        #expect(machine.idle() == .ping)
        #expect(machine.idle() == .disconnect)
    }

    @Test("after our close, only the other's close matters")
    func ourClose() {
        var machine = WebSocketStateMachine(maxMessageSize: 10, maxFrames: 10)
        let closing = CallEnding(code: 1000, reason: "Done.")
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
        var machine = WebSocketStateMachine(maxMessageSize: 10, maxFrames: 10)
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
                .sendClose(CallEnding(code: 1009, reason: "The message is longer than 10 bytes."))
            ),
        ] {
            var machine = WebSocketStateMachine(maxMessageSize: 10, maxFrames: 10)
            #expect(machine.receive(Self.frame(.text, "12345", isFinal: false)) == .none)
            #expect(machine.receive(Self.frame(.continuation, tail)) == expected)
        }
    }

    @Test("a message in many frames is put together without copying what is there already")
    func copies() {
        let count = 100_000
        var machine = WebSocketStateMachine(maxMessageSize: count, maxFrames: count)
        #expect(machine.receive(Self.frame(.text, "a", isFinal: false)) == .none)
        var places: Set<UInt> = []
        for _ in 2..<count {
            _ = machine.receive(Self.frame(.continuation, "a", isFinal: false))
            places.insert(
                machine.fragments?.data.withVeryUnsafeBytes { UInt(bitPattern: $0.baseAddress) } ?? 0)
        }
        // The buffer moves when it grows, by doubling: 17 times. The allocator may give it a place that it had before.
        #expect(places.count <= 20)
        let whole = machine.receive(Self.frame(.continuation, "a"))
        #expect(whole == .deliver(ByteBuffer(repeating: UInt8(ascii: "a"), count: count)))
        #expect(machine.fragments == nil)
    }

    @Test("the frames of a message are counted, empty ones too")
    func frames() {
        var machine = WebSocketStateMachine(maxMessageSize: 10, maxFrames: 3)
        for _ in 0..<2 {
            #expect(machine.receive(Self.frame(.text, isFinal: false)) == .none)
            #expect(machine.receive(Self.frame(.continuation, isFinal: false)) == .none)
            #expect(machine.receive(Self.frame(.ping)) == .pong(ByteBuffer()))
            #expect(machine.receive(Self.frame(.continuation, "hi")) == .deliver(ByteBuffer(string: "hi")))
        }
        #expect(machine.receive(Self.frame(.text, isFinal: false)) == .none)
        for _ in 0..<2 { #expect(machine.receive(Self.frame(.continuation, isFinal: false)) == .none) }
        let closing = CallEnding(code: 1009, reason: "The message has more than 3 frames.")
        #expect(machine.receive(Self.frame(.continuation)) == .sendClose(closing))
    }

    @Test(
        "a length in more bytes than it needs is found, however the stream is cut",
        arguments: [
            ([0x81, 0x82, 1, 2, 3, 4, 5, 6], true), ([0x81, 0x80, 1, 2, 3, 4], true), ([0x81, 0x00], true),
            ([0x81, 0xFE, 0, 126, 1, 2, 3, 4] + [UInt8](repeating: 0, count: 126), true),
            ([0x81, 0xFE, 0, 125, 1, 2, 3, 4], false), ([0x81, 0xFE, 0, 0, 1, 2, 3, 4], false),
            ([0x81, 0x7E, 0, 5, 1], false), ([0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 9, 9, 9, 9], true),
            ([0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], false),
            ([0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5], true),
        ] as [([UInt8], Bool)])
    func lengths(bytes: [UInt8], isMinimal: Bool) {
        func isTaken(_ pieces: [[UInt8]]) -> Bool {
            var scanner = FrameLengthScanner()
            return (try? pieces.forEach { try scanner.scan(ByteBuffer(bytes: $0).readableBytesView) }) != nil
        }
        let first: [UInt8] = [0x89, 0x81, 1, 2, 3, 4, 5]
        #expect(isTaken([first + bytes]) == isMinimal)
        #expect(isTaken((first + bytes).map { [$0] }) == isMinimal)
    }
}
