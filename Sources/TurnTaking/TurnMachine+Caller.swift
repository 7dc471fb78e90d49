/// The caller's voice, its pauses, and the end of a turn.
extension TurnMachine {
    enum Caller: Sendable, Hashable {
        case silent
        /// Perhaps speech: not yet long enough to count.
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
        /// Others were known to be in the room before it began.
        var isAmongOthers = false
        /// It has stood out of the others.
        var wasNear = false
        /// The end of its last window that did.
        var lastLoud: CallTime = .zero
        /// When the caller was heard before it.
        var heardBefore: CallTime = .zero
        /// The number of its last pause.
        var pause = 0
        /// The turn had been judged over before the caller spoke on.
        var wasOver = false
        /// There was a pause in it.
        var hasPaused = false
        /// Transcripts of it, spoken over the agent, that held one word and no agreement.
        var unclearTexts = 0
    }

    /// A silence inside an open utterance.
    struct Pause: Sendable, Hashable {
        var number: Int
        var since: CallTime
        /// Nil until the transcriber has answered; letters and digits as they are written.
        var transcript: String?
        /// The same as the transcriber gave it.
        var heard = ""
        /// What the transcript says about the end of the turn.
        var completeness = Completeness.neutral
        /// What the turn detector said to it so far: single answers jitter, so their mean counts.
        var verdicts: [Float] = []
        var probability: Float? { verdicts.isEmpty ? nil : verdicts.reduce(0, +) / Float(verdicts.count) }
        /// Questions put to the turn detector at growing silences.
        var judgements = 0
        /// When the pause was judged an end: from there on it is the response that is waited for.
        var over: CallTime?
        /// Speech in it that is too short to end it.
        var blip: Span = .zero
        /// Noise went on; only the words had ended.
        var isForced = false
    }

    // MARK: Voice

