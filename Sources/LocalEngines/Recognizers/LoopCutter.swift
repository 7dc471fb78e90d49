/// Cuts the endless repetitions into which recognisers fall now and then ("A-R-E-R-E-R-E-R-E").
///
/// Such a loop always runs to the end of the text. People repeat themselves too ("no, no, no"; a number with "1212"),
/// so a loop must be longer than what people say: see `isLoop`.
enum LoopCutter {
    /// The longest repeated part that is looked for, in words or spelt letters.
    private static let longestPeriod = 12

    /// `text` with a loop at its end cut to one turn of it.
    static func cut(_ text: String) -> String {
        let atoms = atoms(of: text)
        guard atoms.count > 2 else { return text }
        for period in 1...min(longestPeriod, atoms.count / 2) {
            // Counted from the end, how many atoms equal the one a period before.
            let repeated = atoms.indices.reversed().prefix {
                $0 >= period && atoms[$0].word == atoms[$0 - period].word
            }.count
            let first = atoms.count - repeated - period
            if isLoop(atoms[first..<first + period].map(\.word), turns: repeated / period + 1) {
                return String(text[..<atoms[first + period - 1].end])
            }
        }
        return text
    }

    /// Whether `turns` repetitions of `unit` are more than people say.
    private static func isLoop(_ unit: [String], turns: Int) -> Bool {
        if unit.contains(where: { $0.contains(where: \.isNumber) }) { return turns > 8 }
        let isSpelling = unit.allSatisfy { $0.count == 1 }
        return switch unit.count {
        case 1: turns > 5
        case 2: turns > (isSpelling ? 2 : 4)
        default: turns > 2
        }
    }

    private struct Atom {
        /// In lower case, letters and digits only.
        var word: String
        /// Behind its last letter.
        var end: String.Index
    }

    /// Words, and the letters of words spelt with hyphens.
    private static func atoms(of text: String) -> [Atom] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }.map {
            Atom(word: $0.lowercased(), end: $0.endIndex)
        }
    }
}
