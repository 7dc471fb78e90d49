import Engines
import Tasks

/// Chooses a call's voice and recogniser, each with its fallbacks.
extension EngineCatalog {
    /// The voice called `id`, or the first for the language; nil when there is none.
    ///
    /// - Parameter onFailure: Called with the error and the id of the voice that takes over.
    public func voice(
        _ id: String, language: String, onFailure: @escaping @Sendable (EngineError, String) -> Void
    ) -> (any Synthesizer)? {
        voice([id], language: language, options: SpeechOptions(), clock: .continuous()) { fallback in
            if !fallback.isResting { onFailure(fallback.failure, fallback.next) }
        }
    }

    /// The recogniser called `id`, or the first for the language; nil when there is none.
    ///
    /// - Parameter onFailure: Called with the error and the id of the recogniser that takes over.
    public func transcriber(
        _ id: String, language: String, onFailure: @escaping @Sendable (EngineError, String) -> Void
    ) -> (any Transcriber)? {
        transcriber([id], language: language, options: SpeechOptions(), clock: .continuous()) { fallback in
            if !fallback.isResting { onFailure(fallback.failure, fallback.next) }
        }
    }

    package func voice(
        _ names: [String], language: String, options: SpeechOptions, clock: TaskClock,
        report: @escaping @Sendable (EngineFallback) async -> Void
    ) -> (any Synthesizer)? {
        let voices = voices(named: names, language: language)
        // A single voice has nothing to fall back on.
        guard voices.count > 1 else { return voices.first }
        return VoiceCascade(voices: voices, health: health, options: options, clock: clock, report: report)
    }

    package func transcriber(
        _ names: [String], language: String, options: SpeechOptions, clock: TaskClock,
        report: @escaping @Sendable (EngineFallback) async -> Void
    ) -> (any Transcriber)? {
        let transcribers = transcribers(named: names, language: language)
        guard transcribers.count > 1 else { return transcribers.first }
        return TranscriberCascade(
            transcribers: transcribers, health: health, options: options, clock: clock, report: report)
    }

    /// The recogniser of a call that may come to be held in one of `others`; the one for its language alone where nothing
    /// understands another, or tells which one is spoken.
    package func transcriber(
        _ names: [String], language: String, others: [String], options: SpeechOptions, clock: TaskClock,
        report: @escaping @Sendable (EngineFallback) async -> Void
    ) -> (any Transcriber)? {
        func transcriber(for language: String) -> (any Transcriber)? {
            self.transcriber(names, language: language, options: options, clock: clock, report: report)
        }
        let (own, primary) = (transcriber(for: language), LanguageTag.primary(language))
        guard let own, let languageIdentifier, languageIdentifier.languages.contains(primary) else { return own }
        var transcribers: [String: any Transcriber] = [:]
        for other in Set(others.map(LanguageTag.primary)).intersection(languageIdentifier.languages)
        where other != primary {
            guard let first = self.transcribers(named: names, language: other).first,
                LanguageTag.covers(first.languages, other)
            else { continue }
            transcribers[other] = transcriber(for: other)
        }
        guard !transcribers.isEmpty else { return own }
        languageIdentifier.prepare()
        return MultilingualTranscriber(
            language: primary, transcriber: own, others: transcribers, identifier: languageIdentifier, options: options,
            clock: clock)
    }
}
