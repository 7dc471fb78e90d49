import Conversation
import Engines
import Foundation
import Speech

/// A transcript in the form of subtitles.
struct Subtitles: Sendable {
    enum Format {
        /// SubRip.
        case srt
        /// WebVTT.
        case vtt
    }

    /// One subtitle.
    struct Cue: Sendable, Hashable {
        var text: String
        /// When it is shown, in seconds.
        var range: Range<Double>
    }

    let cues: [Cue]

    /// Two lines of 42 characters, and 7 s: what subtitlers regard as readable.
    private static let longestText = 84
    private static let longestTime = 7.0

    init(_ segments: [Dictation.Segment]) {
        var cues: [Cue] = []
        for segment in segments {
            var cue: Cue?
            for word in segment.words {
                if let current = cue, current.text.count + 1 + word.text.count <= Self.longestText,
                    word.range.upperBound - current.range.lowerBound <= Self.longestTime
                {
                    cue = Cue(
                        text: "\(current.text) \(word.text)",
                        range: current.range.lowerBound..<max(current.range.lowerBound, word.range.upperBound))
                } else {
                    if let cue { cues.append(cue) }
                    cue = Cue(text: word.text, range: word.range)
                }
            }
            if let cue { cues.append(cue) }
        }
        self.cues = cues
    }

    func text(as format: Format) -> String {
        let blocks = cues.enumerated().map { index, cue in
            let times = [cue.range.lowerBound, cue.range.upperBound].map { Self.time($0, as: format) }
            return (format == .srt ? "\(index + 1)\n" : "") + "\(times[0]) --> \(times[1])\n\(cue.text)\n"
        }
        return (format == .vtt ? "WEBVTT\n\n" : "") + blocks.joined(separator: "\n")
    }

    /// A time such as `00:01:02,345`.
    private static func time(_ seconds: Double, as format: Format) -> String {
        let milliseconds = Int((max(0, seconds) * 1000).rounded())
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let mark = format == .srt ? "," : "."
        return String(format: "%02d:%02d:%02d\(mark)%03d", whole / 3600, whole / 60 % 60, whole % 60, rest)
    }
}
