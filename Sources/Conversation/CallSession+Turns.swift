import DequeModule
import Engines
import Foundation
import JSON
import Logging
import Speech
import TurnTaking

/// Feeds what is heard to the turn-taking machine, and carries out its commands.
extension CallSession {
    // MARK: The caller's voice

    /// Queues work for the listener; when its queue is full, the call ends.
    func listen(_ item: Listener.Item) {
        guard case .dropped = running?.listening.yield(item) else { return }
        environment.instruments.overflowed(.listening)
        fail(1011, type: "asr_transcription_error", "The server is overloaded and cannot listen.")
    }

    func heard(_ heard: Heard) {
        guard ending == nil else { return }
        switch heard {
        case .window(let window, let probability, let level):
            running?.heardUntil = window.end
            running?.heardAt = clock.now
            let echo = running?.echo?.share(in: window.samples, endingAt: window.end) ?? 0
            if probability >= options.turnPolicy.speechThreshold { running?.lastVoice = window.end }
            let judged = VoiceWindow(probability: probability, level: level, echo: echo)
            logVoice(judged)
            send(.voiceActivity(Double(probability)))
            feed(.voice(judged), isLogged: false)
            if running?.machine.isFallingSilent == true { listen(.preview) }
            judgeLatestWords()
        case .partial(let text):
            guard running?.heardUntil != nil else { return }
            if text != running?.lastPartial {
                running?.lastPartial = text
                running?.caller.latest = text
                send(.tentativeUserTranscript(text, eventID: running?.caller.eventID ?? 0))
                readAhead(text)
            }
            // Unchanged words are passed on too: they tell the machine that nothing new is being said.
            feed(.partial(text))
        case .transcript(let pause, let transcript, let elapsed):
            log("transcriber", ["pause": .integer(pause), "elapsed_ms": .integer(Int(elapsed / .milliseconds(1)))])
            environment.instruments.transcribed(in: elapsed)
            running?.caller.final = transcript.text
            if let engine = transcript.engine { running?.transcriberID = engine }
            if !transcript.text.isEmpty { running?.caller.latest = transcript.text }
            feed(.transcript(pause: pause, transcript.text))
            if response?.machine.isReleased != true { judgeEnding(of: transcript.text) }
        case .verdict(let pause, let judgement):
            log(
                "turn_detector",
                ["pause": .integer(pause), "elapsed_ms": .integer(Int(judgement.processingTime / .milliseconds(1)))])
            feed(.verdict(pause: pause, probability: judgement.probability))
        case .missed(let id, let words):
            answerMissed(words, with: id)
        case .failed(let error):
            environment.instruments.failed(.transcriber, error)
            logger.error("Listening failed.", metadata: ["error": "\(error)"])
            fail(1002, type: "asr_transcription_error", error.message)
        }
    }

    // MARK: The machine

    /// Tells the machine what has happened, and carries out its commands. What happens meanwhile waits for its turn.
    func feed(_ event: TurnEvent, isLogged: Bool = true) {
        waiting.append((event, isLogged))
        guard !isFeeding else { return }
        isFeeding = true
        defer { isFeeding = false }
        while let (event, isLogged) = waiting.popFirst() { handle(event, isLogged: isLogged) }
    }

    private func handle(_ event: TurnEvent, isLogged: Bool) {
        guard ending == nil, let time = running?.heardUntil else { return }
        let commands = running?.machine.handle(event, at: time) ?? []
        // A tick without commands changes nothing, and a replay does not need it.
        if isLogged, event != .tick || !commands.isEmpty { log("event", event.json) }
        let decisions = running?.machine.decisions ?? []
        for decision in decisions { log("decision", decision.json) }
        for command in commands { log("command", command.json) }
        for case .turnOver(let end) in decisions { tell(end.words) }
        if running?.history.isShortened == true {
            warn("The conversation is longer than the model's context: its oldest part was left out.")
        }
        for command in commands { carryOut(command) }
    }

    private func carryOut(_ command: TurnCommand) {
        switch command {
        case .openUtterance(let start):
            running?.caller = CallerWords(isOpen: true, eventID: nextEventID(), start: start)
            running?.lastPartial = ""
            running?.judgedWords = ""
            listen(
                .open(
                    from: start, isUrgent: response?.machine.isReleased ?? false,
                    isNoisy: running?.machine.isNoisy ?? false))
            if response == nil { warmModels() }
        case .finalize(let pause):
            listen(.finalize(pause: pause))
        case .judge(let pause):
            listen(.judge(pause: pause))
        case .closeUtterance(let outcome):
            listen(.close)
            running?.caller.isOpen = false
            switch outcome {
            case .unanswered, .superseded: keepUnanswered()
            case .backchannel: noteBackchannel()
            case .answered, .ignored, .kept: break
            }
        case .prepare(let id, let cause):
            prepare(id, cause)
        case .release(let id):
            release(id)
        case .deliver(let id, let delivery):
            advance(.delivered(delivery), of: id)
        case .fill(let id):
            fill(id)
        case .discard(let id):
            discard(id)
        case .interrupt(let id):
            interrupt(id)
        case .end(let cause):
            end(cause)
        }
    }

    private func end(_ cause: EndCause) {
        switch cause {
        case .hangUp:
            if let hangUp { send(hangUp) }
            end(1000, "The agent ended the call.")
        case .silence:
            end(1000, "The caller was silent for too long.")
        case .maximumDuration:
            let message = "The conversation has reached its longest duration."
            send(.notice(CallFault(code: 1000, type: "max_duration_exceeded", message: message)))
            end(1000, message)
        }
    }
}

extension Encodable {
    /// The value as JSON, for the log.
    var json: JSONValue {
        (try? JSONValue(parsing: JSONEncoder().encode(self))) ?? .null
    }
}
