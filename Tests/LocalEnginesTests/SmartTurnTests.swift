import Audio
import Engines
import Foundation
import Testing

@testable import LocalEngines

/// What the reference implementation makes of a recording; `Fixtures/smart_turn_reference.py` writes it.
private struct Reference: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        /// Samples of the recording that are heard.
        var end: Int
        var probability: Float
        /// One for each of `frames`, each with all bands.
        var columns: [[Float]]?

        var testDescription: String { "the first \(Double(end) / 16_000) s" }
    }

    /// Which frames the columns are.
    var frames: [Int]
    var cases: [Case]

    static let loaded = Result {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/smart-turn", withExtension: "json"))
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    }

    static func load() throws -> Reference { try loaded.get() }

    /// A president's sentence of 11 s with long pauses, at 16 kHz.
    static func recording() throws -> [Float] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/jfk", withExtension: "wav"))
        return try WAV(contentsOf: url).mono
    }
}

@Suite("Log-mel spectrogram")
struct LogMelSpectrogramTests {
    private let spectrogram = LogMelSpectrogram()

    @Test("equals the reference on recorded speech, on the silence before it and at both ends")
    func reference() throws {
        let (reference, recording) = (try Reference.load(), try Reference.recording())
        let cases = reference.cases.filter { $0.columns != nil }
        #expect(cases.count == 3)
        for expected in cases {
            let values = spectrogram.values(of: recording[..<expected.end])
            #expect(values.count == 80 * 800)
            var error: Float = 0
            for (frame, column) in zip(reference.frames, expected.columns ?? []) {
                for (band, value) in column.enumerated() { error = max(error, abs(values[band * 800 + frame] - value)) }
            }
            // The values span 2, as 160 dB: this is 0.008 dB.
            #expect(error < 1e-4, "\(expected.testDescription)")
        }
    }

    @Test("hears the last 8 s of more, and silence before less")
    func length() throws {
        let recording = try Reference.recording()
        #expect(spectrogram.values(of: recording[...]) == spectrogram.values(of: recording.suffix(128_000)))
        let short = recording.prefix(20_000)
        let padded = [Float](repeating: 0, count: 128_000 - short.count) + short
        #expect(spectrogram.values(of: short) == spectrogram.values(of: padded[...]))
    }

    @Test("does not depend on how loud the speech is")
    func level() throws {
        let loud = try Reference.recording()
        let difference = zip(spectrogram.values(of: loud[...]), spectrogram.values(of: loud.map { $0 / 8 }[...]))
            .map { abs($0 - $1) }.max()
        #expect(try #require(difference) < 0.001)
    }

    @Test("is flat for digital silence")
    func silence() {
        let values = spectrogram.values(of: [0])
        #expect(values.allSatisfy { $0 == values[0] && $0.isFinite })
    }
}

@Suite("Fourier transform")
struct FourierTransformTests {
    @Test(
        "is what its definition says, in every lane",
        arguments: [
            [.four], [.five], [.five, .four], [.four, .four, .five, .five], [.three, .four], [.five, .three],
        ]
            as [[FourierTransform.Radix]])
    func definition(radices: [FourierTransform.Radix]) {
        typealias Complex = FourierTransform.Complex
        let transform = FourierTransform(radices: radices)
        let count = transform.count
        let signal = (0..<count).map { _ in Complex(real: .random(in: -1...1), imaginary: .random(in: -1...1)) }
        var (result, scratch) = (signal, signal)
        result.withUnsafeMutableBufferPointer { result in
            scratch.withUnsafeMutableBufferPointer { transform.transform(result, scratch: $0) }
        }
        var error = 0.0
        for bin in 0..<count {
            for lane in 0..<FourierTransform.Lanes.scalarCount {
                var (real, imaginary) = (0.0, 0.0)
                for (index, point) in signal.enumerated() {
                    let angle = -2 * Double.pi * Double(bin * index % count) / Double(count)
                    let (x, y) = (Double(point.real[lane]), Double(point.imaginary[lane]))
                    real += x * cos(angle) - y * sin(angle)
                    imaginary += x * sin(angle) + y * cos(angle)
                }
                error = max(
                    error, abs(real - Double(result[bin].real[lane])),
                    abs(imaginary - Double(result[bin].imaginary[lane])))
            }
        }
        #expect(error < 1e-6 * Double(count))
    }
}

@Suite("Smart Turn", .needsModels, .timeLimit(.minutes(2)))
struct SmartTurnTests {
    @Test("is as sure as the reference of each pause and each cut, and on the same side of one half")
    func reference() async throws {
        let detector = try TestEngines.load().turns
        let recording = try Reference.recording()
        for expected in try Reference.load().cases {
            let probability = try await detector.judge(Array(recording[..<expected.end])).probability
            // The model is quantised as it runs: features that differ by 1e-7, as another processor's do, move the
            // reference itself by some hundredths where it is sure, as it is of these cases.
            #expect(abs(probability - expected.probability) < 0.1, "\(expected.testDescription)")
            #expect((probability > 0.5) == (expected.probability > 0.5), "\(expected.testDescription)")
        }
    }

    @Test("judges an instant of sound, and no more than the last 8 s")
    func length() async throws {
        let detector = try TestEngines.load().turns
        #expect((0...1).contains(try await detector.judge([0.1]).probability))
        let recording = try Reference.recording()
        #expect(detector.longestAudio == 128_000)
        let (whole, end) = (
            try await detector.judge(recording), try await detector.judge(recording.suffix(detector.longestAudio))
        )
        #expect(whole.probability == end.probability)
        #expect(whole.processingTime > .zero)
    }

    @Test("refuses no audio and samples that are not numbers")
    func refusal() async throws {
        let detector = try TestEngines.load().turns
        for audio in [[], [0.1, .nan, 0.1], [.infinity]] as [[Float]] {
            let error = await #expect(throws: EngineError.self) { try await detector.judge(audio) }
            #expect(error?.kind == .rejected)
            #expect(error?.engine == detector.id)
        }
    }

    @Test("gives up a judgement that still waits when nobody wants it any more")
    func cancellation() async throws {
        var options = LocalEngineOptions.Inference()
        options.threads = 1
        let pool = InferencePool(options)
        let detector = try SmartTurnDetector(home: TestEngines.home, pool: pool)
        let plug = Plug()
        async let held: Void = pool.run(.firstAudio) { plug.block() }
        await plug.waitUntilRunning()
        let judgement = Task { try await detector.judge([0.1]) }
        while pool.waiting != 1 { await Task.yield() }
        judgement.cancel()
        await #expect(throws: CancellationError.self) { try await judgement.value }
        #expect(pool.waiting == 0)
        plug.pull()
        try await held
    }
}
