import Agents
import Audio
import Engines
import Foundation
import JSON
import Language
import Speech
import Tasks
import Tracing
import TurnTaking

/// What the agent says: has it made, plays it, and keeps what was heard of it. There is one response at a time.
final class Answering {
    unowned let call: CallState
    var response: ActiveResponse?
    /// Words typed by the user, and files, that wait for the machine to prepare an answer.
    private var typed: (text: String, files: [ReceivedFile], time: CallTime)?
    /// Consecutive failures of models.
    var failures = 0
    /// Responses that were released.
    private(set) var turns = 0
    /// The event id of the last interruption.
    private(set) var lastInterruption = 0
    /// Messages about an interruption that wait until the client has heard the rest.
    private var pendingInterruption: [CallOutput] = []
    /// How far ahead of real time this client needs its audio.
    var lead = PlayoutLead()
    /// How fast this call's engines have been so far.
    var pace = SpeechStart.Pace()
    /// The person who answers in the agent's place, if one does.
    var human = HumanTakeover()

    init(_ call: CallState) { self.call = call }

    func prepare(_ id: ResponseID, _ cause: ResponseCause) {
        guard let running = call.running else { return }
        let isAnswer = if case .speech = cause { true } else { false }
        response = ActiveResponse(
            // Clients drop audio whose id is not above that of the last interruption.
            id: id, cause: cause,
            eventID: isAnswer && call.hearing.caller.eventID > lastInterruption
                ? call.hearing.caller.eventID : call.nextEventID(),
            agent: running.agent, remoteTools: running.agent.remoteTools(call.toolbox, running.variables),
            machine: ResponseMachine(
                options: call.options.response(
                    rate: running.line.output.sampleRate, lead: lead.value(call.options),
                    isSpoken: !running.line.isTextOnly)),
            start: call.clock.elapsed(),
            turn: TranscriptTurn(
                role: .agent, message: nil, timeInCall: call.clock.now.seconds,
                agentID: running.agent.id == call.request.agent.id ? nil : running.agent.id))
        if let words = human.words(for: cause) {
            response?.turn.author = .human
            if cause == .typed { takeTyped() }
            return respond(with: .text(words))
        }
        switch cause {
        case .greeting:
            respond(with: .text(running.agent.settings.firstMessage))
        case .speech(let words), .overheard(let words):
            ask(answering: words)
        case .typed:
            takeTyped()
            ask()
        case .takeover:
            switch running.agent.entry {
            case .greets: respond(with: .text(running.agent.settings.firstMessage))
            case .takesOver: ask(note: ChatHistory.takeoverNote)
            case .changesLanguage: ask()
            }
        case .silence:
            // Background voices are not to be answered.
            guard running.agent.settings.turn.retranscribeOnTimeout, !running.line.isTextOnly,
                !running.machine.hearsOthers, call.tools.untold.isEmpty
            else { return promptSilentCaller() }
            call.hearing.listen(.retranscribe(id, from: running.machine.unheardSince))
        case .farewell:
            let words = running.agent.settings.maxDurationMessage
            if words.isEmpty { call.feedLater(.failed(id)) } else { respond(with: .text(words)) }
        }
    }

    private func promptSilentCaller() {
        guard let running = call.running else { return }
        // A late result of a tool goes before the question whether the caller is still there.
        if !call.tools.untold.isEmpty { return ask(note: ChatHistory.newsNote) }
        guard let phrases = running.agent.phrases else { return ask(note: ChatHistory.silenceNote) }
        let words = [phrases.rePrompt, running.history.openQuestion(in: running.agent.settings.language)].compactMap(
            \.self)
        respond(with: .text(words.joined(separator: " ")))
    }

    /// Answers words that were missed at first and found when the silence was transcribed again.
    func answerMissed(_ words: String, with id: ResponseID) {
        guard let running = call.running, response?.id == id else { return }
        guard words.contains(where: { $0.isLetter || $0.isNumber }) else { return promptSilentCaller() }
        call.feed(.missed(id, words))
        response?.cause = .overheard(words)
        call.hearing.answerMissed(from: running.machine.unheardSince)
        ask(answering: words)
    }

