/// A caller who plays recordings, one after the other, each when the agent has finished speaking.
///
/// A value without clock: asked for the next samples of the microphone and told whether the agent could be heard in the
/// samples before. Between recordings there is room noise, never digital silence: no microphone is that quiet.
public struct ScriptedCaller: Sendable {
    /// How a caller behaves; times in seconds.
    public struct Options: Sendable, Hashable {
        /// The agent has finished when it was silent for this long. Longer than a pause between two sentences.
        public var gap = 1.2
        /// How long a caller waits for the greeting. Agents without one are spoken to after it.
        public var greetingTimeout = 4.0
        /// How long a caller waits for an answer to begin; then the turn is unanswered.
        public var answerTimeout = 15.0
        /// How long an answer may be before the caller goes on all the same.
        public var longestAnswer = 60.0
        /// Barge-ins and backchannels come this long after the agent began to be heard; short answers last little longer.
        public var bargeInDelay = 1.0
        /// Root mean square of the room noise, in dBFS.
        public var roomNoise = -65.0
        /// Makes the noise the same in every run.
        public var seed: UInt64 = 1

        /// The defaults.
        public init() {}
    }

    /// A recording at the call's rate.
    public struct Recording: Sendable, Hashable {
        /// Such as its file's name.
        public var name: String
        /// −1 to 1.
        public var samples: [Float]
        /// When it is played: a turn after the agent has finished; the others into the answer to what came before them.
        /// If that answer is too short, a barge-in becomes a turn, and a backchannel is left out.
        public var role: RecordedCall.Role

        /// One recording.
        public init(name: String, samples: [Float], role: RecordedCall.Role = .turn) {
            self.name = name
            self.samples = samples
            self.role = role
        }
    }

    /// A recording that was played, by its place in the caller's channel.
    public struct Turn: Sendable, Hashable {
        /// Index of the recording.
        public var recording: Int
        /// The caller's sample at which it began.
        public var start: Int
        /// How it was played, which may differ from what was planned.
        public var role: RecordedCall.Role
    }

    private enum State: Sendable {
        /// For the greeting (`turn` nil) or for an answer. `heardFor` counts from the agent's first audible sample.
        case waiting(elapsed: Int, heardFor: Int?, quiet: Int)
        case speaking(recording: Int, offset: Int)
        case finished
    }

    /// What has been played so far.
    public private(set) var turns: [Turn] = []
    /// Samples asked for so far: the caller's clock.
    public private(set) var position = 0

    private let recordings: [Recording]
    private let sampleRate: Int
    private let options: Options
    private let background: [Float]
    private var next = 0
    private var state: State = .waiting(elapsed: 0, heardFor: nil, quiet: 0)
    private var noise: Noise
    private let noiseAmplitude: Float

    /// - Parameters:
    ///   - sampleRate: of the recordings and of the samples given, in Hz.
    ///   - background: heard over and over behind everything, in place of the room noise.
    public init(
        recordings: [Recording], sampleRate: Int, options: Options = Options(), background: [Float] = []
    ) {
        self.recordings = recordings
        self.background = background
        self.sampleRate = sampleRate
        self.options = options
        noise = Noise(seed: options.seed)
        // A uniform distribution of amplitude a has the root mean square a ÷ √3.
        noiseAmplitude = Float(Audibility.amplitude(options.roomNoise) * 3.0.squareRoot())
    }

    /// Whether everything has been said and answered.
    public var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    /// Whether a recording is being played.
    public var isSpeaking: Bool {
        if case .speaking = state { true } else { false }
    }

    /// The next `count` samples of the microphone.
    ///
    /// - Parameter agentIsAudible: whether the agent was heard during the samples before.
    public mutating func next(_ count: Int, agentIsAudible: Bool) -> [Float] {
        decide(after: count, agentIsAudible: agentIsAudible)
        var samples = (0..<count).map { offset in
            background.isEmpty ? noiseAmplitude * noise.next() : background[(position + offset) % background.count]
        }
        if case .speaking(let recording, let offset) = state {
            let clip = recordings[recording].samples
            let length = min(count, clip.count - offset)
            for index in 0..<length { samples[index] += clip[offset + index] }
            if offset + length < clip.count {
                state = .speaking(recording: recording, offset: offset + length)
            } else {
                // Nobody waits for an answer to a backchannel, only for the end of what it was heard in.
                let isBackchannel = recordings[recording].role == .backchannel
                state = .waiting(elapsed: 0, heardFor: isBackchannel ? 0 : nil, quiet: 0)
            }
        }
        position += count
        return samples
    }

    private mutating func decide(after count: Int, agentIsAudible: Bool) {
        guard case .waiting(var elapsed, var heardFor, var quiet) = state else { return }
        elapsed += count
        if agentIsAudible || heardFor != nil { heardFor = (heardFor ?? 0) + count }
        quiet = agentIsAudible ? 0 : quiet + count
        state = .waiting(elapsed: elapsed, heardFor: heardFor, quiet: quiet)

        if let heardFor {
            if next < recordings.count, recordings[next].role != .turn, agentIsAudible,
                seconds(heardFor) >= options.bargeInDelay
            {
                speak(intoAnswer: true)
            } else if seconds(quiet) >= options.gap || seconds(heardFor) >= options.longestAnswer {
                speak(intoAnswer: false)
            }
        } else if seconds(elapsed) >= (turns.isEmpty ? options.greetingTimeout : options.answerTimeout) {
            speak(intoAnswer: false)
        }
    }

    private mutating func speak(intoAnswer: Bool) {
        if !intoAnswer {
            while next < recordings.count, recordings[next].role == .backchannel { next += 1 }
        }
        guard next < recordings.count else {
            state = .finished
            return
        }
        turns.append(Turn(recording: next, start: position, role: intoAnswer ? recordings[next].role : .turn))
        state = .speaking(recording: next, offset: 0)
        next += 1
    }

    private func seconds(_ samples: Int) -> Double { Double(samples) / Double(sampleRate) }
}
