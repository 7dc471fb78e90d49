import Foundation
import Testing

@testable import Audio

/// Builds files field by field, so that the reader is not tested against the writer alone.
private struct FileBuilder {
    var tag = 1
    var channels = 1
    var rate = 16000
    var bits = 16
    var block: Int?
    var extra = Data()
    var before = Data()
    var dataSize: Int?
    var audio = Data()

    static func field(_ value: Int, _ size: Int) -> Data {
        Data((0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
    }

    static func chunk(_ name: String, _ body: Data, size: Int? = nil) -> Data {
        Data(name.utf8) + field(size ?? body.count, 4) + body + Data(count: body.count % 2)
    }

    var file: Data {
        let block = block ?? channels * bits / 8
        let format =
            Self.field(tag, 2) + Self.field(channels, 2) + Self.field(rate, 4) + Self.field(rate * block, 4)
            + Self.field(block, 2) + Self.field(bits, 2) + extra
        let body = Data("WAVE".utf8) + before + Self.chunk("fmt ", format) + Self.chunk("data", audio, size: dataSize)
        return Self.chunk("RIFF", body)
    }
}

@Suite struct WAVTests {
    @Test(arguments: [1, 2, 5])
    func whatIsWrittenIsReadAgain(channels: Int) throws {
        var noise = Noise(seed: 11)
        let quantised = (0..<channels).map { _ in
            (0..<333).map { _ in Float(Int16.random(in: .min ... .max, using: &noise)) / 32768 }
        }
        let wav = WAV(sampleRate: 22050, channels: quantised)
        #expect(try WAV(parsing: wav.encoded()) == wav)
        #expect(wav.duration == 333.0 / 22050)
    }

    @Test(arguments: [
        (1, 8, [0x00, 0x80, 0xC0]), (1, 16, [0x00, 0x80, 0x00, 0x00, 0x00, 0x40]),
        (1, 24, [0, 0, 0x80, 0, 0, 0, 0, 0, 0x40]), (1, 32, [0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x40]),
        (3, 32, [0, 0, 0x80, 0xBF, 0, 0, 0, 0, 0, 0, 0, 0x3F]),
    ])
    func everyWidthReadsMinusOneZeroAndAHalf(tag: Int, bits: Int, bytes: [UInt8]) throws {
        let wav = try WAV(parsing: FileBuilder(tag: tag, bits: bits, audio: Data(bytes)).file)
        #expect(wav.channels == [[-1, 0, 0.5]])
        #expect(wav.sampleRate == 16000)
    }

    @Test func muLawIsRead() throws {
        let wav = try WAV(parsing: FileBuilder(tag: 7, rate: 8000, bits: 8, audio: Data([0x00, 0xFF, 0x80])).file)
        #expect(wav.channels == [[-32124.0 / 32768, 0, 32124.0 / 32768]])
    }

    @Test func extensibleFormatNamesTheRealOneInItsGUID() throws {
        let guid = Data([1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71])
        let extra = FileBuilder.field(22, 2) + FileBuilder.field(16, 2) + FileBuilder.field(3, 4) + guid
        let file = FileBuilder(
            tag: 0xFFFE, channels: 2, extra: extra, audio: Data([0, 0x40, 0, 0xC0])
        ).file
        #expect(try WAV(parsing: file).channels == [[0.5], [-0.5]])
    }

    @Test func unknownChunksOfOddSizeAreSkipped() throws {
        let file = FileBuilder(before: FileBuilder.chunk("LIST", Data([1, 2, 3])), audio: Data([0, 0x40])).file
        #expect(try WAV(parsing: file).channels == [[0.5]])
    }

    @Test(arguments: [0, 0xFFFF_FFFF, 1000])
    func sizesLeftOpenMeanToTheEnd(size: Int) throws {
        let file = FileBuilder(dataSize: size, audio: Data([0, 0x40, 0, 0xC0])).file
        #expect(try WAV(parsing: file).channels == [[0.5, -0.5]])
    }

    @Test func incompleteLastFrameIsDropped() throws {
        let file = FileBuilder(channels: 2, audio: Data([0, 0x40, 0, 0xC0, 0, 0x20])).file
        #expect(try WAV(parsing: file).channels == [[0.5], [-0.5]])
    }

    @Test func damagedFilesSayWhatIsWrong() {
        #expect(throws: WAVError.notWAV) { try WAV(parsing: Data()) }
        #expect(throws: WAVError.notWAV) { try WAV(parsing: Data("ID3 not a wave file at all".utf8)) }
        let riff = Data("RIFF".utf8) + FileBuilder.field(4, 4) + Data("WAVE".utf8)
        #expect(throws: WAVError.missingChunk("fmt ")) { try WAV(parsing: riff) }
        #expect(throws: WAVError.missingChunk("fmt ")) {
            try WAV(parsing: riff + FileBuilder.chunk("data", Data([0, 0])))
        }
        #expect(throws: WAVError.damaged("'fmt ' is too short")) {
            try WAV(parsing: riff + FileBuilder.chunk("fmt ", Data(count: 6)))
        }
        #expect(throws: WAVError.missingChunk("data")) {
            try WAV(parsing: FileBuilder(audio: Data()).file.prefix(36))
        }
        #expect(throws: WAVError.unsupported("0 channels")) { try WAV(parsing: FileBuilder(channels: 0).file) }
        #expect(throws: WAVError.unsupported("a sample rate of 0 Hz")) { try WAV(parsing: FileBuilder(rate: 0).file) }
        #expect(throws: WAVError.unsupported("format 2 at 4 bits a sample")) {
            try WAV(parsing: FileBuilder(tag: 2, bits: 4, block: 1).file)
        }
        #expect(throws: WAVError.damaged("a frame of 1 × 16 bits cannot take 0 bytes")) {
            try WAV(parsing: FileBuilder(block: 0, audio: Data([0, 0])).file)
        }
    }

    @Test func mutatedFilesNeverTrap() throws {
        var noise = Noise(seed: 23)
        let file = try WAV(sampleRate: 8000, channels: [noise.samples(20), noise.samples(20)]).encoded()
        var readable = 0
        for _ in 0..<20_000 {
            var bytes = file.prefix(Int.random(in: 0...file.count, using: &noise))
            for _ in 0..<Int.random(in: 0...4, using: &noise) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<min(44, bytes.count), using: &noise)] = .random(in: 0...255, using: &noise)
            }
            if let wav = try? WAV(parsing: bytes) {
                readable += 1
                #expect(wav.channels.allSatisfy { $0.count == wav.frameCount })
            }
        }
        #expect(readable > 0 && readable < 20_000)
    }

    @Test func unequalChannelsAreNotWritten() {
        #expect(throws: WAVError.unequalChannels) { try WAV(sampleRate: 8000, channels: [[0], []]).encoded() }
        #expect(throws: WAVError.unsupported("0 channels")) { try WAV(sampleRate: 8000, channels: []).encoded() }
    }

    @Test func monoIsTheMean() {
        #expect(WAV(sampleRate: 8000, channels: [[1, 0], [0, -1]]).mono == [0.5, -0.5])
    }
}

