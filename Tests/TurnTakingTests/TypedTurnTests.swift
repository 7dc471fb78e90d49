import Testing

@testable import TurnTaking

@Suite("Typed turns")
struct TypedTurnTests {
    @Test("A typed turn in a silent call is answered without a wait")
    func idle() {
        let scene = Scene.begun()
        #expect(scene.feed(.typed) == [.prepare(1, .typed)])
        #expect(scene.ready() == [.release(1)])
    }

    @Test("A conversation of typed turns alone lives on ticks")
    func textOnly() {
        let scene = Scene.begun()
        scene.wait(500)
        scene.feed(.typed)
        scene.wait(300)
        #expect(scene.ready() == [.release(1)])
        scene.wait(20)
        scene.finished()
        #expect(scene.wait(6980).isEmpty)
        #expect(scene.wait(20) == [.prepare(2, .silence)])
    }

    @Test("A click at the moment of typing opens nothing")
    func onset() {
        let scene = Scene.begun()
        scene.say(32)
        #expect(scene.feed(.typed) == [.prepare(1, .typed)])
        #expect(scene.say(32).isEmpty)
    }

    @Test("Typing ends the utterance that was spoken, and a new one may begin")
    func whileSpeaking() {
        let scene = Scene.begun()
        scene.say(640)
        #expect(scene.feed(.typed) == [.closeUtterance(.superseded), .prepare(1, .typed)])
        #expect(scene.say(64).count == 1)
    }

    @Test("Typing ends the pause and throws its answer away")
    func whilePausing() {
        let scene = Scene.begun()
        scene.utterance("Book a table.")
        scene.ready()
        #expect(scene.feed(.typed) == [.closeUtterance(.superseded), .discard(1), .prepare(2, .typed)])
        #expect(scene.feed(.ready(1)).isEmpty)
        #expect(scene.transcript("Book a table.").isEmpty)
        #expect(scene.ready() == [.release(2)])
    }

    @Test("Typing before the greeting is heard replaces it")
    func whileGreetingIsPrepared() {
        #expect(Scene.begun(greets: true).feed(.typed) == [.discard(1), .prepare(2, .typed)])
    }

    @Test("Typing stops the agent, also where the voice may not")
    func whileAgentSpeaks() {
        let scene = Scene.answering { $0.allowsInterruption = false }
        #expect(scene.feed(.typed) == [.interrupt(1), .prepare(2, .typed)])
        let greeting = Scene.greeted()
        #expect(greeting.feed(.typed) == [.interrupt(1), .prepare(2, .typed)])
    }

    @Test("Of two typed turns at once the second is answered")
    func twice() {
        let scene = Scene.begun()
        scene.feed(.typed)
        #expect(scene.feed(.typed) == [.discard(1), .prepare(2, .typed)])
    }

    @Test("Noise does not cost a typed turn its answer, words replace it")
    func voiceWhileTypedIsPrepared() {
        let noise = Scene.begun()
        noise.feed(.typed)
        noise.say(320)
        noise.quiet(96)
        #expect(noise.transcript("").isEmpty)
        #expect(noise.ready() == [.closeUtterance(.ignored), .release(1)])

        let words = Scene.begun()
        words.feed(.typed)
        words.say(320)
        words.quiet(96)
        #expect(words.transcript("For two.") == [.discard(1), .prepare(2, .speech("For two."))])
    }

    @Test("Nothing typed puts the farewell off")
    func duringTheFarewell() {
        let scene = Scene.begun { $0.maximumDuration = .seconds(2) }
        #expect(scene.quiet(2016) == [.prepare(1, .farewell)])
        #expect(scene.feed(.typed).isEmpty)
        #expect(scene.ready() == [.release(1)])
        scene.say(64)
        #expect(scene.feed(.typed) == [.closeUtterance(.superseded)])
        #expect(scene.finished() == [.end(.maximumDuration)])
        #expect(scene.feed(.typed).isEmpty)
    }
}
