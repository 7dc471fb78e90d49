import Audio
import Engines
import Foundation
import LocalEngines
import Language
import Testing
import TurnTaking

/// Recordings of single letters and digits, strung together, through the embedded recogniser.
///
/// `PARLEY_SPELLING` names a folder of WAV files at 16 kHz, `a_1.wav` to `z_2.wav` and `zero_1.wav` to `nine_2.wav`
/// for two speakers; without it the suite is skipped.
@Suite("Spelt aloud", .enabled(if: spellingFolder != nil && CallEngines.areInstalled))
struct SpelledAudioTests {
    private static let said: [(String, ExpectedAnswer)] =
        [
            "john", "smith", "garcia", "nguyen", "mueller", "patel", "zoe", "wright", "hofmann", "baxter", "jones",
            "brown",
        ]
        .map { ($0, .spelling) }
        + ["ab12cd", "kx4519", "zq77", "mh370", "x9f2k7", "t5e1", "g0v6", "12345", "90210", "004512"]
        .map { ($0, .code(length: nil)) }
        + ["5551234567", "4158670923", "8005553535", "2079460018", "6172538429", "3105550199"]
        .map { ($0, .phoneNumber) }

    @Test("More than half is exact, and far more than before normalisation", .timeLimit(.minutes(2)))
    func exact() async throws {
        let transcriber = try SegmentedTranscriber(home: CallEngines.home, pool: InferencePool())
        var (raw, written, missed) = (0, 0, [String]())
        for (value, expecting) in Self.said {
            for speaker in 1...2 {
                let utterance = transcriber.openUtterance(TranscriptionHints())
                try await utterance.append(Self.audio(of: value, speaker: speaker))
                let text = try await utterance.transcript(.final).text
                await utterance.close()
                let normalized = English().written(text, expecting: expecting)
                raw += Self.isExact(text, value) ? 1 : 0
                if Self.isExact(normalized, value) {
                    written += 1
                } else {
                    missed.append("\(value) by \(speaker): \(text)")
                }
            }
        }
        let total = Self.said.count * 2
        #expect(written * 2 > total, "\(written) of \(total) exact, \(raw) before: \(missed)")
        #expect(written > raw * 4, "\(written) of \(total) exact, \(raw) before")
    }

    private static func isExact(_ text: String, _ value: String) -> Bool {
        text.trimmingCharacters(in: CharacterSet(charactersIn: " .,?!")).lowercased() == value
    }

    /// The recordings without the silence around them, with pauses of 150 to 500 ms, longer after each third digit
    /// of a long number.
    private static func audio(of value: String, speaker: Int) throws -> [Float] {
        let digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
        let pauses = [0.15, 0.35, 0.2, 0.5, 0.28]
        var samples = [Float](repeating: 0, count: 3200)
        for (index, character) in value.enumerated() {
            let name = character.wholeNumberValue.map { digits[$0] } ?? String(character)
            let file = URL(fileURLWithPath: try #require(spellingFolder)).appending(path: "\(name)_\(speaker).wav")
            samples += speech(in: try WAV(contentsOf: file).mono)
            samples += [Float](repeating: 0, count: Int(pauses[index % pauses.count] * 16_000))
        }
        return samples
    }

    /// At one level, as one voice on one line has it.
    private static func speech(in samples: [Float]) -> [Float] {
        let loudest = samples.map(abs).max() ?? 0
        let first = samples.firstIndex { abs($0) > loudest * 0.03 } ?? 0
        let last = samples.lastIndex { abs($0) > loudest * 0.03 } ?? samples.count - 1
        let speech = samples[max(0, first - 800)...min(samples.count - 1, last + 1600)]
        let power = speech.reduce(0) { $0 + $1 * $1 } / Float(max(1, speech.count))
        return speech.map { max(-1, min(1, $0 * 0.06 / max(1e-6, power.squareRoot()))) }
    }
}

private let spellingFolder = ProcessInfo.processInfo.environment["PARLEY_SPELLING"]
