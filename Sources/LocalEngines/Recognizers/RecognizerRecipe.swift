import CSherpaOnnx
import Engines
import Foundation

/// Translates a manifest's entry into a configuration of sherpa-onnx, the only place that knows engines, file names and
/// options.
struct RecognizerRecipe {
    let id: String
    let engine: RecognizerEngine
    /// The strings that `offline` and `streaming` point to.
    let strings: CStrings
    /// The configuration of an engine that decodes an utterance as a whole.
    private(set) var offline = SherpaOnnxOfflineRecognizerConfig()
    /// The configuration of a streaming engine.
    private(set) var streaming = SherpaOnnxOnlineRecognizerConfig()
    /// How the model gets the language.
    private(set) var language = Language.unknown
    /// Whether keywords can be given to each utterance.
    private(set) var takesKeywords = false
    /// Whether the model writes capital letters only, like those trained on LibriSpeech.
    private(set) var isUpperCase = false
    /// Silence appended to the audio before the final decoding, in seconds.
    private(set) var tailPadding: Double

    /// How the language of an utterance is determined.
    enum Language: Sendable, Hashable {
        /// The model detects the language, or cannot be told.
        case unknown
        /// The model has one language, or the manifest fixes it.
        case fixed(String)
        /// The model is told the language of each utterance, if it is one of these.
        case each([String])
    }

    /// - Throws: `EngineError` that names an unknown engine, a wrong option or a missing file.
    init(_ model: ModelManifest.Model, in home: EngineHome, options: LocalEngineOptions.Transcription) throws {
        guard let engine = RecognizerEngine(rawValue: model.engine) else {
            let known = RecognizerEngine.allCases.map(\.rawValue).joined(separator: ", ")
            throw EngineError(
                .rejected, engine: model.id, "there is no recogniser engine \"\(model.engine)\"; known are \(known)")
        }
        id = model.id
        self.engine = engine
        strings = CStrings()
        try model.options.check(engine.options, of: id, engine: engine.rawValue)
        let threads = try model.options.number("threads", of: id, in: 1...64).map(Int32.init)
        tailPadding =
            try model.options.number("tail_padding", of: id, in: 0...5)
            ?? (engine.isStreaming ? options.streamTailPadding : options.tailPadding)
        let files = ModelFiles(model: id, home: home, strings: strings)
        if engine.isStreaming {
            try configureStreaming(model, files, threads: threads ?? Int32(options.threadsPerDecoding))
        } else {
            try configureOffline(model, files, threads: threads ?? Int32(options.threadsPerDecoding))
        }
        if case .unknown = language { language = Self.only(model.languages).map(Language.fixed) ?? .unknown }
        isUpperCase = try engine != .moonshine && Self.isUpperCase(home.modelFile(id, "tokens.txt"))
    }

    private mutating func configureOffline(
        _ model: ModelManifest.Model, _ files: ModelFiles, threads: Int32
    ) throws {
        offline.feat_config.sample_rate = 16_000
        offline.feat_config.feature_dim = 80
        offline.model_config.num_threads = threads
        offline.model_config.provider = strings.keep("cpu")
        offline.decoding_method = strings.keep("greedy_search")
        switch engine {
        case .moonshine where files.has("preprocess.onnx"):
            offline.model_config.moonshine.preprocessor = try files("preprocess.onnx")
            offline.model_config.moonshine.encoder = try files.onnx("encode")
            offline.model_config.moonshine.uncached_decoder = try files.onnx("uncached_decode")
            offline.model_config.moonshine.cached_decoder = try files.onnx("cached_decode")
        case .moonshine:
            offline.model_config.moonshine.encoder = try files("encoder_model.ort", "encoder_model.onnx")
            offline.model_config.moonshine.merged_decoder = try files(
                "decoder_model_merged.ort", "decoder_model_merged.onnx")
        case .whisper:
            offline.model_config.whisper.encoder = try files.onnx("encoder")
            offline.model_config.whisper.decoder = try files.onnx("decoder")
            let task = try model.options.text("task", of: id) ?? "transcribe"
            guard ["transcribe", "translate"].contains(task) else {
                throw wrong("options.task is transcribe or translate, not \(task)")
            }
            offline.model_config.whisper.task = strings.keep(task)
            language = try toldLanguage(model)
            if case .fixed(let code) = language { offline.model_config.whisper.language = strings.keep(code) }
        case .canary:
            offline.model_config.canary.encoder = try files.onnx("encoder")
            offline.model_config.canary.decoder = try files.onnx("decoder")
            offline.model_config.canary.use_pnc = 1
            language = try toldLanguage(model)
            if case .fixed(let code) = language {
                offline.model_config.canary.src_lang = strings.keep(code)
                offline.model_config.canary.tgt_lang = strings.keep(code)
            }
        case .senseVoice:
            offline.model_config.sense_voice.model = try files.onnx("model")
            let fixed = try model.options.text("language", of: id) ?? Self.only(model.languages)
            offline.model_config.sense_voice.language = strings.keep(fixed ?? "auto")
            offline.model_config.sense_voice.use_itn =
                try model.options.flag("inverse_text_normalization", of: id) ?? true ? 1 : 0
            language = fixed.map(Language.fixed) ?? .unknown
        case .nemoTransducer, .transducer:
            offline.model_config.transducer.encoder = try files.onnx("encoder")
            offline.model_config.transducer.decoder = try files.onnx("decoder")
            offline.model_config.transducer.joiner = try files.onnx("joiner")
            if engine == .nemoTransducer { offline.model_config.model_type = strings.keep("nemo_transducer") }
            if let beam = try beam(model, files) {
                offline.decoding_method = strings.keep("modified_beam_search")
                offline.max_active_paths = beam.paths
                offline.hotwords_score = beam.score
                offline.model_config.modeling_unit = beam.unit
                offline.model_config.bpe_vocab = beam.vocabulary
            }
        case .nemoCTC:
            offline.model_config.nemo_ctc.model = try files.onnx("model")
            if let bands = try model.options.number("features", of: id, in: 16...256) {
                offline.feat_config.feature_dim = Int32(bands)
            }
        case .zipformerCTC: offline.model_config.zipformer_ctc.model = try files.onnx("model")
        case .paraformer: offline.model_config.paraformer.model = try files.onnx("model")
        case .dolphin: offline.model_config.dolphin.model = try files.onnx("model")
        case .omnilingual: offline.model_config.omnilingual.model = try files.onnx("model")
        case .wenetCTC: offline.model_config.wenet_ctc.model = try files.onnx("model")
        case .fireRed:
            offline.model_config.fire_red_asr.encoder = try files.onnx("encoder")
            offline.model_config.fire_red_asr.decoder = try files.onnx("decoder")
        case .zipformer, .streamingNemoTransducer, .streamingNemoCTC, .streamingZipformerCTC, .streamingParaformer:
            break
        }
        offline.model_config.tokens = try files("tokens.txt")
    }

