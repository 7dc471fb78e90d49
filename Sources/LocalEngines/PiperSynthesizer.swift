import Engines
import Foundation

/// A Piper voice: phonemes by espeak-ng, speech by VITS in sherpa-onnx. One model serves all calls.
public struct PiperSynthesizer: Synthesizer {
    /// The model's id in the manifest.
    public let id: String
    /// The rate of its audio, in Hz, as the model says.
    public var sampleRate: Int { voice.sampleRate }

    private let voice: SherpaVoice
    private let phonemizer: EspeakPhonemizer
    private let alphabet: Set<Unicode.Scalar>
    private let speakers: [String: Int]
    private let pool: InferencePool
    private let options: LocalEngineOptions.Synthesis

    /// Loads the voice `id` from `home`.
    ///
    /// - Throws: `EngineError` when it is missing or cannot be loaded.
    public init(
        id: String = "piper-en_US-joe-medium", home: EngineHome, pool: InferencePool,
        options: LocalEngineOptions.Synthesis = .init()
    ) throws {
        self.id = id
        let configuration = try PiperConfiguration(file: home.modelFile(id, "model.onnx.json"), engine: id)
        var inference = configuration.inference
        // sherpa-onnx takes 0 for its own default.
        inference.noise_scale = max(1e-6, inference.noise_scale * options.variation)
        inference.noise_w = max(1e-6, inference.noise_w * options.variation)
        voice = try SherpaVoice(
            engine: id, model: home.modelFile(id, "model.onnx"), tokens: home.modelFile(id, "tokens.txt"),
            inference: inference, threads: options.threadsPerClause)
        phonemizer = EspeakPhonemizer(voice: configuration.espeak.voice, timeout: options.phonemeTimeout)
        alphabet = Set(configuration.phoneme_id_map.keys.compactMap { $0.unicodeScalars.first })
        speakers = configuration.speaker_id_map
        self.pool = pool
        self.options = options
    }

    /// Speaks one clause. A long one comes in several chunks, of which the first has the request's priority and the
    /// others wait for what is more urgent.
    ///
    /// `voice` is the name of one of the model's speakers; others get the first.
    public func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await speak(request) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func speak(_ request: SpeechRequest, yield: (SpeechChunk) -> Void) async throws {
        guard request.text.count <= options.maximumCharacters else {
            throw EngineError(
                .rejected, engine: id,
                "\(request.text.count) characters are too many for one clause (\(options.maximumCharacters) at most)")
        }
        // Outside of this range the voice is not understandable any more.
        let speed = min(2, max(0.5, request.speed.isFinite ? request.speed : 1))
        let speaker = request.voice.flatMap { speakers[$0] } ?? 0
        var offset = 0
        var priority = request.priority
        for group in SpokenPhrase.groups(SpokenPhrase.phrases(of: request.text), splitAfter: options.splitAfterWords) {
            try Task.checkCancellation()
            let chunk = try await pool.run(priority) { [offset] in
                try speech(for: group, speaker: speaker, speed: speed, offset: offset)
            }
            offset += chunk.samples.count
            priority = min(priority, .laterClause)
            yield(chunk)
        }
    }

    /// Blocks; runs on the pool.
    private func speech(
        for phrases: [SpokenPhrase], speaker: Int, speed: Double, offset: Int
    ) throws -> SpeechChunk {
        let phonemes = try phonemizer.phonemes(phrases.map(\.text))
        let samples = try voice.speak(
            codePoints(zip(phrases, phonemes).map { "\($1)\($0.mark)" }), speaker: speaker, speed: speed)
        let words = try zip(phrases, phonemes).flatMap { phrase, phonemes in
            let weights = try weights(of: phrase, phonemes: phonemes)
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

    /// What of `phrases` the voice knows, decomposed as it was trained.
    private func codePoints(_ phrases: [String]) -> [Int32] {
        phrases.joined(separator: " ").decomposedStringWithCanonicalMapping.unicodeScalars.filter(alphabet.contains)
            .map { Int32($0.value) }
    }

    /// The relative length of each word of a phrase.
    private func weights(of phrase: SpokenPhrase, phonemes: String) throws -> [Double] {
        let spoken = phrase.cores.filter { !$0.isEmpty }
        var parts = phonemes.split(separator: " ").map(String.init)
        // Numbers become several words and small words run together: then each is asked for on its own.
        if parts.count != spoken.count { parts = try phonemizer.phonemes(spoken) }
        var next = parts.makeIterator()
        return phrase.cores.map { core in
            guard !core.isEmpty, let part = next.next() else { return 0 }
            return max(0.1, WordAlignment.weight(ofPhonemes: part))
        }
    }
}
