import Testing
import TurnTaking

@testable import Conversation
@testable import Speech

@Suite("The life of a response")
struct ResponseMachineTests {
    /// At 1,000 samples a second, a sample is a millisecond.
    private static let options = ResponseMachine.Options(
        rate: 1000,
        playout: Playout.Options(frame: 40, lead: 200, brakedFrame: 20, brakedLead: 60, fade: 20, wordEnd: 200),
        firstPause: 280, longestFadeOut: 160, isSpoken: true)

    private static let typed: ResponseMachine.Options = {
        var options = Self.options
        options.isSpoken = false
        return options
    }()

    private static func moment(_ milliseconds: Int) -> ResponseMachine.Moment {
        ResponseMachine.Moment(output: milliseconds, elapsed: .milliseconds(milliseconds))
    }

    /// A clause whose words take 200 ms each.
    private static func speech(_ clause: String) -> SpeechPiece {
        var words: [SpokenWord] = []
        var end = 0
        for (index, word) in clause.split(separator: " ").enumerated() {
            end += word.count + 1
            words.append(
                SpokenWord(
                    text: String(word), samples: index * 200..<(index + 1) * 200, writtenEnd: min(end, clause.count)))
        }
        return SpeechPiece(
            clause: clause, samples: [Float](repeating: 0.1, count: words.count * 200), words: words)
    }

    /// A response of one sentence, whole and released at once.
    private static func started(_ text: String) -> ResponseMachine {
        var machine = ResponseMachine(options: options)
        _ = machine.handle(.wrote(text), at: moment(0))
        _ = machine.handle(.textEnded, at: moment(0))
        _ = machine.handle(.voiced(speech(text)), at: moment(0))
        _ = machine.handle(.ended, at: moment(0))
        _ = machine.handle(.released, at: moment(0))
        return machine
    }

