import Agents
import Audio
import ConvAI
import Engines
import Foundation
import JSON
import Logging
import TurnTaking

/// The one response that is in the making, or heard.
struct ActiveResponse {
    let id: ResponseID
    let cause: ResponseCause
    let eventID: Int
    var scope = CancelScope()
    /// Fired at release: tools may run.
    let released = Signal()
    var playout: Playout
    var ledger = HeardLedger()
    /// What the model has written so far.
    var text = ""
    var hasCompleteText = false
    var isComplete = false
    var isReady = false
    var isReleased = false
    var hasAnnouncedText = false
    /// Sent when the agent hangs up after this response.
    var hangUp: AgentToolResponse?
    /// The turn in the record, once released.
    var place: Int?
    var turn: TranscriptTurn
    /// When the response was begun, on the call's clock.
    let start: Duration
    /// Samples taken in by playout, over all clauses.
    var queued = 0
    /// Samples of silence at its end, in case there is more to say.
    var rest = 0
    /// How few of them will do once there is more.
    var shortestRest = 0
    var hasRested = false
    /// The second clause is there.
    var hasJoined = false
    /// Characters before the first word of the model's: fillers.
    var filled = 0
    /// Samples of them.
    var filledSamples = 0
    var fillers = 0
    /// When the first audio was there, on the call's clock.
    var firstAudio: Duration?
}

extension CallSession: ResponseSink {
    // MARK: Commands

    func prepare(_ id: ResponseID, _ cause: ResponseCause) {
        guard let running else { return }
        let rate = running.outputFormat.sampleRate
        func samples(_ duration: Duration) -> Int { Int(duration / .seconds(1) * Double(rate)) }
        let isAnswer = if case .speech = cause { true } else { false }
        response = ActiveResponse(
            // Clients drop audio whose id is not above that of the last interruption.
            id: id, cause: cause,
            eventID: isAnswer && running.caller.eventID > lastInterruption ? running.caller.eventID : nextEventID(),
            playout: Playout(
                Playout.Options(
                    frame: samples(options.frame), lead: samples(options.playoutLead),
                    brakedFrame: samples(options.brakedFrame), brakedLead: samples(options.brakedLead),
                    fade: samples(options.fade),
                    wordEnd: samples(options.wordEnd))),
            turn: TranscriptTurn(role: .agent, message: nil, timeInCall: clock.now.seconds), start: clock.elapsed())
        switch cause {
        case .greeting:
            respond(with: .text(running.settings.firstMessage))
        case .speech(let words), .overheard(let words):
            respond(with: running.history.messages(answering: words))
        case .typed:
            takeTyped()
            guard let messages = self.running?.history.messages() else { return }
            respond(with: messages)
        case .silence:
            guard running.settings.language.hasPrefix("en") else {
                return respond(with: running.history.messages(note: ChatHistory.silenceNote))
            }
            let words = [ChatHistory.silencePrompt, running.history.openQuestion].compactMap(\.self)
            respond(with: .text(words.joined(separator: " ")))
        case .farewell:
            guard !running.settings.maxDurationMessage.isEmpty else { return feedLater(.failed(id)) }
            respond(with: .text(running.settings.maxDurationMessage))
        }
    }

    /// Tells the machine something once the commands at hand have been carried out.
    private func feedLater(_ event: TurnEvent) {
        jobs.add { await self.feed(event) }
    }

    private func takeTyped() {
        guard let text = typed else { return }
        typed = nil
        running?.history.addUser(text)
        let turn = TranscriptTurn(
            role: .user, message: text, timeInCall: clock.now.seconds, sourceMedium: "text",
            sourceEventID: response?.eventID)
        record(turn)
    }

    func generationRequest(_ messages: [ChatMessage]) -> GenerationRequest {
        guard let settings = running?.settings else { return GenerationRequest(messages: messages) }
        return GenerationRequest(
            messages: messages,
            tools: settings.tools.filter(\.canRun).map {
                ToolDefinition(name: $0.name, description: $0.description, parameters: $0.parameters)
            },
            temperature: settings.temperature, maxTokens: settings.maxTokens,
            reasoningEffort: settings.reasoningEffort,
            userID: settings.customLLM == nil ? nil : settings.userID,
            extraBody: settings.customLLM == nil || settings.customLLMExtraBody.isEmpty
                ? [:] : ["elevenlabs_extra_body": .object(settings.customLLMExtraBody)])
    }

