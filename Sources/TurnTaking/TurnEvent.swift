/// An input of the machine, each at a time on the sample clock.
public enum TurnEvent: Sendable, Hashable, Codable {
    /// The call has begun; `greets` when the agent speaks first.
    case began(greets: Bool)
    /// One window of the caller's audio, ending now, was judged.
    case voice(VoiceWindow)
    /// A partial transcript of the open utterance.
    case partial(String)
    /// The final transcript that `TurnCommand.finalize` asked for; empty when nothing was understood.
    case transcript(pause: Int, String)
    /// The turn detector's answer to `TurnCommand.judge`: the probability that this pause is an end, 0 to 1.
    case verdict(pause: Int, probability: Float)
    /// The probability, by a language model, that nothing follows these words of the open utterance, 0 to 1.
    case ending(words: String, probability: Float)
    /// The caller has typed a whole turn.
    case typed
    /// The caller is typing.
    case activity
    /// A response has something to be released: audio, a tool to run, or its end without either.
    case ready(ResponseID)
    /// The agent's words that the caller has heard by now, reported before the response ends or is interrupted.
    case said(String)
    /// Everything of a released response was heard.
    case finished(ResponseID)
    /// A response ended without being heard.
    case failed(ResponseID)
    /// The silence that a response was to break held these words after all: the response answers them instead.
    case missed(ResponseID, String)
    /// There is something to tell that the caller has not just asked for, such as a tool's late result.
    case news
    /// Whether a response must not be interrupted from here on, because a tool that must not be cut short runs or has
    /// run.
    case protected(ResponseID, Bool)
    /// Another agent has taken over and is to speak next; this policy holds from here on.
    case takenOver(TurnPolicy)
    /// The agent gives the caller time: it speaks up after so long, or, with nil, waits until they speak. The call is not ended
    /// for that much silence more, or for `granted`, where the agent does not speak up.
    case waits(Span?, granted: Span? = nil)
    /// The agent has asked to end the call once the current response is over.
    case hangUp
    /// Time has passed without a window of audio, as in a text-only conversation.
    case tick
}

/// One window of the caller's audio, as it was judged.
public struct VoiceWindow: Sendable, Hashable, Codable {
    /// The probability that the window holds speech, 0 to 1.
    public var probability: Float
    /// Its loudness (RMS) in dB relative to full scale, so never above 0.
    public var level: Float
    /// The share of the agent's own voice in it (echo), 0 to 1.
    public var echo: Float

    /// Creates a window; the defaults are a voice near the microphone, without echo.
    public init(probability: Float, level: Float = -20, echo: Float = 0) {
        self.probability = probability
        self.level = level
        self.echo = echo
    }
}

/// Identifies a response; a newer one has a higher number.
public struct ResponseID: Sendable, Hashable, Comparable, Codable {
    /// The number of the response in its call, from 1.
    public var number: Int

    /// Creates the id of a response by its number; the machine numbers its responses itself.
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

/// An output of the machine: something it wants done.
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
    /// The turn is over: its words count, and the response may be heard.
    case release(ResponseID)
    /// Change how a released response is spoken; nothing of it is lost.
    case deliver(ResponseID, Delivery)
    /// The response is still not ready although the turn is long over: play a filler before it.
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
    /// At full volume.
    case full
    /// Sent no further ahead of real time than needed, so that a change is heard at once.
    case braked
    /// Braked, and at a lower volume.
    case ducked
    /// Silent; the response waits where it stopped.
    case held

    /// Whether `left` yields less to the caller than `right`.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What became of an utterance of the caller's.
public enum UtteranceOutcome: String, Sendable, Hashable, Codable {
    /// A response to it was released.
    case answered
    /// It was noise, or no word of it was understood.
    case ignored
    /// Agreement while the agent spoke ("mm-hm", "okay"): heard, and no reason to stop.
    case backchannel
    /// Words over a response that could not be interrupted: answered after it.
    case kept
    /// The response to it failed; its words are kept all the same.
    case unanswered
    /// A typed turn or the end of the call came first.
    case superseded
}

/// Why a response is made.
public enum ResponseCause: Sendable, Hashable, Codable {
    case greeting
    /// Answers the final transcript of the open utterance.
    case speech(String)
    /// Answers words spoken over a response that was not stopped by them: it could not be interrupted, or ended in the
    /// question that they answer.
    case overheard(String)
    case typed
    /// The agent has taken over from another one.
    case takeover
    /// Neither side has spoken for a while.
    case silence
    /// The call's maximum duration is reached; this response is the last.
    case farewell
}

/// Why the machine ends a call.
public enum EndCause: String, Sendable, Hashable, Codable {
    case maximumDuration
    case silence
    case hangUp
}
