import JSON
import Language
import TurnTaking

/// The timeline of one response, step by step, or of one overlap: why the agent went on or stopped when spoken over.
///
/// Computed from the log and not stored beside it, so that the two cannot disagree.
public struct TurnWaterfall: Sendable, Hashable {
    /// What a waterfall describes.
    public enum Subject: String, Sendable, Hashable {
        /// A response to the caller's speech; its steps are timed from the end of that speech.
        case answer
        /// Any other response; its steps are timed from its beginning.
        case response
        /// Speech over the agent; its steps are timed from the beginning of that speech.
        case overlap
    }

    /// One thing that happened.
    public struct Step: Sendable, Hashable {
        /// Time from `origin`; negative before it.
        public var offset: Span
        /// One of `speech`, `soft_end`, `transcript`, `verdict`, `ending`, `prepare`, `discard`, `first_token`,
        /// `first_clause`, `first_audio`, `safe`, `ready`, `turn_over`, `gate_open`, `heard`, `second_audio`,
        /// `bridged`, `failed`, `apology`; for an overlap `speech`, `braked`, `ducked`, `held`, `full`, `transcript`, `settled` and `interrupt`.
        public var name: String
        /// The data behind it: words, probabilities, thresholds, milliseconds of work.
        public var detail: JSONValue
    }

    /// What the waterfall describes.
    public var subject: Subject
    /// Why the response was made, such as `speech`, `greeting` or `silence`; empty for an overlap.
    public var cause: String
    /// The caller's words, as far as they were known.
    public var words: String
    /// The time that the steps are counted from.
    public var origin: CallTime
    /// The steps in the order of time.
    public var steps: [Step]

    /// Time from `origin`, the end of the caller's speech or the beginning of the response, to the response's first
    /// audio; nil when it was not heard.
    public var answerTime: Span? { steps.first { $0.name == "heard" }?.offset }

    /// All waterfalls of a call's log, in the order of time.
    public static func all(in log: CallLog) -> [TurnWaterfall] {
        var reader = WaterfallReader(log)
        for entry in log.turns.entries { reader.read(entry) }
        return reader.finished()
    }

    /// The waterfall as JSON: steps in milliseconds, `at_secs` in seconds since the call began.
    public var json: JSONValue {
        [
            "subject": .string(subject.rawValue), "cause": .string(cause), "words": .string(words),
            "at_secs": .number((origin - CallTime.zero).seconds),
            "answered_after_ms": answerTime.map { .integer($0.milliseconds) } ?? .null,
            "steps": .array(
                steps.map { step in
                    var json = step.detail.objectValue ?? [:]
                    json["step"] = .string(step.name)
                    json["at_ms"] = .integer(step.offset.milliseconds)
                    return .object(json)
                }),
        ]
    }
}

/// Reads a log and assigns each event to its waterfall.
private struct WaterfallReader {
    private struct Open {
        var cause: ResponseCause
        var begun: CallTime
        /// At absolute times, because the origin is not known yet.
        var steps: [(time: CallTime, name: String, detail: JSONValue)] = []
    }

    private let log: CallLog
    private var judgements: [CallLog.Work]
    private var done: [TurnWaterfall] = []
    /// Steps of the utterance that is open.
    private var utterance: [(time: CallTime, name: String, detail: JSONValue)] = []
    /// When speech over the agent began; nil while there is none.
    private var overlapSince: CallTime?
    private var speechEnd: CallTime?
    private var isAgentHeard = false
    private var responses: [ResponseID: Open] = [:]
    /// Milestones are on another clock, which is up to a window ahead.
    private let milestones: [ResponseID: [CallLog.Milestone]]

    init(_ log: CallLog) {
        self.log = log
        judgements = log.judgements
        milestones = Dictionary(grouping: log.milestones, by: \.response)
    }

    mutating func read(_ entry: TurnLog.Entry) {
        note(entry.event, at: entry.time)
        for decision in entry.decisions { note(decision, at: entry.time) }
        for command in entry.commands { note(command, at: entry.time) }
    }

    /// All waterfalls, those of responses among them that failed before anything of them could be heard.
    mutating func finished() -> [TurnWaterfall] {
        for (id, open) in responses where milestones[id]?.contains(where: { $0.name == .failed }) == true {
            add(open, id)
        }
        return done.sorted { $0.origin < $1.origin }
    }

    private mutating func add(_ name: String, _ detail: JSONValue = [:], at time: CallTime) {
        utterance.append((time, name, detail))
    }

    private mutating func note(_ event: TurnEvent, at time: CallTime) {
        switch event {
        case .transcript(let pause, let text):
            let work = log.transcriptions.first { $0.pause == pause }
            add("transcript", ["words": .string(text), "work_ms": .integer(orNull: work?.milliseconds)], at: time)
        case .verdict(_, let probability):
            let work = judgements.isEmpty ? nil : judgements.removeFirst()
            add(
                "verdict", ["probability": .rounded(probability), "work_ms": .integer(orNull: work?.milliseconds)],
                at: time)
        case .ending(let words, let probability):
            add("ending", ["words": .string(words), "probability": .rounded(probability)], at: time)
        case .ready(let id):
            responses[id]?.steps.append((time, "ready", [:]))
        case .finished, .failed:
            isAgentHeard = false
        case .began, .voice, .partial, .typed, .activity, .said, .missed, .protected, .news, .takenOver, .waits,
            .hangUp, .tick:
            break
        }
    }

