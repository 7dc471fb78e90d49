import AsyncHTTPClient
import Engines
import JSON
import NIOCore

/// A language model on another server, or in another process of this machine.
public struct RemoteLanguageModel: LanguageModel {
    /// Time-outs and bounds of the client.
    public struct Options: Sendable {
        /// Time-out for connecting, used by `clientConfiguration(for:)`: several round trips around the world.
        public var connectTimeout: Duration = .seconds(2)
        /// Time-out from the request to the first event; the hosted service's limit for a whole answer is 20 s.
        public var firstEventTimeout: Duration = .seconds(20)
        /// Time-out from one event to the next. Comments that keep the connection alive do not count as events.
        public var eventTimeout: Duration = .seconds(20)
        /// Time-out from the last event to the end of the response. Nobody waits for it; a connection that has not
        /// ended by then is closed instead of reused.
        public var endTimeout: Duration = .milliseconds(500)
        /// Time-out for a whole answer.
        public var totalTimeout: Duration = .seconds(120)
        /// The longest line of the stream, in bytes: longer than any event, short enough for memory.
        public var maxLineBytes = 1 << 20
        /// The most text and tool arguments of one answer, in bytes: hours of speech.
        public var maxAnswerBytes = 1 << 20
        /// The most tokens of an answer when the request has no bound; nil leaves it to the server.
        public var maxTokens: Int?
        /// Whether the server caches the prompts of a session, so that `prefill` saves time.
        public var supportsPrefill = false
        /// The most tokens of prompt and answer together; nil where it is unknown.
        public var contextLength: Int?
        /// Members of every request's body, such as llama-server's `cache_prompt`.
        public var extraBody: [String: JSONValue] = [:]

        /// Creates options for a server on the network; see `supportsPrefill` and `extraBody` for one on this machine.
        public init() {}
    }

    /// The model's id in records and errors.
    public let id: String
    /// The context length of the options.
    public let contextLength: Int?
    /// Whether the endpoint's model takes images.
    public let seesImages: Bool
    let slots: (any SlotProvider)?
    let exchange: ModelExchange

    /// - Parameters:
    ///   - httpClient: A client made with `clientConfiguration(for:)`, for its connect time-out.
    ///   - connections: Opens a connection ahead of the first answer; nil for none.
    ///   - slots: Assigns each session a slot of llama-server; nil for other servers.
    public init(
        id: String, endpoint: LanguageModelEndpoint, httpClient: HTTPClient,
        connections: ServiceConnections? = nil, options: Options = Options(), slots: (any SlotProvider)? = nil
    ) {
        self.init(
            id: id, endpoint: endpoint, clients: HTTPClientSource(httpClient), connections: connections,
            options: options, slots: slots)
    }

    /// - Parameters:
    ///   - clients: Finds the client, made with `clientConfiguration(for:)`, for the model's server.
    ///   - connections: Opens a connection ahead of the first answer; nil for none.
    ///   - slots: Assigns each session a slot of llama-server; nil for other servers.
    public init(
        id: String, endpoint: LanguageModelEndpoint, clients: HTTPClientSource,
        connections: ServiceConnections? = nil, options: Options = Options(), slots: (any SlotProvider)? = nil
    ) {
        self.id = id
        self.slots = slots
        contextLength = options.contextLength
        seesImages = endpoint.seesImages
        exchange = ModelExchange(
            engine: id, endpoint: endpoint, clients: clients, connections: connections, options: options)
    }

    /// The configuration of the HTTP client: a short connect time-out, no redirects (which would carry the key
    /// elsewhere), and as many connections to one server as there are calls.
    public static func clientConfiguration(for options: Options = Options()) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = TimeAmount(options.connectTimeout)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        return configuration
    }

    /// Opens a session, with a slot of its own where there are slots. Closing the session gives the slot back.
    public func openSession() async -> any LanguageModelSession {
        RemoteModelSession(exchange: exchange, slots: slots, slot: await slots?.acquireSlot())
    }
}
