import CallMetrics
import Testing

@Suite("Scripted caller")
struct ScriptedCallerTests {
    /// 20 ms at 16 kHz.
    let frame = 320

    func caller(_ recordings: [ScriptedCaller.Recording]) -> ScriptedCaller {
        ScriptedCaller(recordings: recordings, sampleRate: 16000)
    }

    func recording(_ name: String, _ role: RecordedCall.Role = .turn) -> ScriptedCaller.Recording {
        .init(name: name, samples: tone(1), role: role)
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

    @Test("Barges in 1 s into the answer, or not at all if it was shorter")
    func bargeIn() {
        var caller = caller([recording("a"), recording("stop", .bargeIn)])
        run(&caller, 4.1, agent: false)
        run(&caller, 2, agent: false)
        run(&caller, 0.96, agent: true)
        #expect(caller.turns.count == 1)
        run(&caller, 0.1, agent: true)
        #expect(caller.turns.last?.role == .bargeIn)

        var short = self.caller([recording("a"), recording("stop", .bargeIn)])
        run(&short, 6.1, agent: false)
        run(&short, 0.7, agent: true)
        run(&short, 2, agent: false)
        #expect(short.turns.last?.role == .turn)
    }

    @Test("Backchannels sound 1 s into the answer, which is then waited for; without an answer they are left out")
    func backchannel() {
        var caller = caller([recording("a"), recording("mm-hm", .backchannel), recording("b")])
        run(&caller, 4.1, agent: false)
        run(&caller, 2, agent: false)
        run(&caller, 1.6, agent: true)
        #expect(caller.turns.map(\.role) == [.turn, .backchannel] && caller.isSpeaking)
        run(&caller, 3, agent: true)
        #expect(caller.turns.count == 2 && !caller.isSpeaking)
        run(&caller, 1.3, agent: false)
        #expect(caller.turns.map(\.recording) == [0, 1, 2])

        var short = self.caller([recording("a"), recording("mm-hm", .backchannel), recording("b")])
        run(&short, 6.1, agent: false)
        run(&short, 0.7, agent: true)
        run(&short, 2, agent: false)
        #expect(short.turns.map(\.recording) == [0, 2])
    }

    @Test("A background is heard over and over in place of the room noise, under speech too")
    func background() {
        let noise = tone(0.5, decibels: -40)
        var caller = ScriptedCaller(recordings: [recording("a")], sampleRate: 16000, background: noise)
        let heard = run(&caller, 6, agent: false)
        #expect(Array(heard[..<48000]) == (0..<6).flatMap { _ in noise })
        let start = caller.turns.first?.start ?? 0
        #expect(heard[start + 100] == tone(1)[100] + noise[(start + 100) % noise.count])
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
