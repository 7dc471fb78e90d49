import Language

/// Barge-in: the agent yields step by step, and stops once the words show that the caller wants the floor.
extension TurnMachine {
    var isAgentSpeaking: Bool { if case .speaking = agent { true } else { false } }

    private func isInterruptible(_ response: Response) -> Bool {
        guard !response.isProtected else { return false }
        return switch response.cause {
        case .farewell: false
        case .greeting: policy.allowsInterruption && policy.allowsGreetingInterruption
        case .speech, .overheard, .typed, .takeover, .silence: policy.allowsInterruption
        }
    }

    /// The level of background voices; nil while none are known, and while a caller who does not answer may be one of
    /// them.
    var othersLevel: Float? {
        guard reengagements == 0, let callerLevel else { return nil }
        return surroundings.others(than: callerLevel, policy)
    }

    /// The level from which on a voice is this caller's; nil while that is unknown.
    private func nearLevel(margin: Float? = nil) -> Float? {
        guard let callerLevel else { return nil }
        let usual = callerLevel - (margin ?? policy.overlapMargin)
        return max(usual, callerFloor ?? usual)
    }

    /// Whether the voice is as near as this caller's; true while that is unknown.
    func isNear(_ speech: Speech, margin: Float? = nil) -> Bool {
        guard let near = nearLevel(margin: margin) else { return true }
        // Words often begin softly: without background voices, one loud window is enough.
        return (othersLevel == nil ? speech.loudness.peak : speech.loudness.level) >= near
    }

    /// The level from which on a voice is this caller's among background voices; nil while none are known.
    private var callerFloor: Float? {
        guard let callerLevel, let othersLevel else { return nil }
        return min(othersLevel + policy.othersMargin, callerLevel - policy.callerMargin)
    }

    /// Whether the voice stands out of the background voices.
    func standsOut(_ speech: Speech) -> Bool { callerFloor.map { speech.loudness.level >= $0 } ?? true }

    /// Whether a window is as faint as the background voices. An utterance that began before they were known is not cut
    /// off because of them: it may be the caller's own, only softer.
    func isFaint(_ window: VoiceWindow) -> Bool {
        guard let callerFloor else { return false }
        switch caller {
        case .silent, .onset: break
        case .speaking(let speech), .pausing(let speech, _): guard speech.isAmongOthers else { return false }
        }
        return window.level < callerFloor - policy.windowMargin
    }

    /// Whether the voice is the caller's; doubtful only when background voices were known before.
    func isCaller(_ speech: Speech) -> Bool {
        !speech.isAmongOthers || speech.wasNear || (!speech.loudness.isSettled && standsOut(speech))
    }

    /// Learns the level of background voices from a window of speech that is not the caller's.
    mutating func noteOthers(_ window: VoiceWindow, length: Span) {
        guard callerLevel != nil else { return }
        let isSomebodyElse =
            switch caller {
            case .silent, .onset: isFaint(window)
            case .speaking(let speech), .pausing(let speech, _):
                now - speech.start >= policy.yieldGrace && !isNear(speech)
                    && (othersLevel == nil || !(standsOut(speech) || speech.isAmongOthers && speech.wasNear))
            }
        if isSomebodyElse { surroundings.heardOthers(level: window.level, for: length) }
    }

    /// Has the agent yield to at least this degree.
    mutating func yield(_ delivery: Delivery) -> [TurnCommand] {
        guard case .speaking(let response, var speaking) = agent, speaking.delivery < delivery,
            isInterruptible(response)
        else { return [] }
        speaking.delivery = delivery
        agent = .speaking(response, speaking)
        return [.deliver(response.id, delivery)]
    }

    /// Marks the response as uninterruptible or not; when it is, the agent returns to full volume.
    mutating func protect(_ id: ResponseID, _ isProtected: Bool) -> [TurnCommand] {
        guard case .speaking(var response, let speaking) = agent, response.id == id else { return [] }
        response.isProtected = isProtected
        agent = .speaking(response, speaking)
        return isProtected ? restore() : []
    }

    /// Returns the agent to full volume: the speech over it came to nothing.
    mutating func restore() -> [TurnCommand] {
        guard case .speaking(let response, var speaking) = agent, speaking.delivery > .full else { return [] }
        speaking.delivery = .full
        agent = .speaking(response, speaking)
        return [.deliver(response.id, .full)]
    }

    /// Takes in continuing speech over the agent.
    mutating func overlap(_ speech: Speech) -> [TurnCommand] {
        guard case .speaking(let response, _) = agent, isInterruptible(response) else { return [] }
        // The agent is braked at the first sound, before anything is known of it.
        let isYoung = now - speech.start < policy.yieldGrace
        guard isNear(speech, margin: isYoung ? policy.yieldMargin : nil) else { return restore() }
        if speech.run >= policy.floorWithoutWords,
            // Agreement that goes on for twice as long counts as a barge-in.
            speech.run >= policy.floorWithoutWords + policy.floorWithoutWords
                || language.meaning(ofOverlap: partial, isFinal: false, ignoring: ignoredTerms) != .backchannel
        {
            return interrupt(response, by: speech, .length, partial, threshold: policy.floorWithoutWords)
        }
        if speech.run >= policy.holdAfter { return yield(.held) }
        return speech.run >= policy.duckAfter ? yield(.ducked) : yield(.braked)
    }