    /// Takes a turn that was typed, or that is files alone.
    func type(_ text: String, _ files: [ReceivedFile] = [], at time: CallTime) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty || !files.isEmpty, call.running != nil else { return }
        typed = (text, files, time)
        call.feed(.typed)
    }

    /// Has said what is known beside the caller's turns, unless somebody speaks.
    func sayNews() {
        guard human.isOn ? human.hasWords : !call.tools.untold.isEmpty else { return }
        if response == nil, call.running?.machine.isQuiet == true { call.feed(.news) }
    }

    private func takeTyped() {
        guard let (text, files, time) = typed else { return }
        typed = nil
        let bounds = ChatHistory.FileBounds(
            files: response?.agent.settings.conversation.fileInput.shown ?? 1, tokens: call.options.longestFiles,
            imageBytes: call.options.shownImages)
        let omitted = call.running?.history.addUser(text, files: files.map(\.shown), within: bounds) ?? []
        if !omitted.isEmpty {
            let names = omitted.map { "“\($0)”" }.joined(separator: ", ")
            let message = "Too many files, or too large ones, came at once: the language model is not shown \(names)."
            call.record.warn(message)
            call.send(.notice(CallFault(code: 1008, type: "invalid_message", message: message)))
        }
        let recorded = files.compactMap(\.recorded)
        call.receipts.heard(ReceiptLedger.Turn(words: text, time: call.clock.elapsed()))
        call.record.put(
            TranscriptTurn(
                role: .user, message: text.isEmpty ? nil : text, timeInCall: time.seconds,
                sourceMedium: "text", sourceEventID: response?.eventID, files: recorded.isEmpty ? nil : recorded))
        // A file that is in use is named by a turn, also after a crash.
        if !recorded.isEmpty { _ = call.record.commit() }
    }

    /// Has the model write the response.
    private func ask(answering words: String? = nil, note: String? = nil) {
        guard let agent = response?.agent, let history = call.running?.history else { return }
        response?.asked = call.clock.elapsed()
        var request = agent.request(history, answering: words, note: note, response?.remoteTools ?? [])
        request.untold = call.tools.untold
        let question = words ?? (response?.cause == .typed ? history.lastCallerWords : "")
        respond(
            with: .model(
                agent.modelID, words == nil ? agent.model : hearingLanguage(agent), request,
                agent.lookup(question, call.environment, call.clock)))
    }

    /// The agent's model, which begins with a change of the language where the caller was heard to speak another.
    private func hearingLanguage(_ agent: ActiveAgent) -> any LanguageModelSession {
        guard let heard = call.hearing.heardLanguage, let number = response?.id.number,
            let change = agent.languageCall(for: heard, number: number), call.mayChangeLanguage(by: change)
        else { return agent.model }
        return DecidedOpening(call: change, model: agent.model)
    }

    private func respond(with source: ResponseSource) {
        guard let response else { return }
        let words = response.answeredTurn?.words ?? call.running?.history.lastCallerWords ?? ""
        let responder = Responder(
            id: response.id, source: source, speaker: response.agent.speaker, voices: response.agent.voices,
            labels: response.agent.settings.voices.map(\.label),
            phrases: ClausePhrases.of(response.agent.settings.language),
            gate: response.agent.gate(call.options, answering: words), options: call.options, clock: call.clock)
        let scope = response.scope
        call.jobs.add { session in
            await scope.run { await withSpan("answer") { _ in await responder.run(into: session) } }
        }
    }

    /// Says an apology after what has been said, so that the caller hears neither unexplained silence nor half a
    /// sentence.
    func apologise() {
        guard let current = response else { return }
        let text = current.machine.text
        let isSilent = text.allSatisfy(\.isWhitespace)
        response?.scope = CancelScope()
        let apology = (current.agent.phrases ?? .english).apology
        respond(with: .text((isSilent || text.last?.isWhitespace == true ? "" : " ") + apology))
    }

    func release(_ id: ResponseID) {
        guard var released = response, released.id == id else { return }
        tellInterruption()
        human.said()
        call.environment.instruments.released(released.cause)
        released.turn.timeInCall = call.clock.now.seconds
        released.turn.sourceEventID = released.eventID
        response = released
        released.released.fire()
        if let asked = released.asked { call.tools.told(asOf: asked) }
        if let turn = released.answeredTurn { call.receipts.heard(turn) }
        switch released.cause {
        // The words went into the history when the turn ended.
        case .speech(let words): call.running?.history.addUser(words)
        case .overheard(let words): call.hearing.keepOverheard(words, eventID: released.eventID)
        case .takeover:
            // The successor's first message is protected as a greeting is.
            if released.agent.entry == .greets, released.agent.settings.disableFirstMessageInterruptions {
                call.feed(.protected(id, true))
            }
        case .greeting, .typed, .silence, .farewell: break
        }
        turns += 1
        if released.cause.isCallers { call.noteCallersTurn() }
        advance(.released, of: id)
    }

    func discard(_ id: ResponseID) {
        guard response?.id == id else { return }
        human.takeBack()
        response?.scope.cancel()
        forget(id)
    }

    private func forget(_ id: ResponseID) {
        response = nil
        call.tools.prefetches.giveUp(id)
    }

    /// The call is over.
    func stop() {
        response?.scope.cancel()
        if let id = response?.id { forget(id) }
    }

    // MARK: Playing

    /// Does what depends on real time.
    func tick() {
        if let id = response?.id { advance(.tick, of: id) }
        call.tools.tick()
        endForsakenTakeover()
        // The result of a tool that came after the caller had gone on is told as soon as nobody speaks.
        sayNews()
    }

    /// Tells the response what has happened, and carries out its commands. Everything for a response that is gone is
    /// ignored.
    func advance(_ event: ResponseMachine.Event, of id: ResponseID) {
        guard response?.id == id else { return }
        let moment = ResponseMachine.Moment(
            output: outputTime, elapsed: call.clock.elapsed(), pace: pace, crowd: crowd)
        let commands = response?.machine.handle(event, at: moment) ?? []
        for command in commands {
            guard let current = response, current.id == id else { return }
            carryOut(command, of: current)
        }
    }

    private func carryOut(_ command: ResponseMachine.Command, of current: ActiveResponse) {
        switch command {
        case .becomeReady: call.feed(.ready(current.id))
        case .tell(let part): call.send(.responsePart(part, eventID: current.eventID))
        case .announce(let text): call.send(.response(text, eventID: current.eventID))
        case .begin: noteFirstAudio(of: current)
        case .play(let samples, let start, let end, let words):
            play(samples, from: start, upTo: end, words, of: current)
        case .measureSecondClause(let duration): pace.note(joining: duration, crowd: crowd)
        case .log(let name, let detail): logMilestone(name, of: current.id, detail)
        case .finish: finish(current)
        case .cut(let heard, let samples): cut(current, heard: heard, after: samples)
        }
    }

    /// Real time on the output's sample clock.
    var outputTime: Int { call.running?.line.output.samples(call.clock.elapsed()) ?? 0 }

    private func play(
        _ samples: [Float], from start: Int, upTo end: Int, _ words: [ResponseMachine.Word], of current: ActiveResponse
    ) {
        guard let output = call.running?.line.output else { return }
        func milliseconds(_ samples: Int) -> Int { samples * 1000 / output.sampleRate }
        let chunk = CallOutput.AudioChunk(
            bytes: FrameEncoder.encode(samples, as: output), eventID: current.eventID, end: end,
            words: words.map { word in
                let range = milliseconds(word.samples.lowerBound)..<milliseconds(word.samples.upperBound)
                return CallOutput.AudioChunk.Word(text: word.text, milliseconds: range)
            })
        call.send(.audio(chunk))
        let start = CallTime.zero + output.span(start)
        call.running?.line.echo?.play(samples, from: start)
        call.record.add { await $0.heardAgent(samples, from: start) }
    }

    /// The time from the end of the caller's speech, or for lack of one from the cause of the response, to its first
    /// audio.
    private func noteFirstAudio(of current: ActiveResponse) {
        guard current.turn.metrics["parley_first_audio"] == nil else { return }
        let wait: Double
        if case .speech = current.cause, let end = call.running?.line.lastVoice {
            wait = (call.clock.now - end).seconds
            call.environment.instruments.answered(after: wait)
            response?.turn.metrics[CallSample.answerLatency] = wait
        } else {
            wait = (call.clock.elapsed() - current.start) / .seconds(1)
        }
        response?.turn.metrics["parley_first_audio"] = wait
        logMilestone(.heard, of: current.id)
    }

    private func finish(_ current: ActiveResponse) {
        call.send(.responseComplete(eventID: current.eventID))
        settle(current, heard: current.machine.wholeText, isInterrupted: false)
        forget(current.id)
        call.feed(.said(current.machine.text))
        call.feed(.finished(current.id))
        if human.isOn {
            // Neither a re-prompt nor a hang-up for silence comes between a person and the caller.
            call.feed(.waits(call.options.humanPatience))
        } else if current.turn.author == .human {
            // Once the machine knows that it is over.
            call.jobs.add { session in await session.perform { $0.answering.answerUnanswered() } }
        }
    }

    /// Bridges the wait for a slow model with a filler, unless the answer is ready by now.
    func fill(_ id: ResponseID) {
        if response?.machine.isReady == false { bridge(id) }
    }

    /// Has a filler said before the next word.
    ///
    /// - Parameter done: called when it is being played, or is not said.
    func bridge(_ id: ResponseID, then done: @escaping @Sendable (CallState) -> Void = { _ in }) {
        guard let current = response, current.id == id, let speaker = current.agent.speaker,
            let filler = nextFiller(id)
        else { return done(call) }
        let text = current.machine.text
        let scope = current.scope
        call.jobs.add { [clock = call.clock] session in
            await scope.run {
                let pieces = await filler.speak(
                    with: speaker, after: text.last?.isWhitespace == false, clock: clock)
                await session.perform { call in
                    if !pieces.isEmpty { call.answering.advance(.filled(pieces, after: text.count), of: id) }
                    done(call)
                }
            }
        }
    }

    /// The filler that is said next, if the agent has one.
    func nextFiller(_ id: ResponseID) -> Filler? {
        guard let current = response, current.id == id else { return nil }
        let other = call.environment.engines.languageModels.first
        let filler = Filler(
            current.agent.settings.turn.softTimeout, stock: current.agent.fillers,
            number: current.fillers, cause: current.cause,
            lastWords: call.running?.history.lastCallerWords ?? "",
            language: current.agent.settings.language,
            claimless: current.agent.settings.requiresReceipts ? current.agent.spokenLanguage : nil,
            writer: current.agent.modelID == other?.id ? nil : other, options: call.options,
            random: call.environment.random)
        if filler != nil { noteFiller(id) }
        return filler
    }

    /// The response says something that bridges a wait.
    func noteFiller(_ id: ResponseID) {
        if response?.id == id { response?.fillers += 1 }
    }

    // MARK: Interruption

    func interrupt(_ id: ResponseID) {
        guard response?.id == id else { return }
        call.environment.instruments.interrupted()
        tellInterruption()
        response?.scope.cancel()
        advance(.interrupted, of: id)
    }

    /// The caller has taken the floor: keeps what will have been heard in `samples` more, and tells the client then.
    private func cut(_ interrupted: ActiveResponse, heard: String, after samples: Int) {
        guard let output = call.running?.line.output else { return }
        forget(interrupted.id)
        lastInterruption = interrupted.eventID
        let end = call.clock.now + output.span(samples)
        call.record.add { await $0.silenceAgent(from: end) }
        settle(interrupted, heard: heard, isInterrupted: true)
        call.feedLater(.said(heard))
        let original = interrupted.machine.wholeText
        let correction =
            heard == original
            ? nil
            : CallOutput.correction(original: original, corrected: heard, eventID: interrupted.eventID)
        pendingInterruption = [.interruption(eventID: interrupted.eventID), correction].compactMap(\.self)
        guard samples > 0 else { return tellInterruption() }
        let delay = Duration.seconds(Double(samples) / Double(output.sampleRate))
        call.jobs.add { [clock = call.clock] session in
            try? await clock.sleep(delay)
            await session.perform { $0.answering.tellInterruption() }
        }
    }

    /// Sends the messages of an interruption once the client has heard the rest, and before any other message.
    func tellInterruption() {
        let messages = pendingInterruption
        pendingInterruption = []
        messages.forEach(call.send)
    }

    // MARK: Tools

    /// Notes a tool that the response has called.
    func note(_ toolCall: TranscriptTurn.ToolCall) {
        response?.turn.toolCalls.append(toolCall)
        keepSpokenSoFar()
    }

    /// Notes the result of a tool that a response has called.
    func note(_ result: TranscriptTurn.ToolResult, of id: ResponseID) {
        if response?.id == id { response?.turn.note(result) }
    }

    /// Tells whether all that the response has said by now has been heard; nil, when asked later, once the response is
    /// gone. Nil at once when there is nothing left to be heard.
    func isHeard(upToNow id: ResponseID) -> (@Sendable (CallState) -> Bool?)? {
        guard let current = response, current.id == id else { return nil }
        let length = current.machine.text.count { !$0.isWhitespace }
        guard length > 0, current.agent.speaker != nil else { return nil }
        return { call in
            guard let response = call.answering.response, response.id == id else { return nil }
            return call.answering.heardSoFar(of: response).count { !$0.isWhitespace } >= length
        }
    }

    /// A tool that the response has called says whether the caller may interrupt.
    func protect(_ id: ResponseID, _ isProtected: Bool, toTheEnd: Bool) {
        guard response?.id == id else { return }
        if toTheEnd { response?.isProtectedToItsEnd = true }
        if isProtected || response?.isProtectedToItsEnd == false { call.feed(.protected(id, isProtected)) }
    }

    // MARK: What was heard

    /// The transport knows how much of a response the caller has heard.
    func noteHeard(_ end: Int, of eventID: Int) {
        guard let response, response.eventID == eventID else { return }
        advance(.heard(end), of: response.id)
    }

    /// Puts what was heard of a response into the history and the record.
    private func settle(_ response: ActiveResponse, heard: String, isInterrupted: Bool) {
        call.running?.history.setAgent(heard, parts: response.machine.parts(of: heard), for: response.id.number)
        guard response.machine.isReleased else { return }
        let turn = response.turn(heard: heard, isInterrupted: isInterrupted)
        guard !response.machine.text.isEmpty || !turn.toolCalls.isEmpty else { return }
        call.record.put(turn, at: response.place)
    }

    /// Keeps what was heard of the current response when the call ends.
    func settle() {
        guard let response, response.machine.isReleased else { return }
        let heard = heardSoFar(of: response)
        let end = call.clock.now
        call.record.add { await $0.silenceAgent(from: end) }
        settle(response, heard: heard, isInterrupted: heard != response.machine.wholeText)
    }

    private func heardSoFar(of response: ActiveResponse) -> String {
        response.machine.heard(at: outputTime)
    }

    /// Writes what has been heard so far of the current turn into the record, so that a crash leaves most of it.
    func saveSpokenSoFar() {
        guard let machine = response?.machine, machine.isReleased, !machine.text.isEmpty else { return }
        keepSpokenSoFar()
    }

    /// Adds or updates the record's turn for the current response, and returns its place.
    @discardableResult
    func keepSpokenSoFar() -> Int {
        guard let current = response else { return call.record.turns }
        let heard = heardSoFar(of: current)
        let turn = current.turn(heard: heard, isInterrupted: heard != current.machine.wholeText)
        let place = call.record.put(turn, at: current.place)
        response?.place = place
        return place
    }
}
