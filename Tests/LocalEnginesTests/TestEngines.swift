import Audio
import Engines
import Foundation
import Testing

@testable import LocalEngines

/// The real engines, loaded once for all tests.
struct TestEngines: Sendable {
    let pool: InferencePool
    let voiceActivity: SileroVAD
    let turns: SmartTurnDetector
    let transcriber: SegmentedTranscriber
    let synthesizer: PhonemeSynthesizer

    static let home = EngineHome()

    /// Without models the tests that need them are skipped, but never in continuous integration.
    static let areInstalled =
        ProcessInfo.processInfo.environment["CI"] == "true"
        || (home.hasModel("silero-vad", files: ["silero_vad.onnx"])
            && home.hasModel("smart-turn-v3.2", files: ["smart-turn-v3.2-cpu.onnx"])
            && home.hasModel("moonshine-tiny-en", files: ["encoder_model.ort", "tokens.txt"])
            && home.hasModel("piper-en_US-joe-medium", files: ["model.onnx", "tokens.txt"]))

    /// Whether the model of meanings is there.
    static let tellMeanings =
        ProcessInfo.processInfo.environment["CI"] == "true"
        || home.hasModel("multilingual-e5-small", files: ["libe5.so", "e5-small-q4.bin"])

    private static let loaded = Result { try TestEngines() }

    static func load() throws -> TestEngines { try loaded.get() }

    private init() throws {
        pool = InferencePool()
        voiceActivity = try SileroVAD(home: Self.home, pool: pool)
        turns = try SmartTurnDetector(home: Self.home, pool: pool)
        transcriber = try SegmentedTranscriber(home: Self.home, pool: pool)
        // The same speech each time, so that what the recogniser makes of it is the same too.
        var synthesis = LocalEngineOptions.Synthesis()
        synthesis.variation = 0
        synthesizer = try PhonemeSynthesizer(home: Self.home, pool: pool, options: synthesis)
    }

    /// What the voice says, at its own rate.
    func speech(_ text: String, speed: Double = 1) async throws -> (samples: [Float], words: [WordTiming]) {
        var samples: [Float] = []
        var words: [WordTiming] = []
        for try await chunk in synthesizer.synthesize(SpeechRequest(text: text, speed: speed)) {
            samples += chunk.samples
            words += chunk.words
        }
        return (samples, words)
    }

    /// What the voice says, at the 16 kHz that the recogniser and the detector hear.
    func heard(_ text: String) async throws -> [Float] {
        try Self.at16kHz(await speech(text).samples, from: synthesizer.sampleRate)
    }

    static func at16kHz(_ samples: [Float], from rate: Int) throws -> [Float] {
        try Resampler.resample(samples, from: rate, to: 16_000)
    }

    func transcript(_ samples: [Float]) async throws -> String {
        let utterance = transcriber.openUtterance(TranscriptionHints())
        try await utterance.append(samples)
        let text = try await utterance.transcript(.final).text
        await utterance.close()
        return text
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the test only where the models are.
    static var needsModels: Self {
        .enabled(if: TestEngines.areInstalled, "PARLEY_HOME has no models; `make setup` fetches them")
    }
}

/// Words in lower case without punctuation.
func plainWords(_ text: String) -> [String] {
    text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "'") }.map(String.init)
}
