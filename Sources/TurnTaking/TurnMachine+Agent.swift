import Language

/// The agent's responses, from their preparation to their end.
extension TurnMachine {
    mutating func prepare(_ cause: ResponseCause) -> TurnCommand {
        responses += 1
        let response = Response(id: ResponseID(number: responses), cause: cause, since: now)
        agent = .preparing(response, isReady: false)
        return .prepare(response.id, cause)
    }

    /// Prepares a response in the place of the present one, if there is one.
    mutating func replace(with cause: ResponseCause) -> [TurnCommand] {
        let old: [TurnCommand] =
            switch agent {
            case .idle: []
            case .preparing(let response, _): [.discard(response.id)]
            case .speaking(let response, _): [.interrupt(response.id)]
            }
        return old + [prepare(cause)]
    }

    mutating func ready(_ id: ResponseID) -> [TurnCommand] {
        switch agent {
        case .preparing(let response, isReady: false) where response.id == id:
            agent = .preparing(response, isReady: true)
            return releaseIfDue()
        case .speaking(let response, var speaking) where response.id == id:
            speaking.fillingSince = nil
            agent = .speaking(response, speaking)
            return []
        default:
            return []
        }
    }

    mutating func missed(_ id: ResponseID, _ words: String) -> [TurnCommand] {
        guard case .preparing(var response, let isReady) = agent, response.id == id, response.cause == .silence,
            !SpokenWords(words).isEmpty
        else { return [] }
        response.cause = .overheard(words)
        agent = .preparing(response, isReady: isReady)
        // If the caller speaks before the answer is heard, both are answered together.
        kept = words
        callerHeard = now
        hasCallerTurn = true
        reengagements = 0
        return []
    }

    /// Another agent speaks next. What the agent before it was about to answer is its successor's to answer.
    mutating func takeOver() -> [TurnCommand] {
        takeoverIsDue = true
        switch agent {
        case .idle:
            return []
        case .preparing(let response, _):
            switch response.cause {
            case .greeting, .farewell:
                return []
            case .takeover, .silence:
                agent = .idle
                return [.discard(response.id)]
            case .speech, .overheard, .typed:
                return [.discard(response.id), prepare(response.cause)]
            }
        case .speaking(let response, var speaking):
            if speaking.endsCall == .hangUp { speaking.endsCall = nil }
            agent = .speaking(response, speaking)
            return []
        }
    }

    // MARK: Release

    mutating func releaseIfDue() -> [TurnCommand] {
        guard case .preparing(let response, isReady: true) = agent else { return [] }
        switch response.cause {
        case .greeting, .typed, .farewell:
            return release(response)
        case .takeover, .silence, .overheard:
            guard heldUntil == nil, case .silent = caller else { return [] }
            return release(response)
        case .speech:
            guard heldUntil == nil, isTurnOver else { return [] }
            return release(response)
        }
    }

    private var isTurnOver: Bool {
        if case .pausing(_, let pause) = caller { pause.over != nil && pause.blip == .zero } else { false }
    }

    private mutating func release(_ response: Response) -> [TurnCommand] {
        let closing: [TurnCommand]
        switch response.cause {
        case .speech:
            closing = takeTurn()
        case .overheard:
            kept = ""
            closing = []
        case .greeting, .typed, .takeover, .silence, .farewell:
            closing = []
        }
        var speaking = Speaking(since: now)
        speaking.endsCall = response.cause == .farewell ? .maximumDuration : nil
        agent = .speaking(response, speaking)
        takeoverIsDue = false
        patience = nil
        if response.cause != .silence { grantedSilence = .zero }
        said = ""
        expected = .nothing
        agreement = nil
        return closing + meetSpeech(response) + [.release(response.id)]
    }

