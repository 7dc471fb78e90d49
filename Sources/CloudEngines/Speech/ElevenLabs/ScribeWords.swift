import Engines
import JSON

/// The places of words in Scribe's answers.
enum ScribeWords {
    /// What stands between two spaces of the text, each with its place; empty when the service tells of another text.
    ///
    /// - Parameter entries: Words and the spacing between them; languages without spaces have a word for each character.
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
