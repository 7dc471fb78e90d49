import Foundation
import Testing

@testable import Audio

@Suite("Speech formats")
struct SpeechFormatTests {
    @Test(
        "A-law codes are those of G.711",
        arguments: [
            // As another implementation (sox's, in Python's audioop) has them.
            (0, 213), (7, 213), (16, 212), (-1, 85), (-9, 85), (255, 218), (256, 197), (-256, 90), (-257, 69),
            (1000, 250), (-1000, 122), (5000, 134), (-5000, 6), (12345, 189), (-12345, 61), (32767, 170), (-32768, 42),
        ])
    func alaw(value: Int, code: Int) {
        #expect(Int(ALaw.code(for: Int16(value))) == code)
    }

    @Test("names lead to formats and back, and there are no others")
    func names() throws {
        #expect(SpeechFormat.all.count == 28)
        #expect(Set(SpeechFormat.all.map(\.name)).count == 28)
        for format in SpeechFormat.all {
            #expect(SpeechFormat(name: format.name) == format)
            #expect(format.name.split(separator: "_")[1] == "\(format.sampleRate)")
        }
        #expect(SpeechFormat(name: SpeechFormat.standard.name) == .standard)
        for name in ["", "mp3", "mp3_44100_256", "pcm_16", "PCM_16000"] { #expect(SpeechFormat(name: name) == nil) }
    }

    @Test("a stream is what the whole file is, header and length aside", arguments: SpeechFormat.all)
    func stream(format: SpeechFormat) throws {
        let samples = (0..<format.sampleRate / 2).map {
            Float(sin(Double($0) * 440 / Double(format.sampleRate) * 6.283)) / 4
        }
        let encoder = try SpeechEncoder(format: format)
        var stream = try encoder.encode(Array(samples.prefix(1000)))
        stream += try encoder.encode(Array(samples.dropFirst(1000)))
        stream += try encoder.finish()
        let file = encoder.completed(stream)
        switch format.codec {
        case .pcm: #expect(stream == file && file.count == 2 * samples.count)
        case .ulaw, .alaw: #expect(stream == file && file.count == samples.count)
        case .wav:
            #expect(stream.dropFirst(44) == file.dropFirst(44))
            let (whole, open) = (try WAV(parsing: file), try WAV(parsing: stream))
            #expect(whole == open && whole.sampleRate == format.sampleRate && whole.frameCount == samples.count)
        case .mp3(let bitRate):
            // Half a second, and the three frames' worth that LAME holds back.
            let frames = 3 * (format.sampleRate < 32_000 ? 576 : 1152)
            let seconds = 0.5 + Double(frames) / Double(format.sampleRate)
            #expect(abs(Double(stream.count) - Double(bitRate) * 125 * seconds) < Double(bitRate) * 125 * 0.04)
            #expect(stream == file && stream.starts(with: [0xFF]))
        case .opus:
            #expect(stream == file && stream.starts(with: Data("OggS".utf8)))
            #expect(stream.range(of: Data("OpusHead".utf8)) != nil)
        }
    }
}
