import CSherpaOnnx
import Engines

/// A Moonshine model in sherpa-onnx.
///
/// `@unchecked`: the pointer is set once and only read afterwards, and sherpa-onnx decodes different streams on one
/// recogniser from several threads.
final class SherpaRecognizer: @unchecked Sendable {
    private let engine: String
    private let recognizer: OpaquePointer

    /// - Parameter threads: How many threads one decoding uses.
    /// - Throws: `EngineError` in `engine`'s name when the model cannot be loaded.
    init(engine: String, encoder: String, decoder: String, tokens: String, threads: Int) throws {
        self.engine = engine
        guard let recognizer = parley_sherpa_moonshine(encoder, decoder, tokens, Int32(threads)) else {
            throw EngineError(.failed, engine: engine, "the model cannot be loaded; `make setup` fetches it again")
        }
        self.recognizer = recognizer
        // Loading leaves tens of megabytes in the allocator's free lists.
        malloc_trim(0)
    }

    deinit { SherpaOnnxDestroyOfflineRecognizer(recognizer) }

    /// The text of mono samples at 16 kHz; it blocks, so call it on the pool.
    ///
    /// - Throws: `EngineError` when the engine yields no result.
    func decode(_ samples: [Float]) throws -> String {
        guard !samples.isEmpty else { return "" }
        guard let stream = SherpaOnnxCreateOfflineStream(recognizer) else {
            throw EngineError(.failed, engine: engine, "no stream could be opened")
        }
        defer { SherpaOnnxDestroyOfflineStream(stream) }
        SherpaOnnxAcceptWaveformOffline(stream, 16_000, samples, Int32(samples.count))
        SherpaOnnxDecodeOfflineStream(recognizer, stream)
        guard let result = SherpaOnnxGetOfflineStreamResult(stream) else {
            throw EngineError(.failed, engine: engine, "the audio could not be decoded")
        }
        defer { SherpaOnnxDestroyOfflineRecognizerResult(result) }
        return result.pointee.text.map { String(cString: $0) } ?? ""
    }
}
