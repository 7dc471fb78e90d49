/// How words are said that a voice would say otherwise: what takes their place in a text that is spoken.
///
/// The written text stays what it is: what is said in a word's place counts as that word when it is over.
package struct Pronunciations: Sendable, Hashable {
    /// One word, or several, and what is said instead.
    package struct Rule: Sendable, Hashable {
        fileprivate let codes: [Unicode.Scalar]
        fileprivate let spoken: [Unicode.Scalar]
        fileprivate let isCaseSensitive: Bool
        /// Whether a letter or digit must not stand before it, and after it.
        fileprivate let isBounded: (start: Bool, end: Bool)

        /// - Parameters:
        ///   - written: What stands in the text.
        ///   - spoken: What is said in its place.
        ///   - isCaseSensitive: Whether capitals count.
        ///   - isWholeWord: Whether it is no part of a longer word.
        package init(_ written: String, spoken: String, isCaseSensitive: Bool = true, isWholeWord: Bool = true) {
            let codes = Glyphs(written).codes
            self.codes = isCaseSensitive ? codes : codes.map(Pronunciations.folded)
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

    /// The rules by the first scalar of what they stand for, in lower case; those of one scalar in their order.
    private let rules: [Unicode.Scalar: [Rule]]

    /// - Parameter rules: The first of them that fits a place of a text is followed there.
    package init(_ rules: [Rule] = []) {
        self.rules = Dictionary(grouping: rules.filter { !$0.codes.isEmpty }) { Self.folded($0.codes[0]) }
    }

    /// The text as it is to be said.
    func applied(to text: Glyphs) -> Glyphs {
        guard !rules.isEmpty else { return text }
        var result = Glyphs()
        result.codes.reserveCapacity(text.count)
        result.ends.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard let rule = rule(in: text, at: index) else {
                result.append(text.codes[index], text.ends[index])
                index += 1
                continue
            }
            // Said only when the last of its words is over.
            let before = index > 0 ? text.ends[index - 1] : 0
            index += rule.codes.count
            for code in rule.spoken.dropLast() { result.append(code, before) }
            if let last = rule.spoken.last { result.append(last, text.ends[index - 1]) }
        }
        return result
    }

    private func rule(in text: Glyphs, at index: Int) -> Rule? {
        rules[Self.folded(text.codes[index])]?.first { rule in
            let end = index + rule.codes.count
            guard end <= text.count, !(rule.isBounded.start && text[index - 1].isWordCode),
                !(rule.isBounded.end && text[end].isWordCode)
            else { return false }
            return zip(rule.codes, text.codes[index..<end]).allSatisfy { code, given in
                code == given || code.isSpace && given.isSpace || !rule.isCaseSensitive && code == Self.folded(given)
            }
        }
    }

    /// A scalar in lower case, where that is one scalar.
    private static func folded(_ code: Unicode.Scalar) -> Unicode.Scalar {
        if code.isASCII { return code.isUpper ? Unicode.Scalar(UInt8(code.value) + 32) : code }
        let lower = code.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first ?? code : code
    }
}
