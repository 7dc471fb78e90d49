import Agents
import Audio
import Credentials
import Egress
import Engines
import Foundation
import JSON
import Logging
import Tools

/// What every call of a server shares.
public struct CallEnvironment: Sendable {
    /// The engines that a call can choose from when it starts.
    public var engines: EngineCatalog
    /// The store into which each call writes its record, from its first moment on.
    public var conversations: any ConversationStore
    /// The store into which each call that is recorded writes its two channels.
    public var recordings: any RecordingStore
    /// The files that callers have sent; nil where none can be.
    public var files: (any ConversationFileStore)?
    /// What is asked for context before a model is asked; none by default.
    public var contextSources: [any ContextSource]
    /// Finds an agent that a call may be handed to.
    public var findAgent: @Sendable (String) async -> Agent?
    /// Sends a request that a configuration causes, through a guard; nil where no tool may send one.
    public var send: (@Sendable (EgressRequest) async throws -> EgressAnswer)?
    /// Sends the requests of tools through `send`, with what proves who they are from; all calls of a server share one, and
    /// with it the tokens.
    public var authorizer: Authorizer?
    /// Reaches MCP servers; nil where none are asked.
    public var mcp: (any MCPAccess)?
    /// What tools do beyond the call that has called them.
    public var effects = Effects()
    /// How long tools have taken in the calls so far.
    public var toolPace = ToolPace()
    /// Looks up what an agent's configuration, and a caller's override of it, name of the workspace, in an environment.
    public var workspace: @Sendable (Agent, JSONValue, _ environment: String) async throws -> WorkspaceItems
    /// Finds the webhook that is asked what is special about a call of an agent, in an environment; nil for none.
    public var initiationWebhook: @Sendable (Agent, _ environment: String) async throws -> InitiationWebhook? = {
        _, _ in nil
    }
    /// Options shared by every call; an agent's own turn settings are laid over `turnPolicy`.
    public var options: CallOptions
    /// The engines and voices that an agent may name; a call's record warns of any other name. Nil: no such warnings.
    public var available: AvailableEngines?
    /// What all calls count and measure.
    public var instruments: CallInstruments
    /// The parent logger; each call adds its id to a copy, as `conversation`.
    public var logger: Logger
    /// A random number below its argument, for settings of an agent that ask for random order.
    public var random: @Sendable (UInt64) -> UInt64

    /// Creates an environment; `options` default to those of `CallOptions`. Without `findAgent`, no call is handed over; without `send`, no webhook is called.
    public init(
        engines: EngineCatalog, conversations: any ConversationStore, recordings: any RecordingStore,
        contextSources: [any ContextSource] = [],
        findAgent: @escaping @Sendable (String) async -> Agent? = { _ in nil },
        send: (@Sendable (EgressRequest) async throws -> EgressAnswer)? = nil,
        workspace: @escaping @Sendable (Agent, JSONValue, _ environment: String) async throws -> WorkspaceItems = {
            _, _, _ in WorkspaceItems()
        },
        options: CallOptions = CallOptions(), available: AvailableEngines? = nil,
        instruments: CallInstruments = .process, logger: Logger,
        random: @escaping @Sendable (UInt64) -> UInt64 = { UInt64.random(in: 0..<max($0, 1)) }
    ) {
        self.engines = engines
        self.conversations = conversations
        self.recordings = recordings
        self.contextSources = contextSources
        self.findAgent = findAgent
        self.send = send
        authorizer = send.map { send in Authorizer(send: send) }
        self.workspace = workspace
        self.options = options
        self.available = available
        self.instruments = instruments
        self.logger = logger
        self.random = random
    }
}

/// One call about to start.
public struct CallRequest: Sendable {
    /// The agent as it is when the call begins: changes made during the call do not reach it.
    public var agent: Agent
    /// Id of the record and of the recording.
    public var conversationID: String
    /// How the client was authorised, as the record names it: `public`, `signed_url` or `authorization_header`.
    public var authorization: String
    /// What the line carries, where the transport decides that and not the agent; nil for the agent's formats.
    public var formats: LineFormats?
    /// The environment whose values of environment variables count, as the line says: a query, a telephone number; nil
    /// leaves it to the caller.
    public var environment: String?
    /// The names of what the connection asks for and is not followed, for the record.
    public var unfollowed: [String] = []
    /// What a telephone line knows of the call; nil on other lines.
    public var telephone: TelephoneCall?
    /// What the line can do for the call: tools that need it have it done by `CallOutput.act`.
    public var abilities: Set<LineAbility>
    /// Where uploads ask whether the call takes them.
    public var inlet = FileInlet()
    /// Shows owners who follow the call what the line leaves out for its client; nil where none can.
    public var observe: (@Sendable (CallOutput) -> Void)?
    /// What the owner who follows the call has it do, beside what comes in on the line; nil for nothing.
    public var orders: AsyncStream<CallInput>?

    /// A request that has already been let in: a call checks no credentials.
    public init(
        agent: Agent, conversationID: String, authorization: String, formats: LineFormats? = nil,
        environment: String? = nil, telephone: TelephoneCall? = nil, abilities: Set<LineAbility> = []
    ) {
        self.agent = agent
        self.conversationID = conversationID
        self.authorization = authorization
        self.formats = formats
        self.environment = environment
        self.telephone = telephone
        self.abilities = abilities
    }
}

/// What a telephone line knows of a call.
public struct TelephoneCall: Sendable, Hashable {
    /// The caller's number.
    public var callerID: String
    /// The number that was called.
    public var calledNumber: String
    /// The provider's id of the call.
    public var callSID: String

    /// Numbers are as the provider writes them.
    public init(callerID: String, calledNumber: String, callSID: String) {
        self.callerID = callerID
        self.calledNumber = calledNumber
        self.callSID = callSID
    }
}

/// What a line's audio is in.
public struct LineFormats: Sendable, Hashable {
    /// The caller's audio.
    public var input: AudioFormat
    /// The agent's audio.
    public var output: AudioFormat

    /// Each direction may have a format of its own.
    public init(input: AudioFormat, output: AudioFormat) {
        self.input = input
        self.output = output
    }
}

/// How a call ended, as a WebSocket close frame says it.
public struct CallEnding: Sendable, Hashable {
    /// The close code: 1000, 1001 (the server shuts down), 1002, 1008, 1011, or that of a `LineViolation`.
    public var code: Int
    /// The reason in the close frame: never empty, at most 123 bytes of UTF-8.
    public var reason: String

    /// Cuts `reason` to the 123 bytes that a close frame can hold, at a whole character.
    public init(code: Int, reason: String) {
        self.code = code
        self.reason = reason.utf8Prefix(123)
    }
}

extension String {
    /// The longest prefix of whole characters that fits in `limit` bytes of UTF-8.
    fileprivate func utf8Prefix(_ limit: Int) -> String {
        var result = ""
        var size = 0
        for character in self {
            size += String(character).utf8.count
            if size > limit { break }
            result.append(character)
        }
        return result
    }
}
