import Language

/// Computes how a recorded call would have gone under another policy, as far as that can be known.
///
/// The caller does what was recorded: the same voice, at the same times. The engines do what they did: a transcript
/// holds the words that were recorded nearest to it, and everything takes as long as it took for the same pause or the
/// same words, or else the median time. Unknown remain what the caller would have said to an answer that came earlier,
/// and how much echo of the agent there would have been.
public struct TurnReenactment: Sendable {
    private let log: TurnLog
    private let recording: Recording
    private var machine: TurnMachine
    private var entries: [TurnLog.Entry] = []
    /// What the engines will report, and when; at equal times in the order in which they were asked.
    private var pending: [(due: CallTime, event: TurnEvent)] = []
    /// The response that is heard: when it will be over, or how much of it is left while it is held.
    private var heard: Heard?
    private var hasEnded = false

    private struct Heard {
        var id: ResponseID
        var model: Recording.Response
        var end: CallTime
        var left: Span?
    }

    private init(_ log: TurnLog, policy: TurnPolicy, language: any SpokenLanguage) {
        self.log = log
        recording = Recording(log)
        machine = TurnMachine(policy: policy, language: language)
    }

    /// Runs the events of `log` under `policy`.
    public static func run(_ log: TurnLog, policy: TurnPolicy) -> TurnLog {
        run(log, policy: policy, language: SpokenLanguages.language(policy.language))
    }

    /// The same, whatever language the policy names.
    package static func run(_ log: TurnLog, policy: TurnPolicy, language: any SpokenLanguage) -> TurnLog {
        var call = TurnReenactment(log, policy: policy, language: language)
        for entry in log.entries {
            switch entry.event {
            case .began, .voice, .partial, .typed, .activity, .ending, .news, .waits, .tick:
                call.engines(until: entry.time)
                call.feed(entry.event, at: entry.time)
            case .protected(_, let isProtected):
                call.engines(until: entry.time)
                // Responses have other numbers in this run.
                if let heard = call.heard { call.feed(.protected(heard.id, isProtected), at: entry.time) }
            case .takenOver:
                call.engines(until: entry.time)
                call.feed(.takenOver(policy), at: entry.time)
            case .transcript, .verdict, .ready, .said, .missed, .finished, .failed, .hangUp:
                // Results of engines are simulated instead.
                break
            }
        }
        return TurnLog(policy: policy, entries: call.entries)
    }

    /// Feeds the results of engines that are due by then.
    private mutating func engines(until time: CallTime) {
        while let next = pending.indices.min(by: { (pending[$0].due, $0) < (pending[$1].due, $1) }),
            pending[next].due <= time
        {
            let (due, event) = pending.remove(at: next)
            feed(event, at: due)
        }
        if let heard, heard.left == nil, heard.end <= time {
            self.heard = nil
            if heard.model.hangsUp { feed(.hangUp, at: heard.end) }
            feed(.said(heard.model.said), at: heard.end)
            feed(.finished(heard.id), at: heard.end)
        }
    }

    private mutating func feed(_ event: TurnEvent, at time: CallTime) {
        guard !hasEnded else { return }
        let time = max(time, entries.last?.time ?? .zero)
        let commands = machine.handle(event, at: time)
        entries.append(
            TurnLog.Entry(time: time, event: event, decisions: machine.decisions, commands: commands))
        for command in commands { carryOut(command, at: time) }
    }

    private mutating func carryOut(_ command: TurnCommand, at time: CallTime) {
        switch command {
        case .finalize(let pause):
            let (words, wait) = recording.transcript(at: time)
            pending.append((time + wait, .transcript(pause: pause, words)))
        case .judge(let pause):
            guard let (probability, wait) = recording.verdict(at: time) else { break }
            pending.append((time + wait, .verdict(pause: pause, probability: probability)))
        case .prepare(let id, let cause):
            pending.append((time + recording.response(to: cause, at: time).preparation, .ready(id)))
            causes[id] = cause
        case .release(let id):
            guard let cause = causes[id] else { break }
            let model = recording.response(to: cause, at: time)
            heard = Heard(id: id, model: model, end: time + model.length)
        case .deliver(let id, let delivery):
            guard let current = heard, current.id == id else { break }
            if delivery == .held, current.left == nil {
                heard?.left = current.end - time
            } else if delivery < .held, let left = current.left {
                heard?.end = time + left
                heard?.left = nil
            }
        case .interrupt(let id):
            guard let current = heard, current.id == id else { break }
            heard = nil
            pending.append((time, .said(current.model.said)))
        case .end:
            hasEnded = true
        case .openUtterance, .closeUtterance, .fill, .discard:
            break
        }
    }

    private var causes: [ResponseID: ResponseCause] = [:]
}

/// What the engines did in a recorded call, and how long it took.
private struct Recording: Sendable {
    struct Response: Sendable {
        var cause: ResponseCause
        var begun: CallTime
        var preparation: Span
        var length: Span
        var said: String
        var hangsUp: Bool
    }

    private struct Words: Sendable {
        var asked: CallTime
        var wait: Span
        var text: String
    }

    private struct Verdict: Sendable {
        var asked: CallTime
        var wait: Span
        var probability: Float
    }

    private var transcripts: [Words] = []
    private var partials: [(at: CallTime, text: String)] = []
    private var verdicts: [Verdict] = []
    private var responses: [Response] = []

