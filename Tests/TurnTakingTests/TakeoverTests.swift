import Foundation
import Testing

@testable import TurnTaking

@Suite("Another agent takes over")
struct TakeoverTests {
    private func successor(_ adjust: (inout TurnPolicy) -> Void = { _ in }) -> TurnEvent {
        var policy = TurnPolicy()
        policy.learnsPace = false
        adjust(&policy)
        return .takenOver(policy)
    }

    @Test("It speaks at once where nobody does")
    func idle() {
        let scene = Scene.begun()
        #expect(scene.feed(successor()) == [.prepare(1, .takeover)])
        #expect(scene.ready() == [.release(1)])
        scene.finished()
        #expect(scene.quiet(320).isEmpty, "and once")
    }

    @Test("It speaks after the words of the agent before it")
    func afterFarewell() {
        let scene = Scene.answering()
        #expect(scene.feed(successor()).isEmpty)
        #expect(scene.finished() == [.prepare(2, .takeover)])
    }

    @Test("A caller who speaks first is answered instead")
    func callerFirst() {
        let scene = Scene.answering()
        scene.feed(successor())
        scene.say(640)
        scene.finished()
        scene.quiet(96)
        #expect(scene.transcript("And on Sunday?") == [.prepare(2, .speech("And on Sunday?"))])
        scene.ready()
        scene.quiet(1600)
        #expect(scene.finished().isEmpty && scene.quiet(320).isEmpty)
    }

    @Test("A caller who speaks while its first words are made is heard out, and a cough does not cost them")
    func callerBetween() {
        let scene = Scene.begun()
        scene.feed(successor())
        #expect(scene.say(640).contains(.discard(1)))
        scene.quiet(96)
        scene.transcript("")
        #expect(scene.quiet(1600).contains(.prepare(2, .takeover)))
    }

    @Test("It does not try again for ever when it fails")
    func fails() {
        let scene = Scene.begun()
        scene.feed(successor())
        scene.failed()
        #expect(scene.quiet(320).isEmpty)
    }

    @Test("Its policy holds from then on, and the log replays")
    func policy() throws {
        let scene = Scene.begun { $0.turnTimeout = .seconds(3) }
        scene.feed(successor { $0.turnTimeout = .seconds(9) })
        scene.ready()
        scene.finished()
        #expect(!scene.quiet(8960).contains(.prepare(2, .silence)))
        #expect(scene.quiet(64).contains(.prepare(2, .silence)))
        let log = try JSONDecoder().decode(TurnLog.self, from: JSONEncoder().encode(scene.record))
        #expect(log.replayed() == scene.record)
    }
}
