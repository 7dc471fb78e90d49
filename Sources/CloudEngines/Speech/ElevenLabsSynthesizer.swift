import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import WebSockets

/// Voices of ElevenLabs, and of servers that speak its API.
///
/// Each clause is a request of its own, or a context of a WebSocket that is kept open from clause to clause. Both tell
/// where each word is.
public struct ElevenLabsSynthesizer: Synthesizer {
    /// Which service and voice, and how they are asked.
    public struct Configuration: Sendable {
        /// The service's base.
        public var baseURL = "https://api.elevenlabs.io"
        /// Sent as `xi-api-key`; nil sends none.
        public var apiKey: String?
        /// Sent with every request; one of the same name replaces what the client would send.
        public var headers: [String: String] = [:]
        /// The voice's id, for requests that name none.
        public var voice: String
        /// The model's id.
        public var model: String
        /// What is asked for; more than 24 kHz needs a paid plan.
        public var sampleRate: SampleRate = .hz24000
        /// How the voice speaks; nil members are the voice's own.
        public var settings = Settings()
        /// How clauses are sent.
        public var mode: Mode = .automatic
        /// Whether requests over HTTP ask where the words are.
        public var asksForTimings = true
        /// Time-outs and bounds.
        public var options = Options()

        /// - Parameters:
        ///   - voice: The id of a voice of the account.
        ///   - model: Such as `eleven_flash_v2_5` or `eleven_v3`.
        public init(apiKey: String?, voice: String, model: String = "eleven_flash_v2_5") {
            self.apiKey = apiKey
            self.voice = voice
            self.model = model
        }

        var endpoint: ServiceEndpoint { ServiceEndpoint(baseURL: baseURL, apiKey: apiKey, headers: headers) }
    }

