import Foundation

/// What the beginning of an image file says of it. Nothing is decoded: an image of a few bytes may be gigabytes of pixels.
public struct ImageHeader: Sendable, Hashable {
    /// The formats that language models take.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        case png = "image/png"
        case jpeg = "image/jpeg"
        case gif = "image/gif"
        case webp = "image/webp"
    }

    /// The format, by the file's content.
    public var format: Format
    /// The width in pixels, as the file states it.
    public var width: Int
    /// The height in pixels, as the file states it.
    public var height: Int

    /// Reads the header of a PNG, JPEG, GIF or WebP; nil for anything else, and for one without a size.
    public init?(_ data: Data) {
        let bytes = ByteReader(data: data)
        if bytes.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), bytes.has(Array("IHDR".utf8), at: 12) {
            self.init(.png, bytes.big(4, at: 16), bytes.big(4, at: 20))
        } else if bytes.has(Array("GIF87a".utf8)) || bytes.has(Array("GIF89a".utf8)) {
            self.init(.gif, bytes.little(2, at: 6), bytes.little(2, at: 8))
        } else if bytes.has([0xFF, 0xD8, 0xFF]) {
            guard let frame = Self.frame(of: bytes) else { return nil }
            self.init(.jpeg, bytes.big(2, at: frame + 3), bytes.big(2, at: frame + 1))
        } else if bytes.has(Array("RIFF".utf8)), bytes.has(Array("WEBP".utf8), at: 8) {
            self.init(webp: bytes)
        } else {
            return nil
        }
    }

    private init?(_ format: Format, _ width: Int?, _ height: Int?) {
        guard let width, let height, width > 0, height > 0 else { return nil }
        (self.format, self.width, self.height) = (format, width, height)
    }

    private init?(webp bytes: ByteReader) {
        if bytes.has(Array("VP8 ".utf8), at: 12), bytes.has([0x9D, 0x01, 0x2A], at: 23) {
            self.init(.webp, bytes.little(2, at: 26).map { $0 & 0x3FFF }, bytes.little(2, at: 28).map { $0 & 0x3FFF })
        } else if bytes.has(Array("VP8L".utf8), at: 12), bytes.has([0x2F], at: 20), let size = bytes.little(4, at: 21) {
            self.init(.webp, (size & 0x3FFF) + 1, (size >> 14 & 0x3FFF) + 1)
        } else if bytes.has(Array("VP8X".utf8), at: 12) {
            self.init(.webp, bytes.little(3, at: 24).map { $0 + 1 }, bytes.little(3, at: 27).map { $0 + 1 })
        } else {
            return nil
        }
    }

    /// Segments that are read of a JPEG: metadata of 16 MB.
    private static let mostSegments = 1_000

    /// Where the content of a JPEG's frame header begins: its precision, height and width.
    private static func frame(of bytes: ByteReader) -> Int? {
        var place = 2
        for _ in 0..<mostSegments {
            guard bytes.big(1, at: place) == 0xFF, let kind = bytes.big(1, at: place + 1) else { return nil }
            switch kind {
            // Fill bytes.
            case 0xFF: place += 1
            case 0x01, 0xD0...0xD8: place += 2
            // The image itself, or the end: the size would have come before.
            case 0xD9, 0xDA: return nil
            case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(kind): return place + 4
            default:
                guard let length = bytes.big(2, at: place + 2), length >= 2 else { return nil }
                place += 2 + length
            }
        }
        return nil
    }
}

/// Numbers at places of a file; nil beyond its end.
private struct ByteReader {
    let data: Data

    func has(_ bytes: [UInt8], at place: Int = 0) -> Bool {
        place + bytes.count <= data.count && data.dropFirst(place).prefix(bytes.count).elementsEqual(bytes)
    }

    func big(_ count: Int, at place: Int) -> Int? {
        guard place + count <= data.count else { return nil }
        return data.dropFirst(place).prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }

    func little(_ count: Int, at place: Int) -> Int? {
        guard place + count <= data.count else { return nil }
        return data.dropFirst(place).prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
