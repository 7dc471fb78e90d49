import Engines
import Tasks

/// A voice whose model is loaded when it is first needed.
struct LazySynthesizer: Synthesizer {
    let id: String
    let languages: [String]
    var isEmbedded: Bool { true }
    /// The sample rate by the manifest, in Hz, since it is needed before the model is loaded.
    let sampleRate: Int
    let model: LazyModel<any Synthesizer>
    /// Called at every use.
    let used: @Sendable () -> Void

    func prepare() {
        used()
        model.begin()
    }

    func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        prepare()
        return AsyncThrowingStream(fedBy: { output in
            let voice = try await model.engine()
            guard voice.sampleRate == sampleRate else {
                throw EngineError(
                    .rejected, engine: id,
                    "models.yaml says `sample_rate: \(sampleRate)`; the voice has \(voice.sampleRate)")
            }
            for try await chunk in voice.synthesize(request) { output.yield(chunk) }
        })
    }
}
