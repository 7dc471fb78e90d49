import Agents
import Audio
import Foundation
import Hummingbird
import NIOCore

/// Converts a call's recording to MP3 piece by piece: an hour of two channels takes no more memory than a second.
struct RecordingStream: Sendable {
    private let recording: any RecordingReader
    /// Size of the whole MP3, in bytes.
    let size: Int

    /// Audio that is encoded at once, in seconds.
    private static let piece = 2

    /// - Throws: `MP3EncoderError`.
    init(_ recording: any RecordingReader) throws {
        self.recording = recording
        size = try MP3Encoder.streamSize(
            sampleRate: recording.sampleRate, channels: recording.channels, frameCount: recording.frameCount)
    }

    /// Writes the bytes of `range`. The encoder works the same way each time, so the answers to two requests fit
    /// together. What precedes the range is encoded and discarded, which takes a second for some six minutes of a call.
    ///
    /// - Throws: `MP3EncoderError`, the recording's errors, and what `writer` throws.
    func write(_ range: Range<Int>, to writer: inout any ResponseBodyWriter) async throws {
        let encoder = try MP3Encoder(sampleRate: recording.sampleRate, channels: recording.channels)
        var position = 0
        var next = 0
        while position < range.upperBound, next < recording.frameCount {
            let frames = next..<min(next + Self.piece * recording.sampleRate, recording.frameCount)
            let samples = try await recording.read(frames)
            guard samples.first?.isEmpty == false else { break }
            next = frames.upperBound
            try await Self.write(try encoder.encode(samples), at: &position, of: range, to: &writer)
            // Discarded audio involves no waiting, so other tasks get their turn here.
            await Task.yield()
        }
        if next > 0 { try await Self.write(try encoder.finish(), at: &position, of: range, to: &writer) }
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
