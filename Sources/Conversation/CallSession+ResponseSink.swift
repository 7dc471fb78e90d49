import Agents
import Audio
import Engines
import JSON
import Speech
import Tasks
import TurnTaking

/// Takes in what the responder reports.
extension CallSession: ResponseSink {
    func begin(_ id: ResponseID, metric: ResponseMetric) {
        guard let current = response, current.id == id, current.turn.metrics[metric.rawValue] == nil else { return }
        let wait = (clock.elapsed() - current.start) / .seconds(1)
        environment.instruments.reached(metric, after: wait)
        response?.turn.metrics[metric.rawValue] = wait
        logMilestone(metric.milestone, of: id)
        if metric == .firstToken { judgeLatestWords() }
    }

    func logMilestone(_ name: CallLog.Milestone.Name, of id: ResponseID, _ detail: [String: JSONValue] = [:]) {
        guard let running else { return }
        // The machine's clock, which stands still between two windows, plus what has passed since the last.
        let time = running.heardUntil + (clock.now - running.heardAt)
        log("milestone", CallLog.Milestone(response: id, name: name, time: time, detail: detail).json)
    }

    func write(_ text: String, for id: ResponseID) { advance(.wrote(text), of: id) }

    func play(_ piece: SpeechPiece, for id: ResponseID) { advance(.voiced(piece), of: id) }

    func pause(_ duration: Duration, for id: ResponseID) { advance(.paused(samples(duration)), of: id) }

    /// How many times slower than for a single answer the machine's engines are at their present load.
    var crowd: Double { SpeechStart.crowd(of: environment.engines.modelLoad?.answers ?? 0) }

    func measured(writing characters: Int, in duration: Duration) {
        pace.note(writing: characters, in: duration, crowd: crowd)
    }

    func measured(voicing characters: Int, in duration: Duration) {
        environment.instruments.voiced(in: duration)
        pace.note(voicing: characters, in: duration, crowd: crowd)
    }

    func isFarAhead(_ id: ResponseID) -> Bool {
        guard let response, response.id == id else { return false }
        return response.machine.waiting > samples(options.speechAhead)
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

    func completeText(of id: ResponseID) { advance(.textEnded, of: id) }

    func complete(_ id: ResponseID) { advance(.ended, of: id) }

    func fail(_ id: ResponseID, _ error: EngineError) {
        guard let current = response, current.id == id else { return }
        environment.instruments.failed(error.engine == running?.modelID ? .languageModel : .voice, error)
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
        let text = current.machine.text
        let isSilent = text.allSatisfy(\.isWhitespace)
        response?.scope = CancelScope()
        respond(with: .text((isSilent || text.last?.isWhitespace == true ? "" : " ") + options.apology))
    }
}
