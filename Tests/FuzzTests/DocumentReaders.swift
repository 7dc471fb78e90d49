import Foundation

@testable import Documents

extension Reader {
    static let imageHeader = Reader(
        name: "image headers",
        corpus: [
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [
                0, 0, 1, 0, 0, 0, 0, 9,
            ],
            Array("GIF89a".utf8) + [0x90, 1, 0x2C, 1],
            [0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 1, 2, 0xFF, 0xFF, 0xC2, 0, 8, 8, 1, 0x2C, 1, 0x90],
            Array("RIFF....WEBPVP8X....".utf8) + [0, 0, 0, 0, 0x8F, 1, 0, 0x2B, 1, 0],
        ],
        pieces: [
            [0xFF, 0xD8, 0xFF], [0xFF, 0xFE, 0, 2], [0xFF], [0xFF, 0x01], [0xFF, 0xE0, 0xFF, 0xFF],
            [0xFF, 0xC0, 0, 17],
            [0xFF, 0xDA], Array("RIFF".utf8), Array("WEBP".utf8), Array("VP8 ".utf8), Array("VP8L/".utf8), [0],
        ],
        ordinary: { size in
            // Long ones: of short ones only so many are read.
            let comment: [UInt8] = [0xFF, 0xFE, 1, 0] + [UInt8](repeating: 1, count: 254)
            let comments = (0..<max(1, size / comment.count)).flatMap { _ in comment }
            return [0xFF, 0xD8] + comments + [0xFF, 0xC0, 0, 8, 8, 1, 0x2C, 1, 0x90]
        },
        read: { chunks in
            guard let header = ImageHeader(Data(chunks.joined())) else { return .refused("no image") }
            var outcome = Outcome()
            outcome.add(Array("\(header)".utf8))
            return outcome
        })

    static let plainText = Reader(
        name: "plain text",
        corpus: [
            Array("Grüße\r\n\r\n\r\naus Wien \n".utf8), [0xEF, 0xBB, 0xBF, 0x41], [0xFF, 0xFE, 0x41, 0, 0x42, 0],
            [0x47, 0x72, 0xFC, 0xDF, 0x65],
        ],
        pieces: [
            [0xFF, 0xFE], [0xFE, 0xFF], [0xEF, 0xBB, 0xBF], [0xD8, 0], [0, 0xDC], [0xCC, 0x81], [0xE2, 0x80, 0xA8],
            [0x0A],
            [0x20], [0x0C], [0x0D], [0xF0, 0x9F, 0x98, 0x80], [0xC3], [0x80],
        ],
        ordinary: { size in Array(String(repeating: "All about bikes. ", count: max(1, size / 17)).utf8) },
        read: { chunks in
            guard let text = PlainText.decoded(Data(chunks.joined())) else { return .refused("no text") }
            var outcome = Outcome()
            outcome.add(Array(PlainText.tidied(text).utf8))
            return outcome
        })
}
