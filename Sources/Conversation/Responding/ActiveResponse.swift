import Agents
import Engines
import JSON
import Tasks
import TurnTaking

/// The one response that is being made or heard: what it is to the call and to the record. Its life is `machine`'s.
struct ActiveResponse {
    let id: ResponseID
    var cause: ResponseCause
    let eventID: Int
    /// The agent that makes it, which is not the one on the line any more when the call has been handed over since.
    let agent: ActiveAgent
    /// The tools of its MCP servers, as they were when it was begun.
    let remoteTools: [ToolSettings]
    var machine: ResponseMachine
    /// What makes it.
    var scope = CancelScope()
    /// Fired at release, when tools may run.
    let released = Signal()
    /// When it was begun, on the call's clock.
    let start: Duration
    /// When the model was asked for it, on the call's clock; nil when no model was.
    var asked: Duration?
    /// Fillers that were said, or are being made.
    var fillers = 0
    /// Whether a tool that has run forbids interruption until the response is over.
    var isProtectedToItsEnd = false
    var turn: TranscriptTurn
    /// The place of its turn in the record, once it has one.
    var place: Int?

    /// The spoken words that it answers; nil where it answers none, or they were typed.
    var answeredTurn: ReceiptLedger.Turn? {
        switch cause {
        case .speech(let words), .overheard(let words): ReceiptLedger.Turn(words: words, time: asked ?? start)
        case .greeting, .typed, .takeover, .silence, .farewell: nil
        }
    }

    /// All tools that it may call.
    var tools: [ToolSettings] { agent.settings.tools + remoteTools }

    /// Its turn of the record, of which the caller has heard so much.
    func turn(heard: String, isInterrupted: Bool) -> TranscriptTurn {
        var turn = turn
        turn.message = heard
        let parts = machine.parts(of: heard)
        turn.voices = parts.isEmpty ? nil : parts
        turn.isInterrupted = isInterrupted
        if isInterrupted { turn.originalMessage = machine.wholeText }
        return turn
    }
}

extension TranscriptTurn {
    /// Adds what a model has used. An answer with tools is made in several rounds, whose usage adds up.
    mutating func add(_ summary: GenerationSummary, of model: String) {
        var usage = llmUsage?.objectValue ?? [:]
        let before = usage[model]
        func sum(_ kind: String, _ tokens: Int?) -> JSONValue {
            ["tokens": .integer((before?[kind]?["tokens"]?.intValue ?? 0) + (tokens ?? 0))]
        }
        usage[model] = [
            "input": sum("input", summary.inputTokens),
            "input_cache_read": sum("input_cache_read", summary.cachedInputTokens),
            "output_total": sum("output_total", summary.outputTokens),
        ]
        producingLLM = model
        llmUsage = .object(usage)
    }
}

extension ResponseCause {
    /// Whether it answers the caller.
    var isCallers: Bool {
        switch self {
        case .speech, .overheard, .typed: true
        case .greeting, .takeover, .silence, .farewell: false
        }
    }
}
