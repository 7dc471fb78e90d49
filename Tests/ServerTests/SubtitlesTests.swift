import Engines
import Testing

@testable import Speech
@testable import Server

@Suite("Subtitles")
struct SubtitlesTests {
    private static func segment(_ text: String, from start: Double, pace: Double = 0.5) -> Dictation.Segment {
        let words = text.split(separator: " ").enumerated().map { index, word in
            TimedWord(
                text: String(word), range: start + Double(index) * pace..<start + (Double(index) + 0.9) * pace)
        }
        return Dictation.Segment(
            text: text, range: start..<(words.last?.range.upperBound ?? start), words: words, language: "en")
    }

    @Test("each format has its own times and heads")
    func formats() {
        let subtitles = Subtitles([Self.segment("Good morning.", from: 1.5), Self.segment("Hello!", from: 3661.0004)])
        #expect(
            subtitles.text(as: .srt) == """
                1
                00:00:01,500 --> 00:00:02,450
                Good morning.

                2
                01:01:01,000 --> 01:01:01,450
                Hello!

                """)
        #expect(subtitles.text(as: .vtt).hasPrefix("WEBVTT\n\n00:00:01.500 --> 00:00:02.450\nGood morning.\n"))
        #expect(Subtitles([]).text(as: .srt).isEmpty)
    }

    @Test("a cue can be read: 84 characters and 7 seconds at most, and no word is lost")
    func bounded() {
        let text = Array(repeating: "remarkable words", count: 40).joined(separator: " ")
        for pace in [0.1, 0.5, 2] {
            let cues = Subtitles([Self.segment(text, from: 0, pace: pace)]).cues
            #expect(cues.map(\.text).joined(separator: " ") == text)
            #expect(cues.allSatisfy { $0.text.count <= 84 && $0.range.upperBound - $0.range.lowerBound <= 7 })
            #expect(zip(cues, cues.dropFirst()).allSatisfy { $0.range.upperBound <= $1.range.lowerBound })
        }
    }
}
