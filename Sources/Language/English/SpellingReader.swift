/// Finds the parts of a transcript that may be spelling.
struct SpellingReader {
    let words: [TranscriptWord]
    let expecting: ExpectedAnswer

    /// Spoken words that stand for one or several characters: a letter, "double five", "b as in boy", "dash".
    struct Element {
        var text: String
        var certainty: SpokenCharacter.Certainty
        /// The words of the element.
        var range: Range<Int>
        /// Whether it is a mark such as the hyphen, which is spelling only between characters.
        var isMark = false

        var isNumeric: Bool { !isMark && text.allSatisfy(\.isNumber) }
        var isAlphabetic: Bool { !isMark && !text.contains(where: \.isNumber) }
    }

    private static let marks = [
        "dash": "-", "hyphen": "-", "underscore": "_", "slash": "/", "dot": ".", "point": ".", "plus": "+",
    ]
    private static let cases: Set<String> = ["capital", "uppercase", "lowercase"]

    func word(_ index: Int) -> String? { words.indices.contains(index) ? words[index].plain : nil }

    /// Whether digits are asked for, so that "fifty five" is the digits 55.
    private var wantsGroups: Bool {
        switch expecting {
        case .phoneNumber, .code, .email: true
        default: false
        }
    }

    private var wantsLetters: Bool {
        switch expecting {
        case .spelling, .code, .email: true
        default: false
        }
    }

    /// The element that begins at `index`.
    func element(at index: Int) -> Element? {
        guard let word = word(index) else { return nil }
        if let mark = Self.marks[word] {
            return Element(text: mark, certainty: .possible, range: index..<index + 1, isMark: true)
        }
        if Self.cases.contains(word), words[index].runsOn, var letter = element(at: index + 1), letter.isAlphabetic {
            letter.certainty = max(letter.certainty, .likely)
            letter.range = index..<letter.range.upperBound
            return letter
        }
        if let times = ["double": 2, "triple": 3][word], words[index].runsOn { return repeated(times, at: index) }
        if let phonetic = phonetic(at: index) { return phonetic }
        if let group = group(at: index) { return group }
        return single(at: index)
    }

    private func single(at index: Int) -> Element? {
        guard let word = word(index) else { return nil }
        // "X-ray" is one element, although its "x" alone would be one.
        if word == "x", self.word(index + 1) == "ray" {
            return Element(text: "x", certainty: .likely, range: index..<index + 2)
        }
        // "5 p.m." is a time.
        if word == "a" || word == "p", words[index].separator.hasPrefix("."), self.word(index + 1) == "m",
            let before = self.word(index - 1), before.last?.isNumber == true || SpokenNumber.units[before] != nil
        {
            return nil
        }
        if let character = SpokenCharacter(word, isCapital: words[index].isCapital) {
            return Element(text: character.text, certainty: character.certainty, range: index..<index + 1)
        }
        // In "A.s.mi.t.h" the recogniser has joined two letters.
        let isInside = index > 0 && words[index - 1].isTight && words[index].isTight
        if isInside, (2...3).contains(word.count), word.allSatisfy({ $0.isASCII && $0.isLetter }),
            self.word(index - 1)?.count == 1
        {
            return Element(text: word, certainty: .possible, range: index..<index + 1)
        }
        // "Il three", "Opr IEN": joined letters that are no word.
        if wantsLetters, SpokenCharacter.isNoWord(word) {
            let certainty: SpokenCharacter.Certainty = word.count > 2 ? .likely : .possible
            return Element(text: word, certainty: certainty, range: index..<index + 1)
        }
        return nil
    }

    private func repeated(_ times: Int, at index: Int) -> Element? {
        guard let one = single(at: index + 1), one.text.count == 1 else { return nil }
        // "Double you" is the name of one letter.
        let text = one.text == "u" && times == 2 ? "w" : String(repeating: one.text, count: times)
        let certainty: SpokenCharacter.Certainty = one.certainty == .possible ? .possible : .certain
        return Element(text: text, certainty: certainty, range: index..<one.range.upperBound)
    }