@Suite struct WAVWriterTests {
    private func withFile(_ body: (URL) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.appending(path: "call.wav"))
    }

    @Test func fileReadsAsWhatWasAppended() throws {
        try withFile { url in
            let left: [Float] = (0..<5000).map { Float($0 % 100) / 128 }
            let right = left.map { -$0 }
            let writer = try WAVWriter(creating: url, sampleRate: 8000, channels: 2)
            for start in stride(from: 0, to: 5000, by: 160) {
                let range = start..<min(start + 160, 5000)
                try writer.append([Array(left[range]), Array(right[range])])
            }
            try writer.close()
            let wav = try WAV(contentsOf: url)
            #expect(wav.channels == [left, right])
            #expect(wav.sampleRate == 8000)
            #expect(writer.frameCount == 5000)
            // The header alone, without the reader's leniency.
            let file = try Data(contentsOf: url)
            #expect(file.count == 44 + 20_000)
            #expect(file[4..<8] == Data([0x44, 0x4E, 0, 0]) && file[40..<44] == Data([0x20, 0x4E, 0, 0]))
        }
    }

    /// What another process finds while the writer is in mid-call is what `kill -9` leaves at that moment.
    @Test func anotherReaderFindsAllButTheLastHalfSecondAtAnyTime() throws {
        try withFile { url in
            let writer = try WAVWriter(creating: url, sampleRate: 8000, channels: 1)
            #expect(try WAV(contentsOf: url).frameCount == 0)
            for frame in 1...200 {
                try writer.append([[Float](repeating: 0.25, count: 160)])
                let seen = try WAV(contentsOf: url)
                #expect(seen.frameCount <= frame * 160 && seen.frameCount > frame * 160 - 4000)
                #expect(seen.channels[0].allSatisfy { $0 == 0.25 })
            }
            try writer.flush()
            #expect(try WAV(contentsOf: url).frameCount == 32_000)
        }
    }

    @Test func theFileIsItsOwnersAlone() throws {
        try withFile { url in
            try Data(repeating: 1, count: 1000).write(to: url)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
            let writer = try WAVWriter(creating: url, sampleRate: 8000, channels: 1)
            #expect(try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int == 0o600)
            try writer.close()
            #expect(try Data(contentsOf: url).count == 44, "nothing is left of what was there")
            #expect(throws: POSIXError.self) {
                try WAVWriter(creating: url.appending(path: "inside"), sampleRate: 8000, channels: 1)
            }
        }
    }

    @Test func audioThatTheHeaderDoesNotCountYetIsNoNoise() throws {
        // Killed between the audio and the header: the counted part reads, the rest is left.
        let file = try WAV(sampleRate: 8000, channels: [[0.5, 0.25]]).encoded() + Data([1, 2, 3, 4])
        #expect(try WAV(parsing: file).channels == [[0.5, 0.25]])
    }

    @Test func unequalOrMissingChannelsAreRefused() throws {
        try withFile { url in
            let writer = try WAVWriter(creating: url, sampleRate: 8000, channels: 2)
            #expect(throws: WAVError.unequalChannels) { try writer.append([[0]]) }
            #expect(throws: WAVError.unequalChannels) { try writer.append([[0], []]) }
            #expect(throws: WAVError.unsupported("0 channels")) {
                try WAVWriter(creating: url, sampleRate: 8000, channels: 0)
            }
        }
    }

    @Test func largeFilesAreRefusedBeforeTheyAreRead() throws {
        try withFile { url in
            try WAV(sampleRate: 8000, channels: [[Float](repeating: 0, count: 1000)]).encoded().write(to: url)
            #expect(throws: WAVError.tooLarge) { try WAV(contentsOf: url, limit: 1000) }
        }
    }
}
