import Testing

@testable import TurnTaking

@Suite("Silence, failure and the end")
struct EndingTests {
    // MARK: Silence

    @Test("The agent speaks up to a silent caller, three times and no more")
    func reengagement() {
        let scene = Scene.begun()
        for number in 1...3 {
            #expect(scene.quiet(6976).isEmpty)
            #expect(scene.quiet(32) == [.prepare(ResponseID(number: number), .silence)])
            #expect(scene.ready() == [.release(ResponseID(number: number))])
            #expect(scene.quiet(960).isEmpty)
            #expect(scene.finished().isEmpty)
        }
        #expect(scene.quiet(60_000).isEmpty)
    }

    @Test("A turn of the caller's, spoken or typed, gives the agent its three prompts back", arguments: [true, false])
    func reengagementStartsOver(isSpoken: Bool) {
        let scene = Scene.begun { $0.maximumReengagements = 1 }
        scene.quiet(7008)
        scene.ready()
        scene.finished()
        #expect(scene.quiet(16_000).isEmpty)
        if isSpoken {
            scene.utterance("Still here.")
            scene.ready()
            scene.quiet(384)
        } else {
            scene.feed(.typed)
            scene.ready()
        }
        scene.finished()
        #expect(scene.quiet(6976).isEmpty)
        #expect(scene.quiet(32) == [.prepare(3, .silence)])
    }

    @Test("Before the first turn another wait may hold")
    func initialWait() {
        let scene = Scene.begun { $0.initialWait = .milliseconds(3200) }
        #expect(scene.quiet(3200) == [.prepare(1, .silence)])
        scene.feed(.typed)
        scene.ready()
        scene.finished()
        #expect(scene.quiet(6976).isEmpty)
        #expect(scene.quiet(32) == [.prepare(3, .silence)])
    }

    @Test("Without a turn timeout the agent never speaks up")
    func noTurnTimeout() {
        #expect(Scene.begun { $0.turnTimeout = nil }.quiet(120_000).isEmpty)
    }

    @Test("The silence is counted from the agent's last word and from typing")
    func silenceIsCountedFrom() {
        let scene = Scene.answering()
        scene.quiet(32_000)
        #expect(!scene.log.contains { if case .prepare(_, .silence) = $0 { true } else { false } })
        scene.finished()
        #expect(scene.quiet(6400).isEmpty)
        scene.feed(.activity)
        #expect(scene.quiet(6976).isEmpty)
        #expect(scene.quiet(32) == [.prepare(2, .silence)])
    }

    @Test("Typing holds a prompt back that is ready")
    func activityHoldsAPrompt() {
        let scene = Scene.begun()
        scene.quiet(7008)
        scene.feed(.activity)
        #expect(scene.ready().isEmpty)
        #expect(scene.quiet(1984).isEmpty)
        #expect(scene.quiet(32) == [.release(1)])
    }

    @Test("Long silence ends the call")
    func silenceEnd() {
        let scene = Scene.begun {
            $0.turnTimeout = nil
            $0.silenceEndCall = .milliseconds(9600)
        }
        scene.quiet(4800)
        scene.say(64)
        scene.quiet(96)
        scene.transcript("")
        #expect(scene.quiet(9440) == [.closeUtterance(.ignored)])
        #expect(scene.quiet(64) == [.end(.silence)])
    }

    @Test("Prompts to a silent caller do not put the end of the call off")
    func promptsDoNotCount() {
        let scene = Scene.begun { $0.silenceEndCall = .milliseconds(9600) }
        #expect(scene.quiet(7008) == [.prepare(1, .silence)])
        scene.ready()
        scene.quiet(1280)
        scene.finished()
        #expect(scene.quiet(1280).isEmpty)
        #expect(scene.quiet(32) == [.end(.silence)])
    }

    @Test("A caller who was given time is spoken to after it, and it does not count towards the end of the call")
    func givenTime() {
        let scene = Scene.answering {
            $0.turnTimeout = .milliseconds(3200)
            $0.silenceEndCall = .milliseconds(9600)
        }
        scene.feed(.waits(.milliseconds(16_000)))
        scene.finished()
        #expect(scene.quiet(15_968).isEmpty)
        #expect(scene.quiet(32) == [.prepare(2, .silence)])
        scene.ready()
        scene.finished()
        // The usual wait holds again, and 9.6 s of silence end the call from where the granted time ended.
        #expect(scene.quiet(3200) == [.prepare(3, .silence)])
        scene.ready()
        scene.finished()
        #expect(scene.quiet(3200) == [.prepare(4, .silence)])
        scene.ready()
        scene.finished()
        #expect(scene.quiet(3200).contains(.end(.silence)))
    }

