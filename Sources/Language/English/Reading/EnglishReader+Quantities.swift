/// Numbers, amounts, measures, ranges, phone numbers.
extension EnglishReader {
    /// The words of a quantity; `asYear` allows four plain digits to be a year.
    func words(_ number: WrittenNumber, asYear: Bool = false) -> String {
        guard let value = number.value, number.digits.isEmpty || number.digits.count == 1 || number.digits[0] != "0"
        else {
            return NumberWords.digits(number.digits) + decimals(number)
        }
        if asYear, number.isPlain, number.digits.count == 4, (1100...2099).contains(value) {
            return NumberWords.year(value)
        }
        return NumberWords.cardinal(value) + decimals(number)
    }

    private func decimals(_ number: WrittenNumber) -> String {
        number.fraction.isEmpty
            ? "" : " point " + NumberWords.digits(number.fraction, groups: [number.fraction.count])
    }

    /// Reads everything that begins with a digit.
    mutating func readNumber() {
        guard let run = DigitRun(text, at: index, expectsDigits: expectsDigits) else { return skip(to: index + 1) }
        switch run.kind {
        case .range(let first, let second): readRange(first, second)
        case .number(let number): readQuantity(number)
        case .date(let year, let month, let day): sayDate(year, month, day, to: run.end)
        case .time(let hour, let minute): sayTime(hour, minute, to: run.end)
        default:
            say(words(run), to: run.end)
            previous = "0"
        }
    }

    /// Whether a number to be dialled or typed has been announced.
    private var expectsDigits: Bool {
        SpokenLexicon.digitAnnouncers.contains(previous)
            || previous == "is" && SpokenLexicon.digitAnnouncers.contains(beforePrevious)
    }

    private var isRating: Bool { ["rated", "rating", "score", "scored", "is"].contains(previous) }

    /// Whether the last word announces a date: "on 3/4".
    private var expectsDate: Bool {
        SpokenLexicon.weekdays.contains(previous) || ["on", "by", "until", "since", "due"].contains(previous)
    }

    /// Reads a phone number that begins with a sign.
    mutating func readPhone() -> Bool {
        guard let run = DigitRun(text, at: index) else { return false }
        say(words(run), to: run.end)
        previous = "0"
        return true
    }

    private func words(_ run: DigitRun) -> String {
        switch run.kind {
        case .version: run.groups.map(digitRun).joined(separator: " point ")
        case .address: run.groups.map(digitRun).joined(separator: " dot ")
        case .fraction(24, 7): "twenty-four seven"
        case .fraction(24, 365): "twenty-four three sixty-five"
        case .fraction(9, 11): "nine eleven"
        case .fraction(let month, let day)
        where (1...12).contains(month) && ((21...31).contains(day) || (1...31).contains(day) && expectsDate):
            EnglishWords.months[month - 1] + " " + NumberWords.ordinal(day)
        case .fraction(let top, let bottom):
            top >= bottom && bottom >= 10 && top > 10
                ? NumberWords.cardinal(top) + " " + NumberWords.cardinal(bottom)
                : bottom == 10 || bottom == 5 && (isRating || text.has(" star", at: run.end))
                    ? NumberWords.cardinal(top) + " out of " + NumberWords.cardinal(bottom)
                    : NumberWords.fraction(top, bottom)
        case .mixed(let whole, let top, let bottom):
            NumberWords.cardinal(whole) + " and " + NumberWords.fraction(top, bottom)
        case .ratio(let first, let second): NumberWords.cardinal(first) + " to " + NumberWords.cardinal(second)
        default:
            (run.isInternational ? "plus " : "")
                + run.groups.map { group in
                    let isAmerican = run.isInternational && group.count == 11 && text[group.lowerBound] == "1"
                    let sizes = group.count < 6 ? [group.count] : isAmerican ? [1, 3, 3, 4] : nil
                    return NumberWords.digits(text.codes[group], groups: sizes)
                }
                .joined(separator: ", ")
        }
    }

    /// Reads a range such as 5-10; a unit after the second number is said once.
    private mutating func readRange(_ first: WrittenNumber, _ second: WrittenNumber) {
        let end = second.end
        guard
            !text[end].isAsciiLetter || unit(at: end) != nil || isOrdinal(at: end) || magnitude(at: end) != nil
                || text.meridiem(at: end) != nil || text[end] == "s" && !text[end + 1].isLetter
        else { return readQuantity(first) }
        say(words(first, asYear: true), to: first.end)
        previous = "0"
        if first.digits == second.digits { index += 1 } else { say("to", to: first.end + 1) }  // 50-50
        if let run = DigitRun(text, at: index), case .time(let hour, let minute) = run.kind {
            return sayTime(hour, minute, to: run.end)
        }
        readQuantity(second)
    }

