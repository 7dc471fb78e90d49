import Testing

@testable import TurnTaking

@Suite("Echo and other voices")
struct SurroundingsTests {
    // MARK: Echo

    /// An agent that has just been heard to the end, 20 dB down in the caller's audio.
    private static func echoing() -> Scene {
        let scene = Scene.answering()
        scene.voice(0.95, level: -42, echo: 0.95, for: 640)
        scene.feed(.finished(1))
        scene.voice(0.95, level: -45, echo: 0.95, for: 96)
        return scene
    }

    @Test("While the echo dies away the detector is still sure of a voice: nobody speaks")
    func afterglow() {
        let scene = Self.echoing()
        #expect(scene.voice(0.99, level: -64, echo: 0.1, for: 64).isEmpty, "as recorded: the room noise is back")
        #expect(scene.voice(0.8, level: -65, echo: 0.06, for: 96).isEmpty)
        #expect(scene.quiet(640).isEmpty)
        #expect(scene.isCallerSilent)
    }

    @Test("A voice as loud as the echo is heard at once, without what the agent said before it")
    func voiceAfterEcho() {
        let scene = Self.echoing()
        let end = scene.time
        #expect(scene.voice(0.95, level: -44, for: 32).isEmpty)
        // Of the echo only what may hold the beginning of a word.
        #expect(scene.voice(0.95, level: -40, for: 32) == [.openUtterance(from: end - .milliseconds(128))])
    }

    @Test("What nobody was heard in begins at the agent's end, or where its echo has died away")
    func unheard() {
        let quiet = Scene.answering()
        quiet.feed(.finished(1))
        let end = quiet.time
        quiet.quiet(640)
        #expect(quiet.machine.unheardSince == end, "a word right after the agent's last is not lost")
        let scene = Self.echoing()
        let echoEnd = scene.time
        scene.quiet(640)
        #expect(scene.machine.unheardSince == echoEnd + .milliseconds(256))
    }

