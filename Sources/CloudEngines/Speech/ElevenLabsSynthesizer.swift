import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import Tasks
import WebSockets

/// Voices of ElevenLabs, and of servers with the same API.
///
/// Each clause is a context of a WebSocket that stays open between clauses or, where the model supports none, a request
/// of its own. Both report the times of words.
public struct ElevenLabsSynthesizer: Synthesizer {
    /// The service, the voice, and how they are used.
    public struct Configuration: Sendable, Hashable {
        /// The service, whose key is sent as `xi-api-key`.
        public var endpoint: ServiceEndpoint
        /// The voice's id, for requests that name none.
        public var voice: String
        /// The model's id.
        public var model: String
        /// The format to ask for; PCM of more than 24 kHz needs a paid plan.
        public var format = AudioFormat.pcm24000
        /// How the voice speaks; nil members are the voice's own.
        public var settings = Settings()
        /// Time-outs and bounds.
        public var options = Options()

        /// - Parameters:
        ///   - voice: The id of a voice of the account.
        ///   - model: The model's id, such as `eleven_flash_v2_5` or `eleven_v3`.
        public init(endpoint: ServiceEndpoint, voice: String, model: String = "eleven_flash_v2_5") {
            self.endpoint = endpoint
            self.voice = voice
            self.model = model
        }
    }

    /// `voice_settings`; nil members are left to the voice.
    public struct Settings: Sendable, Hashable {
        /// Stability, from lively (0) to steady (1).
        public var stability: Double?
        /// Similarity to the original voice, 0 to 1.
        public var similarityBoost: Double?
        /// Exaggeration of the original speaker's style, 0 to 1.
        public var style: Double?
        /// Whether similarity is improved at the price of latency.
        public var useSpeakerBoost: Bool?

        /// Creates settings that leave everything to the voice.
        public init() {}

        /// The rates of speech that the service accepts.
        private static let speeds = 0.7...1.2

        /// The request's member, in which a call's own style takes precedence; nil when nothing is set.
        func json(speed requested: Double, style call: VoiceStyle = VoiceStyle()) -> JSONValue? {
            var members: [String: JSONValue] = [:]
            members["stability"] = (call.stability ?? stability).map { .number($0) }
            members["similarity_boost"] = (call.similarityBoost ?? similarityBoost).map { .number($0) }
            members["style"] = style.map { .number($0) }
            members["use_speaker_boost"] = useSpeakerBoost.map { .bool($0) }
            if requested.isFinite, requested != 1 {
                members["speed"] = .number(min(max(requested, Self.speeds.lowerBound), Self.speeds.upperBound))
            }
            return members.isEmpty ? nil : .object(members)
        }
    }

    /// Time-outs and bounds.
    public struct Options: Sendable, Hashable {
        /// Time-out for connecting: several round trips around the world.
        public var connectTimeout: Duration = .seconds(3)
        /// Time-out from the request to its first audio: the slowest model takes some 3 s for its first sentence.
        public var firstAudioTimeout: Duration = .seconds(6)
        /// Time-out from one piece of audio to the next, or to the end.
        public var stallTimeout: Duration = .seconds(5)
        /// Time-out for a whole clause, including the wait for a place.
        public var totalTimeout: Duration = .seconds(60)
        /// Time after which a socket without clauses is closed; less than the service's own limit of 180 s at most.
        public var idleTimeout: Duration = .seconds(150)
        /// Most sockets to one service, for all voices and languages; each holds five clauses.
        public var maximumSockets = 4
        /// Clauses that may wait for a place on a socket; more are refused.
        public var maximumWaiting = 64
        /// The pause after a failed connection; it doubles with each failure, up to `longestBackoff`.
        public var firstBackoff: Duration = .milliseconds(250)
        /// The longest pause after consecutive failed connections.
        public var longestBackoff: Duration = .seconds(8)
        /// How long an abandoned clause keeps its place at most.
        public var abandonedTimeout: Duration = .seconds(5)
        /// The largest message, or line, in bytes: a minute of audio at the highest rate.
        public var maximumMessageSize = 8 << 20
        /// The longest audio of one clause, in seconds.
        public var maximumClause = 120.0
        /// The longest text of one clause, in characters; the service's own limits begin at 5000.
        public var maximumCharacters = 5000
        /// A PEM file of certificates to trust instead of the system's, for WebSockets.
        public var trustedCertificates: String?

        /// Creates the values above.
        public init() {}
    }

    /// The id that was given, or else `elevenlabs-` with the model's id.
    public let id: String
    /// The configured sample rate, in Hz.
    public var sampleRate: Int { configuration.format.sampleRate }
    /// Whether the model acts out audio tags: the third generation does, others read them aloud.
    public var understandsAudioTags: Bool { Self.isThirdGeneration(configuration.model) }

    private let configuration: Configuration
    private let server: RemoteServer
    private let exchange: ElevenLabsSpeechExchange
    private let sockets: ElevenLabsSpeechSockets?

    /// - Parameters:
    ///   - httpClient: The client for requests over HTTP; it must not follow redirects, which would carry the key
    ///     elsewhere.
    ///   - connections: Opens a connection for HTTP ahead of the first request; nil for none.
    public init(
        id: String? = nil, _ configuration: Configuration, httpClient: HTTPClient,
        connections: ServiceConnections? = nil
    ) {
        self.id = id ?? "elevenlabs-" + configuration.model
        self.configuration = configuration
        // The third generation has no WebSocket.
        let hasSocket = !Self.isThirdGeneration(configuration.model)
        server = RemoteServer(
            engine: self.id, endpoint: configuration.endpoint, httpClient: httpClient,
            connections: hasSocket ? nil : connections)
        exchange = ElevenLabsSpeechExchange(configuration: configuration, server: server)
        sockets = hasSocket ? ElevenLabsSpeechSockets(options: configuration.options, errors: server.errors) : nil
    }

    static func isThirdGeneration(_ model: String) -> Bool { model.hasPrefix("eleven_v3") }

    /// Opens the connection for the configured voice, so that the first clause need not wait for it. A failure is
    /// reported with the first clause.
    public func prepare() {
        guard let sockets else { return server.beginConnecting() }
        let order = try? SpeechOrder(SpeechRequest(text: ""), configuration, errors: server.errors)
        if let order { sockets.warmUp(order.socket) }
    }

    /// Speaks one clause.
    ///
    /// The request's `voice` is a voice's id. Ending the iteration closes the request, or abandons the context.
    public func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        AsyncThrowingStream(fedBy: { output in try await speak(request) { output.yield($0) } })
    }

    private func speak(_ request: SpeechRequest, yield: @escaping @Sendable (SpeechChunk) -> Void) async throws {
        let options = configuration.options
        try request.check(atMost: options.maximumCharacters, for: id)
        let order = try SpeechOrder(request, configuration, errors: server.errors)
        guard request.text.contains(where: { !$0.isWhitespace }) else { return }
        let watch = ProgressWatch(
            first: options.firstAudioTimeout, total: options.totalTimeout, interval: options.stallTimeout)
        try await server.run(watch) {
            if let sockets {
                try await sockets.speak(order, watch: watch, yield: yield)
            } else {
                try await exchange.speak(order, watch: watch, yield: yield)
            }
        }
    }
}
