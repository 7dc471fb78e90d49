import Agents
import Engines
import Foundation
import JSON
import Language
import Logging
import Speech
import Tasks
import TurnTaking

/// What is heard of the caller, and what the models do while they listen.
final class Hearing {
    private unowned let call: CallState
    /// The open utterance, or the last one.
    private(set) var caller = CallerWords()
    private var anticipation = Anticipation()
    /// The recogniser that made the latest transcript; nil for the agent's.
    private var transcriberID: String?
    /// The language, by its sound, of the latest utterance of which that is known.
    private(set) var heardLanguage: String?

    init(_ call: CallState) { self.call = call }

    private var response: ActiveResponse? { call.answering.response }

    // MARK: The caller's voice

    /// Takes audio of the caller's.
    func hear(_ bytes: Data, at time: CallTime) {
        guard call.running?.line.isTextOnly == false else { return }
        do {
            try call.running?.line.timeline.receive(bytes, at: time)
        } catch {
            call.fail(
                CallFault(
                    code: 1008, type: "invalid_message",
                    message: "The audio runs more than \(Int(error.limit.seconds)) s ahead of real time."))
        }
    }

    /// Has the audio up to now listened to.
    func moveTime() {
        guard let isTextOnly = call.running?.line.isTextOnly else { return }
        guard !isTextOnly else {
            call.running?.line.heardUntil = call.clock.now
            call.running?.line.heardAt = call.clock.now
            return call.feed(.tick)
        }
        for window in call.running?.line.timeline.windows(until: call.clock.now) ?? [] {
            listen(.window(window))
            let samples = window.samples
            call.record.add { await $0.heardCaller(samples) }
        }
    }

    /// Queues work for the listener; when its queue is full, the call ends.
    func listen(_ item: Listener.Item) {
        guard call.running?.line.listen(item) == false else { return }
        call.environment.instruments.overflowed(.listening)
        call.fail(
            CallFault(
                code: 1011, type: "asr_transcription_error", message: "The server is overloaded and cannot listen."))
    }

    /// Another agent has taken over, with a recogniser of its own.
    func use(_ agent: ActiveAgent) {
        transcriberID = nil
        if call.running?.line.isTextOnly == false {
            listen(.use(agent.transcriber, agent.hints))
        }
    }

    /// Takes what the listener has found.
    func take(_ heard: Heard) {
        guard call.ending == nil else { return }
        switch heard {
        case .window(let window, let probability, let level):
            hear(window, probability, level)
        case .partial(let text):
            if caller.hear(partial: text) {
                call.send(.tentativeUserTranscript(text, eventID: caller.eventID))
                readAhead(text)
            }
            // Unchanged words are passed on too: they tell the machine that nothing new is being said.
            call.feed(.partial(text))
        case .transcript(let pause, let transcript, let elapsed):
            call.log(
                "transcriber", ["pause": .integer(pause), "elapsed_ms": .integer(Int(elapsed / .milliseconds(1)))])
            call.environment.instruments.transcribed(in: elapsed)
            caller.hear(final: transcript.text)
            if let engine = transcript.engine { transcriberID = engine }
            heardLanguage = transcript.language.map(LanguageTag.primary)
            call.feed(.transcript(pause: pause, transcript.text))
            if response?.machine.isReleased != true { judgeEnding(of: transcript.text) }
        case .verdict(let pause, let judgement):
            call.log(
                "turn_detector",
                ["pause": .integer(pause), "elapsed_ms": .integer(Int(judgement.processingTime / .milliseconds(1)))])
            call.feed(.verdict(pause: pause, probability: judgement.probability))
        case .missed(let id, let words):
            call.answering.answerMissed(words, with: id)
        case .failed(let error):
            call.environment.instruments.failed(.transcriber, error)
            call.logger.error("Listening failed.", metadata: ["error": "\(error)"])
            call.fail(CallFault(code: 1002, type: "asr_transcription_error", message: error.message))
        }
    }

    private func hear(_ window: InputTimeline.Window, _ probability: Float, _ level: Float) {
        call.running?.line.heardUntil = window.end
        call.running?.line.heardAt = call.clock.now
        let echo = call.running?.line.echo?.share(in: window.samples, endingAt: window.end) ?? 0
        if probability >= call.options.turnPolicy.speechThreshold { call.running?.line.lastVoice = window.end }
        let judged = VoiceWindow(probability: probability, level: level, echo: echo)
        call.record.log(judged)
        call.send(.voiceActivity(Double(probability)))
        call.feed(.voice(judged), isLogged: false)
        if call.running?.machine.isFallingSilent == true { listen(.preview) }
        judgeLatestWords()
    }

    // MARK: The caller's turns

    func openUtterance(from start: CallTime) {
        caller = CallerWords(isOpen: true, eventID: call.nextEventID(), start: start)
        anticipation.forgetWords()
        listen(
            .open(
                from: start, isUrgent: response?.machine.isReleased ?? false,
                isNoisy: call.running?.machine.isNoisy ?? false,
                isSpelled: call.running?.machine.expectsSpelling ?? false))
        if response == nil { warmModels() }
    }

    func closeUtterance(_ outcome: UtteranceOutcome) {
        listen(.close)
        caller.isOpen = false
        if outcome == .backchannel { call.environment.instruments.heardBackchannel() }
        let words = caller.final
        guard !words.isEmpty else { return }
        switch outcome {
        case .unanswered, .superseded:
            call.running?.history.addUser(words)
            if caller.told.isEmpty { tell(words) }
        case .backchannel:
            // It stands in the record, and the model does not answer it. The agent's turn, which goes on, comes first.
            var turn = turn(words)
            turn.isIgnoredAsBackchannel = true
            call.answering.saveSpokenSoFar()
            call.record.put(turn)
        case .answered, .ignored, .kept: break
        }
    }

