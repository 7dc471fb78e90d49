import Agents
import Audio
import Engines
import Speech
import Tasks
import TurnTaking

/// A response that waits for a round of tools, and what its caller hears meanwhile.
struct ToolWait: Sendable {
    /// How soon fillers come.
    struct Pace: Sendable, Hashable {
        /// The silence before the next one.
        var delay: Duration
        /// Most fillers in one wait.
        var most: Int
    }

    let response: ResponseID
    /// What is said meanwhile; it ends when the round is complete.
    let words: AsyncStream<ToolWords>.Continuation
    /// The sound that is played meanwhile; nil for none.
    let sound: ToolSettings.Sound?
    /// Whether somebody outside of the call is waited for; silence that the call itself makes is meant.
    let isBridged: Bool
    /// What has been said and not heard yet.
    var unheard: [Signal] = []
    /// Fillers so far.
    private(set) var fillers = 0
    /// Whether a filler is being made, or heard.
    private(set) var isFilling = false
    /// Since when neither side has been heard; nil while one is.
    private var quietSince: Duration?

    init(
        _ response: ResponseID, _ words: AsyncStream<ToolWords>.Continuation, sound: ToolSettings.Sound?,
        isBridged: Bool
    ) {
        (self.response, self.words, self.sound, self.isBridged) = (response, words, sound, isBridged)
    }

    /// Whether a filler is due, which is then being made.
    ///
    /// - Parameters:
    ///   - isQuiet: whether nobody speaks, and all that the agent has said was heard.
    ///   - now: on the call's clock.
    mutating func beginFiller(isQuiet: Bool, at now: Duration, _ pace: Pace) -> Bool {
        guard isQuiet, !isFilling, fillers < pace.most else {
            quietSince = nil
            return false
        }
        let since = quietSince ?? now
        quietSince = since
        guard now - since >= pace.delay else { return false }
        (fillers, isFilling, quietSince) = (fillers + 1, true, nil)
        return true
    }

    mutating func endFiller() { isFilling = false }
}

extension CallOptions {
    /// How soon a wait for tools gets its next filler: as the agent's owner wants it; where they want nothing, sooner at
    /// first than later, and not at all while a sound is played. Nil where the agent says none.
    ///
    /// - Parameter fillers: how many there were in the answer.
    func toolFillers(for agent: ActiveAgent, after fillers: Int, hasSound: Bool) -> ToolWait.Pace? {
        let own = agent.settings.turn.softTimeout
        if let timeout = own.timeout { return ToolWait.Pace(delay: .seconds(timeout), most: own.maxPerGeneration) }
        guard agent.phrases != nil, !hasSound else { return nil }
        guard fillers > 0 else { return ToolWait.Pace(delay: fillerDelay, most: .max) }
        return ToolWait.Pace(delay: toolFillerInterval * (1 << min(fillers - 1, 6)), most: .max)
    }
}

extension ToolDesk {
    /// Time has gone on: a caller who waits for tools and hears nothing gets a filler.
    func tick() {
        guard let response = call.answering.response, response.agent.speaker != nil, let running = call.running,
            !running.machine.isHeldOff
        else { return }
        let isQuiet = running.machine.isCallerSilent && call.answering.isHeard(response.id)
        for (round, wait) in waiting where wait.response == response.id && wait.isBridged {
            guard
                let pace = call.options.toolFillers(
                    for: response.agent, after: response.fillers, hasSound: wait.sound != nil),
                waiting[round]?.beginFiller(isQuiet: isQuiet, at: call.clock.elapsed(), pace) == true
            else { continue }
            fill(round, response)
        }
        bridgeReport(of: response, isQuiet: isQuiet)
    }

    /// A caller who has waited for a tool goes on waiting while a slow model writes what it has brought.
    private func bridgeReport(of response: ActiveResponse, isQuiet: Bool) {
        guard let wait = reported, wait.response == response.id, wait.isBridged, response.machine.isVoicedSoFar,
            let pace = call.options.toolFillers(
                for: response.agent, after: response.fillers, hasSound: false),
            reported?.beginFiller(isQuiet: isQuiet, at: call.clock.elapsed(), pace) == true
        else { return }
        call.answering.bridge(response.id) { $0.tools.reported?.endFiller() }
    }

    /// The model has written the next word.
    func noteWord(of id: ResponseID) {
        if reported?.response == id { reported = nil }
    }

    private func fill(_ round: Int, _ response: ActiveResponse) {
        guard let filler = call.answering.nextFiller(response.id) else { return }
        call.jobs.add { [clock = call.clock] session in
            await response.scope.run {
                let text = await filler.words(clock)
                let heard = await session.perform { $0.tools.say(text, isModels: false, in: round) }
                await heard?.wait()
                await session.perform { $0.tools.waiting[round]?.endFiller() }
            }
        }
    }

    /// Plays the sound of a round that has begun, until it ends.
    func playSound(of round: Int) {
        guard let wait = waiting[round], let sound = wait.sound, let rate = call.running?.line.output.sampleRate else {
            return
        }
        call.jobs.add { session in
            let samples = await WaitingSounds.shared.samples(sound, rate: rate)
            await session.perform { call in
                guard call.tools.waiting[round] != nil else { return }
                call.answering.advance(.soundBegan(samples), of: wait.response)
            }
        }
    }

    /// The sound that is played while these tools run: the first that one of them has, where something was said before
    /// them or the tool wants it in any case.
    func sound(of calls: [ToolCall], for response: ActiveResponse) -> ToolSettings.Sound? {
        guard response.agent.speaker != nil else { return nil }
        let hasSpoken = response.machine.text.contains { !$0.isWhitespace }
        for called in calls {
            guard let tool = response.tools.first(where: { $0.name == called.name }), let sound = tool.sound,
                tool.executionMode != .async, hasSpoken || tool.soundsAlways
            else { continue }
            return sound
        }
        return nil
    }
}