    /// "b as in boy", "b for bravo": the word is recognised more reliably than the letter.
    private func phonetic(at index: Int) -> Element? {
        guard let letter = single(at: index), letter.text.count == 1, letter.isAlphabetic else { return nil }
        let next = letter.range.upperBound
        func element(by example: Int, mustAgree: Bool) -> Element? {
            guard let word = word(example), word.count > 2, let initial = word.first, initial.isASCII, initial.isLetter,
                !mustAgree || String(initial) == letter.text
            else { return nil }
            return Element(text: String(initial), certainty: .certain, range: index..<example + 1)
        }
        switch (word(next), word(next + 1)) {
        case ("as", "in"): return element(by: next + 2, mustAgree: false)
        case ("like", "in"): return element(by: next + 2, mustAgree: true)
        case ("like", _), ("for", _): return element(by: next + 1, mustAgree: true)
        default: return nil
        }
    }

    /// "fifty five", "twelve", "eight hundred": read as digits where digits are asked for.
    private func group(at index: Int) -> Element? {
        guard wantsGroups, let word = word(index) else { return nil }
        if let teen = SpokenNumber.teens[word] {
            return Element(text: String(teen), certainty: .likely, range: index..<index + 1)
        }
        if let tens = SpokenNumber.tens[word] {
            if let next = self.word(index + 1), let unit = SpokenNumber.units[next], unit > 0 {
                return Element(text: String(tens + unit), certainty: .likely, range: index..<index + 2)
            }
            return Element(text: String(tens), certainty: .likely, range: index..<index + 1)
        }
        if let unit = SpokenNumber.units[word], unit > 0, let next = self.word(index + 1) {
            if let zeros = ["hundred": "00", "thousand": "000"][next] {
                return Element(text: String(unit) + zeros, certainty: .likely, range: index..<index + 2)
            }
        }
        return nil
    }

    /// The longest run of elements from `index` on; nil when none begins there.
    func run(at index: Int, before end: Int) -> SpellingRun? {
        var elements: [Element] = []
        var next = index
        while next < end, let element = element(at: next), element.range.upperBound <= end {
            if let last = elements.last, !goesOn(element, after: last) { break }
            elements.append(element)
            next = element.range.upperBound
            guard words[next - 1].runsOn else { break }
        }
        return elements.isEmpty ? nil : SpellingRun(words: words, elements: elements, isSure: elements.map(isSure))
    }

    /// Whether an element next to a word that may also be a common one can only be spelling.
    func isSure(_ element: Element) -> Bool {
        // "A", "I" and "o" are letters when they follow another letter.
        !element.isMark && (element.certainty > .possible || words[element.range.lowerBound].plain.count == 1)
    }

    /// Whether a word that is also a common one is spelling where it stands.
    private func goesOn(_ element: Element, after last: Element) -> Bool {
        guard element.certainty == .possible, !element.isMark, !words[last.range.upperBound - 1].isTight else {
            return true
        }
        let word = words[element.range.lowerBound]
        if word.plain.count == 1 || element.range.count > 1 { return true }
        let next = word.runsOn ? self.element(at: element.range.upperBound) : nil
        let goesOnSurely = next.map(isSure) ?? false
        // "M for s l" and "m and s l": "for" and "and" are how 4 and N are misrecognised within a spelling.
        if word.plain == "for" || word.plain == "and", wantsLetters {
            return goesOnSurely && word.separator == " " && last.text.count == 1
        }
        // "Five for two": "for" is 4 only among digits.
        if element.isNumeric { return last.isNumeric && next?.isNumeric == true }
        if word.plain == "and" || word.plain == "um" { return false }
        return word.endsPhrase || goesOnSurely
    }
}
