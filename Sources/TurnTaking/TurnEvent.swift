/// What happens to the machine, each at a place on the sample clock.
public enum TurnEvent: Sendable, Hashable, Codable {
    /// The call has begun; `greets` when the agent speaks first.
    case began(greets: Bool)
    /// One window of the caller's audio, ending now, was judged.
    case voice(VoiceWindow)
    /// What the open utterance seems to say so far.
    case partial(String)
    /// The transcript that `TurnCommand.finalize` asked for; empty when nothing was understood.
    case transcript(pause: Int, String)
    /// What the turn detector said to `TurnCommand.judge`: how likely this pause is an end, 0 to 1.
    case verdict(pause: Int, probability: Float)
    /// How likely it is, by a language model, that nothing follows these words of the open utterance, 0 to 1.
    case ending(words: String, probability: Float)
    /// The caller has typed a whole turn.
    case typed
    /// The caller is typing.
    case activity
    /// A response has something to be released: audio, a tool to run, or its end without either.
    case ready(ResponseID)
    /// What the caller has heard of the agent's words by now, told before the response ends or is interrupted.
    case said(String)
    /// Everything of a released response was heard.
    case finished(ResponseID)
    /// A response ended without being heard.
    case failed(ResponseID)
    /// The silence that a response was to break held these words after all: it answers them instead.
    case missed(ResponseID, String)
    /// There is something to tell that nobody has asked for just now, such as a tool's late result.
    case news
    /// From here on a response can, or cannot, be interrupted: a tool that must not be cut short runs, or has run.
    case protected(ResponseID, Bool)
    /// The agent has asked for the call to end, once the response now speaking is over.
    case hangUp
    /// Time has passed without a window of audio, as in a text-only conversation.
    case tick
}

/// One window of the caller's audio as it was judged.
public struct VoiceWindow: Sendable, Hashable, Codable {
    /// That it holds speech, 0 to 1.
    public var probability: Float
    /// Its loudness in dB below full scale (RMS), so never above 0.
    public var level: Float
    /// How much of it is the agent's own voice coming back, 0 to 1.
    public var echo: Float

    /// A window as loud as a voice near the microphone, without echo, unless told otherwise.
    public init(probability: Float, level: Float = -20, echo: Float = 0) {
        self.probability = probability
        self.level = level
        self.echo = echo
    }
}

/// Names a response; higher is newer.
public struct ResponseID: Sendable, Hashable, Comparable, Codable {
    /// Counts the responses of one call, from 1.
    public var number: Int

    /// The machine numbers its responses itself; others need this only to name one, as tests do.
    public init(number: Int) { self.number = number }

    /// Whether `left` was prepared earlier.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    /// Reads a bare number; throws `DecodingError` for anything else.
    public init(from decoder: any Decoder) throws { number = try decoder.singleValueContainer().decode(Int.self) }

    /// Writes a bare number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}

/// What the machine wants done.
public enum TurnCommand: Sendable, Hashable, Codable {
    /// An utterance has begun; its audio starts at `from`.
    case openUtterance(from: CallTime)
    /// Make the transcript of the open utterance final, and report it for this pause.
    case finalize(pause: Int)
    /// Ask the turn detector whether this pause is an end, with the silence heard so far.
    case judge(pause: Int)
    /// The open utterance is over.
    case closeUtterance(UtteranceOutcome)
    /// Prepare a response; nothing of it may be heard and no tool may run before `release`.
    case prepare(ResponseID, ResponseCause)
    /// The turn is over: the words count, the response may be heard.
    case release(ResponseID)
    /// Speak a released response so from here on; nothing of it is lost.
    case deliver(ResponseID, Delivery)
    /// The response is still not ready although the turn is long over: release it with a filler before it.
    case fill(ResponseID)
    /// Throw away a response that nobody has heard.
    case discard(ResponseID)
    /// Stop a released response at once: the caller has the floor.
    case interrupt(ResponseID)
    /// End the call.
    case end(EndCause)
}

/// How a released response is spoken while somebody speaks over it.
public enum Delivery: Int, Sendable, Hashable, Comparable, Codable, CaseIterable {
    /// As ever.
    case full
    /// No further ahead of real time than needed, so that what follows is heard at once.
    case braked
    /// Braked, and lower.
    case ducked
    /// Silent, at the place where it stands.
    case held

    /// Whether `left` yields less than `right`.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What became of a stretch of the caller's speech.
public enum UtteranceOutcome: String, Sendable, Hashable, Codable {
    /// A response to it was released.
    case answered
    /// It was noise, or no word of it was understood.
    case ignored
    /// Agreement while the agent spoke ("mm-hm", "okay"): heard, and no reason to stop.
    case backchannel
    /// Words over a response that could not be interrupted: answered after it.
    case kept
    /// The response to it failed; its words count all the same.
    case unanswered
    /// A typed turn or the end of the call came first.
    case superseded
}

/// Why a response is made.
public enum ResponseCause: Sendable, Hashable, Codable {
    case greeting
    /// To the final transcript of the open utterance.
    case speech(String)
    /// To words spoken over a response that went on: it could not be interrupted, or it ended in the question that
    /// they answer.
    case overheard(String)
    case typed
    /// Neither side has spoken for a while.
    case silence
    /// The longest duration is reached; the response is the last.
    case farewell
}

/// Why the machine ends a call.
public enum EndCause: String, Sendable, Hashable, Codable {
    case maximumDuration
    case silence
    case hangUp
}