    private func isOrdinal(at end: Int) -> Bool {
        (text.has("st", at: end) || text.has("nd", at: end) || text.has("rd", at: end) || text.has("th", at: end))
            && !text[end + 2].isWordCode
    }

    /// Reads a number with what follows it: percent sign, unit, currency, ordinal, magnitude.
    private mutating func readQuantity(_ number: WrittenNumber) {
        let end = number.end
        defer { previous = "0" }
        if let value = number.value, number.fraction.isEmpty {
            if isOrdinal(at: end) {
                if readDayAndMonth(value, end: end + 2) { return }
                return say(NumberWords.ordinal(value), to: end + 2)
            }
            if text[end] == "s" || text.has("'s", at: end), value % 10 == 0, value >= 20,
                number.digits.count == 2 || number.digits.count == 4
            {
                let last = text[end] == "s" ? end + 1 : end + 2
                if !text[last].isWordCode, number.digits.count == 4 || index > 0 && !unitFollows(number) {
                    return say(NumberWords.decade(value), to: last)
                }
            }
            if readDayAndMonth(value, end: end) { return }
            if "¼½¾".unicodeScalars.contains(text[end]), text.number(at: index).end == end {
                let half = text[end] == "½" ? "a half" : text[end] == "¼" ? "a quarter" : "three quarters"
                return say(NumberWords.cardinal(value) + " and " + half, to: end + 1)
            }
            if let feet = readFeet(value, end: end) { return say(feet.words, to: feet.end) }
        }
        // "12x8", "12 x 8"
        let times = text[end] == " " ? end + 1 : end
        if text[times] == "x", text[times + 1].isDigit || text[times + 1] == " " && text[times + 2].isDigit {
            return say(words(number) + " by", to: times + 1)
        }
        if let money = currency(after: number) {
            return say(amount(number, magnitude: money.magnitude, money.currency), to: money.end)
        }
        if let unit = unit(at: end) {
            var last = unit.end
            // "5 ft. tall": the stop belongs to the abbreviation.
            if text[last] == ".", text[last + 1].isSpace, text[afterSpaces(last + 1)].isLower { last += 1 }
            let name = number.isOne ? unit.unit.one : unit.unit.many
            if unit.unit.many == "percent", text[last] == "s" { last += 1 }
            // In "1h 30m" the "m" is minutes.
            let isMinute = unit.unit.one == "meter" && ["hour", "hours"].contains(speech.words.last?.text)
            say(words(number) + " " + (isMinute ? number.isOne ? "minute" : "minutes" : name), to: last)
            return
        }
        // "221B" is a label, not an amount of billions.
        let isLabel = number.digits.count > 2 && text[end] == "B"
        if !isLabel, let magnitude = magnitude(at: end), magnitude.name != "thousand" || magnitude.isWord {
            return say(words(number) + " " + magnitude.name, to: magnitude.end)
        }
        if number.isPlain, isCode(number) {
            return say(NumberWords.digits(number.digits), to: end)
        }
        if text[end].isAsciiLetter, readTrailingCode(number) { return }
        say(words(number, asYear: true), to: end)
        if text[end] == "+", !text[end + 1].isWordCode { say("plus", to: end + 1) }
        if !number.fraction.isEmpty, text[end] == "/", text[end + 1].isDigit { say("out of", to: end + 1) }
    }

    private func unitFollows(_ number: WrittenNumber) -> Bool {
        guard let value = number.value else { return false }
        return value < 20 || !text.has("s", at: number.end)
    }

    /// Whether a number is said digit by digit: an order number, a code, a long string.
    private func isCode(_ number: WrittenNumber) -> Bool {
        let digits = number.digits
        if digits.count > 1, digits[0] == "0" { return true }
        if digits.count >= 3,
            ["code", "pin", "ext", "extension", "passcode", "flight", "room", "call", "dial", "cvv", "cvc"].contains(
                previous)
        {
            return true
        }
        if digits.count >= 4, SpokenLexicon.digitContexts.contains(previous) { return true }
        if digits.count >= 4, previous == "in", beforePrevious == "ending" { return true }
        // "order number is 12345", "CA 90210"
        if digits.count >= 4, previous == "is", SpokenLexicon.digitContexts.contains(beforePrevious) { return true }
        if digits.count == 5, previous == "state" { return true }
        return digits.count >= 7 && !digits.suffix(3).allSatisfy { $0 == "0" }
    }

