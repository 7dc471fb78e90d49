import Audio
import Testing

@Suite("Word alignment")
struct WordAlignmentTests {
    private func tone(_ seconds: Double, _ level: Float = 0.5) -> [Float] {
        (0..<Int(seconds * 1000)).map { $0 % 2 == 0 ? level : -level }
    }

    @Test("shares audible time out by weight")
    func weights() {
        let samples = tone(0.1, 0.001) + tone(0.9) + tone(0.2, 0.001)
        let ranges = WordAlignment.ranges(
            of: [.init(weight: 1, pausesAfter: false), .init(weight: 2, pausesAfter: true)], in: samples,
            sampleRate: 1000)
        #expect(ranges[0].lowerBound == 100)
        #expect(abs(ranges[0].upperBound - 400) <= 5)
        #expect(ranges[1] == ranges[0].upperBound..<1000)
    }

    @Test("puts a pause between the words that punctuation divides")
    func pause() {
        let samples = tone(0.3) + tone(0.2, 0) + tone(0.7)
        let ranges = WordAlignment.ranges(
            of: [
                .init(weight: 2, pausesAfter: true), .init(weight: 1, pausesAfter: false),
                .init(weight: 1, pausesAfter: true),
            ], in: samples, sampleRate: 1000)
        #expect(ranges[0] == 0..<300)
        #expect(ranges[1].lowerBound == 500)
        #expect(abs(ranges[1].upperBound - 850) <= 5)
        #expect(ranges[2].upperBound == 1200)
    }

    @Test("gives words that are not spoken no time, and silence no words")
    func nothing() {
        let ranges = WordAlignment.ranges(
            of: [
                .init(weight: 1, pausesAfter: false), .init(weight: 0, pausesAfter: true),
                .init(weight: 1, pausesAfter: true),
            ], in: tone(1), sampleRate: 1000)
        #expect(ranges[1].isEmpty)
        #expect(ranges[1].lowerBound == ranges[0].upperBound && ranges[2].lowerBound == ranges[0].upperBound)
        let silent = WordAlignment.ranges(
            of: [.init(weight: 1, pausesAfter: true)], in: tone(1, 0), sampleRate: 1000)
        #expect(silent == [0..<0])
        #expect(WordAlignment.ranges(of: [], in: tone(1), sampleRate: 1000) == [])
    }

    @Test("written words weigh about what they take to say")
    func written() {
        #expect(WordAlignment.weight(ofWritten: "tremendously") > 2 * WordAlignment.weight(ofWritten: "it"))
        #expect(WordAlignment.weight(ofWritten: "2024") > WordAlignment.weight(ofWritten: "year"))
        #expect(WordAlignment.weight(ofWritten: "—") > 0)
    }
}
