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
}
