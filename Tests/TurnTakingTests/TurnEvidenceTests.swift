import Language
import Testing

@testable import TurnTaking

@Suite("What tells the end of a turn")
struct TurnEvidenceTests {
    /// The silence after which a turn ends of which 96 ms have passed, in milliseconds; 3 s for one that does not.
    private func silence(upToEndOf scene: Scene) -> Int {
        var silence = 96
        while !scene.log.contains(.release(1)), silence < 3000 {
            scene.quiet(32)
            silence += 32
        }
        return silence
    }

    @Test("The words' own ending is known before, with or after their transcript")
    func endings() {
        func wait(_ tell: (Scene) -> Void) -> Int? {
            let scene = Scene.begun()
            scene.say(640)
            tell(scene)
            scene.ready()
            return (0..<100).first { _ in
                scene.ready()
                return scene.quiet(32).contains(.release(1))
            }
        }
        let words = "I'd like to check."
        let ending = TurnEvent.ending(words: "I'd like to check", probability: 0.0001)
        let plain = wait { scene in
            scene.quiet(96)
            scene.transcript(words)
        }
        let before = wait { scene in
            scene.feed(ending)
            scene.quiet(96)
            scene.transcript(words)
        }
        let after = wait { scene in
            scene.quiet(96)
            scene.transcript(words)
            scene.feed(ending)
        }
        let other = wait { scene in
            scene.feed(.ending(words: "I'd like", probability: 0.0001))
            scene.quiet(96)
            scene.transcript(words)
        }
        #expect(before == after)
        #expect(plain == other, "what was said of other words does not count")
        #expect((plain ?? 0) + 30 < (before ?? 0))
    }

    @Test("The detector is asked at its silences, and its mean moves the wait")
    func detector() {
        let scene = Scene.begun {
            $0.usesTurnDetector = true
            $0.judgements = [.milliseconds(160), .milliseconds(384)]
        }
        scene.say(640)
        #expect(scene.quiet(96) == [.finalize(pause: 1)])
        scene.transcript("Book a table.")
        scene.ready()
        #expect(scene.quiet(64) == [.judge(pause: 1)])
        scene.feed(.verdict(pause: 1, probability: 0))
        #expect(scene.quiet(224) == [.judge(pause: 1)])
        #expect(scene.quiet(192).isEmpty, "576 ms have passed, and it says that more is coming")
        #expect(
            scene.feed(.verdict(pause: 1, probability: 1)) == [.closeUtterance(.answered), .release(1)],
            "now it is less sure")
    }

    @Test("A question that would be answered too late is not asked")
    func lateQuestion() {
        let scene = Scene.begun {
            $0.usesTurnDetector = true
            $0.judgements = [.milliseconds(160), .milliseconds(384)]
        }
        scene.utterance("Book a table.")
        #expect(scene.quiet(64) == [.judge(pause: 1)])
        scene.feed(.verdict(pause: 1, probability: 0.8))
        // The wait is 416 ms.
        #expect(!scene.quiet(640).contains(.judge(pause: 1)))
    }

    @Test("Words that are judged by odds wait for the sound, but not for ever", arguments: [true, false])
    func awaitedSound(comes: Bool) {
        let scene = Scene.begun { $0.usesTurnDetector = true }
        scene.say(640)
        scene.feed(.ending(words: "Book a table for two.", probability: 0.97))
        scene.quiet(96)
        scene.transcript("Book a table for two.")
        scene.ready()
        #expect(scene.quiet(32) == [.judge(pause: 1)])
        // The words alone would have ended it after 288 ms.
        #expect(scene.quiet(256).isEmpty)
        if comes {
            #expect(scene.feed(.verdict(pause: 1, probability: 0.98)) == [.closeUtterance(.answered), .release(1)])
        } else {
            #expect(scene.quiet(64) == [.closeUtterance(.answered), .release(1)])
        }
    }

    @Test("The surer the sound is of an end, the shorter the wait, whatever the words say")
    func soundMovesTheWait() {
        func wait(_ sound: Float, _ ending: Float) -> Int {
            let scene = Scene.begun { $0.usesTurnDetector = true }
            scene.utterance("Book a table for two.")
            scene.ready()
            scene.feed(.ending(words: "Book a table for two.", probability: ending))
            scene.feed(.verdict(pause: 1, probability: sound))
            return silence(upToEndOf: scene)
        }
        for ending in [Float(0.05), 0.5, 0.95] {
            let waits = [Float(0.97), 0.7, 0.5, 0.3, 0.03].map { wait($0, ending) }
            #expect(waits == waits.sorted() && waits[0] + 400 < waits[4])
        }
    }

    @Test("The sound is not asked about a few words that leave no doubt, nor does it count")
    func toldByWords() {
        let scene = Scene.begun { $0.usesTurnDetector = true }
        scene.say(640)
        scene.feed(.ending(words: "Hello.", probability: 0.95))
        scene.quiet(96)
        scene.transcript("Hello.")
        scene.ready()
        scene.feed(.verdict(pause: 1, probability: 0))
        #expect(scene.quiet(192) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("Without a detector the wait is the shorter the likelier it is that nothing follows the words")
    func conclusive() {
        func wait(_ ending: Float) -> Int {
            let scene = Scene.begun()
            scene.utterance("Book a table.")
            scene.ready()
            scene.feed(.ending(words: "Book a table.", probability: ending))
            return silence(upToEndOf: scene)
        }
        let waits = [Float(0.9), 0.7, 0.6, 0.5].map(wait)
        #expect(waits == waits.sorted() && Set(waits).count == waits.count)
        #expect(waits[0] < 480 && waits[3] > 1000)
    }

    @Test(
        "A turn does not end before its words are judged, but does not wait for ever for that",
        arguments: [true, false])
    func awaitedEnding(comes: Bool) {
        let scene = Scene.begun { $0.usesEndOfUtteranceModel = true }
        scene.utterance("And so my fellow Americans.")
        scene.ready()
        #expect(!scene.quiet(320).contains(.release(1)))
        if comes { scene.feed(.ending(words: "And so my fellow Americans.", probability: 0.5)) }
        #expect(scene.quiet(256).contains(.release(1)) != comes)
        scene.quiet(640)
        #expect(scene.log.contains(.release(1)))
    }

    @Test("A sure detector ends a finished sentence early")
    func sureDetector() {
        let scene = Scene.begun { $0.usesTurnDetector = true }
        scene.utterance("Book a table.")
        scene.ready()
        scene.feed(.verdict(pause: 1, probability: 1))
        #expect(scene.quiet(192).contains(.release(1)) == false)
        #expect(scene.quiet(32).suffix(2) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("A doubtful detector does not wait for ever", arguments: [("Book a table.", 800), ("Tomorrow, and", 2208)])
    func doubtfulDetector(words: String, wait: Int) {
        let scene = Scene.begun { $0.usesTurnDetector = true }
        scene.utterance(words)
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
        scene.utterance("Book a table.")
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
        scene.utterance("Five, five, five,")
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
        scene.utterance("J-o-h-n.")
        scene.quiet(3000)
        #expect(scene.log.contains(.prepare(2, .speech("JOHN."))))
    }
}
