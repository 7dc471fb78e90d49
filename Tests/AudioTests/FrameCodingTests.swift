import Foundation
import Testing

@testable import Audio

@Suite struct AudioFormatTests {
    @Test(arguments: [
        ("pcm_8000", 8000, 2), ("pcm_16000", 16000, 2), ("pcm_22050", 22050, 2), ("pcm_24000", 24000, 2),
        ("pcm_44100", 44100, 2), ("pcm_48000", 48000, 2), ("ulaw_8000", 8000, 1),
    ])
    func protocolNamesMeanTheirRateAndWidth(name: String, rate: Int, width: Int) throws {
        let format = try #require(AudioFormat(rawValue: name))
        #expect(format.sampleRate == rate)
        #expect(format.bytesPerSample == width)
        #expect(format.encoding == (width == 1 ? .ulaw : .pcm16))
        #expect(format.rawValue == name)
    }

    @Test func otherNamesAreNoFormats() {
        #expect(AudioFormat.allCases.count == 7)
        for name in ["", "pcm_11025", "mp3_44100_128", "ULAW_8000", "pcm_16000 "] {
            #expect(AudioFormat(rawValue: name) == nil)
        }
    }
}

@Suite struct MuLawTests {
    /// G.711 table 2a: the quantised value at the start of each segment and the last one, in 14-bit units.
    @Test(arguments: [
        (0x80, 8031), (0x8F, 4191), (0x90, 3999), (0x9F, 2079), (0xA0, 1983), (0xAF, 1023), (0xB0, 975), (0xBF, 495),
        (0xC0, 471), (0xCF, 231), (0xD0, 219), (0xDF, 99), (0xE0, 93), (0xEF, 33), (0xF0, 30), (0xFE, 2), (0xFF, 0),
    ])
    func codesHaveTheValuesOfG711(code: Int, value: Int) {
        #expect(Int(MuLaw.values[code]) == 4 * value)
        #expect(Int(MuLaw.values[code & 0x7F]) == -4 * value)
    }

    @Test func allCodesSurviveDecodingAndEncoding() {
        var decoder = FrameDecoder(format: .ulaw8000)
        let codes = Data(0...255)
        #expect(FrameEncoder.encode(decoder.decode(codes), as: .ulaw8000) == codes)
    }

    /// G.711 table 2a: decision values in 14-bit units, and the code of what lies directly above them.
    @Test(arguments: [
        (7903, 0x80), (4063, 0x8F), (3935, 0x90), (2015, 0x9F), (1951, 0xA0), (991, 0xAF), (959, 0xB0), (479, 0xBF),
        (463, 0xC0), (223, 0xCF), (215, 0xD0), (95, 0xDF), (91, 0xE0), (31, 0xEF), (29, 0xF0), (1, 0xFE),
    ])
    func codesChangeAtTheDecisionValuesOfG711(decision: Int, code: UInt8) {
        #expect(MuLaw.code(for: Int16(4 * decision)) == code)
        #expect(MuLaw.code(for: Int16(4 * decision - 1)) == code + 1)
        #expect(MuLaw.code(for: Int16(-4 * decision)) == code & 0x7F)
    }

    @Test func everyValueIsWithinHalfAStepOfItsCode() {
        let wrong = (Int16.min...Int16.max).filter { value in
            let code = MuLaw.code(for: value)
            let step = 8 << Int(~code >> 4 & 7)
            let clipped = min(max(Int(value), -32635), 32635)
            return abs(Int(MuLaw.values[Int(code)]) - clipped) > step / 2
        }
        #expect(wrong.isEmpty)
    }

    @Test func silenceIsTheCodeThatLinesSend() {
        #expect(FrameEncoder.encode([0, 0], as: .ulaw8000) == Data([0xFF, 0xFF]))
    }
}

@Suite struct FrameCodingTests {
    @Test func pcmIsLittleEndianAndFullScaleIsOne() {
        var decoder = FrameDecoder(format: .pcm16000)
        #expect(decoder.decode(Data([0x00, 0x80, 0xFF, 0x7F, 0x01, 0x00])) == [-1, 32767.0 / 32768, 1.0 / 32768])
    }

    @Test func all16BitValuesSurvive() {
        var bytes = Data()
        for value in Int16.min...Int16.max { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
        var decoder = FrameDecoder(format: .pcm44100)
        #expect(FrameEncoder.encode(decoder.decode(bytes), as: .pcm44100) == bytes)
    }

    @Test func oddByteWaitsForTheNextFrame() {
        let bytes = Data((0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37) })
        var whole = FrameDecoder(format: .pcm24000)
        let expected = whole.decode(bytes)
        var noise = Noise(seed: 1)
        for _ in 0..<50 {
            var decoder = FrameDecoder(format: .pcm24000)
            var (samples, rest): ([Float], Data) = ([], bytes)
            while !rest.isEmpty {
                let count = Int.random(in: 0...min(7, rest.count), using: &noise)
                samples += decoder.decode(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(samples == expected)
        }
    }

    @Test func collectionsWithoutContiguousBytesDecodeAlike() {
        var (one, other) = (FrameDecoder(format: .pcm16000), FrameDecoder(format: .pcm16000))
        let bytes: [UInt8] = [1, 2, 3, 4, 5]
        #expect(one.decode(bytes) == other.decode(bytes.lazy.map { $0 }))
    }

    @Test(arguments: AudioFormat.allCases)
    func whatIsOutOfRangeClipsAndNaNIsSilent(format: AudioFormat) {
        let edges = FrameEncoder.encode([1.5, .infinity, -1.5, -.infinity], as: format)
        let full = FrameEncoder.encode([1, 1, -1, -1], as: format)
        #expect(edges == full)
        #expect(FrameEncoder.encode([Float.nan], as: .pcm8000) == Data([0, 0]))
    }

    @Test func valuesAreRoundedNotTruncated() {
        #expect(FrameEncoder.encode([0.6 / 32768, -0.6 / 32768], as: .pcm16000) == Data([1, 0, 0xFF, 0xFF]))
    }
}
