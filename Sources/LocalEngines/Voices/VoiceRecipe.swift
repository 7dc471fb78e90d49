import CSherpaOnnx
import Engines
import Foundation

/// The voices of sherpa-onnx that Parley supports, by their names in the manifest's `engine`.
public enum VoiceEngine: String, Sendable, CaseIterable {
    case piper
    case kokoro

    /// The names that the manifest may use under `options`.
    var options: [String] {
        switch self {
        case .piper: ["speaker", "threads"]
        case .kokoro: ["speaker", "speakers", "language", "threads"]
        }
    }
}

/// Translates a voice's entry into a configuration of sherpa-onnx, the only place that knows engines, file names and
/// options.
struct VoiceRecipe {
    let id: String
    let engine: VoiceEngine
    /// The strings that `config` points to.
    let strings: CStrings
    private(set) var config = SherpaOnnxOfflineTtsConfig()
    /// The phonemes that the model knows.
    private(set) var alphabet: Set<Unicode.Scalar> = []
    /// The numbers of the speakers that have names.
    private(set) var speakers: [String: Int] = [:]
    /// The number of the default speaker.
    private(set) var speaker = 0
    /// espeak-ng's name of the language that the model was trained on, or that it speaks by default.
    private(set) var phonemes = "en-us"
    /// Whether the model speaks the phonemes of every language.
    let speaksAnyPhonemes: Bool

    /// - Throws: `EngineError` that names an unknown engine, a wrong option or a missing file.
    init(_ model: ModelManifest.Model, in home: EngineHome, options: LocalEngineOptions.Synthesis) throws {
        guard let engine = VoiceEngine(rawValue: model.engine) else {
            let known = VoiceEngine.allCases.map(\.rawValue).joined(separator: ", ")
            throw EngineError(
                .rejected, engine: model.id, "there is no voice engine \"\(model.engine)\"; known are \(known)")
        }
        id = model.id
        self.engine = engine
        strings = CStrings()
        speaksAnyPhonemes = engine == .kokoro
        try model.options.check(engine.options, of: id, engine: engine.rawValue)
        config.model.num_threads =
            try model.options.number("threads", of: id, in: 1...64).map(Int32.init) ?? Int32(options.threadsPerClause)
        config.model.provider = strings.keep("cpu")
        config.max_num_sentences = 1
        config.silence_scale = 1
        let files = ModelFiles(model: id, home: home, strings: strings)
        switch engine {
        case .piper: try configurePiper(files, options: options)
        case .kokoro: try configureKokoro(model, files)
        }
        if let name = try model.options.text("speaker", of: id) {
            guard let number = number(of: name) else {
                let known = speakers.keys.sorted().prefix(20).joined(separator: ", ")
                throw EngineError(
                    .rejected, engine: id,
                    "options.speaker: the voice has no speaker \"\(name)\"; \(known.isEmpty ? "they are numbers" : known)"
                )
            }
            speaker = number
        }
    }

    /// The number of the speaker with that name or number; nil when there is none.
    func number(of speaker: String) -> Int? { speakers[speaker] ?? Int(speaker).flatMap { $0 >= 0 ? $0 : nil } }

    private mutating func configurePiper(_ files: ModelFiles, options: LocalEngineOptions.Synthesis) throws {
        let voice = try PiperConfiguration(file: files.home.modelFile(id, "model.onnx.json"), engine: id)
        config.model.vits.model = try files.onnx("model")
        config.model.vits.tokens = try files("tokens.txt")
        // sherpa-onnx replaces 0 by its own default.
        config.model.vits.noise_scale = max(1e-6, voice.inference.noise_scale * options.variation)
        config.model.vits.noise_scale_w = max(1e-6, voice.inference.noise_w * options.variation)
        config.model.vits.length_scale = voice.inference.length_scale
        alphabet = Set(voice.phoneme_id_map.keys.compactMap { $0.unicodeScalars.first })
        speakers = voice.speaker_id_map ?? [:]
        phonemes = voice.espeak.voice
    }

    private mutating func configureKokoro(_ model: ModelManifest.Model, _ files: ModelFiles) throws {
        config.model.kokoro.model = try files.onnx("model")
        config.model.kokoro.voices = try files("voices.bin")
        config.model.kokoro.tokens = try files("tokens.txt")
        config.model.kokoro.length_scale = 1
        phonemes = try model.options.text("language", of: id) ?? "en-us"
        alphabet = Self.alphabet(try files.home.modelFile(id, "tokens.txt"))
        let names = model.options.list("speakers") ?? []
        speakers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// The first scalar of each line of the form `phoneme id`.
    private static func alphabet(_ tokens: String) -> Set<Unicode.Scalar> {
        guard let text = try? String(contentsOfFile: tokens, encoding: .utf8) else { return [] }
        return Set(text.unicodeScalars.split(separator: "\n").compactMap(\.first))
    }
}
