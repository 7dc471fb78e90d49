import Engines
import Foundation

/// Tells the language by what Whisper would write first: a token that names it. That takes its encoder and one step of its
/// decoder, some 60 ms, and no more than the languages in question are compared.
struct WhisperLanguageIdentifier: LanguageIdentifier {
    let id: String
    let languages: [String]
    private let encoder: OnnxSession
    private let decoder: OnnxSession
    private let spectrogram = LogMelSpectrogram()
    private let pool: InferencePool
    /// The logit of each language for noise, in `order`.
    private var bias = [Float](repeating: 0, count: order.count)

    /// The token that begins every transcript; those of the languages follow it.
    private static let start: Int64 = 50_258
    /// The languages in the order of their tokens, as Whisper's tokeniser has them.
    private static let order =
        "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su"
        .split(separator: " ").map(String.init)
    private static let vocabulary = 51_865
    /// Values of a head of attention, and tokens that the decoder's cache has room for.
    private static let (width, room) = (64, 448)
    /// Layers of the decoder and heads of attention of Whisper's sizes, from tiny to medium.
    private static let sizes: [(layers: Int, heads: Int)] = [(4, 6), (6, 8), (12, 12), (24, 16)]
    /// The tokens of the languages, in `order`.
    private static let tokens = order.indices.map { Int(start) + 1 + $0 }
    /// Lengths of the noise that the languages are held against, in samples: 0.5 to 4 s.
    private static let noises = [8_000, 16_000, 32_000, 64_000]
    /// The encoder halves the frames.
    private static let positions = LogMelSpectrogram.frames / 2

    /// Loads `model` from `home`. It blocks, so call it on the pool.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    init(model: ModelManifest.Model, home: EngineHome, pool: InferencePool) throws {
        id = model.id
        languages = Self.languages(of: model)
        self.pool = pool
        func session(_ file: String) throws -> OnnxSession {
            try OnnxSession(engine: model.id, path: home.modelFile(model.id, file), threads: 1)
        }
        (encoder, decoder) = (try session("encoder.onnx"), try session("decoder.onnx"))
        // What it would take noise for says nothing of a voice: English, of which it has heard most.
        for length in Self.noises {
            let scores = try self.scores(spectrogram.values(of: Self.noise(length)[...]))
            for (index, token) in Self.tokens.enumerated() { bias[index] += scores[token] / Float(Self.noises.count) }
        }
    }

    /// The languages of a model's entry that have a token.
    static func languages(of model: ModelManifest.Model) -> [String] {
        model.languages.map(LanguageTag.primary).filter(order.contains)
    }

    var longestAudio: Int { LogMelSpectrogram.samples }

    func prepare() {}

    func probabilities(of candidates: [String], in samples: [Float]) async throws -> [String: Float] {
        let places = candidates.compactMap { Self.order.firstIndex(of: $0) }
        guard places.count == candidates.count else {
            throw EngineError(.rejected, engine: id, "one of these languages is unknown: \(candidates)")
        }
        return try await pool.run(.finalTranscript) { [self] in
            let scores = try self.scores(spectrogram.values(of: samples.prefix(longestAudio)))
            let logits = places.map { scores[Self.tokens[$0]] - bias[$0] }
            return Dictionary(zip(candidates, Self.probabilities(logits))) { first, _ in first }
        }
    }

    /// The logits of the first token after the start.
    private func scores(_ features: [Float]) throws -> [Float] {
        let shape = [1, Int64(LogMelSpectrogram.bands), Int64(LogMelSpectrogram.frames)]
        let attention = try encoder.run(
            [("mel", .float(features, shape: shape))], outputs: [("n_layer_cross_k", nil), ("n_layer_cross_v", nil)])
        let area = attention[0].count / (Self.width * Self.positions)
        guard let size = Self.sizes.first(where: { $0.layers * $0.heads == area }) else {
            throw EngineError(.failed, engine: id, "the model's size is unknown")
        }
        let (layers, heads, width) = (Int64(size.layers), Int64(size.heads), Int64(Self.width))
        let cache = OnnxSession.Input.float(
            [Float](repeating: 0, count: size.layers * Self.room * size.heads * Self.width),
            shape: [layers, 1, Int64(Self.room), heads * width])
        let positions = Int64(Self.positions)
        return try decoder.run(
            [
                ("tokens", .int64([Self.start], shape: [1, 1])),
                ("in_n_layer_self_k_cache", cache), ("in_n_layer_self_v_cache", cache),
                ("n_layer_cross_k", .float(attention[0], shape: [layers, 1, heads, width, positions])),
                ("n_layer_cross_v", .float(attention[1], shape: [layers, 1, heads, positions, width])),
                ("offset", .int64([0], shape: [1])),
            ], outputs: [("logits", Self.vocabulary)])[0]
    }

    /// White noise at −40 dB, always the same.
    private static func noise(_ length: Int) -> [Float] {
        var state: UInt32 = 1
        return (0..<length).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return 0.0346 * (Float(state >> 8) / Float(1 << 24) - 0.5)
        }
    }

    private static func probabilities(_ logits: [Float]) -> [Float] {
        let highest = logits.max() ?? 0
        let values = logits.map { exp($0 - highest) }
        let sum = values.reduce(0, +)
        return values.map { $0 / sum }
    }
}

/// One that is loaded when it is first needed.
struct LazyLanguageIdentifier: LanguageIdentifier {
    let id: String
    let languages: [String]
    let model: LazyModel<WhisperLanguageIdentifier>
    /// Called at every use.
    let used: @Sendable () -> Void

    var longestAudio: Int { LogMelSpectrogram.samples }

    func prepare() {
        used()
        model.begin()
    }

    func probabilities(of candidates: [String], in samples: [Float]) async throws -> [String: Float] {
        prepare()
        return try await model.engine().probabilities(of: candidates, in: samples)
    }
}
