import Foundation
import Testing

@testable import Audio

@Suite struct LevelTests {
    @Test func sineHasTheLevelOfItsAmplitude() {
        let tone = Tone.samples(1000, rate: 16000, count: 16000)
        #expect(abs(Level.peak(tone) - 0.5) < 1e-4)
        #expect(abs(Level.rms(tone) - 0.353553) < 1e-4)
        #expect(abs(Level.peakDecibels(tone) + 6.02) < 0.01)
        #expect(abs(Level.amplitude(decibels: -20) - 0.1) < 1e-6)
    }

    @Test func nothingIsSilent() {
        #expect(Level.rms([]) == 0)
        #expect(Level.peakDecibels([]) == -.infinity)
        #expect(Level.amplitude(decibels: -.infinity) == 0)
    }
}

@Suite struct FadeTests {
    @Test func fadesReachTheirEndsWithoutAJump() {
        var samples = [Float](repeating: 1, count: 1000)
        Fade.fadeIn(&samples, over: 160)
        Fade.fadeOut(&samples, over: 320)
        // A raised cosine is steepest at its middle: π/2 of the mean slope.
        let steepest = Float.pi / 2
        #expect(samples[0] <= steepest / 160)
        #expect(samples[999] <= steepest / 320)
        #expect(samples[160..<680].allSatisfy { $0 == 1 })
        for (left, right) in zip(samples[..<160], samples[1...160]) {
            #expect(right >= left && right - left <= steepest / 160)
        }
        for (left, right) in zip(samples[679...], samples[680...]) {
            #expect(right <= left && left - right <= steepest / 320)
        }
    }

    @Test func shortBuffersFadeWhole() {
        var samples: [Float] = [1, 1, 1]
        Fade.fadeOut(&samples, over: 100)
        let expected: [Float] = [0.853553, 0.5, 0.146447]
        #expect(zip(samples, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        var none: [Float] = []
        Fade.fadeIn(&none, over: 10)
        #expect(none.isEmpty)
        var untouched: [Float] = [1]
        Fade.fadeIn(&untouched, over: -1)
        #expect(untouched == [1])
    }

    @Test func rampMovesBetweenTwoGainsInsideItsRangeOnly() {
        var samples = [Float](repeating: 1, count: 6)
        Fade.apply(to: &samples, in: 1..<4, from: 1, to: 0.2)
        let expected: [Float] = [1, 0.882843, 0.6, 0.317157, 1, 1]
        #expect(zip(samples, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func rampMayReachOutOfTheBuffer() {
        var samples: [Float] = [1, 1]
        Fade.apply(to: &samples, in: -2..<2, from: 0, to: 1)
        #expect(abs(samples[0] - 0.654508) < 1e-5 && abs(samples[1] - 0.904508) < 1e-5)
    }
}

@Suite struct SpeechTrimTests {
    private func clause(lead: Int, tail: Int, noise amplitude: Float = 0, seed: UInt64 = 3) -> [Float] {
        var noise = Noise(seed: seed)
        let tone = Tone.samples(200, rate: 16000, count: 8000)
        return noise.samples(lead, amplitude: amplitude) + tone + noise.samples(tail, amplitude: amplitude)
    }

    @Test func silenceIsFoundToWithinAWindowAndSomeIsKept() {
        let samples = clause(lead: 3200, tail: 1600)
        // 10 ms of 16 kHz are kept; the window is 2 ms.
        #expect((3008...3072).contains(SpeechTrim.leadingSilence(of: samples, sampleRate: 16000)))
        #expect((1408...1472).contains(SpeechTrim.trailingSilence(of: samples, sampleRate: 16000)))
    }

    @Test func voicesWithNoiseUnderThemAreTrimmedToo() {
        // 50 dB under the tone's peak.
        let samples = clause(lead: 3200, tail: 1600, noise: 0.5 * 0.00316)
        #expect((3008...3072).contains(SpeechTrim.leadingSilence(of: samples, sampleRate: 16000)))
        #expect((1408...1472).contains(SpeechTrim.trailingSilence(of: samples, sampleRate: 16000)))
    }

    @Test func softOnsetIsNotCut() {
        // A breath 34 dB under the vowel, 60 ms before it.
        var noise = Noise(seed: 5)
        let samples =
            [Float](repeating: 0, count: 1600) + noise.samples(960, amplitude: 0.02 * 0.5 * 1.73)
            + clause(lead: 0, tail: 0)
        let lead = SpeechTrim.leadingSilence(of: samples, sampleRate: 16000)
        #expect((1408...1472).contains(lead))
    }

    @Test func oneClickIsNotSpeech() {
        var samples = clause(lead: 3200, tail: 0)
        samples[100] = 0.02
        #expect(SpeechTrim.leadingSilence(of: samples, sampleRate: 16000) > 3000)
    }

    @Test func whatBeginsAtOnceKeepsAllAndSilenceIsAllSilence() {
        #expect(SpeechTrim.leadingSilence(of: clause(lead: 0, tail: 0), sampleRate: 16000) == 0)
        #expect(SpeechTrim.leadingSilence(of: [Float](repeating: 0, count: 500), sampleRate: 16000) == 500)
        #expect(SpeechTrim.leadingSilence(of: [Float](), sampleRate: 16000) == 0)
        #expect(SpeechTrim.trailingSilence(of: [Float](repeating: 0.0002, count: 500), sampleRate: 16000) == 500)
    }
}
