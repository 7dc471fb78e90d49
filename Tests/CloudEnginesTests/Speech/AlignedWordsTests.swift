import Engines
import Testing

@testable import CloudEngines

@Suite struct AlignedWordsTests {
    /// Each character takes a tenth of a second.
    private func characters(_ text: String, from start: Double = 0) -> [AlignedWords.Character] {
        text.enumerated().map { index, character in
            let begin = start + Double(index) / 10
            return AlignedWords.Character(text: String(character), start: begin, end: begin + 0.1)
        }
    }

    private func timings(_ text: String, _ alignment: String) -> [WordTiming] {
        var words = AlignedWords(text: text, sampleRate: 10)
        words.add(characters(alignment))
        return words.rest(of: 1000)
    }

    @Test func wordsAreWhereTheirLettersAre() {
        #expect(
            timings("Good day, Ann.", "Good day, Ann. ") == [
                WordTiming(index: 0, samples: 0..<4), WordTiming(index: 1, samples: 5..<8),
                WordTiming(index: 2, samples: 10..<13),
            ])
    }

    @Test func caseSpacesAndPunctuationMayDiffer() {
        let expected = [0..<4, 5..<8, 9..<12].enumerated().map { WordTiming(index: $0, samples: $1) }
        #expect(timings("“Good” day Ann!", "good DAY ann") == expected)
        #expect(timings("Cafe\u{301} is", "Caf\u{e9} is").map(\.samples) == [0..<4, 5..<7])
    }

    @Test func wordsWithoutLettersAreWhereTheOneBeforeThemEnds() {
        #expect(timings("— So … what —", "So what").map(\.samples) == [0..<0, 0..<2, 2..<2, 3..<7, 7..<7])
    }

    @Test func audioTagsMayBeSpokenOrLeftOut() {
        let text = "[clears throat] Well now"
        #expect(timings(text, "Well now").map(\.samples) == [0..<0, 0..<0, 0..<4, 5..<8])
        #expect(timings(text, text).map(\.index) == [0, 1, 2, 3])
        #expect(timings("Well [laughs] now", "Well now").map(\.samples) == [0..<4, 4..<4, 5..<8])
    }

    @Test func whatIsOfAnotherTextStaysUnplaced() {
        #expect(timings("We have 12 left", "We have twelve left").map(\.index) == [0, 1])
        #expect(timings("Hello", "").isEmpty)
        #expect(timings("", "Hello").isEmpty)
        #expect(timings("Hi", "Hi there").map(\.index) == [0])
    }

    @Test func wordsAreToldOnceTheirAudioIsThereAndNeverBehindItsEnd() {
        var words = AlignedWords(text: "One two three", sampleRate: 10)
        words.add(characters("One two three"))
        #expect(words.over(by: 6).map(\.index) == [0])
        #expect(words.over(by: 7).map(\.index) == [1])
        #expect(words.over(by: 7).isEmpty)
        #expect(words.rest(of: 10) == [WordTiming(index: 2, samples: 8..<10)])
    }

    @Test func timesThatRunBackwardsOrAreNonsenseAreMonotone() {
        var words = AlignedWords(text: "a b c d", sampleRate: 10)
        words.add([
            .init(text: "a", start: 5, end: 6), .init(text: "b", start: 2, end: 1),
            .init(text: "c", start: -.infinity, end: .infinity), .init(text: "d", start: .nan, end: 7),
        ])
        let timings = words.rest(of: 1_000_000)
        #expect(timings.count == 4)
        #expect(zip(timings, timings.dropFirst()).allSatisfy { $0.samples.upperBound <= $1.samples.lowerBound })
    }
}

@Suite struct LineParserTests {
    @Test(arguments: [1, 2, 3, 100]) func linesAreFoundHoweverTheBytesAreCut(size: Int) throws {
        var parser = LineParser(limit: 10)
        let bytes = Array("one\r\n\ntwo\nthree".utf8)
        var lines: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += try parser.parse(bytes[start..<min(start + size, bytes.count)]).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        #expect(lines == ["one", "two"])
        #expect(parser.finish() == Array("three".utf8))
        #expect(parser.finish() == nil)
    }

    @Test func endlessLineIsRefused() throws {
        var parser = LineParser(limit: 4)
        _ = try parser.parse(Array("1234\n123".utf8))
        #expect(throws: LineParser.TooLong.self) { try parser.parse(Array("45".utf8)) }
    }
}