    @Test("A soft voice is heard once the echo has died away")
    func softVoiceAfterEcho() {
        let scene = Self.echoing()
        let end = scene.time
        #expect(scene.voice(0.95, level: -60, for: 256).isEmpty)
        let commands = scene.voice(0.95, level: -60, for: 128)
        #expect(
            commands.contains {
                if case .openUtterance(let from) = $0 { from >= end - .milliseconds(128) } else { false }
            })
    }

    // MARK: Other voices

    /// The caller has spoken at −20 dB, and somebody else at −33 dB for 2 s while the agent answered.
    private static func amongOthers() -> Scene {
        let scene = Scene.answering()
        scene.voice(0.95, level: -33, for: 2016)
        scene.quiet(96)
        scene.transcript("We never got there.")
        scene.feed(.finished(1))
        return scene
    }

    @Test("Others in the room neither stop the agent nor open a turn")
    func others() {
        let scene = Self.amongOthers()
        #expect(!scene.log.contains(.interrupt(1)))
        let before = scene.log.count
        scene.voice(0.95, level: -33, for: 1280)
        scene.voice(0.95, level: -31, for: 64)
        scene.voice(0.95, level: -33, for: 1280)
        scene.quiet(960)
        scene.transcript("I think it's not.")
        scene.quiet(1600)
        #expect(!scene.log[before...].contains { if case .prepare = $0 { true } else { false } })
        #expect(scene.isCallerSilent)
    }

    @Test("A caller is heard among them, and has finished although they go on")
    func callerAmongOthers() {
        let scene = Self.amongOthers()
        scene.voice(0.95, level: -21, for: 640)
        #expect(scene.voice(0.95, level: -33, for: 192).isEmpty, "soft sounds are that long")
        #expect(scene.voice(0.95, level: -33, for: 96) == [.finalize(pause: 3)])
        #expect(scene.transcript("Book a table.") == [.prepare(2, .speech("Book a table."))])
        scene.ready()
        #expect(scene.voice(0.95, level: -33, for: 384) == [.closeUtterance(.answered), .release(2)])
    }

    @Test("A burst that is loud for a moment is closed without an answer")
    func burst() {
        let scene = Self.amongOthers()
        let before = scene.log.count
        scene.voice(0.95, level: -30, for: 256)
        scene.quiet(96)
        scene.transcript("You.")
        scene.quiet(1600)
        #expect(scene.log[before...].contains(.closeUtterance(.ignored)))
        #expect(!scene.log[before...].contains { if case .prepare = $0 { true } else { false } })
    }

    /// Windows of a crowd that nobody takes for speech, 14 dB below the caller.
    private static func inACrowd() -> Scene {
        let scene = Scene.answering { $0.turnTimeout = nil }
        scene.voice(0.1, level: -34, for: 3200)
        scene.feed(.finished(1))
        scene.voice(0.1, level: -34, for: 1600)
        return scene
    }

    @Test("What sounds like a word in a crowd opens no turn, and stops no agent")
    func crowd() {
        let scene = Self.inACrowd()
        let before = scene.log.count
        for word in ["You", "Oh", "Yeah"] {
            scene.voice(0.8, level: -31, for: 320)
            scene.voice(0.1, level: -34, for: 96)
            scene.transcript(word)
            scene.voice(0.1, level: -34, for: 1600)
        }
        #expect(!scene.log[before...].contains { if case .prepare = $0 { true } else { false } })

        let speaking = Scene.answering()
        speaking.voice(0.1, level: -34, for: 4800)
        #expect(speaking.voice(0.8, level: -31, for: 640).isEmpty, "not even braked")
    }

    @Test("A caller is heard in a crowd, also a little more softly, and has finished although it goes on")
    func callerInACrowd() {
        let scene = Self.inACrowd()
        scene.voice(0.95, level: -24, for: 640)
        #expect(scene.voice(0.6, level: -33, for: 288) == [.finalize(pause: 2)])
        #expect(scene.transcript("Book a table.") == [.prepare(2, .speech("Book a table."))])
        scene.ready()
        #expect(scene.voice(0.6, level: -33, for: 384) == [.closeUtterance(.answered), .release(2)])
    }

    @Test("A caller who only speaks more softly is answered: nobody else was there")
    func softer() {
        let scene = Scene.answering()
        scene.feed(.finished(1))
        for turn in 2...4 {
            scene.voice(0.95, level: -33, for: 1600)
            scene.quiet(96)
            let id = ResponseID(number: turn)
            #expect(scene.transcript("Book a table.") == [.prepare(id, .speech("Book a table."))])
            scene.ready()
            #expect(scene.quiet(384).last == .release(id))
            scene.feed(.finished(id))
        }
    }

    @Test("Whoever speaks after the agent has asked whether somebody is there is answered")
    func afterThePrompt() {
        let scene = Self.amongOthers()
        scene.quiet(7008)
        scene.ready()
        scene.feed(.finished(scene.newest))
        scene.voice(0.95, level: -33, for: 640)
        scene.quiet(96)
        let answer = ResponseID(number: scene.newest.number + 1)
        #expect(scene.transcript("Hello, it's me.") == [.prepare(answer, .speech("Hello, it's me."))])
    }

    @Test("Who is much softer than before, and insists, is answered")
    func insisting() {
        let scene = Self.inACrowd()
        for attempt in 1...3 {
            scene.voice(0.95, level: -27.5, for: 960)
            scene.voice(0.1, level: -34, for: 96)
            scene.transcript("Hello, can you hear me?")
            scene.voice(0.1, level: -34, for: 960)
            let isAnswered = scene.log.contains { if case .prepare(let id, .speech) = $0 { id > 1 } else { false } }
            #expect(isAnswered == (attempt > 1))
        }
    }

    @Test("A short word is the caller's when it is loud, and a word that stops the agent is answered")
    func shortWords() {
        let scene = Self.inACrowd()
        scene.voice(0.95, level: -21, for: 96)
        scene.voice(0.1, level: -34, for: 288)
        #expect(scene.transcript("No.") == [.prepare(2, .speech("No."))])

        let speaking = Scene.answering()
        speaking.voice(0.1, level: -34, for: 4800)
        speaking.voice(0.95, level: -24, for: 128)
        speaking.voice(0.1, level: -34, for: 288)
        #expect(speaking.transcript("Stop.") == [.interrupt(1), .prepare(2, .speech("Stop."))])
    }

    @Test("Somebody else discards no answer in the making")
    func bystander() {
        let scene = Self.amongOthers()
        scene.voice(0.95, level: -21, for: 640)
        scene.quiet(96)
        scene.transcript("Book a table.")
        scene.quiet(640)
        scene.voice(0.95, level: -30, for: 320)
        #expect(!scene.log.contains(.discard(2)))
    }

    @Test("A turn waits for the judgement of its words as long as the answer is not there either")
    func endingPatience() {
        let scene = Scene.begun { $0.usesEndOfUtteranceModel = true }
        scene.utterance("Book a table.")
        #expect(scene.quiet(1088).isEmpty, "1,184 ms of silence, nothing is ready and nothing judged")
        scene.feed(.ending(words: "Book a table.", probability: 0.9))
        scene.ready()
        #expect(scene.log.suffix(2) == [.closeUtterance(.answered), .release(1)])

        let ready = Scene.begun { $0.usesEndOfUtteranceModel = true }
        ready.utterance("Book a table.")
        ready.quiet(640)
        ready.ready()
        #expect(ready.log.suffix(2) == [.closeUtterance(.answered), .release(1)], "it waited for 640 ms already")
    }

    @Test("Other voices are forgotten")
    func forgotten() {
        let scene = Self.amongOthers()
        scene.feed(.activity)
        for _ in 0..<24 {
            scene.quiet(1600)
            scene.feed(.activity)
        }
        scene.voice(0.95, level: -33, for: 640)
        scene.quiet(96)
        #expect(scene.transcript("Book a table.").contains { if case .prepare = $0 { true } else { false } })
    }
}