    @Test("A caller who was given all the time they want is not spoken to, and long silence ends the call")
    func givenAllTime() {
        let scene = Scene.answering {
            $0.turnTimeout = .milliseconds(3200)
            $0.silenceEndCall = .milliseconds(9600)
        }
        scene.feed(.waits(nil))
        scene.finished()
        #expect(scene.quiet(9568).isEmpty)
        #expect(scene.quiet(32) == [.end(.silence)])
    }

    @Test("The time that a caller was given ends with their next turn")
    func givenTimeEnds() {
        let scene = Scene.answering { $0.turnTimeout = .milliseconds(3200) }
        scene.feed(.waits(nil))
        scene.finished()
        scene.quiet(6400)
        scene.utterance("Book another table.")
        scene.ready()
        scene.quiet(384)
        scene.finished()
        #expect(scene.quiet(3168).isEmpty)
        #expect(scene.quiet(32) == [.prepare(3, .silence)])
    }

    // MARK: The longest duration

    @Test("At the longest duration the farewell is heard and the call ends")
    func maximumDuration() {
        let scene = Scene.begun {
            $0.maximumDuration = .milliseconds(3200)
            $0.turnTimeout = nil
        }
        #expect(scene.quiet(3168).isEmpty)
        #expect(scene.quiet(32) == [.prepare(1, .farewell)])
        #expect(scene.ready() == [.release(1)])
        #expect(scene.quiet(960).isEmpty)
        #expect(scene.finished() == [.end(.maximumDuration)])
    }

    @Test("Without words for the farewell the call ends at once")
    func maximumDurationWithoutFarewell() {
        let scene = Scene.begun { $0.maximumDuration = .milliseconds(3200) }
        scene.quiet(3200)
        #expect(scene.failed() == [.end(.maximumDuration)])
    }

    @Test("A farewell that never comes does not keep the call open")
    func lostFarewell() {
        let scene = Scene.begun { $0.maximumDuration = .milliseconds(3200) }
        scene.quiet(3200)
        #expect(scene.quiet(29_984).isEmpty)
        #expect(scene.quiet(32) == [.discard(1), .end(.maximumDuration)])
    }

    @Test("At the longest duration an answer may end, within bounds; what is prepared is thrown away")
    func maximumDurationDuringResponses() {
        let speaking = Scene.answering { $0.maximumDuration = .milliseconds(3200) }
        #expect(speaking.quiet(4000).isEmpty)
        #expect(speaking.finished() == [.prepare(2, .farewell)])
        let endless = Scene.answering { $0.maximumDuration = .milliseconds(3200) }
        #expect(endless.quiet(2080 + 7968).isEmpty)
        #expect(endless.quiet(32) == [.interrupt(1), .prepare(2, .farewell)])
        let preparing = Scene.begun(greets: true) { $0.maximumDuration = .milliseconds(3200) }
        #expect(preparing.quiet(3200) == [.discard(1), .prepare(2, .farewell)])
    }

    @Test("Words and noise while the farewell is prepared do not put it off", arguments: ["One more thing.", ""])
    func speechBeforeTheFarewell(words: String) {
        let scene = Scene.begun { $0.maximumDuration = .milliseconds(3200) }
        scene.quiet(2592)
        #expect(scene.say(640).last == .prepare(1, .farewell))
        #expect(scene.quiet(96) == [.finalize(pause: 1)])
        #expect(scene.transcript(words).isEmpty)
        #expect(scene.ready() == [.closeUtterance(.ignored), .release(1)])
        #expect(scene.finished() == [.end(.maximumDuration)])
    }

    // MARK: Hanging up

    @Test("The agent hangs up once it has finished speaking")
    func hangUp() {
        let scene = Scene.answering()
        #expect(scene.feed(.hangUp).isEmpty)
        #expect(scene.quiet(960).isEmpty)
        #expect(scene.finished() == [.end(.hangUp)])
    }

