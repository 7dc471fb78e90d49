import CallMetrics
import Foundation
import Testing

@Suite("Measuring a call")
struct CallMeasurementTests {
    /// A greeting of 1 s at 0.2 s; the caller from 3 to 4 s.
    func call(agentAfterTurn: [Float]) -> RecordedCall {
        var call = RecordedCall(sampleRate: 16000)
        call.heard = silence(0.2) + tone(1) + silence(2.8) + agentAfterTurn
        call.speech = [.init(name: "question", start: 3, end: 4, isBargeIn: false)]
        return call
    }

    @Test("Silence at the head of the agent's audio counts against the answer and the greeting")
    func leadingSilence() throws {
        var call = call(agentAfterTurn: silence(0.5) + tone(2))
        call.chunks = [.init(start: 4.1, end: 6.5, answer: 1)]
        let measured = CallMeasurement(call)
        #expect(abs(try #require(measured.greetingAfter) - 0.2) < 0.004)
        #expect(abs(try #require(measured.turns[0].answerAfter) - 0.5) < 0.004)
        #expect(!measured.turns[0].isTalkedInto)
    }

    @Test("Without anything audible a turn is unanswered, even if silent audio came")
    func unanswered() {
        var call = call(agentAfterTurn: silence(3))
        call.chunks = [.init(start: 4.1, end: 7, answer: 1)]
        #expect(CallMeasurement(call).turns[0].answerAfter == nil)
    }

    @Test("An answer before the end of speech is no fast answer but talks into the caller")
    func talkedInto() throws {
        var call = call(agentAfterTurn: [])
        call.heard = silence(3.5) + tone(1.5) + silence(1) + tone(1)
        let measured = CallMeasurement(call)
        #expect(measured.greetingAfter == nil)
        #expect(measured.turns[0].isTalkedInto)
        #expect(abs(try #require(measured.turns[0].answerAfter) - 2) < 0.004)
    }

    @Test("What comes after the next turn has begun answers that turn")
    func nextTurn() throws {
        var call = call(agentAfterTurn: silence(4) + tone(1))
        call.speech.append(.init(name: "again", start: 6, end: 7, isBargeIn: false))
        let measured = CallMeasurement(call)
        #expect(measured.turns[0].answerAfter == nil)
        #expect(abs(try #require(measured.turns[1].answerAfter) - 1) < 0.004)
    }

    @Test("Transcripts belong to the turn in which they came; the same event id replaces")
    func transcripts() {
        var call = call(agentAfterTurn: tone(1))
        call.speech.append(.init(name: "again", start: 6, end: 7, isBargeIn: false))
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
            .init(name: "question", start: 3, end: 4, isBargeIn: false),
            .init(name: "stop", start: 6, end: 6.8, isBargeIn: true),
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

    @Test("Percentiles are nearest ranks")
    func distribution() throws {
        let values = (1...20).map(Double.init).shuffled()
        let distribution = try #require(Distribution(values))
        #expect(distribution.p50 == 10 && distribution.p95 == 19 && distribution.max == 20 && distribution.count == 20)
        #expect(try #require(Distribution([7])).p95 == 7)
        #expect(Distribution([]) == nil)
    }
}
