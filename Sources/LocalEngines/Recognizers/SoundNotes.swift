/// Removes what Whisper writes about sounds that are no words: "[Music]", "(crickets chirping)", "♪ la la ♪".
enum SoundNotes {
    private static let closings: [Character: Character] = ["[": "]", "(": ")", "（": "）", "【": "】", "♪": "♪"]

    /// `text` without such notes, also one that is not closed, since the end of a text may be missing. What has a number
    /// in its brackets is kept, as "(555) 0123".
    static func removed(from text: String) -> String {
        var kept = ""
        var rest = text[...]
        while let start = rest.firstIndex(where: { closings[$0] != nil }) {
            let inside = rest[rest.index(after: start)...]
            let end = inside.firstIndex { $0 == closings[rest[start]] }
            let next = end.map(rest.index(after:)) ?? rest.endIndex
            kept += rest[..<start]
            if rest[start..<next].contains(where: \.isNumber) { kept += rest[start..<next] }
            rest = rest[next...]
        }
        kept += rest
        // A full stop after a note is no text either.
        return kept.contains { $0.isLetter || $0.isNumber } ? kept : ""
    }
}
