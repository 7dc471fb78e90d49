/// Who has the floor.
///
/// A value: events in, commands out. It knows no clock, no audio and no engine, so a recorded call replays through it
/// exactly. Its time is the end of the last window of the caller's audio, never the wall clock: a pause counts only as
/// far as it has been heard. Deadlines that have come are met at the end of every event.
public struct TurnMachine: Sendable, Hashable {
    /// Fixed for the whole call.
    public let policy: TurnPolicy
    private(set) var caller: Caller = .silent
    private(set) var agent: Agent = .idle
    private(set) var phase: Phase = .waiting
    /// When the caller was last heard, or typed.
    private var callerHeard: CallTime = .zero
    /// When the agent last stopped being heard.
    private var agentHeard: CallTime = .zero
    /// Until when typing holds the agent off.
    private var heldUntil: CallTime?
    private(set) var now: CallTime = .zero
    private var hasCallerTurn = false
    private var reengagements = 0
    private var responses = 0
    private var pauses = 0
    private var partial = ""

    enum Phase: Sendable, Hashable {
        case waiting
        case running(since: CallTime)
        case ended
    }

    enum Caller: Sendable, Hashable {
        case silent
        /// Perhaps speech: not yet long enough to count.
        case onset(from: CallTime, voiced: Span)
        case speaking(Speech)
        case pausing(Speech, Pause)
    }

    /// An open utterance.
    struct Speech: Sendable, Hashable {
        var lastVoice: CallTime
        /// Speech since the last pause, or since the agent began to be heard.
        var voiced: Span
    }

    /// A silence inside an open utterance.
    struct Pause: Sendable, Hashable {
        var number: Int
        /// Nil until the transcriber has answered.
        var transcript: String?
        /// The pause was judged an end: from here on it is the response that is waited for.
        var isOver = false
    }

    enum Agent: Sendable, Hashable {
        case idle
        /// At work behind the closed gate.
        case preparing(Response, isReady: Bool)
        /// The gate is open.
        case speaking(Response, endsCall: EndCause?)
    }

    struct Response: Sendable, Hashable {
        var id: ResponseID
        var cause: ResponseCause
        var since: CallTime
    }

    /// A machine that waits for `began`; events before it do nothing.
    public init(policy: TurnPolicy) { self.policy = policy }

    /// Takes an event in at `time`, which must not lie before that of the event before.
    public mutating func handle(_ event: TurnEvent, at time: CallTime) -> [TurnCommand] {
        let window = max(time - now, .zero)
        now = max(now, time)
        var commands = process(event, window: window)
        // Each deadline removes itself or moves on; the bound only keeps a mistake here from hanging the call.
        for _ in 0..<16 {
            guard let due = deadlines.filter({ $0.at <= now }).min(by: { $0.at < $1.at }) else { break }
            commands += meet(due.what)
        }
        return commands
    }

    private mutating func process(_ event: TurnEvent, window: Span) -> [TurnCommand] {
        if case .began(let greets) = event, phase == .waiting {
            phase = .running(since: now)
            callerHeard = now
            agentHeard = now
            return greets ? [prepare(.greeting)] : []
        }
        guard case .running = phase else { return [] }
        switch event {
        case .began, .tick: return []
        case .voice(let probability): return hear(probability, window: window)
        case .partial(let text):
            partial = text
            return []
        case .transcript(let pause, let text): return transcribed(pause, text)
        case .typed: return typed()
        case .activity:
            heldUntil = now + policy.activityHold
            callerHeard = now
            return []
        case .ready(let id): return ready(id)
        case .finished(let id): return finished(id)
        case .failed(let id): return failed(id)
        case .hangUp: return hangUp()
        }
    }

    // MARK: The caller's voice

    private mutating func hear(_ probability: Float, window: Span) -> [TurnCommand] {
        let wasVoice =
            switch caller {
            case .silent, .pausing: false
            case .onset: true
            case .speaking(let speech): speech.lastVoice + window >= now
            }
        let isVoice = probability >= policy.speechThreshold || (wasVoice && probability >= policy.silenceThreshold)
        return isVoice ? voice(for: window) : silence()
    }

    private mutating func voice(for window: Span) -> [TurnCommand] {
        switch caller {
        case .silent:
            caller = .onset(from: now - window, voiced: window)
            return beginSpeech()
        case .onset(let from, let voiced):
            caller = .onset(from: from, voiced: voiced + window)
            return beginSpeech()
        case .speaking(var speech):
            speech.lastVoice = now
            speech.voiced += window
            caller = .speaking(speech)
            callerHeard = now
            return takeFloor(speech)
        case .pausing(var speech, _):
            speech.lastVoice = now
            speech.voiced = window
            caller = .speaking(speech)
            callerHeard = now
            return takeFloor(speech)
        }
    }

    private mutating func beginSpeech() -> [TurnCommand] {
        guard case .onset(let from, let voiced) = caller, voiced >= policy.minimumSpeech else { return [] }
        caller = .speaking(Speech(lastVoice: now, voiced: voiced))
        callerHeard = now
        partial = ""
        let start = max(from - policy.preRoll, .zero)
        return [.openUtterance(from: start)] + takeFloor(Speech(lastVoice: now, voiced: voiced))
    }

