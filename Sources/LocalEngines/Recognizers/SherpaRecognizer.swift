import CSherpaOnnx
import Engines
import Synchronization

/// A recogniser of sherpa-onnx that decodes an utterance, or a piece of one, as a whole.
///
/// `@unchecked`: the pointer is set once and only read afterwards, and sherpa-onnx decodes different streams of one
/// recogniser on several threads; where the language is part of the configuration, `told` serialises the calls.
final class SherpaRecognizer: @unchecked Sendable {
    /// The result of a decoding.
    struct Result: Sendable, Hashable {
        var text: String
        /// The language that the model reports; nil when it reports none.
        var language: String?
    }

    let recipe: RecognizerRecipe
    private let recognizer: OpaquePointer
    /// The language that the model was told last, for models that are told it through their configuration.
    private let told = Mutex("")

    /// - Throws: `EngineError` in the model's name when it cannot be loaded.
    init(_ recipe: RecognizerRecipe) throws {
        var config = recipe.offline
        guard let recognizer = SherpaOnnxCreateOfflineRecognizer(&config) else {
            throw EngineError(
                .failed, engine: recipe.id, "the model cannot be loaded; `parley models fetch \(recipe.id)` fetches it")
        }
        self.recipe = recipe
        self.recognizer = recognizer
        // Loading leaves tens of megabytes in the allocator's free lists.
        malloc_trim(0)
    }

    deinit { SherpaOnnxDestroyOfflineRecognizer(recognizer) }

    /// The text of mono samples at 16 kHz. It blocks, so call it on the pool.
    ///
    /// - Parameters:
    ///   - language: The call's language, for models that can be told it.
    ///   - keywords: Words to expect, for models that support them.
    /// - Throws: `EngineError` when the engine yields no result.
    func decode(_ samples: [Float], language: String = "en", keywords: [String] = []) throws -> Result {
        guard !samples.isEmpty else { return Result(text: "") }
        guard case .each(let languages) = recipe.language else {
            var result = try run(samples, keywords: keywords)
            if case .fixed(let code) = recipe.language { result.language = result.language ?? code }
            return result
        }
        let primary = LanguageTag.primary(language)
        // sherpa-onnx ends the process at a language that the model does not know.
        let unknown = recipe.engine == .whisper ? "" : languages.first ?? "en"
        let code = languages.contains(primary) ? primary : unknown
        return try told.withLock { told in
            if told != code {
                tell(code)
                told = code
            }
            var result = try run(samples, keywords: keywords)
            if result.language == nil, !code.isEmpty { result.language = code }
            return result
        }
    }

    private func tell(_ language: String) {
        var config = recipe.offline
        language.withCString { code in
            // Whisper detects the language when it is empty; Canary must be told one.
            config.model_config.whisper.language = code
            config.model_config.canary.src_lang = code
            config.model_config.canary.tgt_lang = code
            SherpaOnnxOfflineRecognizerSetConfig(recognizer, &config)
        }
    }

    private func run(_ samples: [Float], keywords: [String]) throws -> Result {
        let hotwords = recipe.takesKeywords ? Keywords.line(keywords, isUpperCase: recipe.isUpperCase) : ""
        let stream =
            hotwords.isEmpty
            ? SherpaOnnxCreateOfflineStream(recognizer)
            : SherpaOnnxCreateOfflineStreamWithHotwords(recognizer, hotwords)
        guard let stream else { throw EngineError(.failed, engine: recipe.id, "no stream could be opened") }
        defer { SherpaOnnxDestroyOfflineStream(stream) }
        SherpaOnnxAcceptWaveformOffline(stream, 16_000, samples, Int32(samples.count))
        SherpaOnnxDecodeOfflineStream(recognizer, stream)
        guard let result = SherpaOnnxGetOfflineStreamResult(stream) else {
            throw EngineError(.failed, engine: recipe.id, "the audio could not be decoded")
        }
        defer { SherpaOnnxDestroyOfflineRecognizerResult(result) }
        let text = result.pointee.text.map { String(cString: $0) } ?? ""
        // Models that report the language write it as `<|en|>`.
        let language = result.pointee.lang.map { String(cString: $0).filter(\.isLetter) } ?? ""
        return Result(
            text: recipe.isUpperCase ? text.lowercased() : text, language: language.isEmpty ? nil : language)
    }
}

/// Keywords in sherpa-onnx's form.
enum Keywords {
    /// The most keywords; more would slow every step of the search.
    static let most = 100

    /// The keywords separated by `/`, without characters that have a meaning there.
    static func line(_ keywords: [String], isUpperCase: Bool) -> String {
        keywords.prefix(most).map { keyword in
            let plain = keyword.map { $0.isLetter || $0.isNumber || $0 == "'" ? String($0) : " " }.joined()
                .split(separator: " ").joined(separator: " ")
            return isUpperCase ? plain.uppercased() : plain
        }.filter { !$0.isEmpty }.joined(separator: "/")
    }
}
