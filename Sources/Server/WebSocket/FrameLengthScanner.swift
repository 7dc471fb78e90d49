import NIOCore

/// Follows the headers of WebSocket frames through a stream of bytes, and finds lengths that are not minimally encoded
/// (RFC 6455 section 5.2), which NIO's decoder accepts.
struct FrameLengthScanner: Sendable {
    struct NotMinimal: Error, Equatable {
        /// Bytes of those just scanned that lie before the frame whose length it is.
        var valid: Int
    }

    private enum State {
        case opcode
        case length
        /// Within a longer length: bytes of it still to come, and the value so far.
        case longLength(left: Int, value: UInt64, least: UInt64, isMasked: Bool)
        /// Bytes of masking key and payload that are still to come.
        case payload(UInt64)
    }

    private var state = State.opcode

    /// Takes the next bytes of the stream.
    ///
    /// - Throws: `NotMinimal`.
    mutating func scan(_ bytes: ByteBufferView) throws(NotMinimal) {
        var index = bytes.startIndex
        var frameStart = index
        while index < bytes.endIndex {
            if case .payload(let left) = state {
                let step = Int(min(left, UInt64(bytes.endIndex - index)))
                index += step
                state = left == UInt64(step) ? .opcode : .payload(left - UInt64(step))
                continue
            }
            let byte = bytes[index]
            if case .opcode = state { frameStart = index }
            index += 1
            switch state {
            case .opcode, .payload: state = .length
            case .length:
                let isMasked = byte & 0x80 != 0
                switch byte & 0x7F {
                case 126: state = .longLength(left: 2, value: 0, least: 126, isMasked: isMasked)
                case 127: state = .longLength(left: 8, value: 0, least: 1 << 16, isMasked: isMasked)
                case let length: begin(UInt64(length), isMasked)
                }
            case .longLength(let left, let value, let least, let isMasked):
                let value = value << 8 | UInt64(byte)
                guard left == 1 else {
                    state = .longLength(left: left - 1, value: value, least: least, isMasked: isMasked)
                    continue
                }
                guard value >= least else { throw NotMinimal(valid: frameStart - bytes.startIndex) }
                begin(value, isMasked)
            }
        }
    }

    private mutating func begin(_ length: UInt64, _ isMasked: Bool) {
        let (total, isTooLong) = length.addingReportingOverflow(isMasked ? 4 : 0)
        // The decoder refuses a frame of that length.
        state = total == 0 ? .opcode : .payload(isTooLong ? .max : total)
    }
}

/// Stands before NIO's frame decoder, which gets nothing after a length that is not minimal.
final class FrameLengthHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var scanner = FrameLengthScanner()
    private var hasFailed = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasFailed else { return }
        var buffer = unwrapInboundIn(data)
        do {
            try scanner.scan(buffer.readableBytesView)
            context.fireChannelRead(data)
        } catch {
            hasFailed = true
            // The frames before it count, also when one of them closes the connection.
            if let valid = buffer.readSlice(length: error.valid), error.valid > 0 {
                context.fireChannelRead(wrapInboundOut(valid))
            }
            if context.channel.isActive { context.fireErrorCaught(error) }
        }
    }
}
