import Agents
import Audio
import Foundation

/// Recordings as WAV files in a folder, `<conversation id>.wav`. Only the user who runs the server can read them.
public struct RecordingFolder: RecordingStore {
    private let directory: URL

    /// Takes a folder, which is created when it is not there.
    ///
    /// The rights of other users are removed, even when the folder was there before or an older version left it open.
    public init(_ directory: URL) {
        self.directory = directory
        let path = directory.path(percentEncoded: false)
        try? createDirectory()
        chmod(path, 0o700)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            chmod("\(path)/\(name)", 0o600)
        }
    }

    /// Where the recording of a call is or would be.
    public func file(of conversationID: String) -> URL { directory.appending(path: conversationID + ".wav") }

    /// Begins the recording of a call, replacing what there is.
    ///
    /// - Parameter sampleRate: of all channels, in Hz.
    /// - Throws: `WAVError.unsupported` for a rate or number of channels that `WAVWriter` does not write, and
    ///   Foundation's file errors.
    public func begin(_ conversationID: String, sampleRate: Int, channels: Int) throws -> any RecordingWriter {
        // The folder may have been removed while the server runs.
        try createDirectory()
        return WAVRecording(
            writer: try WAVWriter(
                creating: file(of: conversationID), sampleRate: sampleRate, channels: channels))
    }

    /// Opens a recording for reading; nil when the call has none.
    ///
    /// - Throws: `WAVError` for what is no recording, and Foundation's file errors.
    public func open(_ conversationID: String) async throws -> (any RecordingReader)? {
        let file = file(of: conversationID)
        guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else { return nil }
        return try WAVRecordingReader(file)
    }

    /// Removes the recording, if there is one.
    ///
    /// - Throws: Foundation's file errors.
    public func delete(_ conversationID: String) async throws {
        let file = file(of: conversationID)
        guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else { return }
        try FileManager.default.removeItem(at: file)
    }

    private func createDirectory() throws {
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
}

/// A recording that is being written.
private struct WAVRecording: RecordingWriter {
    let writer: WAVWriter

    var pendingSeconds: Double { writer.pendingSeconds }

    func append(_ samples: [[Float]]) throws { try ending { try writer.append(samples) } }
    func flush() throws { try ending { try writer.flush() } }
    func close() throws { try ending { try writer.close() } }

    /// What contradicts the format will not pass, unlike a full disk.
    private func ending(_ body: () throws -> Void) throws {
        do { try body() } catch let error as WAVError { throw RecordingEnded(description: "\(error)") }
    }
}

/// A recording that is read from its file, which may go on growing.
private final class WAVRecordingReader: RecordingReader {
    let sampleRate: Int
    let channels: Int
    let frameCount: Int
    private let file: FileHandle
    private let header: Data

    init(_ url: URL) throws {
        file = try FileHandle(forReadingFrom: url)
        header = try file.read(upToCount: WAV.headerSize) ?? Data()
        // Some frames tell the format.
        let audio = try WAV(parsing: header + (try file.read(upToCount: 4096) ?? Data()))
        sampleRate = audio.sampleRate
        channels = audio.channels.count
        frameCount = max(0, Int(try file.seekToEnd()) - WAV.headerSize) / (2 * audio.channels.count)
    }

    deinit { try? file.close() }

    func read(_ frames: Range<Int>) async throws -> [[Float]] {
        let frameSize = 2 * channels
        var samples = Data(count: frames.count * frameSize)
        let offset = WAV.headerSize + frames.lowerBound * frameSize
        // Several readers at once must not move each other's place in the file.
        let count = samples.withUnsafeMutableBytes {
            pread(file.fileDescriptor, $0.baseAddress, $0.count, off_t(offset))
        }
        guard count >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        guard count >= frameSize else { return [[Float]](repeating: [], count: channels) }
        // A header that promises more audio than follows means "to the end".
        return try WAV(parsing: header + samples.prefix(count)).channels
    }
}
