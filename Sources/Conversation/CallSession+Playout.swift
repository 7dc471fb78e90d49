import Agents
import Audio
import Engines
import Foundation
import Speech
import Tasks
import TurnTaking

/// Plays released responses: what is sent, when, and how much of it has been heard.
extension CallSession {
    /// Real time on the output's sample clock.
    var outputTime: Int {
        Int(clock.elapsed() / .seconds(1) * Double(running?.outputFormat.sampleRate ?? CallTime.rate))
    }

    /// A length of time in samples of the output.
    func samples(_ duration: Duration) -> Int {
        Int(duration / .seconds(1) * Double(running?.outputFormat.sampleRate ?? CallTime.rate))
    }

    /// Tells the response what has happened, and carries out its commands. Everything for a response that is gone is
    /// ignored.
    func advance(_ event: ResponseMachine.Event, of id: ResponseID) {
        guard response?.id == id else { return }
        let moment = ResponseMachine.Moment(output: outputTime, elapsed: clock.elapsed(), pace: pace, crowd: crowd)
        let commands = response?.machine.handle(event, at: moment) ?? []
        for command in commands {
            guard let current = response, current.id == id else { return }
            carryOut(command, of: current)
        }
    }

    private func carryOut(_ command: ResponseMachine.Command, of current: ActiveResponse) {
        switch command {
        case .becomeReady: feed(.ready(current.id))
        case .tell(let part): send(.responsePart(part, eventID: current.eventID))
        case .announce(let text): send(.response(text, eventID: current.eventID))
        case .begin: noteFirstAudio()
        case .play(let samples, let start, let end): play(samples, from: start, upTo: end, of: current)
        case .measureSecondClause(let duration): pace.note(joining: duration, crowd: crowd)
        case .log(let name, let detail): logMilestone(name, of: current.id, detail)
        case .finish: finishHearing()
        case .cut(let heard, let samples): cut(current, heard: heard, after: samples)
        }
    }

    private func play(_ samples: [Float], from start: Int, upTo end: Int, of current: ActiveResponse) {
        guard let format = running?.outputFormat else { return }
        send(
            .audio(
                CallOutput.AudioChunk(
                    bytes: FrameEncoder.encode(samples, as: format), eventID: current.eventID, end: end)))
        let start = CallTime(samples: start * CallTime.rate / format.sampleRate)
        running?.echo?.play(samples, from: start)
        record { await $0.heardAgent(samples, from: start) }
    }

    /// The transport knows how much of a response the caller has heard.
    func noteHeard(_ end: Int, of eventID: Int) {
        guard let response, response.eventID == eventID else { return }
        advance(.heard(end), of: response.id)
    }

    /// Does what depends on real time: readiness of the response, late results of tools, playout.
    func tend() {
        if let id = response?.id { advance(.tick, of: id) }
        // The result of a tool that came after the caller had gone on is told as soon as nobody speaks.
        if untoldSince != nil, response == nil, running?.machine.isQuiet == true { feed(.news) }
    }

    /// The time from the end of the caller's speech, or for lack of one from the cause of the response, to its first
    /// audio.
    private func noteFirstAudio() {
        guard let current = response, current.turn.metrics["parley_first_audio"] == nil else { return }
        let wait: Double
        if case .speech = current.cause, let end = running?.lastVoice {
            wait = (clock.now - end).seconds
            environment.instruments.answered(after: wait)
        } else {
            wait = (clock.elapsed() - current.start) / .seconds(1)
        }
        response?.turn.metrics["parley_first_audio"] = wait
        logMilestone(.heard, of: current.id)
    }

    private func finishHearing() {
        guard let current = response else { return }
        send(.responseComplete(eventID: current.eventID))
        settle(current, heard: current.machine.wholeText, isInterrupted: false)
        response = nil
        feed(.said(current.machine.text))
        feed(.finished(current.id))
    }

    // MARK: Fillers

    /// Bridges the wait for a slow model with a filler, unless the answer is ready by now.
    func fill(_ id: ResponseID) {
        guard let current = response, current.id == id, !current.machine.isReady,
            let settings = running?.settings.turn.softTimeout
        else { return }
        let filler = Filler(
            settings, number: current.fillers, cause: current.cause, lastWords: running?.history.lastCallerWords ?? "",
            writer: running?.modelID == environment.engines.languageModels.first?.id
                ? nil : environment.engines.languageModels.first,
            options: options, random: environment.random)
        guard let filler, let speaker = running?.speaker else { return }
        response?.fillers += 1
        let scope = current.scope
        jobs.add {
            await scope.run {
                let pieces = await filler.speak(with: speaker, clock: self.clock)
                if !pieces.isEmpty { await self.advance(.filled(pieces), of: id) }
            }
        }
    }
}
