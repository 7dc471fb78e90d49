/// How words are said that a voice would say otherwise: what takes their place in a text that is spoken.
///
/// The written text stays what it is: what is said in a word's place counts as that word when it is over.
package struct Pronunciations: Sendable, Hashable {
    /// One word, or several, and what is said instead.
    package struct Rule: Sendable, Hashable {
        /// Runs of white space are one space, and letters are folded where capitals do not count.
        fileprivate let codes: [Unicode.Scalar]
        fileprivate let spoken: [Unicode.Scalar]
        fileprivate let isCaseSensitive: Bool
        /// Whether it begins, and ends, where a word or number does.
        fileprivate let isBounded: (start: Bool, end: Bool)

        /// - Parameters:
        ///   - written: What stands in the text.
        ///   - spoken: What is said in its place.
        ///   - isCaseSensitive: Whether capitals count.
        ///   - isWholeWord: Whether it is no part of a longer word or number.
        package init(_ written: String, spoken: String, isCaseSensitive: Bool = true, isWholeWord: Bool = true) {
            let codes = Glyphs(written).codes.reduce(into: [Unicode.Scalar]()) { codes, code in
                guard code.isSpace else { return codes.append(code) }
                if codes.last != " " { codes.append(" ") }
            }
            self.codes = isCaseSensitive ? codes : codes.flatMap(Pronunciations.folded)
            self.spoken = Glyphs(spoken).codes
            self.isCaseSensitive = isCaseSensitive
            // Nothing can be the end of a longer word at a sign, such as that of "C++".
            isBounded = (
                isWholeWord && codes.first?.isWordCode == true, isWholeWord && codes.last?.isWordCode == true
            )
        }

        package static func == (left: Rule, right: Rule) -> Bool {
            left.codes == right.codes && left.spoken == right.spoken && left.isCaseSensitive == right.isCaseSensitive
                && left.isBounded == right.isBounded
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(codes)
            hasher.combine(spoken)
        }
    }

    /// The rules by the first scalar of what they stand for, folded; those of one scalar in their order.
    private let rules: [Unicode.Scalar: [Rule]]

    /// - Parameter rules: The first of them that fits a place of a text is followed there.
    package init(_ rules: [Rule] = []) {
        self.rules = Dictionary(grouping: rules.filter { !$0.codes.isEmpty }) { Self.key($0.codes[0]) }
    }

    /// The text as it is to be said.
    func applied(to text: Glyphs) -> Glyphs {
        guard !rules.isEmpty else { return text }
        var result = Glyphs()
        result.codes.reserveCapacity(text.count)
        result.ends.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard let (rule, end) = rule(in: text, at: index) else {
                result.append(text.codes[index], text.ends[index])
                index += 1
                continue
            }
            // Said only when the last of its words is over.
            let before = index > 0 ? text.ends[index - 1] : 0
            for code in rule.spoken.dropLast() { result.append(code, before) }
            if let last = rule.spoken.last { result.append(last, text.ends[end - 1]) }
            index = end
        }
        return result
    }

    /// The rule that fits a place of the text, and the end of what it stands for.
    private func rule(in text: Glyphs, at index: Int) -> (Rule, end: Int)? {
        guard let candidates = rules[Self.key(text.codes[index])] else { return nil }
        let isStart = text.beginsWord(at: index)
        for rule in candidates where isStart || !rule.isBounded.start {
            guard let end = Self.end(of: rule, in: text, from: index), !rule.isBounded.end || text.endsWord(at: end)
            else { continue }
            return (rule, end)
        }
        return nil
    }

    /// Where what the rule stands for ends, if it stands at a place of the text.
    private static func end(of rule: Rule, in text: Glyphs, from start: Int) -> Int? {
        var (rest, index) = (rule.codes[...], start)
        while let code = rest.first {
            guard index < text.count else { return nil }
            let given = text.codes[index]
            if code == given, !code.isSpace {
                rest.removeFirst()
                index += 1
            } else if code.isSpace, given.isSpace {
                // As many spaces as there are, but no more than one line break: the next paragraph is another matter.
                let lines = text.codes[index...].prefix(while: \.isSpace)
                guard lines.count(where: { $0 == "\n" }) < 2 else { return nil }
                rest.removeFirst()
                index += lines.count
            } else {
                guard !rule.isCaseSensitive, !code.isSpace else { return nil }
                let letters = folded(given)
                guard rest.starts(with: letters) else { return nil }
                rest.removeFirst(letters.count)
                index += 1
            }
        }
        return index
    }

    /// A scalar without regard to case: "ß" as "ss", since its capitals are.
    private static func folded(_ code: Unicode.Scalar) -> [Unicode.Scalar] {
        code.isASCII ? [key(code)] : Array(code.properties.uppercaseMapping.lowercased().unicodeScalars)
    }

    /// What rules are found by: the first scalar without regard to case, and all white space as one.
    private static func key(_ code: Unicode.Scalar) -> Unicode.Scalar {
        if code.isSpace { return " " }
        guard code.isASCII else { return folded(code).first ?? code }
        return code.isUpper ? Unicode.Scalar(UInt8(code.value) + 32) : code
    }
}

/// Where words and numbers end, after Unicode Standard Annex #29.
extension Glyphs {
    /// What is joined to a word by an apostrophe and changes nothing of it: "Anna's", "Anna'll".
    private static let clitics: Set = ["s", "d", "m", "ll", "re", "ve"]

    /// Whether no word or number goes on at `index`, of which something stands before.
    fileprivate func beginsWord(at index: Int) -> Bool {
        !self[index - 1].isWordCode && !isNumber(around: index - 1) && !isContracted(at: index, orNot: true)
    }

    /// The same, of which something stands at `index` and after it.
    fileprivate func endsWord(at index: Int) -> Bool {
        guard !self[index].isWordCode, !isNumber(around: index) else { return false }
        guard self[index] == "'", self[index - 1].isLetter, self[index + 1].isLetter else { return true }
        return isContracted(at: index + 1, orNot: false)
    }

    /// Whether a sign stands between two digits as part of a number: "10,000", "3.5", "3:30", "1/2".
    private func isNumber(around index: Int) -> Bool {
        self[index - 1].isDigit && self[index + 1].isDigit
            && (".,:/'⁄٫٬".unicodeScalars.contains(self[index]) || self[index] == Self.groupSpace)
    }

    /// Whether letters after the apostrophe of a word are such as add to it; with `orNot` also the "t" of "don't".
    private func isContracted(at index: Int, orNot: Bool) -> Bool {
        guard self[index - 1] == "'", self[index - 2].isLetter else { return false }
        var end = index
        while end < count, end < index + 3, self[end].isWordCode { end += 1 }
        guard end > index else { return false }
        let letters = lowercased(index..<end)
        return Self.clitics.contains(letters) || orNot && letters == "t"
    }
}
