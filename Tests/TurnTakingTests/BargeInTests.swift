import Testing

@testable import TurnTaking

@Suite("Speaking over the agent")
struct BargeInTests {
    @Test("The agent yields step by step: braked at the first sound, ducked, then held")
    func yields() {
        let scene = Scene.answering()
        #expect(scene.say(32) == [.deliver(1, .braked)])
        let second = scene.say(32)
        #expect(second.contains { if case .openUtterance = $0 { true } else { false } })
        #expect(second.last == .deliver(1, .ducked))
        #expect(scene.say(32) == [.deliver(1, .held)])
        #expect(scene.say(320).isEmpty, "until the words are known")
    }

    @Test("Words take the floor at once, in the middle of the speech")
    func words() {
        let scene = Scene.answering()
        scene.say(320)
        #expect(scene.feed(.partial("Book")).isEmpty, "one word may yet become another")
        #expect(scene.feed(.partial("Book another table")) == [.interrupt(1)])
        #expect(scene.say(640).isEmpty, "once is enough")
        #expect(scene.finished().isEmpty, "nobody can finish what was interrupted")
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(scene.transcript("Book another table.") == [.prepare(2, .speech("Book another table."))])
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(2)])
    }

    @Test("One word is enough when it is that word", arguments: ["Stop!", "wait", "No", "Excuse"])
    func urgent(word: String) {
        let scene = Scene.answering()
        scene.say(256)
        #expect(scene.feed(.partial(word)) == [.interrupt(1)])
    }

    @Test("A word that two transcripts in a row hold takes the floor, once the speech is longer than a cough")
    func unclearWords() {
        let scene = Scene.answering()
        scene.say(192)
        #expect(scene.feed(.partial("Thank")).isEmpty)
        #expect(scene.feed(.partial("Thank you")).isEmpty, "still as short as a cough")
        scene.say(64)
        #expect(scene.feed(.partial("Thank you")) == [.interrupt(1)])

        let wavering = Scene.answering()
        wavering.say(320)
        for words in ["Yup so", "Yup", "Yup for", "", "Yup so"] {
            #expect(wavering.feed(.partial(words)).isEmpty, "never two in a row")
        }

        let agreeing = Scene.answering()
        agreeing.say(320)
        for words in ["Yeah", "Yeah,", "Okay", "Right"] { #expect(agreeing.feed(.partial(words)).isEmpty) }
    }

    @Test("A short word that is known only after its pause interrupts and is answered")
    func shortWord() {
        let scene = Scene.answering()
        scene.say(256)
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(scene.transcript("Tomorrow.") == [.interrupt(1), .prepare(2, .speech("Tomorrow."))])
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(2)])
    }

    @Test("Agreement stops nothing: the agent goes on", arguments: ["Mm-hm.", "Okay", "yeah, yeah", "Right, I see."])
    func backchannel(words: String) {
        let scene = Scene.answering()
        scene.say(320)
        #expect(scene.feed(.partial(words)).isEmpty)
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(scene.transcript(words) == [.deliver(1, .full), .closeUtterance(.backchannel)])
        #expect(scene.isCallerSilent)
        #expect(scene.finished().isEmpty)
    }

    @Test("Terms of the configuration do not interrupt, whatever their case")
    func ignoredTerms() {
        let scene = Scene.answering { $0.ignoredTerms = ["Go ahead", "Bless you!"] }
        scene.say(320)
        #expect(scene.feed(.partial("go ahead")).isEmpty)
        scene.quiet(96)
        #expect(scene.transcript("Go ahead.") == [.deliver(1, .full), .closeUtterance(.backchannel)])
    }

    @Test("Agreement just before the end of a question is the answer to it")
    func earlyAnswer() {
        let scene = Scene.answering()
        scene.say(256)
        scene.quiet(96)
        scene.transcript("Yes.")
        scene.quiet(640)
        scene.feed(.said("Shall I book it? "))
        #expect(scene.finished() == [.prepare(2, .overheard("Yes."))])
        #expect(scene.ready() == [.release(2)])
    }

    @Test("Long before it, or when nothing was asked, it is agreement and no more", arguments: [true, false])
    func noAnswer(isLong: Bool) {
        let scene = Scene.answering()
        scene.say(256)
        scene.quiet(96)
        scene.transcript("Yes.")
        scene.quiet(isLong ? 2080 : 320)
        scene.feed(.said(isLong ? "Shall I book it?" : "It is booked."))
        #expect(scene.finished().isEmpty)
    }

    @Test("A cough holds the agent and no more; it goes on from where it stood")
    func cough() {
        let scene = Scene.answering()
        scene.say(320)
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(scene.transcript("") == [.deliver(1, .full), .closeUtterance(.ignored)])
    }

    @Test("A tap does not even wait for its transcript")
    func tap() {
        let scene = Scene.answering()
        #expect(scene.say(64).last == .deliver(1, .ducked))
        #expect(scene.quiet(96) == [.finalize(pause: 2), .deliver(1, .full)])
        let click = Scene.answering()
        #expect(click.say(32) == [.deliver(1, .braked)])
        #expect(click.quiet(32) == [.deliver(1, .full)])
    }

    @Test("When the words do not come the agent goes on, and late words still count")
    func lateWords() {
        let scene = Scene.answering()
        scene.say(320)
        scene.quiet(96)
        #expect(scene.quiet(480).isEmpty)
        #expect(scene.quiet(32) == [.deliver(1, .full)])
        #expect(scene.transcript("What does it cost?") == [.interrupt(1), .prepare(2, .speech("What does it cost?"))])

        let never = Scene.answering()
        never.say(320)
        never.quiet(608)
        #expect(never.quiet(3392) == [.closeUtterance(.ignored)])
    }

    @Test("Speech too long for agreement takes the floor without a word known")
    func withoutWords() {
        let scene = Scene.answering()
        #expect(!scene.say(992).contains { $0.isInterrupt })
        #expect(scene.say(32) == [.interrupt(1)])
        let agreeing = Scene.answering()
        agreeing.say(320)
        agreeing.feed(.partial("yeah"))
        #expect(!agreeing.say(1600).contains { $0.isInterrupt })
        #expect(agreeing.say(96) == [.interrupt(1)], "agreement that goes on and on is none")
    }

    @Test("When a sound stopped the agent and was no word, the agent does not stay silent for long")
    func recovery() {
        let scene = Scene.answering()
        scene.say(1056)
        scene.quiet(96)
        scene.transcript("")
        scene.quiet(704)
        #expect(scene.isCallerSilent)
        #expect(scene.quiet(672).isEmpty)
        #expect(scene.quiet(64) == [.prepare(2, .silence)])
    }

    @Test("Overlaps apart do not add up")
    func overlapsApart() {
        let scene = Scene.answering()
        for _ in 0..<12 {
            scene.say(160)
            scene.quiet(96)
            scene.transcript("")
            scene.quiet(320)
        }
        #expect(!scene.log.contains { $0.isInterrupt })
        #expect(scene.log.count { $0 == .closeUtterance(.ignored) } == 12)
    }

    @Test("An overlap that outlasts the agent is a turn, also a word of agreement")
    func overlapAtTheEnd() {
        let scene = Scene.answering()
        scene.say(160)
        #expect(scene.finished().isEmpty)
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(scene.transcript("Yes.") == [.prepare(2, .speech("Yes."))])
    }

    @Test("The agent's own voice is not the caller's")
    func echo() {
        let scene = Scene.answering()
        #expect(scene.voice(0.95, echo: 0.6, for: 1920).isEmpty)
        #expect(scene.isCallerSilent)
        scene.finished()
        #expect(scene.voice(0.95, echo: 0.6, for: 672).isEmpty, "the last of it comes late")
        #expect(scene.voice(0.95, echo: 0.6, for: 96).count == 1, "long after the agent there is no echo")
    }

    @Test("A voice that is much fainter than the caller's is somebody else in the room")
    func background() {
        let scene = Scene.answering()
        #expect(scene.voice(0.95, level: -20 - 12, for: 1600).contains { $0.isInterrupt } == false)
        #expect(scene.feed(.partial("and then she told me that")).isEmpty)
        scene.quiet(96)
        #expect(scene.transcript("And then she told me that.") == [.closeUtterance(.ignored)])
        let near = Scene.answering()
        near.voice(0.95, level: -26, for: 320)
        #expect(near.feed(.partial("and what about me")) == [.interrupt(1)])
    }

    @Test("While interruption is not allowed the agent speaks on, and answers after it")
    func interruptionDisabled() {
        let scene = Scene.answering { $0.allowsInterruption = false }
        #expect(scene.say(1920).count == 1, "an utterance is opened")
        #expect(scene.feed(.partial("Stop it now")).isEmpty)
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(scene.transcript("Stop it now.").isEmpty, "there may be more")
        #expect(scene.quiet(672).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.kept)])
        #expect(scene.finished() == [.prepare(2, .overheard("Stop it now."))])
        #expect(scene.ready() == [.release(2)])
        #expect(scene.finished().isEmpty, "answered once")
    }

    @Test("Words that were kept are answered with those that follow them")
    func keptWordsJoin() {
        let scene = Scene.answering { $0.allowsInterruption = false }
        scene.utterance("What is the price?")
        #expect(scene.quiet(704) == [.closeUtterance(.kept)])
        scene.say(320)
        scene.finished()
        scene.quiet(96)
        #expect(scene.transcript("For two.") == [.prepare(2, .speech("What is the price? For two."))])
    }

    @Test("Over an agent that cannot be interrupted a breath does not cut the caller's words in two")
    func keptWordsAcrossABreath() {
        let scene = Scene.answering { $0.allowsInterruption = false }
        scene.utterance("I'd like to check my order.")
        scene.quiet(256)
        #expect(scene.say(320).isEmpty)
        #expect(scene.quiet(96) == [.finalize(pause: 3)])
        #expect(scene.transcript("I'd like to check my order status please.").isEmpty)
        // The response ends before the pause is long enough: the words are an ordinary turn then.
        #expect(scene.finished() == [.prepare(2, .speech("I'd like to check my order status please."))])
        scene.ready()
        #expect(!scene.log.contains(.release(2)))
        scene.quiet(1600)
        #expect(scene.log.contains(.release(2)))
    }

    @Test("While a tool runs that must not be cut short, the agent speaks on; afterwards it can be interrupted again")
    func protected() {
        let scene = Scene.answering()
        scene.say(160)
        #expect(scene.feed(.protected(2, true)).isEmpty, "no such response")
        #expect(scene.feed(.protected(1, true)) == [.deliver(1, .full)])
        #expect(scene.say(1920).isEmpty)
        #expect(scene.feed(.partial("Stop it now")).isEmpty)
        #expect(scene.feed(.protected(1, false)).isEmpty)
        #expect(scene.feed(.partial("Stop it right now")) == [.interrupt(1)])
    }

    @Test("Kept words may be unwanted")
    func keptWordsUnwanted() {
        let scene = Scene.answering {
            $0.allowsInterruption = false
            $0.keepsWordsOverUninterruptible = false
        }
        scene.say(640)
        scene.quiet(96)
        #expect(scene.transcript("What is the price?") == [.closeUtterance(.ignored)])
        #expect(scene.finished().isEmpty)
    }

    @Test("The farewell cannot be interrupted")
    func farewell() {
        let scene = Scene.begun { $0.maximumDuration = .seconds(2) }
        scene.quiet(2016)
        #expect(scene.ready() == [.release(1)])
        #expect(scene.say(1920).count == 1)
        #expect(scene.finished() == [.closeUtterance(.superseded), .end(.maximumDuration)])
    }

    @Test("A prompt to a silent caller can be interrupted, a typed turn's answer too")
    func otherResponses() {
        let prompt = Scene.begun()
        prompt.quiet(7008)
        prompt.ready()
        prompt.say(224)
        #expect(prompt.feed(.partial("Wait a moment")) == [.interrupt(1)])
        let typed = Scene.begun()
        typed.feed(.typed)
        typed.ready()
        typed.say(224)
        #expect(typed.feed(.partial("Wait a moment")) == [.interrupt(1)])
    }

    @Test("A prompt in the making gives way to a caller who speaks up")
    func promptGivesWay() {
        let scene = Scene.begun()
        scene.quiet(7008)
        #expect(scene.say(160).count == 1)
        #expect(scene.say(32) == [.discard(1)])
    }

    @Test("A prompt in the making gives way to a short word as well")
    func promptGivesWayToAWord() {
        let scene = Scene.begun()
        scene.quiet(7008)
        scene.say(128)
        #expect(scene.ready().isEmpty, "the caller speaks")
        scene.quiet(96)
        #expect(scene.transcript("Yes.") == [.discard(1), .prepare(2, .speech("Yes."))])
    }
}

extension TurnCommand {
    var isInterrupt: Bool { if case .interrupt = self { true } else { false } }
}
