/// The recordings of calls, one a conversation, each with a channel for the caller and one for the agent.
///
/// Every function can throw the error of whatever keeps the recordings.
public protocol RecordingStore: Sendable {
    /// Begins the recording of a call, replacing what there is.
    ///
    /// It can be read from the first flush on, and survives a sudden end of the process up to the last.
    ///
    /// - Parameter sampleRate: of all channels, in Hz.
    func begin(_ conversationID: String, sampleRate: Int, channels: Int) throws -> any RecordingWriter

    /// Opens a recording for reading; nil when the call has none.
    func open(_ conversationID: String) async throws -> (any RecordingReader)?

    /// Removes the recording, if there is one.
    func delete(_ conversationID: String) async throws
}

/// Writes a recording while the call goes on.
///
/// What the disk refuses is kept and written with the next flush. So every error but `RecordingEnded` may be temporary.
public protocol RecordingWriter {
    /// Adds one buffer for each channel, of equal lengths; samples −1 to 1. Flushes after each half second of audio.
    func append(_ samples: [[Float]]) throws

    /// Audio that has not been written yet, in seconds.
    var pendingSeconds: Double { get }

    /// Writes everything.
    func flush() throws

    /// Flushes and closes the recording; later calls do nothing.
    func close() throws
}

/// A recording takes no more, whatever room there is, such as when it is as large as its format allows.
public struct RecordingEnded: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why it has ended.
    public var description: String

    /// An end for a reason that the log shows.
    public init(description: String) { self.description = description }
}

/// Reads a recording piece by piece.
public protocol RecordingReader: Sendable {
    /// The sample rate, in Hz.
    var sampleRate: Int { get }
    /// The number of channels.
    var channels: Int { get }
    /// The length in frames, each one sample of every channel.
    var frameCount: Int { get }

    /// The samples of each channel, −1 to 1, within `frames`; fewer when the recording is cut off before their end.
    func read(_ frames: Range<Int>) async throws -> [[Float]]
}
