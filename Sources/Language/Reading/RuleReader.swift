/// Writes out what voices of a language read wrongly, by the rules of the language. What comes out is read by `PlainReader`,
/// and knows of each scalar how much of the written text it stands for.
struct RuleReader: Sendable {
    let text: Glyphs
    let rules: ReadingRules
    var result = Glyphs()
    var index = 0
    /// The ending of the last ordinal and where its mark ended: in "am 1. und 2. Mai" the second has the same.
    var lastOrdinal: (ending: String, end: Int)?

    init(_ text: Glyphs, rules: ReadingRules) {
        self.text = text
        self.rules = rules
    }

    static func apply(_ rules: ReadingRules, to text: Glyphs) -> Glyphs {
        var reader = RuleReader(text, rules: rules)
        reader.result.codes.reserveCapacity(text.count)
        reader.result.ends.reserveCapacity(text.count)
        reader.read()
        return reader.result
    }

    private mutating func read() {
        while index < text.count {
            let code = text.codes[index]
            if readAddress() || readAbbreviation() { continue }
            if code.isDigit {
                readNumber()
            } else if code.isLetter {
                readWord()
            } else {
                readSign(code)
            }
        }
    }

    // MARK: Output

    /// Keeps the text up to `end` as it is.
    mutating func keep(to end: Int) {
        while index < end {
            result.append(text.codes[index], text.ends[index])
            index += 1
        }
    }

    /// Says a phrase for the text up to `end`, which counts as said when the phrase is over.
    mutating func say(_ phrase: String, to end: Int) {
        let before = result.codes.lastIndex { !$0.isSpace }.map { result.ends[$0] } ?? 0
        if let last = result.codes.last, last.isWordCode { result.append(" ", before) }
        for code in phrase.unicodeScalars { result.append(code, before) }
        if !result.ends.isEmpty { result.ends[result.count - 1] = text.ends[end - 1] }
        index = end
        // What follows without a space would become part of the word.
        if text[end].isWordCode || text[end].isCurrency || text[end].isDash { result.append(" ", text.ends[end - 1]) }
    }

    /// Passes over the text up to `end` without a word.
    mutating func skip(to end: Int) {
        if !result.ends.isEmpty, end > index { result.ends[result.count - 1] = text.ends[end - 1] }
        index = end
    }

    // MARK: Words

    private mutating func readWord() {
        if readRangeOfNames() || readWeekday() || readAmountAfterSign() { return }
        var end = index
        while text[end].isWordCode || (text[end] == "-" || text[end] == "'") && text[end + 1].isWordCode { end += 1 }
        let letters = text.lettersEnd(index)
        if text[letters] == ".", letters == end,
            let (suffix, full) = rules.suffixes.first(where: {
                letters - index >= $0.key.count && text.lowercased(index..<letters + 1).hasSuffix($0.key)
            })
        {
            keep(to: letters + 1 - suffix.count)
            for code in full.unicodeScalars { result.append(code, text.ends[letters - 1]) }
            return finishStop(at: letters, form: nil)
        }
        keep(to: end)
        if text[end] == "/", text[end + 1].isLetter {
            result.append(" ", text.ends[end])
            index += 1
        }
    }

    private mutating func readAbbreviation() -> Bool {
        guard !text[index - 1].isWordCode, let forms = rules.abbreviations[text.codes[index]] else { return false }
        for form in forms {
            guard let end = form.end(in: text, at: index) else { continue }
            if form.hasStop {
                say(form.spoken, to: end - 1)
                finishStop(at: end - 1, form: form)
            } else {
                say(form.spoken, to: end)
            }
            return true
        }
        return false
    }

    /// Passes over the full stop of an abbreviation, unless a sentence ends with it.
    mutating func finishStop(at stop: Int, form: WrittenForm?) {
        let next = text.afterSpaces(stop + 1)
        let isOver = next >= text.count || text[next] == Pause.minor || text[next] == Pause.major
        if isOver || form?.closesSentence == true && text[next].properties.isUppercase { return keep(to: stop + 1) }
        skip(to: stop + 1)
        if text[index].isWordCode { result.append(" ", text.ends[stop]) }
    }

    // MARK: Days and months

    /// Reads `Mo–Fr`, `lun.-ven.`, `Montag - Freitag`.
    private mutating func readRangeOfNames() -> Bool {
        guard let to = rules.words["to"], let first = name(at: index) else { return false }
        var dash = first.end
        if text[dash].isSpace { dash += 1 }
        guard text[dash].isDash else { return false }
        let start = text.afterSpaces(dash + 1)
        guard start - dash < 3, let second = name(at: start) else { return false }
        say(first.name, to: first.end)
        say(to, to: dash + 1)
        index = start
        result.append(" ", text.ends[start - 1])
        say(second.name, to: second.end)
        return true
    }

    private func name(at start: Int) -> (name: String, end: Int)? {
        let end = text.lettersEnd(start)
        let word = text.string(start..<end)
        guard end > start, let name = rules.rangeNames[word] ?? rules.rangeNames[word.lowercased()] else { return nil }
        return (
            name, text[end] == "." && rules.weekdays[word.lowercased()] ?? rules.weekdays[word] != nil ? end + 1 : end
        )
    }

