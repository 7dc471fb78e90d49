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
    /// The caller's end runs it with these arguments, and has so long to answer; nil when no answer is waited for.
    case atCallersEnd(JSONValue, within: Duration?)
    /// This runs it, and returns when there is an outcome; a failure is one too. It is cancelled only when the call is
    /// over: an interruption of the agent ends nothing that has effects.
    case running(@Sendable (any ToolHost) async -> ToolOutcome)
}

/// One call of a tool, as its runner gets it.
public struct ToolUse: Sendable, Hashable {
    /// The tool.
    public var tool: ToolSettings
    /// What tells this call from all others, in all conversations.
    public var key: String
    /// The model's arguments: an object that has what the tool requires.
    public var given: JSONValue
    /// All variables that have a value now.
    public var variables: [String: JSONValue]

    /// Creates a call.
    public init(_ tool: ToolSettings, key: String, given: JSONValue, variables: [String: JSONValue]) {
        self.tool = tool
        self.key = key
        self.given = given
        self.variables = variables
    }
}

/// The conversation that a tool runs in, as far as tools may reach into it.
public protocol ToolHost: Sendable {
    /// Hands the call to another agent, which speaks next.
    ///
    /// - Parameter greets: whether it begins with its first message, rather than going on with the conversation.
    /// - Throws: an error whose description says why the call stays with this agent.
    func handOver(to agent: Agent, greets: Bool) async throws
}

/// The outcome of a tool call.
public struct ToolOutcome: Sendable, Hashable {
    /// The result for the model; the error's description when `isError`.
    public var result: String
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

    /// A success unless `isError` is given.
    public init(
        result: String, isError: Bool = false, errorType: String? = nil, isCalled: Bool = true,
        rawError: String? = nil, updates: [String: JSONValue] = [:], endsAnswer: Bool = false, hangsUp: Bool = false,
        farewell: String? = nil
    ) {
        self.result = result
        self.isError = isError
        self.errorType = errorType
        self.isCalled = isCalled
        self.rawError = rawError
        self.updates = updates
        self.endsAnswer = endsAnswer
        self.hangsUp = hangsUp
        self.farewell = farewell
    }

    /// A failure of a kind that the record names; `isCalled` when the tool may have had its effects.
    public static func failure(_ type: String, message: String, isCalled: Bool = true) -> ToolOutcome {
        ToolOutcome(result: message, isError: true, errorType: type, isCalled: isCalled)
    }

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

    /// Whether a result that comes later takes its place.
    public var isProvisional: Bool { errorType == Self.timedOut || errorType == Self.callEnded }

    /// The kind of a time-out of the server that a tool asks.
    static let serverTimedOut = "webhook_timeout"
}
