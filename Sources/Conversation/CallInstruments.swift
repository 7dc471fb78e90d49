import Engines
import Metrics
import Speech
import Telemetry
import Tools
import TurnTaking

/// What calls count and measure. Made once for all calls: an event costs a look-up and an addition.
public struct CallInstruments: Sendable {
    /// Those in the metrics system of the process, as it is when they are first needed.
    public static let process = CallInstruments(MetricsSystem.factory)

    private let inProgress: Meter
    private let ended: MetricFamily<CallEnd, Counter>
    private let duration: Timer
    private let refused: MetricFamily<CallRefusal, Counter>
    private let turns: MetricFamily<CallerTurn, Counter>
    private let answer: Timer
    private let firstToken: Timer
    private let finalTranscript: Timer
    private let firstAudio: Timer
    private let interruptions: Counter
    private let backchannels: Counter
    private let tools: MetricFamily<ToolEnd, Counter>
    private let withheld: Counter
    private let failures: MetricFamily<EngineFailure, Counter>
    private let fallbacks: MetricFamily<EngineTask, Counter>
    private let overflows: MetricFamily<Backlog, Counter>

    /// - Parameter factory: where the values go.
    public init(_ factory: any MetricsFactory) {
        inProgress = Meter(.callsInProgress, in: factory)
        ended = MetricFamily(.callsEnded, in: factory)
        duration = Timer(.callDuration, in: factory)
        refused = MetricFamily(.callsRefused, in: factory)
        turns = MetricFamily(.turns, in: factory)
        answer = Timer(.answerLatency, in: factory)
        firstToken = Timer(.firstToken, in: factory)
        finalTranscript = Timer(.finalTranscript, in: factory)
        firstAudio = Timer(.voiceFirstAudio, in: factory)
        interruptions = Counter(.interruptions, in: factory)
        backchannels = Counter(.backchannels, in: factory)
        tools = MetricFamily(.toolCalls, in: factory)
        withheld = Counter(.claimsWithheld, in: factory)
        failures = MetricFamily(.engineFailures, in: factory)
        fallbacks = MetricFamily(.engineFallbacks, in: factory)
        overflows = MetricFamily(.backlogOverflows, in: factory)
    }

    /// Counts a call that a transport did not let begin.
    public func refused(_ reason: CallRefusal) { refused.increment(reason) }

    func began() { inProgress.increment() }

    func ended(_ close: CallEnding, isFailed: Bool, after time: Duration) {
        inProgress.decrement()
        ended.increment(CallEnd(close, isFailed: isFailed))
        duration.record(duration: time)
    }

    /// A response is going to be heard.
    func released(_ cause: ResponseCause) {
        switch cause {
        case .speech, .overheard: turns.increment(.spoken)
        case .typed: turns.increment(.typed)
        case .greeting, .takeover, .silence, .farewell: break
        }
    }

    /// - Parameter wait: from the end of the caller's speech to the first audio of the answer, in seconds.
    func answered(after wait: Double) { answer.record(wait) }

    /// - Parameter wait: from the beginning of the response, in seconds.
    func reached(_ moment: ResponseMetric, after wait: Double) {
        if moment == .firstToken { firstToken.record(wait) }
    }

    func transcribed(in time: Duration) { finalTranscript.record(duration: time) }

    func voiced(in time: Duration) { firstAudio.record(duration: time) }

    func interrupted() { interruptions.increment() }

    func heardBackchannel() { backchannels.increment() }

    func finished(_ outcome: ToolOutcome) { tools.increment(ToolEnd(outcome)) }

    /// A sentence that no tool bears out was held back.
    func withheldClaim() { withheld.increment() }

    func failed(_ task: EngineTask, _ failure: EngineError) {
        failures.increment(EngineFailure(task: task, kind: failure.kind))
    }

    /// An engine goes on in place of one that has failed, or that was only skipped because it rests after a failure.
    /// A language model may also be asked again itself.
    func fellBack(_ task: EngineTask, after failure: EngineError, isResting: Bool = false) {
        if !isResting { failed(task, failure) }
        fallbacks.increment(task)
    }

    func overflowed(_ backlog: Backlog) { overflows.increment(backlog) }
}

/// Why a call did not begin.
public enum CallRefusal: String, MetricLabels, CaseIterable {
    /// The request names no agent.
    case badRequest = "bad_request"
    /// There is no such agent.
    case unknownAgent = "unknown_agent"
    /// The caller may not talk to the agent.
    case notAdmitted = "not_admitted"
    /// The server, or the agent, has as many calls as it may have.
    case busy
    /// The engines are not loaded.
    case notReady = "not_ready"
    /// The server failed.
    case internalError = "internal_error"
}

/// What an engine of a call does.
enum EngineTask: String, MetricLabels, CaseIterable {
    case languageModel = "language_model"
    case voice
    case transcriber

    init(_ task: EngineFallback.Task) {
        switch task {
        case .generation: self = .languageModel
        case .speech: self = .voice
        case .transcription: self = .transcriber
        }
    }
}

/// A queue of a call that was full.
enum Backlog: String, MetricLabels, CaseIterable {
    case listening
    case outbound
    case record
}

