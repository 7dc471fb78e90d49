import CSherpaOnnx
import Engines

/// A voice of sherpa-onnx.
///
/// `@unchecked`: the pointer is set once and only read afterwards, and one voice can speak on several threads at the
/// same time, since its state is only ONNX Runtime sessions.
final class SherpaVoice: @unchecked Sendable {
    let recipe: VoiceRecipe
    private let voice: OpaquePointer
    private var engine: String { recipe.id }

    /// The sample rate of all audio, in Hz.
    let sampleRate: Int

    /// The number of speakers.
    let speakers: Int

    /// - Throws: `EngineError` in the model's name when it cannot be loaded.
    init(_ recipe: VoiceRecipe) throws {
        var config = recipe.config
        guard let voice = SherpaOnnxCreateOfflineTts(&config) else {
            throw EngineError(
                .failed, engine: recipe.id, "the voice cannot be loaded; `parley models fetch \(recipe.id)` fetches it")
        }
        self.recipe = recipe
        self.voice = voice
        sampleRate = Int(SherpaOnnxOfflineTtsSampleRate(voice))
        speakers = max(1, Int(SherpaOnnxOfflineTtsNumSpeakers(voice)))
        // Loading leaves tens of megabytes in the allocator's free lists.
        malloc_trim(0)
    }

    deinit { SherpaOnnxDestroyOfflineTts(voice) }

    /// Speaks IPA code points. It blocks, so call it on the pool.
    ///
    /// - Returns: Mono samples, −1 to 1.
    /// - Throws: `EngineError` when the engine yields no audio.
    func speak(_ phonemes: [Int32], speaker: Int, speed: Double) throws -> [Float] {
        guard !phonemes.isEmpty else { return [] }
        guard let audio = parley_sherpa_speak(voice, phonemes, Int32(phonemes.count), Int32(speaker), Float(speed))
        else { throw EngineError(.failed, engine: engine, "the text could not be spoken") }
        defer { SherpaOnnxDestroyOfflineTtsGeneratedAudio(audio) }
        let samples = UnsafeBufferPointer(start: audio.pointee.samples, count: Int(audio.pointee.n))
        return samples.map { min(1, max(-1, $0)) }
    }
}