    private func respond(with messages: [ChatMessage]) {
        guard let running else { return }
        respond(with: .model(running.modelID, running.model, generationRequest(messages)))
    }

    private func respond(with source: ResponseSource) {
        guard let response else { return }
        let responder = Responder(
            id: response.id, source: source, speaker: running?.speaker, options: options, clock: clock)
        let scope = response.scope
        jobs.add { await scope.run { await responder.run(into: self) } }
    }

    func release(_ id: ResponseID) {
        guard var released = response, released.id == id else { return }
        tellInterruption()
        let eventID = released.eventID
        released.isReleased = true
        released.turn.timeInCall = clock.now.seconds
        released.turn.sourceEventID = eventID
        response = released
        released.released.fire()
        switch released.cause {
        // Told when the turn was over.
        case .speech(let words): running?.history.addUser(words)
        case .overheard(let words): keepOverheard(words, eventID: eventID)
        case .greeting, .typed, .silence, .farewell: break
        }
        send(.agentChatResponsePart(text: "", kind: .start, eventID: eventID))
        if !released.text.isEmpty {
            send(.agentChatResponsePart(text: released.text, kind: .delta, eventID: eventID))
        }
        announceText()
        playOut()
    }

    func discard(_ id: ResponseID) {
        guard response?.id == id else { return }
        response?.scope.cancel()
        response = nil
    }

    func interrupt(_ id: ResponseID) {
        guard var interrupted = response, interrupted.id == id else { return }
        tellInterruption()
        interrupted.scope.cancel()
        let delay = quiet(&interrupted)
        response = nil
        lastInterruption = interrupted.eventID
        let rate = running?.outputFormat.sampleRate ?? CallTime.rate
        let silence = outputTime + Int(delay / .seconds(1) * Double(rate))
        let heard =
            running?.speaker == nil
            ? interrupted.text : interrupted.ledger.heard(by: interrupted.playout.heard(at: silence))
        if !interrupted.hasAnnouncedText { announce(interrupted) }
        let end = clock.now + Span(samples: Int(delay / .seconds(1) * Double(CallTime.rate)))
        record { await $0.silenceAgent(from: end) }
        settle(interrupted, heard: heard, isInterrupted: true)
        feedLater(.said(heard))
        let original = interrupted.text.trimmingTrailingSpace
        let correction =
            heard == original
            ? nil
            : ServerMessage.agentResponseCorrection(
                original: original, corrected: heard, eventID: interrupted.eventID)
        pendingInterruption = [.interruption(eventID: interrupted.eventID), correction].compactMap(\.self)
        guard delay > .zero else { return tellInterruption() }
        jobs.add {
            try? await self.clock.sleep(delay)
            await self.tellInterruption()
        }
    }

    /// Tells the client of an interruption, as soon as it has heard the rest, and before anything that follows.
    func tellInterruption() {
        let messages = pendingInterruption
        pendingInterruption = []
        messages.forEach(send)
    }

    /// Fades out what still sounds, and returns how long that takes: clients that drop their audio at once would cut
    /// it with a click. One that has much to play is told at once.
    private func quiet(_ interrupted: inout ActiveResponse) -> Duration {
        guard let format = running?.outputFormat, running?.speaker != nil else { return .zero }
        let now = outputTime
        let rest = interrupted.playout.bufferEnd - now
        guard rest > 0, Double(rest) <= options.longestFadeOut / .seconds(1) * Double(format.sampleRate) else {
            return .zero
        }
        // Without a fade it ends by itself, or has one already.
        guard let fade = interrupted.playout.stop(at: now) else {
            return .seconds(Double(rest) / Double(format.sampleRate))
        }
        send(.audio(AudioMessage(bytes: FrameEncoder.encode(fade, as: format), eventID: interrupted.eventID)))
        let start = CallTime(
            samples: (interrupted.playout.bufferEnd - fade.count) * CallTime.rate / format.sampleRate)
        running?.echo?.play(fade, from: start)
        record { await $0.heardAgent(fade, from: start) }
        return .seconds(Double(interrupted.playout.bufferEnd - now) / Double(format.sampleRate))
    }

    /// Puts what was heard of a response into the history and the record.
    func settle(_ response: ActiveResponse, heard: String, isInterrupted: Bool) {
        running?.history.setAgent(heard, for: response.id.number)
        guard response.isReleased else { return }
        var turn = response.turn
        turn.message = heard
        turn.isInterrupted = isInterrupted
        if isInterrupted { turn.originalMessage = response.text.trimmingTrailingSpace }
        guard !response.text.isEmpty || !turn.toolCalls.isEmpty else { return }
        record(turn, at: response.place)
    }

