import Foundation
import Testing

@testable import CallMetrics

@Suite("Measuring a call")
struct CallMeasurementTests {
    /// A greeting of 1 s at 0.2 s; the caller from 3 to 4 s.
    func call(agentAfterTurn: [Float]) -> RecordedCall {
        var call = RecordedCall(sampleRate: 16000)
        call.heard = silence(0.2) + tone(1) + silence(2.8) + agentAfterTurn
        call.speech = [.init(name: "question", start: 3, end: 4)]
        return call
    }

    @Test("Silence at the head of the agent's audio counts against the answer and the greeting")
    func leadingSilence() throws {
        var call = call(agentAfterTurn: silence(0.5) + tone(2))
        call.chunks = [.init(start: 4.1, end: 6.5, answer: 1)]
        let measured = CallMeasurement(call)
        #expect(abs(try #require(measured.greetingAfter) - 0.2) < 0.004)
        #expect(abs(try #require(measured.turns[0].answerAfter) - 0.5) < 0.004)
        #expect(!measured.turns[0].isCutOff)
    }

    @Test("Without anything audible a turn is unanswered, even if silent audio came")
    func unanswered() {
        var call = call(agentAfterTurn: silence(3))
        call.chunks = [.init(start: 4.1, end: 7, answer: 1)]
        #expect(CallMeasurement(call).turns[0].answerAfter == nil)
    }

    @Test("An answer before the end of speech is no fast answer but talks into the caller")
    func cutOff() throws {
        var call = call(agentAfterTurn: [])
        call.heard = silence(3.5) + tone(1.5) + silence(1) + tone(1)
        let measured = CallMeasurement(call)
        #expect(measured.greetingAfter == nil)
        #expect(measured.turns[0].isCutOff)
        #expect(abs(try #require(measured.turns[0].answerAfter) - 2) < 0.004)
    }

    @Test("What comes after the next turn has begun answers that turn")
    func nextTurn() throws {
        var call = call(agentAfterTurn: silence(4) + tone(1))
        call.speech.append(.init(name: "again", start: 6, end: 7))
        let measured = CallMeasurement(call)
        #expect(measured.turns[0].answerAfter == nil)
        #expect(abs(try #require(measured.turns[1].answerAfter) - 1) < 0.004)
    }

    @Test("Transcripts belong to the turn in which they came; the same event id replaces")
    func transcripts() {
        var call = call(agentAfterTurn: tone(1))
        call.speech.append(.init(name: "again", start: 6, end: 7))
        call.transcripts = [
            .init(time: 3.7, eventID: 4, text: "What is"), .init(time: 4.2, eventID: 4, text: "What is the weather"),
            .init(time: 4.3, eventID: 5, text: "in Paris?"), .init(time: 7.1, eventID: 6, text: "Thanks."),
        ]
        #expect(CallMeasurement(call).turns.map(\.transcript) == ["What is the weather in Paris?", "Thanks."])
    }

    @Test("A gap counts when more of the same answer follows, from 40 ms on")
    func underruns() {
        var call = call(agentAfterTurn: [])
        call.chunks = [
            .init(start: 0.2, end: 1.2, answer: 0), .init(start: 4.5, end: 5, answer: 1),
            .init(start: 5.03, end: 6, answer: 1), .init(start: 6.25, end: 7, answer: 1),
        ]
        let underruns = CallMeasurement(call).underruns
        #expect(underruns.count == 1)
        #expect(abs(underruns[0].time - 6) < 1e-9 && abs(underruns[0].length - 0.25) < 1e-9)
    }

    /// The agent speaks from 4.5 s; the caller barges in at 6 s.
    func bargeIn(agentStops: Double, interruption: Double?) -> RecordedCall {
        var call = RecordedCall(sampleRate: 16000)
        call.heard = silence(4.5) + tone(agentStops - 4.5) + silence(9 - agentStops) + tone(1)
        call.speech = [
            .init(name: "question", start: 3, end: 4),
            .init(name: "stop", start: 6, end: 6.8, role: .bargeIn),
        ]
        call.chunks = [.init(start: 4.5, end: agentStops, answer: 1), .init(start: 9, end: 10, answer: 2)]
        call.interruptions = interruption.map { [$0] } ?? []
        return call
    }

    @Test("A barge-in is measured to the last sample heard of that answer and to its interruption")
    func yields() throws {
        let measured = try #require(CallMeasurement(bargeIn(agentStops: 6.35, interruption: 6.3)).bargeIns.first)
        #expect(abs(measured.silentAfter - 0.35) < 0.004)
        #expect(abs(try #require(measured.interruptionAfter) - 0.3) < 1e-9)
        #expect(!measured.isVoid)
    }

    @Test("An agent that talks on has not yielded; one that ended by itself at once says nothing")
    func doesNotYield() throws {
        let ignored = try #require(CallMeasurement(bargeIn(agentStops: 8.5, interruption: nil)).bargeIns.first)
        #expect(ignored.interruptionAfter == nil && !ignored.isVoid)
        #expect(abs(ignored.silentAfter - 2.5) < 0.004)
        #expect(try #require(CallMeasurement(bargeIn(agentStops: 6.2, interruption: nil)).bargeIns.first).isVoid)
    }

