import CSherpaOnnx
import Engines

/// A streaming recogniser of sherpa-onnx.
///
/// `@unchecked`: the pointer is set once and only read afterwards, and sherpa-onnx decodes different streams of one
/// recogniser on several threads.
final class SherpaStreamingRecognizer: @unchecked Sendable {
    let recipe: RecognizerRecipe
    fileprivate let recognizer: OpaquePointer

    /// - Throws: `EngineError` in the model's name when it cannot be loaded.
    init(_ recipe: RecognizerRecipe) throws {
        var config = recipe.streaming
        guard let recognizer = SherpaOnnxCreateOnlineRecognizer(&config) else {
            throw EngineError(
                .failed, engine: recipe.id, "the model cannot be loaded; `parley models fetch \(recipe.id)` fetches it")
        }
        self.recipe = recipe
        self.recognizer = recognizer
        malloc_trim(0)
    }

    deinit { SherpaOnnxDestroyOnlineRecognizer(recognizer) }

    /// Opens one utterance.
    ///
    /// - Throws: `EngineError` when memory is exhausted.
    func openStream(keywords: [String]) throws -> SherpaStream {
        let hotwords = recipe.takesKeywords ? Keywords.line(keywords, isUpperCase: recipe.isUpperCase) : ""
        let stream =
            hotwords.isEmpty
            ? SherpaOnnxCreateOnlineStream(recognizer)
            : SherpaOnnxCreateOnlineStreamWithHotwords(recognizer, hotwords)
        guard let stream else { throw EngineError(.failed, engine: recipe.id, "no stream could be opened") }
        return SherpaStream(recognizer: self, stream: stream)
    }
}

/// One utterance in a streaming recogniser.
///
/// `@unchecked`: its owner uses it from one thread at a time.
final class SherpaStream: @unchecked Sendable {
    private let recognizer: SherpaStreamingRecognizer
    private let stream: OpaquePointer

    fileprivate init(recognizer: SherpaStreamingRecognizer, stream: OpaquePointer) {
        self.recognizer = recognizer
        self.stream = stream
    }

    deinit { SherpaOnnxDestroyOnlineStream(stream) }

    /// Takes mono samples at 16 kHz, and returns the text of all so far. It blocks, so call it on the pool.
    ///
    /// - Throws: `EngineError` when the engine yields no result.
    func decode(_ samples: [Float]) throws -> String {
        if !samples.isEmpty { SherpaOnnxOnlineStreamAcceptWaveform(stream, 16_000, samples, Int32(samples.count)) }
        while SherpaOnnxIsOnlineStreamReady(recognizer.recognizer, stream) != 0 {
            SherpaOnnxDecodeOnlineStream(recognizer.recognizer, stream)
        }
        guard let result = SherpaOnnxGetOnlineStreamResult(recognizer.recognizer, stream) else {
            throw EngineError(.failed, engine: recognizer.recipe.id, "the audio could not be decoded")
        }
        defer { SherpaOnnxDestroyOnlineRecognizerResult(result) }
        let text = result.pointee.text.map { String(cString: $0) } ?? ""
        return recognizer.recipe.isUpperCase ? text.lowercased() : text
    }
}