    /// The call ends: of a response that was being heard, what was heard stays.
    func settleLastTurn() {
        guard let response, response.isReleased else { return }
        let heard = heard(of: response)
        let end = clock.now
        record { await $0.silenceAgent(from: end) }
        settle(response, heard: heard, isInterrupted: heard != response.text.trimmingTrailingSpace)
    }

    /// Writes a turn into the record: at its place, or at the end.
    @discardableResult
    func record(_ turn: TranscriptTurn, at known: Int? = nil) -> Int {
        let place = known ?? turnCount
        turnCount = max(turnCount, place + 1)
        record { await $0.put(turn, at: place) }
        return place
    }

    /// Writes what has been heard of the turn that is being heard into the record, so that a crash leaves most of it.
    func saveSpokenSoFar() {
        guard let current = response, current.isReleased, !current.text.isEmpty else { return }
        var turn = current.turn
        let text = current.text.trimmingTrailingSpace
        turn.message = heard(of: current)
        turn.isInterrupted = turn.message != text
        if turn.isInterrupted { turn.originalMessage = text }
        response?.place = record(turn, at: current.place)
    }

    /// What the caller has heard of a response by now; all of what is only read.
    private func heard(of response: ActiveResponse) -> String {
        running?.speaker == nil
            ? response.text.trimmingTrailingSpace : response.ledger.heard(by: response.playout.heard(at: outputTime))
    }

    // MARK: What the responder reports

    func begin(_ id: ResponseID, metric: ResponseMetric) {
        guard let current = response, current.id == id, current.turn.metrics[metric.rawValue] == nil else { return }
        response?.turn.metrics[metric.rawValue] = (clock.elapsed() - current.start) / .seconds(1)
        logMilestone(metric.milestone, of: id)
    }

    func logMilestone(_ name: CallLog.Milestone.Name, of id: ResponseID, _ detail: [String: JSONValue] = [:]) {
        guard let running else { return }
        // The machine's clock, which stands still between two windows, plus what has passed since the last.
        let time = running.heardUntil + (clock.now - running.heardAt)
        log("milestone", CallLog.Milestone(response: id, name: name, time: time, detail: detail).json)
    }

    func write(_ text: String, for id: ResponseID) {
        guard let current = response, current.id == id else { return }
        response?.text += text
        if current.isReleased {
            send(.agentChatResponsePart(text: text, kind: .delta, eventID: current.eventID))
        }
        if running?.speaker == nil { becomeReady(id) } else { startIfSafe(id) }
    }

    func play(_ piece: SpeechPiece, for id: ResponseID) {
        guard response?.id == id else { return }
        enqueue(piece)
        guard !piece.samples.isEmpty else { return }
        if response?.firstAudio == nil { response?.firstAudio = clock.elapsed() }
        startIfSafe(id)
        playOut()
    }

    func pause(_ duration: Duration, for id: ResponseID) {
        guard let current = response, current.id == id, current.queued > 0, let rate = running?.outputFormat.sampleRate
        else { return }
        // After the first clause the voice may rest for longer, while the second is made: nobody hears a gap in that.
        let longest = current.hasRested ? duration : max(duration, options.firstPause)
        response?.hasRested = true
        response?.shortestRest = Int(duration / .seconds(1) * Double(rate))
        // A clause without a sound adds no second pause to that of the one before it.
        let samples = max(0, Int(longest / .seconds(1) * Double(rate)) - current.rest)
        response?.playout.append([Float](repeating: 0, count: samples))
        response?.queued += samples
        response?.rest += samples
        startIfSafe(id)
    }

    /// Logs how much of the first clause, and of the pause after it, was left when the second came.
    private func noteSecondClause() {
        guard let current = response, current.hasRested, !current.hasJoined, let rate = running?.outputFormat.sampleRate
        else { return }
        response?.hasJoined = true
        if let firstAudio = current.firstAudio { pace.note(joining: clock.elapsed() - firstAudio) }
        let left = current.playout.queued + max(0, current.playout.bufferEnd - outputTime)
        logMilestone(.secondAudio, of: current.id, ["left_ms": .milliseconds(Double(left) / Double(rate))])
    }

    /// More is there to say: of the pause before it only as much stays as speech needs, or has been heard already.
    private func endRest() {
        guard let current = response, current.rest > 0 else { return }
        let unsent = min(current.rest, current.playout.queued)
        let surplus = min(unsent, max(0, current.rest - current.shortestRest))
        response?.playout.removeLast(surplus)
        response?.queued -= surplus
        response?.rest = 0
    }

