import Testing

@testable import TurnTaking

@Suite("A caller who types")
struct ActivityTests {
    @Test("Typing holds a finished answer back, and two seconds later it is released")
    func activityHolds() {
        let scene = Scene.begun()
        scene.utterance("Book a table.")
        scene.ready()
        scene.feed(.activity)
        #expect(scene.quiet(1984).isEmpty)
        #expect(scene.quiet(32) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("Typing that goes on for a minute does not cost the answer")
    func activityHoldsLong() {
        let scene = Scene.begun()
        scene.utterance("Book a table.")
        scene.ready()
        for _ in 0..<60 {
            scene.feed(.activity)
            #expect(scene.quiet(992).isEmpty)
        }
        #expect(scene.quiet(1024) == [.closeUtterance(.answered), .release(1)])
    }

    @Test("Typing long ago holds nothing back")
    func activityIsForgotten() {
        let scene = Scene.begun()
        scene.feed(.activity)
        scene.quiet(3200)
        scene.utterance("Book a table.")
        scene.ready()
        #expect(scene.quiet(384) == [.closeUtterance(.answered), .release(1)])
    }
}
