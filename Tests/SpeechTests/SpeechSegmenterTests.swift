import Testing

@testable import Language
@testable import Speech

@Suite("Stretches of speech")
struct SpeechSegmenterTests {
    /// Runs of windows with one probability each.
    private func changes(
        _ runs: [(Float, Int)], options: SpeechSegmenter.Options = .init()
    ) -> [SpeechSegmenter.Change] {
        var segmenter = SpeechSegmenter(options: options)
        var changes: [SpeechSegmenter.Change] = []
        for (probability, count) in runs {
            for _ in 0..<count { if let change = segmenter.add(probability) { changes.append(change) } }
        }
        return changes
    }

    @Test("speech is kept with a margin around it, and ends with a pause")
    func margins() {
        #expect(changes([(0, 20), (0.9, 10), (0, 30)]) == [.began(window: 12), .ended(window: 38)])
        #expect(changes([(0.9, 10), (0, 19)]) == [.began(window: 0), .ended(window: 18)])
    }

    @Test("a short silence ends nothing, and a short sound begins nothing")
    func short() {
        #expect(changes([(0, 20), (0.9, 10), (0, 18), (0.9, 5), (0, 30)]).count == 2)
        #expect(changes([(0, 20), (0.9, 2), (0, 30), (0.9, 2), (0, 30)]).isEmpty)
    }

    @Test("between the thresholds speech goes on, and does not begin")
    func between() {
        #expect(changes([(0.4, 100)]).isEmpty)
        #expect(changes([(0.9, 5), (0.4, 100)]) == [.began(window: 0)])
    }

    @Test("the longer it lasts the shorter the pause that ends it, and at its longest none is needed")
    func long() {
        #expect(changes([(0.9, 400), (0, 9)]).count == 2)
        #expect(changes([(0.9, 300), (0, 9)]).count == 1)
        let endless = changes([(0.9, 2000)])
        #expect(
            endless == [
                .began(window: 0), .ended(window: 875), .began(window: 875), .ended(window: 1750), .began(window: 1750),
            ])
    }

    @Test("stretches do not overlap, and nothing is lost at the end")
    func ends() {
        let twice = changes([(0.9, 10), (0, 19), (0.9, 10), (0, 19)])
        #expect(twice == [.began(window: 0), .ended(window: 18), .began(window: 21), .ended(window: 47)])
        var segmenter = SpeechSegmenter()
        #expect(segmenter.end() == nil)
        for _ in 0..<5 { _ = segmenter.add(1) }
        #expect(segmenter.end() == .ended(window: 5))
        #expect(segmenter.end() == nil)
    }
}
