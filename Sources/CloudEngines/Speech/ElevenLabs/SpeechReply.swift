import Audio
import Engines
import Foundation
import JSON

/// A piece of speech from the service, over HTTP or a WebSocket.
struct ElevenLabsSpeechReply: Sendable {
    /// The reason for which the service ends the clause.
    struct Failure: Sendable, Hashable {
        var word: String
        var message: String
    }

    var contextID: String?
    var audio: Data?
    /// The characters, with the times in the message.
    var characters: [AlignedWords.Character] = []
    var isFinal = false
    var failure: Failure?

    /// - Returns: Nil for data that is not a JSON object, or whose audio is not base64.
    init?(_ data: Data) {
        guard let json = try? JSONValue(parsing: data), json.objectValue != nil else { return nil }
        contextID = (json["contextId"] ?? json["context_id"])?.stringValue
        isFinal = (json["isFinal"] ?? json["is_final"])?.boolValue ?? false
        if let text = (json["audio"] ?? json["audio_base64"])?.stringValue {
            guard let audio = Data(base64Encoded: text) else { return nil }
            self.audio = audio
        }
        if let error = json["error"]?.stringValue ?? json.value(at: "detail", "status")?.stringValue {
            let message = json["message"] ?? json.value(at: "detail", "message")
            failure = Failure(word: error, message: message?.stringValue ?? "")
        }
        characters = Self.characters(json)
    }

    private static func characters(_ json: JSONValue) -> [AlignedWords.Character] {
        // `alignment` has the text as it was sent, the others the text as it was read, in which a number is several
        // words.
        let given = [json["alignment"], json["normalizedAlignment"], json["normalized_alignment"]]
        guard let alignment = given.lazy.compactMap(\.self).first(where: { $0.objectValue != nil }) else { return [] }
        func numbers(_ name: String, scale: Double) -> [Double]? {
            alignment[name]?.arrayValue?.map { ($0.doubleValue ?? 0) * scale }
        }
        let texts = (alignment["chars"] ?? alignment["characters"])?.arrayValue ?? []
        let ends: [Double]
        let starts: [Double]
        if let milliseconds = numbers("charStartTimesMs", scale: 0.001) {
            starts = milliseconds
            ends = zip(starts, numbers("charDurationsMs", scale: 0.001) ?? []).map { $0 + $1 }
        } else {
            starts = numbers("character_start_times_seconds", scale: 1) ?? []
            ends = numbers("character_end_times_seconds", scale: 1) ?? []
        }
        guard texts.count == starts.count, texts.count == ends.count else { return [] }
        return texts.indices.map {
            AlignedWords.Character(text: texts[$0].stringValue ?? "", start: starts[$0], end: ends[$0])
        }
    }
}

/// Makes a clause's chunks from the service's messages.
struct ElevenLabsClause: Sendable {
    /// The point from which the times of a message count.
    enum Origin: Sendable {
        /// The start of the message's own audio.
        case message
        /// The start of the clause; a service whose times start again with a message counts from that message.
        case clause
    }

    /// The audio is longer than a clause may be.
    struct TooLong: Error {
        var seconds: Double
    }

    private let origin: Origin
    private let rate: Int
    private let limit: Double
    private var decoder: FrameDecoder
    private var words: AlignedWords
    /// Samples received so far.
    private(set) var length = 0
    /// The end of the last character, in seconds from the start of the clause.
    private var lastEnd = 0.0

    /// How far the times of a message may overlap with earlier ones and still count from the clause's start, in
    /// seconds.
    private static let tolerance = 0.1

    /// - Parameter limit: The longest audio, in seconds.
    init(text: String, format: AudioFormat, origin: Origin, limit: Double) {
        self.origin = origin
        self.limit = limit
        rate = format.sampleRate
        decoder = FrameDecoder(format: format)
        words = AlignedWords(text: text, sampleRate: format.sampleRate)
    }

    /// - Returns: Nil for a piece without audio and words.
    mutating func chunk(audio: Data?, characters: [AlignedWords.Character]) throws(TooLong) -> SpeechChunk? {
        let begin = Double(length) / Double(rate)
        let samples = audio.map { decoder.decode($0) } ?? []
        length += samples.count
        guard Double(length) <= limit * Double(rate) else { throw TooLong(seconds: limit) }
        if let first = characters.first {
            let isAbsolute = origin == .clause && first.start >= lastEnd - Self.tolerance
            let offset = isAbsolute ? 0 : begin
            words.add(
                characters.map { .init(text: $0.text, start: $0.start + offset, end: $0.end + offset) })
            lastEnd = max(lastEnd, (characters.last?.end ?? 0) + offset)
        }
        let over = words.over(by: length)
        return samples.isEmpty && over.isEmpty ? nil : SpeechChunk(samples: samples, words: over)
    }

    /// The words whose ends lie after the end of the audio; nil when there are none.
    mutating func rest() -> SpeechChunk? {
        let rest = words.rest(of: length)
        return rest.isEmpty ? nil : SpeechChunk(samples: [], words: rest)
    }
}
