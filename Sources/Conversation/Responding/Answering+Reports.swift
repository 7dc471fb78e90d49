import Agents
import Engines
import Foundation
import JSON
import Speech
import Tasks
import TurnTaking

// MARK: What the responder reports

extension Answering {
    func begin(_ id: ResponseID, metric: ResponseMetric) {
        guard let current = response, current.id == id, current.turn.metrics[metric.rawValue] == nil else { return }
        let wait = (call.clock.elapsed() - current.start) / .seconds(1)
        call.environment.instruments.reached(metric, after: wait)
        response?.turn.metrics[metric.rawValue] = wait
        logMilestone(metric.milestone, of: id)
        if metric == .firstToken { call.hearing.judgeLatestWords() }
    }

    func found(_ findings: [ContextLookup.Finding], in duration: Duration, for id: ResponseID) {
        guard response?.id == id else { return }
        for finding in findings {
            guard let problem = finding.problem else { continue }
            call.record.warn("The context of \(finding.source) is missing: \(problem).")
        }
        call.log(
            "context",
            [
                "response": .integer(id.number), "elapsed_ms": .integer(Int(duration / .milliseconds(1))),
                "found": .array(findings.filter { $0.text != nil }.map { .string($0.source) }),
            ])
    }

    func logMilestone(_ name: CallLog.Milestone.Name, of id: ResponseID, _ detail: [String: JSONValue] = [:]) {
        guard let running = call.running else { return }
        // The machine's clock, which stands still between two windows, plus what has passed since the last.
        let time = running.line.heardUntil + (call.clock.now - running.line.heardAt)
        call.log("milestone", CallLog.Milestone(response: id, name: name, time: time, detail: detail).json)
    }

    /// How many times slower than for a single answer the machine's engines are at their present load.
    var crowd: Double { SpeechStart.crowd(of: call.environment.engines.modelLoad?.answers ?? 0) }

    func measured(writing characters: Int, in duration: Duration) {
        pace.note(writing: characters, in: duration, crowd: crowd)
    }

    func measured(voicing characters: Int, in duration: Duration) {
        call.environment.instruments.voiced(in: duration)
        pace.note(voicing: characters, in: duration, crowd: crowd)
    }

    func isFarAhead(_ id: ResponseID) -> Bool {
        guard let response, response.id == id, let output = call.running?.line.output else { return false }
        return response.machine.waiting > output.samples(call.options.speechAhead)
    }

    /// Whether the caller has heard all that was voiced so far of a response, or will hear no more of it.
    func isHeard(_ id: ResponseID) -> Bool {
        guard let response, response.id == id else { return true }
        return response.machine.isHeard(at: outputTime)
    }

    func used(_ summary: GenerationSummary, for id: ResponseID) {
        guard let agent = response?.agent, response?.id == id else { return }
        failures = 0
        response?.turn.add(summary, of: summary.model ?? agent.modelID)
        response?.turn.ttsModel = agent.speaker?.synthesizer.id
    }

    func fail(_ id: ResponseID, _ error: EngineError) {
        guard let current = response, current.id == id else { return }
        let isModels = error.engine == current.agent.modelID
        call.environment.instruments.failed(isModels ? .languageModel : .voice, error)
        call.record.warn("A response failed: \(error.engine): \(error.message)")
        logMilestone(
            .failed, of: id,
            [
                "task": isModels ? "language_model" : "voice", "engine": .string(error.engine),
                "message": .string(error.message),
            ])
        failures += 1
        // Greeting and farewell have no model.
        let mayApologise = isModels && current.cause != .greeting && current.cause != .farewell
        guard mayApologise, failures < 3 else {
            return call.fail(
                CallFault(
                    code: 1002, type: mayApologise ? "llm_error" : "tts_cascade_error", message: error.message))
        }
        logMilestone(.apology, of: id)
        apologise()
    }
}
