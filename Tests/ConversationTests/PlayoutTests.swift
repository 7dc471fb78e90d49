import Testing
import TurnTaking

@testable import Conversation
@testable import Speech

@Suite("Playout")
struct PlayoutTests {
    /// 40 ms messages, 250 ms ahead, at 1 kHz: a sample is a millisecond.
    private func playout(_ samples: Int) -> Playout {
        var playout = Playout(
            Playout.Options(frame: 40, lead: 250, brakedFrame: 40, brakedLead: 60, fade: 30, wordEnd: 150))
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

    @Test("the end is taken back as far as it was not sent")
    func removesLast() {
        var playout = playout(100)
        playout.append([Float](repeating: 0, count: 50))
        playout.removeLast(50)
        var sent: [Float] = []
        while let frame = playout.next(at: 0, isComplete: true) { sent += frame }
        #expect(sent.count == 100)
        playout.removeLast(50)
        #expect(playout.isOver(at: 100))
    }

    // MARK: Yielding

    @Test("a response that ends for good fades out after what is in the caller's buffer, or needs nothing")
    func stops() throws {
        var sounding = steady(1000)
        _ = drain(&sounding, at: 0)
        let end = sounding.bufferEnd
        let faded = sounding.stop(at: 100)
        let fade = try #require(faded)
        #expect(fade.count == 30 && fade[0] > 0.9 && fade[29] < 0.1)
        #expect(zip(fade, fade.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(sounding.bufferEnd == end + 30)
        #expect(sounding.heard(at: end + 30) == end, "the fade is no more of the response")

        var silent = steady(1000)
        _ = drain(&silent, at: 0)
        let nothing = silent.stop(at: 2000)
        #expect(nothing == nil)
        var held = steady(1000)
        held.deliver(.ducked, at: 0)
        _ = drain(&held, at: 0)
        held.deliver(.held, at: 0)
        while held.next(at: 40, isComplete: true) != nil {}
        let more = held.stop(at: 41)
        #expect(more == nil)
    }

    /// Everything that is due at `now`.
    private func drain(_ playout: inout Playout, at now: Int) -> [Float] {
        var sent: [Float] = []
        while let frame = playout.next(at: now, isComplete: true) { sent += frame }
        return sent
    }

    /// A steady tone of 1, so that every sample shows its gain.
    private func steady(_ samples: Int) -> Playout {
        var playout = playout(0)
        playout.append([Float](repeating: 1, count: samples))
        return playout
    }

    @Test("a brake sends nothing until the caller's buffer is nearly empty, and changes no sample")
    func brake() {
        var playout = steady(1000)
        #expect(drain(&playout, at: 0).count == 280)
        playout.deliver(.braked, at: 0)
        #expect(drain(&playout, at: 200).isEmpty)
        #expect(drain(&playout, at: 221) == [Float](repeating: 1, count: 40))
        playout.deliver(.full, at: 900)
        #expect(drain(&playout, at: 222).count >= 160)
        #expect(playout.underruns == 0)
    }

    @Test("ducked speech is a quarter as loud, without a step at either end")
    func duck() {
        var playout = steady(2000)
        playout.deliver(.ducked, at: 0)
        var heard: [Float] = []
        for now in 0..<400 { heard += drain(&playout, at: now) }
        playout.deliver(.full, at: 900)
        for now in 400..<900 { heard += drain(&playout, at: now) }
        #expect(heard[100..<400].allSatisfy { $0 == 0.25 })
        #expect(heard.last == 1)
        #expect(zip(heard, heard.dropFirst()).allSatisfy { abs($0 - $1) < 0.1 })
    }

    @Test("a hold fades out at once and goes on from the very sample")
    func hold() {
        var playout = playout(1000)
        let before = drain(&playout, at: 0)
        playout.deliver(.held, at: 0)
        let fade = drain(&playout, at: 10)
        #expect(fade.count == 30)
        #expect((fade.first ?? 0) > 250 && (fade.last ?? 1) < 10, "the next samples, falling to nothing")
        #expect(drain(&playout, at: 900).isEmpty)
        #expect(playout.heard(at: 900) == before.count, "the fade repeats nothing and counts for nothing")
        playout.deliver(.full, at: 900)
        var after: [Float] = []
        for now in 900..<2000 { after += drain(&playout, at: now) }
        #expect(before.count + after.count == 1000)
        let expected = (before.count + 30..<1000).map(Float.init)
        #expect(Array(after.dropFirst(30)) == expected)
        #expect((after.first ?? 1) < 20, "faded in")
        #expect(playout.underruns == 0, "silence on purpose is none")
        #expect(playout.heard(at: 3000) == 1000)
    }

    @Test("a hold waits for the end of a word that comes soon after the first sound over it")
    func holdAtTheEndOfAWord() {
        var playout = playout(1000)
        let before = drain(&playout, at: 0)
        playout.deliver(.braked, at: 240)
        playout.deliver(.held, wordEnd: before.count + 100, at: 260)
        var word: [Float] = []
        for now in 260..<900 { word += drain(&playout, at: now) }
        #expect(word.count == 100)
        let expected = (before.count..<before.count + 80).map(Float.init)
        #expect(Array(word.prefix(80)) == expected)
        #expect((word.last ?? 100) < 60, "faded out")
        #expect(playout.heard(at: 900) == before.count + 100)
        playout.deliver(.full, at: 900)
        for now in 900..<2000 { word += drain(&playout, at: now) }
        #expect(before.count + word.count == 1000)
    }

    @Test("a hold does not wait for the end of a word that comes late")
    func holdInsideALongWord() {
        var playout = playout(1000)
        let before = drain(&playout, at: 0)
        playout.deliver(.braked, at: 240)
        playout.deliver(.held, wordEnd: before.count + 200, at: 260)
        #expect(drain(&playout, at: 270).count == 30)
        #expect(drain(&playout, at: 500).isEmpty)
    }

    @Test("a response that is held before its first sample starts with it")
    func heldBeforeTheStart() {
        var playout = playout(100)
        playout.deliver(.held, at: 0)
        #expect(drain(&playout, at: 100).isEmpty)
        playout.deliver(.full, at: 900)
        #expect(drain(&playout, at: 200).count == 100)
    }
}