    /// What speech that goes on does to the agent.
    private mutating func takeFloor(_ speech: Speech) -> [TurnCommand] {
        switch agent {
        case .idle:
            return []
        case .preparing(let response, _):
            guard speech.voiced >= policy.resumption else { return [] }
            switch response.cause {
            case .speech, .silence:
                agent = .idle
                return [.discard(response.id)]
            case .greeting, .typed, .farewell:
                return []
            }
        case .speaking(let response, _):
            guard isInterruptible(response), speech.voiced >= policy.bargeIn else { return [] }
            agent = .idle
            agentHeard = now
            return [.interrupt(response.id)]
        }
    }

    private func isInterruptible(_ response: Response) -> Bool {
        switch response.cause {
        case .farewell: false
        case .greeting: policy.allowsInterruption && policy.allowsGreetingInterruption
        case .speech, .typed, .silence: policy.allowsInterruption
        }
    }

    private mutating func silence() -> [TurnCommand] {
        switch caller {
        case .silent, .pausing:
            return []
        case .onset:
            caller = .silent
            // What became ready during a click was not released then.
            return releaseIfDue()
        case .speaking(let speech):
            return quiet(speech, for: now - speech.lastVoice)
        }
    }

    private mutating func quiet(_ speech: Speech, for silence: Span) -> [TurnCommand] {
        if case .speaking = agent {
            guard silence >= policy.overlapEnd else { return [] }
            caller = .silent
            return [.closeUtterance(.ignored)]
        }
        guard silence >= policy.softEnd else { return [] }
        pauses += 1
        caller = .pausing(speech, Pause(number: pauses))
        return [.finalize(pause: pauses)]
    }

    // MARK: The pause

    private mutating func transcribed(_ number: Int, _ text: String) -> [TurnCommand] {
        guard case .pausing(let speech, var pause) = caller, pause.number == number, pause.transcript == nil else {
            return []
        }
        pause.transcript = text
        caller = .pausing(speech, pause)
        return answer(text)
    }

    /// Has an answer to `text` in the making: keeps the one that is, when only punctuation or case differ.
    private mutating func answer(_ text: String) -> [TurnCommand] {
        var commands: [TurnCommand] = []
        if case .preparing(let response, _) = agent {
            switch response.cause {
            case .greeting, .farewell: return []
            case .typed where Self.words(text).isEmpty: return []
            case .speech(let before) where Self.words(before) == Self.words(text): return []
            case .speech, .typed, .silence: break
            }
            agent = .idle
            commands.append(.discard(response.id))
        }
        if !Self.words(text).isEmpty, case .idle = agent { commands.append(prepare(.speech(text))) }
        return commands
    }

