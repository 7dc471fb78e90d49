import Testing

@testable import TurnTaking

@Suite("Late answers and transcripts")
struct LateEngineTests {
    // MARK: Soft timeouts

    @Test("An answer that is late gets a filler, and follows it")
    func filler() {
        let scene = Scene.begun { $0.softTimeout = .milliseconds(960) }
        scene.utterance("Book a table.")
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
}
