import Language

/// Decides who has the floor.
///
/// A value that turns events into commands. It has no clock, audio or engine, so a recorded call replays through it
/// exactly. Its time is the end of the last window of the caller's audio, never the wall clock: a pause counts only as
/// far as it has been heard. Deadlines that have passed are met at the end of every event.
public struct TurnMachine: Sendable {
    /// The policy, which changes only when another agent takes over.
    public private(set) var policy: TurnPolicy
    private(set) var language: any SpokenLanguage
    private(set) var ignoredTerms: Set<String>
    var phase: Phase = .waiting
    var now: CallTime = .zero

    // The caller.
    var caller: Caller = .silent
    /// When the caller was last heard, or typed.
    var callerHeard: CallTime = .zero
    /// Loudness of this caller's turns so far, in dB; nil before the first.
    var callerLevel: Float?
    var surroundings = Surroundings()
    /// Consecutive long utterances that were taken for somebody else's.
    var ignoredInARow = 0
    var pace = CallerPace()
    /// How loud the caller has just been, in dB, decaying with time.
    var loudness: Float = -.infinity
    /// The words of the open utterance so far, and since when they have not changed.
    var partial = ""
    var partialSince: CallTime = .zero
    /// The probability that nothing follows the words of the open utterance, for the words that were judged last.
    var ending: Ending?
    var pauses = 0
    /// Answers prepared for the open utterance before its end.
    var speculations = 0
    /// How many more early answers may be thrown away.
    var speculationCredit: Double
    /// Whether the pending answer was begun on credit.
    var isOnCredit = false
    var hasCallerTurn = false
    /// Words over a response that could not be interrupted, which still have to be answered.
    var kept = ""
    /// The last backchannel while the agent spoke.
    var agreement: Agreement?

    // The agent.
    var agent: Agent = .idle
    /// When the agent last stopped being heard.
    var agentHeard: CallTime = .zero
    /// When the agent last stopped being heard, prompts to a silent caller not counted.
    var lastExchange: CallTime = .zero
    /// The words that the caller has heard of the current or last response.
    var said = ""
    /// What those words ask the caller for.
    var expected = ExpectedAnswer.nothing
    var responses = 0
    var reengagements = 0
    /// Whether the caller's voice stopped the agent before any word of it was known.
    var wasCutShort = false
    /// Whether the maximum duration was reached while an answer was being heard.
    var farewellIsDue = false
    /// Whether an agent that has taken over has not spoken yet.
    var takeoverIsDue = false
    /// How long the caller has been given after the response that is heard, or was heard last; nil for the usual.
    var patience: Patience?
    /// How much of the caller's silence does not count towards the end of the call, because they were given it.
    var grantedSilence: Span = .zero
    /// Until when typing holds the agent off; nil when it does not.
    var heldUntil: CallTime?

    /// What the last event decided, in order.
    public internal(set) var decisions: [TurnDecision] = []

    enum Phase: Sendable, Hashable {
        case waiting
        case running(since: CallTime)
        case ended
    }

    enum Agent: Sendable, Hashable {
        case idle
        /// The response is being made and not heard yet.
        case preparing(Response, isReady: Bool)
        /// The response is being heard.
        case speaking(Response, Speaking)
    }

    struct Response: Sendable, Hashable {
        var id: ResponseID
        var cause: ResponseCause
        var since: CallTime
        /// Whether a tool that must not be cut short is running.
        var isProtected = false
    }

    struct Speaking: Sendable, Hashable {
        /// When it began to be heard.
        var since: CallTime
        var delivery: Delivery = .full
        var endsCall: EndCause?
        /// When the last filler was begun, while only fillers have been heard; nil otherwise.
        var fillingSince: CallTime?
        var fillers = 0
    }

    enum Patience: Sendable, Hashable {
        case of(Span)
        case untilCallerSpeaks
    }

    struct Ending: Sendable, Hashable {
        var words: SpokenWords
        var probability: Float
    }

    struct Agreement: Sendable, Hashable {
        var words: String
        var at: CallTime
    }

    /// Whether background voices are known.
    public var hearsOthers: Bool { othersLevel != nil }

