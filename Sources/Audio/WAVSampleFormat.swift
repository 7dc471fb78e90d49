import Foundation

/// The contents of a `fmt ` chunk.
struct WAVSampleFormat {
    enum Encoding {
        case integer
        case float
        case ulaw
    }

    var encoding: Encoding
    var channels: Int
    var sampleRate: Int
    var bytesPerSample: Int

    // Format tags of RFC 2361; with "extensible", the first two bytes of the GUID are the actual tag.
    private static let pcmTag: UInt16 = 1
    private static let floatTag: UInt16 = 3
    private static let ulawTag: UInt16 = 7
    private static let extensibleTag: UInt16 = 0xFFFE

    /// - Throws: `WAVError`.
    init(_ chunk: Data) throws {
        var reader = ByteReader(chunk)
        guard var tag = reader.uint16(), let channels = reader.uint16(), let rate = reader.uint32(),
            reader.skip(4), let blockSize = reader.uint16(), let bits = reader.uint16()
        else { throw WAVError.damaged("'fmt ' is too short") }
        if tag == Self.extensibleTag {
            guard reader.skip(8), let real = reader.uint16() else { throw WAVError.damaged("'fmt ' is too short") }
            tag = real
        }
        guard (1...64).contains(channels) else { throw WAVError.unsupported("\(channels) channels") }
        guard (1...768_000).contains(rate) else { throw WAVError.unsupported("a sample rate of \(rate) Hz") }
        switch (tag, bits) {
        case (Self.pcmTag, 8), (Self.pcmTag, 16), (Self.pcmTag, 24), (Self.pcmTag, 32): encoding = .integer
        case (Self.floatTag, 32): encoding = .float
        case (Self.ulawTag, 8): encoding = .ulaw
        default: throw WAVError.unsupported("format \(tag) at \(bits) bits a sample")
        }
        self.channels = Int(channels)
        sampleRate = Int(rate)
        bytesPerSample = Int(bits) / 8
        guard Int(blockSize) == self.channels * bytesPerSample else {
            throw WAVError.damaged("a frame of \(channels) × \(bits) bits cannot take \(blockSize) bytes")
        }
    }

    /// The samples of each channel; an incomplete last frame is dropped.
    func decode(_ data: Data) -> [[Float]] {
        let frames = data.count / (channels * bytesPerSample)
        return data.withUnsafeBytes { bytes in
            (0..<channels).map { channel in
                (0..<frames).map { sample(in: bytes, at: ($0 * channels + channel) * bytesPerSample) }
            }
        }
    }

    private func sample(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Float {
        switch encoding {
        case .ulaw: return MuLaw.samples[Int(bytes[offset])]
        case .float:
            let value = Float(
                bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            return value.isFinite ? value : 0
        case .integer where bytesPerSample == 1:
            return (Float(bytes[offset]) - 128) / 128
        case .integer:
            // Left-aligned in 32 bits, so that one scale suits all widths.
            var value: UInt32 = 0
            for byte in 0..<bytesPerSample {
                value |= UInt32(bytes[offset + byte]) << (8 * (4 - bytesPerSample + byte))
            }
            return Float(Int32(bitPattern: value)) / 0x8000_0000
        }
    }
}

/// Reads little-endian fields from the front of data.
struct ByteReader {
    private let data: Data
    private var position: Data.Index

    init(_ data: Data) {
        self.data = data
        position = data.startIndex
    }

    var remaining: Int { data.endIndex - position }

    mutating func take(_ count: Int) -> Data? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return data[position..<position + count]
    }

    mutating func skip(_ count: Int) -> Bool { take(count) != nil }

    mutating func tag() -> String? { take(4).map { String(decoding: $0, as: UTF8.self) } }

    mutating func uint16() -> UInt16? {
        take(2).map { $0.reversed().reduce(0) { $0 << 8 | UInt16($1) } }
    }

    mutating func uint32() -> UInt32? {
        take(4).map { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    }
}
