import Agents
import Audio
import Foundation
import JSON
import Logging
import TurnTaking

/// Writes a call's record while the call goes: both channels, the transcript, the log of every event.
///
/// A failing disk costs the record, never the call: it is logged once and named in the record's warnings.
actor CallRecorder {
    /// Kept back until it can no longer be taken back by an interruption.
    private static let holdBack = Span.milliseconds(500)
    /// Lines of the log that wait for the next save.
    private static let eventBatch = 400

    private let id: String
    private let store: ConversationStore
    private let logger: Logger
    private var audio: TwoChannelRecording?
    private var draft = TranscriptDraft()
    private var events: [CallEvent] = []
    private var hasFailed = false

    init(id: String, store: ConversationStore, logger: Logger) {
        self.id = id
        self.store = store
        self.logger = logger
    }

    func begin(_ start: ConversationStart) async {
        await attempt { try await store.begin(start) }
    }

    func describe(_ details: ConversationDetails) async {
        await attempt { try await store.update(id, details: details) }
    }

    /// Starts the recording.
    ///
    /// - Parameter outputRate: rate of the agent's audio in Hz.
    func record(to file: URL, outputRate: Int) {
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            audio = try TwoChannelRecording(file: file, outputRate: outputRate, holdBack: Self.holdBack)
        } catch {
            failed(error)
        }
    }

    // MARK: Audio

    func heardCaller(_ samples: [Float]) { withAudio { try $0.caller(samples) } }

    /// Adds audio of the agent that plays from `start` on.
    func heardAgent(_ samples: [Float], from start: CallTime) { withAudio { try $0.agent(samples, from: start) } }

    /// Takes back what was sent but never heard.
    func silenceAgent(from time: CallTime) { withAudio { $0.cutAgent(from: time) } }

    private func withAudio(_ body: (inout TwoChannelRecording) throws -> Void) {
        guard var recording = audio else { return }
        do {
            try body(&recording)
            audio = recording
        } catch {
            audio = nil
            failed(error)
        }
    }

    // MARK: Transcript and log

    /// Sets the turn at `place`.
    func put(_ turn: TranscriptTurn, at place: Int) { draft.put(turn, at: place) }

    /// Changes the turn at `place`, which may have been over for long.
    func amend(at place: Int, _ change: @Sendable (inout TranscriptTurn) -> Void) { draft.amend(at: place, change) }

    /// Marks the turn that the client saw, or will see, under `eventID`.
    func rate(_ eventID: Int, _ feedback: TranscriptTurn.Feedback?) { draft.rate(eventID, feedback) }

    func log(_ kind: String, _ detail: JSONValue, at time: CallTime) async {
        events.append(CallEvent(time: time.samples, kind: kind, detail: detail))
        if events.count >= Self.eventBatch { await save() }
    }

    /// Writes what has changed.
    func save() async {
        for (place, turn) in draft.takeUnsaved() {
            await attempt { try await store.save(turn: turn, at: place, in: id) }
        }
        if !events.isEmpty {
            let batch = events
            events = []
            await attempt { try await store.append(events: batch, in: id) }
        }
        withAudio { try $0.flush() }
    }

    func finish(_ end: ConversationOutcome) async {
        await save()
        var end = end
        if var recording = audio {
            do {
                try recording.finish()
                end.hasUserAudio = recording.hasCaller
                end.hasResponseAudio = recording.hasAgent
            } catch {
                failed(error)
            }
            audio = nil
        }
        let final = end
        await attempt { try await store.finish(id, final) }
    }

    private func attempt(_ body: () async throws -> Void) async {
        do { try await body() } catch { failed(error) }
    }

    private func failed(_ error: any Error) {
        guard !hasFailed else { return }
        hasFailed = true
        if case StorageError.notFound = error {
            return logger.notice("The call's record was deleted while the call went on.")
        }
        logger.error("The call's record cannot be written.", metadata: ["error": "\(error)"])
    }
}

/// The two channels of a recording, left the caller, right the agent, on the caller's sample clock at 16 kHz.
private struct TwoChannelRecording {
    private let writer: WAVWriter
    private let holdBack: Int
    private var resampler: Resampler
    private var left: [Float] = []
    private var right: [Float] = []
    /// The place of the first sample of `left` and `right` in the call.
    private var origin = 0
    private(set) var hasCaller = false
    private(set) var hasAgent = false

    init(file: URL, outputRate: Int, holdBack: Span) throws {
        writer = try WAVWriter(creating: file, sampleRate: CallTime.rate, channels: 2)
        resampler = try Resampler(from: outputRate, to: CallTime.rate)
        self.holdBack = holdBack.samples
    }

    mutating func caller(_ samples: [Float]) throws {
        if !hasCaller { hasCaller = samples.contains { $0 != 0 } }
        left += samples
        try write(upTo: left.count - holdBack)
    }

    mutating func agent(_ samples: [Float], from start: CallTime) throws {
        hasAgent = true
        let place = max(start.samples - origin, 0)
        // A frame that follows the one before to within a few samples of rounding joins it without a seam.
        if place > right.count + 32 {
            right += [Float](repeating: 0, count: place - right.count)
        }
        right += resampler.process(samples)
    }

    mutating func cutAgent(from time: CallTime) {
        right.removeLast(max(0, min(right.count, right.count - (time.samples - origin))))
    }

    private mutating func write(upTo count: Int) throws {
        guard count > 0 else { return }
        let silence = max(0, count - right.count)
        let agent = Array(right.prefix(count)) + [Float](repeating: 0, count: silence)
        try writer.append([Array(left.prefix(count)), agent])
        left.removeFirst(count)
        right.removeFirst(min(count, right.count))
        origin += count
    }

    mutating func flush() throws { try writer.flush() }

    mutating func finish() throws {
        let end = max(left.count, right.count)
        left += [Float](repeating: 0, count: end - left.count)
        try write(upTo: end)
        try writer.close()
    }
}
