import Audio
import CallMetrics
import Client
import ConvAI
import Foundation

/// A conversation with microphone and loudspeaker.
actor LiveCall {
    /// Audio that is kept queued for the loudspeaker, in seconds: as much as the scheduler of a busy machine may be
    /// late.
    private static let lead = 0.060
    /// Interval at which both directions are served.
    private static let period = Duration.milliseconds(10)
    /// How long half-duplex mode goes on muting the microphone after the agent's last sound, in seconds: a room's echo.
    private static let echo = 0.3

    /// Devices deliver audio in blocks, so their clocks are corrected only when they are off by more than this, in
    /// seconds.
    private static let slack = 0.2

    private let conversation: AgentConversation
    private let card: SoundCard
    private let formats: (input: AudioFormat, output: AudioFormat)
    private let isHalfDuplex: Bool
    private let transcript = LiveTranscript()
    private var decoder: FrameDecoder
    private var playout: PlayoutBuffer
    private var toDevice: Resampler
    private var fromDevice: Resampler
    private var timer = TurnTimer()
    private var pending: [Float] = []
    private var agentLevel = -Double.infinity
    private var agentQuiet = Double.infinity
    private var caller: [Float] = []
    private var agent: [Float] = []

    init(target: CallTarget, input: Int?, output: Int?, isHalfDuplex: Bool) async throws {
        conversation = try await target.connect()
        do {
            formats = try conversation.audioFormats()
            let rates = [formats.input.sampleRate, formats.output.sampleRate, 48000, 44100, 16000]
            card = try SoundCard(input: input, output: output, rates: rates)
            fromDevice = try Resampler(from: card.sampleRate, to: formats.input.sampleRate)
            toDevice = try Resampler(from: formats.output.sampleRate, to: card.sampleRate)
        } catch {
            await conversation.end()
            throw error
        }
        self.isHalfDuplex = isHalfDuplex
        decoder = FrameDecoder(format: formats.output)
        playout = PlayoutBuffer(sampleRate: formats.output.sampleRate)
    }

    /// Runs the conversation until the server ends it, or the user does with Ctrl-C.
    func run(recording: URL?) async throws -> ConversationEnd {
        transcript.note(
            isHalfDuplex
                ? "You are connected. The microphone is off while the agent speaks. Ctrl-C ends."
                : "You are connected. Use headphones, or --mute-while-speaking. Ctrl-C ends.")
        let conversation = conversation
        let end = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await event in conversation.events {
                    if case .message(let message, _) = event { await self.take(message) }
                }
            }
            group.addTask {
                _ = try? await Signals.cancelling { try await self.serve(isRecording: recording != nil) }
            }
            await group.next()
            let end = await conversation.end()
            group.cancelAll()
            return end
        }
        transcript.close()
        if let recording {
            try Recordings.write(
                caller: caller, callerRate: formats.input.sampleRate, agent: agent,
                agentRate: formats.output.sampleRate, to: recording)
        }
        return end
    }

    private func take(_ message: ServerMessage) async {
        switch message {
        case .audio(let audio): _ = playout.enqueue(decoder.decode(audio.bytes), eventID: audio.eventID)
        case .interruption(let eventID):
            playout.interrupt(eventID: eventID)
            await card.dropWaiting()
        default: break
        }
        transcript.take(.message(message))
    }

    private func serve(isRecording: Bool) async throws {
        let frame = formats.input.sampleRate / 50
        while true {
            try await Task.sleep(for: Self.period, tolerance: .zero)
            await feed(isRecording: isRecording)
            pending += fromDevice.process(await card.captured())
            while pending.count >= frame {
                var samples = Array(pending.prefix(frame))
                pending.removeFirst(frame)
                let now = ContinuousClock.now.seconds(since: conversation.openedAt)
                let level = Double(Level.decibels(Level.rms(samples)))
                if isHalfDuplex, agentQuiet < Self.echo { samples = [Float](repeating: 0, count: frame) }
                if isRecording {
                    Self.append(samples, to: &caller, endingAt: now, sampleRate: formats.input.sampleRate)
                }
                transcript.take(.levels(caller: level, agent: agentLevel))
                if let latency = timer.frame(seconds: 0.020, caller: level, agent: agentLevel) {
                    transcript.take(.answered(after: latency))
                }
                try await conversation.send(audio: FrameEncoder.encode(samples, as: formats.input))
            }
        }
    }

    /// Fills the loudspeaker's queue up to the lead.
    private func feed(isRecording: Bool) async {
        let waiting = Double(await card.waiting()) / Double(card.sampleRate)
        let rate = Double(formats.output.sampleRate)
        let heard = playout.advance(to: playout.position + max(0, Int((Self.lead - waiting) * rate)))
        guard !heard.isEmpty else { return }
        if isRecording {
            let end = ContinuousClock.now.seconds(since: conversation.openedAt) + Double(heard.count) / rate
            Self.append(heard, to: &agent, endingAt: end, sampleRate: formats.output.sampleRate)
        }
        let isAudible = Audibility.isAudible(heard)
        agentLevel = Double(Level.decibels(Level.rms(heard)))
        agentQuiet = isAudible ? 0 : agentQuiet + Double(heard.count) / rate
        await card.play(toDevice.process(heard))
    }

    /// Appends samples to one side of the recording. Where a device began late or stalled, silence keeps the sides
    /// aligned.
    private static func append(_ samples: [Float], to side: inout [Float], endingAt end: Double, sampleRate: Int) {
        let missing = Int(end * Double(sampleRate)) - samples.count - side.count
        if missing > Int(slack * Double(sampleRate)) { side += repeatElement(0, count: missing) }
        side += samples
    }
}
