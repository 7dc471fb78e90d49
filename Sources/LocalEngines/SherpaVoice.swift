import CSherpaOnnx
import Engines

/// A VITS voice in sherpa-onnx.
///
/// `@unchecked`: the pointer is set once and only read afterwards, and one voice speaks on several threads at once,
/// for it holds nothing but ONNX Runtime sessions.
final class SherpaVoice: @unchecked Sendable {
    private let engine: String
    private let voice: OpaquePointer

    /// Of all audio, in Hz.
    let sampleRate: Int

    /// - Parameter threads: How many threads one clause uses.
    /// - Throws: `EngineError` in `engine`'s name when the model cannot be loaded.
    init(engine: String, model: String, tokens: String, inference: PiperConfiguration.Inference, threads: Int) throws {
        self.engine = engine
        guard
            let voice = parley_sherpa_vits(
                model, tokens, inference.noise_scale, inference.noise_w, inference.length_scale, Int32(threads))
        else {
            throw EngineError(.failed, engine: engine, "the voice cannot be loaded; `make setup` fetches it again")
        }
        self.voice = voice
        sampleRate = Int(SherpaOnnxOfflineTtsSampleRate(voice))
        // Loading leaves tens of megabytes in the allocator's free lists.
        malloc_trim(0)
    }

    deinit { SherpaOnnxDestroyOfflineTts(voice) }

    /// Speaks IPA code points; it blocks, so call it on the pool.
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
