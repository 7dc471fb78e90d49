import Agents
import Conversation
import Foundation
import JSON
import Speech

/// A message of a client of the streaming sockets.
struct SpeechMessage: Sendable {
    /// The text; empty for the end of the input, or, with a `context_id`, to keep that text open. Nil when the message
    /// has none.
    var text: String?
    var contextID: String?
    /// Whether the text so far is to be spoken now.
    var isFlush: Bool
    var closesContext: Bool
    var closesSocket: Bool
    var apiKey: String?
    var speed: Double?
    /// The pronunciation dictionaries of the texts that begin from here on; nil leaves those from before.
    var dictionaries: [PronunciationLocator]?

    /// Why a frame cannot be understood.
    struct Malformed: Error {
        var reason: String
    }

    /// - Throws: `Malformed`.
    init(frame: Data) throws {
        guard let json = try? JSONValue(parsing: frame, limits: .client), json.objectValue != nil else {
            throw Malformed(reason: "A message must be a JSON object.")
        }
        func member<Value>(_ names: [String], _ kind: String, _ read: (JSONValue) -> Value?) throws -> Value? {
            for name in names {
                guard let value = json[name], value != .null else { continue }
                guard let known = read(value) else { throw Malformed(reason: "\(name) is not \(kind).") }
                return known
            }
            return nil
        }
        text = try member(["text"], "a string", \.stringValue)
        contextID = try member(["context_id", "contextId"], "a string", \.stringValue)
        isFlush = try member(["flush"], "true or false", \.boolValue) ?? false
        closesContext = try member(["close_context"], "true or false", \.boolValue) ?? false
        closesSocket = try member(["close_socket"], "true or false", \.boolValue) ?? false
        let key = try member(["xi_api_key", "xi-api-key", "authorization"], "a string", \.stringValue)
        apiKey = key.map { $0.lowercased().hasPrefix("bearer ") ? String($0.dropFirst("bearer ".count)) : $0 }
        dictionaries = try member(
            [PronunciationLocator.member],
            "a list of at most \(SpeechOrder.mostDictionaries) objects with pronunciation_dictionary_id",
            SpeechOrder.dictionaries)
        let settings = try member(["voice_settings"], "an object", \.objectValue)
        if let value = settings?["speed"], value != .null {
            guard let speed = value.doubleValue, SpeechOrder.speeds.contains(speed) else {
                throw Malformed(
                    reason: "speed is not a number from \(SpeechOrder.speeds.lowerBound) to "
                        + "\(SpeechOrder.speeds.upperBound).")
            }
            self.speed = speed
        }
    }
}

/// The messages of the streaming sockets to the client. Times are in milliseconds from the beginning of each message's
/// audio.
enum SpeechAnswer {
    /// A clause's audio with the times of its characters; `contextID` is nil on sockets of one text.
    static func audio(_ data: Data, of piece: Narration.Piece?, contextID: String?) -> JSONValue {
        message(
            [
                "audio": .string(data.base64EncodedString()), "isFinal": nil,
                "alignment": piece.map { alignment($0.written, from: $0.start) } ?? .null,
                "normalizedAlignment": piece.map { alignment($0.spoken, from: $0.start) } ?? .null,
            ], contextID)
    }

    /// The end of the audio.
    static func end(contextID: String?) -> JSONValue {
        message(["audio": nil, "isFinal": true, "alignment": nil, "normalizedAlignment": nil], contextID)
    }

    /// Why the socket is being closed.
    static func failure(_ message: String, error: String, code: Int) -> JSONValue {
        ["message": .string(message), "error": .string(error), "code": .integer(code)]
    }

    /// Why one text of several is not spoken.
    static func failure(_ failure: SpeechSocket.Failure, contextID: String) -> JSONValue {
        message(
            ["message": .string(failure.reason), "error": .string(failure.word), "code": .integer(1008)], contextID)
    }

    private static func message(_ members: [String: JSONValue], _ contextID: String?) -> JSONValue {
        var members = members
        if let contextID { members["contextId"] = .string(contextID) }
        return .object(members)
    }

    private static func alignment(_ characters: [Narration.TimedCharacter], from start: Double) -> JSONValue {
        guard !characters.isEmpty else { return .null }
        func milliseconds(_ seconds: Double) -> Int { max(0, Int((seconds * 1000).rounded())) }
        return [
            "chars": .array(characters.map { .string($0.text) }),
            "charStartTimesMs": .array(characters.map { .integer(milliseconds($0.start - start)) }),
            "charDurationsMs": .array(characters.map { .integer(milliseconds($0.end - $0.start)) }),
        ]
    }
}
