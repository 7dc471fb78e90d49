/// Numbers with what they are of: amounts, measures, ranges.
extension RuleReader {
    /// A number as it is written, grouped or not.
    struct Quantity {
        /// The digits before the decimal mark, without separators, and those after it.
        var whole: String
        var fraction: String
        var end: Int
        /// Whether it is nothing but digits.
        var isPlain: Bool

        var isOne: Bool { whole == "1" && fraction.isEmpty }
        var value: Double { Double(whole + "." + (fraction.isEmpty ? "0" : fraction)) ?? 0 }
    }

    /// The number at `start`. A plain space groups digits only `withSpaces`: "2 500" may be two numbers.
    func quantity(at start: Int, withSpaces: Bool = false) -> Quantity {
        let first = text.digitsEnd(start)
        var quantity = Quantity(whole: text.string(start..<first), fraction: "", end: first, isPlain: true)
        let separator = text[first]
        let isGroup = separator == "." || separator == "," || separator == "'" || separator == Glyphs.groupSpace
        if first - start <= 3, text[start] != "0", isGroup || separator == " " && withSpaces {
            var (end, groups) = (first, 0)
            while text[end] == separator, text.digitsEnd(end + 1) == end + 4 {
                quantity.whole += text.string(end + 1..<end + 4)
                (end, groups) = (end + 4, groups + 1)
            }
            // "1,250" has decimals in these languages, unless another separator follows.
            if groups > 0, separator != "," || groups > 1 || text[end] == "." && text[end + 1].isDigit {
                (quantity.end, quantity.isPlain) = (end, false)
            } else {
                quantity.whole = text.string(start..<first)
            }
        }
        let mark = text[quantity.end]
        let end = text.digitsEnd(quantity.end + 1)
        if mark == "," || mark == ".", mark != separator || quantity.isPlain, end > quantity.end + 1,
            text[end] != mark || !text[end + 1].isDigit
        {
            quantity.fraction = text.string(quantity.end + 1..<end)
            (quantity.end, quantity.isPlain) = (end, false)
        }
        return quantity
    }

    /// Reads everything that begins with a digit.
    mutating func readNumber() {
        guard !text[index - 1].isWordCode else { return keep(to: text.digitsEnd(index)) }
        if readDate() || readTime() || keepSpelled() || readOrdinal() || readFraction() { return }
        let spaced = quantity(at: index, withSpaces: true)
        if readMeasure(spaced) { return }
        let number = quantity(at: index)
        if readMeasure(number) || readRange(number) || readFactor(number) { return }
        if number.isPlain, readCounted(number) || readDigits(number) || readYear(number) { return }
        keep(to: number.end)
    }

    /// Keeps a phone number, a card number or a code, which `PlainReader` spells.
    mutating func keepSpelled() -> Bool {
        guard let run = DigitRun(text, at: index) ?? (text[index] == "(" ? DigitRun(text, at: index + 1) : nil),
            run.isSpelled, run.groups.count > 1
        else { return false }
        keep(to: run.end)
        return true
    }

    private mutating func readFraction() -> Bool {
        for (written, words) in rules.fractions where written.count > 1 && written.first != "+" {
            let end = index + written.unicodeScalars.count
            guard end <= text.count, text.string(index..<end) == written, !text[end].isWordCode, text[end] != "/",
                text[index - 1] != "/", text[text.afterSpaces(end)].isLetter
            else { continue }
            say(fraction(written, before: end) ?? words, to: end)
            return true
        }
        return false
    }

    /// A fraction in the gender of the word after it, where that matters.
    func fraction(_ written: String, before end: Int) -> String? {
        counted(Quantity(whole: written, fraction: "", end: end, isPlain: true), before: text.word(after: end))
    }

    // MARK: Amounts and measures

