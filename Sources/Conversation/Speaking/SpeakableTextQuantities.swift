/// Numbers, amounts, measures, ranges, phone numbers.
extension EnglishReader {
    /// A number as written: `1,234.50`, `.5`, `007`.
    struct WrittenNumber {
        /// The digits before the point, without group separators.
        var digits: [UInt32] = []
        var fraction: [UInt32] = []
        var isGrouped = false
        var end: Int

        var value: Int? {
            guard digits.count <= 15 else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }

        var isOne: Bool { value == 1 && fraction.isEmpty }
    }

    func number(at start: Int) -> WrittenNumber {
        var number = WrittenNumber(end: start)
        while text[number.end].isDigit {
            number.digits.append(text[number.end])
            number.end += 1
        }
        while text[number.end] == 0x2C, number.digits.count <= 3 || number.isGrouped,
            (1...3).allSatisfy({ text[number.end + $0].isDigit }), !text[number.end + 4].isDigit
        {
            number.isGrouped = true
            number.digits += (1...3).map { text[number.end + $0] }
            number.end += 4
        }
        if text[number.end] == 0x2E, text[number.end + 1].isDigit {
            number.end += 1
            while text[number.end].isDigit {
                number.fraction.append(text[number.end])
                number.end += 1
            }
        }
        return number
    }

    /// As a quantity; `asYear` lets four plain digits be a year.
    func words(_ number: WrittenNumber, asYear: Bool = false) -> String {
        guard let value = number.value, number.digits.isEmpty || number.digits.count == 1 || number.digits[0] != 0x30
        else {
            return NumberWords.digits(number.digits) + decimals(number)
        }
        if asYear, number.fraction.isEmpty, !number.isGrouped, number.digits.count == 4, (1100...2099).contains(value) {
            return NumberWords.year(value)
        }
        return NumberWords.cardinal(value) + decimals(number)
    }

    private func decimals(_ number: WrittenNumber) -> String {
        number.fraction.isEmpty
            ? "" : " point " + NumberWords.digits(number.fraction, groups: [number.fraction.count])
    }

    /// Everything that begins with a digit.
    mutating func readNumber() {
        if readPhone() || readDate() || readTime() || readDottedOrDashed() || readFraction() { return }
        let start = index
        let first = number(at: start)
        // 5-10, $-less range; the unit after the second is said once.
        if let second = rangeEnd(after: first) {
            let one = words(first, asYear: true)
            say(one, to: first.end)
            previous = "0"
            say("to", to: first.end + 1)
            if readTime() { return }
            return readQuantity(second, allowsYear: true)
        }
        readQuantity(first, allowsYear: true)
    }

    /// The number after `-` or `–`, if it makes a range.
    private func rangeEnd(after first: WrittenNumber) -> WrittenNumber? {
        guard text[first.end] == 0x2D || text[first.end] == 0x2013, text[first.end + 1].isDigit else { return nil }
        let second = number(at: first.end + 1)
        guard !second.digits.isEmpty,
            !text[second.end].isAsciiLetter || unit(at: second.end) != nil || isOrdinal(at: second.end)
        else { return nil }
        return second
    }

    private func isOrdinal(at end: Int) -> Bool {
        (text.has("st", at: end) || text.has("nd", at: end) || text.has("rd", at: end) || text.has("th", at: end))
            && !text[end + 2].isWordCode
    }

    /// A number with what follows it: percent, unit, currency, ordinal, magnitude.
    private mutating func readQuantity(_ number: WrittenNumber, allowsYear: Bool) {
        let end = number.end
        defer { previous = "0" }
        if let value = number.value, number.fraction.isEmpty {
            if isOrdinal(at: end) {
                if readDayAndMonth(value, end: end + 2) { return }
                return say(NumberWords.ordinal(value), to: end + 2)
            }
            if text[end] == 0x73 || text.has("'s", at: end), value % 10 == 0, value >= 20,
                number.digits.count == 2 || number.digits.count == 4
            {
                let last = text[end] == 0x73 ? end + 1 : end + 2
                if !text[last].isWordCode, number.digits.count == 4 || index > 0 && !unitFollows(number) {
                    return say(NumberWords.decade(value), to: last)
                }
            }
            if readDayAndMonth(value, end: end) { return }
            if let feet = readFeet(value, end: end) { return say(feet.words, to: feet.end) }
        }
        if let money = currency(after: number) {
            return say(amount(number, magnitude: money.magnitude, money.currency), to: money.end)
        }
        if let unit = unit(at: end) {
            var last = unit.end
            // "5 ft. tall": the stop is the abbreviation's.
            if text[last] == 0x2E, text[last + 1].isSpace, text[afterSpaces(last + 1)].isLower { last += 1 }
            let name = number.isOne ? unit.unit.one : unit.unit.many
            if unit.unit.many == "percent", text[last] == 0x73 { last += 1 }
            say(words(number) + " " + name, to: last)
            return
        }
        if let magnitude = magnitude(at: end), magnitude.name != "thousand" || magnitude.isWord {
            return say(words(number) + " " + magnitude.name, to: magnitude.end)
        }
        if number.fraction.isEmpty, !number.isGrouped, isCode(number) {
            return say(NumberWords.digits(number.digits), to: end)
        }
        if text[end].isAsciiLetter, readTrailingCode(number) { return }
        say(words(number, asYear: allowsYear), to: end)
        if text[end] == 0x2B, !text[end + 1].isWordCode { say("plus", to: end + 1) }
    }

