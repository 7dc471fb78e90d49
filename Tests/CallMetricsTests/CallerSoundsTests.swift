import Audio
import CallMetrics
import Testing

@Suite("Sounds of a scripted caller")
struct CallerSoundsTests {
    @Test("A pause goes to the quietest place in mid-sentence and leaves the rest as it was")
    func pause() throws {
        let sentence = tone(0.9) + tone(0.08, decibels: -45) + tone(0.9)
        let paused = try #require(CallerSounds.paused(sentence, sampleRate: 16000, pause: 0.7))
        #expect(paused.count == sentence.count + 11200)
        let found = Audibility.utterances(in: paused, sampleRate: 16000)
        #expect(found.count == 2)
        #expect(abs(found[1].start - found[0].end - 11200) < 1280)
        #expect(paused[..<14000] == sentence[..<14000])
        #expect(CallerSounds.paused(tone(1), sampleRate: 16000, pause: 0.7) == nil)
    }

    @Test("The longest pause of a recording is found, and silence around it is none")
    func longestPause() {
        let sentence = silence(2) + tone(0.9) + tone(0.5, decibels: -60) + tone(0.9) + silence(0.2) + tone(0.3)
        #expect(abs(CallerSounds.longestPause(in: sentence + silence(3), sampleRate: 16000) - 0.5) < 0.05)
        #expect(CallerSounds.longestPause(in: tone(1), sampleRate: 16000) < 0.05)
        #expect(CallerSounds.longestPause(in: silence(1), sampleRate: 16000) == 0)
    }

    @Test("What is strung together has the gaps asked for and one loudness, whatever silence was around the pieces")
    func strung() {
        let letters = [silence(0.3) + tone(0.3, decibels: -40) + silence(0.4), tone(0.4) + silence(0.2)]
        let strung = CallerSounds.strung(letters, sampleRate: 16000, gap: 0.35)
        let found = Audibility.utterances(in: strung, sampleRate: 16000)
        #expect(found.count == 2)
        #expect(abs(Double(found[1].start - found[0].end) / 16000 - 0.37) < 0.03)
        let levels = found.map { Level.decibels(Level.rms(strung[$0.start..<$0.end])) }
        #expect(abs(levels[0] - levels[1]) < 1)
    }

    @Test("Noises lie as far below the speech as asked for", arguments: [20.0, 10, 5])
    func background(ratio: Double) throws {
        let callers = [silence(1) + tone(1, decibels: -18) + silence(1)]
        let level = try #require(CallerSounds.level(of: callers, sampleRate: 16000))
        #expect(abs(level + 18) < 0.2)
        let noise = CallerSounds.background(
            [tone(1, decibels: -60), tone(2, decibels: -6)], speech: level, ratio: ratio)
        #expect(noise.count == 48000)
        for half in [noise[..<16000], noise[16000...]] {
            #expect(abs(Double(Level.decibels(Level.rms(half))) - (level - ratio)) < 0.2)
        }
    }

    @Test("A cough and taps are audible, short, and no tones")
    func noises() throws {
        for (sound, longest) in [
            (CallerSounds.cough(sampleRate: 16000), 0.4), (CallerSounds.taps(sampleRate: 16000), 0.6),
        ] {
            let heard = try #require(Audibility.speech(in: sound, sampleRate: 16000))
            #expect(Double(heard.end - heard.start) / 16000 > 0.2)
            #expect(Double(sound.count) / 16000 <= longest)
            #expect(Level.peak(sound) < 1 && Level.peak(sound) > 0.1)
        }
    }

    @Test("The echo is the agent's voice, later and 20 dB weaker, at the microphone's rate")
    func echo() throws {
        var path = try EchoPath(from: 24000, to: 16000, options: .init(delay: 0.120))
        let agent = silence(0.2, sampleRate: 24000) + tone(0.5, sampleRate: 24000) + silence(0.3, sampleRate: 24000)
        var microphone: [Float] = []
        for start in stride(from: 0, to: agent.count, by: 480) {
            var frame = [Float](repeating: 0, count: 320)
            // A frame behind, as a call hears it.
            path.add(heard: start == 0 ? [] : Array(agent[start - 480..<start]), to: &frame)
            microphone += frame
        }
        let heard = try #require(Audibility.speech(in: microphone, sampleRate: 16000))
        #expect(abs(Double(heard.start) / 16000 - 0.32) < 0.004)
        #expect(abs(Level.decibels(Level.rms(microphone[heard.start + 200..<heard.end - 200])) + 40) < 0.5)
    }
}