    /// Whether the caller has just fallen silent, perhaps between two words only: what was said so far might be all.
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
            if policy.learnsPace, !isAgentSpeaking { pace.note(now - pause.blip - pause.since) }
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
        // What the agent said is not part of it.
        let start = max(from - policy.preRoll, surroundings.echoEnd.map { $0 - policy.echoOverlap } ?? .zero, .zero)
        return [.openUtterance(from: min(start, from))] + takeFloor(speech)
    }

    /// What speech that goes on does to the agent.
    private mutating func takeFloor(_ speech: Speech) -> [TurnCommand] {
        switch agent {
        case .idle:
            return []
        case .preparing(let response, _):
            // After the end of a turn the words decide: "hello?" to a slow agent asks for nothing else.
            guard speech.run >= policy.resumption, !speech.wasOver, isCaller(speech) else { return [] }
            switch response.cause {
            case .speech, .overheard, .silence:
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
            // What became ready during a click was not released then.
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

    // MARK: The pause

    mutating func pause(_ speech: Speech, since: CallTime, isForced: Bool) -> [TurnCommand] {
        pauses += 1
        var speech = speech
        speech.pause = pauses
        speech.unclearTexts = 0
        caller = .pausing(speech, Pause(number: pauses, since: since, isForced: isForced))
        let commands = [TurnCommand.finalize(pause: pauses)]
        return isAgentSpeaking && (speech.run < policy.holdAfter || !isNear(speech)) ? commands + restore() : commands
    }

    /// What the open utterance seems to say.
    mutating func understood(_ text: String) -> [TurnCommand] {
        let isNew = SpokenWords(text) != SpokenWords(partial)
        partial = text
        if isNew { partialSince = now }
        guard case .speaking(let speech) = caller else { return weighOverlap(text) }
        if isAgentSpeaking { return weighOverlap(text) }
        guard !isNew, !SpokenWords(text).isEmpty, now - partialSince >= policy.wordStall else { return [] }
        return pause(speech, since: now, isForced: true)
    }

    mutating func transcribed(_ number: Int, _ text: String) -> [TurnCommand] {
        switch caller {
        case .speaking(let speech) where speech.pause == number:
            // The caller has gone on; should the next transcript be late, this one is better than nothing.
            return understood(text)
        case .pausing(let speech, var pause) where pause.number == number && pause.transcript == nil:
            let written = InverseTextNormalizer(expecting: expected, language: policy.language).written(text)
            pause.transcript = written
            pause.heard = text
            pause.completeness = completeness(of: text)
            caller = .pausing(speech, pause)
            return isAgentSpeaking ? settleOverlap(written) : answer(isDue: false)
        default:
            return []
        }
    }

    private func completeness(of text: String) -> Completeness {
        Completeness(
            of: text, expecting: expected, language: policy.language,
            ending: isEndingKnown(of: text) ? ending?.probability : nil)
    }

    private func isEndingKnown(of text: String) -> Bool { ending.map { $0.words == SpokenWords(text) } ?? false }

    mutating func foreseen(_ words: String, _ probability: Float) -> [TurnCommand] {
        guard !probability.isNaN else { return [] }
        ending = Ending(words: SpokenWords(words), probability: probability)
        guard case .pausing(let speech, var pause) = caller, pause.transcript != nil, !isAgentSpeaking else {
            return []
        }
        pause.completeness = completeness(of: pause.heard)
        caller = .pausing(speech, pause)
        return answer(isDue: false)
    }

    mutating func judge() -> [TurnCommand] {
        guard case .pausing(let speech, var pause) = caller else { return [] }
        pause.judgements += 1
        caller = .pausing(speech, pause)
        return [.judge(pause: pause.number)]
    }

    mutating func judged(_ number: Int, _ probability: Float) -> [TurnCommand] {
        guard case .pausing(let speech, var pause) = caller, pause.number == number else { return [] }
        pause.verdicts.append(probability)
        caller = .pausing(speech, pause)
        return []
    }

    // MARK: The end of the turn

    /// When the pause will have been an end.
    private var turnEnd: CallTime? {
        guard case .pausing(_, let pause) = caller, pause.over == nil, pause.blip == .zero, !isAgentSpeaking else {
            return nil
        }
        return pause.since + wait(in: pause)
    }

    /// The silence that ends a turn with this pause.
    private func wait(in pause: Pause) -> Span {
        guard let text = pause.transcript else { return policy.transcriptWait }
        if SpokenWords(text).isEmpty { return policy.neutralWait.unknown }
        let isKnown = isEndingKnown(of: pause.heard)
        let wait = policy.wait(
            after: pause.completeness, probability: pause.probability, ending: isKnown ? ending?.probability : nil,
            expecting: expected
        ).scaled(by: paceFactor(after: pause.completeness))
        let isAwaited = policy.usesEndOfUtteranceModel && !isKnown
        return isAwaited ? max(wait, isAnswerReady ? policy.endingWait : policy.endingPatience) : wait
    }

    private var isAnswerReady: Bool {
        if case .preparing(let response, isReady: false) = agent, case .speech = response.cause { false } else { true }
    }

    private func paceFactor(after completeness: Completeness) -> Double {
        guard policy.learnsPace else { return 1 }
        return switch completeness {
        case .conclusive, .complete: pace.factor
        // Longer than pauses last already.
        case .unlikely: 1
        case .neutral, .open: max(1, pace.factor)
        }
    }

    /// The pause is an end, with `words`.
    private mutating func decideEnd(of pause: Pause, with words: String) {
        decisions.append(
            .turnOver(
                TurnEnd(
                    basis: pause.transcript == nil ? .missingTranscript : pause.isForced ? .noise : .silence,
                    words: Self.joined(kept, words), silence: now - pause.since, wait: wait(in: pause),
                    completeness: pause.completeness,
                    ending: isEndingKnown(of: pause.heard) ? ending?.probability : nil, sound: pause.probability,
                    pace: paceFactor(after: pause.completeness))))
    }

    /// When an answer to words that are clearly unfinished is begun all the same.
    private var speculation: CallTime? {
        guard case .idle = agent, case .pausing(let speech, let pause) = caller, let text = pause.transcript,
            isCaller(speech), !SpokenWords(text).isEmpty, policy.speculates, speculations < policy.maximumSpeculations,
            let turnEnd
        else { return nil }
        return turnEnd - policy.leadTime
    }

    var callerDeadlines: [(at: CallTime, what: Deadline)] {
        switch caller {
        case .silent, .onset:
            return []
        case .speaking(let speech):
            return [(speech.start + policy.maximumUtterance, .utteranceLimit)]
        case .pausing(_, let pause):
            var result: [(CallTime, Deadline)] = []
            if let turnEnd { result.append((turnEnd, .turnEnd)) }
            if let speculation { result.append((speculation, .speculation)) }
            if case .speaking(_, let speaking) = agent {
                if speaking.delivery > .full { result.append((pause.since + policy.overlapWait, .overlapQuiet)) }
                if pause.transcript == nil {
                    result.append((pause.since + policy.transcriptWait, .overlapLost))
                } else if pause.blip == .zero {
                    result.append((pause.since + policy.neutralWait.unknown, .overlapKept))
                }
            } else if policy.usesTurnDetector, pause.over == nil, !pause.isForced,
                // Where the words leave no doubt, the sound would only take the processor from the answer.
                pause.completeness != .conclusive, pause.judgements < policy.judgements.count
            {
                let question = pause.since + policy.judgements[pause.judgements]
                if let turnEnd, question + policy.judgementTime < turnEnd { result.append((question, .judgement)) }
            }
            return result
        }
    }

    /// Has an answer to the pause's words in the making: keeps the one that is when they ask for nothing else.
    ///
    /// - Parameter isDue: the answer is begun even to words that are clearly unfinished.
    mutating func answer(isDue: Bool) -> [TurnCommand] {
        guard case .pausing(let speech, let pause) = caller, let transcript = pause.transcript else { return [] }
        let text = Self.joined(kept, transcript)
        let words = SpokenWords(text)
        guard !words.isEmpty, isCaller(speech) else { return [] }
        var commands: [TurnCommand] = []
        if case .preparing(let response, _) = agent {
            switch response.cause {
            case .greeting, .farewell:
                return []
            case .speech(let before), .overheard(let before):
                let earlier = SpokenWords(before)
                if words == earlier || (speech.wasOver && words.adds(nothingTo: earlier)) { return [] }
            case .typed, .silence:
                break
            }
            agent = .idle
            commands.append(.discard(response.id))
        }
        guard case .idle = agent else { return commands }
        if pause.over == nil {
            guard policy.speculates, speculations < policy.maximumSpeculations,
                isDue || pause.completeness != .open
            else { return commands }
            speculations += 1
        }
        wasCutShort = false
        return commands + [prepare(.speech(text))]
    }

    mutating func turnEnded() -> [TurnCommand] {
        guard case .pausing(var speech, var pause) = caller else { return [] }
        if SpokenWords(pause.transcript ?? "").isEmpty, case .preparing(let response, _) = agent,
            case .speech(let before) = response.cause
        {
            // A sound after the words, or a transcript that does not come: the words before it stand.
            decideEnd(of: pause, with: before)
            pause.transcript = before
            pause.over = now
            caller = .pausing(speech, pause)
            return releaseIfDue()
        }
        // When the transcriber is late, the words so far are better than silence.
        let words = pause.transcript ?? partial
        guard isCaller(speech) || insists(speech) else {
            decide(speech, .faint, words, takesFloor: false)
            caller = .silent
            callerHeard = speech.heardBefore
            return [.closeUtterance(.ignored)] + releaseIfDue()
        }
        ignoredInARow = 0
        guard !SpokenWords(words).isEmpty else {
            caller = .silent
            if pause.transcript == nil, case .idle = agent {
                // Something was said, and nobody knows what: better asked than left alone.
                return [.closeUtterance(.ignored), prepare(.silence)]
            }
            return [.closeUtterance(.ignored)] + releaseIfDue()
        }
        decideEnd(of: pause, with: words)
        // However faint: it is answered.
        speech.wasNear = true
        pause.transcript = words
        pause.over = now
        caller = .pausing(speech, pause)
        return answer(isDue: true) + releaseIfDue()
    }

    /// Somebody else has spoken, or so it seemed: who goes on to speak is the caller all the same.
    private mutating func insists(_ speech: Speech) -> Bool {
        ignoredInARow = speech.lastVoice - speech.start >= policy.insistence ? ignoredInARow + 1 : 0
        guard ignoredInARow > 1 else { return false }
        surroundings.forgetOthers()
        callerLevel = speech.loudness.level
        return true
    }

    static func joined(_ first: String, _ second: String) -> String {
        first.isEmpty ? second : second.isEmpty ? first : first + " " + second
    }

    // MARK: Typing

    mutating func typed() -> [TurnCommand] {
        var commands: [TurnCommand] = []
        switch caller {
        case .speaking, .pausing: commands.append(.closeUtterance(.superseded))
        case .silent, .onset: break
        }
        caller = .silent
        callerHeard = now
        hasCallerTurn = true
        reengagements = 0
        wasCutShort = false
        guard !isLastResponse else { return commands }
        switch agent {
        case .idle: break
        case .preparing(let response, _): commands.append(.discard(response.id))
        case .speaking(let response, _): commands.append(.interrupt(response.id))
        }
        return commands + [prepare(.typed)]
    }
}