    /// How clauses are sent.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Over a WebSocket where the model has one, else over HTTP.
        case automatic
        /// Each clause is a request.
        case http
        /// Each clause is a context of a kept connection.
        case webSocket
    }

    /// Rates of PCM that the service offers, in Hz.
    public enum SampleRate: Int, Sendable, Hashable, CaseIterable {
        /// Telephones.
        case hz8000 = 8000
        /// Wideband calls.
        case hz16000 = 16000
        /// Half of a CD's.
        case hz22050 = 22050
        /// The most without a paid plan.
        case hz24000 = 24000
        /// A CD's.
        case hz44100 = 44100
        /// Studios'.
        case hz48000 = 48000

        var format: AudioFormat {
            switch self {
            case .hz8000: .pcm8000
            case .hz16000: .pcm16000
            case .hz22050: .pcm22050
            case .hz24000: .pcm24000
            case .hz44100: .pcm44100
            case .hz48000: .pcm48000
            }
        }
    }

    /// `voice_settings`: nil members are left to the voice.
    public struct Settings: Sendable, Hashable {
        /// From lively to steady, 0 to 1.
        public var stability: Double?
        /// How close to the original voice, 0 to 1.
        public var similarityBoost: Double?
        /// How much of the original speaker's style, 0 to 1.
        public var style: Double?
        /// Closer to the original speaker at the price of time.
        public var useSpeakerBoost: Bool?
        /// Rate of speech, times that of each request; the service takes 0.7 to 1.2 for the product.
        public var speed: Double?

        /// All left to the voice.
        public init() {}

        static let speeds = 0.7...1.2

        /// The request's member, in which a call's own style comes first; nil when nothing is said.
        func json(speed requested: Double, style call: VoiceStyle = VoiceStyle()) -> JSONValue? {
            var members: [String: JSONValue] = [:]
            members["stability"] = (call.stability ?? stability).map { .number($0) }
            members["similarity_boost"] = (call.similarityBoost ?? similarityBoost).map { .number($0) }
            members["style"] = style.map { .number($0) }
            members["use_speaker_boost"] = useSpeakerBoost.map { .bool($0) }
            let speed = (self.speed ?? 1) * (requested.isFinite ? requested : 1)
            if speed != 1 {
                members["speed"] = .number(min(max(speed, Self.speeds.lowerBound), Self.speeds.upperBound))
            }
            return members.isEmpty ? nil : .object(members)
        }
    }

    /// Time-outs and bounds.
    public struct Options: Sendable, Hashable {
        /// Until the connection stands; several round trips around the world.
        public var connectTimeout: Duration = .seconds(3)
        /// From the request to its first audio: the slowest model takes some 3 s for its first sentence.
        public var firstAudioTimeout: Duration = .seconds(6)
        /// From one piece of audio to the next, or to the end.
        public var stallTimeout: Duration = .seconds(5)
        /// For a whole clause, waiting for a place included.
        public var totalTimeout: Duration = .seconds(60)
        /// A socket without clauses is closed after this: under the service's own limit, which is 180 s at most.
        public var idleTimeout: Duration = .seconds(150)
        /// Sockets to one service at once, of all voices and languages; five clauses each.
        public var maximumSockets = 4
        /// Clauses that wait for a place in a socket; more are refused.
        public var maximumWaiting = 64
        /// The pause after a connection that failed; it doubles with each failure, up to `longestBackoff`.
        public var firstBackoff: Duration = .milliseconds(250)
        /// The longest pause after connections that failed in a row.
        public var longestBackoff: Duration = .seconds(8)
        /// How long a clause that nobody wants any more takes a place at most.
        public var abandonedTimeout: Duration = .seconds(5)
        /// The largest message, or line, in bytes: a minute of audio at the highest rate.
        public var maximumMessageSize = 8 << 20
        /// The longest audio of one clause, in seconds.
        public var maximumClause = 120.0
        /// The longest text of one clause, in characters; the service's own limits begin at 5000.
        public var maximumCharacters = 5000
        /// A PEM file of certificates to trust instead of the system's, for WebSockets.
        public var trustedCertificates: String?

        /// The defaults.
        public init() {}
    }

    /// `elevenlabs-` with the model's id, unless another was given.
    public let id: String
    /// As configured.
    public var sampleRate: Int { configuration.sampleRate.rawValue }
    /// Only the third generation of models acts on tags; others read them aloud.
    public var understandsAudioTags: Bool { Self.isThirdGeneration(configuration.model) }

    private let configuration: Configuration
    private let server: RemoteServer
    private let exchange: ElevenLabsSpeechExchange
    private let sockets: ElevenLabsSpeechSockets?

    /// - Parameters:
    ///   - httpClient: For the requests over HTTP; made without redirects, which would carry the key elsewhere.
    ///   - connections: Opens one of those before the first request; nil leaves it to that.
    public init(
        id: String? = nil, _ configuration: Configuration, httpClient: HTTPClient,
        connections: ServiceConnections? = nil
    ) {
        self.id = id ?? "elevenlabs-" + configuration.model
        self.configuration = configuration
        let hasSocket =
            switch configuration.mode {
            case .automatic: !Self.isThirdGeneration(configuration.model)
            case .http: false
            case .webSocket: true
            }
        let endpoint = configuration.endpoint
        let errors = ServiceErrors(engine: self.id, endpoint: endpoint)
        server = RemoteServer(
            errors: errors, endpoint: endpoint, httpClient: httpClient, connections: hasSocket ? nil : connections)
        exchange = ElevenLabsSpeechExchange(configuration: configuration, server: server)
        sockets = hasSocket ? ElevenLabsSpeechSockets(options: configuration.options, errors: errors) : nil
    }

    static func isThirdGeneration(_ model: String) -> Bool { model.hasPrefix("eleven_v3") }

    /// Opens the connection for the configured voice, so that the first clause need not wait for it. What goes wrong
    /// shows with the first clause.
    public func warmUp(language: String = "en") {
        guard let sockets else { return server.beginConnecting() }
        let request = SpeechRequest(text: "", language: language)
        guard let order = try? SpeechOrder(request, configuration, errors: server.errors) else { return }
        sockets.warmUp(order.socket)
    }

    /// Opens the connection.
    public func prepare() { warmUp() }

    /// Speaks one clause.
    ///
    /// `voice` is a voice's id. Ending the iteration closes the request, or abandons the context.
    public func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await speak(request) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func speak(_ request: SpeechRequest, yield: @escaping @Sendable (SpeechChunk) -> Void) async throws {
        let options = configuration.options
        guard request.text.count <= options.maximumCharacters else {
            throw server.errors.error(
                .rejected,
                "\(request.text.count) characters are too many for one clause (\(options.maximumCharacters) at most)")
        }
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
