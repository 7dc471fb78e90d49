import Foundation

/// Decodes a stream of bytes, in frames of any size, to samples.
public struct FrameDecoder: Sendable {
    /// The format of the bytes.
    public let format: AudioFormat
    /// The first half of a 16-bit sample whose second half is still to come.
    private var heldByte: UInt8?

    /// - Parameter format: The format of the bytes.
    public init(format: AudioFormat) {
        self.format = format
    }

    /// The samples, −1 to 1, that `bytes` complete. An odd trailing byte of 16-bit audio is kept for the next call.
    public mutating func decode(_ bytes: some Collection<UInt8>) -> [Float] {
        if let samples = bytes.withContiguousStorageIfAvailable({ decode(contiguous: $0) }) { return samples }
        return Array(bytes).withUnsafeBufferPointer { decode(contiguous: $0) }
    }

    private mutating func decode(contiguous bytes: UnsafeBufferPointer<UInt8>) -> [Float] {
        switch format.encoding {
        case .ulaw: return bytes.map { MuLaw.samples[Int($0)] }
        case .pcm16: return decodePCM16(bytes)
        }
    }

    private mutating func decodePCM16(_ bytes: UnsafeBufferPointer<UInt8>) -> [Float] {
        var samples: [Float] = []
        samples.reserveCapacity((bytes.count + 1) / 2)
        var index = 0
        if let low = heldByte, let high = bytes.first {
            samples.append(Self.sample(low: low, high: high))
            heldByte = nil
            index = 1
        }
        while index + 1 < bytes.count {
            samples.append(Self.sample(low: bytes[index], high: bytes[index + 1]))
            index += 2
        }
        if index < bytes.count { heldByte = bytes[index] }
        return samples
    }

    private static func sample(low: UInt8, high: UInt8) -> Float {
        Float(Int16(bitPattern: UInt16(high) << 8 | UInt16(low))) / 32768
    }
}

/// Encodes samples to the bytes of a frame.
public enum FrameEncoder {
    /// Encodes `samples`, −1 to 1, rounded to the nearest code without dither; values outside are clipped, NaN is
    /// silence.
    public static func encode(_ samples: some Collection<Float>, as format: AudioFormat) -> Data {
        if let data = samples.withContiguousStorageIfAvailable({ encode(contiguous: $0, as: format) }) { return data }
        return Array(samples).withUnsafeBufferPointer { encode(contiguous: $0, as: format) }
    }

    private static func encode(contiguous samples: UnsafeBufferPointer<Float>, as format: AudioFormat) -> Data {
        var bytes = Data(count: samples.count * format.bytesPerSample)
        bytes.withUnsafeMutableBytes { raw in
            switch format.encoding {
            case .pcm16:
                for index in samples.indices {
                    raw.storeBytes(
                        of: PCM16.value(of: samples[index]).littleEndian, toByteOffset: 2 * index, as: Int16.self)
                }
            case .ulaw:
                for index in samples.indices {
                    raw[index] = MuLaw.code(
                        magnitude: Int(PCM16.value(of: samples[index]).magnitude),
                        isNegative: samples[index].sign == .minus)
                }
            }
        }
        return bytes
    }
}

enum PCM16 {
    /// The nearest 16-bit value of a sample; 0 for NaN.
    static func value(of sample: Float) -> Int16 {
        // `max(-1, NaN)` would be −1 or NaN by argument order, so NaN is handled by itself.
        guard !sample.isNaN else { return 0 }
        return Int16(min(max((sample * 32768).rounded(), -32768), 32767))
    }
}
