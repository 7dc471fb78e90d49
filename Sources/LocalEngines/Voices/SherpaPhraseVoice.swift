import Audio
import Engines
import Foundation

/// A Piper or Kokoro voice of sherpa-onnx. It does not tell where words are, which is estimated.
struct SherpaPhraseVoice: PhraseVoice {
    var sampleRate: Int { voice.sampleRate }
    let splitAfterWords: Int

    private let voice: SherpaVoice
    private let phonemizers: Phonemizers

    /// - Throws: `EngineError` when the model is missing or cannot be loaded.
    init(_ model: ModelManifest.Model, in home: EngineHome, options: LocalEngineOptions.Synthesis) throws {
        let recipe = try VoiceRecipe(model, in: home, options: options)
        voice = try SherpaVoice(recipe)
        splitAfterWords = options.splitAfterWords
        phonemizers = Phonemizers(
            standard: recipe.phonemes, languages: recipe.speaksAnyPhonemes ? model.languages : [],
            timeout: options.phonemeTimeout)
    }

    func speak(_ phrases: [SpokenPhrase], for request: SpeechRequest) throws -> PhraseSpeech {
        let phonemizer = phonemizers[request.language]
        let speaker = request.voice.flatMap(voice.recipe.number) ?? voice.recipe.speaker
        let phonemes = try phonemizer.phonemes(phrases.map(\.text))
        let samples = try voice.speak(
            codePoints(zip(phrases, phonemes).map { "\($1)\($0.mark)" }), speaker: speaker, speed: request.speed)
        let words = try zip(phrases, phonemes).flatMap { phrase, phonemes in
            let weights = try weights(of: phrase, phonemes: phonemes, by: phonemizer)
            return weights.enumerated().map {
                WordAlignment.Word(weight: $1, pausesAfter: $0 == weights.count - 1)
            }
        }
        return PhraseSpeech(
            samples: samples, words: WordAlignment.ranges(of: words, in: samples, sampleRate: sampleRate))
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
