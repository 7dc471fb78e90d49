import CallMetrics
import Foundation
import Testing

/// Sound at a known level: a 200 Hz tone, whose root mean square is its amplitude ÷ √2.
func tone(_ seconds: Double, decibels: Double = -20, sampleRate: Int = 16000) -> [Float] {
    let amplitude = pow(10, decibels / 20) * 2.0.squareRoot()
    return (0..<Int(seconds * Double(sampleRate))).map {
        Float(amplitude * sin(2 * .pi * 200 * Double($0) / Double(sampleRate)))
    }
}

func silence(_ seconds: Double, sampleRate: Int = 16000) -> [Float] {
    [Float](repeating: 0, count: Int(seconds * Double(sampleRate)))
}

@Suite("Audibility")
struct AudibilityTests {
    @Test("The end of speech is its last loud sample, not the end of the file")
    func endOfSpeech() throws {
        let recording = silence(0.25) + tone(1) + tone(0.5, decibels: -62) + silence(2)
        let speech = try #require(Audibility.speech(in: recording, sampleRate: 16000))
        #expect(abs(speech.start - 4000) < 64)
        #expect(abs(speech.end - 20000) < 64)
    }

    @Test("Noise 40 dB under the speech does not prolong it, a soft ending 25 dB under it does")
    func threshold() throws {
        let noisy = tone(1, decibels: -5) + tone(1, decibels: -45)
        #expect(abs(try #require(Audibility.speech(in: noisy, sampleRate: 16000)).end - 16000) < 200)
        let soft = tone(1, decibels: -15) + tone(0.2, decibels: -40)
        #expect(abs(try #require(Audibility.speech(in: soft, sampleRate: 16000)).end - 19200) < 200)
    }

    @Test("Silence has no speech, and a click is not heard")
    func nothing() {
        #expect(Audibility.speech(in: silence(1), sampleRate: 16000) == nil)
        var click = silence(1)
        click[8000] = 1
        #expect(Audibility.utterances(in: click, sampleRate: 16000).isEmpty)
        #expect(Audibility.utterances(in: [], sampleRate: 16000).isEmpty)
    }

    @Test("Speech begins with its first soft sound, unless that is the recording's own noise")
    func onset() throws {
        let soft = silence(0.2) + tone(0.11, decibels: -42) + tone(1, decibels: -8) + silence(0.2)
        #expect(abs(try #require(Audibility.speech(in: soft, sampleRate: 16000)).start - 3200) < 64)
        let noisy = tone(0.31, decibels: -43) + tone(1, decibels: -8) + tone(0.2, decibels: -43)
        #expect(abs(try #require(Audibility.speech(in: noisy, sampleRate: 16000)).start - 4960) < 200)
        let apart = tone(0.05, decibels: -40) + silence(0.3) + tone(1, decibels: -8) + silence(0.2)
        #expect(abs(try #require(Audibility.speech(in: apart, sampleRate: 16000)).start - 5600) < 64)
    }

    @Test("Pauses inside an utterance are part of it, longer silence divides", arguments: [8000, 16000, 24000, 44100])
    func joining(sampleRate: Int) {
        func seconds(_ samples: Int) -> Double { Double(samples) / Double(sampleRate) }
        let heard =
            silence(0.5, sampleRate: sampleRate) + tone(0.4, sampleRate: sampleRate)
            + silence(0.2, sampleRate: sampleRate) + tone(0.4, sampleRate: sampleRate)
            + silence(0.5, sampleRate: sampleRate) + tone(0.3, sampleRate: sampleRate)
        let found = Audibility.utterances(in: heard, sampleRate: sampleRate)
        #expect(found.count == 2)
        #expect(abs(seconds(found[0].start) - 0.5) < 0.004)
        #expect(abs(seconds(found[0].end) - 1.5) < 0.004)
        #expect(abs(seconds(found[1].start) - 2.0) < 0.004)
    }

    @Test("Sound under the floor is not heard, however long")
    func floor() {
        #expect(Audibility.utterances(in: tone(2, decibels: -53), sampleRate: 16000).isEmpty)
        #expect(Audibility.utterances(in: tone(2, decibels: -47), sampleRate: 16000).count == 1)
    }
}
