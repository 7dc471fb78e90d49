extension String {
    /// The text with at most 30 combining marks in a row: the Stream-Safe Text Format of Unicode Standard Annex #15,
    /// which differs only where nobody could read the text.
    ///
    /// Comparing and hashing text sorts each run of marks in quadratic time: a name of a megabyte of marks would take
    /// minutes. So data of others is made safe where it becomes text.
    package var streamSafe: String {
        // Combining marks take at least two bytes each.
        guard utf8.count > 2 * Self.longestRun, utf8.contains(where: { $0 >= 0x80 }) else { return self }
        var run = 0
        guard unicodeScalars.contains(where: { $0.extends(&run) && run > Self.longestRun }) else { return self }
        run = 0
        var safe = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.extends(&run), run > Self.longestRun {
                safe.append(Self.graphemeJoiner)
                run = 1
            }
            safe.append(scalar)
        }
        return String(safe)
    }

    private static let longestRun = 30
    /// U+034F, which is not a combining mark itself, and does not end a character.
    private static let graphemeJoiner: Unicode.Scalar = "\u{34F}"
}

extension Unicode.Scalar {
    /// Whether this is a combining mark; counts consecutive ones in `run`.
    fileprivate func extends(_ run: inout Int) -> Bool {
        // The first combining mark is U+0300.
        guard value >= 0x300, properties.canonicalCombiningClass != .notReordered else {
            run = 0
            return false
        }
        run += 1
        return true
    }
}