    /// Whether the noise is nearly as loud as the caller's voice.
    public var isNoisy: Bool {
        surroundings.noise.map { $0 >= (callerLevel ?? policy.presumedLevel) - policy.noisyWithin } ?? false
    }

    /// Whether the agent has asked for a name or a code, letter by letter.
    public var expectsSpelling: Bool {
        switch expected {
        case .spelling, .code: true
        case .nothing, .anything, .phoneNumber, .email, .quantity, .date, .confirmation, .choice: false
        }
    }

    /// Whether the caller says nothing.
    public var isCallerSilent: Bool { if case .silent = caller { true } else { false } }

    /// Whether the caller's typing holds the agent off.
    public var isHeldOff: Bool { heldUntil.map { $0 > now } ?? false }

    /// Whether nobody has the floor, and nobody is about to take it.
    public var isQuiet: Bool {
        if case .running = phase, case .idle = agent, case .silent = caller { true } else { false }
    }

    /// The time at which either side was last heard.
    public var quietSince: CallTime { max(callerHeard, agentHeard) }

    /// The time since which the caller's audio has held neither a voice that was heard nor echo of the agent.
    public var unheardSince: CallTime {
        max(quietSince, surroundings.echoEnd.map { $0 + policy.echoAfterglow } ?? .zero)
    }

    /// Creates a machine that waits for `began`; earlier events do nothing.
    public init(policy: TurnPolicy) { self.init(policy: policy, language: SpokenLanguages.language(policy.language)) }

    /// Creates a machine that is given what is known of the call's language, whatever the policy says.
    package init(policy: TurnPolicy, language: any SpokenLanguage) {
        self.policy = policy
        self.language = language
        speculationCredit = policy.speculationCredit
        ignoredTerms = Self.normalized(policy.ignoredTerms)
    }

    private static func normalized(_ terms: [String]) -> Set<String> { Set(terms.map(SpokenLanguages.normalized)) }

    /// Takes in an event at `time`, which must not lie before that of the previous event.
    public mutating func handle(_ event: TurnEvent, at time: CallTime) -> [TurnCommand] {
        let length = max(time - now, .zero)
        now = max(now, time)
        decisions = []
        var commands = process(event, length: length)
        // Each deadline removes itself or moves on; the bound only keeps a mistake here from hanging the call.
        for _ in 0..<16 {
            guard let due = deadlines.filter({ $0.at <= now }).min(by: { $0.at < $1.at }) else { break }
            commands += meet(due.what)
        }
        return commands
    }

    private mutating func process(_ event: TurnEvent, length: Span) -> [TurnCommand] {
        if case .began(let greets) = event, phase == .waiting {
            phase = .running(since: now)
            callerHeard = now
            agentHeard = now
            lastExchange = now
            return greets ? [prepare(.greeting)] : []
        }
        guard case .running = phase else { return [] }
        switch event {
        case .began, .tick: return []
        case .voice(let window): return hear(window, length: length)
        case .partial(let text): return understood(text)
        case .transcript(let pause, let text): return transcribed(pause, text)
        case .verdict(let pause, let probability): return judged(pause, probability)
        case .ending(let words, let probability): return foreseen(words, probability)
        case .typed: return typed()
        case .activity:
            heldUntil = now + policy.activityHold
            callerHeard = now
            return []
        case .ready(let id): return ready(id)
        case .said(let words):
            said = words
            expected = language.expectedAnswer(to: words)
            return []
        case .finished(let id): return finished(id)
        case .failed(let id): return failed(id)
        case .missed(let id, let words): return missed(id, words)
        case .news: return isQuiet ? [prepare(.silence)] : []
        case .protected(let id, let isProtected): return protect(id, isProtected)
        case .takenOver(let policy):
            self.policy = policy
            language = SpokenLanguages.language(policy.language)
            ignoredTerms = Self.normalized(policy.ignoredTerms)
            return takeOver()
        case .waits(let span, let granted):
            patience = span.map(Patience.of) ?? .untilCallerSpeaks
            grantedSilence = granted ?? span ?? .zero
            return []
        // An agent that hands the call over does not end it.
        case .hangUp: return takeoverIsDue ? [] : hangUp()
        }
    }

