import Audio
import Foundation
import Testing

@Suite("Recordings in other formats", .timeLimit(.minutes(1)))
struct MediaDecoderTests {
    private static let rate = 16_000
    /// Two seconds of 440 Hz.
    private static let tone = Tone.samples(440, rate: rate, count: 2 * rate)

    private func withFile(_ data: Data, _ body: (URL) async throws -> Void) async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "parley-media-\(UUID().uuidString)")
        try data.write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        try await body(url)
    }

    private func decode(
        _ url: URL, input: MediaDecoder.Input = .any, limits: MediaDecoder.Limits = .init()
    ) async throws -> [Float] {
        var samples: [Float] = []
        try await MediaDecoder(sampleRate: Self.rate, limits: limits).decode(url, input: input) { samples += $0 }
        return samples
    }

    private func expectTone(_ samples: [Float], sourceLocation: SourceLocation = #_sourceLocation) {
        // Encoders put silence at both ends.
        #expect(abs(samples.count - 2 * Self.rate) < Self.rate / 8, sourceLocation: sourceLocation)
        guard samples.count > 3 * Self.rate / 2 else { return }
        let middle = samples[Self.rate / 2..<3 * Self.rate / 2]
        let amplitude = Tone.amplitude(of: 440, in: middle, rate: Self.rate)
        #expect(abs(amplitude - 0.5) < 0.05, sourceLocation: sourceLocation)
    }

    @Test("what Parley writes is read: WAV, MP3 and Opus")
    func own() async throws {
        for name in ["wav_16000", "wav_48000", "mp3_44100_64", "opus_48000_32"] {
            let format = try #require(SpeechFormat(name: name))
            let encoder = try SpeechEncoder(format: format)
            let tone = Tone.samples(440, rate: format.sampleRate, count: 2 * format.sampleRate)
            try await withFile(encoder.completed(try encoder.encode(tone) + encoder.finish())) { url in
                expectTone(try await decode(url))
            }
        }
    }

    @Test(
        "so is what telephones, browsers and studios write, of two channels too",
        arguments: [
            ["-c:a", "aac", "-f", "ipod"], ["-c:a", "libopus", "-f", "webm"], ["-c:a", "libvorbis", "-f", "ogg"],
            ["-c:a", "flac", "-f", "flac"], ["-ac", "2", "-c:a", "pcm_s24le", "-f", "wav"],
        ])
    func others(arguments: [String]) async throws {
        let wav = try WAV(sampleRate: Self.rate, channels: [Self.tone]).encoded()
        try await withFile(wav) { source in
            let url = source.appendingPathExtension("out")
            defer { try? FileManager.default.removeItem(at: url) }
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments =
                ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", source.path] + arguments + [url.path]
            try process.run()
            process.waitUntilExit()
            expectTone(try await decode(url))
        }
    }

    private func make(_ arguments: [String], in folder: URL) throws -> URL {
        let url = folder.appending(path: UUID().uuidString)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-nostdin", "-loglevel", "error"] + arguments + [url.path]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return url
    }

    @Test("pictures and subtitles in a file are left alone, codecs that speech does not come in refused")
    func codecs() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "parley-media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"]
        let film = try make(
            tone + ["-f", "lavfi", "-i", "testsrc=duration=2"] + ["-c:v", "mpeg4", "-c:a", "aac", "-f", "matroska"],
            in: folder)
        #expect(abs(try await decode(film).count - 2 * Self.rate) < Self.rate / 8)
        let rarity = try make(tone + ["-c:a", "truehd", "-strict", "-2", "-f", "matroska"], in: folder)
        await #expect(throws: MediaError.self) { try await decode(rarity) }
    }

    @Test("a file that says it is too long is refused before it is decoded")
    func hours() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "parley-media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let silence = try make(
            ["-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "900", "-c:a", "flac", "-f", "flac"], in: folder)
        var limits = MediaDecoder.Limits()
        limits.duration = 600
        var pieces = 0
        await #expect(throws: MediaError.tooLong(seconds: 600)) {
            try await MediaDecoder(sampleRate: Self.rate, limits: limits).decode(silence) { _ in pieces += 1 }
        }
        #expect(pieces == 0)
    }

    @Test("bytes without a header are what one says they are")
    func raw() async throws {
        try await withFile(FrameEncoder.encode(Self.tone, as: .pcm16000)) { url in
            expectTone(try await decode(url, input: .pcm16(rate: Self.rate)))
        }
    }

    @Test("what is no audio, leads elsewhere or is too long is refused; half a file is read to where it breaks off")
    func refusals() async throws {
        for text in [
            "This is no audio at all.", "", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
            "ffconcat version 1.0\nfile /etc/passwd\n",
        ] {
            try await withFile(Data(text.utf8)) { url in
                let error = await #expect(throws: MediaError.self) { try await decode(url) }
                guard case .unreadable(let reason) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(!reason.contains(url.path), "\(reason)")
            }
        }
        let wav = try WAV(sampleRate: Self.rate, channels: [Self.tone]).encoded()
        var limits = MediaDecoder.Limits()
        limits.duration = 1
        try await withFile(wav) { [limits] url in
            await #expect(throws: MediaError.tooLong(seconds: 1)) { try await decode(url, limits: limits) }
        }
        try await withFile(wav.prefix(wav.count / 2)) { url in
            let count = try await decode(url).count
            #expect(abs(count - Self.rate) < 100)
        }
    }
}
