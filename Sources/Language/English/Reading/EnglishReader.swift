/// Reads stripped text word by word and says it in English.
struct EnglishReader: Sendable {
    var speech = SpeechBuilder()
    let text: Glyphs
    var index = 0
    /// The last word as written, in lower case, which the reading of the next one may depend on.
    var previous = "" { didSet { beforePrevious = oldValue } }
    /// The word before `previous`.
    private(set) var beforePrevious = ""
    /// Whether the last word began with a capital.
    var previousIsName = false

    init(_ text: Glyphs) { self.text = text }

    mutating func read() {
        while index < text.count {
            let code = text.codes[index]
            if code.isSpace {
                index += 1
            } else if code.isDigit {
                readNumber()
            } else if code.isLetter {
                readWord()
            } else {
                readSign(code)
            }
        }
    }

    // MARK: Output

    /// Says a phrase for the text from `index` to `end`, and continues at `end`.
    mutating func say(_ phrase: String, to end: Int) {
        speech.say(phrase: phrase, end: text.ends[end - 1])
        index = end
    }

    mutating func mark(_ mark: Character, to end: Int) {
        speech.mark(mark, end: text.ends[end - 1])
        index = end
    }

    /// Passes over text that is not said.
    mutating func skip(to end: Int) {
        if index > 0, !text[index - 1].isSpace { speech.extend(to: text.ends[end - 1]) }
        index = end
    }

    // MARK: Looking around

    func letters(at start: Int) -> Range<Int> {
        start..<text.lettersEnd(start)
    }

    func afterSpaces(_ start: Int) -> Int { text.afterSpaces(start) }

    /// The end of the token, a run without spaces, that holds `start`; at most `limit` characters are searched.
    func tokenEnd(_ start: Int, within limit: Int = .max) -> Int {
        var end = start
        while end < text.count, end - start < limit, !text.codes[end].isSpace, text.codes[end] != Pause.minor,
            text.codes[end] != Pause.major
        {
            end += 1
        }
        return end
    }

    // MARK: Words

    private mutating func readWord() {
        let start = index
        if readWeekdays(letters(at: start)) { return }
        var end = start
        while text[end].isLetter || (text[end] == "'" && text[end + 1].isLetter)
            || (text[end] == "-" && text[end + 1].isLetter && end > start)
        {
            end += 1
        }
        let next = text[end]
        if next == "@" || next == "." || next == ":" || next == "/" || next.isDigit || next == "-" || next == "_"
            || next == "+",
            readAddress()
        {
            return
        }
        defer { previousIsName = text[start].isUpper }
        if text[start].isUpper, readMonth(start) { return }
        if next == ".", readAbbreviation(start..<letters(at: start).upperBound) { return }
        if text[start].isUpper, readCurrencyCode(start..<end) { return }
        if (next.isDigit || next == "-") && text[start].isAsciiLetter, readCode() { return }
        let word = text.string(start..<end)
        let lower = word.lowercased()
        let isState = word.count == 2 && word != lower && word.uppercased() == word
        defer { previous = isState ? "state" : lower }
        if next == "/", lower == "w" {
            let isWithout = text[end + 1] == "o" && !text[end + 2].isLetter
            return say(isWithout ? "without" : "with", to: end + (isWithout ? 2 : 1))
        }
        if lower == "c" || lower == "f", next == "#" { return say(word + " sharp", to: end + 1) }
        // "Sat 10-2"
        if SpokenLexicon.weekdays.contains(lower), text[start].isUpper, text[end] == " ", text[end + 1].isDigit,
            let day = SpokenLexicon.abbreviations[lower]
        {
            return say(day.words, to: end)
        }
        if let full = SpokenLexicon.bareAbbreviations[lower],
            text[start].isLower || lower != word.uppercased() && word.count <= 3
        {
            return say(full, to: end)
        }
        say(capitals(word, lower, at: start, end: end), to: end)
    }

