import Audio
import Engines
import Foundation
import Tasks

/// A Piper or Kokoro voice: phonemes from espeak-ng, speech from sherpa-onnx. All calls share one model.
public struct PhonemeSynthesizer: Synthesizer {
    /// The model's id in the manifest.
    public let id: String
    /// The languages that the voice speaks, BCP-47.
    public let languages: [String]
    /// The voice runs in this process.
    public var isEmbedded: Bool { true }
    /// The model's sample rate, in Hz.
    public var sampleRate: Int { voice.sampleRate }

    private let voice: SherpaVoice
    private let phonemizers: Phonemizers
    private let pool: InferencePool
    private let options: LocalEngineOptions.Synthesis

    /// Loads `model` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(
        model: ModelManifest.Model, home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Synthesis = .init()
    ) throws {
        id = model.id
        languages = model.languages
        let recipe = try VoiceRecipe(model, in: home, options: options)
        voice = try SherpaVoice(recipe)
        phonemizers = Phonemizers(
            standard: recipe.phonemes, languages: recipe.speaksAnyPhonemes ? model.languages : [],
            timeout: options.phonemeTimeout)
        self.pool = pool
        self.options = options
    }

    /// Loads the Piper voice `id` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(
        id: String = "piper-en_US-joe-medium", home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Synthesis = .init()
    ) throws {
        let model = ModelManifest.Model(
            id: id, kind: .textToSpeech, engine: VoiceEngine.piper.rawValue, languages: ["en-US"])
        try self.init(model: model, home: home, pool: pool, options: options)
    }

    /// Speaks one clause. A long one comes in several chunks, of which the first has the request's priority and the
    /// others a lower one.
    ///
    /// The request's `voice` is the name or number of one of the model's speakers; any other selects the manifest's
    /// speaker, or the first.
    public func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        AsyncThrowingStream(fedBy: { output in try await speak(request) { output.yield($0) } })
    }

    private func speak(_ request: SpeechRequest, yield: (SpeechChunk) -> Void) async throws {
        try request.check(atMost: options.maximumCharacters, for: id)
        // Outside of this range the voice is no longer intelligible.
        let speed = min(2, max(0.5, request.speed.isFinite ? request.speed : 1))
        let speaker = request.voice.flatMap(voice.recipe.number) ?? voice.recipe.speaker
        let phonemizer = phonemizers[request.language]
        var offset = 0
        var priority = request.priority
        for group in SpokenPhrase.groups(SpokenPhrase.phrases(of: request.text), splitAfter: options.splitAfterWords) {
            try Task.checkCancellation()
            let chunk = try await pool.run(priority) { [offset] in
                try speech(for: group, by: phonemizer, speaker: speaker, speed: speed, offset: offset)
            }
            offset += chunk.samples.count
            priority = min(priority, .laterClause)
            yield(chunk)
        }
    }

    /// Synthesizes a group of phrases. It blocks and runs on the pool.
    private func speech(
        for phrases: [SpokenPhrase], by phonemizer: EspeakPhonemizer, speaker: Int, speed: Double, offset: Int
    ) throws -> SpeechChunk {
        let phonemes = try phonemizer.phonemes(phrases.map(\.text))
        let samples = try voice.speak(
            codePoints(zip(phrases, phonemes).map { "\($1)\($0.mark)" }), speaker: speaker, speed: speed)
        let words = try zip(phrases, phonemes).flatMap { phrase, phonemes in
            let weights = try weights(of: phrase, phonemes: phonemes, by: phonemizer)
            return weights.enumerated().map {
                WordAlignment.Word(weight: $1, pausesAfter: $0 == weights.count - 1)
            }
        }
        let ranges = WordAlignment.ranges(of: words, in: samples, sampleRate: sampleRate)
        let first = phrases.first?.words.lowerBound ?? 0
        return SpeechChunk(
            samples: samples,
            words: ranges.enumerated().map {
                WordTiming(index: first + $0, samples: $1.lowerBound + offset..<$1.upperBound + offset)
            })
    }

    /// The code points of `phrases` that the voice knows, in the form it was trained on: Piper with letters and marks
    /// apart, Kokoro with both combined.
    private func codePoints(_ phrases: [String]) -> [Int32] {
        var text = phrases.joined(separator: " ")
        if voice.recipe.engine == .piper { text = text.decomposedStringWithCanonicalMapping }
        return text.unicodeScalars.filter(voice.recipe.alphabet.contains).map { Int32($0.value) }
    }

    /// The relative length of each word of a phrase.
    private func weights(
        of phrase: SpokenPhrase, phonemes: String, by phonemizer: EspeakPhonemizer
    ) throws -> [Double] {
        let spoken = phrase.cores.filter { !$0.isEmpty }
        var parts = phonemes.split(separator: " ").map(String.init)
        // Where numbers become several words or small words run together, each word is converted on its own.
        if parts.count != spoken.count { parts = try phonemizer.phonemes(spoken) }
        var next = parts.makeIterator()
        return phrase.cores.map { core in
            guard !core.isEmpty, let part = next.next() else { return 0 }
            return max(0.1, WordAlignment.weight(ofPhonemes: part))
        }
    }
}

/// The espeak-ng processes for a voice's languages, each started when its language is first spoken.
private final class Phonemizers: Sendable {
    private let standard: EspeakPhonemizer
    private let others: [String: EspeakPhonemizer]

    /// - Parameters:
    ///   - standard: espeak-ng's name of the default language.
    ///   - languages: The other languages that the voice speaks, BCP-47.
    init(standard: String, languages: [String], timeout: Double) {
        self.standard = EspeakPhonemizer(voice: standard, timeout: timeout)
        let primary = LanguageTag.primary(standard)
        others = Dictionary(
            languages.compactMap { language in
                let tag = LanguageTag.primary(language)
                guard tag != primary, let name = EspeakLanguages.installed.name(of: language) else { return nil }
                return (tag, EspeakPhonemizer(voice: name, timeout: timeout))
            }
        ) { first, _ in first }
    }

    subscript(language: String) -> EspeakPhonemizer { others[LanguageTag.primary(language)] ?? standard }
}
