import Testing

@testable import TurnTaking

@Suite("Speaking over the agent")
struct BargeInTests {
    @Test("Speech takes the floor at the threshold and not one window before")
    func threshold() {
        let scene = Scene.answering()
        scene.quiet(640)
        #expect(scene.say(192).map(\.isInterrupt) == [false], "it opens an utterance and no more")
        #expect(scene.say(32) == [.interrupt(1)])
        #expect(scene.say(640).isEmpty, "once is enough")
        #expect(scene.finished().isEmpty, "nobody can finish what was interrupted")
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
        #expect(scene.transcript("No, for two.") == [.prepare(2, .speech("No, for two."))])
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(2)])
    }

    @Test("An overlap that does not take the floor is ignored after its silence")
    func ignoredOverlap() {
        let scene = Scene.answering()
        scene.quiet(320)
        scene.say(192)
        #expect(scene.quiet(288).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.ignored)])
        #expect(scene.quiet(640).isEmpty)
        #expect(scene.finished().isEmpty)
    }

    @Test("Two overlaps apart do not add up to an interruption")
    func overlapsApart() {
        let scene = Scene.answering()
        for _ in 0..<4 {
            scene.say(160)
            scene.quiet(320)
        }
        #expect(!scene.log.contains { $0.isInterrupt })
        #expect(scene.log.count { $0 == .closeUtterance(.ignored) } == 4)
    }

    @Test("An overlap that outlasts the agent is a turn")
    func overlapAtTheEnd() {
        let scene = Scene.answering()
        scene.say(160)
        scene.quiet(160)
        #expect(scene.finished().isEmpty)
        #expect(scene.quiet(32) == [.finalize(pause: 2)])
        #expect(scene.transcript("Yes.") == [.prepare(2, .speech("Yes."))])
    }

    @Test("While interruption is not allowed the agent speaks on")
    func interruptionDisabled() {
        let scene = Scene.answering { $0.allowsInterruption = false }
        let opened = scene.say(1920)
        #expect(opened.count == 1 && !opened.contains { $0.isInterrupt })
        #expect(scene.quiet(320) == [.closeUtterance(.ignored)])
        let greeting = Scene.greeted { $0.allowsInterruption = false }
        #expect(greeting.say(1920).count == 1)
    }

    @Test("The farewell cannot be interrupted")
    func farewell() {
        let scene = Scene.begun { $0.maximumDuration = .seconds(2) }
        scene.quiet(2016)
        #expect(scene.ready() == [.release(1)])
        #expect(!scene.say(1920).contains { $0.isInterrupt })
        #expect(scene.finished() == [.closeUtterance(.superseded), .end(.maximumDuration)])
    }

    @Test("A prompt to a silent caller can be interrupted, a typed turn's answer too")
    func otherResponses() {
        let prompt = Scene.begun()
        prompt.quiet(7008)
        prompt.ready()
        #expect(prompt.say(224).last == .interrupt(1))
        let typed = Scene.begun()
        typed.feed(.typed)
        typed.ready()
        #expect(typed.say(224).last == .interrupt(1))
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
