/// Removes what Whisper writes about sounds that are no words: "[Music]", "(crickets chirping)", "♪ la la ♪".
enum SoundNotes {
    private static let closings: [Character: Character] = ["[": "]", "(": ")", "（": "）", "【": "】", "♪": "♪"]
    /// Words up to which round brackets hold a note: in longer ones somebody speaks.
    private static let longestNote = 3

    /// `text` without such notes, also one that is not closed, since the end of a text may be missing. What has a number
    /// in its brackets is kept, as "(555) 0123", and so are asides in round ones.
    static func removed(from text: String) -> String {
        var kept = ""
        var rest = text[...]
        while let start = rest.firstIndex(where: { closings[$0] != nil }) {
            let inside = rest[rest.index(after: start)...]
            let end = inside.firstIndex { $0 == closings[rest[start]] }
            let next = end.map(rest.index(after:)) ?? rest.endIndex
            kept += rest[..<start]
            if !isNote(rest[start..<next]) { kept += rest[start..<next] }
            rest = rest[next...]
        }
        kept += rest
        // A full stop after a note is no text either.
        return kept.contains { $0.isLetter || $0.isNumber } ? kept : ""
    }

    private static func isNote(_ text: Substring) -> Bool {
        if text.contains(where: \.isNumber) { return false }
        guard "(（".contains(text.first ?? "[") else { return true }
        return text.split(separator: " ").count <= longestNote
    }
}
