import Agents
import Audio
import Engines
import Foundation
import JSON
import TurnTaking

/// Carries out the machine's commands about responses, and keeps what was heard of them.
extension CallSession {
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
                    frame: samples(options.frame), lead: samples(lead.value(options)),
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
            // Background voices are not to be answered.
            guard running.settings.turn.retranscribeOnTimeout, running.speaker != nil, !running.machine.hearsOthers,
                untoldSince == nil
            else {
                return promptSilentCaller()
            }
            listen(.retranscribe(id, from: running.machine.unheardSince))
        case .farewell:
            guard !running.settings.maxDurationMessage.isEmpty else { return feedLater(.failed(id)) }
            respond(with: .text(running.settings.maxDurationMessage))
        }
    }

    private func promptSilentCaller() {
        guard let running else { return }
        // A late result of a tool goes before the question whether the caller is still there.
        if untoldSince != nil { return respond(with: running.history.messages(note: ChatHistory.newsNote)) }
        guard running.settings.language.hasPrefix("en") else {
            return respond(with: running.history.messages(note: ChatHistory.silenceNote))
        }
        let words = [ChatHistory.silencePrompt, running.history.openQuestion].compactMap(\.self)
        respond(with: .text(words.joined(separator: " ")))
    }

    /// Answers words that were missed at first and found when the silence was transcribed again.
    func answerMissed(_ words: String, with id: ResponseID) {
        guard let running, response?.id == id else { return }
        guard words.contains(where: { $0.isLetter || $0.isNumber }) else { return promptSilentCaller() }
        feed(.missed(id, words))
        response?.cause = .overheard(words)
        self.running?.caller.start = running.machine.unheardSince
        respond(with: running.history.messages(answering: words))
    }

    /// Tells the machine something once the pending commands have been carried out.
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
            allowsParallelTools: settings.allowsParallelTools,
            userID: settings.customLLM == nil ? nil : settings.userID, timezone: settings.timezone,
            extraBody: settings.customLLM == nil || settings.customLLMExtraBody.isEmpty
                ? [:] : ["elevenlabs_extra_body": .object(settings.customLLMExtraBody)])
    }

    private func respond(with messages: [ChatMessage]) {
        guard let running else { return }
        response?.asked = clock.elapsed()
        respond(with: .model(running.modelID, running.model, generationRequest(messages)))
    }

    func respond(with source: ResponseSource) {
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
        if let asked = released.asked, let since = untoldSince, asked >= since { untoldSince = nil }
        switch released.cause {
        // The words went into the history when the turn ended.
        case .speech(let words): running?.history.addUser(words)
        case .overheard(let words): keepOverheard(words, eventID: eventID)
        case .greeting, .typed, .silence, .farewell: break
        }
        send(.responsePart(.start, eventID: eventID))
        if !released.text.isEmpty { send(.responsePart(.delta(released.text), eventID: eventID)) }
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
            : CallOutput.correction(original: original, corrected: heard, eventID: interrupted.eventID)
        pendingInterruption = [.interruption(eventID: interrupted.eventID), correction].compactMap(\.self)
        guard delay > .zero else { return tellInterruption() }
        jobs.add {
            try? await self.clock.sleep(delay)
            await self.tellInterruption()
        }
    }

    /// Sends the messages of an interruption once the client has heard the rest, and before any other message.
    func tellInterruption() {
        let messages = pendingInterruption
        pendingInterruption = []
        messages.forEach(send)
    }

    /// Fades out what still sounds, and returns how long that takes: a client that drops its audio at once would cut it
    /// with a click. A client with much audio left is told at once.
    private func quiet(_ interrupted: inout ActiveResponse) -> Duration {
        guard let format = running?.outputFormat, running?.speaker != nil else { return .zero }
        let now = outputTime
        let rest = interrupted.playout.bufferEnd - now
        guard rest > 0, Double(rest) <= options.longestFadeOut / .seconds(1) * Double(format.sampleRate) else {
            return .zero
        }
        // Nothing to fade: the audio ends by itself, or is already fading.
        guard let fade = interrupted.playout.stop(at: now) else {
            return .seconds(Double(rest) / Double(format.sampleRate))
        }
        send(
            .audio(
                CallOutput.AudioChunk(
                    bytes: FrameEncoder.encode(fade, as: format), eventID: interrupted.eventID,
                    end: interrupted.playout.sent)))
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

    /// Keeps what was heard of the current response when the call ends.
    func settleLastTurn() {
        guard let response, response.isReleased else { return }
        let heard = heard(of: response)
        let end = clock.now
        record { await $0.silenceAgent(from: end) }
        settle(response, heard: heard, isInterrupted: heard != response.text.trimmingTrailingSpace)
    }

    /// Writes a turn into the record: at the given place, or at the end.
    @discardableResult
    func record(_ turn: TranscriptTurn, at known: Int? = nil) -> Int {
        let place = known ?? turnCount
        turnCount = max(turnCount, place + 1)
        record { await $0.put(turn, at: place) }
        return place
    }

    /// Writes what has been heard so far of the current turn into the record, so that a crash leaves most of it.
    func saveSpokenSoFar() {
        guard let current = response, current.isReleased, !current.text.isEmpty else { return }
        keepSpokenSoFar()
    }

    /// Adds or updates the record's turn for the current response, and returns its place.
    @discardableResult
    func keepSpokenSoFar() -> Int {
        guard let current = response else { return turnCount }
        var turn = current.turn
        let text = current.text.trimmingTrailingSpace
        turn.message = heard(of: current)
        turn.isInterrupted = turn.message != text
        if turn.isInterrupted { turn.originalMessage = text }
        let place = record(turn, at: current.place)
        response?.place = place
        return place
    }

    /// What the caller has heard of a response by now; the whole text in a text-only conversation.
    private func heard(of response: ActiveResponse) -> String {
        running?.speaker == nil
            ? response.text.trimmingTrailingSpace : response.ledger.heard(by: response.playout.heard(at: outputTime))
    }
}
