import Testing

@testable import TurnTaking

@Suite("Voice and noise")
struct VoiceActivityTests {
    @Test("A window far below the voice before it is silence, whatever the detector still says")
    func silenceByLevel() {
        let scene = Scene.begun()
        scene.voice(0.95, level: -18, for: 640)
        #expect(scene.voice(0.9, level: -52, for: 64).isEmpty)
        #expect(scene.voice(0.6, level: -60, for: 32) == [.finalize(pause: 1)])
        #expect(scene.voice(0.95, level: -60, for: 224).isEmpty, "nobody speaks on that softly")
        #expect(scene.transcript("Book a table.") == [.prepare(1, .speech("Book a table."))])

        // The same level is speech where the voice is soft, or the bang was long ago.
        let soft = Scene.begun()
        soft.voice(0.95, level: -40, for: 640)
        #expect(soft.voice(0.9, level: -52, for: 320).isEmpty)
        let bang = Scene.begun()
        bang.voice(0.95, level: -2, for: 64)
        bang.voice(0.95, level: -40, for: 480)
        #expect(bang.voice(0.95, level: -40, for: 640).isEmpty, "it is an utterance again, and goes on")
    }

    @Test("A click in a pause changes nothing")
    func clickInAPause() {
        let scene = Scene.begun()
        scene.utterance("Book a table.")
        scene.ready()
        scene.quiet(96)
        #expect(scene.say(32).isEmpty)
        #expect(scene.quiet(224).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("Noise that goes on after the last word does not keep the turn open")
    func noiseAfterTheWords() {
        let scene = Scene.begun()
        scene.say(640)
        scene.feed(.partial("Book a table."))
        for _ in 0..<5 {
            scene.say(480)
            #expect(scene.feed(.partial("Book a table.")).isEmpty)
        }
        scene.say(480)
        #expect(scene.feed(.partial("Book a table.")) == [.finalize(pause: 1)])
        #expect(scene.transcript("Book a table.") == [.prepare(1, .speech("Book a table."))])
        scene.ready()
        #expect(scene.say(448).isEmpty)
        #expect(scene.say(32) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("An utterance has a longest length")
    func longestUtterance() {
        let scene = Scene.begun { $0.maximumUtterance = .seconds(8) }
        scene.say(64)
        #expect(scene.say(7904).isEmpty)
        #expect(scene.say(64) == [.finalize(pause: 1)])
    }

    @Test("A click shorter than the shortest speech opens nothing")
    func click() {
        let scene = Scene.begun()
        for _ in 0..<20 {
            #expect(scene.say(32).isEmpty)
            #expect(scene.quiet(32).isEmpty)
        }
        #expect(scene.isCallerSilent)
    }

    @Test("A click puts off no prompt that became ready during it")
    func readyDuringAClick() {
        let scene = Scene.begun()
        #expect(scene.quiet(7008) == [.prepare(1, .silence)])
        scene.say(32)
        #expect(scene.ready().isEmpty, "perhaps the caller begins to speak")
        #expect(scene.quiet(32) == [.release(1)])
    }

    @Test("Between the thresholds a window is what the one before was")
    func hysteresis() {
        let scene = Scene.begun()
        #expect(scene.voice(0.45, for: 640).isEmpty, "not enough to begin")
        scene.say(64)
        #expect(scene.voice(0.45, for: 640).isEmpty, "enough to go on")
        #expect(scene.voice(0.34, for: 64).isEmpty)
        #expect(scene.voice(0.34, for: 32) == [.finalize(pause: 1)])
        #expect(scene.voice(0.45, for: 64).isEmpty, "not enough to go on after a pause")
        #expect(scene.transcript("Yes.") == [.prepare(1, .speech("Yes."))])
    }

    @Test("Right at the thresholds: 0.5 begins, 0.35 goes on")
    func thresholds() {
        let scene = Scene.begun()
        scene.voice(0.5, for: 32)
        #expect(scene.voice(0.35, for: 32) == [.openUtterance(from: .zero)])
    }

    @Test("A probability that is no number is silence")
    func notANumber() {
        let scene = Scene.begun()
        scene.say(640)
        #expect(scene.voice(.nan, for: 96) == [.finalize(pause: 1)])
    }

    @Test("A silence shorter than the soft end is part of the speech")
    func stopConsonant() {
        let scene = Scene.begun()
        scene.say(320)
        #expect(scene.quiet(64).isEmpty)
        #expect(scene.say(320).isEmpty)
        #expect(scene.quiet(96) == [.finalize(pause: 1)])
    }
}