    private mutating func configureStreaming(
        _ model: ModelManifest.Model, _ files: ModelFiles, threads: Int32
    ) throws {
        streaming.feat_config.sample_rate = 16_000
        streaming.feat_config.feature_dim = 80
        streaming.model_config.num_threads = threads
        streaming.model_config.provider = strings.keep("cpu")
        streaming.decoding_method = strings.keep("greedy_search")
        switch engine {
        case .streamingNemoCTC: streaming.model_config.nemo_ctc.model = try files.onnx("model")
        case .streamingZipformerCTC: streaming.model_config.zipformer2_ctc.model = try files.onnx("model")
        case .streamingParaformer:
            streaming.model_config.paraformer.encoder = try files.onnx("encoder")
            streaming.model_config.paraformer.decoder = try files.onnx("decoder")
        default:
            streaming.model_config.transducer.encoder = try files.onnx("encoder")
            streaming.model_config.transducer.decoder = try files.onnx("decoder")
            streaming.model_config.transducer.joiner = try files.onnx("joiner")
            if let beam = try beam(model, files) {
                streaming.decoding_method = strings.keep("modified_beam_search")
                streaming.max_active_paths = beam.paths
                streaming.hotwords_score = beam.score
                streaming.model_config.modeling_unit = beam.unit
                streaming.model_config.bpe_vocab = beam.vocabulary
            }
        }
        streaming.model_config.tokens = try files("tokens.txt")
    }

    private struct Beam {
        var paths: Int32
        var score: Float
        var unit: UnsafePointer<CChar>?
        var vocabulary: UnsafePointer<CChar>?
    }

    /// The beam search that keywords need, with the model's units; nil for the faster greedy search.
    private mutating func beam(_ model: ModelManifest.Model, _ files: ModelFiles) throws -> Beam? {
        guard engine.takesKeywords else { return nil }
        let hasVocabulary = files.has("bpe.vocab")
        let unit = try model.options.text("modeling_unit", of: id) ?? (hasVocabulary ? "bpe" : nil)
        let units = ["cjkchar", "bpe", "cjkchar+bpe"]
        if let unit, !units.contains(unit) {
            throw wrong("options.modeling_unit is one of \(units.joined(separator: ", ")), not \(unit)")
        }
        let decoding = try model.options.text("decoding", of: id)
        let methods = ["greedy_search", "modified_beam_search"]
        if let decoding, !methods.contains(decoding) {
            throw wrong("options.decoding is one of \(methods.joined(separator: ", ")), not \(decoding)")
        }
        let paths = try model.options.number("beam", of: id, in: 1...32) ?? 4
        let score = try model.options.number("hotwords_score", of: id, in: 0...100) ?? 1.5
        guard decoding ?? (unit == nil ? methods[0] : methods[1]) == methods[1] else { return nil }
        takesKeywords = unit != nil
        return Beam(
            paths: Int32(paths), score: Float(score), unit: unit.flatMap(strings.keep),
            vocabulary: unit?.contains("bpe") == true ? try files("bpe.vocab") : nil)
    }

    /// The language that the manifest fixes, or else the languages that the model can be told.
    private func toldLanguage(_ model: ModelManifest.Model) throws -> Language {
        if let code = try model.options.text("language", of: id) ?? Self.only(model.languages) { return .fixed(code) }
        return .each(model.languages.map(LanguageTag.primary))
    }

    /// The language of a model with only one; nil otherwise.
    private static func only(_ languages: [String]) -> String? {
        languages.count == 1 && languages[0] != "mul" ? LanguageTag.primary(languages[0]) : nil
    }

    private static func isUpperCase(_ tokens: String) -> Bool {
        guard let text = try? String(contentsOfFile: tokens, encoding: .utf8) else { return false }
        let units = text.split(separator: "\n").compactMap { $0.split(separator: " ").first }
            // Marks such as <blk> are not text.
            .filter { !$0.hasPrefix("<") }
        let letters = units.joined().filter(\.isCased)
        return !letters.isEmpty && !letters.contains(where: \.isLowercase)
    }

    private func wrong(_ message: String) -> EngineError { EngineError(.rejected, engine: id, message) }
}