    // MARK: Time

    enum Deadline: Sendable, Hashable {
        case callEnd
        case farewell
        case turnEnd
        case judgement
        case speculation
        case overlapQuiet
        case overlapLost
        case overlapKept
        case utteranceLimit
        case filler
        case takeover
        case responseLost
        case holdEnd
        case reengage
        case silenceEnd
    }

    /// Between two events none of them lies in the past.
    var deadlines: [(at: CallTime, what: Deadline)] {
        guard case .running(let since) = phase else { return [] }
        var result = callerDeadlines
        if let limit = policy.maximumDuration, !isLastResponse {
            result.append(
                farewellIsDue ? (since + limit + policy.farewellGrace, .farewell) : (since + limit, .callEnd))
        }
        switch agent {
        case .preparing(let response, let isReady):
            if !isReady { result.append((response.since + policy.responseTimeout, .responseLost)) }
            if let heldUntil { result.append((heldUntil, .holdEnd)) }
            if let wait = policy.softTimeout, !isReady, let owed = answerOwedSince {
                result.append((owed + wait, .filler))
            }
        case .idle:
            guard case .silent = caller else { break }
            if takeoverIsDue { result.append((now, .takeover)) }
            let usual = hasCallerTurn ? policy.turnTimeout : policy.initialWait ?? policy.turnTimeout
            switch patience {
            case .of(let wait): result.append((quietSince + wait, .reengage))
            case .untilCallerSpeaks: break
            case nil:
                guard let usual, reengagements < policy.maximumReengagements else { break }
                result.append((quietSince + (wasCutShort ? min(policy.recovery, usual) : usual), .reengage))
            }
            if let limit = policy.silenceEndCall {
                result.append((max(callerHeard, lastExchange) + limit + grantedSilence, .silenceEnd))
            }
        case .speaking(_, let speaking):
            if let wait = policy.softTimeout, let since = speaking.fillingSince,
                speaking.fillers < policy.maximumFillers
            {
                result.append((since + wait, .filler))
            }
        }
        return result
    }

    private mutating func meet(_ deadline: Deadline) -> [TurnCommand] {
        switch deadline {
        case .callEnd:
            // The answer that is being heard may finish.
            if case .speaking = agent {
                farewellIsDue = true
                return []
            }
            return farewell()
        case .farewell: return farewell()
        case .turnEnd: return turnEnded()
        case .judgement: return judge()
        case .speculation: return answer(isDue: true)
        case .overlapQuiet: return restore()
        case .overlapLost: return closeOverlap(.ignored, .noWords, "")
        case .overlapKept: return keepOverlap()
        case .utteranceLimit:
            guard case .speaking(let speech) = caller else { return [] }
            return pause(speech, since: now, isForced: true)
        case .filler: return fill()
        case .takeover: return [prepare(.takeover)]
        case .responseLost:
            guard case .preparing(let response, _) = agent else { return [] }
            return [.discard(response.id)] + failed(response.id)
        case .holdEnd:
            heldUntil = nil
            return releaseIfDue()
        case .reengage:
            reengagements += 1
            wasCutShort = false
            return [prepare(.silence)]
        case .silenceEnd: return end(.silence)
        }
    }

    // MARK: The end

    var isLastResponse: Bool {
        switch agent {
        case .idle: false
        case .preparing(let response, _), .speaking(let response, _): response.cause == .farewell
        }
    }

    mutating func farewell() -> [TurnCommand] {
        farewellIsDue = false
        return replace(with: .farewell)
    }

    private mutating func hangUp() -> [TurnCommand] {
        guard case .speaking(let response, var speaking) = agent else { return end(.hangUp) }
        speaking.endsCall = .hangUp
        agent = .speaking(response, speaking)
        return []
    }

    mutating func end(_ cause: EndCause) -> [TurnCommand] {
        phase = .ended
        var commands = supersede()
        if case .preparing(let response, _) = agent { commands.append(.discard(response.id)) }
        agent = .idle
        return commands + [.end(cause)]
    }
}
