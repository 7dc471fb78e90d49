import Language

/// The caller: loudness, the states of the voice, and typing. Pauses and ends of turns are in `+Ending`.
extension TurnMachine {
    enum Caller: Sendable, Hashable {
        case silent
        /// Perhaps speech: too short so far to count.
        case onset(from: CallTime, voiced: Span, Loudness)
        case speaking(Speech)
        case pausing(Speech, Pause)
    }

    /// An open utterance.
    struct Speech: Sendable, Hashable {
        var start: CallTime
        var lastVoice: CallTime
        /// Speech since the last pause, or since the agent began to be heard.
        var run: Span
        var loudness = Loudness()
        /// Whether background voices were known before it began.
        var isAmongOthers = false
        /// Whether it has stood out of the background voices.
        var wasNear = false
        /// The end of its last window that stood out.
        var lastLoud: CallTime = .zero
        /// When the caller was last heard before it.
        var heardBefore: CallTime = .zero
        /// The number of its last pause.
        var pause = 0
        /// Whether the turn had been judged over before the caller spoke on.
        var wasOver = false
        /// Whether there was a pause in it, or before it in the same turn.
        var hasPaused = false
        /// Transcripts of it, over the agent, that held a single word and no agreement.
        var unclearTexts = 0
    }

    /// A silence inside an open utterance.
    struct Pause: Sendable, Hashable {
        var number: Int
        var since: CallTime
        /// The final transcript, with spelled letters and digits in written form; nil until the transcriber has
        /// answered.
        var transcript: String?
        /// The final transcript as the transcriber gave it.
        var heard = ""
        /// What the transcript says about the end of the turn.
        var words = WordsJudgement(.neutral)
        /// The turn detector's probabilities so far: single ones jitter, so their mean counts.
        var verdicts: [Float] = []
        var probability: Float? { verdicts.isEmpty ? nil : verdicts.reduce(0, +) / Float(verdicts.count) }
        /// How often the turn detector was asked, at growing silences.
        var judgements = 0
        /// When the pause was judged an end; from then on only the response is waited for.
        var over: CallTime?
        /// Length of speech in it that is too short so far to end it.
        var blip: Span = .zero
        /// Whether only the words had ended while noise went on.
        var isForced = false
    }

    // MARK: Voice

    /// Whether the caller has just fallen silent, perhaps only between two words.
    public var isFallingSilent: Bool {
        guard case .speaking(let speech) = caller else { return false }
        return speech.lastVoice < now
    }

    mutating func hear(_ window: VoiceWindow, length: Span) -> [TurnCommand] {
        loudness -= policy.loudnessDecay * Float(length.seconds)
        surroundings.pass(length, policy)
        if isEcho(window), window.probability >= policy.silenceThreshold {
            surroundings.heardEcho(level: window.level, until: now)
        } else if window.probability >= policy.speechThreshold, !isEcho(window),
            !surroundings.isAfterglow(level: window.level, from: now - length, policy)
        {
            noteOthers(window, length: length)
        } else if window.probability < policy.silenceThreshold, !isEcho(window) {
            surroundings.heardNoise(level: window.level)
        }
        guard isVoice(window, length: length) else { return silence() }
        loudness = max(loudness, window.level)
        return voice(window, length: length)
    }

    private func isEcho(_ window: VoiceWindow) -> Bool {
        window.echo >= policy.echoThreshold && (isAgentSpeaking || now - agentHeard <= policy.echoTail)
    }

    private func isVoice(_ window: VoiceWindow, length: Span) -> Bool {
        if isEcho(window) { return false }
        switch caller {
        case .silent, .onset:
            if surroundings.isAfterglow(level: window.level, from: now - length, policy) || isFaint(window) {
                return false
            }
        case .speaking(let speech):
            if window.level < loudness - policy.silenceDrop { return false }
            if isFaint(window), now - speech.lastLoud > policy.faintGrace { return false }
        case .pausing:
            if window.level < loudness - policy.silenceDrop || isFaint(window) { return false }
        }
        let wasVoice =
            switch caller {
            case .silent: false
            case .onset: true
            case .speaking(let speech): speech.lastVoice + length >= now
            case .pausing(_, let pause): pause.blip > .zero
            }
        return window.probability >= policy.speechThreshold
            || (wasVoice && window.probability >= policy.silenceThreshold)
    }

