import Audio
import Foundation
import Hummingbird
import NIOCore

/// A call's recording on its way from WAV to MP3, piece by piece: an hour of two channels takes no more memory than a
/// second of them.
struct RecordingStream: Sendable {
    private let file: URL
    /// Bytes of the whole MP3.
    let size: Int

    /// Bytes before the audio in the files that calls write.
    private static let headerSize = 44
    /// Bytes of audio encoded at once, two seconds of two 16 kHz channels; a multiple of every frame size.
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

    /// Writes the bytes of `range`. The encoder is the same each time, so the parts of two requests fit together; what
    /// comes before a part is encoded and thrown away, which takes a second for some six minutes of a call.
    ///
    /// - Throws: `WAVError`, `MP3EncoderError`, file errors, and what `writer` throws.
    func write(_ range: Range<Int>, to writer: inout any ResponseBodyWriter) async throws {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        let header = try handle.read(upToCount: Self.headerSize) ?? Data()
        var encoder: MP3Encoder?
        var position = 0
        while position < range.upperBound, let piece = try handle.read(upToCount: Self.pieceSize), !piece.isEmpty {
            // A header that promises more than follows means "to the end".
            let audio = try WAV(parsing: header + piece)
            let mp3 = try encoder ?? MP3Encoder(sampleRate: audio.sampleRate, channels: audio.channels.count)
            encoder = mp3
            try await Self.write(try mp3.encode(audio.channels), at: &position, of: range, to: &writer)
            // What is thrown away is never waited for, so others get their turn here.
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
