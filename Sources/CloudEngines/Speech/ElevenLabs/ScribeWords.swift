import Engines
import JSON

/// The times of words in Scribe's answers.
enum ScribeWords {
    /// The words of `text` between spaces, with their times; empty when the entries do not match the text.
    ///
    /// - Parameter entries: Words and the spacing between them; in languages without spaces each character is a word.
    static func words(of text: String, in entries: [JSONValue]) -> [TimedWord] {
        var words: [TimedWord] = []
        var isOpen = false
        for entry in entries where entry["type"] != "audio_event" {
            let piece = entry["text"]?.stringValue ?? ""
            guard entry["type"] != "spacing", piece.contains(where: { !$0.isWhitespace }) else {
                isOpen = false
                continue
            }
            guard let start = entry["start"]?.doubleValue, let end = entry["end"]?.doubleValue, start.isFinite,
                end.isFinite, start >= 0
            else { return [] }
            if isOpen, let last = words.last {
                let begin = last.range.lowerBound
                words[words.count - 1] = TimedWord(text: last.text + piece, range: begin..<max(begin, end))
            } else {
                words.append(TimedWord(text: piece, range: start..<max(start, end)))
            }
            isOpen = true
        }
        let written = text.split(whereSeparator: \.isWhitespace)
        return words.map(\.text).elementsEqual(written.map(String.init)) ? words : []
    }
}