    @Test("An agent that was interrupted in a pause between words was silent then, not before")
    func interruptedInPause() throws {
        var call = bargeIn(agentStops: 6.1, interruption: 6.3)
        call.chunks[0].end = 6.3
        #expect(abs(try #require(CallMeasurement(call).bargeIns.first).silentAfter - 0.3) < 0.004)
        // With nothing left to play it was no pause: the agent had stopped.
        call.chunks[0].end = 6.15
        #expect(abs(try #require(CallMeasurement(call).bargeIns.first).silentAfter - 0.15) < 0.004)
        // Audio that had run out before the caller spoke says nothing about yielding.
        call = bargeIn(agentStops: 5.95, interruption: 6.2)
        #expect(abs(try #require(CallMeasurement(call).bargeIns.first).silentAfter - 0.2) < 0.004)
        // Half a second of silence is none between words.
        let after = CallMeasurement(bargeIn(agentStops: 6.1, interruption: 6.6))
        #expect(abs(try #require(after.bargeIns.first).silentAfter - 0.1) < 0.004)
    }

    @Test("The interruption of a later answer is none of an answer that ended by itself")
    func laterInterruption() throws {
        let call = bargeIn(agentStops: 6.2, interruption: 9.5)
        let measured = try #require(CallMeasurement(call).bargeIns.first)
        #expect(measured.isVoid && measured.interruptionAfter == nil)
        // One that should have stopped is not excused by the next.
        let late = try #require(CallMeasurement(bargeIn(agentStops: 8.5, interruption: 9.5)).bargeIns.first)
        #expect(!late.isVoid && late.interruptionAfter == nil)
        #expect(abs(late.silentAfter - 2.5) < 0.004)
    }

    @Test("A backchannel interrupted when an interruption followed; an answer that was over by then says nothing")
    func backchannels() throws {
        func call(interruption: Double?, agentStops: Double) -> CallMeasurement {
            var call = bargeIn(agentStops: agentStops, interruption: interruption)
            call.speech[1].role = .backchannel
            return CallMeasurement(call)
        }
        let interrupted = call(interruption: 6.4, agentStops: 6.4)
        #expect(abs(try #require(interrupted.backchannels[0].interruptionAfter) - 0.4) < 1e-9)
        #expect(interrupted.bargeIns.isEmpty && interrupted.turns.count == 1)
        let ignored = call(interruption: nil, agentStops: 8.5)
        #expect(ignored.backchannels[0].interruptionAfter == nil && !ignored.backchannels[0].isVoid)
        #expect(call(interruption: nil, agentStops: 6.3).backchannels[0].isVoid)
    }

    @Test("Interruptions and transcripts that nobody asked for are noise's, echo's or a backchannel's")
    func unasked() {
        var call = call(agentAfterTurn: tone(2))
        call.speech.append(.init(name: "mm-hm", start: 5, end: 5.3, role: .backchannel))
        call.interruptions = [3.5, 4.6, 8]
        call.transcripts = [
            .init(time: 1, eventID: 1, text: "greeting"), .init(time: 3.6, eventID: 2, text: "What"),
            .init(time: 4.3, eventID: 3, text: "is it"), .init(time: 4.4, eventID: 3, text: "is it?"),
            .init(time: 4.9, eventID: 4, text: "noise"), .init(time: 5.5, eventID: 5, text: "mm-hm"),
        ]
        let measured = CallMeasurement(call)
        #expect(measured.unaskedInterruptions == [8])
        #expect(measured.openedTurns == ["greeting", "noise", "mm-hm"])
    }

    @Test("Where the time of an answer went")
    func waterfall() throws {
        var call = call(agentAfterTurn: silence(0.5) + tone(2))
        call.transcripts = [.init(time: 4.2, eventID: 2, text: "Hello")]
        call.responses = [0.1, 4.25]
        call.chunks = [
            .init(start: 0.2, end: 1.2, answer: 0), .init(start: 4.4, end: 4.6, answer: 1),
            .init(start: 4.6, end: 6.5, answer: 1),
        ]
        let turn = try #require(CallMeasurement(call).turns.first)
        #expect(abs(try #require(turn.transcriptAfter) - 0.2) < 1e-9)
        #expect(abs(try #require(turn.responseAfter) - 0.25) < 1e-9)
        #expect(abs(try #require(turn.audioAfter) - 0.4) < 1e-9)
    }

    @Test("Figures count what was late, talked into, unanswered, interrupted and spelt")
    func figures() throws {
        func turn(_ name: String, answerAfter: Double?, cutOff: Bool = false, text: String = "") -> RecordedCall {
            var call = RecordedCall(sampleRate: 16000)
            let answer = answerAfter.map { silence($0) + tone(1) } ?? silence(1)
            call.heard = silence(1.4) + (cutOff ? tone(0.6) : silence(0.6)) + answer
            call.speech = [.init(name: name, start: 1, end: 2)]
            call.transcripts = [.init(time: 2.1, eventID: 1, text: text)]
            return call
        }
        let calls = [
            turn("a", answerAfter: 0.5, text: "A, b. One two!"), turn("a", answerAfter: 1.6, text: "a bee 12"),
            turn("b", answerAfter: nil), turn("b", answerAfter: 0.9, cutOff: true),
        ].map { CallMeasurement($0) }
        let figures = CallFigures(calls, spelled: ["a": "ab12"])
        #expect(figures.turns == 4 && figures.unanswered == 1 && figures.cutOff == 1 && figures.lateAnswers == 1)
        #expect(figures.spelled == 2 && figures.spelledExactly == 1)
        #expect(abs(try #require(figures.answer).p50 - 500) < 5)
    }

    @Test("Percentiles are nearest ranks")
    func distribution() throws {
        let values = (1...20).map(Double.init).shuffled()
        let distribution = try #require(Distribution(values))
        #expect(distribution.p50 == 10 && distribution.p95 == 19 && distribution.max == 20 && distribution.count == 20)
        #expect(try #require(Distribution([7])).p95 == 7)
        #expect(Distribution([]) == nil)
    }
}
