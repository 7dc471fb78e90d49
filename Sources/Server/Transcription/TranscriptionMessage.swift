import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import Speech

/// A message of a client of the transcription socket.
struct TranscriptionMessage: Sendable {
    var audio: Data
    /// Whether the audio so far is to become a segment.
    var isCommit: Bool
    /// The sample rate in Hz; nil when the message does not say.
    var sampleRate: Int?

    /// Why a frame cannot be understood.
    struct Malformed: Error {
        var reason: String
    }

    /// - Throws: `Malformed`.
    init(frame: Data) throws {
        guard let json = try? JSONValue(parsing: frame, limits: .client), json.objectValue != nil else {
            throw Malformed(reason: "A message must be a JSON object.")
        }
        let type = json["message_type"]?.stringValue ?? ""
        guard type == "input_audio_chunk" else {
            throw Malformed(reason: "There is no message_type \"\(type.prefix(40))\", only input_audio_chunk.")
        }
        let encoded = json["audio_base_64"] ?? .null
        guard encoded.isNull || encoded.stringValue != nil, let data = Base64.decode(encoded.stringValue ?? "") else {
            throw Malformed(reason: "audio_base_64 is not base64.")
        }
        audio = data
        isCommit = json["commit"]?.boolValue ?? false
        sampleRate = json["sample_rate"]?.intValue
    }
}

/// A message of the transcription socket to its client.
enum TranscriptionEvent {
    case started(id: String, TranscriptionSocket.Options)
    case partial(String)
    case committed([Dictation.Segment], hasWords: Bool)
    case failure(code: String, message: String)

    /// The messages of the protocol; a commit with words takes two.
    var messages: [JSONValue] {
        switch self {
        case .started(let id, let options):
            return [["message_type": "session_started", "session_id": .string(id), "config": options.json]]
        case .partial(let text):
            return [["message_type": "partial_transcript", "text": .string(text)]]
        case .committed(let segments, let hasWords):
            let text = TranscriptionAnswer.text(segments)
            let plain: JSONValue = ["message_type": "committed_transcript", "text": .string(text)]
            guard hasWords else { return [plain] }
            return [
                plain,
                [
                    "message_type": "committed_transcript_with_timestamps", "text": .string(text),
                    "language_code": segments.lazy.compactMap(\.language).first.map(JSONValue.string) ?? .null,
                    "words": .array(TranscriptionAnswer.words(segments.flatMap(\.words), .word)),
                ],
            ]
        case .failure(let code, let message):
            return [["message_type": .string(code), "error": .string(message)]]
        }
    }
}
