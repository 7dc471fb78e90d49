import Agents
import Synchronization

/// Recordings in memory.
package final class MemoryRecordings: RecordingStore {
    /// A recording as it is now.
    package struct Recording: RecordingReader {
        package var sampleRate: Int
        /// The samples of each channel.
        package var samples: [[Float]]

        package var channels: Int { samples.count }
        package var frameCount: Int { samples.first?.count ?? 0 }

        /// The samples of each channel within `frames`.
        package func read(_ frames: Range<Int>) async throws -> [[Float]] {
            samples.map { Array($0[frames.clamped(to: 0..<$0.count)]) }
        }
    }

    private let recordings = Mutex<[String: Recording]>([:])

    /// No recordings.
    package init() {}

    /// Begins a recording, whose every buffer can be read at once.
    package func begin(_ conversationID: String, sampleRate: Int, channels: Int) throws -> any RecordingWriter {
        let empty = Recording(sampleRate: sampleRate, samples: [[Float]](repeating: [], count: channels))
        recordings.withLock { $0[conversationID] = empty }
        return Writer(id: conversationID, store: self)
    }

    /// The recording as it is now.
    package func open(_ conversationID: String) async throws -> (any RecordingReader)? {
        recordings.withLock { $0[conversationID] }
    }

    /// Removes a recording.
    package func delete(_ conversationID: String) async throws {
        recordings.withLock { $0[conversationID] = nil }
    }

    private struct Writer: RecordingWriter {
        let id: String
        let store: MemoryRecordings

        var pendingSeconds: Double { 0 }

        func append(_ samples: [[Float]]) throws {
            try store.recordings.withLock { recordings in
                guard var recording = recordings[id] else { return }
                guard samples.count == recording.channels, Set(samples.map(\.count)).count == 1 else {
                    throw RecordingEnded(description: "the channels differ in length or number")
                }
                for channel in samples.indices { recording.samples[channel] += samples[channel] }
                recordings[id] = recording
            }
        }

        func flush() throws {}
        func close() throws {}
    }
}
