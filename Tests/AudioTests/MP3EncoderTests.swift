import CLame
import Foundation
import Testing

@testable import Audio

/// The frames of an MP3 stream, read from their headers (ISO 11172-3 and 13818-3).
private struct MP3Frames {
    var count = 0
    var samples = 0
    var sampleRates: Set<Int> = []
    var channelCounts: Set<Int> = []
    var bitRates: Set<Int> = []

    init(_ data: Data) throws {
        let bytes = [UInt8](data)
        var position = 0
        while position < bytes.count {
            try #require(position + 4 <= bytes.count && bytes[position] == 0xFF && bytes[position + 1] & 0xE0 == 0xE0)
            let version = bytes[position + 1] >> 3 & 3
            try #require(version != 1 && bytes[position + 1] >> 1 & 3 == 1)
            let isFirst = version == 3
            let rates =
                isFirst
                ? [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
                : [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
            let bitRate = rates[Int(bytes[position + 2] >> 4)]
            let base = [44100, 48000, 32000][Int(bytes[position + 2] >> 2 & 3)]
            let sampleRate = isFirst ? base : version == 2 ? base / 2 : base / 4
            let padding = Int(bytes[position + 2] >> 1 & 1)
            count += 1
            samples += isFirst ? 1152 : 576
            sampleRates.insert(sampleRate)
            bitRates.insert(bitRate)
            channelCounts.insert(bytes[position + 3] >> 6 == 3 ? 1 : 2)
            position += (isFirst ? 144_000 : 72_000) * bitRate / sampleRate + padding
        }
        try #require(position == bytes.count)
    }
}

/// Decodes with the decoder that comes with LAME.
private func decode(_ data: Data) throws -> [[Float]] {
    let decoder = try #require(hip_decode_init())
    defer { hip_decode_exit(decoder) }
    var input = [UInt8](data)
    var (left, right) = ([Int16](repeating: 0, count: 1 << 16), [Int16](repeating: 0, count: 1 << 16))
    var output: [[Float]] = [[], []]
    var fed = 0
    while true {
        let size = min(512, input.count - fed)
        let count = input.withUnsafeMutableBufferPointer {
            hip_decode(decoder, $0.baseAddress.map { $0 + fed }, size, &left, &right)
        }
        try #require(count >= 0)
        fed += size
        if count == 0, size == 0 { return output }
        output[0] += left[..<Int(count)].map { Float($0) / 32768 }
        output[1] += right[..<Int(count)].map { Float($0) / 32768 }
    }
}

// One at a time: LAME's decoder fills global tables when it is first used, without a lock.
@Suite(.serialized) struct MP3EncoderTests {
    @Test(arguments: [8000, 16000, 22050, 44100, 48000], [1, 2])
    func streamHoldsTheAudioInWholeFrames(rate: Int, channels: Int) throws {
        let tones = [Tone.samples(440, rate: rate, count: 2 * rate), Tone.samples(1500, rate: rate, count: 2 * rate)]
        let encoder = try MP3Encoder(sampleRate: rate, channels: channels)
        var stream = Data()
        for start in stride(from: 0, to: 2 * rate, by: rate / 50) {
            stream += try encoder.encode(tones[..<channels].map { Array($0[start..<start + rate / 50]) })
        }
        stream += try encoder.finish()

        let frames = try MP3Frames(stream)
        #expect(frames.sampleRates == [rate])
        #expect(frames.channelCounts == [channels])
        #expect(frames.bitRates == [rate == 8000 ? 64 : channels == 1 ? 64 : 96])
        // The encoder's own delay and padding: at most four frames.
        #expect(frames.samples >= 2 * rate && frames.samples <= 2 * rate + 4 * 1152)

        let decoded = try decode(stream)
        let middle = rate / 2..<rate * 3 / 2
        let level = Tone.amplitude(of: 440, in: decoded[0][middle], rate: rate)
        #expect(abs(Tone.decibels(level / 0.5)) < 0.5)
        if channels == 2 {
            let other = Tone.amplitude(of: 1500, in: decoded[1][middle], rate: rate)
            #expect(abs(Tone.decibels(other / 0.5)) < 0.5)
            // One side of a call is not heard on the other.
            #expect(Tone.decibels(Tone.amplitude(of: 1500, in: decoded[0][middle], rate: rate) / 0.5) < -50)
        }
    }

    @Test func finishedEncoderGivesNothingMore() throws {
        let encoder = try MP3Encoder(sampleRate: 16000, channels: 1)
        _ = try encoder.encode([[0, 0.1]])
        #expect(try !encoder.finish().isEmpty)
        #expect(try encoder.finish().isEmpty)
        #expect(try encoder.encode([[0, 0.1]]).isEmpty)
    }

    @Test func whatMP3CannotHoldIsRefused() throws {
        #expect(throws: MP3EncoderError.unsupported(sampleRate: 96000, channels: 1, bitRate: 64)) {
            try MP3Encoder(sampleRate: 96000, channels: 1)
        }
        #expect(throws: MP3EncoderError.unsupported(sampleRate: 16000, channels: 3, bitRate: 96)) {
            try MP3Encoder(sampleRate: 16000, channels: 3)
        }
        let encoder = try MP3Encoder(sampleRate: 16000, channels: 2)
        #expect(throws: MP3EncoderError.unequalChannels) { try encoder.encode([[0], []]) }
        #expect(throws: MP3EncoderError.unequalChannels) { try encoder.encode([[0]]) }
    }
}
