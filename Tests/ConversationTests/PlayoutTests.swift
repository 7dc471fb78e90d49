import Testing

@testable import Conversation

@Suite("Playout")
struct PlayoutTests {
    /// 40 ms messages, 250 ms ahead, at 1 kHz: a sample is a millisecond.
    private func playout(_ samples: Int) -> Playout {
        var playout = Playout(frame: 40, lead: 250)
        playout.append((0..<samples).map(Float.init))
        return playout
    }

    @Test("the lead goes out at once, the rest in real time, every sample once and in order")
    func pacing() {
        var playout = playout(1000)
        var sent: [Float] = []
        for now in 0...1200 {
            while let frame = playout.next(at: now, isComplete: true) { sent += frame }
            // A message goes out while less than the lead is waiting, so one message more may be.
            #expect(sent.count <= now + 250 + 40)
            #expect(playout.heard(at: now) == min(now, 1000))
        }
        #expect(sent == (0..<1000).map(Float.init))
        #expect(playout.underruns == 0)
    }

    @Test("a short rest waits for more audio until the response is complete")
    func shortFrame() {
        var playout = playout(30)
        #expect(playout.next(at: 0, isComplete: false) == nil)
        #expect(playout.next(at: 0, isComplete: true)?.count == 30)
    }

    @Test("a late sample is an underrun, and moves what is heard by as much")
    func underrun() {
        var playout = playout(40)
        #expect(playout.next(at: 0, isComplete: false)?.count == 40)
        playout.append([Float](repeating: 0, count: 40))
        #expect(playout.next(at: 100, isComplete: true)?.count == 40)
        #expect(playout.underruns == 1)
        #expect(playout.missing == 60)
        #expect(playout.heard(at: 100) == 40)
        #expect(playout.heard(at: 120) == 60)
        #expect(!playout.isOver(at: 139))
        #expect(playout.isOver(at: 140))
    }

    @Test("what was sent but not yet played is not heard")
    func heard() {
        var playout = playout(1000)
        while playout.next(at: 500, isComplete: true) != nil {}
        #expect(playout.sent == 280)
        #expect(playout.heard(at: 500) == 0)
        #expect(playout.heard(at: 560) == 60)
        #expect(playout.heard(at: 5000) == 280)
    }
}
