import Language
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
        scene.utterance("Book a table.")
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
        let scene = Scene.begun { ($0.patience, $0.leadTime) = (factor, .seconds(9)) }
        scene.utterance("Book a table.")
        scene.ready()
        #expect(scene.quiet(wait - 96 - 32).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1)])
    }

    // MARK: The caller goes on

    @Test("A caller who goes on within the pause throws the answer away, and nobody has heard it")
    func goesOn() {
        let scene = Scene.begun()
        scene.utterance("Book a table.")
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
        scene.utterance("Book a table.")
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
        scene.utterance("Book a table.")
        scene.quiet(96)
        scene.say(160)
        scene.quiet(96)
        #expect(
            scene.transcript("Book a table now.") == [.discard(1), .prepare(2, .speech("Book a table now."))])
    }

    @Test("A blip after the wait, while the answer is still awaited, puts the end off again")
    func blipAfterTheWait() {
        let scene = Scene.begun()
        scene.utterance("Book a table.")
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

    // MARK: Impatience and pace

    @Test("An impatient caller does not lose the answer that is being made")
    func impatience() {
        let scene = Scene.begun()
        scene.utterance("What is the weather?")
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
        scene.utterance("What is the weather?")
        scene.quiet(2000)
        #expect(scene.say(640).isEmpty)
        scene.quiet(96)
        let all = "What is the weather? And tomorrow?"
        #expect(scene.transcript(all) == [.discard(1), .prepare(2, .speech(all))])
    }

    @Test("A caller who pauses long inside turns is given more time, one who does not less")
    func pace() {
        let slow = Scene.begun { $0.learnsPace = true }
        for _ in 0..<6 {
            slow.say(640)
            slow.quiet(960)
        }
        slow.utterance("Book a table.")
        slow.ready()
        #expect(slow.quiet(480 - 96).isEmpty)
        #expect(slow.quiet(256) == [.closeUtterance(.answered), .release(1)])

        let fluent = Scene.begun { $0.learnsPace = true }
        for number in 1...8 {
            fluent.utterance("Book a table.")
            fluent.ready()
            let released = fluent.quiet(384)
            #expect(released == [.closeUtterance(.answered), .release(ResponseID(number: number))])
            fluent.finished()
        }
        fluent.utterance("Book a table.")
        fluent.ready()
        #expect(fluent.quiet(320).count == 2, "within 416 ms in place of 480")
    }

    @Test("A caller who was cut off is waited for the next time, and some unbroken turns later no more")
    func cutOff() {
        let scene = Scene.begun { $0.learnsPace = true }
        /// The silence after a turn until it is answered.
        func wait(after words: String = "Book a table.") -> Int {
            scene.utterance(words)
            scene.ready()
            for silence in stride(from: 128, through: 2000, by: 32)
            where scene.quiet(32).contains(where: { if case .release = $0 { true } else { false } })
                || scene.ready() != []
            {
                return silence
            }
            return 0
        }
        let usual = wait()
        #expect(usual == 480)
        // The answer is heard, and the caller goes on after 0.8 s.
        scene.quiet(320)
        scene.say(320)
        #expect(scene.feed(.partial("for two people")).contains(.interrupt(1)))
        let rest = wait(after: "for two people.")
        #expect(rest >= 800 + 150)
        var waits: [Int] = []
        for _ in 1...4 {
            scene.finished()
            waits.append(wait())
        }
        // The rest of the turn that was cut off is not one without a pause.
        #expect(waits[0] == rest && waits[1...].allSatisfy { $0 <= usual }, "\(waits)")
    }

    @Test(
        "Words over an answer that come late, or only agree, teach nothing",
        arguments: [(832, "for two people"), (320, "mm-hm")])
    func noCutOff(later: Int, words: String) {
        let scene = Scene.begun { $0.learnsPace = true }
        scene.utterance("Book a table.")
        scene.ready()
        scene.quiet(384 + later)
        scene.say(320)
        scene.feed(.partial(words))
        scene.quiet(96)
        scene.transcript(words)
        scene.ready()
        scene.quiet(1000)
        scene.finished()
        scene.utterance("Book a table.")
        scene.ready()
        #expect(scene.quiet(384).count == 2)
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

    @Test("After four answers in vain the next waits for the end of the turn")
    func speculationsOfATurn() {
        let scene = Scene.begun { $0.speculationCredit = 9 }
        for number in 1...5 {
            scene.say(640)
            scene.quiet(96)
            let commands = scene.transcript(String(repeating: "word ", count: number) + "more.")
            #expect(commands.count == (number < 5 ? 1 : 0))
        }
        #expect(scene.quiet(384).last == .prepare(5, .speech("word word word word word more.")))
    }

    @Test("An answer is begun its lead time before the end of the wait, and at once where that is past")
    func leadTime() {
        let scene = Scene.begun { ($0.patience, $0.leadTime) = (4, .milliseconds(800)) }
        scene.say(640)
        scene.quiet(96)
        // Four times 480 ms, of which 800 are the lead.
        #expect(scene.transcript("Book a table.").isEmpty)
        #expect(scene.quiet(1_024 - 32).isEmpty)
        #expect(scene.quiet(32) == [.prepare(1, .speech("Book a table."))])
    }

    @Test("Words that are likelier over than not are answered whatever was thrown away before")
    func likelyWordsNeedNoCredit() {
        let scene = Scene.begun { $0.speculationCredit = 0 }
        for part in 1...3 {
            scene.say(640)
            scene.quiet(96)
            #expect(scene.transcript(String(repeating: "word ", count: part) + "number").isEmpty)
            scene.say(640)
            scene.quiet(96)
            #expect(
                scene.transcript(String(repeating: "word ", count: part) + "done.").last
                    == .prepare(ResponseID(number: part), .speech(String(repeating: "word ", count: part) + "done.")))
        }
    }

    @Test("Over a call, half an answer a turn is begun in vain")
    func speculationBudget() {
        let scene = Scene.begun()
        let turns = 12
        for turn in 1...turns {
            // A caller who goes on after every pause, three times a turn.
            for part in 1...3 {
                scene.say(640)
                scene.quiet(96)
                scene.transcript(String(repeating: "word ", count: part) + "number \(turn)")
            }
            scene.quiet(800)
            scene.ready()
            scene.quiet(320)
            scene.feed(.finished(scene.newest))
            scene.quiet(640)
        }
        let begun = scene.log.count { if case .prepare(_, .speech) = $0 { true } else { false } }
        #expect(scene.log.count { if case .release = $0 { true } else { false } } == turns)
        #expect(begun <= turns * 3 / 2 + 2 && begun > turns + 2, "\(begun)")
    }

    @Test("Answers that are kept cost nothing")
    func keptSpeculations() {
        let scene = Scene.begun()
        for turn in 1...6 {
            scene.say(640)
            scene.quiet(96)
            #expect(scene.transcript("Question number \(turn).").count == 1, "begun at once")
            scene.quiet(640)
            scene.ready()
            scene.quiet(320)
            scene.feed(.finished(scene.newest))
            scene.quiet(640)
        }
    }
}