    /// Weighs the partial transcript of an overlap.
    mutating func weighOverlap(_ text: String) -> [TurnCommand] {
        guard case .speaking(let response, _) = agent, isInterruptible(response) else { return [] }
        switch caller {
        case .speaking(var speech):
            guard isNear(speech) else { return [] }
            switch language.meaning(ofOverlap: text, isFinal: false, ignoring: ignoredTerms) {
            case .floor:
                return interrupt(response, by: speech, .words, text)
            case .backchannel:
                speech.unclearTexts = 0
                caller = .speaking(speech)
                return []
            case .unclear:
                speech.unclearTexts = SpokenWords(text).isEmpty ? 0 : speech.unclearTexts + 1
                caller = .speaking(speech)
                return speech.unclearTexts > 1 && speech.run >= policy.floorWithUnclearWords
                    ? interrupt(response, by: speech, .unclearWords, text, threshold: policy.floorWithUnclearWords)
                    : []
            }
        case .pausing(let speech, _):
            guard isNear(speech), language.meaning(ofOverlap: text, isFinal: false, ignoring: ignoredTerms) == .floor
            else {
                return []
            }
            return interrupt(response, by: speech, .words, text)
        case .silent, .onset:
            return []
        }
    }

    /// Decides an overlap by its words up to the pause.
    mutating func settleOverlap(_ text: String) -> [TurnCommand] {
        guard case .speaking(let response, _) = agent, case .pausing(let speech, _) = caller else { return [] }
        guard isNear(speech) else { return closeOverlap(.ignored, .faint, text) }
        switch language.meaning(ofOverlap: text, isFinal: true, ignoring: ignoredTerms) {
        case .unclear:
            return closeOverlap(.ignored, .noWords, text)
        case .backchannel:
            agreement = Agreement(words: text, at: now)
            return closeOverlap(.backchannel, .agreement, text)
        case .floor:
            if isInterruptible(response) {
                return interrupt(response, by: speech, .words, text) + answer(isDue: false)
            }
            guard response.cause != .farewell, policy.keepsWordsOverUninterruptible else {
                return closeOverlap(.ignored, .uninterruptible, text)
            }
            // Kept only once the caller has really paused: words get lost where an utterance is cut at every breath.
            return []
        }
    }

    /// Keeps the words over a response that goes on, to be answered after it, once the caller has paused.
    mutating func keepOverlap() -> [TurnCommand] {
        guard case .pausing(_, let pause) = caller, let text = pause.transcript else { return [] }
        kept = Self.joined(kept, text)
        return closeOverlap(.kept, .uninterruptible, text)
    }

    mutating func closeOverlap(
        _ outcome: UtteranceOutcome, _ basis: OverlapVerdict.Basis, _ words: String
    ) -> [TurnCommand] {
        if case .pausing(let speech, _) = caller { decide(speech, basis, words, takesFloor: false) }
        caller = .silent
        return restore() + [.closeUtterance(outcome)]
    }

    mutating func decide(
        _ speech: Speech, _ basis: OverlapVerdict.Basis, _ words: String, takesFloor: Bool, threshold: Span? = nil
    ) {
        decisions.append(
            .overlap(
                OverlapVerdict(
                    basis: basis, takesFloor: takesFloor, words: words, speech: speech.run, threshold: threshold,
                    peak: speech.loudness.peak.isFinite ? speech.loudness.peak : nil, nearLevel: nearLevel())))
    }

    /// Learns from an answer into which the caller went on that it came too early: whether it did.
    private mutating func wasTooEarly(before speech: Speech) -> Bool {
        guard policy.learnsPace, case .speaking(let response, let speaking) = agent, case .speech = response.cause,
            speech.start - speaking.since <= policy.cutOffGrace
        else { return false }
        pace.note(speech.start - speech.heardBefore, wasOver: true)
        return true
    }

    private mutating func interrupt(
        _ response: Response, by speech: Speech, _ basis: OverlapVerdict.Basis, _ words: String, threshold: Span? = nil
    ) -> [TurnCommand] {
        decide(speech, basis, words, takesFloor: true, threshold: threshold)
        // What follows a cut-off is the rest of a turn that had a pause.
        let hasPaused = wasTooEarly(before: speech)
        // A caller whose words stop the agent is answered.
        switch caller {
        case .speaking(var speech):
            speech.wasNear = true
            if hasPaused { speech.hasPaused = true }
            caller = .speaking(speech)
        case .pausing(var speech, let pause):
            speech.wasNear = true
            if hasPaused { speech.hasPaused = true }
            caller = .pausing(speech, pause)
        case .silent, .onset: break
        }
        agent = .idle
        agentHeard = now
        lastExchange = now
        wasCutShort = true
        agreement = nil
        return [.interrupt(response.id)]
    }
}
