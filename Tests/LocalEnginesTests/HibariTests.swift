import Audio
import Engines
import Foundation
import Testing

@testable import LocalEngines

/// What the reference implementation makes of fixed inputs; `Fixtures/hibari_reference.py` writes it.
private struct Reference: Decodable {
    /// The pitch of each frame of invented spectra, and every fifth sample of their waveform.
    var pitch: [Float]
    var samples: [Float]
    /// What is said, the model's numbers of it and its durations, the pitch of each frame and the level of each 25 ms.
    var phonemes: String
    var ids: [Int64]
    var durations: [Int]
    var spokenPitch: [Float]
    var spokenLevels: [Float]

    static func load() throws -> Reference {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/hibari", withExtension: "json"))
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    }

    /// The invented numbers from 0 to 1 of one part of the spectra.
    static func uniform(_ part: UInt64, count: Int) -> [Float] {
        (0..<UInt64(count)).map { index in
            var bits = (part * 1_000_000 + index + 1) &* 0x9e37_79b9_7f4a_7c15
            bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
            bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
            return Float((bits ^ bits >> 31) >> 40) / Float(1 << 24)
        }
    }
}

@Suite("Hibari's waveform")
struct HibariWaveformTests {
    @Test("equals the reference for invented spectra, voiced and unvoiced, at both ends")
    func reference() throws {
        let reference = try Reference.load()
        let count = HibariWaveform.bins * reference.pitch.count
        let parts = (1...5).map { Reference.uniform($0, count: count) }
        let spectra = HibariSpectra(
            harmonicLevels: parts[0].map { 2 * $0 + 1 }, harmonicPhases: parts[1].map { 2 * $0 - 1 },
            noiseLevels: parts[2].map { $0 - 1 }, freeLevels: parts[3].map { $0 - 1 },
            freePhases: parts[4].map { 6 * $0 }, pitch: reference.pitch)
        let samples = HibariWaveform().samples(of: spectra)
        #expect(samples.count == reference.pitch.count * HibariWaveform.hop)
        let error = zip(stride(from: 0, to: samples.count, by: 5), reference.samples)
            .map { abs(samples[$0] - $1) }.max()
        // The reference calculates its pulses with single precision.
        #expect(try #require(error) < 2e-3)
    }

    @Test("says nothing for nothing, or for spectra that are not complete")
    func nothing() {
        let empty = HibariSpectra(
            harmonicLevels: [], harmonicPhases: [], noiseLevels: [], freeLevels: [], freePhases: [], pitch: [])
        #expect(HibariWaveform().samples(of: empty).isEmpty)
        var short = empty
        short.pitch = [100]
        #expect(HibariWaveform().samples(of: short).isEmpty)
    }

    @Test("has pulses as high as there are harmonics, once a period, and none without a voice")
    func pulses() throws {
        let pulses = HibariPulses.samples(pitch: [100, 100, 100, 100, 0, 0])
        #expect(pulses.count == 6 * HibariWaveform.hop)
        #expect(abs(try #require(pulses.max()) - 110) < 0.1)
        // Four and a half frames of 12.5 ms, and the one in which the pitch falls to zero, in periods of 10 ms.
        #expect((4...6).contains(pulses.count { $0 > 90 }))
        #expect(pulses.suffix(HibariWaveform.hop).allSatisfy { $0 == 0 })
    }
}

@Suite("Hibari's phonemes")
struct HibariPhonemesTests {
    private let alphabet = HibariAlphabet(
        Dictionary(
            " .,?ˈˌAIOWYTabdfhijklmnpstuvwzðŋɑəɛɜɡɪɹʃʊʌʒʤʧθᵊᵻɔæ".unicodeScalars.enumerated().map {
                ($1, Int64($0 + 1))
            }
        ) { first, _ in first })

    private func phonemes(_ ipa: String) -> String {
        String(String.UnicodeScalarView(alphabet.phonemes(of: ipa)))
    }