    /// The caller's turn is about to be answered.
    private mutating func takeTurn() -> [TurnCommand] {
        if case .pausing(let speech, _) = caller {
            // The level is a mean over three or four turns, so that it follows a caller who moves away.
            let level = speech.loudness.level
            if !isNear(speech) { surroundings.forgetOthers() }
            if level.isFinite { callerLevel = callerLevel.map { $0 + 0.3 * (level - $0) } ?? level }
            if policy.learnsPace, !speech.hasPaused { pace.noteFluentTurn() }
        }
        caller = .silent
        hasCallerTurn = true
        reengagements = 0
        kept = ""
        return [.closeUtterance(.answered)]
    }

    /// A response begins to be heard while the caller speaks or has just spoken.
    private mutating func meetSpeech(_ response: Response) -> [TurnCommand] {
        switch caller {
        case .silent, .onset:
            return []
        case .speaking(var speech):
            // From here on this is speech over the agent.
            speech.run = .zero
            caller = .speaking(speech)
            return []
        case .pausing(_, let pause):
            guard let text = pause.transcript else { return [] }
            // Of words before a greeting, "hello?" is answered by the greeting; a question is answered after it.
            let asks = !language.adds(text, nothingTo: "")
            caller = .silent
            guard asks, response.cause != .farewell else { return [.closeUtterance(.ignored)] }
            kept = Self.joined(kept, text)
            return [.closeUtterance(.kept)]
        }
    }

    // MARK: Fillers

    /// When the caller began to wait for the pending answer; nil while the turn is not certain to be over.
    var answerOwedSince: CallTime? {
        guard case .preparing(let response, _) = agent, heldUntil == nil else { return nil }
        switch response.cause {
        case .greeting, .farewell, .silence: return nil
        case .typed: return response.since
        case .overheard, .takeover: if case .silent = caller { return response.since } else { return nil }
        case .speech:
            guard case .pausing(_, let pause) = caller, pause.blip == .zero else { return nil }
            return pause.over
        }
    }

    mutating func fill() -> [TurnCommand] {
        var commands: [TurnCommand] = []
        if case .preparing(let response, _) = agent { commands = release(response) }
        guard case .speaking(let response, var speaking) = agent else { return commands }
        speaking.fillers += 1
        speaking.fillingSince = now
        agent = .speaking(response, speaking)
        return commands + [.fill(response.id)]
    }

    // MARK: The end of a response

    mutating func finished(_ id: ResponseID) -> [TurnCommand] {
        guard case .speaking(let response, let speaking) = agent, response.id == id else { return [] }
        agent = .idle
        agentHeard = now
        if response.cause != .silence { lastExchange = now }
        if let cause = speaking.endsCall { return end(cause) }
        if farewellIsDue { return farewell() }
        return answerOverheard()
    }

    /// Answers words that were spoken over the response that has ended, if they ask for an answer.
    private mutating func answerOverheard() -> [TurnCommand] {
        defer { agreement = nil }
        switch caller {
        case .speaking, .pausing: return []
        case .silent, .onset: break
        }
        if !kept.isEmpty { return [prepare(.overheard(kept))] }
        guard let agreement, now - agreement.at <= policy.earlyAnswer,
            said.last(where: { !$0.isWhitespace }) == "?"
        else { return [] }
        return [prepare(.overheard(agreement.words))]
    }

    mutating func failed(_ id: ResponseID) -> [TurnCommand] {
        switch agent {
        case .speaking(let response, _) where response.id == id:
            // The response has ended all the same, and a hang-up that waits for its end must not be forgotten.
            return finished(id)
        case .preparing(let response, _) where response.id == id:
            agent = .idle
            agentHeard = now
            if response.cause == .takeover { takeoverIsDue = false }
            switch response.cause {
            case .farewell:
                return end(.maximumDuration)
            case .overheard:
                kept = ""
                return answer(isDue: true)
            case .greeting, .typed, .takeover, .silence:
                // Words said while the failed response was being made are answered in its place.
                return answer(isDue: true)
            case .speech:
                guard case .pausing = caller else { return [] }
                caller = .silent
                kept = ""
                return [.closeUtterance(.unanswered)]
            }
        default:
            return []
        }
    }
}
