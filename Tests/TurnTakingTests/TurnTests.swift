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
        #expect(!scene.quiet(wait - 96 - 32).contains(.release(1)))
        scene.ready()
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("Words that are clearly unfinished are answered only from shortly before the end of the wait")
    func openWordsWait() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        #expect(scene.transcript("My number is").isEmpty)
        #expect(scene.quiet(672).isEmpty)
        #expect(scene.quiet(32) == [.prepare(1, .speech("My number is"))])
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
        // The wait starts anew after it.
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

    // MARK: Impatience, noise, pace

    @Test("An impatient caller does not lose the answer that is being made")
    func impatience() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("What is the weather?")
        scene.quiet(2000)
        #expect(scene.say(640).isEmpty)
        scene.quiet(96)
        #expect(scene.transcript("What is the weather? Hello? Are you there?").isEmpty)
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("A caller who asks for more in the meantime gets an answer to all of it")
    func moreMeanwhile() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("What is the weather?")
        scene.quiet(2000)
        #expect(scene.say(640).isEmpty)
        scene.quiet(96)
        let all = "What is the weather? And tomorrow?"
        #expect(scene.transcript(all) == [.discard(1), .prepare(2, .speech(all))])
    }

    @Test("A click in a pause changes nothing")
    func clickInAPause() {
        let scene = Scene.begun()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
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

    @Test("A caller who pauses long inside turns is given more time, one who does not less")
    func pace() {
        let slow = Scene.begun { $0.learnsPace = true }
        for _ in 0..<6 {
            slow.say(640)
            slow.quiet(960)
        }
        slow.say(640)
        slow.quiet(96)
        slow.transcript("Book a table.")
        slow.ready()
        #expect(slow.quiet(480 - 96).isEmpty)
        #expect(slow.quiet(256) == [.closeUtterance(.answered), .release(1)])

        let fluent = Scene.begun { $0.learnsPace = true }
        for number in 1...8 {
            fluent.say(640)
            fluent.quiet(96)
            fluent.transcript("Book a table.")
            fluent.ready()
            let released = fluent.quiet(384)
            #expect(released == [.closeUtterance(.answered), .release(ResponseID(number: number))])
            fluent.finished()
        }
        fluent.say(640)
        fluent.quiet(96)
        fluent.transcript("Book a table.")
        fluent.ready()
        #expect(fluent.quiet(320).count == 2, "within 416 ms in place of 480")
    }

    // MARK: The turn detector

    @Test("The detector is asked at the soft end and at growing silences, and its word moves the wait")
    func detector() {
        let scene = Scene.begun { $0.usesTurnDetector = true }
        scene.say(640)
        #expect(scene.quiet(96) == [.finalize(pause: 1), .judge(pause: 1)])
        scene.transcript("Book a table.")
        scene.ready()
        scene.feed(.verdict(pause: 1, probability: 0))
        #expect(scene.quiet(160) == [.judge(pause: 1)])
        #expect(scene.quiet(256) == [.judge(pause: 1)])
        #expect(scene.quiet(32).isEmpty, "544 ms have passed, and it says that more is coming")
        #expect(
            scene.feed(.verdict(pause: 1, probability: 1)) == [.closeUtterance(.answered), .release(1)],
            "now it is less sure")
    }

    @Test("A sure detector ends a finished sentence early")
    func sureDetector() {
        let scene = Scene.begun { $0.usesTurnDetector = true }
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.ready()
        scene.feed(.verdict(pause: 1, probability: 1))
        #expect(scene.quiet(128).isEmpty)
        #expect(scene.quiet(32).suffix(2) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("A doubtful detector does not wait for ever", arguments: [("Book a table.", 800), ("Tomorrow, and", 2208)])
    func doubtfulDetector(words: String, wait: Int) {
        let scene = Scene.begun { $0.usesTurnDetector = true }
        scene.say(640)
        scene.quiet(96)
        scene.transcript(words)
        scene.feed(.verdict(pause: 1, probability: 0))
        scene.quiet(wait - 96 - 32)
        #expect(scene.ready().isEmpty)
        #expect(scene.quiet(32).last == .release(1))
    }

    @Test("A verdict on a pause that is over says nothing")
    func staleVerdict() {
        let scene = Scene.begun { $0.usesTurnDetector = true }
        scene.say(640)
        scene.quiet(96)
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.ready()
        scene.feed(.verdict(pause: 1, probability: 1))
        #expect(scene.quiet(256).count { if case .release = $0 { true } else { false } } == 0)
    }

    // MARK: What the agent has asked for

    @Test("A number that was asked for ends early when it is whole, and earns patience before that")
    func expectedNumber() {
        let scene = Scene.greeted()
        scene.feed(.said("What is your phone number?"))
        scene.finished()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Five, five, five,")
        scene.quiet(2000)
        #expect(!scene.log.contains(.closeUtterance(.answered)))
        scene.say(640)
        scene.quiet(96)
        #expect(
            scene.transcript("Five, five, five, one, two, three, four, five, six, seven.").last
                == .prepare(3, .speech("5551234567.")))
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(3)])
    }

    @Test("Spelling reaches the model as it is written")
    func spelling() {
        let scene = Scene.greeted()
        scene.feed(.said("Could you spell your name, please?"))
        scene.finished()
        scene.say(640)
        scene.quiet(96)
        scene.transcript("J-o-h-n.")
        scene.quiet(3000)
        #expect(scene.log.contains(.prepare(2, .speech("JOHN."))))
    }

    // MARK: Speculation

    @Test("Without speculation the answer is begun at the end of the turn")
    func withoutSpeculation() {
        let scene = Scene.begun { $0.speculates = false }
        scene.say(640)
        scene.quiet(96)
        #expect(scene.transcript("Book a table.").isEmpty)
        #expect(scene.quiet(352).isEmpty)
        #expect(scene.quiet(32) == [.prepare(1, .speech("Book a table."))])
        #expect(scene.ready() == [.closeUtterance(.answered), .release(1)])
    }

    @Test("After three answers in vain the next waits for the end of the turn")
    func speculationBudget() {
        let scene = Scene.begun()
        for number in 1...4 {
            scene.say(640)
            scene.quiet(96)
            let commands = scene.transcript(String(repeating: "word ", count: number) + "more.")
            #expect(commands.count == (number < 4 ? 1 : 0))
        }
        #expect(scene.quiet(384).last == .prepare(4, .speech("word word word word more.")))
    }

    // MARK: Soft timeouts

    @Test("An answer that is late gets a filler, and follows it")
    func filler() {
        let scene = Scene.begun { $0.softTimeout = .milliseconds(960) }
        scene.say(640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        #expect(scene.quiet(384 + 928).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1), .fill(1)])
        #expect(scene.quiet(3200).isEmpty, "one, unless more are asked for")
        #expect(scene.ready().isEmpty)
        #expect(scene.finished().isEmpty)
        #expect(scene.isAgentIdle)
    }

    @Test("Several fillers, each after the same wait, until the answer is there")
    func fillers() {
        let scene = Scene.begun {
            $0.softTimeout = .milliseconds(960)
            $0.maximumFillers = 3
        }
        scene.feed(.typed)
        #expect(scene.quiet(960) == [.release(1), .fill(1)])
        #expect(scene.quiet(960) == [.fill(1)])
        scene.ready()
        #expect(scene.quiet(3200).isEmpty)
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
        #expect(
            scene.quiet(32) == [.closeUtterance(.ignored), .prepare(2, .silence)],
            "something was said, so the agent asks")
        #expect(scene.isCallerSilent)
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
