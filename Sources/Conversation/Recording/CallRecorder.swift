import Agents
import Audio
import Foundation
import JSON
import Logging
import TurnTaking

/// Writes a call's record while the call goes on: both audio channels, the transcript, and the log of every event.
///
/// A failing disk costs the record, never the call: the failure is logged once, and what could not be written waits for
/// the next save, within bounds.
actor CallRecorder {
    /// How long audio is held back, because an interruption may still take back some of the agent's.
    private static let holdBack = Span.milliseconds(500)
    /// Lines of the log that collect before they are written without waiting for the next save.
    private static let eventBatch = 400
    /// Lines of the log that may wait for a disk that takes nothing: some ten minutes of a call. Later ones are lost,
    /// so that what is kept has no holes.
    private static let longestBacklog = 20_000
    /// Descriptions of the call that may wait for a disk that takes nothing.
    private static let mostDescriptions = 64
    /// Audio that may wait for a disk that takes nothing, in seconds; more ends the recording.
    private static let longestUnwritten = 30.0
    /// Delays before closing the record is tried again.
    static let closingDelays: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2)]

    private let id: String
    private let store: any ConversationStore
    private let recordings: any RecordingStore
    private let logger: Logger
    private var audio: TwoChannelRecording?
    /// What the recording held when it ended.
    private var hasAudio = Channels()
    private var draft = TranscriptDraft()
    private var events: [CallEvent] = []
    /// The record's beginning and descriptions that are not written yet.
    private var openings: [@Sendable (any ConversationStore) async throws -> Void] = []
    private var hasFailed = false
    private var isDeleted = false
    private let closingDelays: [Duration]

    init(
        id: String, store: any ConversationStore, recordings: any RecordingStore, logger: Logger,
        closingDelays: [Duration] = CallRecorder.closingDelays
    ) {
        self.id = id
        self.store = store
        self.recordings = recordings
        self.logger = logger
        self.closingDelays = closingDelays
    }

    func begin(_ start: ConversationStart) async {
        openings.append { try await $0.begin(start) }
        await write()
    }

    func describe(_ details: ConversationDetails) async {
        guard openings.count < Self.mostDescriptions else { return }
        openings.append { [id] in try await $0.update(id, details: details) }
        await write()
    }

    /// Starts the recording.
    ///
    /// - Parameter outputRate: rate of the agent's audio in Hz.
    func record(outputRate: Int) {
        do {
            audio = try TwoChannelRecording(
                writer: try recordings.begin(id, sampleRate: CallTime.rate, channels: 2), outputRate: outputRate,
                holdBack: Self.holdBack)
        } catch {
            failed(error)
        }
    }

    // MARK: Audio

    func heardCaller(_ samples: [Float]) { withAudio { try $0.caller(samples) } }

    /// Adds audio of the agent that plays from `start` on.
    func heardAgent(_ samples: [Float], from start: CallTime) { withAudio { try $0.agent(samples, from: start) } }

    /// Removes audio from `time` on, which was sent but never heard.
    func silenceAgent(from time: CallTime) { withAudio { $0.cutAgent(from: time) } }

    private func withAudio(_ body: (inout TwoChannelRecording) throws -> Void) {
        guard var recording = audio else { return }
        // Taken out meanwhile, so that its samples are not copied when they change.
        audio = nil
        do {
            try body(&recording)
            audio = recording
        } catch {
            let isOver = error is RecordingEnded || recording.pendingSeconds > Self.longestUnwritten
            if isOver { hasAudio.add(recording) } else { audio = recording }
            failed(error)
        }
    }

    /// Ends the recording before the call ends; what was recorded stays.
    func endRecording() {
        guard var recording = audio else { return }
        audio = nil
        do { try recording.finish() } catch { failed(error) }
        hasAudio.add(recording)
    }

    /// Which channels of the recording hold anything.
    private struct Channels {
        var caller = false
        var agent = false

        mutating func add(_ recording: TwoChannelRecording) {
            caller = caller || recording.hasCaller
            agent = agent || recording.hasAgent
        }
    }

    // MARK: Transcript and log

    /// Sets the turn at `place` of the transcript.
    func put(_ turn: TranscriptTurn, at place: Int) { draft.put(turn, at: place) }

    /// Changes the turn at `place`, which may be long over.
    func amend(at place: Int, _ change: @Sendable (inout TranscriptTurn) -> Void) { draft.amend(at: place, change) }

    /// Stores feedback on the agent's turn that the client knows by `eventID`; nil withdraws it.
    func rate(_ eventID: Int, _ feedback: TranscriptTurn.Feedback?) { draft.rate(eventID, feedback) }

    func log(_ kind: String, _ detail: JSONValue, at time: CallTime) async {
        guard events.count < Self.longestBacklog else { return }
        events.append(CallEvent(time: time.samples, kind: kind, detail: detail))
        if events.count.isMultiple(of: Self.eventBatch) { await save() }
    }

    /// Writes what has changed.
    func save() async {
        await write()
        withAudio { try $0.flush() }
    }

    /// Writes transcript and log; whether all of it was written. The record of a call that its owner has deleted needs
    /// nothing.
    func commit() async -> Bool { await write() || isDeleted }

    /// Writes all but the audio; what the disk does not take is kept for the next save.
    ///
    /// - Returns: Whether nothing is left.
    @discardableResult
    private func write() async -> Bool {
        guard !isDeleted else { return false }
        do {
            while let opening = openings.first {
                try await opening(store)
                openings.removeFirst()
            }
            var turns = draft.takeUnsaved()[...]
            do {
                while let (place, turn) = turns.first {
                    try await store.save(turn: turn, at: place, in: id)
                    turns.removeFirst()
                }
            } catch {
                draft.putBack(turns.map(\.place))
                throw error
            }
            let batch = events
            try await store.append(events: batch, in: id)
            events.removeFirst(batch.count)
        } catch {
            failed(error)
            return false
        }
        if hasFailed {
            hasFailed = false
            logger.notice("The call's record can be written again.")
        }
        return true
    }

    /// Closes the record and the recording.
    ///
    /// - Parameter owing: what is owed for the call from now on; written with its end.
    func finish(_ end: ConversationOutcome, owing: [OutboxEntry] = []) async {
        var end = end
        endRecording()
        (end.hasUserAudio, end.hasResponseAudio) = (hasAudio.caller, hasAudio.agent)
        for delay in closingDelays.map(Optional.some) + [nil] {
            if await write() {
                do { return try await store.finish(id, end, owing: owing) } catch { failed(error) }
            }
            guard !isDeleted, let delay else { break }
            try? await Task.sleep(for: delay)
        }
        if !isDeleted {
            logger.error(
                """
                The call's record could not be closed because the disk does not accept writes; the next start will \
                close it.
                """)
        }
    }

    private func failed(_ error: any Error) {
        if case StorageError.notFound = error {
            isDeleted = true
            return logger.notice("The call's record was deleted while the call went on.")
        }
        guard !hasFailed else { return }
        hasFailed = true
        logger.error(
            "The call's record cannot be written now; writing is retried while the call goes on.",
            metadata: ["error": "\(error)"])
    }
}

/// The two channels of a recording, left the caller, right the agent, on the caller's sample clock at 16 kHz.
private struct TwoChannelRecording {
    private let writer: any RecordingWriter
    private let holdBack: Int
    private var resampler: Resampler
    private var left: [Float] = []
    private var right: [Float] = []
    /// The position in the call of the first sample of `left` and `right`.
    private var origin = 0
    private(set) var hasCaller = false
    private(set) var hasAgent = false

    init(writer: any RecordingWriter, outputRate: Int, holdBack: Span) throws {
        self.writer = writer
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
        // A frame that follows the previous one within a few samples of rounding joins it without a gap.
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
        let caller = Array(left.prefix(count))
        let agent = Array(right.prefix(count)) + [Float](repeating: 0, count: silence)
        left.removeFirst(count)
        right.removeFirst(min(count, right.count))
        origin += count
        // The writer keeps what the disk does not take.
        try writer.append([caller, agent])
    }

    var pendingSeconds: Double { writer.pendingSeconds }

    mutating func flush() throws { try writer.flush() }

    mutating func finish() throws {
        let end = max(left.count, right.count)
        left += [Float](repeating: 0, count: end - left.count)
        try write(upTo: end)
        try writer.close()
    }
}
