/// A call as its caller heard it: both channels and when messages came, on one clock that starts when the WebSocket is
/// open.
///
/// A caller's sample stands where the microphone captured it: a frame goes out when its last sample has been captured,
/// so the time that framing takes counts. An agent's sample stands where it was heard: at the later of its arrival and
/// the end of what was queued, and not at all after an interruption (`PlayoutBuffer` of the client).
public struct RecordedCall: Sendable, Hashable {
    /// Something spoken by the caller.
    public struct Speech: Sendable, Hashable {
        /// The recording's name.
        public var name: String
        /// First audible moment of the clean recording, in seconds of the call.
        public var start: Double
        /// Last audible moment of the clean recording, in seconds of the call.
        public var end: Double
        /// Whether it was spoken into the agent's answer on purpose.
        public var isBargeIn: Bool

        /// Times in seconds of the call.
        public init(name: String, start: Double, end: Double, isBargeIn: Bool) {
            self.name = name
            self.start = start
            self.end = end
            self.isBargeIn = isBargeIn
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

    /// A call with nothing in it.
    public init(sampleRate: Int) { self.sampleRate = sampleRate }
}

/// What became of one thing that the caller said.
public struct TurnMeasurement: Sendable, Hashable, Codable {
    /// The recording's name.
    public var name: String
    /// First audible moment, in seconds of the call.
    public var start: Double
    /// Last audible moment, in seconds of the call.
    public var end: Double
    /// Whether it was spoken into the agent's answer on purpose.
    public var isBargeIn: Bool
    /// End of the caller's speech to the first audible sample of what the agent said after it, in seconds. Nil when
    /// nothing came before the next turn.
    public var answerAfter: Double?
    /// The agent began to speak while the caller still spoke.
    public var isTalkedInto: Bool
    /// What the server understood between this turn's start and the next one's.
    public var transcript: String
}

/// What became of one barge-in; times from its first audible sample, in seconds.
public struct BargeInMeasurement: Sendable, Hashable, Codable {
    /// The recording's name.
    public var name: String
    /// Until the last audible sample of the interrupted answer.
    public var silentAfter: Double
    /// Until the `interruption` message; nil when none came before the next turn.
    public var interruptionAfter: Double?
    /// Without an `interruption`, the answer was over by itself so soon after the onset that nothing can be said.
    public var isVoid: Bool
}

/// A moment within an answer at which there was nothing to play although more of it came later.
public struct Underrun: Sendable, Hashable, Codable {
    /// When the audio ran out, in seconds of the call.
    public var time: Double
    /// In seconds.
    public var length: Double
}

/// Everything measured of one call.
public struct CallMeasurement: Sendable, Hashable, Codable {
    /// Open WebSocket to the first audible sample, in seconds, when that came before the caller spoke.
    public var greetingAfter: Double?
    /// Everything that the caller said, barge-ins included.
    public var turns: [TurnMeasurement]
    /// What became of the barge-ins.
    public var bargeIns: [BargeInMeasurement]
    /// Gaps inside the agent's answers.
    public var underruns: [Underrun]

    /// Gaps up to this long are not counted, in seconds: one lost and concealed frame of 40 ms is not noticed.
    public static let tolerableGap = 0.040
    /// An answer that ends by itself within this time of a barge-in's onset says nothing, in seconds.
    public static let voidWithin = 0.5

    /// Measures a call, from its audio wherever audio can tell.
    public init(_ call: RecordedCall, options: AudibilityOptions = AudibilityOptions()) {
        let rate = Double(call.sampleRate)
        let utterances = Audibility.utterances(in: call.heard, sampleRate: call.sampleRate, options: options)
            .map { (start: Double($0.start) / rate, end: Double($0.end) / rate) }
        let firstSpeech = call.speech.first?.start ?? .infinity
        greetingAfter = utterances.first.flatMap { $0.start < firstSpeech ? $0.start : nil }

        turns = []
        bargeIns = []
        for (index, speech) in call.speech.enumerated() {
            let next = index + 1 < call.speech.count ? call.speech[index + 1].start : .infinity
            let said = call.transcripts.filter { $0.time >= speech.start && $0.time < next }
            turns.append(
                TurnMeasurement(
                    name: speech.name, start: speech.start, end: speech.end, isBargeIn: speech.isBargeIn,
                    answerAfter: utterances.first { $0.start >= speech.end && $0.start < next }.map {
                        $0.start - speech.end
                    },
                    isTalkedInto: utterances.contains { $0.start > speech.start && $0.start < speech.end },
                    transcript: Self.text(of: said)))
            if speech.isBargeIn {
                bargeIns.append(Self.bargeIn(speech, until: next, call: call, utterances: utterances))
            }
        }
        underruns = zip(call.chunks, call.chunks.dropFirst()).compactMap { before, after in
            let length = after.start - before.end
            guard before.answer == after.answer, length > Self.tolerableGap else { return nil }
            return Underrun(time: before.end, length: length)
        }
    }

    /// A transcript that was sent again with the same event id replaces the earlier one.
    private static func text(of transcripts: [RecordedCall.Transcript]) -> String {
        var result: [RecordedCall.Transcript] = []
        for transcript in transcripts {
            if let index = result.firstIndex(where: { $0.eventID == transcript.eventID && $0.eventID != 0 }) {
                result[index] = transcript
            } else {
                result.append(transcript)
            }
        }
        return result.map(\.text).joined(separator: " ")
    }

    /// The agent is silent when the last utterance that began before the interruption is over: what a server still
    /// sends after it, without a pause, counts against it.
    private static func bargeIn(
        _ speech: RecordedCall.Speech, until next: Double, call: RecordedCall,
        utterances: [(start: Double, end: Double)]
    ) -> BargeInMeasurement {
        let interruption = call.interruptions.first { $0 >= speech.start && $0 < next }
        let spoken = utterances.last { $0.start < interruption ?? speech.end && $0.end > speech.start }
        let silentAfter = (spoken?.end ?? speech.start) - speech.start
        return BargeInMeasurement(
            name: speech.name, silentAfter: silentAfter, interruptionAfter: interruption.map { $0 - speech.start },
            isVoid: interruption == nil && silentAfter < voidWithin)
    }
}
