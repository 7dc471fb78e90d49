import Agents
import Engines

/// Which voice speaks and which recogniser listens: the one that is named, or else the first, with the others in order
/// behind it.
extension EngineCatalog {
    /// The voice called `id`, or the first, with the others to stand in for it; nil when there is none.
    ///
    /// - Parameter onFailure: Called with what happened and the id of the voice that goes on.
    public func voice(
        _ id: String, onFailure: @escaping @Sendable (EngineError, String) -> Void
    ) -> (any Synthesizer)? {
        voice(id, options: CallOptions(), clock: .continuous()) { fallback in
            if !fallback.isResting { onFailure(fallback.failure, fallback.next) }
        }
    }

    func voice(
        _ id: String, options: CallOptions, clock: CallClock,
        report: @escaping @Sendable (EngineFallback) async -> Void
    ) -> (any Synthesizer)? {
        let voices = ordered(synthesizers, first: synthesizers.firstIndex { $0.id == id })
        // One that is alone needs no help that it could not have by itself.
        guard voices.count > 1 else { return voices.first }
        return VoiceCascade(voices: voices, health: health, options: options, clock: clock, report: report)
    }

    func transcriber(
        for settings: CallSettings, options: CallOptions, clock: CallClock,
        report: @escaping @Sendable (EngineFallback) async -> Void
    ) -> (any Transcriber)? {
        let named = settings.asr.transcribers.lazy.compactMap { id in transcribers.firstIndex { $0.id == id } }.first
        let chosen = ordered(transcribers, first: named)
        guard chosen.count > 1 else { return chosen.first }
        return TranscriberCascade(
            transcribers: chosen, health: health, options: options, clock: clock, report: report)
    }

    private func ordered<Engine>(_ engines: [Engine], first: Int?) -> [Engine] {
        guard let first else { return engines }
        var others = engines
        return [others.remove(at: first)] + others
    }
}
