import Audio
import Foundation
import Hummingbird
import NIOCore

/// Converts a call's recording from WAV to MP3 piece by piece: an hour of two channels takes no more memory than a
/// second.
struct RecordingStream: Sendable {
    private let file: URL
    /// Size of the whole MP3, in bytes.
    let size: Int

    /// Size of the WAV header, in bytes, in files that calls write.
    private static let headerSize = 44
    /// Bytes of audio that are encoded at once: two seconds of two 16 kHz channels. A multiple of every frame size.
    private static let pieceSize = 128_000

    /// - Throws: `WAVError`, and Foundation's file errors.
    init(_ file: URL) throws {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        let header = try handle.read(upToCount: Self.headerSize) ?? Data()
        let audio = try WAV(parsing: header + (try handle.read(upToCount: Self.pieceSize) ?? Data()))
        let bytes = Int(try handle.seekToEnd()) - Self.headerSize
        self.file = file
        size = try MP3Encoder.streamSize(
            sampleRate: audio.sampleRate, channels: audio.channels.count,
            frameCount: max(0, bytes) / (2 * audio.channels.count))
    }

    /// Writes the bytes of `range`. The encoder works the same way each time, so the answers to two requests fit
    /// together. What precedes the range is encoded and discarded, which takes a second for some six minutes of a call.
    ///
    /// - Throws: `WAVError`, `MP3EncoderError`, file errors, and what `writer` throws.
    func write(_ range: Range<Int>, to writer: inout any ResponseBodyWriter) async throws {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        let header = try handle.read(upToCount: Self.headerSize) ?? Data()
        var encoder: MP3Encoder?
        var position = 0
        while position < range.upperBound, let piece = try handle.read(upToCount: Self.pieceSize), !piece.isEmpty {
            // A WAV header that promises more audio than follows means "to the end".
            let audio = try WAV(parsing: header + piece)
            let mp3 = try encoder ?? MP3Encoder(sampleRate: audio.sampleRate, channels: audio.channels.count)
            encoder = mp3
            try await Self.write(try mp3.encode(audio.channels), at: &position, of: range, to: &writer)
            // Discarded audio involves no waiting, so other tasks get their turn here.
            await Task.yield()
        }
        if let encoder { try await Self.write(try encoder.finish(), at: &position, of: range, to: &writer) }
        try await writer.finish(nil)
    }

    private static func write(
        _ data: Data, at position: inout Int, of range: Range<Int>, to writer: inout any ResponseBodyWriter
    ) async throws {
        let wanted = range.clamped(to: position..<position + data.count)
        if !wanted.isEmpty {
            let part = data.dropFirst(wanted.lowerBound - position).prefix(wanted.count)
            try await writer.write(ByteBuffer(bytes: part))
        }
        position += data.count
    }
}