    private mutating func note(_ decision: TurnDecision, at time: CallTime) {
        switch decision {
        case .turnOver(let end):
            speechEnd = time - end.silence
            add(
                "turn_over",
                [
                    "basis": .string(end.basis.rawValue), "words": .string(end.words),
                    "silence_ms": .integer(end.silence.milliseconds), "wait_ms": .integer(end.wait.milliseconds),
                    "completeness": .string(end.completeness.rawValue), "odds": .rounded(end.odds),
                    "ending": .rounded(end.ending),
                    "sound": .rounded(end.sound), "pace": .number((end.pace * 1000).rounded() / 1000),
                    "least_ms": .integer(orNull: end.least?.milliseconds),
                ], at: time)
        case .overlap(let verdict):
            add(
                "settled",
                [
                    "basis": .string(verdict.basis.rawValue), "takes_floor": .bool(verdict.takesFloor),
                    "words": .string(verdict.words), "speech_ms": .integer(verdict.speech.milliseconds),
                    "threshold_ms": .integer(orNull: verdict.threshold?.milliseconds),
                    "peak_db": .rounded(verdict.peak), "near_level_db": .rounded(verdict.nearLevel),
                ], at: time)
            finishOverlap(verdict.words, at: time)
        }
    }

    private mutating func note(_ command: TurnCommand, at time: CallTime) {
        switch command {
        case .openUtterance(let start):
            // The steps of an overlap that became a turn belong to that turn.
            utterance = [(start, "speech", [:])]
            overlapSince = isAgentHeard ? time : nil
            speechEnd = nil
        case .finalize(let pause):
            add("soft_end", ["pause": .integer(pause)], at: time)
        case .prepare(let id, let cause):
            responses[id] = Open(cause: cause, begun: time)
            add("prepare", ["response": .integer(id.number), "words": .string(cause.words ?? "")], at: time)
        case .discard(let id):
            add("discard", ["response": .integer(id.number)], at: time)
            responses[id] = nil
        case .release(let id):
            isAgentHeard = true
            release(id, at: time)
        case .deliver(_, let delivery):
            add("\(delivery)", at: time)
        case .interrupt:
            isAgentHeard = false
        case .judge, .closeUtterance, .fill, .end:
            break
        }
    }

    private mutating func finishOverlap(_ words: String, at time: CallTime) {
        guard let since = overlapSince else { return }
        overlapSince = nil
        done.append(
            TurnWaterfall(subject: .overlap, cause: "", words: words, origin: since, steps: steps(utterance, since)))
    }

    private mutating func release(_ id: ResponseID, at time: CallTime) {
        guard var open = responses.removeValue(forKey: id) else { return }
        open.steps.append((time, "gate_open", ["response": .integer(id.number)]))
        add(open, id)
    }

    private mutating func add(_ open: Open, _ id: ResponseID) {
        var all = open.steps
        all += (milestones[id] ?? []).map { ($0.time, $0.name.rawValue, .object($0.detail)) }
        let isAnswer = if case .speech = open.cause { true } else { false }
        var origin = open.begun
        if isAnswer {
            all = utterance + all
            utterance = []
            origin = speechEnd ?? open.begun
        } else {
            all.insert((open.begun, "prepare", ["response": .integer(id.number)]), at: 0)
        }
        done.append(
            TurnWaterfall(
                subject: isAnswer ? .answer : .response, cause: open.cause.name, words: open.cause.words ?? "",
                origin: origin, steps: steps(all, origin)))
    }

    private func steps(
        _ steps: [(time: CallTime, name: String, detail: JSONValue)], _ origin: CallTime
    ) -> [TurnWaterfall.Step] {
        steps.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map {
            TurnWaterfall.Step(offset: $0.element.time - origin, name: $0.element.name, detail: $0.element.detail)
        }
    }
}

extension ResponseCause {
    fileprivate var name: String {
        switch self {
        case .greeting: "greeting"
        case .speech: "speech"
        case .overheard: "overheard"
        case .typed: "typed"
        case .takeover: "takeover"
        case .silence: "silence"
        case .farewell: "farewell"
        }
    }

    fileprivate var words: String? {
        switch self {
        case .speech(let words), .overheard(let words): words
        case .greeting, .typed, .takeover, .silence, .farewell: nil
        }
    }
}

extension JSONValue {
    fileprivate static func integer(orNull value: Int?) -> JSONValue { value.map(JSONValue.integer) ?? .null }

    /// Rounds to four decimals, which is more precise than a model.
    fileprivate static func rounded(_ value: Float?) -> JSONValue {
        value.map { .number((Double($0) * 10_000).rounded() / 10_000) } ?? .null
    }
}
