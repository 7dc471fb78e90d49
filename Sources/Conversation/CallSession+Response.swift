import Agents
import Audio
import Engines
import Foundation
import JSON
import Tasks
import TurnTaking

/// Carries out the machine's commands about responses, and keeps what was heard of them.
extension CallSession {
    func prepare(_ id: ResponseID, _ cause: ResponseCause) {
        guard let running else { return }
        let isAnswer = if case .speech = cause { true } else { false }
        response = ActiveResponse(
            // Clients drop audio whose id is not above that of the last interruption.
            id: id, cause: cause,
            eventID: isAnswer && running.caller.eventID > lastInterruption ? running.caller.eventID : nextEventID(),
            machine: ResponseMachine(
                options: options.response(
                    rate: running.outputFormat.sampleRate, lead: lead.value(options),
                    isSpoken: running.speaker != nil)),
            start: clock.elapsed(),
            turn: TranscriptTurn(role: .agent, message: nil, timeInCall: clock.now.seconds))
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
    func feedLater(_ event: TurnEvent) {
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
        environment.instruments.released(released.cause)
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
        advance(.released, of: id)
    }

    func discard(_ id: ResponseID) {
        guard response?.id == id else { return }
        response?.scope.cancel()
        response = nil
    }

    func interrupt(_ id: ResponseID) {
        guard response?.id == id else { return }
        environment.instruments.interrupted()
        tellInterruption()
        response?.scope.cancel()
        advance(.interrupted, of: id)
    }

    /// The caller has taken the floor: keeps what will have been heard in `samples` more, and tells the client then.
    func cut(_ interrupted: ActiveResponse, heard: String, after samples: Int) {
        response = nil
        lastInterruption = interrupted.eventID
        let rate = running?.outputFormat.sampleRate ?? CallTime.rate
        let end = clock.now + Span(samples: samples * CallTime.rate / rate)
        record { await $0.silenceAgent(from: end) }
        settle(interrupted, heard: heard, isInterrupted: true)
        feedLater(.said(heard))
        let original = interrupted.machine.wholeText
        let correction =
            heard == original
            ? nil
            : CallOutput.correction(original: original, corrected: heard, eventID: interrupted.eventID)
        pendingInterruption = [.interruption(eventID: interrupted.eventID), correction].compactMap(\.self)
        guard samples > 0 else { return tellInterruption() }
        let delay = Duration.seconds(Double(samples) / Double(rate))
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

    /// Puts what was heard of a response into the history and the record.
    func settle(_ response: ActiveResponse, heard: String, isInterrupted: Bool) {
        running?.history.setAgent(heard, for: response.id.number)
        guard response.machine.isReleased else { return }
        var turn = response.turn
        turn.message = heard
        turn.isInterrupted = isInterrupted
        if isInterrupted { turn.originalMessage = response.machine.wholeText }
        guard !response.machine.text.isEmpty || !turn.toolCalls.isEmpty else { return }
        record(turn, at: response.place)
    }

    /// Keeps what was heard of the current response when the call ends.
    func settleLastTurn() {
        guard let response, response.machine.isReleased else { return }
        let heard = response.machine.heard(at: outputTime)
        let end = clock.now
        record { await $0.silenceAgent(from: end) }
        settle(response, heard: heard, isInterrupted: heard != response.machine.wholeText)
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
        guard let machine = response?.machine, machine.isReleased, !machine.text.isEmpty else { return }
        keepSpokenSoFar()
    }

    /// Adds or updates the record's turn for the current response, and returns its place.
    @discardableResult
    func keepSpokenSoFar() -> Int {
        guard let current = response else { return turnCount }
        var turn = current.turn
        turn.message = current.machine.heard(at: outputTime)
        turn.isInterrupted = turn.message != current.machine.wholeText
        if turn.isInterrupted { turn.originalMessage = current.machine.wholeText }
        let place = record(turn, at: current.place)
        response?.place = place
        return place
    }
}
