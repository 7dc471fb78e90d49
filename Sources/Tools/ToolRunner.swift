import Agents
import JSON

/// Runs the tools of one kind.
public protocol ToolRunner: Sendable {
    /// Whether this server can run the tool; a model is offered no others.
    func canRun(_ tool: ToolSettings) -> Bool

    /// Begins a call whose arguments fit the tool, in the same step in which the model asked for it.
    func begin(_ use: ToolUse) -> ToolBeginning
}

/// What has begun with a call of a tool.
public enum ToolBeginning: Sendable {
    /// The outcome is known at once.
    case over(ToolOutcome)
    /// The caller's end runs it with these arguments.
    case atCallersEnd(JSONValue, CallersReply)
    /// This runs it, and returns when there is an outcome; a failure is one too. It is cancelled only when the call is
    /// over: an interruption of the agent ends nothing that has effects.
    case running(@Sendable (any ToolHost) async -> ToolOutcome)
}

/// Whether an answer of the caller's end is waited for.
public enum CallersReply: Sendable, Hashable {
    /// It is not.
    case none
    /// For so long.
    case within(Duration)
    /// For as long as the call lasts.
    case whenever
}

/// One call of a tool, as its runner gets it.
public struct ToolUse: Sendable, Hashable {
    /// The tool.
    public var tool: ToolSettings
    /// The id of the call in its conversation.
    public var id: String
    /// What tells this call from all others, in all conversations.
    public var key: String
    /// The model's arguments: an object that has what the tool requires.
    public var given: JSONValue
    /// All variables that have a value now.
    public var variables: [String: JSONValue]
    /// Those of them whose value the caller has chosen.
    public var callersVariables: Set<String>
    /// The agent that makes the call.
    public var agentID: String

    /// Creates a call.
    public init(
        _ tool: ToolSettings, id: String, key: String, given: JSONValue, variables: [String: JSONValue],
        callersVariables: Set<String> = [], agentID: String
    ) {
        self.tool = tool
        self.id = id
        self.key = key
        self.given = given
        self.variables = variables
        self.callersVariables = callersVariables
        self.agentID = agentID
    }
}

/// The conversation that a tool runs in, as far as tools may reach into it.
public protocol ToolHost: Sendable {
    /// Has the agent say something in the answer that called the tool. Returns when the caller has heard it, or has
    /// interrupted it; nothing is said when that answer is over.
    ///
    /// - Parameters:
    ///   - words: nothing, to wait only until what was said before has been heard.
    ///   - isModels: whether a model has written them, rather than the agent's owner.
    ///   - callID: `ToolUse.id`.
    func say(_ words: String, isModels: Bool, during callID: String) async

    /// Hands the call to another agent, which speaks next.
    ///
    /// - Parameter meanwhile: runs while the other agent gets ready, which takes over when both are done. Throws to
    ///   keep the call with this agent.
    /// - Throws: an error whose description says why the call stays with this agent.
    func handOver(_ transfer: HandOver, meanwhile: @Sendable () async throws -> Void) async throws

    /// Goes on in another language, in which the agent speaks next; false when the call is held in it already.
    ///
    /// - Parameters:
    ///   - language: one that the agent is made for, BCP-47.
    ///   - onlyAtStart: whether the first change must come within the caller's first two turns.
    /// - Throws: an error whose description says why the language stays.
    func changeLanguage(to language: String, onlyAtStart: Bool) async throws -> Bool

    /// Has the line do something that it is able to do.
    ///
    /// - Parameter limit: how long it may take.
    func carryOut(_ act: LineAct, within limit: Duration) async -> LineOutcome

    /// Tells the caller's end how a call of an MCP tool stands.
    func tell(_ state: MCPCallState) async

    /// Asks the caller's end whether a call of an MCP tool may be made.
    func approve(_ state: MCPCallState, within limit: Duration) async -> MCPApprovalAnswer
}

