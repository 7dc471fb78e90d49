import Audio
import Engines

/// A voice of Hibari: phonemes from espeak-ng, their durations and spectra from a small network, and a waveform made of
/// these. It knows where every phoneme is, and the same words always sound the same.
struct HibariVoice: PhraseVoice {
    /// The name in the manifest's `engine`.
    static let engine = "hibari"

    var sampleRate: Int { HibariWaveform.sampleRate }
    var splitAfterWords: Int { options.hibariSplitAfterWords }

    private let alphabet: HibariAlphabet
    private let model: HibariModel
    private let waveform = HibariWaveform()
    private let phonemizer: EspeakPhonemizer
    private let options: LocalEngineOptions.Synthesis

    /// The length of the fades at both ends of what the model speaks at once, in seconds.
    private static let fade = 0.005
    /// The level of what is heard, relative to the loudest sample (−34 dB).
    private static let audible: Float = 0.02
    private static let space: Unicode.Scalar = " "

    /// One phoneme, space or mark.
    struct Symbol: Equatable {
        var scalar: Unicode.Scalar
        /// The number of its word in the group of phrases; nil for spaces and marks.
        var word: Int?
    }

    /// - Throws: `EngineError` when the model is missing or cannot be loaded.
    init(_ model: ModelManifest.Model, in home: EngineHome, options: LocalEngineOptions.Synthesis) throws {
        let id = model.id
        try model.options.check(["threads"], of: id, engine: Self.engine)
        let threads = try model.options.number("threads", of: id, in: 1...64).map { Int($0) }
        alphabet = try HibariAlphabet(file: home.modelFile(id, "vocab.json"), engine: id)
        self.model = try HibariModel(
            id, file: home.modelFile(id, "model.onnx"), threads: threads ?? options.threadsPerClause)
        phonemizer = EspeakPhonemizer(voice: "en-us", ties: true, timeout: options.phonemeTimeout)
        self.options = options
    }

    func speak(_ phrases: [SpokenPhrase], for request: SpeechRequest) throws -> PhraseSpeech {
        let symbols = try symbols(of: phrases)
        var ranges = [Range<Int>?](repeating: nil, count: phrases.reduce(0) { $0 + $1.cores.count })
        var samples: [Float] = []
        for piece in Self.pieces(symbols, atMost: options.hibariMaximumPhonemes) {
            let prediction = try model.predict(piece.compactMap { alphabet.id(of: $0.scalar) }, speed: request.speed)
            var speech = waveform.samples(of: prediction.spectra)
            let pause = prediction.durations[0] * HibariModel.samplesPerUnit
            let cut = max(0, pause - Int(options.hibariHead * Double(sampleRate)))
            speech.removeFirst(min(cut, speech.count))
            let fade = Int(Self.fade * Double(sampleRate))
            Fade.fadeIn(&speech, over: fade)
            Fade.fadeOut(&speech, over: fade)
            var start = samples.count + pause - cut
            samples += speech
            let silence = speech.reduce(Float(0)) { max($0, abs($1)) } * Self.audible
            for (symbol, duration) in zip(piece, prediction.durations.dropFirst()) {
                let end = min(start + duration * HibariModel.samplesPerUnit, samples.count)
                if let word = symbol.word {
                    ranges[word] = (ranges[word]?.lowerBound ?? start)..<end
                } else if symbol.scalar != Self.space, let last = ranges.lastIndex(where: { $0 != nil }) {
                    // The pause before a mark is part of the last phoneme.
                    ranges[last] = ranges[last].map { range in
                        let end = samples[range].lastIndex { abs($0) > silence }
                        return range.lowerBound..<(end.map { $0 + 1 } ?? range.upperBound)
                    }
                }
                start = end
            }
        }
        var end = 0
        let words = ranges.map { range in
            let range = range ?? end..<end
            end = range.upperBound
            return range
        }
        return PhraseSpeech(samples: samples, words: words)
    }

    /// What the model is given for `phrases`: words with spaces between them, each phrase with its mark.
    private func symbols(of phrases: [SpokenPhrase]) throws -> [Symbol] {
        var symbols: [Symbol] = []
        var first = 0
        for (phrase, ipa) in zip(phrases, try phonemizer.phonemes(phrases.map(\.text))) {
            let words = try words(of: phrase, ipa: ipa)
            if !words.isEmpty, !symbols.isEmpty { symbols.append(Symbol(scalar: Self.space, word: nil)) }
            for (index, word) in words.enumerated() {
                if index > 0 { symbols.append(Symbol(scalar: Self.space, word: nil)) }
                symbols += word.phonemes.map { Symbol(scalar: $0, word: $0 == Self.space ? nil : first + word.number) }
            }
            symbols += phrase.mark.unicodeScalars.filter { alphabet.id(of: $0) != nil }
                .map { Symbol(scalar: $0, word: nil) }
            first += phrase.cores.count
        }
        return symbols.contains { $0.word != nil } ? symbols : []
    }

    /// The phonemes of the words that are heard, with spaces where one word is several, and the words' positions in
    /// the phrase.
    private func words(of phrase: SpokenPhrase, ipa: String) throws -> [(number: Int, phonemes: [Unicode.Scalar])] {
        let spoken = phrase.cores.indices.filter { !phrase.cores[$0].isEmpty }
        let parts = ipa.split(separator: " ").map { alphabet.phonemes(of: $0) }
        if parts.count == spoken.count { return zip(spoken, parts).map { ($0, $1) }.filter { !$0.1.isEmpty } }
        let alone = try phonemizer.phonemes(spoken.map { phrase.cores[$0] }).map { word in
            alphabet.phonemes(of: word).filter { $0 != Self.space }
        }
        var numbers = PhonemeWords.numbers(of: Array(parts.joined()), among: alone).makeIterator()
        var words: [(number: Int, phonemes: [Unicode.Scalar])] = []
        for part in parts where !part.isEmpty {
            for (index, phoneme) in part.enumerated() {
                let number = spoken[numbers.next() ?? 0]
                if let last = words.last, last.number == number {
                    words[words.count - 1].phonemes += (index == 0 ? [Self.space] : []) + [phoneme]
                } else {
                    words.append((number, [phoneme]))
                }
            }
        }
        return words
    }

    /// The symbols in pieces of at most `limit`, divided at spaces where there are any.
    static func pieces(_ symbols: [Symbol], atMost limit: Int) -> [ArraySlice<Symbol>] {
        var pieces: [ArraySlice<Symbol>] = []
        var rest = symbols[...]
        while rest.count > limit {
            let end = rest.prefix(limit).lastIndex { $0.scalar == space } ?? rest.startIndex + limit - 1
            pieces.append(rest[...end])
            rest = rest[(end + 1)...]
        }
        if !rest.isEmpty { pieces.append(rest) }
        return pieces
    }
}