    @Test(
        "are Kokoro's for what espeak-ng writes",
        arguments: [
            ("həlˈo^ʊ ðˈɛ^ɹ", "həlˈO ðˈɛɹ"), ("bˈɜːd wˈɜːɹd", "bˈɜɹd wˈɜɹd"), ("bˈʌʔn̩ mˈa^ʊntɪn", "bˈʌtn mˈWntɪn"),
            ("lˈɪɾə^l", "lˈɪTᵊl"), ("d^ʒˈʌd^ʒ t^ʃˈɜːt^ʃ", "ʤˈʌʤ ʧˈɜɹʧ"), ("nˈʌtʃɛl", "nˈʌtʃɛl"), ("ɹˈɪðm̩", "ɹˈɪðᵊm"),
            ("fˈa^ɪ^ɚ ˌa^ʊɚɹ", "fˈIəɹ ˌWəɹɹ"), ("aː\u{303}^", "a"), ("ʘ", ""),
        ])
    func alphabet(ipa: String, expected: String) {
        #expect(phonemes(ipa) == expected)
    }

    @Test("belong to the words of which they are nearly the phonemes alone")
    func words() {
        func numbers(_ phrase: String, _ words: [String]) -> [Int] {
            PhonemeWords.numbers(
                of: phrase.unicodeScalars.filter { $0 != " " }, among: words.map { Array($0.unicodeScalars) })
        }
        #expect(numbers("ʌvðə bˈɛst", ["ˈʌv", "ðˈə", "bˈɛst"]) == [0, 0, 1, 1, 2, 2, 2, 2, 2])
        #expect(numbers("fɚɹə dˈeɪ", ["fˈoːɹ", "ˈeɪ", "dˈeɪ"]).suffix(4) == [2, 2, 2, 2])
        #expect(numbers("tˈuː hˈʌndɹɪd", ["tˈuːhˈʌndɹɪd"]).allSatisfy { $0 == 0 })
        #expect(numbers("a", ["", "a", ""]) == [1])
        #expect(numbers("", ["a"]) == [])
        #expect(numbers("ab", [""]) == [0, 0])
        let long = String(repeating: "a", count: 2000)
        let halves = numbers(long, [String(long.prefix(1000)), String(long.prefix(1000))])
        #expect(halves.count { $0 == 0 } == 1000, "by their lengths where comparing would take long")
    }

    @Test("come to the model in pieces that end between words")
    func pieces() {
        let symbols = "one two three".unicodeScalars.map { HibariVoice.Symbol(scalar: $0, word: nil) }
        func lengths(_ limit: Int) -> [Int] { HibariVoice.pieces(symbols, atMost: limit).map(\.count) }
        #expect(lengths(20) == [13])
        #expect(lengths(9) == [8, 5])
        #expect(lengths(4) == [4, 4, 4, 1])
        #expect(HibariVoice.pieces([], atMost: 4).isEmpty)
    }
}

@Suite("Hibari", .needsHibari, .timeLimit(.minutes(3)))
struct HibariTests {
    private static let model = ModelManifest.Model(
        id: "hibari-heart", kind: .textToSpeech, engine: "hibari", languages: ["en-US"])
    private static let loaded = Result {
        try PhonemeSynthesizer(model: model, home: TestEngines.home, pool: TestEngines.load().pool)
    }

    private func chunks(_ text: String, speed: Double = 1) async throws -> [SpeechChunk] {
        var chunks: [SpeechChunk] = []
        for try await chunk in try Self.loaded.get().synthesize(SpeechRequest(text: text, speed: speed)) {
            chunks.append(chunk)
        }
        return chunks
    }

    private func speech(_ text: String, speed: Double = 1) async throws -> (samples: [Float], words: [WordTiming]) {
        let chunks = try await chunks(text, speed: speed)
        return (chunks.flatMap(\.samples), chunks.flatMap(\.words))
    }

    private func heard(_ samples: [Float]) async throws -> [String] {
        plainWords(try await TestEngines.load().transcript(TestEngines.at16kHz(samples, from: 24_000)))
    }