    /// Reads a number with the currency or the unit after it.
    private mutating func readMeasure(_ number: Quantity) -> Bool {
        let start = text[number.end].isSpace && text[number.end] != "\n" ? number.end + 1 : number.end
        for (sign, currency) in rules.currencies {
            guard let end = sign.end(in: text, at: start) else { continue }
            say(amount(number, currency), to: end)
            readPer()
            return true
        }
        for unit in rules.units {
            guard let end = unit.sign.end(in: text, at: start) else { continue }
            let last = unit.sign.hasStop ? end - 1 : end
            if number.isOne {
                say(one(unit.one, unit.many), to: last)
            } else {
                let words = counted(number, before: unit.many)
                if let words {
                    say(words, to: number.end)
                } else if text.codes[index..<number.end].contains(" ") {
                    say(number.whole + (number.fraction.isEmpty ? "" : "," + number.fraction), to: number.end)
                } else {
                    keep(to: number.end)
                }
                index = start
                say(unit.many, to: last)
            }
            if unit.sign.hasStop { finishStop(at: last, form: nil) }
            readPer()
            return true
        }
        return false
    }

    /// Reads an amount whose currency stands before it, or a sign of a currency alone.
    mutating func readAmountAfterSign() -> Bool {
        guard text.codes[index].isCurrency || text.codes[index].isUpper else { return false }
        for (sign, currency) in rules.currencies {
            guard let end = sign.end(in: text, at: index) else { continue }
            let start = text.afterSpaces(end)
            if text[start].isDigit {
                let number = quantity(at: start)
                say(amount(number, currency), to: number.end)
                readPer()
            } else if text.codes[index].isCurrency {
                say(currency.many, to: end)
            } else {
                continue
            }
            return true
        }
        return false
    }

    private func amount(_ number: Quantity, _ currency: ReadingRules.Currency) -> String {
        guard number.fraction.isEmpty || number.fraction.count == 2, let cents = Int(number.fraction + "0") else {
            return number.whole + "," + number.fraction + " " + currency.many
        }
        let whole = number.whole == "1" ? one(currency.one, currency.many) : number.whole + " " + currency.many
        if cents == 0 { return whole }
        let small = String(cents / 10)
        if number.whole == "0" { return small == "1" ? currency.oneCent : small + " " + currency.cents }
        return rules.amount.replacing("{whole}", with: whole).replacing("{cents}", with: small)
    }

    /// One of something, in the case in which it stands where its word is that of several.
    private func one(_ one: String, _ many: String) -> String {
        let number = Quantity(whole: "1", fraction: "", end: index, isPlain: true)
        return counted(number, before: many).map { $0 + " " + many } ?? one
    }

    /// Reads the slash of "9 €/month".
    private mutating func readPer() {
        let slash = text[index] == " " ? index + 1 : index
        let next = text[slash + 1] == " " ? slash + 2 : slash + 1
        guard text[slash] == "/", text[next].isLetter, let per = rules.words["per"] else { return }
        say(per, to: slash + 1)
        for unit in rules.units {
            guard let end = unit.sign.end(in: text, at: next) else { continue }
            index = next
            // "pro Stunde", without the article of "eine Stunde".
            say(
                unit.one.split(separator: " ").dropFirst().joined(separator: " "), to: unit.sign.hasStop ? end - 1 : end
            )
            if unit.sign.hasStop { finishStop(at: end - 1, form: nil) }
            return
        }
    }

    // MARK: Numbers among words

