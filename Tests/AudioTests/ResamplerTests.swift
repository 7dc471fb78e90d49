import Foundation
import Testing

@testable import Audio

/// Every pair of rates that calls, voices and sound cards bring together.
private let pairs = [
    (8000, 16000), (16000, 8000), (22050, 16000), (16000, 22050), (24000, 16000), (16000, 24000), (44100, 16000),
    (48000, 16000), (16000, 44100), (16000, 48000), (22050, 8000), (22050, 44100), (22050, 48000), (48000, 44100),
]

@Suite struct ResamplerTests {
    @Test(arguments: pairs)
    func tonesInTheBandKeepTheirLevel(from: Int, to: Int) throws {
        let band = Double(min(from, to)) / 2
        for frequency in [100, 0.25 * band, 0.5 * band, 0.85 * band] {
            let output = try Resampler.resample(
                Tone.samples(frequency, rate: from, count: from), from: from, to: to, quality: .realtime)
            let level = Tone.amplitude(of: frequency, in: output[(to / 4)..<(to * 3 / 4)], rate: to) / 0.5
            #expect(abs(Tone.decibels(level)) < 0.1, "\(frequency) Hz")
        }
    }

    /// Everything in the output but the tone itself: aliases of what the new rate cannot hold, images of what it can.
    @Test(arguments: pairs)
    func aliasesAndImagesLieUnder60Decibels(from: Int, to: Int) throws {
        let band = Double(min(from, to)) / 2
        if from > to {
            for frequency in stride(from: band * 1.001, to: Double(from) / 2, by: band * 0.13) {
                let output = try Resampler.resample(
                    Tone.samples(frequency, rate: from, count: from), from: from, to: to, quality: .realtime)
                let rest = Double(Level.rms(output[(to / 4)..<(to * 3 / 4)])) / (0.5 / 2.0.squareRoot())
                #expect(Tone.decibels(rest) < -60, "\(frequency) Hz")
            }
        } else {
            for frequency in [0.1 * band, 0.5 * band, 0.89 * band, 0.97 * band] {
                let output = try Resampler.resample(
                    Tone.samples(frequency, rate: from, count: from), from: from, to: to, quality: .realtime)
                for image in [Double(from) - frequency, Double(from) + frequency] where image < Double(to) / 2 {
                    let level = Tone.amplitude(of: image, in: output[(to / 4)..<(to * 3 / 4)], rate: to) / 0.5
                    #expect(Tone.decibels(level) < -60, "\(frequency) Hz at \(image) Hz")
                }
            }
        }
    }

    @Test(arguments: pairs)
    func streamInPiecesEqualsTheWholeBuffer(from: Int, to: Int) throws {
        var noise = Noise(seed: 7)
        let input = noise.samples(from / 3 + 1)
        let whole = try Resampler.resample(input, from: from, to: to, quality: .realtime)
        var resampler = try Resampler(from: from, to: to)
        var (output, rest): ([Float], ArraySlice<Float>) = ([], input[...])
        while !rest.isEmpty {
            let count = Int.random(in: 0...min(777, rest.count), using: &noise)
            output += resampler.process(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        output += resampler.flush()
        #expect(output == whole)
    }

    @Test(arguments: pairs, [0, 1, 2, 159, 160, 16000])
    func lengthIsExact(pair: (Int, Int), count: Int) throws {
        let output = try Resampler.resample(Array(repeating: 0.1, count: count), from: pair.0, to: pair.1)
        #expect(output.count == (count * pair.1 + pair.0 - 1) / pair.0)
    }

    /// The output lags by the filter's reach alone, which is at most 5 ms (2.6 ms from 16 kHz on) and counted in samples of the input.
    @Test(arguments: pairs)
    func delayIsAsStatedAndSmall(from: Int, to: Int) throws {
        var resampler = try Resampler(from: from, to: to)
        #expect(Double(resampler.delay) / Double(from) <= (min(from, to) < 16000 ? 0.005 : 0.0026))
        var (given, taken) = (0, 0)
        for _ in 0..<200 {
            given += from / 1000
            taken += resampler.process(Array(repeating: 0, count: from / 1000)).count
            let due = max(0, ((given - resampler.delay) * to + from - 1) / from)
            #expect(abs(taken - due) <= 1)
        }
    }

    @Test(arguments: pairs)
    func momentsStayWhereTheyWere(from: Int, to: Int) throws {
        // A smooth pulse, 100 ms in, so that its place can be read at either rate.
        let pulse = (0..<from / 4).map { index in
            let seconds = Double(index) / Double(from) - 0.1
            return Float(exp(-seconds * seconds / (2 * 0.001 * 0.001)))
        }
        let output = try Resampler.resample(pulse, from: from, to: to, quality: .realtime)
        let mass = output.reduce(0) { $0 + Double($1) }
        let centre = output.enumerated().reduce(0) { $0 + Double($1.offset) * Double($1.element) } / mass
        #expect(abs(centre / Double(to) - 0.1) < 0.00001)
    }

    @Test func constantStaysConstant() throws {
        let output = try Resampler.resample(Array(repeating: 0.25, count: 8000), from: 44100, to: 16000)
        #expect(output[300..<2500].allSatisfy { abs($0 - 0.25) < 1e-6 })
    }

    @Test func equalRatesPassSamplesUntouched() throws {
        var resampler = try Resampler(from: 16000, to: 16000)
        #expect(resampler.process([0.1, -0.2]) == [0.1, -0.2])
        #expect(resampler.flush().isEmpty)
        #expect(resampler.delay == 0)
    }

    @Test func flushedResamplerBeginsAnew() throws {
        var resampler = try Resampler(from: 8000, to: 16000)
        let tone = Tone.samples(440, rate: 8000, count: 1234)
        let first = resampler.process(tone) + resampler.flush()
        #expect(resampler.process(tone) + resampler.flush() == first)
    }

    @Test func impossibleRatesAreRefused() {
        #expect(throws: ResamplerError.unsupportedRate(0)) { try Resampler(from: 0, to: 16000) }
        #expect(throws: ResamplerError.unsupportedRate(-8000)) { try Resampler(from: 16000, to: -8000) }
        #expect(throws: ResamplerError.unsupportedRate(1_000_000)) { try Resampler(from: 1_000_000, to: 16000) }
        #expect(throws: ResamplerError.unsupportedRatio(from: 191_999, to: 191_998)) {
            try Resampler(from: 191_999, to: 191_998)
        }
    }
}
