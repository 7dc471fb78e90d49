import Audio
import Client
import ConvAI
import Foundation

/// One call in real time whose caller is a `ScriptedCaller`: sends 20 ms frames, and records both channels as heard.
public actor ScriptedCall {
    /// The result of a call.
    public struct Result: Sendable {
        /// The call as it was heard.
        public var call: RecordedCall
        /// The caller's channel from the opening of the WebSocket on.
        public var caller: [Float]
        /// The sample rate of `caller`, in Hz.
        public var callerRate: Int
        /// How the conversation ended.
        public var end: ConversationEnd
        /// Whether the caller said everything.
        public var isComplete: Bool
        /// How late each frame was sent after its last sample was due, in seconds: the fault of the measuring machine.
        public var lateness: [Double]
    }

    /// An event for an observer of the call.
    public enum Event: Sendable {
        /// The server sent a message.
        case message(ServerMessage)
        /// An answer has become audible, this many seconds after the caller's speech.
        case answered(after: Double)
        /// The levels of one frame, in dBFS.
        case levels(caller: Double, agent: Double)
    }

    private static let frameLength = 0.020
    /// Longest call, in seconds; a longer one is ended.
    private static let longestCall = 3600.0

    private let conversation: AgentConversation
    private let format: AudioFormat
    private let frame: Int
    private let recordings: [ScriptedCaller.Recording]
    private let speech: [Utterance?]
    private var scripted: ScriptedCaller
    private var recorder: CallListener
    private var timer = TurnTimer()
    private var caller: [Float] = []
    private var noted = 0
    /// Samples of the agent's channel that the scripted caller has reacted to.
    private var listened = 0
    /// Samples before the metadata came, when there was no microphone yet.
    private var silentSamples = 0
    private var lateness: [Double] = []
    private var echo: EchoPath?
    private let watch: @Sendable (Event) -> Void

    /// - Parameters:
    ///   - recordings: the caller's recordings, at the rate of the call's input format.
    ///   - background: the background noise, at that rate; empty for room noise.
    ///   - echo: the echo of the loudspeaker in the microphone.
    /// - Throws: `UnknownFormat`; `ResamplerError`.
    public init(
        _ conversation: AgentConversation, recordings: [ScriptedCaller.Recording],
        options: ScriptedCaller.Options = ScriptedCaller.Options(), background: [Float] = [],
        echo: EchoPath.Options? = nil, watch: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws {
        let formats = try conversation.audioFormats()
        self.echo = try echo.map {
            try EchoPath(from: formats.output.sampleRate, to: formats.input.sampleRate, options: $0)
        }
        self.conversation = conversation
        self.recordings = recordings
        self.watch = watch
        format = formats.input
        frame = Int(Double(format.sampleRate) * Self.frameLength)
        let rate = format.sampleRate
        speech = recordings.map { Audibility.speech(in: $0.samples, sampleRate: rate) }
        scripted = ScriptedCaller(recordings: recordings, sampleRate: rate, options: options, background: background)
        recorder = CallListener(format: formats.output)
    }

    /// Runs the call until everything was said and answered, the server ends it, or the task is cancelled.
    public func run() async -> Result {
        let end = await withTaskGroup(of: ConversationEnd?.self) { group in
            group.addTask { await self.listen() }
            group.addTask {
                // When cancelled, the caller hangs up.
                try? await self.speak()
                return nil
            }
            var end: ConversationEnd?
            while let finished = await group.next() {
                if let finished { end = finished } else { end = await conversation.end() }
                group.cancelAll()
                break
            }
            return end ?? ConversationEnd(initiator: .connection, reason: "the connection was lost")
        }
        recorder.listen(until: ContinuousClock.now.seconds(since: conversation.openedAt))
        return Result(
            call: recorder.call, caller: caller, callerRate: format.sampleRate, end: end,
            isComplete: scripted.isFinished, lateness: lateness)
    }

    private func listen() async -> ConversationEnd? {
        for await event in conversation.events {
            switch event {
            case .message(let message, let time):
                recorder.receive(message, at: time.seconds(since: conversation.openedAt))
                watch(.message(message))
            case .unreadable: break
            case .ended(let end): return end
            }
        }
        // The task was cancelled, and the caller has hung up.
        return nil
    }

    private func speak() async throws {
        let opened = conversation.openedAt
        var index = Int((ContinuousClock.now.seconds(since: opened) / Self.frameLength).rounded(.up))
        silentSamples = index * frame
        caller = [Float](repeating: 0, count: silentSamples)
        while !scripted.isFinished, Double(index) * Self.frameLength < Self.longestCall {
            let due = opened + .seconds(Double(index + 1) * Self.frameLength)
            try await Task.sleep(until: due, tolerance: .zero, clock: .continuous)
            let samples = nextFrame(index)
            do {
                try await conversation.send(audio: FrameEncoder.encode(samples, as: format))
            } catch {
                // The end of the call is reported with the events.
                return
            }
            lateness.append(ContinuousClock.now.seconds(since: due))
            index += 1
        }
    }

    private func nextFrame(_ index: Int) -> [Float] {
        // One frame behind, so that messages on their way to this actor still count from their arrival.
        let heard = heard(until: Double(index) * Self.frameLength)
        var samples = scripted.next(frame, agentIsAudible: Audibility.isAudible(heard))
        echo?.add(heard: heard, to: &samples)
        caller += samples
        for turn in scripted.turns[noted...] { note(turn) }
        noted = scripted.turns.count
        let levels = (
            caller: Double(Level.decibels(Level.rms(samples))), agent: Double(Level.decibels(Level.rms(heard)))
        )
        watch(.levels(caller: levels.caller, agent: levels.agent))
        if let latency = timer.frame(seconds: Self.frameLength, caller: levels.caller, agent: levels.agent) {
            watch(.answered(after: latency))
        }
        return samples
    }

    /// What was heard since the last call. The recorder also listens when messages arrive.
    private func heard(until time: Double) -> [Float] {
        recorder.listen(until: time)
        let end = min(Int(time * Double(recorder.call.sampleRate)), recorder.call.heard.count)
        defer { listened = max(listened, end) }
        return end > listened ? Array(recorder.call.heard[listened..<end]) : []
    }

    private func note(_ turn: ScriptedCaller.Turn) {
        let recording = recordings[turn.recording]
        guard let speech = speech[turn.recording] else { return }
        func seconds(_ sample: Int) -> Double {
            Double(silentSamples + turn.start + sample) / Double(format.sampleRate)
        }
        recorder.note(
            .init(
                name: recording.name, start: seconds(speech.start), end: seconds(speech.end), role: turn.role)
        )
    }
}

extension AgentConversation {
    /// The audio formats of both directions.
    ///
    /// - Throws: `UnknownFormat`.
    public func audioFormats() throws -> (input: AudioFormat, output: AudioFormat) {
        func format(_ name: String) throws -> AudioFormat {
            guard let format = AudioFormat(rawValue: name) else { throw UnknownFormat(name: name) }
            return format
        }
        return (try format(metadata.userInputAudioFormat), try format(metadata.agentOutputAudioFormat))
    }
}

/// The server uses an audio format that is unknown here.
public struct UnknownFormat: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name of the format in the conversation's metadata.
    public var name: String

    /// A message for the operator.
    public var description: String { "The server speaks \(name), which is unknown here." }
}

extension ContinuousClock.Instant {
    /// Seconds since an earlier instant.
    package func seconds(since start: ContinuousClock.Instant) -> Double { (self - start) / .seconds(1) }
}
