/// A caller who plays recordings, one after the other, each when the agent has finished speaking.
///
/// A plain value without a clock: it is asked for the next samples of the microphone, and told whether the agent was
/// audible in the preceding ones. Between recordings there is room noise, never digital silence, because no microphone
/// is that quiet.
public struct ScriptedCaller: Sendable {
    /// How a caller behaves; times in seconds.
    public struct Options: Sendable, Hashable {
        /// Silence after which the agent has finished; longer than a pause between two sentences.
        public var gap = 1.2
        /// Longest wait for the greeting, after which the caller speaks.
        public var greetingTimeout = 4.0
        /// Longest wait for an answer to begin; after it the turn is unanswered.
        public var answerTimeout = 15.0
        /// Longest answer; after it the caller goes on.
        public var longestAnswer = 60.0
        /// Delay of barge-ins and backchannels after the agent began to be heard; short answers last little longer.
        public var bargeInDelay = 1.0
        /// Root mean square of the room noise, in dBFS.
        public var roomNoise = -65.0
        /// Seed of the noise, which makes it the same in every run.
        public var seed: UInt64 = 1

        /// Creates the values above.
        public init() {}
    }

    /// A recording at the call's rate.
    public struct Recording: Sendable, Hashable {
        /// The name of the recording, such as that of its file.
        public var name: String
        /// Mono samples, −1 to 1.
        public var samples: [Float]
        /// When it is played: a turn after the agent has finished, the others during the answer to the preceding one.
        /// If that answer is too short, a barge-in becomes a turn, and a backchannel is left out.
        public var role: RecordedCall.Role

        /// Creates a recording.
        public init(name: String, samples: [Float], role: RecordedCall.Role = .turn) {
            self.name = name
            self.samples = samples
            self.role = role
        }
    }

    /// A recording that was played, with its place in the caller's channel.
    public struct Turn: Sendable, Hashable {
        /// The index of the recording.
        public var recording: Int
        /// The sample of the caller's channel at which it began.
        public var start: Int
        /// How it was played, which may differ from what was planned.
        public var role: RecordedCall.Role
    }

    private enum State: Sendable {
        /// Waiting for the greeting or an answer. `heardFor` counts samples since the agent became audible; nil before
        /// that.
        case waiting(elapsed: Int, heardFor: Int?, quiet: Int)
        case speaking(recording: Int, offset: Int)
        case finished
    }

    /// The recordings played so far.
    public private(set) var turns: [Turn] = []
    /// Samples produced so far, which are the caller's clock.
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
    ///   - sampleRate: the rate of the recordings and of the samples returned, in Hz.
    ///   - background: noise that is repeated during the whole call, in place of the room noise.
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
    /// - Parameter agentIsAudible: whether the agent was audible during the preceding samples.
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
                // A backchannel gets no answer; only the end of the answer that it was heard in is awaited.
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