/// A hand-over of the call to another agent.
public struct HandOver: Sendable, Hashable {
    /// The agent that takes over.
    public var agent: Agent
    /// Whether it begins with its first message, rather than going on with the conversation.
    public var greets = false
    /// Whether the client's overrides of `tts` hold for it too.
    public var keepsClientVoice = false
    /// Whether it speaks with the voice, the voice's model and the voice's settings of the agent before it.
    public var keepsVoice = false

    /// A hand-over to an agent that goes on with the conversation in its own voice.
    public init(to agent: Agent) { self.agent = agent }
}

/// The outcome of a tool call.
public struct ToolOutcome: Sendable, Hashable {
    /// The result for the model; the error's description when `isError`.
    public var result: String
    /// Whether the result is the server's note for the model, of which callers hear only that the tool is done, or has
    /// failed.
    public var isNote: Bool
    /// Whether the tool failed.
    public var isError: Bool
    /// The kind of error for the record, such as `client_timeout`; nil without an error.
    public var errorType: String?
    /// Whether the tool was really run, so that it may have had its effects.
    public var isCalled: Bool
    /// What went wrong in full, for the record; nil when `result` says it all.
    public var rawError: String?
    /// The variables that the result sets.
    public var updates: [String: JSONValue]
    /// Whether the answer ends without another word, as after `end_call`.
    public var endsAnswer: Bool
    /// Whether the agent hangs up once it has been heard.
    public var hangsUp: Bool
    /// What is said before the answer ends; nil for nothing.
    public var farewell: String?
    /// How long the caller is given to speak before the agent does; nil for as long as usual.
    public var patience: Patience?
    /// The result in the shape that the record has for this tool, with its `result_type`; nil for tools without one.
    public var details: JSONValue?

    /// The time that a caller is given.
    public enum Patience: Sendable, Hashable {
        /// So long.
        case of(Duration)
        /// As long as they want.
        case untilCallerSpeaks
    }

    /// A success unless `isError` is given.
    public init(
        result: String, isNote: Bool = false, isError: Bool = false, errorType: String? = nil, isCalled: Bool = true,
        rawError: String? = nil, updates: [String: JSONValue] = [:], endsAnswer: Bool = false, hangsUp: Bool = false,
        farewell: String? = nil, patience: Patience? = nil, details: JSONValue? = nil
    ) {
        self.result = result
        self.isNote = isNote
        self.isError = isError
        self.errorType = errorType
        self.isCalled = isCalled
        self.rawError = rawError
        self.updates = updates
        self.endsAnswer = endsAnswer
        self.hangsUp = hangsUp
        self.farewell = farewell
        self.patience = patience
        self.details = details
    }

    /// A failure of a kind that the record names; `isCalled` when the tool may have had its effects. The message is the
    /// server's, and a note for the model, unless `isNote` is false.
    public static func failure(
        _ type: String, message: String, isNote: Bool = true, isCalled: Bool = true, details: JSONValue? = nil
    ) -> ToolOutcome {
        ToolOutcome(
            result: message, isNote: isNote, isError: true, errorType: type, isCalled: isCalled, details: details)
    }

    /// What the model has to know of a call that brought no answer, and may have had its effects.
    static let uncertain = "It is not known whether it took effect; do not say that it did, and do not repeat it."

    /// The failure of a tool that no runner here can run.
    static func unavailable(_ tool: ToolSettings) -> ToolOutcome {
        .failure("unknown", message: "The tool \(tool.name) is not available on this server.", isCalled: false)
    }

    /// The result as the model is told it, with errors in words.
    public var told: String { isError ? "Error: \(result)" : result }

    /// The kind of a time-out, after which a late result still counts.
    public static let timedOut = "client_timeout"
    /// The kind of a call whose result was not there when the call ended.
    public static let callEnded = "call_ended"
    /// The kind of a call that was given up when the server stopped.
    public static let serverStopped = "server_stopped"

    /// Whether a result that comes later takes its place.
    public var isProvisional: Bool { errorType == Self.timedOut || errorType == Self.callEnded }

    /// The kind of a time-out of the server that a tool asks.
    static let serverTimedOut = "webhook_timeout"
}