private enum CallerTurn: String, MetricLabels, CaseIterable {
    case spoken
    case typed
}

/// How a call ended, with the code of its close frame.
private struct CallEnd: MetricLabels {
    let isFailed: Bool
    /// Nil for a code that no call ends with.
    let code: Int?

    private static let codes = [1000, 1001, 1002, 1007, 1008, 1009, 1011]

    static var all: [CallEnd] {
        [false, true].flatMap { isFailed in
            (codes.map(Optional.some) + [nil]).map { CallEnd(isFailed: isFailed, code: $0) }
        }
    }

    private init(isFailed: Bool, code: Int?) {
        self.isFailed = isFailed
        self.code = code
    }

    init(_ close: CallEnding, isFailed: Bool) {
        self.init(isFailed: isFailed, code: Self.codes.first { $0 == close.code })
    }

    var values: [String] { [isFailed ? "failed" : "done", code.map(String.init) ?? "other"] }
}

private struct EngineFailure: MetricLabels {
    let task: EngineTask
    let kind: EngineError.Kind

    static var all: [EngineFailure] {
        EngineTask.allCases.flatMap { task in EngineError.Kind.allCases.map { EngineFailure(task: task, kind: $0) } }
    }

    var values: [String] { [task.rawValue, kind.rawValue] }
}

private enum ToolEnd: String, MetricLabels, CaseIterable {
    case done
    case failed
    case timeout
    /// Not run: there is no such tool, or its arguments were wrong.
    case refused
    /// The call ended first.
    case unfinished

    init(_ outcome: ToolOutcome) {
        self =
            switch outcome.errorType {
            case _ where !outcome.isCalled: .refused
            case ToolOutcome.timedOut: .timeout
            case "call_ended": .unfinished
            default: outcome.isError ? .failed : .done
            }
    }
}

extension CallInstruments {
    /// What calls count and measure, for a backend that keeps what is described.
    public static let metrics: [MetricDescription] = [
        .callsInProgress, .callsEnded, .callDuration, .callsRefused, .turns, .answerLatency, .firstToken,
        .finalTranscript, .voiceFirstAudio, .interruptions, .backchannels, .toolCalls, .claimsWithheld,
        .engineFailures, .engineFallbacks, .backlogOverflows,
    ]
}

extension MetricDescription {
    fileprivate static let callsInProgress = MetricDescription(
        "parley_calls_in_progress", .gauge, help: "Calls that have begun and not ended.")
    fileprivate static let callsEnded = MetricDescription(
        "parley_calls_ended_total", .counter, labels: ["outcome", "code"],
        help: "Calls that have ended, by outcome (done, failed) and close code.")
    fileprivate static let callDuration = MetricDescription(
        "parley_call_duration_seconds", .call, help: "How long calls lasted.")
    fileprivate static let callsRefused = MetricDescription(
        "parley_calls_refused_total", .counter, labels: ["reason"],
        help: "Calls that did not begin: bad_request, unknown_agent, not_admitted, busy, not_ready or internal_error.")
    fileprivate static let turns = MetricDescription(
        "parley_turns_total", .counter, labels: ["kind"],
        help: "Turns of callers that the agent has begun to answer, spoken or typed.")
    fileprivate static let answerLatency = MetricDescription(
        "parley_answer_latency_seconds", .wait,
        help: "Time from the end of the caller's speech to the first audio of the answer.")
    fileprivate static let firstToken = MetricDescription(
        "parley_first_token_seconds", .wait,
        help: "Time from the beginning of a response to the first word of its language model.")
    fileprivate static let finalTranscript = MetricDescription(
        "parley_final_transcript_seconds", .wait,
        help: "Time from the request for a final transcript to the transcript.")
    fileprivate static let voiceFirstAudio = MetricDescription(
        "parley_voice_first_audio_seconds", .wait,
        help: "Time from the request to speak a clause to its first audio.")
    fileprivate static let interruptions = MetricDescription(
        "parley_interruptions_total", .counter, help: "Responses that the caller has interrupted.")
    fileprivate static let backchannels = MetricDescription(
        "parley_backchannels_total", .counter,
        help: "Words over the agent that did not interrupt it, such as mm-hm.")
    fileprivate static let toolCalls = MetricDescription(
        "parley_tool_calls_total", .counter, labels: ["outcome"],
        help: "Tool calls, by outcome (done, failed, timeout, refused, unfinished).")
    fileprivate static let claimsWithheld = MetricDescription(
        "parley_claims_withheld_total", .counter,
        help: "Sentences that were held back because no tool had done what they say.")
    fileprivate static let engineFailures = MetricDescription(
        "parley_engine_failures_total", .counter, labels: ["task", "kind"],
        help: "Failures of language models, voices and transcribers in calls, by kind.")
    fileprivate static let engineFallbacks = MetricDescription(
        "parley_engine_fallbacks_total", .counter, labels: ["task"],
        help: "How often another engine went on, or a language model was asked again.")
    fileprivate static let backlogOverflows = MetricDescription(
        "parley_backlog_overflows_total", .counter, labels: ["backlog"],
        help: "Entries that a full queue of a call has lost: audio to listen to, messages to the client, the record.")
}
