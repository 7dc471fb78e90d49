import Testing

@testable import TurnTaking

@Suite("The caller's turn")
struct TurnTests {
    @Test("A plain turn: soft end, final transcript, answer in the making, wait, release")
    func plainTurn() {
        let scene = Scene.begun()
        #expect(scene.quiet(480).isEmpty)
        #expect(scene.say(32).isEmpty)
        // The speech began at 480 ms; the soft consonants before it belong to it.
        #expect(scene.say(32) == [.openUtterance(from: .zero + .milliseconds(160))])
        #expect(scene.say(576).isEmpty)
        #expect(scene.quiet(64).isEmpty)
        #expect(scene.quiet(32) == [.finalize(pause: 1)])
        #expect(scene.transcript("Book a table.") == [.prepare(1, .speech("Book a table."))])
        #expect(scene.ready().isEmpty)
        #expect(scene.quiet(352).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1)])
        #expect(scene.finished().isEmpty)
        #expect(scene.isCallerSilent && scene.isAgentIdle)
    }

    @Test("The audio of an utterance never starts before the call")
    func preRollAtTheStart() {
        #expect(Scene.begun().say(64) == [.openUtterance(from: .zero)])
    }

    @Test("An answer that is ready only after the wait is released at once")
    func readyAfterTheWait() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        #expect(scene.quiet(2000).isEmpty)
        #expect(scene.ready() == [.closeUtterance(.answered), .release(1)])
    }

    @Test(
        "The wait follows from how complete the words are",
        arguments: [
            ("Book a table.", 480), ("Is it open?", 480), ("Book a table", 800), ("My number is", 1600),
            ("Tomorrow, and", 1600), ("Well...", 1600), ("At five,", 1600),
        ])
    func waitByCompleteness(words: String, wait: Int) {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript(words)
        scene.ready()
        #expect(scene.quiet(wait - 96 - 32).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("Patience stretches the wait, eagerness shortens it", arguments: [(2.0, 960), (0.5, 256)])
    func patience(factor: Double, wait: Int) {
        let scene = Scene.begun { $0.patience = factor }
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.ready()
        #expect(scene.quiet(wait - 96 - 32).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1)])
    }

    // MARK: The caller goes on

    @Test("A caller who goes on within the pause throws the answer away, and nobody has heard it")
    func goesOn() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.ready()
        scene.quiet(160)
        #expect(scene.say(160).isEmpty)
        #expect(scene.say(32) == [.discard(1)])
        scene.say(320)
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(
            scene.transcript("Book a table for two.") == [.prepare(2, .speech("Book a table for two."))])
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(2)])
        #expect(!scene.log.contains(.release(1)))
    }

    @Test("A short blip in the pause keeps the answer when the words stay the same")
    func blipKeepsTheWork() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.ready()
        scene.quiet(96)
        #expect(scene.say(160).isEmpty)
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(scene.transcript("book a table").isEmpty, "punctuation and case alone change nothing")
        // The wait starts anew at the blip.
        #expect(scene.quiet(800 - 96 - 32).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("A short blip with new words gets a new answer")
    func blipWithNewWords() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.quiet(96)
        scene.say(160)
        scene.quiet(96)
        #expect(
            scene.transcript("Book a table now.") == [.discard(1), .prepare(2, .speech("Book a table now."))])
    }

    @Test("A blip after the wait, while the answer is still awaited, puts the end off again")
    func blipAfterTheWait() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.quiet(800)
        scene.say(64)
        #expect(scene.ready().isEmpty, "somebody is speaking")
        scene.quiet(96)
        scene.transcript("Book a table.")
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("A transcript of a pause that is over says nothing")
    func staleTranscript() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.say(320)
        #expect(scene.transcript("Book").isEmpty, "the caller speaks again")
        scene.quiet(96)
        #expect(scene.pause == 2)
        #expect(scene.feed(.transcript(pause: 1, "Book")).isEmpty)
        #expect(scene.transcript("Book a table.") == [.prepare(1, .speech("Book a table."))])
        #expect(scene.transcript("Something else.").isEmpty, "the second answer for one pause")
    }

    // MARK: Transcripts that fail

    @Test("When the transcript is late the words so far are answered")
    func lateTranscript() {
        let scene = Scene.begun()
        scene.say(640)
        scene.feed(.partial("Book"))
        scene.feed(.partial("Book a table"))
        #expect(scene.quiet(96) == [.finalize(pause: 1)])
        #expect(scene.quiet(3872).isEmpty)
        #expect(scene.quiet(32) == [.prepare(1, .speech("Book a table"))])
        #expect(scene.transcript("Book a table for two.").isEmpty, "too late")
        #expect(scene.ready() == [.closeUtterance(.answered), .release(1)])
    }

    @Test("Words of an earlier utterance do not stand in for a late transcript")
    func lateTranscriptWithoutPartial() {
        let scene = Scene.answering()
        scene.finished()
        scene.feed(.partial("Book a table"))
        scene.say(640)
        #expect(scene.quiet(3968) == [.finalize(pause: 2)])
        #expect(scene.quiet(32) == [.closeUtterance(.ignored)])
        #expect(scene.isCallerSilent && scene.isAgentIdle)
    }

    @Test("An utterance without words is ignored", arguments: ["", "  ", "...", "?!"])
    func emptyTranscript(text: String) {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        #expect(scene.transcript(text).isEmpty)
        #expect(scene.quiet(672).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.ignored)])
        #expect(scene.isCallerSilent && scene.isAgentIdle)
    }

    @Test("After an ignored utterance the next one is heard as ever")
    func turnAfterNoise() {
        let scene = Scene.begun()
        scene.say(128)
        scene.quiet(96)
        scene.transcript("")
        scene.quiet(704)
        #expect(scene.say(64).count == 1)
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(scene.transcript("Hello?") == [.prepare(1, .speech("Hello?"))])
    }

    // MARK: Voice activity

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

    // MARK: Typing

    @Test("Typing holds a finished answer back, and two seconds later it is released")
    func activityHolds() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.ready()
        scene.feed(.activity)
        #expect(scene.quiet(1984).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("Typing that goes on for a minute does not cost the answer")
    func activityHoldsLong() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.ready()
        for _ in 0..<60 {
            scene.feed(.activity)
            #expect(scene.quiet(992).isEmpty)
        }
        #expect(scene.quiet(1024) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("Typing long ago holds nothing back")
    func activityIsForgotten() {
        let scene = Scene.begun()
        scene.feed(.activity)
        scene.quiet(3200)
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(1)])
    }
}
