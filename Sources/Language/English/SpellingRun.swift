/// A run of elements, which is a spelling if there are enough of them.
struct SpellingRun {
    let words: [TranscriptWord]
    let elements: [SpellingReader.Element]
    /// For each element, whether it can only be spelling where it stands.
    let isSure: [Bool]

    /// The index after the last word.
    var end: Int { elements.last?.range.upperBound ?? 0 }

    /// The spelled text and its words; nil when this is prose after all.
    func accepted(by expecting: ExpectedAnswer) -> (text: String, range: Range<Int>)? {
        let trimmed = trimmed(expecting)
        guard let first = trimmed.first, let last = trimmed.last else { return nil }
        let range = first.range.lowerBound..<last.range.upperBound
        let characters = trimmed.filter { !$0.isMark }
        let isNumeric = characters.allSatisfy { $0.isNumeric || ["o", "oo"].contains($0.text) }
        guard isNumeric ? areDigits(characters, expecting) : areLetters(characters, expecting) else { return nil }
        // A number that the recogniser has already written as one word needs no change.
        if characters.count == 1, range.count == 1 { return nil }
        return (Self.text(trimmed, isNumeric: isNumeric).uppercased(), range)
    }

    private func areLetters(_ characters: [SpellingReader.Element], _ expecting: ExpectedAnswer) -> Bool {
        let count = characters.reduce(0) { $0 + $1.text.count }
        let sure = characters.filter { $0.certainty > .possible }.count
        // "b as in boy" is spelling all by itself.
        if characters.contains(where: { $0.range.count > 2 }) { return true }
        return switch expecting {
        case .spelling, .code, .email: count >= 2 && sure >= 1
        default: count >= 3 && sure >= 2
        }
    }

    private func areDigits(_ characters: [SpellingReader.Element], _ expecting: ExpectedAnswer) -> Bool {
        let count = characters.reduce(0) { $0 + $1.text.count }
        let separators = characters.dropLast().map { words[$0.range.upperBound - 1].separator }
        // "1,000" and "3.14" are amounts, not codes.
        if separators.contains(",") || (separators.contains(".") && count < 7) { return false }
        switch expecting {
        case .phoneNumber, .code, .spelling, .email: return count >= 2
        default: break
        }
        if characters.allSatisfy({ $0.text.count == 1 || $0.range.count > 1 }) { return count >= 4 }
        // Groups of digits are joined when they have the shape of a phone number, and not of amounts or dates.
        let groups = characters.map(\.text.count)
        let isJoined = !separators.contains { $0.contains(",") }
        let isDate = groups == [4, 2, 2] || groups == [2, 2, 4] || groups == [4, 4]
        return isJoined && !isDate && (7...15).contains(count) && groups.contains { $0 >= 3 }
    }

    private static func text(_ elements: ArraySlice<SpellingReader.Element>, isNumeric: Bool) -> String {
        elements.indices.reduce(into: "") { text, index in
            let element = elements[index]
            let isOh = element.isAlphabetic && element.text.allSatisfy { $0 == "o" }
            let isBetweenDigits =
                text.last?.isNumber == true && index + 1 < elements.endIndex
                && elements[index + 1].text.first?.isNumber == true
            text += isOh && (isNumeric || isBetweenDigits) ? element.text.replacing("o", with: "0") : element.text
        }
    }

    // MARK: Edges

    /// The elements without words at both ends that are ordinary words ("I am…", "…you see").
    private func trimmed(_ expecting: ExpectedAnswer) -> ArraySlice<SpellingReader.Element> {
        var rest = elements[...]
        while let first = rest.first, !begins(first, rest.dropFirst(), expecting) { rest.removeFirst() }
        while let last = rest.last, !ends(last, after: rest.dropLast().last, expecting) { rest.removeLast() }
        return rest
    }

    private func begins(
        _ element: SpellingReader.Element, _ rest: ArraySlice<SpellingReader.Element>, _ expecting: ExpectedAnswer
    ) -> Bool {
        guard let next = rest.first else { return element.certainty > .possible }
        if element.isMark { return element.text == "+" && next.isNumeric }
        guard element.certainty == .possible else { return true }
        let index = element.range.lowerBound
        let word = words[index]
        if word.isTight, !next.isMark { return true }
        let opens = index == 0 || words[index - 1].endsPhrase || Self.copulas.contains(words[index - 1].plain)
        if word.plain.count == 1 {
            // "A" is a letter in "A, b, c", but not in "I need a 5 6 7" or "a B and a C".
            return opens || (next.isAlphabetic && word.text != "a")
        }
        if word.plain == "oh" {
            let isEven =
                next.range.upperBound <= words.count && word.separator == words[next.range.upperBound - 1].separator
            return next.isNumeric && (word.separator == " " || isEven)
        }
        if SpokenCharacter.openers.contains(word.plain) { return false }
        if element.text.count > 1 { return true }
        // "And g u y e n": at the head of a name "and" is a misrecognised N; elsewhere it joins.
        if word.plain == "and", index > 0 { return false }
        guard expecting == .spelling, opens, word.separator == " " else { return false }
        // "Why you s u f": one or two such words, and then letters.
        let sure = rest.indices.filter { isSure[$0] }
        guard let first = sure.first, first - rest.startIndex < 2 else { return false }
        return elements[first].isAlphabetic || (sure.count > 1 && rest.contains(where: \.isAlphabetic))
    }

    private func ends(
        _ element: SpellingReader.Element, after previous: SpellingReader.Element?, _ expecting: ExpectedAnswer
    ) -> Bool {
        guard let previous else { return element.certainty > .possible }
        if element.isMark { return false }
        guard element.certainty == .possible else { return true }
        let index = element.range.upperBound - 1
        let isTight = words[previous.range.upperBound - 1].isTight
        if isTight, !previous.isMark { return true }
        let word = words[index]
        if word.plain.count == 1 { return word.endsPhrase }
        if word.plain == "oh" { return previous.isNumeric }
        if element.text.count > 1 { return true }
        return expecting == .spelling && element.isAlphabetic && word.endsPhrase
            && words[previous.range.upperBound - 1].endsPhrase
    }

    /// Words after which a value begins.
    static let copulas: Set<String> = ["is", "it's", "that's", "was", "be", "as", "number", "code", "id"]
}
