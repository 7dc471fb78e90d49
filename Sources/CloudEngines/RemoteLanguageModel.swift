import AsyncHTTPClient
import Engines
import Foundation
import JSON
import NIOCore

/// A language model on another server, or on another process of this one.
public struct RemoteLanguageModel: LanguageModel {
    /// What tunes the client.
    public struct Options: Sendable {
        /// Until the connection stands. Used by `clientConfiguration(for:)`; 2 s is several round trips around the
        /// world.
        public var connectTimeout: Duration = .seconds(2)
        /// From the request to the first event; the hosted service's limit for a whole answer is 20 s.
        public var firstEventTimeout: Duration = .seconds(20)
        /// From one event to the next. Comments that keep the connection alive are no events.
        public var eventTimeout: Duration = .seconds(20)
        /// From the last event to the end of the response. Nobody waits for it; a connection that is not ended by
        /// then is closed instead of kept.
        public var endTimeout: Duration = .milliseconds(500)
        /// For a whole answer.
        public var totalTimeout: Duration = .seconds(120)
        /// The longest line of the stream, in bytes: larger than any chunk, small enough to hold.
        public var maxLineBytes = 1 << 20
        /// The most text and tool arguments of one answer, in bytes: hours of speech.
        public var maxAnswerBytes = 1 << 20
        /// The bound of an answer in tokens when the request has none; nil leaves it to the server.
        public var maxTokens: Int?
        /// Whether to ask for token counts, which a few servers refuse to be asked for.
        public var asksForUsage = true
        /// Whether the server keeps the prompts of a session evaluated, so that `prefill` is of use.
        public var supportsPrefill = false
        /// The most tokens of prompt and answer together; nil where it is not known.
        public var contextLength: Int?
        /// Members of every request's body, such as llama-server's `cache_prompt`.
        public var extraBody: [String: JSONValue] = [:]
        /// Names the tool calls of servers that send no ids. Ids are unique among all calls of a conversation.
        public var makeToolCallID: @Sendable () -> String = { "call_\(UUID().uuidString.lowercased())" }

        /// Values for a server on the network; see `supportsPrefill` and `extraBody` for one on this machine.
        public init() {}
    }

    /// The model's id as records and errors show it.
    public let id: String
    /// As the options say.
    public let contextLength: Int?
    let slots: (any SlotProvider)?
    let exchange: ModelExchange

    /// - Parameters:
    ///   - httpClient: Made with `clientConfiguration(for:)`, so that connecting fails as fast as the options say.
    ///   - connections: Opens one before the first answer; nil leaves it to that.
    ///   - slots: Gives each session a slot of its own on llama-server; nil for other servers.
    public init(
        id: String, endpoint: LanguageModelEndpoint, httpClient: HTTPClient,
        connections: ServiceConnections? = nil, options: Options = Options(), slots: (any SlotProvider)? = nil
    ) {
        self.id = id
        self.slots = slots
        contextLength = options.contextLength
        exchange = ModelExchange(
            engine: id, endpoint: endpoint, httpClient: httpClient, connections: connections, options: options)
    }

    /// How the HTTP client is to be made: quick to give up, no redirects (which would carry the key elsewhere), and as
    /// many connections to one server as there are calls.
    public static func clientConfiguration(for options: Options = Options()) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = TimeAmount(options.connectTimeout)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        return configuration
    }

    /// Opens a session, with a slot of its own where slots are handed out. Close it to give the slot back.
    public func openSession() async -> any LanguageModelSession {
        RemoteModelSession(exchange: exchange, slots: slots, slot: await slots?.acquireSlot())
    }
}