    /// Sends the caller's words to the client when the turn is over, whether or not an answer is ready.
    func tell(_ words: String) {
        guard !words.isEmpty else { return }
        // A pending answer is to these words; one that is being heard is about to be interrupted by them.
        if let response, !response.machine.isReleased, case .speech = response.cause {
            caller.eventID = response.eventID
        }
        if caller.eventID <= call.answering.lastInterruption { caller.eventID = call.nextEventID() }
        let new = caller.tell(words)
        keepTurn(words)
        if !new.isEmpty { call.send(.userTranscript(new, eventID: caller.eventID)) }
    }

    /// Adds words that were spoken over the agent as a turn of their own, which is being answered.
    func keepOverheard(_ words: String, eventID: Int) {
        call.running?.history.addUser(words)
        call.send(.userTranscript(words, eventID: eventID))
        var turn = turn(words)
        turn.sourceEventID = eventID
        call.record.put(turn)
    }

    /// Words from `start` on, which were missed at first, are being answered.
    func answerMissed(from start: CallTime) { caller.start = start }

    /// Writes the words of an open utterance into the record, so that a crash loses little of them.
    func saveWordsSoFar() {
        if caller.isWorthKeeping, response?.machine.isReleased != true { keepTurn(caller.latest) }
    }

    /// Keeps the words of a caller who was speaking, or had no answer yet, when the call ended.
    func settle() {
        if caller.isUntold { keepTurn(caller.latest) }
    }

    /// Writes the caller's turn into the record, or updates it.
    private func keepTurn(_ words: String) {
        if !words.isEmpty { caller.place = call.record.put(turn(words), at: caller.place) }
    }

    private func turn(_ words: String) -> TranscriptTurn {
        caller.turn(words, transcriber: transcriberID ?? call.running?.agent.transcriber.id)
    }

    // MARK: Reading ahead

    /// Fills the model's prompt cache with the conversation so far, while the greeting is heard or the caller speaks.
    ///
    /// - Parameter words: the caller's words so far, as a partial transcript has them.
    func warmModel(answering words: String? = nil, _ end: @escaping @Sendable () -> Void = {}) {
        guard response == nil || words == nil, let running = call.running, anticipation.beginReading() else {
            return end()
        }
        let model = running.agent.model
        let request = running.agent.request(
            running.history, answering: words, running.agent.remoteTools(call.toolbox, running.variables))
        let isAdded = call.jobs.add { [logger = call.logger] session in
            do { try await model.prefill(request) } catch is CancellationError {
                // The call is over.
            } catch {
                logger.warning("The model's prompt could not be warmed.", metadata: ["error": "\(error)"])
            }
            end()
            await session.perform { $0.hearing.anticipation.endReading() }
        }
        if !isAdded { end() }
    }

    /// Has the models read and judge the words of a caller who still speaks, unless other callers wait for the model.
    private func readAhead(_ words: String) {
        guard response?.machine.isReleased != true else { return }
        guard let load = call.environment.engines.modelLoad else {
            warmModel(answering: words)
            return judgeEnding(of: words)
        }
        if response == nil, !anticipation.isReading, load.beginAhead() {
            warmModel(answering: words) { load.endAhead() }
        }
        if load.answers == 0, anticipation.isReading || !load.isAhead { judgeEnding(of: words) }
    }

    /// The caller begins to speak: the models read the conversation so far meanwhile.
    private func warmModels() {
        warmModel()
        guard let agentWords = call.running?.history.lastAgentWords, let model = endOfUtteranceModel else { return }
        call.jobs.add { _ in await model.prepare(for: agentWords) }
    }

    /// What judges the words' ends; nil where nothing does.
    private var endOfUtteranceModel: (any EndOfUtteranceModel)? {
        call.running?.machine.policy.usesEndOfUtteranceModel == true
            ? call.environment.engines.endOfUtteranceModel : nil
    }

    /// Has the end-of-utterance model judge whether the caller's words are complete, unless they tell by themselves.
    private func judgeEnding(of words: String) {
        guard let running = call.running, endOfUtteranceModel != nil else { return }
        let known = running.agent.spokenLanguage.judgement(
            of: words, expecting: .nothing, after: running.history.lastAgentWords, ending: nil)
        guard !known.isClear else { return }
        if anticipation.judge(words) { judgeLatestWords() }
    }

    /// Asks one question at a time, and none while the answer awaits its first token: the model would read both at
    /// once, which would delay the answer.
    func judgeLatestWords() {
        guard caller.isOpen, response?.machine.isReleased != true, !awaitsFirstToken,
            let model = endOfUtteranceModel, let agentWords = call.running?.history.lastAgentWords,
            let words = anticipation.beginJudging()
        else { return }
        call.jobs.add { session in
            // Without a probability the rules decide, which is only less precise.
            let probability = try? await model.endProbability(of: words, after: agentWords)
            await session.perform { $0.hearing.judgedEnding(of: words, probability) }
        }
    }

    private var awaitsFirstToken: Bool {
        guard let response, !response.machine.isReleased,
            response.turn.metrics[ResponseMetric.firstToken.rawValue] == nil,
            // The model runs on another machine, where judging would not slow it down.
            call.environment.engines.modelLoad != nil,
            call.running?.agent.modelID == call.environment.engines.languageModels.first?.id
        else { return false }
        return call.clock.elapsed() - response.start < call.options.judgementPatience
    }

    private func judgedEnding(of words: String, _ probability: Float?) {
        anticipation.endJudging(words, hasFailed: probability == nil)
        // After a failure, the same words are asked about again at the next window.
        guard let probability else { return }
        call.feed(.ending(words: words, probability: probability))
        // The transcript may have changed meanwhile.
        judgeLatestWords()
    }
}
