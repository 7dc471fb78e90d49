/// A call as its caller heard it: both channels and when messages came, on one clock that starts when the WebSocket is
/// open.
///
/// A caller's sample stands where the microphone captured it: a frame goes out when its last sample has been captured,
/// so the time that framing takes counts. An agent's sample stands where it was heard: at the later of its arrival and
/// the end of what was queued, and not at all after an interruption (`PlayoutBuffer` of the client).
public struct RecordedCall: Sendable, Hashable {
    /// Why the caller made a sound.
    public enum Role: String, Sendable, Hashable, Codable {
        /// A turn that wants an answer.
        case turn
        /// Spoken into the agent's answer to take the floor.
        case bargeIn
        /// Heard during the agent's answer without wanting the floor: "mm-hm", a cough.
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
        /// Why it was made.
        public var role: Role

        /// Times in seconds of the call.
        public init(name: String, start: Double, end: Double, role: Role = .turn) {
            self.name = name
            self.start = start
            self.end = end
            self.role = role
        }
    }

    /// A chunk of the agent's voice as it was played.
    public struct Chunk: Sendable, Hashable {
        /// First sample, in seconds of the call.
        public var start: Double
        /// End of the last sample, in seconds of the call.
        public var end: Double
        /// Which of the agent's answers it belongs to, counted from 0.
        public var answer: Int

        /// Times in seconds of the call.
        public init(start: Double, end: Double, answer: Int) {
            self.start = start
            self.end = end
            self.answer = answer
        }
    }

    /// What the server understood.
    public struct Transcript: Sendable, Hashable {
        /// When the message came, in seconds of the call.
        public var time: Double
        /// A later one with the same id replaces this one; 0 when the server gave none.
        public var eventID: Int
        /// The words.
        public var text: String

        /// Time in seconds of the call.
        public init(time: Double, eventID: Int, text: String) {
            self.time = time
            self.eventID = eventID
            self.text = text
        }
    }

    /// What the caller said, in order.
    public var speech: [Speech] = []
    /// What was heard of the agent.
    public var heard: [Float] = []
    /// Of `heard`, in Hz.
    public var sampleRate: Int
    /// In the order of playing; what an interruption cut off is not in it.
    public var chunks: [Chunk] = []
    /// When `interruption` messages came, in seconds of the call.
    public var interruptions: [Double] = []
    /// Final transcripts.
    public var transcripts: [Transcript] = []
    /// When `agent_response` messages came, in seconds of the call.
    public var responses: [Double] = []

    /// A call with nothing in it.
    public init(sampleRate: Int) { self.sampleRate = sampleRate }
}
