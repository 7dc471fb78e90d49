import Foundation

/// Writes 16-bit PCM to a file that grows during a call.
///
/// The header is updated with every flush, which happens automatically after each half second of audio, and at `close`.
/// So the file can be read at any time, and after `kill -9` it holds everything up to the last flush. There is no
/// guarantee against loss of power, because the system decides when to write to the disk.
public final class WAVWriter {
    /// The number of interleaved channels.
    public let channels: Int
    /// The sample rate, in Hz.
    public let sampleRate: Int
    /// The number of frames (one sample of each channel) added so far.
    public private(set) var frameCount = 0

    private let file: FileHandle
    private var pending = Data()
    /// Size of the audio in the file, in bytes.
    private var dataSize = 0
    private var isClosed = false

    /// Flushes a second of audio: with 2, a crash loses half a second, at the price of four small writes a second.
    private static let flushesPerSecond = 2

    /// Creates the file, replacing an existing one. Only its owner can read it, because conversations are private.
    ///
    /// - Throws: `WAVError.unsupported` for more than 64 channels or a rate outside 1 Hz to 768 kHz, and Foundation's
    ///   file errors.
    public init(creating url: URL, sampleRate: Int, channels: Int) throws {
        guard (1...64).contains(channels) else { throw WAVError.unsupported("\(channels) channels") }
        guard (1...768_000).contains(sampleRate) else {
            throw WAVError.unsupported("a sample rate of \(sampleRate) Hz")
        }
        self.channels = channels
        self.sampleRate = sampleRate
        let descriptor = open(url.path(percentEncoded: false), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // An existing file would keep its mode.
        fchmod(descriptor, 0o600)
        try file.write(contentsOf: WAV.header(sampleRate: sampleRate, channels: channels, dataSize: 0))
    }

    deinit {
        try? close()
    }

    /// Adds one buffer for each channel, of equal lengths; samples −1 to 1, values outside are clipped.
    ///
    /// - Throws: `WAVError.unequalChannels`, `WAVError.tooLarge` past 4 GiB, and Foundation's file errors.
    public func append(_ buffers: [[Float]]) throws {
        let count = buffers.first?.count ?? 0
        guard buffers.count == channels, buffers.allSatisfy({ $0.count == count }) else {
            throw WAVError.unequalChannels
        }
        guard WAV.headerSize + dataSize + pending.count + 2 * channels * count <= WAV.largestFile else {
            throw WAVError.tooLarge
        }
        pending.append(WAV.interleave(buffers))
        frameCount += count
        if pending.count * Self.flushesPerSecond >= 2 * channels * sampleRate { try flush() }
    }

    /// Audio that has not been written yet, in seconds: more than half a second when the disk accepts nothing.
    public var pendingSeconds: Double { Double(pending.count) / Double(2 * channels * sampleRate) }

    /// Writes everything, the audio before the header, so that the header never states too much.
    ///
    /// - Throws: Foundation's file errors.
    public func flush() throws {
        guard !isClosed, !pending.isEmpty else { return }
        // A failed flush may have written a part of its data.
        try file.seek(toOffset: UInt64(WAV.headerSize + dataSize))
        try file.write(contentsOf: pending)
        dataSize += pending.count
        pending.removeAll(keepingCapacity: true)
        try file.seek(toOffset: 0)
        try file.write(contentsOf: WAV.header(sampleRate: sampleRate, channels: channels, dataSize: dataSize))
    }

    /// Flushes and closes the file; later calls do nothing.
    ///
    /// - Throws: Foundation's file errors.
    public func close() throws {
        guard !isClosed else { return }
        defer { isClosed = true }
        try flush()
        try file.close()
    }
}
