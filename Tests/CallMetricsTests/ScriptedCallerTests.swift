import CallMetrics
import Testing

@Suite("Scripted caller")
struct ScriptedCallerTests {
    /// 20 ms at 16 kHz.
    let frame = 320

    func caller(_ recordings: [ScriptedCaller.Recording]) -> ScriptedCaller {
        ScriptedCaller(recordings: recordings, sampleRate: 16000)
    }

    func recording(_ name: String, interrupted: Bool = false) -> ScriptedCaller.Recording {
        .init(name: name, samples: tone(1), isInterrupted: interrupted)
    }

    /// Runs for some seconds and returns what the microphone gave.
    @discardableResult
    func run(_ caller: inout ScriptedCaller, _ seconds: Double, agent: Bool) -> [Float] {
        (0..<Int(seconds * 50)).flatMap { _ in caller.next(frame, agentIsAudible: agent) }
    }

    @Test("Speaks when the greeting is over, and again when the answer is")
    func turns() {
        var caller = caller([recording("a"), recording("b")])
        run(&caller, 2, agent: true)
        run(&caller, 1, agent: false)
        #expect(caller.turns.isEmpty)
        run(&caller, 1, agent: false)
        #expect(caller.turns.count == 1 && caller.isSpeaking)
        run(&caller, 2, agent: false)
        #expect(!caller.isSpeaking)
        run(&caller, 1, agent: true)
        run(&caller, 1, agent: false)
        run(&caller, 5, agent: true)
        #expect(caller.turns.count == 1, "a pause inside the answer is not its end")
        run(&caller, 3, agent: false)
        #expect(caller.turns.map(\.recording) == [0, 1])
        run(&caller, 1, agent: true)
        run(&caller, 2, agent: false)
        #expect(caller.isFinished)
    }

    @Test("Goes on after a time without greeting or answer")
    func timeouts() {
        var caller = caller([recording("a"), recording("b")])
        run(&caller, 4.1, agent: false)
        #expect(caller.turns.count == 1)
        run(&caller, 15.8, agent: false)
        #expect(caller.turns.count == 1)
        run(&caller, 1, agent: false)
        #expect(caller.turns.count == 2)
    }

    @Test("Barges in 1.5 s into the answer, or not at all if it was shorter")
    func bargeIn() {
        var caller = caller([recording("a", interrupted: true), recording("stop")])
        run(&caller, 4.1, agent: false)
        run(&caller, 2, agent: false)
        run(&caller, 1.46, agent: true)
        #expect(caller.turns.count == 1)
        run(&caller, 0.1, agent: true)
        #expect(caller.turns.last?.isBargeIn == true)

        var short = self.caller([recording("a", interrupted: true), recording("stop")])
        run(&short, 6.1, agent: false)
        run(&short, 1, agent: true)
        run(&short, 2, agent: false)
        #expect(short.turns.last?.isBargeIn == false)
    }

    @Test("The recording stands sample by sample where the turn says, over quiet noise")
    func samples() throws {
        var caller = caller([recording("a")])
        let heard = run(&caller, 6, agent: false)
        let start = try #require(caller.turns.first).start
        let speech = try #require(Audibility.speech(in: heard, sampleRate: 16000))
        #expect(abs(speech.start - start) < 64 && abs(speech.end - start - 16000) < 64)
        let noise = Array(heard[..<start])
        #expect(noise.contains { $0 != 0 } && !Audibility.isAudible(noise))
        var again = self.caller([recording("a")])
        #expect(run(&again, 6, agent: false) == heard)
    }
}
