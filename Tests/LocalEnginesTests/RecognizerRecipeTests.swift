import CSherpaOnnx
import Engines
import Testing

@testable import LocalEngines

@Suite("What a recogniser is made from")
struct RecognizerRecipeTests {
    private static let files: [RecognizerEngine: [String]] = [
        .moonshine: ["encoder_model.ort", "decoder_model_merged.ort"], .whisper: ["encoder.onnx", "decoder.int8.onnx"],
        .senseVoice: ["model.int8.onnx"], .nemoTransducer: ["encoder.int8.onnx", "decoder.onnx", "joiner.onnx"],
        .nemoCTC: ["model.onnx"], .transducer: ["encoder.onnx", "decoder.onnx", "joiner.onnx"],
        .zipformerCTC: ["model.onnx"], .paraformer: ["model.onnx"], .canary: ["encoder.onnx", "decoder.onnx"],
        .dolphin: ["model.onnx"], .omnilingual: ["model.onnx"], .wenetCTC: ["model.onnx"],
        .fireRed: ["encoder.onnx", "decoder.onnx"], .zipformer: ["encoder.onnx", "decoder.onnx", "joiner.int8.onnx"],
        .streamingNemoTransducer: ["encoder.onnx", "decoder.onnx", "joiner.onnx"], .streamingNemoCTC: ["model.onnx"],
        .streamingZipformerCTC: ["model.onnx"], .streamingParaformer: ["encoder.onnx", "decoder.onnx"],
    ]

    private func recipe(
        _ engine: String, languages: [String] = ["en"], _ options: [String: String] = [:], files: [String],
        tokens: String = "a 0\n"
    ) throws -> RecognizerRecipe {
        let test = try TestHome()
        for file in files { try test.add(file, to: "m") }
        try test.add("tokens.txt", to: "m", tokens)
        let model = ModelManifest.Model(
            id: "m", kind: .speechToText, engine: engine, languages: languages, options: ModelOptions(options))
        return try RecognizerRecipe(model, in: test.home, options: .init())
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }

    @Test(
        "names each file that is missing, and takes the model when all are there", arguments: RecognizerEngine.allCases)
    func missing(engine: RecognizerEngine) throws {
        let files = try #require(Self.files[engine])
        for missing in files {
            let error = try #require(throws: EngineError.self) {
                try recipe(engine.rawValue, files: files.filter { $0 != missing })
            }
            let name = missing.replacing(".int8", with: "")
            #expect(error.kind == .unavailable && error.message.contains("models/m/\(name)"), "\(error.message)")
            #expect(error.message.contains("parley models fetch m"))
        }
        let whole = try recipe(engine.rawValue, files: files)
        let tokens = engine.isStreaming ? whole.streaming.model_config.tokens : whole.offline.model_config.tokens
        #expect(text(tokens)?.hasSuffix("models/m/tokens.txt") == true)
    }

    @Test("names the engines there are, and the options of each")
    func wrong() throws {
        let engine = try #require(throws: EngineError.self) { try recipe("parrot", files: []) }
        #expect(engine.message.contains("\"parrot\"") && engine.message.contains("sense-voice"))
        for (engine, options, part) in [
            (
                "whisper", ["speaker": "1"],
                "whisper has no option \"speaker\"; it has identifies_languages, language, task"
            ),
            ("whisper", ["task": "sing"], "transcribe or translate, not sing"),
            ("zipformer", ["decoding": "luck"], "options.decoding is one of"),
            ("zipformer", ["modeling_unit": "word"], "options.modeling_unit is one of"),
            ("zipformer", ["hotwords_score": "much"], "options.hotwords_score: much is not a number"),
            ("zipformer", ["modeling_unit": "bpe"], "bpe.vocab"),
            ("zipformer", ["threads": "0"], "not a number from 1.0 to 64.0"),
        ] {
            let error = try #require(throws: EngineError.self) {
                try recipe(engine, options, files: ["encoder.onnx", "decoder.onnx", "joiner.onnx"])
            }
            #expect(error.message.contains(part), "\(error.message)")
        }
    }

    @Test("tells Whisper one language, that of the call, or none")
    func whisper() throws {
        let files = ["encoder.onnx", "decoder.onnx"]
        let english = try recipe("whisper", languages: ["en-US"], files: files)
        #expect(english.language == .fixed("en"))
        #expect(text(english.offline.model_config.whisper.language) == "en")
        #expect(text(english.offline.model_config.whisper.task) == "transcribe")
        let many = try recipe("whisper", languages: ["en", "de-AT"], ["task": "translate"], files: files)
        #expect(many.language == .each(["en", "de"]))
        #expect(text(many.offline.model_config.whisper.language) == nil)
        #expect(text(many.offline.model_config.whisper.task) == "translate")
        let chosen = try recipe("whisper", languages: ["en", "de"], ["language": "de"], files: files)
        #expect(chosen.language == .fixed("de"))
    }

    @Test("leaves the language to SenseVoice, unless there is one")
    func senseVoice() throws {
        let many = try recipe("sense-voice", languages: ["zh", "en"], files: ["model.onnx"])
        #expect(many.language == .unknown && text(many.offline.model_config.sense_voice.language) == "auto")
        #expect(many.offline.model_config.sense_voice.use_itn == 1)
        let one = try recipe(
            "sense-voice", languages: ["zh", "en"], ["language": "en", "inverse_text_normalization": "false"],
            files: ["model.onnx"])
        #expect(one.language == .fixed("en") && one.offline.model_config.sense_voice.use_itn == 0)
    }

    @Test("takes keywords where the model's units are known")
    func keywords() throws {
        let files = ["encoder.onnx", "decoder.onnx", "joiner.onnx"]
        let plain = try recipe("zipformer", files: files)
        #expect(!plain.takesKeywords && text(plain.streaming.decoding_method) == "greedy_search")
        let units = try recipe("zipformer", ["hotwords_score": "2.5"], files: files + ["bpe.vocab"])
        #expect(units.takesKeywords && text(units.streaming.decoding_method) == "modified_beam_search")
        #expect(units.streaming.hotwords_score == 2.5 && units.streaming.max_active_paths == 4)
        #expect(text(units.streaming.model_config.modeling_unit) == "bpe")
        let greedy = try recipe("transducer", ["decoding": "greedy_search"], files: files + ["bpe.vocab"])
        #expect(!greedy.takesKeywords && text(greedy.offline.decoding_method) == "greedy_search")
        let nemo = try recipe("nemo-transducer", ["modeling_unit": "cjkchar", "beam": "8"], files: files)
        #expect(nemo.takesKeywords && nemo.offline.max_active_paths == 8)
        #expect(text(nemo.offline.model_config.model_type) == "nemo_transducer")
        #expect(Keywords.line(["  Jürgen's / Café ", "", "two words"], isUpperCase: true) == "JÜRGEN'S CAFÉ/TWO WORDS")
    }

    @Test("sees whether a model writes in capitals")
    func capitals() throws {
        for (tokens, expected) in [("<blk> 0\n▁YES 1\nS 2\n", true), ("▁yes 0\nS 1\n", false), ("1 0\n的 1\n", false)] {
            #expect(try recipe("paraformer", files: ["model.onnx"], tokens: tokens).isUpperCase == expected)
        }
    }
}
