/// A call as its caller heard it: both channels and the times of messages, on one clock that starts when the WebSocket
/// opens.
///
/// A caller's sample stands at the time at which the microphone captured it: a frame is sent when its last sample has
/// been captured, so framing counts as latency. An agent's sample stands at the time at which it was heard: when it
/// arrived or at the end of the queue, whichever was later, and nowhere if it was interrupted (`PlayoutBuffer` of the
/// client).
public struct RecordedCall: Sendable, Hashable {
    /// Why the caller made a sound.
    public enum Role: String, Sendable, Hashable, Codable {
        /// A turn that wants an answer.
        case turn
        /// Speech over the agent's answer to interrupt it.
        case bargeIn
        /// A sound over the agent's answer that is not to interrupt it: "mm-hm", a cough.
        case backchannel
    }

    /// A sound of the caller.
    public struct Speech: Sendable, Hashable {
        /// The recording's name.
        public var name: String
        /// First audible moment of the clean recording, in seconds of the call.
        public var start: Double
        /// Last audible moment of the clean recording, in seconds of the call.
        public var end: Double
        /// Why the sound was made.
        public var role: Role = .turn
    }

    /// A chunk of the agent's voice as it was played.
    public struct Chunk: Sendable, Hashable {
        /// The time of the first sample, in seconds of the call.
        public var start: Double
        /// The end of the last sample, in seconds of the call.
        public var end: Double
        /// The number of the agent's answer that it belongs to, counted from 0.
        public var answer: Int
    }

    /// A final transcript of the server's.
    public struct Transcript: Sendable, Hashable {
        /// When the message came, in seconds of the call.
        public var time: Double
        /// The event id; a later transcript with the same id replaces this one. 0 when the server gave none.
        public var eventID: Int
        /// The text of the transcript.
        public var text: String
    }

    /// The caller's speech, in order.
    public var speech: [Speech] = []
    /// The agent's channel as it was heard.
    public var heard: [Float] = []
    /// The sample rate of `heard`, in Hz.
    public var sampleRate: Int
    /// The chunks in the order of playing; interrupted audio is left out.
    public var chunks: [Chunk] = []
    /// When `interruption` messages came, in seconds of the call.
    public var interruptions: [Double] = []
    /// The final transcripts.
    public var transcripts: [Transcript] = []
    /// When `agent_response` messages came, in seconds of the call.
    public var responses: [Double] = []

    init(sampleRate: Int) { self.sampleRate = sampleRate }
}
