import ConvAI
import Foundation
import JSON
import TestSupport
import Testing

/// Feeds the decoders what no client should send. That the process is still there is the proof; a frame that does
/// decode must also encode and decode to itself again.
@Suite("The decoders take anything")
struct DecoderFuzzTests {
    static let seeds =
        (ClientMessageTests.frames.map(\.1) + ServerMessageTests.frames.map(\.1)
        + ClientMessageTests.malformedFrames.map(\.0)).map { Array($0.utf8) }

    /// Pieces that decoders are known to stumble over.
    static let pieces = [
        "null", "[]", "{}", "-1", "1e999", "9223372036854775808", "\"\\ud800\"", "\u{0}", "\"", "{", "[[[[", "\\u0000",
        "true", "0.1", "\u{FEFF}",
    ].map { Array($0.utf8) }

    func decode(_ bytes: [UInt8]) throws {
        if let message = try? ClientMessage(frame: Data(bytes)) {
            if case .unknown = message { return }
            #expect(try ClientMessage(frame: message.json.data) == message, "\(String(decoding: bytes, as: UTF8.self))")
        }
        if let message = try? ServerMessage(frame: Data(bytes)) {
            #expect(try ServerMessage(frame: message.json.data).type == message.type)
        }
    }

    @Test("random bytes", arguments: [1, 2, 3] as [UInt64])
    func randomBytes(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...200, using: &generator)
            try decode((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }

    @Test("every frame cut off at every byte")
    func truncated() throws {
        for frame in Self.seeds {
            for count in 0...frame.count { try decode(Array(frame[..<count])) }
        }
    }

    @Test("frames with bytes changed, pieces put in, taken out and doubled", arguments: [4, 5, 6] as [UInt64])
    func mutated(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<4_000 {
            guard var frame = Self.seeds.randomElement(using: &generator) else { continue }
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0...frame.count, using: &generator)
                let end = Int.random(in: place...min(frame.count, place + 12), using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0:
                    frame.replaceSubrange(
                        place..<end, with: (place..<end).map { _ in UInt8.random(in: 0...255, using: &generator) })
                case 1: frame.removeSubrange(place..<end)
                case 2: frame.insert(contentsOf: frame[place..<end], at: place)
                default: frame.insert(contentsOf: Self.pieces.randomElement(using: &generator) ?? [], at: place)
                }
            }
            try decode(frame)
        }
    }

    @Test("each value of each frame replaced by every kind of value")
    func wrongValues() throws {
        for frame in Self.seeds {
            let text = String(decoding: frame, as: UTF8.self)
            for colon in text.indices where text[colon] == ":" {
                let rest = text[text.index(after: colon)...]
                let end = rest.firstIndex { ",}".contains($0) } ?? rest.endIndex
                for piece in Self.pieces {
                    try decode(Array((text[...colon] + String(decoding: piece, as: UTF8.self) + rest[end...]).utf8))
                }
            }
        }
    }
}