    private func unitFollows(_ number: WrittenNumber) -> Bool {
        guard let value = number.value else { return false }
        return value < 20 || !text.has("s", at: number.end)
    }

    /// Order numbers, codes, long strings: said digit by digit.
    private func isCode(_ number: WrittenNumber) -> Bool {
        let digits = number.digits
        if digits.count > 1, digits[0] == 0x30 { return true }
        if digits.count >= 3, ["code", "pin", "ext", "extension", "passcode", "flight", "room"].contains(previous) {
            return true
        }
        if digits.count >= 4, SpokenLexicon.digitContexts.contains(previous) { return true }
        if digits.count >= 4, previous == "in", beforePrevious == "ending" { return true }
        // "order number is 12345", "CA 90210"
        if digits.count >= 4, previous == "is", SpokenLexicon.digitContexts.contains(beforePrevious) { return true }
        if digits.count == 5, previous == "state" { return true }
        return digits.count >= 7 && !digits.suffix(3).allSatisfy { $0 == 0x30 }
    }

    /// Letters straight after a number: `4K`, `3D`, `5k`, `737B`.
    private mutating func readTrailingCode(_ number: WrittenNumber) -> Bool {
        let run = letters(at: number.end)
        var end = run.upperBound
        while text[end].isAsciiLetter || text[end].isDigit { end += 1 }
        if end > run.upperBound || (number.digits.count > 2 && run.count <= 2 && text.codes[run].allSatisfy(\.isUpper))
        {
            say(spell(index..<end), to: end)
            return true
        }
        let word = text.string(run)
        say(words(number) + " " + (run.count == 1 ? word.uppercased() : word), to: end)
        return true
    }

    // MARK: Units and money

    private func unit(at end: Int) -> (unit: SpokenLexicon.Unit, end: Int)? {
        let start = text[end] == 0x20 ? end + 1 : end
        let isSpaced = start > end
        var last = start
        while last - start < SpokenLexicon.longestUnit, text[last].isLetter || Self.isUnitSign(text[last]) { last += 1 }
        while last > start {
            if let unit = SpokenLexicon.units[text.string(start..<last)], unit.spaced || !isSpaced,
                !text[last].isLetter || !text[last - 1].isLetter
            {
                return (unit, last)
            }
            last -= 1
        }
        return nil
    }

    private static func isUnitSign(_ code: UInt32) -> Bool {
        code == 0x25 || code == 0xB0 || code == 0xB2 || code == 0xB3 || code == 0x2F || code == 0x22
    }

    private func magnitude(at end: Int) -> (name: String, end: Int, isWord: Bool)? {
        let start = text[end] == 0x20 ? end + 1 : end
        let run = letters(at: start)
        guard !run.isEmpty, run.count <= 8, let name = SpokenLexicon.magnitudes[text.string(run)],
            start == end || run.count > 3 || run.count == 2,
            !text[run.upperBound].isDigit
        else { return nil }
        return (name, run.upperBound, run.count > 3)
    }

    /// `5 USD`, `5€`, `1.2M EUR`.
    private func currency(
        after number: WrittenNumber
    ) -> (currency: SpokenLexicon.Currency, magnitude: String?, end: Int)? {
        let scale = magnitude(at: number.end)
        var start = scale?.end ?? number.end
        if text[start] == 0x20 { start += 1 }
        if text[start] != 0x24, let currency = SpokenLexicon.currencySigns[text[start]] {
            return (currency, scale?.name, start + 1)
        }
        let run = letters(at: start)
        guard run.count == 3, let currency = SpokenLexicon.currencyCodes[text.string(run)] else { return nil }
        return (currency, scale?.name, run.upperBound)
    }