    /// Reads `Mon-Fri`, `Mon.–Fri.`.
    private mutating func readWeekdays(_ first: Range<Int>) -> Bool {
        let dash = text[first.upperBound] == "." ? first.upperBound + 1 : first.upperBound
        guard text[dash].isDash else { return false }
        let second = letters(at: dash + 1)
        let names = [first, second].map { text.lowercased($0) }
        guard names.allSatisfy(SpokenLexicon.weekdays.contains) else { return false }
        let full = zip(names, [first, second]).map { SpokenLexicon.abbreviations[$0]?.words ?? text.string($1) }
        let next = text[afterSpaces(second.upperBound + 1)]
        let hasStop = text[second.upperBound] == "." && (next.isDigit || next.isLower)
        previous = names[1]
        say(full.joined(separator: " to "), to: hasStop ? second.upperBound + 1 : second.upperBound)
        return true
    }

    /// How a word in capitals is said: as an acronym, or as an emphasised word.
    private func capitals(_ word: String, _ lower: String, at start: Int, end: Int) -> String {
        guard end - start > 1, text[start].isUpper, text[start + 1].isUpper || text[start + 1] == "'",
            text.codes[start..<end].allSatisfy({ $0.isUpper || $0 == "'" })
        else {
            if end - start > 2, text[end - 1] == "s", text.codes[start..<end - 1].allSatisfy(\.isUpper),
                SpokenLexicon.spelled.contains(String(word.dropLast()))
            {
                return Self.dotted(word.dropLast()) + "'s"
            }
            return word
        }
        if lower == "ok" { return "okay" }
        if SpokenLexicon.spelled.contains(word), !(isShouting(start, end) && SpokenLexicon.emphasised.contains(lower)) {
            return Self.dotted(Substring(word))
        }
        if SpokenLexicon.shoutedOnly.contains(lower) { return isShouting(start, end) ? lower : word }
        return SpokenLexicon.emphasised.contains(lower)
            ? lower : isShouting(start, end) && end - start > 4 ? lower : word
    }

    /// Spells letters as `F.A.Q.`: the stops keep "A" from being read as the article.
    private static func dotted(_ letters: Substring) -> String {
        letters.map { "\($0)." }.joined()
    }

    /// Whether a neighbour is an ordinary word in capitals.
    private func isShouting(_ start: Int, _ end: Int) -> Bool {
        var before = start
        while before > 0, text[before - 1].isSpace { before -= 1 }
        var first = before
        while first > 0, text[first - 1].isAsciiLetter { first -= 1 }
        let next = letters(at: afterSpaces(end))
        return [first..<before, next].contains { range in
            range.count > 1 && text.codes[range].allSatisfy(\.isUpper)
                && SpokenLexicon.emphasised.contains(text.lowercased(range))
        }
    }

    // MARK: Abbreviations

    private mutating func readAbbreviation(_ range: Range<Int>) -> Bool {
        var end = range.upperBound
        // Dotted letters: e.g. U.S. a.m. Ph.D.
        if range.count <= 2, text[end + 1].isLetter {
            while text[end] == ".", text[end + 1].isLetter, !text[end + 2].isLetter { end += 2 }
        }
        let key = text.lowercased(range.lowerBound..<end)
        let hasStop = text[end] == "."
        let isDotted = end > range.upperBound
        guard hasStop || isDotted else { return false }
        if !isDotted, text[end + 1].isWordCode { return false }
        let last = hasStop ? end + 1 : end
        let next = afterSpaces(last)
        let isOver = next >= text.count || text[next] == "\n" || text[next] >= Pause.minor && text[next] <= Pause.major
        guard let abbreviation = SpokenLexicon.abbreviations[key] else {
            guard isDotted else { return readInitial(range, next: next) }
            // Unknown dotted letters are said as letters.
            var spelling = ""
            for position in stride(from: range.lowerBound, to: end, by: 2) {
                spelling += text.string(position..<position + 1).uppercased() + "."
            }
            previous = key
            say(spelling, to: last)
            if isOver || (hasStop && text[next].isUpper && spelling.count > 4) {
                speech.mark(".", end: text.ends[last - 1])
            }
            return true
        }
        if abbreviation.beforeDigit, !text[next].isDigit { return false }
        if key == "ext" || key == "min" || key == "max", !text[next].isDigit, !text[next].isLower { return false }
        if SpokenLexicon.ambiguous.contains(key), !abbreviation.beforeDigit, isOver || text[next].isUpper,
            !(SpokenLexicon.weekdays.contains(key) && text[range.lowerBound].isUpper)
        {
            return false
        }
        // Day and month names abbreviate only with a capital.
        let isName = SpokenLexicon.weekdays.contains(key) || SpokenLexicon.months[key] != nil
        if isName, !text[range.lowerBound].isUpper { return false }
        var words = abbreviation.words
        switch key {
        case "st" where !(previousIsName || previous.last?.isNumber == true) && text[next].isUpper: words = "Saint"
        case "dr" where !text[next].isUpper && previousIsName: words = "Drive"
        case "ft" where !text[next].isUpper, "mt" where !text[next].isUpper: return false
        case "co" where !previousIsName: return false
        default: break
        }
        previous = key
        say(words, to: last)
        if abbreviation.endsSentence, hasStop, isOver || (text[next].isUpper && words != "Saint" && !isDotted) {
            speech.mark(".", end: text.ends[last - 1])
        }
        return true
    }

