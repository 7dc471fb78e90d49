import Agents
import ConvAI
import Engines
import Foundation
import Logging

/// What every call of a server shares.
public struct CallEnvironment: Sendable {
    public var engines: EngineCatalog
    public var conversations: ConversationStore
    /// Where two-channel recordings are written, one file a conversation.
    public var recordings: URL
    public var options: CallOptions
    public var logger: Logger

    public init(
        engines: EngineCatalog, conversations: ConversationStore, recordings: URL, options: CallOptions = CallOptions(),
        logger: Logger
    ) {
        self.engines = engines
        self.conversations = conversations
        self.recordings = recordings
        self.options = options
        self.logger = logger
    }
}

/// One call about to start.
public struct CallRequest: Sendable {
    public var agent: Agent
    public var conversationID: String
    /// How the client was let in, as in the record: `public`, `signed_url`, `authorization_header`.
    public var authorization: String

    public init(agent: Agent, conversationID: String, authorization: String) {
        self.agent = agent
        self.conversationID = conversationID
        self.authorization = authorization
    }
}

/// How a call ended, in the words of the WebSocket.
public struct CallEnding: Sendable, Hashable {
    /// 1000, 1002, 1008 or 1011.
    public var code: Int
    /// For the close frame: never empty, at most 123 bytes of UTF-8.
    public var reason: String

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