    @Test("nothing is told or sent before release, everything after it, and the whole text once")
    func release() {
        var machine = ResponseMachine(options: Self.options)
        #expect(machine.handle(.wrote("We open "), at: Self.moment(0)).isEmpty)
        #expect(machine.handle(.wrote("at nine."), at: Self.moment(10)).isEmpty)
        let ready = machine.handle(.textEnded, at: Self.moment(20))
        #expect(ready.isEmpty, "there is no audio yet")
        #expect(machine.handle(.voiced(Self.speech("We open at nine.")), at: Self.moment(30)).contains(.becomeReady))
        #expect(machine.isReady && !machine.isReleased)
        let released = machine.handle(.released, at: Self.moment(40))
        #expect(
            released.prefix(4) == [
                .tell(.start), .tell(.delta("We open at nine.")), .tell(.stop), .announce("We open at nine."),
            ])
        #expect(released.dropFirst(4).first == .begin)
        // The lead of 200 ms, in frames of 40 ms.
        #expect(released.dropFirst(5).count == 5)
        #expect(released.last == .play([Float](repeating: 0.1, count: 40), start: 200, end: 200))
    }

    @Test("each word goes out with the audio in which it begins, and says when")
    func words() {
        var machine = Self.started("We open at nine.")
        var words: [String] = []
        var start = 0
        func note(_ commands: [ResponseMachine.Command]) {
            for case .play(let samples, _, let end, let begun) in commands {
                start = end - samples.count
                words += begun.map { "\($0.text)|\($0.samples.lowerBound + start)|\($0.samples.count)" }
                #expect(begun.allSatisfy { samples.indices.contains($0.samples.lowerBound) })
            }
        }
        for time in stride(from: 10, through: 900, by: 10) { note(machine.handle(.tick, at: Self.moment(time))) }
        #expect(words == ["open |200|200", "at |400|200", "nine.|600|200"])
    }

    @Test("it is heard to its end once everything that was sent has been played")
    func end() {
        var machine = Self.started("Good morning.")
        var finished: [Int] = []
        for time in stride(from: 10, through: 600, by: 10)
        where machine.handle(.tick, at: Self.moment(time)).contains(.finish) { finished.append(time) }
        #expect(finished.first == 400)
    }

    @Test("text that is only told is ready with its first word, and heard as it is told")
    func typedConversation() {
        var machine = ResponseMachine(options: Self.typed)
        #expect(machine.handle(.wrote("Hel"), at: Self.moment(0)) == [.becomeReady])
        #expect(machine.handle(.released, at: Self.moment(0)) == [.tell(.start), .tell(.delta("Hel"))])
        #expect(machine.handle(.wrote("lo. "), at: Self.moment(5)) == [.tell(.delta("lo. "))])
        #expect(machine.heard(at: 5) == "Hello.")
        #expect(machine.handle(.textEnded, at: Self.moment(9)) == [.tell(.stop), .announce("Hello.")])
        #expect(machine.handle(.ended, at: Self.moment(9)) == [.finish])
    }

    @Test("a tool makes it ready without a sound")
    func tool() {
        var machine = ResponseMachine(options: Self.options)
        #expect(machine.handle(.toolIsDue, at: Self.moment(0)) == [.becomeReady])
        #expect(machine.handle(.toolIsDue, at: Self.moment(1)).isEmpty, "once")
    }

    @Test("a sound fills the wait after speech, is not speech, and gives way to it")
    func sound() throws {
        var machine = ResponseMachine(options: Self.options)
        _ = machine.handle(.wrote("Wait. "), at: Self.moment(0))
        _ = machine.handle(.toolIsDue, at: Self.moment(0))
        _ = machine.handle(.released, at: Self.moment(0))
        #expect(machine.handle(.soundBegan([0.5, -0.5]), at: Self.moment(0)).isEmpty, "speech comes first")
        _ = machine.handle(.voiced(Self.speech("Wait. ")), at: Self.moment(100))
        _ = machine.handle(.paused(80), at: Self.moment(100))
        var sent: [Float] = []
        func take(_ commands: [ResponseMachine.Command]) {
            for case .play(let samples, _, _, _) in commands { sent += samples }
        }
        for time in stride(from: 110, through: 1000, by: 10) { take(machine.handle(.tick, at: Self.moment(time))) }
        #expect(sent.suffix(40).allSatisfy { abs($0) == 0.5 })
        #expect(sent.count >= 900 - 200, "no gap")
        #expect(machine.isHeard(at: 500) && machine.heard(at: 1000) == "Wait.")
        _ = machine.handle(.soundEnded, at: Self.moment(1000))
        _ = machine.handle(.wrote("One two."), at: Self.moment(1000))
        _ = machine.handle(.textEnded, at: Self.moment(1000))
        take(machine.handle(.voiced(Self.speech("One two.")), at: Self.moment(1000)))
        #expect(!machine.isHeard(at: 1000))
        take(machine.handle(.ended, at: Self.moment(1000)))
        for time in stride(from: 1010, through: 1500, by: 10) { take(machine.handle(.tick, at: Self.moment(time))) }
        #expect(sent.suffix(400).allSatisfy { $0 == 0.1 })
        // Some 200 ms were sent ahead, and 20 fade it out.
        #expect(machine.heard(at: 1500) == "Wait. One")
        #expect(machine.heard(at: 1700) == "Wait. One two.")
    }

    @Test(
        "a sound that somebody speaks over fades out, and comes back if they wanted nothing", arguments: [false, true])
    func soundSpokenOver(isInterrupted: Bool) throws {
        var machine = ResponseMachine(options: Self.options)
        _ = machine.handle(.toolIsDue, at: Self.moment(0))
        _ = machine.handle(.released, at: Self.moment(0))
        func played(_ commands: [ResponseMachine.Command]) -> [Float] {
            commands.flatMap { if case .play(let samples, _, _, _) = $0 { samples } else { [Float]() } }
        }
        _ = machine.handle(.soundBegan([0.5]), at: Self.moment(0))
        for time in stride(from: 10, through: 500, by: 10) { _ = machine.handle(.tick, at: Self.moment(time)) }
        _ = machine.handle(.delivered(.braked), at: Self.moment(500))
        // Until the client holds little of it.
        for time in stride(from: 510, through: 700, by: 10) { _ = machine.handle(.tick, at: Self.moment(time)) }
        let commands = machine.handle(isInterrupted ? .interrupted : .delivered(.held), at: Self.moment(700))
        let fade = played(commands)
        #expect(fade.count == 20)
        #expect(try #require(fade.first) > 0.45 && #require(fade.last) < 0.02)
        guard !isInterrupted else {
            guard case .cut(let heard, let delay)? = commands.last else { throw Missing() }
            #expect(heard.isEmpty && (20...80).contains(delay))
            return
        }
        #expect(played(machine.handle(.tick, at: Self.moment(900))).isEmpty)
        let back = played(machine.handle(.delivered(.full), at: Self.moment(1000)))
        #expect(try #require(back.first) < 0.02 && #require(back.last) == 0.5)
        #expect(machine.heard(at: 2000).isEmpty)
    }

    private struct Missing: Error {}

    @Test("audio that would not last waits, but not longer than patience")
    func patience() {
        var machine = ResponseMachine(options: Self.options)
        _ = machine.handle(.wrote("Yes, "), at: Self.moment(0))
        #expect(!machine.handle(.voiced(Self.speech("Yes, ")), at: Self.moment(0)).contains(.becomeReady))
        #expect(!machine.handle(.tick, at: Self.moment(100)).contains(.becomeReady))
        #expect(machine.handle(.tick, at: Self.moment(700)).contains(.becomeReady))
    }

    @Test("an interruption keeps whole words that were heard, with what the client still holds")
    func interruption() {
        var machine = Self.started("One two three four five.")
        for time in stride(from: 10, through: 500, by: 10) { _ = machine.handle(.tick, at: Self.moment(time)) }
        // 500 ms have been played and 200 more were sent, more than is faded out.
        let commands = machine.handle(.interrupted, at: Self.moment(500))
        #expect(commands == [.cut(heard: "One two", after: 0)])
    }

    @Test("what little is left is faded out before the client is told")
    func fadeOut() throws {
        var machine = Self.started("One two three four five.")
        _ = machine.handle(.delivered(.braked), at: Self.moment(10))
        for time in stride(from: 20, through: 500, by: 10) { _ = machine.handle(.tick, at: Self.moment(time)) }
        let commands = machine.handle(.interrupted, at: Self.moment(500))
        guard case .play(let fade, _, _, _)? = commands.first, case .cut(let heard, let delay)? = commands.last else {
            Issue.record("no fade: \(commands)")
            return
        }
        #expect(fade.count == 20 && fade.last.map { abs($0) < 0.02 } == true)
        #expect(heard == "One two" && (20...80).contains(delay))
    }

    @Test("an interruption before the text is whole tells what there is of it")
    func interruptedText() {
        var machine = ResponseMachine(options: Self.options)
        _ = machine.handle(.wrote("One two three "), at: Self.moment(0))
        _ = machine.handle(.voiced(Self.speech("One two three ")), at: Self.moment(0))
        _ = machine.handle(.released, at: Self.moment(0))
        let commands = machine.handle(.interrupted, at: Self.moment(250))
        #expect(commands.contains(.tell(.stop)) && commands.contains(.announce("One two three")))
    }

    @Test("a filler comes before the first word, or not at all")
    func filler() {
        var machine = ResponseMachine(options: Self.options)
        _ = machine.handle(.released, at: Self.moment(0))
        let commands = machine.handle(.filled([Self.speech("One moment. ")], after: 0), at: Self.moment(2000))
        #expect(commands.first == .tell(.delta("One moment. ")) && commands.contains(.begin))
        #expect(!machine.isReady, "the answer is still awaited")
        _ = machine.handle(.wrote("Yes."), at: Self.moment(2500))
        #expect(machine.text == "One moment. Yes.")
        #expect(
            machine.handle(.filled([Self.speech("Please wait. ")], after: 12), at: Self.moment(2600)).isEmpty == false)
        #expect(machine.text == "One moment. Yes.", "too late for another")
        _ = machine.handle(.filled([Self.speech("Please wait. ")], after: 16), at: Self.moment(2700))
        #expect(machine.text == "One moment. Yes.", "the word is not voiced yet")
        _ = machine.handle(.voiced(Self.speech("Yes.")), at: Self.moment(2800))
        #expect(machine.isVoicedSoFar)
        _ = machine.handle(.filled([Self.speech(" Please wait.")], after: 16), at: Self.moment(5000))
        #expect(machine.text == "One moment. Yes. Please wait.")
    }

    @Test("the pause after the first clause is longer while the second is not there")
    func pauses() {
        func length(secondAfter delay: Int) -> Int {
            var machine = ResponseMachine(options: Self.options)
            _ = machine.handle(.wrote("One two. Three."), at: Self.moment(0))
            _ = machine.handle(.voiced(Self.speech("One two. ")), at: Self.moment(0))
            _ = machine.handle(.paused(100), at: Self.moment(0))
            _ = machine.handle(.released, at: Self.moment(0))
            for time in stride(from: 10, through: delay, by: 10) { _ = machine.handle(.tick, at: Self.moment(time)) }
            _ = machine.handle(.voiced(Self.speech("Three.")), at: Self.moment(delay))
            return machine.waiting
        }
        // Two words of 200 ms and one more; of the pause only as much stays as a sentence needs.
        #expect(length(secondAfter: 0) == 600 + 100 - 200)
        // The pause has been sent already, and so is what the lead takes of the third word.
        #expect(length(secondAfter: 600) == 200 - 120)
    }

    @Test("what the line says was heard counts")
    func heard() {
        var machine = Self.started("One two three four five.")
        for time in stride(from: 10, through: 600, by: 10) { _ = machine.handle(.tick, at: Self.moment(time)) }
        #expect(machine.heard(at: 600) == "One two three")
        _ = machine.handle(.heard(250), at: Self.moment(600))
        #expect(machine.heard(at: 600) == "One")
        #expect(machine.heard(at: 760) == "One two")
    }
}