    @Test("says what the reference says")
    func reference() throws {
        let reference = try Reference.load()
        let home = TestEngines.home
        let alphabet = try HibariAlphabet(file: home.modelFile("hibari-heart", "vocab.json"), engine: "hibari")
        #expect(reference.phonemes.unicodeScalars.compactMap { alphabet.id(of: $0) } == reference.ids)
        let model = try HibariModel(
            "hibari-heart", file: home.modelFile("hibari-heart", "model.onnx"), threads: 1)
        let prediction = try model.predict(reference.ids, speed: 1)
        #expect(prediction.durations == reference.durations)
        let samples = HibariWaveform().samples(of: prediction.spectra)
        #expect(samples.count == prediction.durations.reduce(0, +) * HibariModel.samplesPerUnit)
        // The network is quantised and amplifies what differs between processors and versions of its runtime: the
        // reference's samples differ from its own with other optimisations, but neither its pitch nor its levels.
        let pitches = zip(prediction.spectra.pitch, reference.spokenPitch)
        #expect(prediction.spectra.frames == reference.spokenPitch.count)
        #expect(try #require(pitches.map { abs($0 - $1) }.max()) < 4)
        let levels = reference.spokenLevels.indices.map {
            Level.rms(samples[$0 * HibariModel.samplesPerUnit..<($0 + 1) * HibariModel.samplesPerUnit])
        }
        let loudest = try #require(levels.max())
        #expect(try #require(zip(levels, reference.spokenLevels).map { abs($0 - $1) }.max()) < 0.1 * loudest)
    }

    @Test("refuses a model without durations in words")
    func otherModel() throws {
        let test = try TestHome()
        try test.add("vocab.json", to: "other", #"{"a": 43, "ɑ": 69}"#)
        try test.link(TestEngines.home.modelDirectory("silero-vad"), as: "vad")
        try FileManager.default.createSymbolicLink(
            atPath: test.home.modelDirectory("other") + "/model.onnx",
            withDestinationPath: test.home.modelDirectory("vad") + "/silero_vad.onnx")
        let model = ModelManifest.Model(id: "other", kind: .textToSpeech, engine: "hibari", languages: ["en-US"])
        let voice = try HibariVoice(model, in: test.home, options: .init())
        let error = #expect(throws: EngineError.self) {
            try voice.speak(SpokenPhrase.phrases(of: "Ah."), for: SpeechRequest(text: "Ah."))
        }
        #expect(error?.engine == "other")
    }

    @Test("knows where every word is, also of numbers and of words that run together")
    func words() async throws {
        let (samples, words) = try await speech("The end of the order, number 1234, is on Tuesday — before noon.")
        #expect(words.map(\.index) == Array(0..<13))
        #expect(zip(words, words.dropFirst()).allSatisfy { $0.samples.upperBound <= $1.samples.lowerBound })
        #expect(words[10].samples.isEmpty, "a dash")
        #expect(words.filter { !$0.samples.isEmpty }.allSatisfy { $0.samples.count >= 600 })
        #expect(words.max { $0.samples.count < $1.samples.count }?.index == 6, "four digits")
        let audible = samples.indices.filter { abs(samples[$0]) > 0.01 }
        #expect(abs(try #require(audible.first) - words[0].samples.lowerBound) < 2400, "within 100 ms")
        #expect(abs(try #require(audible.last) - words[12].samples.upperBound) < 2400)
    }

    @Test("ends the words where a recogniser stops hearing them", arguments: 2...6)
    func heardWords(count: Int) async throws {
        let (samples, words) = try await speech("The restaurant opens every morning in summer.")
        let heard = try await heard(Array(samples[..<words[count - 1].samples.upperBound]))
        #expect((count - 1...count + 1).contains(heard.count), "\(heard)")
    }