    func amount(_ number: WrittenNumber, magnitude: String?, _ currency: SpokenLexicon.Currency) -> String {
        if let magnitude { return words(number) + " " + magnitude + " " + currency.many }
        guard let whole = number.value else { return words(number) + " " + currency.many }
        guard number.fraction.count == 2, !currency.minorMany.isEmpty else {
            return words(number) + " " + (number.isOne ? currency.one : currency.many)
        }
        let cents = Int(number.fraction[0] - 0x30) * 10 + Int(number.fraction[1] - 0x30)
        let major = NumberWords.cardinal(whole) + " " + (whole == 1 ? currency.one : currency.many)
        if cents == 0 { return major }
        let minor = NumberWords.cardinal(cents) + " " + (cents == 1 ? currency.minorOne : currency.minorMany)
        return whole == 0 ? minor : major + " and " + minor
    }

    /// A currency sign and its number, or a range of them.
    mutating func readAmount(prefix: String = "") -> Bool {
        guard var currency = SpokenLexicon.currencySigns[text[index]] else { return false }
        let start = text[index + 1] == 0x20 ? index + 2 : index + 1
        guard text[start].isDigit || text[start] == 0x2E && text[start + 1].isDigit else { return false }
        if !prefix.isEmpty {
            currency.one = prefix + " " + currency.one
            currency.many = prefix + " " + currency.many
        }
        defer { previous = "0" }
        let first = number(at: start)
        if text[first.end] == 0x2D || text[first.end] == 0x2013 {
            let next = text[first.end + 1] == text[index] ? first.end + 2 : first.end + 1
            if text[next].isDigit {
                let second = number(at: next)
                let scale = magnitude(at: second.end)
                let low = first.fraction.isEmpty ? words(first) : amount(first, magnitude: nil, currency)
                say(low + " to " + amount(second, magnitude: scale?.name, currency), to: scale?.end ?? second.end)
                return true
            }
        }
        let scale = magnitude(at: first.end)
        say(amount(first, magnitude: scale?.name, currency), to: scale?.end ?? first.end)
        if text[index] == 0x2B { say("plus", to: index + 1) }
        return true
    }

    /// `USD 5`, `US$5`.
    mutating func readCurrencyCode(_ range: Range<Int>) -> Bool {
        guard range.count <= 3 else { return false }
        let word = text.string(range)
        if text[range.upperBound].isCurrency, let prefix = SpokenLexicon.currencyPrefixes[word] {
            let start = index
            index = range.upperBound
            if readAmount(prefix: prefix) { return true }
            index = start
            return false
        }
        guard let currency = SpokenLexicon.currencyCodes[word], text[range.upperBound] == 0x20,
            text[range.upperBound + 1].isDigit
        else {
            return false
        }
        let value = number(at: range.upperBound + 1)
        let scale = magnitude(at: value.end)
        say(amount(value, magnitude: scale?.name, currency), to: scale?.end ?? value.end)
        previous = "0"
        return true
    }

    /// `5'10"`
    private func readFeet(_ feet: Int, end: Int) -> (words: String, end: Int)? {
        guard text[end] == 0x27, text[end + 1].isDigit else { return nil }
        let inches = number(at: end + 1)
        guard let value = inches.value, value < 12, text[inches.end] == 0x22 else { return nil }
        return (NumberWords.cardinal(feet) + " foot " + NumberWords.cardinal(value), inches.end + 1)
    }

    // MARK: Digits in groups