    /// Reads letters straight after a number: `4K`, `3D`, `5k`, `737B`.
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
        let start = text[end] == " " ? end + 1 : end
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

    private static func isUnitSign(_ code: Unicode.Scalar) -> Bool {
        code == "%" || code == "°" || code == "²" || code == "³" || code == "/" || code == "\""
    }

    private func magnitude(at end: Int) -> (name: String, end: Int, isWord: Bool)? {
        let start = text[end] == " " || text[end] == "-" ? end + 1 : end
        let run = letters(at: start)
        guard !run.isEmpty, run.count <= 8, text[end] != "-" || run.count > 3,
            let name = SpokenLexicon.magnitudes[text.string(run)],
            start == end || run.count > 3 || run.count == 2,
            !text[run.upperBound].isDigit
        else { return nil }
        return (name, run.upperBound, run.count > 3)
    }

    /// The currency after a number: `5 USD`, `5€`, `1.2M EUR`.
    private func currency(
        after number: WrittenNumber
    ) -> (currency: SpokenLexicon.Currency, magnitude: String?, end: Int)? {
        let scale = magnitude(at: number.end)
        var start = scale?.end ?? number.end
        if text[start] == " " { start += 1 }
        if text[start] != "$", let currency = SpokenLexicon.currencySigns[text[start]] {
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
        let cents = number.fraction[0].digit * 10 + number.fraction[1].digit
        let major = NumberWords.cardinal(whole) + " " + (whole == 1 ? currency.one : currency.many)
        if cents == 0 { return major }
        let minor = NumberWords.cardinal(cents) + " " + (cents == 1 ? currency.minorOne : currency.minorMany)
        return whole == 0 ? minor : major + " and " + minor
    }

    /// Reads a currency sign with its number, or with a range.
    mutating func readAmount(prefix: String = "") -> Bool {
        guard var currency = SpokenLexicon.currencySigns[text[index]] else { return false }
        let start = text[index + 1] == " " ? index + 2 : index + 1
        guard text[start].isDigit || text[start] == "." && text[start + 1].isDigit else { return false }
        if !prefix.isEmpty {
            currency.one = prefix + " " + currency.one
            currency.many = prefix + " " + currency.many
        }
        defer { previous = "0" }
        let first = text.number(at: start)
        let scale = magnitude(at: first.end)
        let end = scale?.end ?? first.end
        if text[end].isDash {
            let next = text[end + 1] == text[index] ? end + 2 : end + 1
            if text[next].isDigit {
                let second = text.number(at: next)
                let last = magnitude(at: second.end)
                let isSame = scale == nil || scale?.name == last?.name
                let low =
                    first.fraction.count == 2 && scale == nil || !isSame
                    ? amount(first, magnitude: scale?.name, currency) : words(first)
                say(low + " to " + amount(second, magnitude: last?.name, currency), to: last?.end ?? second.end)
                return true
            }
        }
        say(amount(first, magnitude: scale?.name, currency), to: end)
        if text[index] == "+" { say("plus", to: index + 1) }
        return true
    }

    /// Reads `USD 5`, `US$5`.
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
        guard let currency = SpokenLexicon.currencyCodes[word], text[range.upperBound] == " ",
            text[range.upperBound + 1].isDigit
        else {
            return false
        }
        let value = text.number(at: range.upperBound + 1)
        let scale = magnitude(at: value.end)
        say(amount(value, magnitude: scale?.name, currency), to: scale?.end ?? value.end)
        previous = "0"
        return true
    }

    /// The words of feet and inches: `5'10"`.
    private func readFeet(_ feet: Int, end: Int) -> (words: String, end: Int)? {
        guard text[end] == "'", text[end + 1].isDigit else { return nil }
        let inches = text.number(at: end + 1)
        guard let value = inches.value, value < 12, text[inches.end] == "\"" else { return nil }
        return (NumberWords.cardinal(feet) + " foot " + NumberWords.cardinal(value), inches.end + 1)
    }
}