    /// Reads `Sa. von 10`, `Di., 3. Mai`, `Mo 9–17`: the abbreviation of a day before what tells that it is one.
    private mutating func readWeekday() -> Bool {
        let end = text.lettersEnd(index)
        let word = text.string(index..<end)
        guard let day = rules.weekdays[word] else { return false }
        let next = text[end] == "." ? text.afterSpaces(end + 1) : text.afterSpaces(end)
        if text[end] == "." {
            guard text[next].isDigit || text[next] == "," || text[next] == "/" || text[next].properties.isLowercase
            else { return false }
            say(day, to: end)
            skip(to: end + 1)
        } else {
            // "So 3" and "Mar 9" may be words; hours after them tell that they are none.
            let last = text.digitsEnd(next)
            guard last > next, next > end, text[last].isDash || isTime(at: next) else { return false }
            say(day, to: end)
        }
        return true
    }

    // MARK: Signs

    private mutating func readSign(_ code: Unicode.Scalar) {
        let next = text[index + 1]
        switch code {
        case "-": readMinus()
        case "&": readSign(as: "and")
        case "#" where next.isDigit: readSign(as: "number")
        case "~" where next.isDigit, "≈" where text[text.afterSpaces(index + 1)].isDigit: readSign(as: "about")
        case "½", "¼", "¾":
            let mixed = text[index - 1].isDigit ? rules.fractions["+\(code)"] : nil
            if let words = mixed ?? fraction(String(code), before: index + 1) ?? rules.fractions[String(code)] {
                say(words, to: index + 1)
            } else {
                keep(to: index + 1)
            }
        case "+" where next.isDigit, "(":
            if !keepSpelled() { keep(to: index + 1) }
        default: if !readAmountAfterSign() { keep(to: index + 1) }
        }
    }

    private mutating func readSign(as name: String) {
        guard let word = rules.words[name] else { return keep(to: index + 1) }
        say(word, to: index + 1)
    }

    /// A hyphen before a number is a minus sign, unless it joins the number to something.
    private mutating func readMinus() {
        let before = text[index - 1]
        let isFree = index == 0 || before.isSpace || before == "(" || before == Pause.minor || before == Pause.major
        guard isFree, text[index + 1].isDigit || text[index + 1].isCurrency && text[text.afterSpaces(index + 2)].isDigit
        else { return keep(to: index + 1) }
        readSign(as: "minus")
    }

    // MARK: Addresses

    /// Domains of countries that are words of English, and so no addresses there.
    private static let domains: Set<String> = ["at", "be", "br", "cl", "lu", "mx", "pt"]

    /// The longest path of an address that is read out, in characters.
    private static let longestPath = 32

    /// Reads an e-mail or web address with words for the signs in it.
    private mutating func readAddress() -> Bool {
        let code = text.codes[index]
        guard code.isAsciiLetter || code.isDigit, !text[index - 1].isWordCode, !rules.address.isEmpty else {
            return false
        }
        var end = index
        var (hasSign, hasStop) = (false, false)
        while end < text.count, end - index < 256, !text[end].isSpace, text[end] != Pause.minor,
            text[end] != Pause.major
        {
            if text[end] == "@" || text[end] == ":" && text[end + 1] == "/" { hasSign = true }
            if text[end] == "." { hasStop = true }
            end += 1
        }
        while end > index, !text[end - 1].isWordCode, text[end - 1] != "/" { end -= 1 }
        guard hasStop, hasSign || isHost(to: end) else { return false }
        let scheme = text.has("https://", at: index) ? 8 : text.has("http://", at: index) ? 7 : 0
        var start = index + scheme
        if text.has("www.", at: start) { start += 4 }
        guard start < end, text[start].isWordCode else { return false }
        let host = (start..<end).first { text[$0] == "/" || text[$0] == "?" || text[$0] == "#" } ?? end
        var path = (host..<end).first { text[$0] == "?" || text[$0] == "#" } ?? end
        while path > host, text[path - 1] == "/" { path -= 1 }
        let last = path - host > Self.longestPath ? host : path
        index = start
        while index < last {
            if let word = rules.address[String(text.codes[index])] {
                say(word, to: index + 1)
            } else {
                keep(to: index + 1)
            }
        }
        skip(to: end)
        return true
    }

    /// Whether the text up to `end` begins like the name of a server.
    private func isHost(to end: Int) -> Bool {
        if text.has("www.", at: index) { return true }
        var host = index
        while host < end, text[host].isWordCode || text[host] == "-" || text[host] == "." { host += 1 }
        guard host == end || text[host] == "/", let dot = text.codes[index..<host].lastIndex(of: ".") else {
            return false
        }
        let domain = text.string(dot + 1..<host)
        return SpokenLexicon.topLevelDomains.contains(domain) || Self.domains.contains(domain)
    }
}
