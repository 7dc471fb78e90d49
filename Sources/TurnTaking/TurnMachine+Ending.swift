import Language

/// Pauses of the caller's, the words before them, and the decision where a turn ends.
extension TurnMachine {
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

    /// Takes in the words of the open utterance so far.
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
            // The caller has gone on, but if the next transcript is late, this one is better than nothing.
            return understood(text)
        case .pausing(let speech, var pause) where pause.number == number && pause.transcript == nil:
            let written = language.written(text, expecting: expected)
            pause.transcript = written
            pause.heard = text
            pause.words = judgement(of: text)
            caller = .pausing(speech, pause)
            return isAgentSpeaking ? settleOverlap(written) : answer(isDue: false)
        case .pausing(_, let pause)
        where number < pause.number && pause.transcript == nil
            && SpokenWords(text).words.count >= SpokenWords(partial).words.count:
            // So is that of the pause before, unless more is known by now.
            return understood(text)
        default:
            return []
        }
    }

    private func judgement(of text: String) -> WordsJudgement {
        language.judgement(
            of: text, expecting: expected, after: said, ending: isEndingKnown(of: text) ? ending?.probability : nil)
    }

    private func isEndingKnown(of text: String) -> Bool { ending.map { $0.words == SpokenWords(text) } ?? false }

    mutating func foreseen(_ words: String, _ probability: Float) -> [TurnCommand] {
        guard !probability.isNaN else { return [] }
        ending = Ending(words: SpokenWords(words), probability: probability)
        guard case .pausing(let speech, var pause) = caller, pause.transcript != nil, !isAgentSpeaking else {
            return []
        }
        pause.words = judgement(of: pause.heard)
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

    /// When this pause will be judged an end, unless something happens; nil while it cannot be.
    private var turnEnd: CallTime? {
        guard case .pausing(_, let pause) = caller, pause.over == nil, pause.blip == .zero, !isAgentSpeaking else {
            return nil
        }
        return pause.since + wait(in: pause)
    }

    /// The silence after which this pause ends the turn.
    private func wait(in pause: Pause) -> Span {
        guard let text = pause.transcript else { return policy.transcriptWait }
        if SpokenWords(text).isEmpty { return policy.neutralWait.unknown }
        let isKnown = isEndingKnown(of: pause.heard)
        let isTold = isTold(by: pause.words, text)
        var wait = policy.wait(
            after: pause.words, probability: isTold ? nil : pause.probability, expecting: expected,
            pace: paceFactor(after: pause.words.completeness))
        if policy.usesTurnDetector, pause.words.odds != nil, pause.probability == nil, !pause.isForced, !isTold {
            wait = max(wait, policy.soundWait)
        }
        if !isTold { wait = max(wait, leastWait(after: pause.words)) }
        let isAwaited = policy.usesEndOfUtteranceModel && !isKnown && !pause.words.isClear
        return isAwaited ? max(wait, isAnswerReady ? policy.endingWait : policy.endingPatience) : wait
    }

    /// Whether the words are enough, whatever the sound.
    private func isTold(by words: WordsJudgement, _ text: String) -> Bool {
        words.completeness == .conclusive && SpokenWords(text).words.count <= policy.shortWords
    }

    /// The shortest wait for a caller who was cut off of late, and might be once more after these words.
    private func leastWait(after words: WordsJudgement) -> Span {
        policy.learnsPace && (words.odds != nil || !expected.isSpelt) ? pace.leastWait : .zero
    }

    private var isAnswerReady: Bool {
        if case .preparing(let response, isReady: false) = agent, case .speech = response.cause { false } else { true }
    }

    private func paceFactor(after completeness: Completeness) -> Double {
        guard policy.learnsPace else { return 1 }
        return switch completeness {
        case .conclusive, .complete: pace.factor
        // A fluent caller may still be looking for words.
        case .neutral, .unlikely, .open: max(1, pace.factor)
        }
    }

    /// Notes the decision that the pause ends the turn, with `words`.
    private mutating func decideEnd(of pause: Pause, with words: String) {
        // The pending answer was not begun in vain.
        if isOnCredit, case .preparing(let response, _) = agent, case .speech = response.cause {
            speculationCredit += 1
        }
        isOnCredit = false
        speculationCredit += policy.speculationsPerTurn
        decisions.append(
            .turnOver(
                TurnEnd(
                    basis: pause.transcript == nil ? .missingTranscript : pause.isForced ? .noise : .silence,
                    words: Self.joined(kept, words), silence: now - pause.since, wait: wait(in: pause),
                    completeness: pause.words.completeness, odds: pause.words.odds,
                    ending: isEndingKnown(of: pause.heard) ? ending?.probability : nil, sound: pause.probability,
                    pace: paceFactor(after: pause.words.completeness),
                    least: pace.leastWait > .zero ? pace.leastWait : nil)))
    }

    /// When an answer is begun although the turn may go on: as long before the end of the wait as its first audio takes.
    /// Nil for never.
    private var speculation: CallTime? {
        guard case .idle = agent, case .pausing(let speech, let pause) = caller, let text = pause.transcript,
            isCaller(speech), !SpokenWords(Self.joined(kept, text)).isEmpty, maySpeculate(in: pause), let turnEnd
        else { return nil }
        return turnEnd - policy.leadTime
    }

    /// Words that are likelier over than not are worth an answer, whatever was thrown away before.
    private func maySpeculate(in pause: Pause) -> Bool {
        guard policy.speculates, speculations < policy.maximumSpeculations else { return false }
        return !needsCredit(pause.words) || speculationCredit >= 1
    }

    private func needsCredit(_ words: WordsJudgement) -> Bool {
        switch words.completeness {
        case .conclusive, .complete: false
        case .neutral, .unlikely, .open: true
        }
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
                !isTold(by: pause.words, pause.transcript ?? ""), pause.judgements < policy.judgements.count
            {
                let question = pause.since + policy.judgements[pause.judgements]
                if let turnEnd, question + policy.judgementTime < turnEnd { result.append((question, .judgement)) }
            }
            return result
        }
    }

    /// Has an answer to the pause's words prepared, and keeps a pending one when the words ask for nothing else.
    ///
    /// - Parameter isDue: whether an answer is begun however long the wait may last.
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
                if words == SpokenWords(before) || (speech.wasOver && language.adds(text, nothingTo: before)) {
                    return []
                }
            case .typed, .takeover, .silence:
                break
            }
            agent = .idle
            commands.append(.discard(response.id))
        }
        guard case .idle = agent else { return commands }
        if pause.over == nil {
            guard isDue ? maySpeculate(in: pause) : speculation.map({ $0 <= now }) ?? false else { return commands }
            speculations += 1
            isOnCredit = needsCredit(pause.words)
            if isOnCredit { speculationCredit -= 1 }
        }
        wasCutShort = false
        return commands + [prepare(.speech(text))]
    }

    /// Discards the pending answer, because the voice has turned out to be a background voice.
    private mutating func discardAnswer() -> [TurnCommand] {
        guard case .preparing(let response, _) = agent, case .speech = response.cause else { return [] }
        agent = .idle
        return [.discard(response.id)]
    }

    mutating func turnEnded() -> [TurnCommand] {
        guard case .pausing(var speech, var pause) = caller else { return [] }
        if SpokenWords(pause.transcript ?? "").isEmpty, case .preparing(let response, _) = agent,
            case .speech(let before) = response.cause
        {
            // Either a sound after the words, or a missing transcript: the words before it count.
            decideEnd(of: pause, with: before)
            pause.transcript = before
            pause.over = now
            caller = .pausing(speech, pause)
            return releaseIfDue()
        }
        // When the transcriber is late, the partial transcript is better than nothing.
        let words = pause.transcript ?? partial
        guard isCaller(speech) || insists(speech) else {
            decide(speech, .faint, words, takesFloor: false)
            caller = .silent
            callerHeard = speech.heardBefore
            return [.closeUtterance(.ignored)] + discardAnswer() + releaseIfDue()
        }
        ignoredInARow = 0
        guard !SpokenWords(words).isEmpty else {
            caller = .silent
            if pause.transcript == nil, case .idle = agent {
                // Something was said that was not understood: asking is better than silence.
                return [.closeUtterance(.ignored), prepare(.silence)]
            }
            return [.closeUtterance(.ignored)] + releaseIfDue()
        }
        decideEnd(of: pause, with: words)
        // However faint it was, it is answered.
        speech.wasNear = true
        pause.transcript = words
        pause.over = now
        caller = .pausing(speech, pause)
        return answer(isDue: true) + releaseIfDue()
    }

    /// Whether a voice that was taken for somebody else's is the caller's after all, because it keeps speaking.
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
}
