import Foundation

/// Why a WAV file could not be read or written.
public enum WAVError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The data does not begin as RIFF/WAVE.
    case notWAV
    /// A required chunk is missing, such as `fmt `.
    case missingChunk(String)
    /// A field contradicts the format.
    case damaged(String)
    /// A format or size that is not supported.
    case unsupported(String)
    /// The file would be larger than `WAV.largestFile` bytes.
    case tooLarge
    /// The channels have different lengths, or their number is wrong.
    case unequalChannels

    /// A message for the operator.
    public var description: String {
        switch self {
        case .notWAV: "not a WAV file"
        case .missingChunk(let name): "the WAV file has no '\(name)' chunk"
        case .damaged(let what): "the WAV file is damaged: \(what)"
        case .unsupported(let what): "WAV files with \(what) are not supported"
        case .tooLarge: "the WAV file is larger than 4 GiB"
        case .unequalChannels: "the channels differ in length or number"
        }
    }
}

/// A WAV file in memory.
public struct WAV: Sendable, Hashable {
    /// The sample rate, in Hz.
    public var sampleRate: Int
    /// Samples of each channel, −1 to 1, all of equal length.
    public var channels: [[Float]]

    /// The largest file that 32-bit sizes can describe, in bytes.
    public static let largestFile = Int(UInt32.max)
    /// The size of the header in files written here, in bytes.
    public static let headerSize = 44

    /// - Parameters:
    ///   - sampleRate: The sample rate, in Hz.
    ///   - channels: Samples of each channel, −1 to 1, of equal length.
    public init(sampleRate: Int, channels: [[Float]]) {
        self.sampleRate = sampleRate
        self.channels = channels
    }

    /// The number of frames, each one sample of every channel.
    public var frameCount: Int { channels.first?.count ?? 0 }

    /// The length in seconds.
    public var duration: Double { Double(frameCount) / Double(sampleRate) }

    /// The mean of all channels.
    public var mono: [Float] {
        guard channels.count > 1 else { return channels.first ?? [] }
        let gain = 1 / Float(channels.count)
        return (0..<frameCount).map { frame in channels.reduce(0) { $0 + $1[frame] } * gain }
    }

    /// Reads a file of at most `limit` bytes.
    ///
    /// - Throws: `WAVError`, and Foundation's file errors.
    public init(contentsOf url: URL, limit: Int = WAV.largestFile) throws {
        let file = try FileHandle(forReadingFrom: url)
        defer { try? file.close() }
        let size = try file.seekToEnd()
        guard size <= UInt64(limit) else { throw WAVError.tooLarge }
        try file.seek(toOffset: 0)
        try self.init(parsing: try file.readToEnd() ?? Data())
    }

    /// Parses PCM of 8, 16, 24 or 32 bits, 32-bit float or µ-law with any number of channels.
    ///
    /// A data size that exceeds the data, or that is 0 or all ones as interrupted recorders leave it, means "to the
    /// end"; an incomplete last frame is dropped.
    ///
    /// - Throws: `WAVError`.
    public init(parsing data: Data) throws {
        guard data.count <= Self.largestFile else { throw WAVError.tooLarge }
        var reader = ByteReader(data)
        guard reader.tag() == "RIFF", reader.skip(4), reader.tag() == "WAVE" else { throw WAVError.notWAV }
        var format: WAVSampleFormat?
        while let tag = reader.tag(), let size = reader.uint32().map(Int.init) {
            if tag == "fmt " {
                guard let chunk = reader.take(size) else { throw WAVError.damaged("'fmt ' is cut off") }
                format = try WAVSampleFormat(chunk)
            } else if tag == "data" {
                guard let format else { throw WAVError.missingChunk("fmt ") }
                let isOpenEnded = size == 0 || size > reader.remaining
                let bytes = reader.take(isOpenEnded ? reader.remaining : size) ?? Data()
                sampleRate = format.sampleRate
                channels = format.decode(bytes)
                return
            } else if !reader.skip(size + size % 2) {
                break
            }
        }
        throw WAVError.missingChunk(format == nil ? "fmt " : "data")
    }

    /// The file as 16-bit PCM.
    ///
    /// - Throws: `WAVError.unequalChannels`, `.unsupported` or `.tooLarge`.
    public func encoded() throws -> Data {
        guard (1...64).contains(channels.count) else { throw WAVError.unsupported("\(channels.count) channels") }
        guard (1...768_000).contains(sampleRate) else {
            throw WAVError.unsupported("a sample rate of \(sampleRate) Hz")
        }
        guard channels.allSatisfy({ $0.count == frameCount }) else { throw WAVError.unequalChannels }
        let dataSize = 2 * channels.count * frameCount
        guard Self.headerSize + dataSize <= Self.largestFile else { throw WAVError.tooLarge }
        return Self.header(sampleRate: sampleRate, channels: channels.count, dataSize: dataSize)
            + Self.interleave(channels)
    }

    /// The header of a 16-bit PCM file, 44 bytes.
    static func header(sampleRate: Int, channels: Int, dataSize: Int) -> Data {
        var header = Data("RIFF".utf8)
        header.append(uint32: headerSize - 8 + dataSize)
        header.append(contentsOf: "WAVEfmt ".utf8)
        header.append(uint32: 16)
        header.append(uint16: 1)
        header.append(uint16: channels)
        header.append(uint32: sampleRate)
        header.append(uint32: sampleRate * channels * 2)
        header.append(uint16: channels * 2)
        header.append(uint16: 16)
        header.append(contentsOf: "data".utf8)
        header.append(uint32: dataSize)
        return header
    }

    /// Interleaves channels of equal length as 16-bit PCM.
    static func interleave(_ channels: [[Float]]) -> Data {
        if channels.count == 1 { return FrameEncoder.encode(channels[0], as: .pcm16000) }
        var samples: [Float] = []
        let frames = channels.first?.count ?? 0
        samples.reserveCapacity(frames * channels.count)
        for frame in 0..<frames {
            for channel in channels { samples.append(channel[frame]) }
        }
        return FrameEncoder.encode(samples, as: .pcm16000)
    }
}

extension Data {
    fileprivate mutating func append(uint16 value: Int) {
        append(contentsOf: [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)])
    }

    fileprivate mutating func append(uint32 value: Int) {
        append(uint16: value)
        append(uint16: value >> 16)
    }
}
