import Conversation
import NIOCore
import NIOWebSocket

/// One end of a WebSocket (RFC 6455) without its socket: joins fragments, answers control frames, and keeps the
/// order of the closing handshake.
struct WebSocketStateMachine {
    enum Action: Equatable {
        case none
        case deliver(ByteBuffer)
        case pong(ByteBuffer)
        case ping
        /// Send a close frame and wait for the other's, for a limited time.
        case sendClose(CallEnding)
        /// Send a close frame when nothing more can be read, so that the other's close frame never comes.
        case sendLastFrame(CallEnding)
        /// Send a close frame, then disconnect.
        case answerClose(code: Int)
        case disconnect
    }

    private enum State {
        case open
        case closing
        case closed
    }

    /// The frames of an incomplete message.
    struct Fragments {
        var isText: Bool
        var data: ByteBuffer
        var count = 1
    }

    private let maxMessageSize: Int
    private let maxFrames: Int
    private var state = State.open
    private(set) var fragments: Fragments?
    private var isAwaitingSignOfLife = false

    init(maxMessageSize: Int, maxFrames: Int) {
        self.maxMessageSize = maxMessageSize
        self.maxFrames = maxFrames
    }

    var isOpen: Bool { if case .open = state { true } else { false } }

    mutating func receive(_ frame: WebSocketFrame) -> Action {
        isAwaitingSignOfLife = false
        switch state {
        case .closed: return .none
        case .closing: return frame.opcode == .connectionClose ? disconnect() : .none
        case .open: break
        }
        guard frame.maskKey != nil else { return fail(1002, "Frames from a client must be masked.") }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return fail(1002, "No extension was agreed on, so reserved bits must be 0.")
        }
        switch frame.opcode {
        case .ping: return .pong(frame.unmaskedData)
        case .pong: return .none
        case .connectionClose: return receiveClose(frame.unmaskedData)
        case .text, .binary:
            guard fragments == nil else { return fail(1002, "A message began before the one before it ended.") }
            return take(Fragments(isText: frame.opcode == .text, data: frame.unmaskedData), isLast: frame.fin)
        case .continuation:
            guard var message = fragments else { return fail(1002, "A continuation without a message.") }
            // The only reference: with a second one, every frame would copy all those before it.
            fragments = nil
            guard message.count < maxFrames else {
                return fail(1009, "The message has more than \(maxFrames) frames.")
            }
            var data = frame.unmaskedData
            guard message.data.readableBytes + data.readableBytes <= maxMessageSize else { return tooLong() }
            message.data.writeBuffer(&data)
            message.count += 1
            return take(message, isLast: frame.fin)
        default:
            return fail(1002, "Unknown opcode.")
        }
    }

    /// The frame decoder failed: nothing that follows can be read.
    mutating func receive(_ error: NIOWebSocketError) -> Action {
        guard isOpen else { return .none }
        let action =
            switch error {
            case .invalidFrameLength: tooLong()
            case .fragmentedControlFrame: fail(1002, "Control frames must not be fragmented.")
            case .multiByteControlFrameLength: fail(1002, "Control frames hold at most 125 bytes.")
            }
        return if case .sendClose(let closing) = action { .sendLastFrame(closing) } else { action }
    }

    /// A frame's length was not minimally encoded (RFC 6455 section 5.2): nothing that follows is read.
    mutating func receiveNotMinimalLength() -> Action {
        guard isOpen else { return .none }
        let action = fail(1002, "A frame's length must take as few bytes as it can.")
        return if case .sendClose(let closing) = action { .sendLastFrame(closing) } else { action }
    }

    mutating func close(_ closing: CallEnding) -> Action {
        isOpen ? fail(closing.code, closing.reason) : .none
    }

    /// Nothing has arrived for some time: sends a ping, or disconnects when a ping was sent before.
    mutating func idle() -> Action {
        guard isOpen else { return .none }
        if isAwaitingSignOfLife { return disconnect() }
        isAwaitingSignOfLife = true
        return .ping
    }

    private mutating func take(_ message: consuming Fragments, isLast: Bool) -> Action {
        guard isLast else {
            fragments = message
            return .none
        }
        guard !message.isText || isUTF8(message.data) else {
            return fail(1007, "A text message is not valid UTF-8.")
        }
        return .deliver(message.data)
    }

    private mutating func receiveClose(_ data: ByteBuffer) -> Action {
        state = .closed
        var data = data
        guard let code = data.readInteger(as: UInt16.self) else {
            return .answerClose(code: data.readableBytes == 0 ? 1000 : 1002)
        }
        let isAllowed = (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
        return .answerClose(code: isAllowed && isUTF8(data) ? Int(code) : 1002)
    }

    private mutating func fail(_ code: Int, _ reason: String) -> Action {
        state = .closing
        fragments = nil
        return .sendClose(CallEnding(code: code, reason: reason))
    }

    private mutating func tooLong() -> Action {
        fail(1009, "The message is longer than \(maxMessageSize) bytes.")
    }

    private mutating func disconnect() -> Action {
        state = .closed
        return .disconnect
    }

    private func isUTF8(_ data: ByteBuffer) -> Bool {
        String(validating: data.readableBytesView, as: UTF8.self) != nil
    }
}
