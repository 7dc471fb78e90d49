/// Cuts the endless repetitions that recognisers sometimes produce ("A-R-E-R-E-R-E-R-E").
///
/// Such a loop always extends to the end of the text. People repeat themselves too ("no, no, no"; a number with
/// "1212"), so a loop must be longer than what people say: see `isLoop`.
enum LoopCutter {
    /// The longest repeated part that is looked for, in words or spelled letters.
    private static let longestPeriod = 12

    /// `text` with a loop at its end reduced to one repetition.
    static func cut(_ text: String) -> String {
        let atoms = atoms(of: text)
        guard atoms.count > 2 else { return text }
        for period in 1...min(longestPeriod, atoms.count / 2) {
            // The number of atoms, from the end, that equal the one a period before.
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
        /// The word in lower case, with letters and digits only.
        var word: String
        /// The index after its last letter.
        var end: String.Index
    }

    /// The words of a text, and the letters of words spelled with hyphens.
    private static func atoms(of text: String) -> [Atom] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }.map {
            Atom(word: $0.lowercased(), end: $0.endIndex)
        }
    }
}
