import Engines
import Foundation
import JSON

/// OpenAI's transcription sessions of the Realtime API, and servers with the same API.
///
/// `gpt-live-transcribe` and `gpt-realtime-whisper` give partial transcripts while the caller speaks; other models
/// begin when a final transcript is asked for.
public struct OpenAIRealtimeTranscriber: Transcriber {
    /// The service and the model.
    public struct Configuration: Sendable, Hashable {
        /// The service, whose key is sent as `Authorization: Bearer …`.
        public var endpoint: ServiceEndpoint
        /// The id of a model for transcription.
        public var model: String
        /// Time-outs and bounds.
        public var options = RealtimeTranscriptionOptions()

        /// - Parameter model: The model's id; the default gives partial transcripts while the caller speaks.
        public init(endpoint: ServiceEndpoint, model: String = "gpt-live-transcribe") {
            self.endpoint = endpoint
            self.model = model
        }
    }

    /// The id that was given, or else `openai-` with the model's id.
    public let id: String
    private let api: OpenAIRealtime
    private let sessions: RealtimeSessions

    /// Creates a recogniser, which connects at the first utterance, or at `prepare`.
    public init(id: String? = nil, _ configuration: Configuration) {
        self.id = id ?? "openai-" + configuration.model
        api = OpenAIRealtime(
            configuration: configuration, errors: ServiceErrors(engine: self.id, endpoint: configuration.endpoint))
        sessions = RealtimeSessions(configuration.options)
    }

    /// Opens one utterance in the language of the hints, with their keywords where the model accepts some.
    public func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        sessions.openUtterance(api, hints)
    }

    /// Opens a connection for the first utterance. A failure is reported with the utterance.
    public func prepare() { sessions.prepare(api) }
}

/// OpenAI's WebSocket protocol.
struct OpenAIRealtime: RealtimeTranscriptionAPI {
    let configuration: OpenAIRealtimeTranscriber.Configuration
    let errors: ServiceErrors

    /// The only rate of PCM that the service accepts, in Hz.
    let sampleRate = 24_000
    /// The shortest commit, in seconds; the service refuses less as an empty buffer.
    let shortestCommit = 0.1

    func connection(_ hints: TranscriptionHints) throws -> RealtimeConnection {
        RealtimeConnection(
            url: try SpeechServiceURL.make(
                configuration.endpoint.baseURL, path: "/realtime", query: [("intent", "transcription")],
                isWebSocket: true, errors: errors),
            headers: configuration.endpoint.webSocketHeaders {
                ServiceHeader(name: "Authorization", value: "Bearer \($0)")
            },
            opening: [
                [
                    "type": "session.update",
                    "session": [
                        "type": "transcription",
                        "audio": [
                            "input": [
                                "format": ["type": "audio/pcm", "rate": .integer(sampleRate)],
                                "transcription": transcription(hints), "turn_detection": nil,
                            ]
                        ],
                    ],
                ]
            ])
    }

    private func transcription(_ hints: TranscriptionHints) -> JSONValue {
        let model = configuration.model
        var members: [String: JSONValue] = ["model": .string(model)]
        let language = ScribeTranscriber.languageCode(of: hints.language)
        // The service refuses keywords with these characters.
        let keywords = ScribeTranscriber.keywords(of: hints).filter { !$0.contains { "<>\r\n".contains($0) } }
        switch model {
        case "gpt-live-transcribe", "gpt-transcribe":
            // These models refuse `language`.
            members["languages"] = language.map { [.string($0)] }
            if !keywords.isEmpty { members["keywords"] = .array(keywords.map { .string($0) }) }
        case "gpt-realtime-whisper":
            members["language"] = language.map { .string($0) }
        default:
            members["language"] = language.map { .string($0) }
            if !keywords.isEmpty {
                let list = keywords.joined(separator: ", ")
                members["prompt"] = .string(model.hasPrefix("whisper") ? list : "Expect these words: \(list).")
            }
        }
        return .object(members)
    }

    func append(_ pcm: Data) -> JSONValue {
        ["type": "input_audio_buffer.append", "audio": .string(pcm.base64EncodedString())]
    }

    func commit() -> JSONValue { ["type": "input_audio_buffer.commit"] }

    func read(_ message: JSONValue) -> RealtimeTranscriptionEvent {
        let item = message["item_id"]?.stringValue
        switch message["type"]?.stringValue {
        case "input_audio_buffer.committed": return item.map { .accepted(item: $0) } ?? .other
        case "conversation.item.input_audio_transcription.delta":
            return .delta(item: item ?? "", text: message["delta"]?.stringValue ?? "")
        case "conversation.item.input_audio_transcription.completed":
            return .completed(item: item, text: message["transcript"]?.stringValue ?? "", language: nil)
        case "conversation.item.input_audio_transcription.failed", "error":
            let error = message["error"] ?? .null
            let words = [error["code"]?.stringValue, error["type"]?.stringValue].compactMap(\.self)
            // The type says more than unknown codes do.
            let word = words.first { ServiceErrors.isKnown($0) } ?? words.first ?? "error"
            return .failed(errors.refusal(word: word, message: error["message"]?.stringValue ?? ""))
        default: return .other
        }
    }
}
