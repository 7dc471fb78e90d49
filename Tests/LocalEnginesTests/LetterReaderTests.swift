import Audio
import Engines
import Foundation
import Language
import Testing

@testable import LocalEngines

/// What `Training/letters.py` makes of three spelled strings that a machine's voice (espeak-ng) has said.
private struct Reference: Decodable, Sendable, CustomTestStringConvertible {
    var file: String
    var pieces: [[Int]]
    var segments: [[Int]]
    var text: String

    var testDescription: String { text }

    var samples: [Float] {
        get throws { try WAV(contentsOf: LetterReaderTests.fixture(file)).mono }
    }

    static let all: [Reference] =
        (try? JSONDecoder().decode([Reference].self, from: Data(contentsOf: LetterReaderTests.fixture("letters.json"))))
        ?? []
}

@Suite("Letters said one by one")
struct LetterReaderTests {
    fileprivate static func fixture(_ name: String) throws -> URL {
        try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
    }

    @Test("an utterance is cut where its letters may end", arguments: Reference.all)
    fileprivate func cuts(reference: Reference) throws {
        let pieces = LetterCutter(try reference.samples).pieces
        #expect(pieces.map { [$0.lowerBound, $0.upperBound] } == reference.pieces)
    }

    @Test("nothing, silence and a click have no pieces")
    func nothing() {
        #expect(Reference.all.count == 3)
        #expect(LetterCutter([]).pieces.isEmpty)
        #expect(LetterCutter([Float](repeating: 0, count: 16_000)).pieces.isEmpty)
        var click = [Float](repeating: 0, count: 16_000)
        for index in 8000..<8100 { click[index] = 0.5 }
        #expect(LetterCutter(click).pieces.isEmpty)
    }

    @Test("pieces are joined to letters, or left out as noise, as is likeliest")
    func segments() {
        let reader = LetterReader("test", encoder: "")
        let pieces = [0..<3000, 3500..<4000, 8000..<12_000, 20_000..<20_500, 30_000..<33_000]
        // The first two are one letter, the fourth is none, the last two are too far apart for one.
        let likely: [Range<Int>: Float] = [0..<4000: -0.1, 8000..<12_000: -0.2, 30_000..<33_000: -0.3]
        let found = reader.segments(pieces) { [likely[$0] ?? -9] }
        #expect(found.map(\.range) == [0..<4000, 8000..<12_000, 30_000..<33_000])
        #expect(found.map(\.certainty) == [-0.1, -0.2, -0.3])
        // A noise as long as a letter is dearer than an unlikely letter.
        #expect(reader.segments([0..<5000]) { _ in [-13] }.count == 1)
        #expect(reader.segments([0..<5000]) { _ in [-14] }.isEmpty)
    }

    @Test(
        "what is spelled is read, as the training script reads it",
        .enabled(if: TestEngines.areInstalled, "PARLEY_HOME has no models; `make setup` fetches them"),
        arguments: Reference.all)
    fileprivate func reads(reference: Reference) async throws {
        let encoder = try TestEngines.home.modelFile("moonshine-tiny-en", "encoder_model.ort")
        let scores = try #require(try LetterReader("test", encoder: encoder).letters(in: try reference.samples))
        #expect(scores.count == reference.segments.count)
        #expect(SpelledSequence.likeliest(scores) == reference.text)
    }

    @Test(
        "a recogniser spells where that is expected, and nowhere else; sentences are left to it",
        .enabled(if: TestEngines.areInstalled, "PARLEY_HOME has no models; `make setup` fetches them"))
    func transcripts() async throws {
        let transcriber = try SegmentedTranscriber(home: TestEngines.home, pool: InferencePool())
        func text(_ file: String, isSpelled: Bool) async throws -> String {
            let utterance = transcriber.openUtterance(TranscriptionHints(isSpelled: isSpelled))
            try await utterance.append(try WAV(contentsOf: Self.fixture(file)).mono)
            return try await utterance.transcript(.final).text
        }
        #expect(try await text("letters_1.wav", isSpelled: true) == "B, 7, F, S")
        let heard = try await text("letters_1.wav", isSpelled: false)
        #expect(heard != "B, 7, F, S")
        let sentence = try await text("jfk.wav", isSpelled: true)
        #expect(sentence.contains("country"))
    }
}