    @Test(
        "is understood",
        arguments: [
            "I would like to check the status of my order, please.",
            "Your package was left with your neighbor this morning.", "Would you like me to book that for you?",
        ])
    func understood(text: String) async throws {
        let words = try await heard(speech(text).samples)
        #expect(
            words == plainWords(text) || words.count > 5 && words.contains("47") || words.contains("dr"), "\(words)")
    }

    @Test("says the same words the same way, and faster and slower")
    func speed() async throws {
        let text = "This sentence has a certain length."
        let (first, second) = try await (speech(text), speech(text))
        #expect(first.samples == second.samples && first.words == second.words)
        let slow = try await speech(text, speed: 0.7).samples.count
        let fast = try await speech(text, speed: 1.2).samples.count
        #expect(Double(slow) > 1.3 * Double(fast))
    }

    @Test("has no steps where parts of long text meet, nor at its ends")
    func joins() async throws {
        let chunks = try await chunks(
            """
            We are open from Monday to Friday, from nine in the morning until six in the evening, on Saturdays we close \
            at noon, and on the first Sunday of every month there is a market in front of the house, which begins at eight.
            """)
        #expect(chunks.count > 1)
        #expect(chunks.flatMap(\.words).map(\.index) == Array(0..<44))
        let samples = chunks.flatMap(\.samples)
        let steps = zip(samples, samples.dropFirst()).map { abs($0 - $1) }
        let largest = steps.max() ?? 0
        var join = 0
        for chunk in chunks.dropLast() {
            join += chunk.samples.count
            #expect(steps[join - 240..<join + 240].max() ?? 1 < 0.05 * largest)
        }
        #expect(abs(samples[0]) < 0.001 && abs(samples[samples.count - 1]) < 0.001)
        #expect(samples.allSatisfy { abs($0) < 1 }, "nothing is clipped")
    }

    @Test("stops between its parts when nobody listens any more")
    func cancellation() async throws {
        let sentence = "We are open from Monday to Friday, from nine in the morning until six in the evening, "
        let voice = try Self.loaded.get()
        let text = String(repeating: sentence, count: 20)
        var count = 0
        for try await _ in voice.synthesize(SpeechRequest(text: text)) {
            count += 1
            if count == 2 { break }
        }
        let task = Task {
            var chunks = 0
            for try await _ in voice.synthesize(SpeechRequest(text: text)) { chunks += 1 }
            return chunks
        }
        task.cancel()
        let chunks = (try? await task.value) ?? 0
        #expect(chunks < 13, "all of them")
    }

    @Test("says nothing for nothing, and what has thousands of phonemes without a pause in pieces")
    func bounds() async throws {
        #expect(try await speech(" … ").samples.isEmpty)
        #expect(try await speech("??").samples.isEmpty)
        let (samples, words) = try await speech(String(repeating: "1234567", count: 20))
        #expect(words.count == 1 && words[0].samples.upperBound <= samples.count)
        #expect(samples.count > 20 * 24_000)
        let error = await #expect(throws: EngineError.self) {
            try await speech(String(repeating: "word ", count: 1000))
        }
        #expect(error?.kind == .rejected)
    }

    @Test("speaks for several callers at once")
    func concurrency() async throws {
        let texts = ["Good morning, how can I help you?", "Your table is booked for seven.", "Goodbye and thank you."]
        let alone = try await [speech(texts[0]).samples, speech(texts[1]).samples, speech(texts[2]).samples]
        let together = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
            for round in 0..<4 {
                for (index, text) in texts.enumerated() {
                    group.addTask { (round * 3 + index, try await speech(text).samples) }
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for index in 0..<12 { #expect(together[index] == alone[index % 3]) }
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the test only where the voice and a recogniser are.
    fileprivate static var needsHibari: Self {
        .enabled(
            if: TestEngines.areInstalled
                && (ProcessInfo.processInfo.environment["CI"] == "true"
                    || TestEngines.home.hasModel("hibari-heart", files: ["model.onnx", "vocab.json"])),
            "PARLEY_HOME has no models; `make setup` fetches them")
    }
}
