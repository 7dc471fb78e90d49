import Audio
import CallMetrics
import ConvAI
import Testing

@Suite("Listening to a call")
struct CallListenerTests {
    func audio(_ samples: [Float], _ eventID: Int) -> ServerMessage {
        .audio(AudioMessage(bytes: FrameEncoder.encode(samples, as: .pcm16000), eventID: eventID))
    }

    @Test("Audio is heard at the later of its arrival and the end of the queue, and cut at an interruption")
    func playout() throws {
        var recorder = CallListener(format: .pcm16000)
        recorder.receive(.agentResponse("Hello.", eventID: 1), at: 0.1)
        recorder.receive(audio(tone(1), 1), at: 0.2)
        recorder.receive(audio(tone(1), 2), at: 0.3)
        #expect(recorder.call.chunks.map(\.start) == [0.2, 1.2])
        #expect(abs(recorder.queued - 1.9) < 1e-6)
        recorder.receive(.interruption(eventID: 2), at: 1.5)
        recorder.receive(audio(tone(1), 2), at: 1.6)
        recorder.listen(until: 3)
        let call = recorder.call
        #expect(call.heard.count == 48000 && call.interruptions == [1.5])
        #expect(call.chunks.map(\.end) == [1.2, 1.5])
        let found = Audibility.utterances(in: call.heard, sampleRate: 16000)
        #expect(found.count == 1)
        #expect(abs(Double(found[0].end) / 16000 - 1.5) < 0.004)
    }

    @Test("A late chunk is an underrun of its answer; the next answer's first chunk is none")
    func underrun() {
        var recorder = CallListener(format: .pcm16000)
        recorder.receive(.agentResponse("One.", eventID: 1), at: 0.1)
        recorder.receive(audio(tone(0.5), 1), at: 0.1)
        recorder.receive(audio(tone(0.5), 2), at: 0.7)
        recorder.receive(.userTranscript("Yes", eventID: 3), at: 2)
        recorder.receive(.agentResponse("Two.", eventID: 3), at: 2)
        recorder.receive(audio(tone(0.5), 3), at: 2.2)
        recorder.listen(until: 3)
        let underruns = CallMeasurement(recorder.call).underruns
        #expect(underruns.count == 1)
        #expect(abs((underruns.first?.length ?? 0) - 0.1) < 1e-4)
    }

    @Test("An agent that speaks up again by itself has no underrun, however long it was silent")
    func twoAnswersInARow() {
        var recorder = CallListener(format: .pcm16000)
        recorder.receive(.userTranscript("Yes", eventID: 1), at: 0.1)
        recorder.receive(audio(tone(0.5), 1), at: 0.1)
        recorder.receive(.agentResponse("One.", eventID: 1), at: 0.3)
        recorder.receive(audio(tone(0.5), 2), at: 8)
        recorder.receive(audio(tone(0.5), 2), at: 8.4)
        recorder.receive(.agentResponse("Still there?", eventID: 2), at: 8.5)
        recorder.listen(until: 10)
        #expect(CallMeasurement(recorder.call).underruns.isEmpty)
        #expect(recorder.call.chunks.map(\.answer) == [1, 2, 2])
    }
}

@Suite("Turn timer")
struct TurnTimerTests {
    /// Feeds seconds of constant levels in 20 ms frames.
    func feed(_ timer: inout TurnTimer, _ seconds: Double, caller: Double, agent: Double) -> [Double] {
        (0..<Int(seconds * 50)).compactMap { _ in timer.frame(seconds: 0.02, caller: caller, agent: agent) }
    }

    @Test("One latency an answer; pauses of the agent and its greeting give none")
    func latency() throws {
        var timer = TurnTimer()
        #expect(feed(&timer, 1, caller: -70, agent: -20).isEmpty)
        #expect(feed(&timer, 2, caller: -25, agent: -.infinity).isEmpty)
        #expect(feed(&timer, 0.6, caller: -70, agent: -.infinity).isEmpty)
        let answers = feed(&timer, 1, caller: -70, agent: -20)
        #expect(answers.count == 1)
        #expect(abs(try #require(answers.first) - 0.6) < 0.021)
        #expect(feed(&timer, 1, caller: -70, agent: -.infinity).isEmpty)
        #expect(feed(&timer, 1, caller: -70, agent: -20).isEmpty)
    }

    @Test("A loud room becomes the noise that speech must stand out of")
    func noise() throws {
        var timer = TurnTimer()
        _ = feed(&timer, 30, caller: -40, agent: -.infinity)
        _ = feed(&timer, 1, caller: -20, agent: -.infinity)
        _ = feed(&timer, 0.5, caller: -40, agent: -.infinity)
        let answers = feed(&timer, 0.2, caller: -40, agent: -20)
        #expect(abs(try #require(answers.first) - 0.5) < 0.021)
    }
}
