import Audio
import Foundation
import Hummingbird
import NIOCore

/// A call's recording on its way from WAV to MP3, piece by piece: an hour of two channels takes no more memory than a
/// second of them.
struct RecordingStream: Sendable {
    private let file: URL

    /// Bytes before the audio in the files that calls write.
    private static let headerSize = 44
    /// Bytes of audio encoded at once, two seconds of two 16 kHz channels; a multiple of every frame size.
    private static let pieceSize = 128_000

    /// - Throws: Foundation's file errors.
    init(_ file: URL) throws {
        self.file = file
        try FileHandle(forReadingFrom: file).close()
    }

    /// - Throws: `WAVError`, `MP3EncoderError`, file errors, and what `writer` throws.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        let header = try handle.read(upToCount: Self.headerSize) ?? Data()
        var encoder: MP3Encoder?
        while let piece = try handle.read(upToCount: Self.pieceSize), !piece.isEmpty {
            // A header that promises more than follows means "to the end".
            let audio = try WAV(parsing: header + piece)
            let mp3 = try encoder ?? MP3Encoder(sampleRate: audio.sampleRate, channels: audio.channels.count)
            encoder = mp3
            try await Self.write(try mp3.encode(audio.channels), to: &writer)
        }
        if let encoder { try await Self.write(try encoder.finish(), to: &writer) }
        try await writer.finish(nil)
    }

    private static func write(_ data: Data, to writer: inout any ResponseBodyWriter) async throws {
        if !data.isEmpty { try await writer.write(ByteBuffer(bytes: data)) }
    }
}