    private mutating func voice(_ window: VoiceWindow, length: Span) -> [TurnCommand] {
        switch caller {
        case .silent:
            var loudness = Loudness()
            loudness.add(window.level)
            caller = .onset(from: now - length, voiced: length, loudness)
            return yield(.braked) + beginSpeech()
        case .onset(let from, let voiced, var loudness):
            loudness.add(window.level)
            caller = .onset(from: from, voiced: voiced + length, loudness)
            return beginSpeech()
        case .speaking(var speech):
            speech.lastVoice = now
            speech.run += length
            note(window, in: &speech)
            caller = .speaking(speech)
            callerHeard = now
            return takeFloor(speech)
        case .pausing(var speech, var pause):
            guard !pause.isForced else { return [] }
            pause.blip += length
            guard pause.blip >= policy.minimumSpeech else {
                caller = .pausing(speech, pause)
                return []
            }
            notePause(pause, upTo: now - pause.blip)
            speech.lastVoice = now
            speech.run = pause.blip
            note(window, in: &speech)
            speech.wasOver = pause.over != nil
            speech.hasPaused = true
            caller = .speaking(speech)
            callerHeard = now
            return takeFloor(speech)
        }
    }

    /// Learns from a pause after which the caller goes on. Who speaks long after the end of a turn waits for the answer.
    private mutating func notePause(_ pause: Pause, upTo end: CallTime) {
        let isLate = pause.over.map { end - $0 > policy.cutOffGrace } ?? false
        guard policy.learnsPace, !isAgentSpeaking, !isLate else { return }
        pace.note(end - pause.since, wasOver: pause.over != nil)
    }

    private func note(_ window: VoiceWindow, in speech: inout Speech) {
        if !isFaint(window) { speech.lastLoud = now }
        speech.loudness.add(window.level)
        if speech.loudness.isSettled, standsOut(speech) { speech.wasNear = true }
    }

    private mutating func beginSpeech() -> [TurnCommand] {
        guard case .onset(let from, let voiced, let loudness) = caller, voiced >= policy.minimumSpeech else {
            return []
        }
        var speech = Speech(start: from, lastVoice: now, run: voiced, loudness: loudness)
        speech.isAmongOthers = othersLevel != nil
        speech.lastLoud = now
        speech.heardBefore = callerHeard
        if loudness.isSettled, standsOut(speech) { speech.wasNear = true }
        caller = .speaking(speech)
        callerHeard = now
        partial = ""
        partialSince = now
        ending = nil
        speculations = 0
        // The agent's own voice is not part of the utterance.
        let start = max(from - policy.preRoll, surroundings.echoEnd.map { $0 - policy.echoOverlap } ?? .zero, .zero)
        return [.openUtterance(from: min(start, from))] + takeFloor(speech)
    }

    /// What continuing speech does to the agent.
    private mutating func takeFloor(_ speech: Speech) -> [TurnCommand] {
        switch agent {
        case .idle:
            return []
        case .preparing(let response, _):
            // After the end of a turn the words decide: "hello?" to a slow agent asks for nothing new.
            guard speech.run >= policy.resumption, !speech.wasOver, isCaller(speech) else { return [] }
            switch response.cause {
            case .speech, .overheard, .takeover, .silence:
                agent = .idle
                return [.discard(response.id)]
            case .greeting, .typed, .farewell:
                return []
            }
        case .speaking:
            return overlap(speech)
        }
    }

    private mutating func silence() -> [TurnCommand] {
        switch caller {
        case .silent:
            return []
        case .onset:
            caller = .silent
            // What became ready during a click was not released at that time.
            return restore() + releaseIfDue()
        case .speaking(let speech):
            guard now - speech.lastVoice >= policy.softEnd else { return [] }
            return pause(speech, since: speech.lastVoice, isForced: false)
        case .pausing(let speech, var pause):
            guard pause.blip > .zero else { return [] }
            pause.blip = .zero
            caller = .pausing(speech, pause)
            return releaseIfDue()
        }
    }

    // MARK: Typing

    mutating func typed() -> [TurnCommand] {
        let commands = supersede()
        callerHeard = now
        hasCallerTurn = true
        reengagements = 0
        wasCutShort = false
        return isLastResponse ? commands : commands + replace(with: .typed)
    }

    /// Closes the open utterance, because something else comes first.
    mutating func supersede() -> [TurnCommand] {
        defer { caller = .silent }
        return switch caller {
        case .speaking, .pausing: [.closeUtterance(.superseded)]
        case .silent, .onset: []
        }
    }
}
