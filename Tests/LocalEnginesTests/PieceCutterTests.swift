import Testing

@testable import LocalEngines

@Suite("Pieces of a long utterance")
struct PieceCutterTests {
    private let cutter = PieceCutter(options: .init())

    /// A tone for each stretch, in seconds; pauses are silent.
    private func audio(_ stretches: (seconds: Double, level: Float)...) -> [Float] {
        stretches.flatMap { stretch in
            (0..<Int(stretch.seconds * 16_000)).map { stretch.level * ($0 % 8 < 4 ? 1 : -1) }
        }
    }

    @Test("are not cut while the utterance is short")
    func short() {
        #expect(cutter.cut(audio((3, 0.3), (0.5, 0), (3, 0.3))) == nil)
        #expect(cutter.cut([]) == nil)
    }

    @Test("end in the middle of the last pause")
    func pause() throws {
        let cut = try #require(cutter.cut(audio((5, 0.3), (0.4, 0.001), (2, 0.3), (0.6, 0.001), (2, 0.3))))
        #expect(abs(cut - Int(7.7 * 16_000)) <= 160)
    }

    @Test("are not cut at a pause that speech has hardly followed")
    func freshPause() {
        #expect(cutter.cut(audio((8, 0.3), (0.4, 0), (0.5, 0.3))) == nil)
    }

    @Test("are not cut in a gap as short as those within words")
    func gap() {
        #expect(cutter.cut(audio((5, 0.3), (0.1, 0), (5, 0.3))) == nil)
    }

    @Test("are cut at the quietest place when there is no pause")
    func noPause() throws {
        let cut = try #require(cutter.cut(audio((15, 0.3), (0.15, 0.1), (6, 0.3))))
        #expect(abs(cut - Int(15.075 * 16_000)) <= 800)
    }

    @Test("never exceed the longest piece", arguments: [0, 0.3] as [Float])
    func bounded(level: Float) throws {
        let cut = try #require(cutter.cut(audio((100, level))))
        #expect(cut > 0 && cut <= 20 * 16_000)
    }
}