    @Test("A caller who interrupts the goodbye keeps the call")
    func hangUpInterrupted() {
        let scene = Scene.answering()
        scene.feed(.hangUp)
        scene.say(224)
        #expect(scene.feed(.partial("Wait")) == [.interrupt(1)])
        #expect(scene.finished().isEmpty)
        scene.say(320)
        scene.quiet(96)
        scene.transcript("Wait, one more thing.")
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(2)])
        #expect(scene.finished().isEmpty, "the hang-up belonged to the answer before")
    }

    @Test("A goodbye that fails hangs up all the same")
    func hangUpAfterFailure() {
        let scene = Scene.answering()
        scene.feed(.hangUp)
        #expect(scene.failed() == [.end(.hangUp)])
    }

    @Test("With nothing to be heard the hang-up is at once")
    func hangUpInSilence() {
        #expect(Scene.begun().feed(.hangUp) == [.end(.hangUp)])
        let scene = Scene.begun()
        scene.utterance("Goodbye.")
        #expect(scene.feed(.hangUp) == [.closeUtterance(.superseded), .discard(1), .end(.hangUp)])
    }

    @Test("Nothing happens after the end")
    func afterTheEnd() {
        let scene = Scene.begun()
        scene.feed(.hangUp)
        let events: [TurnEvent] = [
            .began(greets: true), .typed, .activity, .ready(1), .finished(1), .failed(1), .hangUp, .tick,
            .partial("Hello"), .transcript(pause: 1, "Hello"),
        ]
        for event in events { #expect(scene.feed(event).isEmpty) }
        #expect(scene.say(960).isEmpty)
        #expect(scene.quiet(700_000).isEmpty)
    }

    // MARK: Failed responses

    @Test("When the answer fails in the pause the turn ends unanswered")
    func failedInThePause() {
        let scene = Scene.begun()
        scene.utterance("Book a table.")
        #expect(scene.failed() == [.closeUtterance(.unanswered)])
        #expect(scene.isCallerSilent && scene.isAgentIdle)
        #expect(scene.quiet(6432).isEmpty)
    }

    @Test("The same after the wait, and when no answer ever comes")
    func failedAfterTheWait() {
        let scene = Scene.begun()
        scene.utterance("Book a table.")
        scene.quiet(960)
        #expect(scene.failed() == [.closeUtterance(.unanswered)])

        let mute = Scene.begun()
        mute.utterance("Book a table.")
        #expect(mute.quiet(29_984).isEmpty)
        #expect(mute.quiet(32) == [.discard(1), .closeUtterance(.unanswered)])
    }

    @Test("When the answer fails while the caller goes on, the next pause asks for another")
    func failedWhileTheCallerGoesOn() {
        let scene = Scene.begun()
        scene.utterance("Book a table.")
        scene.say(64)
        #expect(scene.failed().isEmpty)
        scene.quiet(96)
        #expect(scene.transcript("Book a table.") == [.prepare(2, .speech("Book a table."))])
    }

    @Test("A greeting, a prompt or a typed turn's answer that fails leaves the call open")
    func failedOtherwise() {
        let greeting = Scene.begun(greets: true)
        #expect(greeting.failed().isEmpty)
        #expect(greeting.isAgentIdle)
        #expect(greeting.quiet(7008) == [.prepare(2, .silence)])
        #expect(greeting.failed().isEmpty)
        #expect(greeting.feed(.typed) == [.prepare(3, .typed)])
        #expect(greeting.failed().isEmpty)
        #expect(greeting.isAgentIdle)
    }

    @Test("A response that fails while it is heard is over, and speech over it becomes a turn")
    func failedWhileHeard() {
        let scene = Scene.answering()
        scene.say(160)
        #expect(scene.failed().isEmpty)
        #expect(scene.isAgentIdle)
        #expect(scene.quiet(96) == [.finalize(pause: 2)])
    }

    @Test("Reports about responses that are gone or never were change nothing")
    func strangers() {
        let scene = Scene.answering()
        for id in [ResponseID(number: 0), 2, 99, -1] {
            #expect(scene.feed(.ready(id)).isEmpty)
            #expect(scene.feed(.finished(id)).isEmpty)
            #expect(scene.feed(.failed(id)).isEmpty)
        }
        #expect(scene.feed(.ready(1)).isEmpty, "it is heard already")
        #expect(!scene.isAgentIdle)
        scene.finished()
        #expect(scene.finished().isEmpty)
    }

    @Test("What is only in the making cannot be finished")
    func finishedBeforeItsRelease() {
        let scene = Scene.begun(greets: true)
        #expect(scene.finished().isEmpty)
        #expect(scene.ready() == [.release(1)])
    }
}
