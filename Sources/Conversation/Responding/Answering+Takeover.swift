import Foundation
import JSON
import Tasks
import TurnTaking

// MARK: A person in the agent's place

extension Answering {
    /// A person takes the agent's place, gives it back, or has lost the connection by which they took it.
    func take(_ takeover: CallInput.Takeover) {
        switch takeover {
        case .begins: takeOver(byHuman: true)
        case .ends: takeOver(byHuman: false)
        case .isForsaken: human.forsake(at: call.clock.elapsed())
        }
    }

    /// Gives the caller back to the agent when the person has not come back in time.
    func endForsakenTakeover() {
        if human.isForsaken(for: call.options.takeoverGrace, at: call.clock.elapsed()) { takeOver(byHuman: false) }
    }

    /// Lets a person answer from now on, or the model again. What the agent is saying ends as when the caller types.
    private func takeOver(byHuman isOn: Bool) {
        let wasOn = human.isOn
        if !isOn, human.hasWords {
            call.record.warn("Words of a person were not said: the call was given back before their turn came.")
        }
        if isOn { human.begin() } else { human.end() }
        guard isOn != wasOn else { return }
        call.log("human_takeover", ["is_on": .bool(isOn)])
        call.send(.humanTakeover(isOn))
        guard isOn else {
            giveBackSilence()
            return answerUnanswered()
        }
        if let current = response {
            stopSaying(current)
            call.feed(.failed(current.id))
        }
        call.feed(.waits(call.options.humanPatience))
    }

    /// Counts the caller's silence from now on: what there was of it was the person's.
    private func giveBackSilence() {
        guard let running = call.running else { return }
        let silence = running.line.heardUntil - running.machine.quietSince
        call.feed(.waits(running.machine.policy.turnTimeout.map { silence + $0 }, granted: silence))
    }

    /// Takes back what is being said, or was about to be, without taking anything from the caller.
    private func stopSaying(_ current: ActiveResponse) {
        guard current.machine.isReleased else { return discard(current.id) }
        tellInterruption()
        response?.scope.cancel()
        advance(.interrupted, of: current.id)
    }

    /// Has the model answer what the person has left unanswered, unless the caller is about to say more.
    func answerUnanswered() {
        guard !human.isOn else { return }
        if call.running?.history.isUnanswered == true, call.running?.machine.isQuiet == true { call.feed(.typed) }
    }

    /// Says what the person has typed, as soon as nobody speaks.
    func say(byHuman text: String) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { return }
        guard human.type(text) else {
            return call.record.warn("Words of a person were not said: there was no takeover, or too many waited.")
        }
        sayNews()
    }
}