    /// Phone numbers: `(555) 123-4567`, `555-123-4567`, `+44 20 7946 0958`, `1-800-555-0199`, `555-1234`.
    mutating func readPhone() -> Bool {
        var position = index
        var groups: [Range<Int>] = []
        let isInternational = text[position] == 0x2B
        if isInternational { position += 1 }
        var hasParenthesis = false
        var separators: Set<UInt32> = []
        while true {
            if text[position] == 0x28, groups.count < 2, text[position + 1].isDigit {
                hasParenthesis = true
                position += 1
            }
            let start = position
            while text[position].isDigit { position += 1 }
            guard position > start else { break }
            groups.append(start..<position)
            var next = position
            if hasParenthesis, text[next] == 0x29 {
                next += 1
                if text[next] == 0x20 { next += 1 }
            } else if text[next] == 0x2D || text[next] == 0x2E
                || text[next] == 0x20 && (isInternational || hasParenthesis || groups.count < 6)
            {
                separators.insert(text[next])
                next += 1
            } else {
                break
            }
            guard text[next].isDigit || text[next] == 0x28 else { break }
            position = next
        }
        guard let last = groups.last else { return false }
        let sizes = groups.map(\.count)
        let total = sizes.reduce(0, +)
        let national =
            sizes.count > 1 && sizes[0] == 1 && text[groups[0].lowerBound] == 0x31 ? Array(sizes.dropFirst()) : sizes
        let isNational = national == [3, 3, 4] || (sizes == [3, 4] && separators == [0x2D])
        guard isInternational ? (7...15).contains(total) && sizes[0] <= 15 : isNational,
            !text[last.upperBound].isWordCode
        else {
            return false
        }
        if !isInternational, separators.contains(0x20), !hasParenthesis, national != [3, 3, 4] { return false }
        var words = isInternational ? "plus " : ""
        words += groups.map { NumberWords.digits(text.codes[$0], groups: $0.count <= 4 ? [$0.count] : nil) }.joined(
            separator: ", ")
        say(words, to: last.upperBound)
        previous = "0"
        return true
    }

    /// `1.2.3`, `192.168.1.1`, `123-45-6789`.
    private mutating func readDottedOrDashed() -> Bool {
        var position = index
        var groups: [Range<Int>] = []
        var separator: UInt32 = 0
        while true {
            let start = position
            while text[position].isDigit { position += 1 }
            groups.append(start..<position)
            let code = text[position]
            guard code == 0x2E || code == 0x2D, separator == 0 || separator == code, text[position + 1].isDigit else {
                break
            }
            separator = code
            position += 1
        }
        guard groups.count > 2, !text[position].isAsciiLetter else { return false }
        if separator == 0x2D {
            say(
                groups.map { NumberWords.digits(text.codes[$0], groups: [$0.count]) }.joined(separator: ", "),
                to: position)
        } else {
            say(groups.map(digitRun).joined(separator: groups.count == 4 ? " dot " : " point "), to: position)
        }
        previous = "0"
        return true
    }

    /// `1/2`, `2 1/2`, `24/7`, `16:9`.
    private mutating func readFraction() -> Bool {
        let first = number(at: index)
        guard first.fraction.isEmpty, !first.isGrouped, let value = first.value else { return false }
        if text[first.end] == 0x20, text[first.end + 1].isDigit {
            let top = number(at: first.end + 1)
            guard text[top.end] == 0x2F, text[top.end + 1].isDigit, let over = top.value else { return false }
            let bottom = number(at: top.end + 1)
            guard let under = bottom.value, under > over, under <= 20, over > 0 else { return false }
            say(NumberWords.cardinal(value) + " and " + NumberWords.fraction(over, under), to: bottom.end)
            previous = "0"
            return true
        }
        if [0xBC, 0xBD, 0xBE].contains(text[first.end]) {
            let name = ["a quarter", "a half", "three quarters"][Int(text[first.end] - 0xBC)]
            say(NumberWords.cardinal(value) + " and " + name, to: first.end + 1)
            return true
        }
        guard text[first.end] == 0x2F || text[first.end] == 0x3A, text[first.end + 1].isDigit else { return false }
        let second = number(at: first.end + 1)
        guard second.fraction.isEmpty, let under = second.value, text[second.end] != 0x2F else { return false }
        let words: String =
            if text[first.end] == 0x3A {
                NumberWords.cardinal(value) + " to " + NumberWords.cardinal(under)
            } else if value == 24, under == 7 || under == 365 {
                "twenty-four " + (under == 7 ? "seven" : "three sixty-five")
            } else if (1...12).contains(value), (21...31).contains(under) {
                SpokenLexicon.monthNames[value - 1] + " " + NumberWords.ordinal(under)
            } else if value == 9, under == 11 {
                "nine eleven"
            } else if under == 10 || (["rated", "rating", "score", "scored", "is"].contains(previous) && under == 5) {
                NumberWords.cardinal(value) + " out of " + NumberWords.cardinal(under)
            } else {
                NumberWords.fraction(value, under)
            }
        say(words, to: second.end)
        previous = "0"
        return true
    }
}
