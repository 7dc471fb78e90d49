/// Takes from a model's second attempt at an answer the beginning that was heard of its first: asked once more after
/// "Great news! I've booked it.", of which "Great news!" was said, many models write that again.
///
/// A value. Text is held only as long as it may be that beginning.
struct RepeatedOpening: Sendable {
    /// What was heard, by its letters and digits.
    private let said: [Character]
    private var held = ""
    private var isOver: Bool

    /// - Parameter said: what was heard of the first attempt; nothing is taken out where that is empty.
    init(_ said: String) {
        self.said = Self.letters(said)
        isOver = self.said.isEmpty
    }

    /// What of the text that is written may be said by now.
    mutating func append(_ text: String) -> String {
        guard !isOver else { return text }
        held += text
        let letters = Self.letters(held)
        // A word may go on.
        let mayGoOn =
            letters.count < said.count || (letters.count == said.count && held.last.map(Self.isLetter) == true)
        if mayGoOn, said.starts(with: letters) { return "" }
        isOver = true
        return letters.starts(with: said) ? rest() : held
    }

    /// What of the text is left when nothing more is written.
    mutating func finish() -> String {
        guard !isOver else { return "" }
        isOver = true
        // A beginning of the beginning is another sentence.
        return Self.letters(held) == said ? "" : held
    }

    /// What follows the repetition and its marks; all of it when the last word is a longer one.
    private func rest() -> String {
        var count = 0
        let place = held.firstIndex { character in
            if Self.isLetter(character) { count += 1 }
            return count > said.count
        }
        guard let place else { return "" }
        guard place > held.startIndex, !Self.isLetter(held[held.index(before: place)]) else { return held }
        return (held.first?.isWhitespace == true ? " " : "") + held[place...]
    }

    private static func letters(_ text: String) -> [Character] { text.lowercased().filter(isLetter).map(\.self) }

    private static func isLetter(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
