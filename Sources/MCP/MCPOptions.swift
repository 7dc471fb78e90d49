import JSON

/// The bounds of what is asked of servers, and taken from them.
public struct MCPOptions: Sendable, Hashable {
    /// How Parley names itself to servers.
    public var client = MCPImplementation(name: "parley", version: "1")
    /// The longest answer, and the longest event of a stream, in bytes. More would not fit a model's context anyway.
    public var longestAnswer = 1 << 20
    /// The deepest nesting and the most values of an answer.
    public var limits = JSONLimits.client
    /// The most tools of one server that are kept; the rest is left out with a warning. Models choose badly among more
    /// than some dozens.
    public var mostTools = 256
    /// The most warnings about one list that are kept: one that is all wrong is not told tool by tool.
    public var mostWarnings = 16
    /// The most pages of a list: a server that gives out cursors for ever ends here.
    public var mostPages = 64
    /// The longest description of a tool that is kept, in characters: the model reads all of them with every request.
    public var longestDescription = 8192

    /// The time for connecting and listing the tools together. It passes in the background, so it is generous: servers
    /// that scale to zero take seconds to start.
    public var connectTimeout = Duration.seconds(20)
    /// The time for the answer to `server/discover`, after which the handshake is tried. Servers of the older era answer
    /// at once that they do not know it; the few that say nothing may not use up `connectTimeout`.
    public var discoveryTimeout = Duration.seconds(5)
    /// The time for messages without an answer: the end of a handshake, the cancellation of a request, the answer to a
    /// server's own request, the end of a session.
    public var courtesyTimeout = Duration.seconds(5)
    /// The most answers to a server's own requests that are under way at once; further requests get none, so that a server
    /// cannot keep its client busy.
    public var mostReplies = 8

    /// How long a server may take to go on with a stream that has broken off, when it does not say: as in the official
    /// SDKs.
    public var reconnectDelay = Duration.seconds(1)
    /// The longest such delay that a server may ask for.
    public var longestReconnectDelay = Duration.seconds(30)
    /// How often a broken stream of an answer is taken up again without an event in between, and how often one of changes
    /// that lasted less than `longestReconnectDelay`.
    public var mostReconnects = 2
    /// How many rounds without a request for input a server may ask for, and the wait before each.
    public var mostRounds = 10
    /// The wait before a request that a server wants repeated as it is.
    public var roundDelay = Duration.milliseconds(100)

    /// How long a list counts as new when the server does not say.
    public var listLifetime = Duration.seconds(300)
    /// The bounds of what a server may say: many say 0, and a list for every call would be a request for every call.
    public var shortestListLifetime = Duration.seconds(30)
    /// See `shortestListLifetime`.
    public var longestListLifetime = Duration.seconds(3600)
    /// The first pause before a dead server is tried again, which doubles with each failure. It is only tried when a call
    /// wants it.
    public var firstRetryDelay = Duration.seconds(2)
    /// The longest such pause.
    public var longestRetryDelay = Duration.seconds(300)
    /// The pause between two requests for a list because the server said that it has changed, or a call gave reason to
    /// doubt: it doubles while that goes on, so that a server that says it with each answer is not asked all the time.
    public var firstChangePause = Duration.seconds(1)
    /// The longest such pause.
    public var longestChangePause = Duration.seconds(60)
    /// How long a connection that no call wants stays open at the least. Its list is kept longer.
    public var idleTime = Duration.seconds(1800)
    /// How often it is looked for connections that have been idle for so long.
    public var sweepTime = Duration.seconds(300)
    /// The most servers, or sets of credentials for one, that are kept at once, beside those that calls are using.
    public var mostServers = 256

    /// Creates options, all of which are defaults.
    public init() {}
}

/// A program that speaks the protocol.
public struct MCPImplementation: Sendable, Hashable {
    /// Its name for programs.
    public var name: String
    /// Its version.
    public var version: String

    /// Creates a description.
    public init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    /// As it stands in messages.
    var json: JSONValue { ["name": .string(name), "version": .string(version)] }
}
