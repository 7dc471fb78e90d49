import Agents
import Conversation
import Engines
import Foundation
import JSON
import Speech

/// Transcripts in the shapes of the hosted API and of OpenAI's. Times are in seconds.
enum TranscriptionAnswer {
    /// The text of all segments, in one line.
    static func text(_ segments: [Dictation.Segment]) -> String { segments.map(\.text).joined(separator: " ") }

    /// The hosted API's shape: `language_code`, `language_probability`, `text`, and `words` with the spaces between
    /// them.
    static func transcript(
        _ segments: [Dictation.Segment], granularity: TranscriptionOrder.Granularity
    ) -> JSONValue {
        [
            "language_code": .string(segments.lazy.compactMap(\.language).first ?? "en"), "language_probability": 1,
            "text": .string(text(segments)), "words": .array(words(segments.flatMap(\.words), granularity)),
        ]
    }

    /// The words and the spaces between them. The engines tell no probabilities of words, so `logprob` is 0.
    static func words(_ words: [TimedWord], _ granularity: TranscriptionOrder.Granularity) -> [JSONValue] {
        var entries: [JSONValue] = []
        var last: TimedWord?
        for word in words {
            if let last {
                let gap = last.range.upperBound..<max(last.range.upperBound, word.range.lowerBound)
                entries.append(entry(TimedWord(text: " ", range: gap), type: "spacing", granularity))
            }
            entries.append(entry(word, type: "word", granularity))
            last = word
        }
        return entries
    }

    private static func entry(
        _ word: TimedWord, type: String, _ granularity: TranscriptionOrder.Granularity
    ) -> JSONValue {
        var entry: JSONValue = [
            "text": .string(word.text), "type": .string(type), "speaker_id": nil, "logprob": 0, "characters": nil,
            "start": nil, "end": nil,
        ]
        guard granularity != .none else { return entry }
        entry["start"] = seconds(word.range.lowerBound)
        entry["end"] = seconds(word.range.upperBound)
        if granularity == .character {
            let share = (word.range.upperBound - word.range.lowerBound) / Double(max(1, word.text.count))
            entry["characters"] = .array(
                word.text.enumerated().map { index, character in
                    [
                        "text": .string(String(character)),
                        "start": seconds(word.range.lowerBound + Double(index) * share),
                        "end": seconds(word.range.lowerBound + Double(index + 1) * share),
                    ]
                })
        }
        return entry
    }

    /// OpenAI's `verbose_json` shape.
    ///
    /// The engines report neither tokens nor probabilities: a segment's `tokens` are empty, `avg_logprob`,
    /// `no_speech_prob` and `temperature` are 0 and `compression_ratio` is 1, which no client takes for a failure.
    static func verbose(
        _ segments: [Dictation.Segment], duration: Double, language: String, hasWords: Bool
    ) -> JSONValue {
        let language = segments.lazy.compactMap(\.language).first ?? language
        let name = Locale(identifier: "en").localizedString(forLanguageCode: language)?.lowercased() ?? language
        var answer: JSONValue = [
            "task": "transcribe", "language": .string(name), "duration": seconds(duration),
            "text": .string(text(segments)), "usage": usage(seconds: duration),
            "segments": .array(
                segments.enumerated().map { index, segment in
                    [
                        // `seek` is in frames of 10 ms; each segment is decoded from its own beginning.
                        "id": .integer(index), "seek": .integer(Int(segment.range.lowerBound * 100)),
                        "start": seconds(segment.range.lowerBound), "end": seconds(segment.range.upperBound),
                        "text": .string(segment.text), "tokens": [], "temperature": 0,
                        "avg_logprob": 0, "compression_ratio": 1, "no_speech_prob": 0,
                    ]
                }),
        ]
        if hasWords {
            answer["words"] = .array(
                segments.flatMap(\.words).map { word in
                    [
                        "word": .string(word.text), "start": seconds(word.range.lowerBound),
                        "end": seconds(word.range.upperBound),
                    ]
                })
        }
        return answer
    }

    /// Usage as OpenAI counts it: seconds, rounded up.
    static func usage(seconds: Double) -> JSONValue {
        ["type": "duration", "seconds": .integer(Int(seconds.rounded(.up)))]
    }

    /// A time in seconds, rounded to the millisecond.
    static func seconds(_ time: Double) -> JSONValue { .number((time * 1000).rounded() / 1000) }
}

/// An additional format of a transcript, from the hosted API's `additional_formats`.
enum TranscriptExport: String, CaseIterable {
    case text = "txt"
    case subRip = "srt"

    /// - Parameter value: A JSON list of objects with a `format`.
    /// - Throws: `ValidationError`.
    static func read(_ value: String?) throws -> [TranscriptExport] {
        guard let value else { return [] }
        guard let list = (try? JSONValue(parsing: value, limits: .client))?.arrayValue, list.count <= allCases.count
        else {
            throw ValidationError.body("additional_formats", "Input should be a list of formats in JSON", "list_type")
        }
        return try list.map {
            guard let format = $0["format"]?.stringValue.flatMap(TranscriptExport.init(rawValue:)) else {
                let names = allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError.body("additional_formats", "format should be one of: \(names)", "enum")
            }
            return format
        }
    }

    func file(_ segments: [Dictation.Segment]) -> JSONValue {
        let content =
            switch self {
            case .text: TranscriptionAnswer.text(segments)
            case .subRip: Subtitles(segments).text(as: .srt)
            }
        return [
            "requested_format": .string(rawValue), "file_extension": .string(rawValue),
            "content_type": self == .text ? "text/plain" : "application/x-subrip", "is_base64_encoded": false,
            "content": .string(content),
        ]
    }
}