    /// `text` as it is compared: lower-case words without punctuation.
    static func words(_ text: String) -> [Substring] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }
    }

    /// When the pause will have been an end.
    private var turnEnd: CallTime? {
        guard case .pausing(let speech, let pause) = caller, !pause.isOver else { return nil }
        guard let text = pause.transcript else { return speech.lastVoice + policy.transcriptWait }
        return speech.lastVoice + (Self.words(text).isEmpty ? policy.neutralWait : policy.wait(after: text))
    }

    private var isTurnOver: Bool {
        if case .pausing(_, let pause) = caller { pause.isOver } else { false }
    }

    private mutating func releaseIfDue() -> [TurnCommand] {
        guard case .preparing(let response, isReady: true) = agent else { return [] }
        switch response.cause {
        case .greeting, .typed, .farewell:
            return release(response, closing: [])
        case .silence:
            guard heldUntil == nil, case .silent = caller else { return [] }
            return release(response, closing: [])
        case .speech:
            guard heldUntil == nil, isTurnOver else { return [] }
            caller = .silent
            hasCallerTurn = true
            reengagements = 0
            return release(response, closing: [.closeUtterance(.answered)])
        }
    }

    private mutating func release(_ response: Response, closing: [TurnCommand]) -> [TurnCommand] {
        agent = .speaking(response, endsCall: response.cause == .farewell ? .maximumDuration : nil)
        var commands = closing
        switch caller {
        case .silent, .onset: break
        case .speaking(var speech):
            // From here on it counts as speech over the agent.
            speech.voiced = .zero
            caller = .speaking(speech)
        case .pausing:
            // The caller spoke before the greeting or the farewell came, which is what they hear instead of an answer.
            caller = .silent
            commands.append(.closeUtterance(.ignored))
        }
        return commands + [.release(response.id)]
    }

    private mutating func prepare(_ cause: ResponseCause) -> TurnCommand {
        responses += 1
        let response = Response(id: ResponseID(number: responses), cause: cause, since: now)
        agent = .preparing(response, isReady: false)
        return .prepare(response.id, cause)
    }

    // MARK: The agent

    private mutating func ready(_ id: ResponseID) -> [TurnCommand] {
        guard case .preparing(let response, isReady: false) = agent, response.id == id else { return [] }
        agent = .preparing(response, isReady: true)
        return releaseIfDue()
    }

    private mutating func finished(_ id: ResponseID) -> [TurnCommand] {
        guard case .speaking(let response, let endsCall) = agent, response.id == id else { return [] }
        agent = .idle
        agentHeard = now
        return endsCall.map { end($0) } ?? []
    }

    private mutating func failed(_ id: ResponseID) -> [TurnCommand] {
        switch agent {
        case .speaking(let response, _) where response.id == id:
            // Over is over: a hang-up that waits for it must not be forgotten.
            return finished(id)
        case .preparing(let response, _) where response.id == id:
            agent = .idle
            agentHeard = now
            if response.cause == .farewell { return end(.maximumDuration) }
            guard case .pausing(_, let pause) = caller else { return [] }
            guard case .speech = response.cause else {
                // What the caller said while it was in the making is answered in its place.
                return pause.transcript.map { answer($0) } ?? []
            }
            caller = .silent
            return [.closeUtterance(.unanswered)]
        default:
            return []
        }
    }

    private mutating func typed() -> [TurnCommand] {
        var commands: [TurnCommand] = []
        switch caller {
        case .speaking, .pausing: commands.append(.closeUtterance(.superseded))
        case .silent, .onset: break
        }
        caller = .silent
        callerHeard = now
        hasCallerTurn = true
        reengagements = 0
        guard !isLastResponse else { return commands }
        switch agent {
        case .idle: break
        case .preparing(let response, _): commands.append(.discard(response.id))
        case .speaking(let response, _): commands.append(.interrupt(response.id))
        }
        return commands + [prepare(.typed)]
    }

    private mutating func hangUp() -> [TurnCommand] {
        guard case .speaking(let response, _) = agent else { return end(.hangUp) }
        agent = .speaking(response, endsCall: .hangUp)
        return []
    }

    private mutating func end(_ cause: EndCause) -> [TurnCommand] {
        phase = .ended
        var commands: [TurnCommand] = []
        switch caller {
        case .speaking, .pausing: commands.append(.closeUtterance(.superseded))
        case .silent, .onset: break
        }
        if case .preparing(let response, _) = agent { commands.append(.discard(response.id)) }
        caller = .silent
        agent = .idle
        return commands + [.end(cause)]
    }

    // MARK: Time

    enum Deadline: Sendable, Hashable {
        case callEnd
        case turnEnd
        case responseLost
        case holdEnd
        case reengage
        case silenceEnd
    }

    /// None of them lies in the past between two events.
    var deadlines: [(at: CallTime, what: Deadline)] {
        guard case .running(let since) = phase else { return [] }
        var result: [(CallTime, Deadline)] = []
        if let limit = policy.maximumDuration, !isLastResponse { result.append((since + limit, .callEnd)) }
        if let turnEnd { result.append((turnEnd, .turnEnd)) }
        switch agent {
        case .preparing(let response, let isReady):
            if !isReady { result.append((response.since + policy.responseTimeout, .responseLost)) }
            if let heldUntil { result.append((heldUntil, .holdEnd)) }
        case .idle:
            guard case .silent = caller else { break }
            let quietSince = max(callerHeard, agentHeard)
            let wait = hasCallerTurn ? policy.turnTimeout : policy.initialWait ?? policy.turnTimeout
            if let wait, reengagements < policy.maximumReengagements { result.append((quietSince + wait, .reengage)) }
            if let limit = policy.silenceEndCall { result.append((quietSince + limit, .silenceEnd)) }
        case .speaking: break
        }
        return result
    }

    private var isLastResponse: Bool {
        switch agent {
        case .idle: false
        case .preparing(let response, _), .speaking(let response, _): response.cause == .farewell
        }
    }

    private mutating func meet(_ deadline: Deadline) -> [TurnCommand] {
        switch deadline {
        case .callEnd:
            return farewell()
        case .turnEnd:
            return turnEnded()
        case .responseLost:
            guard case .preparing(let response, _) = agent else { return [] }
            return [.discard(response.id)] + failed(response.id)
        case .holdEnd:
            heldUntil = nil
            return releaseIfDue()
        case .reengage:
            reengagements += 1
            return [prepare(.silence)]
        case .silenceEnd:
            return end(.silence)
        }
    }

    private mutating func turnEnded() -> [TurnCommand] {
        guard case .pausing(let speech, var pause) = caller else { return [] }
        var commands: [TurnCommand] = []
        if pause.transcript == nil {
            // The transcriber is late: the words so far are better than silence.
            pause.transcript = partial
            commands += answer(partial)
        }
        guard !Self.words(pause.transcript ?? "").isEmpty else {
            caller = .silent
            return commands + [.closeUtterance(.ignored)]
        }
        pause.isOver = true
        caller = .pausing(speech, pause)
        return commands + releaseIfDue()
    }

    private mutating func farewell() -> [TurnCommand] {
        var commands: [TurnCommand] = []
        switch agent {
        case .idle: break
        case .preparing(let response, _): commands.append(.discard(response.id))
        case .speaking(let response, _): commands.append(.interrupt(response.id))
        }
        return commands + [prepare(.farewell)]
    }
}
