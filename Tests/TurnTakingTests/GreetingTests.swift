import Testing

@testable import TurnTaking

@Suite("The greeting")
struct GreetingTests {
    @Test("A greeting is prepared at once and heard as soon as it is ready")
    func greeting() {
        let scene = Scene()
        #expect(scene.feed(.began(greets: true)) == [.prepare(1, .greeting)])
        #expect(scene.quiet(256).isEmpty)
        #expect(scene.ready() == [.release(1)])
        #expect(scene.quiet(960).isEmpty)
        #expect(scene.finished().isEmpty)
        #expect(scene.isAgentIdle)
    }

    @Test("Without a greeting the agent waits for the caller")
    func noGreeting() {
        let scene = Scene()
        #expect(scene.feed(.began(greets: false)).isEmpty)
        #expect(scene.quiet(6976).isEmpty)
    }

    @Test("A call begins once")
    func beginsOnce() {
        let scene = Scene()
        #expect(scene.say(640).isEmpty, "nothing counts before the beginning")
        scene.feed(.began(greets: true))
        #expect(scene.feed(.began(greets: true)).isEmpty)
    }

    @Test("Noise while the greeting is prepared does not cost it", arguments: ["", "Hello?"])
    func overlapBeforeTheGreeting(heard: String) {
        let scene = Scene.begun(greets: true)
        #expect(scene.say(256) == [.openUtterance(from: .zero)])
        #expect(scene.quiet(96) == [.finalize(pause: 1)])
        #expect(scene.transcript(heard).isEmpty)
        #expect(scene.ready() == [.closeUtterance(.ignored), .release(1)])
    }

    @Test("A question before the greeting is answered after it")
    func questionBeforeTheGreeting() {
        let scene = Scene.begun(greets: true)
        scene.utterance("Are you open on Sunday?")
        #expect(scene.ready() == [.closeUtterance(.kept), .release(1)])
        #expect(scene.finished() == [.prepare(2, .overheard("Are you open on Sunday?"))])
    }

    @Test("Words before a greeting that fails are answered instead")
    func greetingFailsAfterWords() {
        let scene = Scene.begun(greets: true)
        scene.say(256)
        scene.quiet(96)
        scene.transcript("Hello?")
        #expect(scene.failed() == [.prepare(2, .speech("Hello?"))])
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(2)])
    }

    @Test("The same when the greeting fails only after the wait")
    func greetingFailsAfterTheWait() {
        let scene = Scene.begun(greets: true)
        scene.say(256)
        scene.quiet(96)
        scene.transcript("Hello?")
        #expect(scene.quiet(960).isEmpty)
        #expect(scene.failed() == [.prepare(2, .speech("Hello?"))])
        #expect(scene.ready() == [.closeUtterance(.answered), .release(2)])
    }

    @Test("Speech that goes on into the greeting counts as an interruption only from its start")
    func speechIntoTheGreeting() {
        let scene = Scene.begun(greets: true)
        scene.say(640)
        #expect(scene.ready() == [.release(1)])
        #expect(scene.say(32) == [.deliver(1, .braked)])
        #expect(scene.say(160).last == .deliver(1, .held))
        #expect(scene.feed(.partial("I want to book a table")) == [.interrupt(1)])
        #expect(scene.quiet(96) == [.finalize(pause: 1)])
        #expect(scene.transcript("I want to book a table.").count == 1)
    }

    @Test("A greeting that may not be interrupted is not, the answer after it is")
    func uninterruptibleGreeting() {
        let scene = Scene.greeted { $0.allowsGreetingInterruption = false }
        #expect(scene.say(1920) == [.openUtterance(from: .zero)])
        #expect(scene.finished().isEmpty)
        scene.say(320)
        #expect(scene.quiet(96) == [.finalize(pause: 1)], "who speaks on past its end is heard")
        scene.transcript("Book a table.")
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(2)])
        scene.say(224)
        #expect(scene.feed(.partial("Wait a moment")) == [.interrupt(2)])
    }

    @Test("A greeting that never comes is given up, and the call goes on")
    func lostGreeting() {
        let scene = Scene.begun(greets: true)
        #expect(scene.quiet(29_984).isEmpty)
        #expect(scene.quiet(32) == [.discard(1)])
        #expect(scene.ready().isEmpty)
        #expect(scene.say(64).count == 1)
    }
}