    /// Reads the `J.` of `J. Smith`: its full stop is no pause.
    private mutating func readInitial(_ range: Range<Int>, next: Int) -> Bool {
        guard range.count == 1, text[range.lowerBound].isUpper, text[range.lowerBound] != "I", text[next].isUpper
        else { return false }
        previous = text.lowercased(range)
        say(text[range.lowerBound] == "A" ? "A." : text.string(range), to: range.upperBound + 1)
        return true
    }

    // MARK: Signs

    private mutating func readSign(_ code: Unicode.Scalar) {
        let next = text[index + 1]
        let before = text[index - 1]
        switch code {
        case Pause.minor: mark(",", to: index + 1)
        case Pause.major: mark(".", to: index + 1)
        case ",", ";": mark(code == "," ? "," : ";", to: index + 1)
        case ":": mark(":", to: index + 1)
        case ".": readStop()
        case "!", "?":
            var end = index
            var isQuestion = false
            while text[end] == "!" || text[end] == "?" {
                isQuestion = isQuestion || text[end] == "?"
                end += 1
            }
            mark(isQuestion ? "?" : "!", to: end)
        case "(":
            if readPhone() { return }
            let last = index > 0 ? index : 1
            if before.isSpace { speech.mark(",", end: text.ends[max(0, last - 2)]) }
            index += 1
        case ")":
            if text[afterSpaces(index + 1)].isWordCode { mark(",", to: index + 1) } else { skip(to: index + 1) }
        case "-", "–", "—": readDash(code)
        case "/": readSlash()
        case "+":
            if next.isDigit, readPhone() { return }
            say("plus", to: index + 1)
        case "&": say("and", to: index + 1)
        case "=": next == ">" ? mark(",", to: index + 2) : say("equals", to: index + 1)
        case "@": say("at", to: index + 1)
        case "%": say("percent", to: index + 1)
        case "^" where before.isWordCode && next.isWordCode: say("to the power of", to: index + 1)
        case "×": say("times", to: index + 1)
        case "÷": say("divided by", to: index + 1)
        case "°": say("degrees", to: index + 1)
        case "±": say("plus or minus", to: index + 1)
        case "≤": say("at most", to: index + 1)
        case "≥": say("at least", to: index + 1)
        case "§": say("section", to: index + 1)
        case "∞": say("infinity", to: index + 1)
        case "²" where before.isWordCode: say("squared", to: index + 1)
        case "³" where before.isWordCode: say("cubed", to: index + 1)
        case "¼", "½", "¾":
            say(code == "½" ? "one half" : code == "¼" ? "one quarter" : "three quarters", to: index + 1)
        case "⅓", "⅔": say(code == "⅓" ? "one third" : "two thirds", to: index + 1)
        case "≈", "~": next.isDigit || code == "≈" ? say("about", to: index + 1) : skip(to: index + 1)
        case "<", ">":
            let isComparison = text[afterSpaces(index + 1)].isDigit
            isComparison ? say(code == "<" ? "less than" : "more than", to: index + 1) : skip(to: index + 1)
        case "→": mark(",", to: index + 1)
        case "#":
            if next.isDigit {
                say("number", to: index + 1)
                previous = "number"
            } else if next.isLetter {
                let isNumber = (index..<tokenEnd(index, within: 20)).contains { text[$0].isDigit }
                say(isNumber && text[index + 1].isUpper ? "number" : "hashtag", to: index + 1)
            } else {
                skip(to: index + 1)
            }
        case _ where code.isCurrency: if !readAmount() { skip(to: index + 1) }
        default:
            // Digits and marks of other scripts are left to the engine.
            if !code.isASCII, code != "·", code.properties.numericType != nil {
                say(String(code), to: index + 1)
            } else {
                skip(to: index + 1)
            }
        }
    }

