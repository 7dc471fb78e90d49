import Agents
import Audio
import Engines
import JSON
import TurnTaking

/// Takes in what the responder reports.
extension CallSession: ResponseSink {
    func begin(_ id: ResponseID, metric: ResponseMetric) {
        guard let current = response, current.id == id, current.turn.metrics[metric.rawValue] == nil else { return }
        response?.turn.metrics[metric.rawValue] = (clock.elapsed() - current.start) / .seconds(1)
        logMilestone(metric.milestone, of: id)
        if metric == .firstToken { judgeLatestWords() }
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
        if current.isReleased { send(.responsePart(.delta(text), eventID: current.eventID)) }
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
        // After the first clause the pause may be longer while the second is made: nobody hears a gap in that.
        let longest = current.hasRested ? duration : max(duration, options.firstPause)
        response?.hasRested = true
        response?.shortestRest = Int(duration / .seconds(1) * Double(rate))
        // A clause without sound does not add a second pause to the one before it.
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
        if let firstAudio = current.firstAudio { pace.note(joining: clock.elapsed() - firstAudio, crowd: crowd) }
        let left = current.playout.queued + max(0, current.playout.bufferEnd - outputTime)
        logMilestone(.secondAudio, of: current.id, ["left_ms": .milliseconds(Double(left) / Double(rate))])
    }

    /// Shortens the pause at the end of the queue once more speech follows: only as much stays as speech needs, or has
    /// been sent already.
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
        response?.ledger.add(
            piece.words.map { HeardLedger.Mark(end: $0.samples.upperBound, written: $0.writtenEnd) })
        response?.playout.append(piece.samples)
        response?.queued = queued + piece.samples.count
    }

    /// Reports the response ready once its audio will last until more follows.
    func startIfSafe(_ id: ResponseID) {
        guard let current = response, current.id == id, !current.isReady, let firstAudio = current.firstAudio,
            let rate = running?.outputFormat.sampleRate
        else { return }
        let queued = Double(current.playout.queued) / Double(rate)
        let needed = SpeechStart.needed(
            unspoken: current.text.count - current.ledger.length, isWritten: current.hasCompleteText,
            waited: (clock.elapsed() - firstAudio) / .seconds(1), pace: pace, crowd: crowd)
        guard queued >= needed else { return }
        logMilestone(.safe, of: id, ["queued_ms": .milliseconds(queued), "needed_ms": .milliseconds(needed)])
        becomeReady(id)
    }

    func becomeReady(_ id: ResponseID) {
        guard response?.id == id, response?.isReady == false else { return }
        response?.isReady = true
        feed(.ready(id))
    }

    /// How many times slower than for a single answer the machine's engines are at their present load.
    var crowd: Double { SpeechStart.crowd(of: environment.engines.modelLoad?.answers ?? 0) }

    func measured(writing characters: Int, in duration: Duration) {
        pace.note(writing: characters, in: duration, crowd: crowd)
    }

    func measured(voicing characters: Int, in duration: Duration) {
        pace.note(voicing: characters, in: duration, crowd: crowd)
    }

    func isFarAhead(_ id: ResponseID) -> Bool {
        guard let response, response.id == id, let rate = running?.outputFormat.sampleRate else { return false }
        return Double(response.playout.queued) > options.speechAhead / .seconds(1) * Double(rate)
    }

    func used(_ summary: GenerationSummary, for id: ResponseID) {
        guard let current = response, current.id == id, let model = summary.model ?? running?.modelID else { return }
        failures = 0
        // An answer with tools is made in several rounds, whose usage adds up.
        var usage = current.turn.llmUsage?.objectValue ?? [:]
        let before = usage[model]
        func sum(_ kind: String, _ tokens: Int?) -> JSONValue {
            ["tokens": .integer((before?[kind]?["tokens"]?.intValue ?? 0) + (tokens ?? 0))]
        }
        usage[model] = [
            "input": sum("input", summary.inputTokens),
            "input_cache_read": sum("input_cache_read", summary.cachedInputTokens),
            "output_total": sum("output_total", summary.outputTokens),
        ]
        response?.turn.producingLLM = model
        response?.turn.ttsModel = running?.speaker?.synthesizer.id
        response?.turn.llmUsage = .object(usage)
    }

    func completeText(of id: ResponseID) {
        guard response?.id == id else { return }
        response?.hasCompleteText = true
        startIfSafe(id)
        announceText()
    }

    /// Sends the response's text once it is complete and released.
    func announceText() {
        guard let current = response, current.isReleased, current.hasCompleteText, !current.hasAnnouncedText else {
            return
        }
        response?.hasAnnouncedText = true
        announce(current)
    }

    func announce(_ response: ActiveResponse) {
        send(.responsePart(.stop, eventID: response.eventID))
        guard !response.text.isEmpty else { return }
        send(.response(response.text.trimmingTrailingSpace, eventID: response.eventID))
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
        // The apology follows what has been said, so that the caller hears neither unexplained silence nor half a
        // sentence.
        let isSilent = current.text.allSatisfy(\.isWhitespace)
        response?.scope = CancelScope()
        respond(with: .text((isSilent || current.text.last?.isWhitespace == true ? "" : " ") + options.apology))
    }
}

extension JSONValue {
    /// Converts seconds to whole milliseconds.
    fileprivate static func milliseconds(_ seconds: Double) -> JSONValue { .integer(Int((seconds * 1000).rounded())) }
}
