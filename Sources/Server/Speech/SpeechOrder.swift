import Agents
import Audio
import Conversation
import Engines
import Foundation
import JSON
import Speech

/// A client's request for speech: the text, the voice and the format.
struct SpeechOrder: Sendable {
    var voice: String
    var text: String
    /// The name of the body's member that has the text.
    let textMember: String
    var format: SpeechFormat
    var options: Narration.Options
    /// The rate of speech; nil for the voice's own.
    var speed: Double?
    /// The pronunciation dictionaries, in the order in which they are tried.
    var dictionaries: [PronunciationLocator] = []

    /// Most characters of one request: the limit that the hosted API has for any model.
    static let longestText = 40_000
    /// Most characters of a language code: more than any registered one has (RFC 5646, 4.4.1).
    static let longestLanguage = 35
    /// Most pronunciation dictionaries of one request: the hosted API's limit.
    static let mostDictionaries = 3
    /// The rates of speech that the hosted API accepts.
    static let speeds = 0.7...1.2

    /// Reads a request of the hosted API.
    ///
    /// - Throws: `ValidationError`.
    init(voice: String, query: QueryParameters, body: JSONValue) throws {
        self.voice = voice
        textMember = "text"
        text = try Self.text(body["text"], at: textMember)
        format = try Self.format(query["output_format"] ?? SpeechFormat.standard.name)
        options = Narration.Options()
        options.sampleRate = format.sampleRate
        options.language = try body.optionalString("language_code") ?? "en"
        guard options.language.count <= Self.longestLanguage else {
            throw ValidationError.body("language_code", "Input should be a language code", "string_too_long")
        }
        let normalization = try body.optionalString("apply_text_normalization") ?? "auto"
        guard ["auto", "on", "off"].contains(normalization) else {
            throw ValidationError.body("apply_text_normalization", "Input should be one of: auto, on, off", "enum")
        }
        options.isNormalized = normalization != "off"
        _ = try body.optionalString("model_id")
        guard let dictionaries = Self.dictionaries(body[PronunciationLocator.member]) else {
            throw ValidationError.body(
                PronunciationLocator.member,
                "Input should be a list of at most \(Self.mostDictionaries) objects with pronunciation_dictionary_id",
                "value_error")
        }
        self.dictionaries = dictionaries
        let settings = body["voice_settings"] ?? .null
        guard settings == .null || settings.objectValue != nil else {
            throw ValidationError.body("voice_settings", "Input should be a valid object", "dict_type")
        }
        try Self.checkSettings(settings, in: "voice_settings")
        speed = settings["speed"]?.doubleValue
        options.style = VoiceStyle(
            stability: settings["stability"]?.doubleValue, similarityBoost: settings["similarity_boost"]?.doubleValue)
    }

    /// - Parameter parent: The name of the member that holds the settings; nil when the body itself does.
    /// - Throws: `ValidationError`.
    static func checkSettings(_ settings: JSONValue, in parent: String?) throws {
        _ = try number(settings, "speed", speeds, in: parent)
        for name in ["stability", "similarity_boost", "style"] { _ = try number(settings, name, 0...1, in: parent) }
    }

    /// Reads a request of OpenAI's API, `POST /v1/audio/speech`.
    ///
    /// - Throws: `ValidationError`.
    init(openAI body: JSONValue) throws {
        textMember = "input"
        text = try Self.text(body["input"], at: textMember)
        voice = body["voice"]?.stringValue ?? body["voice"]?["id"]?.stringValue ?? ""
        let name = try body.optionalString("response_format") ?? "mp3"
        let formats = ["mp3": "mp3_44100_128", "opus": "opus_48000_64", "wav": "wav_24000", "pcm": "pcm_24000"]
        guard let format = formats[name].flatMap(SpeechFormat.init(name:)) else {
            throw ValidationError.body(
                "response_format", "Input should be one of: \(formats.keys.sorted().joined(separator: ", "))", "enum")
        }
        self.format = format
        options = Narration.Options()
        options.sampleRate = format.sampleRate
        speed = try Self.number(body, "speed", 0.25...4)
    }

    /// How an OpenAI client wants to receive the audio.
    enum StreamFormat: String, CaseIterable {
        /// As bytes, while they are made.
        case audio
        /// As server-sent events.
        case events = "sse"
    }

    /// The format that an OpenAI client asks for; nil when it does not say.
    ///
    /// - Throws: `ValidationError`.
    static func streamFormat(openAI body: JSONValue) throws -> StreamFormat? {
        try StreamFormat.named(try body.optionalString("stream_format"), at: "stream_format")
    }

    /// The pronunciation dictionaries that a member of a request names; nil when it cannot be read.
    static func dictionaries(_ json: JSONValue?) -> [PronunciationLocator]? {
        guard let json, !json.isNull else { return [] }
        guard let list = json.arrayValue, list.count <= mostDictionaries else { return nil }
        let locators = list.compactMap(PronunciationLocator.init)
        return locators.count == list.count ? locators : nil
    }

    /// The error message for a text without words.
    static let nothingToSay = "The text has no words to speak"

    static func format(_ name: String) throws -> SpeechFormat {
        guard let format = SpeechFormat(name: name) else {
            let names = SpeechFormat.all.map(\.name).joined(separator: ", ")
            throw ValidationError.query("output_format", "Input should be one of: \(names)", "enum")
        }
        return format
    }

    private static func text(_ value: JSONValue?, at name: String) throws -> String {
        guard let value, value != .null else { throw ValidationError.body(name, "Field required", "missing") }
        guard let text = value.stringValue else {
            throw ValidationError.body(name, "Input should be a valid string", "string_type")
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError.body(name, "Input should contain words to speak", "string_too_short")
        }
        guard text.count <= longestText else {
            throw ValidationError.body(
                name, "Input should have at most \(longestText) characters", "string_too_long")
        }
        return text
    }

    private static func number(
        _ body: JSONValue, _ name: String, _ range: ClosedRange<Double>, in parent: String? = nil
    ) throws -> Double? {
        guard let value = body[name], value != .null else { return nil }
        guard let number = value.doubleValue, range.contains(number) else {
            throw ValidationError([
                .init(
                    loc: (["body", parent, name] as [String?]).compactMap { $0.map { .string($0) } },
                    msg: "Input should be a number from \(range.lowerBound) to \(range.upperBound)",
                    type: "number_range")
            ])
        }
        return number
    }
}