    private mutating func readStop() {
        var end = index
        while text[end] == "." { end += 1 }
        let next = afterSpaces(end)
        if end - index > 1 {
            // An ellipsis is a hesitation unless a new sentence follows.
            let isSentence = next >= text.count || (text[next].isUpper && text[next] != "I")
            return mark(isSentence ? "." : ",", to: end)
        }
        if text[end].isDigit, !text[index - 1].isWordCode {
            return readNumber()  // .5
        }
        if text[index - 1].isWordCode, text[end].isWordCode, !(text[end].isUpper && text[index - 1].isLower) {
            return say("dot", to: end)
        }
        mark(".", to: end)
    }

    private mutating func readDash(_ code: Unicode.Scalar) {
        let next = text[index + 1]
        let isSpaced = index == 0 || text[index - 1].isSpace
        if code == "-", isSpaced, next.isDigit || next == "." && text[index + 2].isDigit {
            return say("minus", to: index + 1)
        }
        if code == "-", isSpaced, next.isCurrency {
            return say("minus", to: index + 1)
        }
        // "21st-23rd", "−10–−5"
        if !isSpaced, text[index - 1].isWordCode, previous == "0", code.isDash,
            next.isDigit || next == "-" && text[index + 2].isDigit
        {
            say("to", to: index + 1)
            if next == "-" { say("minus", to: index + 1) }
            return
        }
        if code == "-", next == ">" { return mark(",", to: index + 2) }
        if code != "—", isSpaced, next.isSpace, speech.end > 0 {
            let following = afterSpaces(index + 1)
            let wasTime = previous == "am" || previous == "pm" || previous.last?.isNumber == true
            let day = letters(at: following)
            if wasTime && text[following].isDigit
                || SpokenLexicon.weekdays.contains(previous) && SpokenLexicon.weekdays.contains(text.lowercased(day))
            {
                let isSum = text.codes[following..<min(text.count, following + 12)].contains("=")
                return say(isSum ? "minus" : "to", to: index + 1)
            }
        }
        if code == "–", text[index - 1].isWordCode, next.isWordCode {
            let month = SpokenLexicon.months[text.lowercased(letters(at: index + 1))]
            if previous == "am" || previous == "pm" || SpokenLexicon.months[previous] != nil
                || previous == "0" && month != nil
            {
                return say("to", to: index + 1)
            }
            return skip(to: index + 1)
        }
        var end = index + 1
        while text[end] == "-" { end += 1 }
        let isInner = code == "-" && end == index + 1 && text[index - 1].isWordCode && next.isWordCode
        if isInner {
            skip(to: end)
        } else if isSpaced && !next.isSpace && end == index + 1 && code == "-" {
            index = end
        } else {
            mark(",", to: end)
        }
    }

    private mutating func readSlash() {
        let right = letters(at: index + 1)
        let word = text.lowercased(right)
        let isInner = text[index - 1].isWordCode || text[index - 1].isCurrency || text[index - 1] == "%"
        if text[index - 1].isSpace, previous == "0", text[afterSpaces(index + 1)].isDigit {
            return say("divided by", to: index + 1)
        }
        guard isInner, !right.isEmpty else { return skip(to: index + 1) }
        if SpokenLexicon.perWords.contains(word) {
            index += 1
            previous = word
            return say("per " + (SpokenLexicon.perExpansions[word] ?? word), to: right.upperBound)
        }
        if text[index - 1].isLower, text[right.lowerBound].isLower, !(previous == "and" && word == "or") {
            return say("or", to: index + 1)
        }
        skip(to: index + 1)
    }
}
