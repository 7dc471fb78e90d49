import Agents
import Engines

/// Which voice speaks and which recogniser listens, with the others behind it to take over when it fails.
extension EngineCatalog {
    /// The voice called `id`, or the first for the language; nil when there is none.
    ///
    /// - Parameter onFailure: Called with what happened and the id of the voice that goes on.
    public func voice(
        _ id: String, language: String, onFailure: @escaping @Sendable (EngineError, String) -> Void
    ) -> (any Synthesizer)? {
        voice([id], language: language, options: CallOptions(), clock: .continuous()) { fallback in
            if !fallback.isResting { onFailure(fallback.failure, fallback.next) }
        }
    }

    /// The recogniser called `id`, or the first for the language; nil when there is none.
    ///
    /// - Parameter onFailure: Called with what happened and the id of the recogniser that goes on.
    public func transcriber(
        _ id: String, language: String, onFailure: @escaping @Sendable (EngineError, String) -> Void
    ) -> (any Transcriber)? {
        transcriber([id], language: language, options: CallOptions(), clock: .continuous()) { fallback in
            if !fallback.isResting { onFailure(fallback.failure, fallback.next) }
        }
    }

    func voice(
        _ names: [String], language: String, options: CallOptions, clock: CallClock,
        report: @escaping @Sendable (EngineFallback) async -> Void
    ) -> (any Synthesizer)? {
        let voices = voices(named: names, language: language)
        // One that is alone needs no help that it could not have by itself.
        guard voices.count > 1 else { return voices.first }
        return VoiceCascade(voices: voices, health: health, options: options, clock: clock, report: report)
    }

    func transcriber(
        _ names: [String], language: String, options: CallOptions, clock: CallClock,
        report: @escaping @Sendable (EngineFallback) async -> Void
    ) -> (any Transcriber)? {
        let transcribers = transcribers(named: names, language: language)
        guard transcribers.count > 1 else { return transcribers.first }
        return TranscriberCascade(
            transcribers: transcribers, health: health, options: options, clock: clock, report: report)
    }
}
