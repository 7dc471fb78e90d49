import Audio
import Conversation
import Engines
import Foundation
import Logging
import Speech

/// The recognisers of the speech API, with limits on the recordings and sockets at the same time.
struct TranscriptionService: Sendable {
    /// The engines, once they are ready.
    let engines: @Sendable () async throws -> EngineCatalog
    let logger: Logger
    /// Room for recordings at the same time, each of which may be on disk completely.
    let recordings = Capacity(8, of: "recordings are being transcribed")
    /// Room for sockets at the same time: each has at most two pieces of work in the engines' queue.
    let sockets = Capacity(16, of: "streams are being transcribed")

    /// Opens a dictation with the recogniser of that id; with the default one for ids of the hosted platform, which
    /// this server does not have.
    ///
    /// - Throws: `EngineError`.
    func dictation(
        model: String, hints: TranscriptionHints, options: Dictation.Options = Dictation.Options()
    ) async throws -> Dictation {
        let engines = try await engines()
        let report: @Sendable (EngineError, String) -> Void = { [logger] failure, next in
            logger.warning("A recogniser failed.", metadata: ["error": "\(failure)", "next": "\(next)"])
        }
        // A recogniser of English is tried first where nothing is said of the language.
        let language = LanguageTag.isUnknown(hints.language) ? "en" : hints.language
        guard let transcriber = engines.transcriber(model, language: language, onFailure: report) else {
            throw EngineError(.unavailable, engine: "transcription", "This server has no recogniser.")
        }
        return Dictation(engines: engines, transcriber: transcriber, hints: hints, options: options)
    }

    /// Transcribes a recording, and calls `heard` with each segment.
    ///
    /// - Returns: The recording's length in seconds.
    /// - Throws: `EngineError`, `MediaError`, what `heard` throws, or `CancellationError`.
    func transcribe(
        _ order: TranscriptionOrder, heard: (Dictation.Segment) async throws -> Void
    ) async throws -> Double {
        let dictation = try await dictation(model: order.model, hints: order.hints)
        do {
            let decoder = MediaDecoder(sampleRate: Dictation.sampleRate)
            try await decoder.decode(order.recording.content.url, input: order.isPCM ? .pcm16(rate: 16_000) : .any) {
                for segment in try await dictation.append($0) { try await heard(segment) }
            }
            if let last = try await dictation.finish() { try await heard(last) }
        } catch {
            await dictation.close()
            throw error
        }
        await dictation.close()
        return await dictation.duration
    }
}
