import Agents
import ConvAI
import Engines
import Foundation
import Logging

/// What every call of a server shares.
public struct CallEnvironment: Sendable {
    /// Where a call takes its engines from when it starts.
    public var engines: EngineCatalog
    /// Where each call writes its record, from its first moment on.
    public var conversations: ConversationStore
    /// Where two-channel recordings are written, one file a conversation.
    public var recordings: URL
    /// The same for every call; an agent's own turn settings are laid over `turnPolicy`.
    public var options: CallOptions
    /// What agents may name; a call's record warns of what they name beyond it. Nil: no such warnings.
    public var available: AvailableEngines?
    /// Each call adds its id to a copy, as `conversation`.
    public var logger: Logger
    /// A number below its argument, for what an agent wants in random order.
    public var random: @Sendable (UInt64) -> UInt64

    /// `recordings` is a directory on disk; without `options` those of `CallOptions` hold.
    public init(
        engines: EngineCatalog, conversations: ConversationStore, recordings: URL, options: CallOptions = CallOptions(),
        available: AvailableEngines? = nil, logger: Logger,
        random: @escaping @Sendable (UInt64) -> UInt64 = { UInt64.random(in: 0..<max($0, 1)) }
    ) {
        self.engines = engines
        self.conversations = conversations
        self.recordings = recordings
        self.options = options
        self.available = available
        self.logger = logger
        self.random = random
    }
}

/// One call about to start.
public struct CallRequest: Sendable {
    /// The agent as it is now: changes made during the call do not reach it.
    public var agent: Agent
    /// Id of the record, and the name of the recording's file.
    public var conversationID: String
    /// How the client was let in, as in the record: `public`, `signed_url`, `authorization_header`.
    public var authorization: String

    /// A request that has already been let in: a call checks no credentials.
    public init(agent: Agent, conversationID: String, authorization: String) {
        self.agent = agent
        self.conversationID = conversationID
        self.authorization = authorization
    }
}

/// The client broke the rules of the transport, which has been closed for that.
public struct ClientViolation: Error, Sendable, Hashable {
    /// What it was closed with.
    public var code: Int
    /// What the client did.
    public var reason: String

    /// A breach that the transport has already answered.
    public init(code: Int, reason: String) {
        self.code = code
        self.reason = reason
    }
}

/// How a call ended, in the words of the WebSocket.
public struct CallEnding: Sendable, Hashable {
    /// 1000, 1001 (the server shuts down), 1002, 1008 or 1011.
    public var code: Int
    /// For the close frame: never empty, at most 123 bytes of UTF-8.
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