    /// How far from the time of a question a recorded verdict still applies.
    private static let verdictReach = Span.milliseconds(320)
    /// How far from the time of a question a recorded transcript still applies; beyond it the partial transcript of
    /// that time is used.
    private static let transcriptReach = Span.milliseconds(320)
    /// Durations where the recording has none.
    private static let usualTranscript = Span.milliseconds(160)
    private static let usualPreparation = Span.milliseconds(500)
    /// How much longer an interrupted answer would have gone on, which nobody knows.
    private static let restOfInterrupted = Span.seconds(3)

    init(_ log: TurnLog) {
        var finalized: [Int: CallTime] = [:]
        var judged: [Int: [CallTime]] = [:]
        var prepared: [ResponseID: (ResponseCause, CallTime)] = [:]
        var ready: [ResponseID: CallTime] = [:]
        var released: [ResponseID: CallTime] = [:]
        var speaking: ResponseID?
        var hangsUp: Set<ResponseID> = []
        var said = ""
        var stopped: [ResponseID: (end: CallTime, isInterrupted: Bool)] = [:]
        var texts: [ResponseID: String] = [:]
        for entry in log.entries {
            switch entry.event {
            case .partial(let text):
                partials.append((entry.time, text))
            case .transcript(let pause, let text):
                guard let asked = finalized[pause] else { break }
                transcripts.append(Words(asked: asked, wait: entry.time - asked, text: text))
            case .verdict(let pause, let probability):
                guard let asked = judged[pause]?.first else { break }
                judged[pause]?.removeFirst()
                verdicts.append(Verdict(asked: asked, wait: entry.time - asked, probability: probability))
            case .ready(let id):
                ready[id] = entry.time
            case .said(let words):
                said = words
                if let speaking { texts[speaking] = words }
            case .finished(let id):
                stopped[id] = (entry.time, false)
                texts[id] = said
            case .hangUp:
                if let speaking { hangsUp.insert(speaking) }
            case .began, .voice, .ending, .typed, .activity, .failed, .protected, .missed, .news, .takenOver, .waits,
                .tick:
                break
            }
            for command in entry.commands {
                switch command {
                case .finalize(let pause): finalized[pause] = entry.time
                case .judge(let pause): judged[pause, default: []].append(entry.time)
                case .prepare(let id, let cause): prepared[id] = (cause, entry.time)
                case .release(let id):
                    released[id] = entry.time
                    speaking = id
                case .interrupt(let id): stopped[id] = (entry.time, true)
                case .openUtterance, .closeUtterance, .deliver, .fill, .discard, .end: break
                }
            }
        }
        let last = log.entries.last?.time ?? .zero
        for (id, (cause, begun)) in prepared.sorted(by: { $0.key < $1.key }) {
            guard let ready = ready[id] else { continue }
            var length = Span.zero
            if let start = released[id] {
                let stop = stopped[id] ?? (last, true)
                length = stop.end - start + (stop.isInterrupted ? Self.restOfInterrupted : .zero)
            }
            responses.append(
                Response(
                    cause: cause, begun: begun, preparation: ready - begun, length: length, said: texts[id] ?? "",
                    hangsUp: hangsUp.contains(id)))
        }
    }

    /// The answer to `finalize`, and how long it takes.
    func transcript(at time: CallTime) -> (String, Span) {
        let wait = Self.median(transcripts.map(\.wait)) ?? Self.usualTranscript
        let nearest = transcripts.min { ($0.asked - time).magnitude < ($1.asked - time).magnitude }
        if let nearest, (nearest.asked - time).magnitude <= Self.transcriptReach { return (nearest.text, nearest.wait) }
        // Words appear in transcripts some hundred milliseconds after they are said.
        let known = partials.last { $0.at <= time + Self.transcriptReach }
        return (known?.text ?? nearest?.text ?? "", wait)
    }

    /// The answer to `judge`, and how long it takes; nil where the recording has none close enough.
    func verdict(at time: CallTime) -> (Float, Span)? {
        let nearest = verdicts.min { ($0.asked - time).magnitude < ($1.asked - time).magnitude }
        guard let nearest, (nearest.asked - time).magnitude <= Self.verdictReach else { return nil }
        return (nearest.probability, nearest.wait)
    }

    /// How a response to `cause` goes: like the recorded one to the same words, or else like the nearest.
    func response(to cause: ResponseCause, at time: CallTime) -> Response {
        func distance(_ response: Response) -> Int { (response.begun - time).magnitude.samples }
        let heard = responses.filter { $0.length > .zero }
        let same = heard.filter { $0.cause == cause || Self.words($0.cause) == Self.words(cause) }
        if let same = same.min(by: { distance($0) < distance($1) }), Self.words(cause) != nil || same.cause == cause {
            return same
        }
        let nearest = heard.min { distance($0) < distance($1) }
        return Response(
            cause: cause, begun: time,
            preparation: Self.median(responses.map(\.preparation)) ?? Self.usualPreparation,
            length: nearest?.length ?? .seconds(2), said: nearest?.said ?? "", hangsUp: false)
    }

    private static func words(_ cause: ResponseCause) -> SpokenWords? {
        switch cause {
        case .speech(let text), .overheard(let text): SpokenWords(text)
        case .greeting, .typed, .takeover, .silence, .farewell: nil
        }
    }

    private static func median(_ values: [Span]) -> Span? { values.isEmpty ? nil : values.sorted()[values.count / 2] }
}

extension Span {
    fileprivate var magnitude: Span { Span(samples: abs(samples)) }
}
