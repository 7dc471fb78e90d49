import Agents
import Audio
import Conversation
import Foundation
import TestSupport
import Testing

@Suite("The store of recordings")
struct RecordingStoreTests {
    /// Samples that 16 bits hold exactly.
    private static func ramp(_ count: Int, from first: Int = 0) -> [Float] {
        (first..<first + count).map { Float($0 % 1000) / 32_768 }
    }

    @Test("what is written is read back, as a whole and in any part", arguments: Recordings.allCases)
    func wholeAndParts(_ kind: Recordings) async throws {
        try await kind.open { recordings in
            let writer = try recordings.begin("conv_1", sampleRate: 16_000, channels: 2)
            let (left, right) = (Self.ramp(20_000), Self.ramp(20_000, from: 500))
            try writer.append([Array(left[..<7]), Array(right[..<7])])
            try writer.append([Array(left[7...]), Array(right[7...])])
            try writer.close()
            #expect(writer.pendingSeconds == 0)
            let reader = try #require(try await recordings.open("conv_1"))
            #expect(reader.sampleRate == 16_000 && reader.channels == 2 && reader.frameCount == 20_000)
            #expect(try await reader.read(0..<20_000) == [left, right])
            for part in [0..<1, 6..<8, 19_999..<20_000, 5_000..<15_000] {
                #expect(try await reader.read(part) == [Array(left[part]), Array(right[part])], "\(part)")
            }
            #expect(try await reader.read(19_990..<20_010).map(\.count) == [10, 10])
            #expect(try await reader.read(30_000..<30_010) == [[], []])
        }
    }

    @Test("a call that is still going on can be read as far as it was flushed", arguments: Recordings.allCases)
    func growing(_ kind: Recordings) async throws {
        try await kind.open { recordings in
            let writer = try recordings.begin("conv_1", sampleRate: 16_000, channels: 1)
            try writer.append([Self.ramp(100)])
            try writer.flush()
            #expect(try await recordings.open("conv_1")?.frameCount == 100)
            try writer.append([Self.ramp(100)])
            try writer.flush()
            #expect(try await recordings.open("conv_1")?.frameCount == 200)
        }
    }

    @Test("one call has one recording, which is gone when it is deleted", arguments: Recordings.allCases)
    func replacingAndDeleting(_ kind: Recordings) async throws {
        try await kind.open { recordings in
            for (id, count) in [("conv_1", 50), ("conv_2", 60), ("conv_1", 70)] {
                let writer = try recordings.begin(id, sampleRate: 16_000, channels: 1)
                try writer.append([Self.ramp(count)])
                try writer.close()
            }
            #expect(try await recordings.open("conv_1")?.frameCount == 70)
            try await recordings.delete("conv_1")
            try await recordings.delete("conv_1")
            #expect(try await recordings.open("conv_1") == nil)
            #expect(try await recordings.open("conv_2")?.frameCount == 60)
        }
    }

    @Test("what the format cannot hold ends the recording", arguments: Recordings.allCases)
    func ended(_ kind: Recordings) async throws {
        try await kind.open { recordings in
            let writer = try recordings.begin("conv_1", sampleRate: 16_000, channels: 2)
            #expect(throws: RecordingEnded.self) { try writer.append([[0, 0], [0]]) }
        }
    }
}

@Suite("The folder of recordings")
struct RecordingFolderTests {
    private func mode(_ url: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
    }

    @Test("a recording is a WAV file that bears the conversation's id")
    func file() throws {
        let scratch = ScratchDirectory()
        let folder = RecordingFolder(scratch.url)
        let writer = try folder.begin("conv_1", sampleRate: 16_000, channels: 2)
        try writer.append([[0.5, 0], [0, 0.5]])
        try writer.close()
        #expect(folder.file(of: "conv_1").path == scratch.url.appending(path: "conv_1.wav").path)
        #expect(try WAV(contentsOf: folder.file(of: "conv_1")).channels == [[0.5, 0], [0, 0.5]])
    }

    @Test("recordings are their owner's alone, also in a folder that was there before, and are made so again")
    func modes() throws {
        let scratch = ScratchDirectory()
        let file = scratch.url.appending(path: "conv_1.wav")
        for _ in 0..<2 {
            let folder = RecordingFolder(scratch.url)
            #expect(try mode(scratch.url) == 0o700)
            if FileManager.default.fileExists(atPath: file.path) { #expect(try mode(file) == 0o600) }
            try folder.begin("conv_1", sampleRate: 16_000, channels: 2).close()
            #expect(try mode(file) == 0o600)
            // As an older version left it.
            for url in [file, scratch.url] { chmod(url.path, 0o755) }
        }
        _ = RecordingFolder(scratch.url)
        #expect(try mode(file) == 0o600)
    }

    @Test("a folder that was removed meanwhile is made again")
    func removed() throws {
        let scratch = ScratchDirectory()
        let folder = RecordingFolder(scratch.url)
        try FileManager.default.removeItem(at: scratch.url)
        try folder.begin("conv_1", sampleRate: 16_000, channels: 2).close()
        #expect(try mode(scratch.url) == 0o700)
    }

    @Test("a file that is no recording is said to be none")
    func garbage() async throws {
        let scratch = ScratchDirectory()
        let folder = RecordingFolder(scratch.url)
        try Data(repeating: 0, count: 100).write(to: folder.file(of: "conv_1"))
        await #expect(throws: WAVError.notWAV) { try await folder.open("conv_1") }
    }
}
