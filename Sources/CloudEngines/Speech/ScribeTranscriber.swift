import AsyncHTTPClient
import Engines
import Foundation
import JSON

/// ElevenLabs' recogniser Scribe, and servers with its API: over a WebSocket while the caller speaks, or with one
/// request for each transcript.
public struct ScribeTranscriber: Transcriber {
    /// The service, the model, and how they are used.
    public struct Configuration: Sendable, Hashable {
        /// The service, whose key is sent as `xi-api-key`.
        public var endpoint: ServiceEndpoint
        /// The model's id, which must be a realtime one for `.realtime`.
        public var model: String
        /// How audio is sent.
        public var mode: Mode
        /// Options for `.realtime`.
        public var realtime = RealtimeTranscriptionOptions()
        /// Options for `.batch`.
        public var batch = BatchOptions()

        /// - Parameter model: The model's id; nil for `scribe_v2_realtime` or `scribe_v2`, by mode.
        public init(endpoint: ServiceEndpoint, mode: Mode = .realtime, model: String? = nil) {
            self.endpoint = endpoint
            self.mode = mode
            self.model = model ?? (mode == .realtime ? "scribe_v2_realtime" : "scribe_v2")
        }
    }

    /// How audio is sent.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Over a WebSocket, as it comes.
        case realtime
        /// The whole utterance with a request for each transcript.
        case batch
    }

    /// Time-outs and bounds of transcription by requests.
    public struct BatchOptions: Sendable, Hashable {
        /// Time-out from the request to the end of the answer.
        public var timeout: Duration = .seconds(10)
        /// The longest utterance, in seconds: some 10 MB.
        public var maximumAudio = 300.0
        /// Whether partial transcripts are made: each sends, and costs, the whole utterance again.
        public var asksForPartials = false

        /// Creates the values above.
        public init() {}
    }

    /// The id that was given, or else `elevenlabs-` with the model's id.
    public let id: String
    private let configuration: Configuration
    private let server: RemoteServer
    private let api: ScribeRealtime
    private let sessions: RealtimeSessions

    /// The most keywords that the service accepts.
    static let maximumKeywords = 50
    /// The longest keyword, in characters; the service refuses longer ones.
    static let longestKeyword = 50

    /// - Parameters:
    ///   - httpClient: The client for `.batch`; it must not follow redirects, which would carry the key elsewhere.
    ///   - connections: Opens a connection for `.batch` ahead of the first request; nil for none.
    public init(
        id: String? = nil, _ configuration: Configuration, httpClient: HTTPClient,
        connections: ServiceConnections? = nil
    ) {
        self.id = id ?? "elevenlabs-" + configuration.model
        self.configuration = configuration
        server = RemoteServer(
            engine: self.id, endpoint: configuration.endpoint, httpClient: httpClient, connections: connections)
        api = ScribeRealtime(configuration: configuration, errors: server.errors)
        sessions = RealtimeSessions(configuration.realtime)
    }

    /// Opens one utterance in the language of the hints, with their keywords.
    public func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        switch configuration.mode {
        case .batch: ScribeUpload(hints: hints, configuration: configuration, server: server)
        case .realtime: sessions.openUtterance(api, hints)
        }
    }

    /// Opens a connection for the first utterance. A failure is reported with the utterance.
    public func prepare() {
        guard configuration.mode == .realtime else { return server.beginConnecting() }
        sessions.prepare(api)
    }

    /// The keywords that the service accepts of an agent's.
    static func keywords(of hints: TranscriptionHints) -> [String] {
        let words = hints.keywords.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        return Array(words.filter { !$0.isEmpty && $0.count <= longestKeyword }.prefix(maximumKeywords))
    }

    /// The ISO 639 code, `pt` of `pt-BR`; nil lets the service detect the language.
    static func languageCode(of language: String) -> String? {
        let code = language.split { $0 == "-" || $0 == "_" }.first?.lowercased()
        return code == "und" ? nil : code
    }
}

/// Scribe's WebSocket protocol.
struct ScribeRealtime: RealtimeTranscriptionAPI {
    let configuration: ScribeTranscriber.Configuration
    let errors: ServiceErrors

    let sampleRate = 16_000
    /// The shortest commit, in seconds; the service refuses commits in quicker succession.
    let shortestCommit = 0.3

    func connection(_ hints: TranscriptionHints) throws -> RealtimeConnection {
        var query = [
            ("model_id", configuration.model), ("audio_format", "pcm_16000"), ("commit_strategy", "manual"),
        ]
        if let code = ScribeTranscriber.languageCode(of: hints.language) { query.append(("language_code", code)) }
        query += ScribeTranscriber.keywords(of: hints).map { ("keyterms", $0) }
        return RealtimeConnection(
            url: try SpeechServiceURL.make(
                configuration.endpoint.root, path: "/v1/speech-to-text/realtime", query: query, isWebSocket: true,
                errors: errors),
            headers: configuration.endpoint.webSocketHeaders { ServiceHeader(name: "xi-api-key", value: $0) })
    }

    func append(_ pcm: Data) -> JSONValue { chunk(pcm, commits: false) }

    func commit() -> JSONValue { chunk(Data(), commits: true) }

    private func chunk(_ pcm: Data, commits: Bool) -> JSONValue {
        [
            "message_type": "input_audio_chunk", "audio_base_64": .string(pcm.base64EncodedString()),
            "commit": .bool(commits), "sample_rate": .integer(sampleRate),
        ]
    }

    func read(_ message: JSONValue) -> RealtimeTranscriptionEvent {
        let type = message["message_type"]?.stringValue ?? ""
        let text = message["text"]?.stringValue ?? ""
        switch type {
        case "partial_transcript": return .partial(text)
        case "committed_transcript":
            return .completed(item: nil, text: text, language: message["language_code"]?.stringValue)
        case "final_transcript": return .confirmed(text: text)
        // Messages that may accompany the others.
        case "session_started", "committed_transcript_with_timestamps", "final_transcript_with_timestamps",
            "committed_transcript_entities":
            return .other
        default:
            guard let error = message["error"]?.stringValue else { return .other }
            return .failed(errors.refusal(word: type.isEmpty ? "error" : type, message: error))
        }
    }
}