    /// Reads the first of two numbers with a dash between them, and the dash.
    private mutating func readRange(_ low: Quantity) -> Bool {
        guard let to = rules.words["to"], let dash = dash(after: low.end), text[index - 1] != "/",
            !text[index - 1].isDash
        else { return false }
        let start = text.afterSpaces(dash + 1)
        let high = quantity(at: start)
        guard !text[high.end].isDash || text[high.end + 1].isLetter, text[high.end] != "/" else { return false }
        // A leading zero is that of an hour.
        guard text[index] != "0" || low.whole == "0" || low.whole.count == 2 && high.whole.count == 2 else {
            return false
        }
        let isTime = time(at: start) != nil || hasTimeWord(after: high.end)
        guard low.value < high.value || isTime && low.value <= 24, low.whole.count < 5, high.whole.count < 8 else {
            return false
        }
        // "747-800" and "4711-4712" are as likely names.
        if let run = DigitRun(text, at: index), case .code = run.kind { return false }
        let isSpaced = start > dash + 1
        if isSpaced, text[dash] == "-", !isTime, !text[text.afterSpaces(high.end)].isLetter { return false }
        if low.isPlain, readYear(low) {} else { keep(to: low.end) }
        index = dash
        say(to, to: dash + 1)
        index = start
        if result.codes.last?.isSpace == false { result.append(" ", text.ends[start - 1]) }
        if low.whole.count == 4, high.isPlain, high.whole.count == 4, let words = year(high.whole) {
            say(words, to: high.end)
        }
        return true
    }

    /// The dash after a value and before a digit.
    func dash(after end: Int) -> Int? {
        let dash = text[end].isSpace ? end + 1 : end
        guard text[dash].isDash, text[dash + 1].isDigit || dash > end && text[dash + 1] == " " && text[dash + 2].isDigit
        else { return nil }
        return dash
    }

    /// Reads the number and the sign of "120 x 60".
    private mutating func readFactor(_ number: Quantity) -> Bool {
        let sign = text[number.end] == " " ? number.end + 1 : number.end
        guard text[sign] == "x" || text[sign] == "×", text[text.afterSpaces(sign + 1)].isDigit,
            let times = rules.words["times"]
        else { return false }
        keep(to: number.end)
        index = sign
        say(times, to: sign + 1)
        return true
    }

    private mutating func readCounted(_ number: Quantity) -> Bool {
        guard text[number.end].isSpace, let words = counted(number, before: text.word(after: number.end)) else {
            return false
        }
        say(words, to: number.end)
        return true
    }

    /// The number in the gender of a word, where it differs from the number alone.
    private func counted(_ number: Quantity, before word: String) -> String? {
        guard number.isPlain else { return nil }
        let previous = text.word(before: index).lowercased()
        return rules.counted.first {
            $0.before.contains(word) && $0.numbers[number.whole] != nil && $0.after?.contains(previous) != false
        }?
        .numbers[number.whole]
    }

    /// Reads a number that was announced as one to be typed, or a postal code.
    private mutating func readDigits(_ number: Quantity) -> Bool {
        let previous = text.word(before: index)
        let isAnnounced =
            number.whole.count > 3
            && (rules.spelledAfter.contains(previous) || rules.spelledAfter.contains(previous.lowercased()))
        guard
            isAnnounced
                || number.whole.count == rules.postcode && isAfterComma
                    && text[text.afterSpaces(number.end)].properties.isUppercase
        else { return false }
        while index < number.end {
            keep(to: index + 1)
            if index < number.end { result.append(" ", text.ends[index - 1]) }
        }
        return true
    }

    private var isAfterComma: Bool {
        var before = index
        while before > 0, text[before - 1].isSpace { before -= 1 }
        return text[before - 1] == "," || text[before - 1] == Pause.minor
    }

    /// Reads a year before 2000, where it is certain to be one.
    private mutating func readYear(_ number: Quantity) -> Bool {
        guard let years = rules.years, number.whole.count == 4, let words = year(number.whole) else { return false }
        let isRange = dash(after: number.end).map { text.digitsEnd($0 + 1) == $0 + 5 } ?? false
        guard isRange || years.after.contains(text.word(before: index)) else { return false }
        say(words, to: number.end)
        return true
    }

    /// A year in words; nil where engines read it rightly.
    func year(_ digits: String) -> String? {
        guard let years = rules.years, let year = Int(digits), (1100..<2000).contains(year) else { return nil }
        return years.numbers[year / 100] + years.hundred + (year % 100 == 0 ? "" : years.numbers[year % 100])
    }
}