    func enqueue(_ piece: SpeechPiece) {
        if !piece.samples.isEmpty {
            noteSecondClause()
            endRest()
        }
        guard let queued = response?.queued else { return }
        if let clause = piece.clause { response?.ledger.begin(clause, at: queued) }
        response?.ledger.add(piece.words)
        response?.playout.append(piece.samples)
        response?.queued = queued + piece.samples.count
    }

    /// Reports the response ready once what there is of it will last until there is more.
    func startIfSafe(_ id: ResponseID) {
        guard let current = response, current.id == id, !current.isReady, let firstAudio = current.firstAudio,
            let rate = running?.outputFormat.sampleRate
        else { return }
        let queued = Double(current.playout.queued) / Double(rate)
        let needed = SpeechStart.needed(
            unspoken: current.text.count - current.ledger.length, isWritten: current.hasCompleteText,
            waited: (clock.elapsed() - firstAudio) / .seconds(1), pace: pace)
        guard queued >= needed else { return }
        logMilestone(.safe, of: id, ["queued_ms": .milliseconds(queued), "needed_ms": .milliseconds(needed)])
        becomeReady(id)
    }

    func becomeReady(_ id: ResponseID) {
        guard response?.id == id, response?.isReady == false else { return }
        response?.isReady = true
        feed(.ready(id))
    }

    func measured(writing characters: Int, in duration: Duration) { pace.note(writing: characters, in: duration) }

    func measured(voicing characters: Int, in duration: Duration) {
        pace.note(voicing: characters, in: duration)
    }

    func isFarAhead(_ id: ResponseID) -> Bool {
        guard let response, response.id == id, let rate = running?.outputFormat.sampleRate else { return false }
        return Double(response.playout.queued) > options.speechAhead / .seconds(1) * Double(rate)
    }

    func used(_ summary: GenerationSummary, for id: ResponseID) {
        guard response?.id == id, let model = running?.modelID else { return }
        failures = 0
        response?.turn.producingLLM = model
        response?.turn.ttsModel = running?.speaker?.synthesizer.id
        response?.turn.llmUsage = [
            "model_usage": [
                model: [
                    "input": ["tokens": .integer(summary.inputTokens ?? 0)],
                    "input_cache_read": ["tokens": .integer(summary.cachedInputTokens ?? 0)],
                    "output_total": ["tokens": .integer(summary.outputTokens ?? 0)],
                ]
            ]
        ]
    }

    func completeText(of id: ResponseID) {
        guard response?.id == id else { return }
        response?.hasCompleteText = true
        startIfSafe(id)
        announceText()
    }

    /// Sends the response's text once it is whole and may be known.
    private func announceText() {
        guard let current = response, current.isReleased, current.hasCompleteText, !current.hasAnnouncedText else {
            return
        }
        response?.hasAnnouncedText = true
        announce(current)
    }

    private func announce(_ response: ActiveResponse) {
        send(.agentChatResponsePart(text: "", kind: .stop, eventID: response.eventID))
        guard !response.text.isEmpty else { return }
        send(.agentResponse(response.text.trimmingTrailingSpace, eventID: response.eventID))
    }

    func complete(_ id: ResponseID) {
        guard response?.id == id else { return }
        response?.isComplete = true
        if let rest = response?.rest { response?.playout.removeLast(rest) }
        becomeReady(id)
        playOut()
    }

    func fail(_ id: ResponseID, _ error: EngineError) {
        guard let current = response, current.id == id else { return }
        warn("A response failed: \(error.engine): \(error.message)")
        log("response_failed", ["engine": .string(error.engine), "message": .string(error.message)])
        failures += 1
        let isModel =
            switch current.cause {
            case .greeting, .farewell: false
            case .speech, .overheard, .typed, .silence: error.engine == running?.modelID
            }
        guard isModel, failures < 3 else {
            return fail(1002, type: isModel ? "llm_error" : "tts_cascade_error", error.message)
        }
        if current.text.isEmpty {
            // Nobody hears silence without a reason.
            response?.scope = CancelScope()
            respond(with: .text(options.apology))
        } else {
            completeText(of: id)
            complete(id)
        }
    }
}

extension JSONValue {
    /// Seconds in whole milliseconds.
    fileprivate static func milliseconds(_ seconds: Double) -> JSONValue { .integer(Int((seconds * 1000).rounded())) }
}
