import AsyncHTTPClient
import Audio
import Engines
import JSON
import NIOCore
import NIOHTTP1
import Tasks

/// Voices of OpenAI, and of servers compatible with its `POST /audio/speech`.
///
/// Audio is passed on as it arrives. The API does not report the times of words.
public struct OpenAISynthesizer: Synthesizer {
    /// The server and the voice.
    public struct Configuration: Sendable, Hashable {
        /// The server; `/audio/speech` is appended to its base.
        public var endpoint: ServiceEndpoint
        /// The `model` member of requests, such as `gpt-4o-mini-tts`.
        public var model: String
        /// The `voice` member of requests, such as `alloy`.
        public var voice: String
        /// How the text is to be spoken, for models that accept instructions; nil leaves the member out.
        public var instructions: String?
        /// The sample rate of the server's PCM, in Hz. OpenAI's is 24,000; WAV states its own.
        public var sampleRate: Int

        /// Creates a configuration; the defaults are OpenAI's.
        public init(
            endpoint: ServiceEndpoint, model: String, voice: String, instructions: String? = nil,
            sampleRate: Int = 24_000
        ) {
            self.endpoint = endpoint
            self.model = model
            self.voice = voice
            self.instructions = instructions
            self.sampleRate = sampleRate
        }
    }

    /// Time-outs and bounds of the client.
    public struct Options: Sendable, Hashable {
        /// Time-out from the request to the first byte of audio.
        public var firstAudioTimeout: Duration = .seconds(10)
        /// Time-out from one piece of audio to the next.
        public var stallTimeout: Duration = .seconds(5)
        /// Time-out for a whole clause.
        public var totalTimeout: Duration = .seconds(60)
        /// The longest audio of one clause, in seconds: longer than any clause.
        public var maximumAudio = 180.0
        /// The longest clause, in characters: OpenAI's own limit.
        public var maximumCharacters = 4096

        /// Creates values for a server on the network.
        public init() {}
    }

    /// The id in the server's configuration.
    public let id: String
    /// The configured sample rate, in Hz.
    public var sampleRate: Int { configuration.sampleRate }

    private let configuration: Configuration
    private let options: Options
    private let server: RemoteServer

    /// - Parameters:
    ///   - httpClient: A client made with `RemoteLanguageModel.clientConfiguration(for:)`.
    ///   - connections: Opens a connection ahead of the first request; nil for none.
    public init(
        id: String, configuration: Configuration, httpClient: HTTPClient, connections: ServiceConnections? = nil,
        options: Options = Options()
    ) {
        self.id = id
        self.configuration = configuration
        self.options = options
        server = RemoteServer(
            engine: id, name: "the voice's server", endpoint: configuration.endpoint, httpClient: httpClient,
            connections: connections)
    }

    /// Opens a connection ahead of the first clause.
    public func prepare() { server.beginConnecting() }

    /// Speaks one clause. The request's `voice`, if there is one, replaces the configured one.
    public func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        // Unbounded buffer: `maximumAudio` bounds the audio of a clause.
        AsyncThrowingStream(fedBy: { output in
            try await speak(request) { output.yield(SpeechChunk(samples: $0)) }
        })
    }

    private func speak(_ request: SpeechRequest, yield: @escaping @Sendable ([Float]) -> Void) async throws {
        try request.check(atMost: options.maximumCharacters, for: id)
        let watch = ProgressWatch(
            first: options.firstAudioTimeout, total: options.totalTimeout, interval: options.stallTimeout)
        try await server.run(watch) {
            let response = try await server.granted(
                "/audio/speech", contentType: "application/json", body: body(of: request).data)
            try check(response.headers.first(name: "content-type"))
            try await read(response.body, watch: watch, yield: yield)
        }
    }

    private func body(of request: SpeechRequest) -> JSONValue {
        var body: [String: JSONValue] = [
            "model": .string(configuration.model), "input": .string(request.text),
            "voice": .string(request.voice ?? configuration.voice), "response_format": "pcm",
        ]
        body["instructions"] = configuration.instructions.map(JSONValue.string)
        // Not every server knows the member `speed`.
        if request.speed.isFinite, request.speed != 1 { body["speed"] = .number(min(4, max(0.25, request.speed))) }
        return .object(body)
    }

    /// Refuses answers that are not PCM or WAV, which would be heard as noise.
    private func check(_ contentType: String?) throws {
        guard let type = contentType?.lowercased().prefix(while: { $0 != ";" }) else { return }
        let foreign = ["audio/mpeg", "audio/mp3", "audio/ogg", "audio/opus", "audio/aac", "audio/flac", "audio/webm"]
        guard !foreign.contains(String(type)), !type.hasPrefix("text/"), type != "application/json" else {
            throw server.errors.malformed("\(type) where PCM was asked for")
        }
    }

    private func read(
        _ body: HTTPClientResponse.Body, watch: ProgressWatch, yield: @Sendable ([Float]) -> Void
    ) async throws {
        var audio = try SpeechAudioReader(engine: id, rate: sampleRate, wantedRate: sampleRate)
        let limit = Int(options.maximumAudio * Double(sampleRate))
        var count = 0
        func hand(_ samples: [Float]) throws {
            count += samples.count
            guard count <= limit else {
                throw EngineError(
                    .failed, engine: id, "the audio of a clause is longer than \(Int(options.maximumAudio)) s")
            }
            if !samples.isEmpty { yield(samples) }
        }
        var pieces = body.makeAsyncIterator()
        while let piece = try await server.next(&pieces) {
            watch.progressed(next: options.stallTimeout)
            try hand(audio.read(piece.readableBytesView))
        }
        try hand(audio.finish())
        guard count > 0 else { throw server.errors.malformed("no audio") }
    }
}
