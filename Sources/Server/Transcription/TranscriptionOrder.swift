import Agents
import Engines
import Foundation
import JSON

/// A client's request for a transcript: the recording, and how it is transcribed.
struct TranscriptionOrder: Sendable {
    /// The granularity of the times in an answer.
    enum Granularity: String, CaseIterable {
        case none
        case word
        case character
    }

    var recording: MultipartForm.File
    /// Whether the file is 16-bit PCM at 16 kHz without a header.
    var isPCM = false
    var model: String
    var hints: TranscriptionHints

    /// Most keyterms, and characters of each: the hosted API's limits.
    static let maximumKeyterms = 1000
    static let longestKeyterm = 50

    /// Reads what the hosted API's form and OpenAI's have in common.
    ///
    /// - Throws: `ValidationError`.
    private init(_ form: MultipartForm, model: String, language: String?, keyterms: [String]) throws {
        guard let model = form[model].map({ String($0.prefix(100)) }) else { throw Self.missing(model) }
        guard let file = form.files["file"] else { throw Self.missing("file") }
        guard file.size > 0 else { throw ValidationError.body("file", "The file is empty", "value_error") }
        recording = file
        self.model = model
        if let language, language.count > SpeechOrder.longestLanguage {
            throw ValidationError.body("language", "Input should be a language code", "string_too_long")
        }
        guard keyterms.count <= Self.maximumKeyterms, keyterms.allSatisfy({ $0.count <= Self.longestKeyterm }) else {
            throw ValidationError.body(
                "keyterms",
                "Input should have at most \(Self.maximumKeyterms) words of at most \(Self.longestKeyterm) characters",
                "too_long")
        }
        hints = TranscriptionHints(language: language ?? "und", keywords: keyterms, isOffline: true)
    }

    /// Reads OpenAI's form, `POST /v1/audio/transcriptions`.
    ///
    /// - Throws: `ValidationError`.
    init(openAI form: MultipartForm) throws {
        try self.init(form, model: "model", language: form["language"], keyterms: [])
    }

    /// Reads the hosted API's form, `POST /v1/speech-to-text`.
    ///
    /// - Throws: `ValidationError`.
    init(_ form: MultipartForm) throws {
        for (name, remedy) in Self.refused where form[name].map({ !Self.nothing.contains($0.lowercased()) }) ?? false {
            throw ValidationError.body(name, remedy, "not_supported")
        }
        try self.init(form, model: "model_id", language: form["language_code"], keyterms: form.all("keyterms"))
        switch form["file_format"] ?? "other" {
        case "other": break
        case "pcm_s16le_16": isPCM = true
        default: throw ValidationError.body("file_format", "Input should be one of: other, pcm_s16le_16", "enum")
        }
    }

    /// Features of the hosted API that this server lacks: an answer without one would be mistaken for one with it.
    private static let refused = [
        ("diarize", "Diarization is not supported; leave diarize out, or send each speaker's audio alone."),
        ("detect_speaker_roles", "Diarization is not supported."),
        ("use_multi_channel", "This server mixes all channels; send each channel as a file of its own."),
        ("cloud_storage_url", "This server does not fetch URLs; upload the recording as file."),
        ("source_url", "This server does not fetch URLs; upload the recording as file."),
        ("webhook", "This server answers the request itself; leave webhook out."),
        ("entity_detection", "This server does not look for entities."),
        ("entity_redaction", "This server does not look for entities."),
        ("transcript_edit", "This server does not edit transcripts."),
    ]

    /// Values that turn a feature off.
    private static let nothing: Set = ["false", "[]"]

    private static func missing(_ name: String) -> ValidationError {
        ValidationError.body(name, "Field required", "missing")
    }
}
