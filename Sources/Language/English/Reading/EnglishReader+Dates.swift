/// Dates and times of day.
extension EnglishReader {
    mutating func sayDate(_ year: Int, _ month: Int, _ day: Int?, to end: Int) {
        let name = EnglishWords.months[month - 1]
        let words = day.map { name + " " + NumberWords.ordinal($0) + "," } ?? name
        previous = "0"
        let hasTime = day != nil && text[end] == "T" && text[end + 1].isDigit  // 2026-11-22T15:00
        say(words + " " + NumberWords.year(year) + (hasTime ? " at" : ""), to: hasTime ? end + 1 : end)
    }

    /// Reads `Nov 22`, `November 22nd, 2026`, `Nov. 2026`.
    mutating func readMonth(_ start: Int) -> Bool {
        let run = letters(at: start)
        guard run.count >= 3, run.count <= 9, let month = SpokenLexicon.months[text.lowercased(run)] else {
            return false
        }
        var position = run.upperBound
        let isAbbreviated = run.count < month.count
        if text[position] == ".", isAbbreviated { position += 1 }
        guard text[position] == " ", text[position + 1].isDigit else { return false }
        let first = text.number(at: position + 1)
        guard first.isPlain, let value = first.value else { return false }
        var end = first.end
        if first.digits.count == 4 {
            guard (1000...2999).contains(value) else { return false }
            say(month + " " + NumberWords.year(value), to: end)
            previous = "0"
            return true
        }
        guard (1...31).contains(value), first.digits.count <= 2, text[end] != ":", text[end] != "%" else {
            return false
        }
        if ["st", "nd", "rd", "th"].contains(text.string(end..<min(text.count, end + 2))) { end += 2 }
        guard !text[end].isWordCode else { return false }
        var words = month + " " + NumberWords.ordinal(value)
        // A range of days: 3-5, 3–5.
        if text[end] == "-" || text[end] == "–", text[end + 1].isDigit {
            let second = text.number(at: end + 1)
            if let last = second.value, last > value, last <= 31 {
                words += " to " + NumberWords.ordinal(last)
                end = second.end
            }
        }
        let (year, yearEnd) = year(after: end)
        if let year { words += ", " + NumberWords.year(year) }
        say(words, to: yearEnd)
        previous = "0"
        return true
    }

    /// A year after a day: `, 2026` or ` 2026`.
    private func year(after end: Int) -> (Int?, Int) {
        var position = end
        if text[position] == "," { position += 1 }
        guard text[position] == " ", text[position + 1].isDigit else { return (nil, end) }
        let number = text.number(at: position + 1)
        guard number.digits.count == 4, number.isPlain, let value = number.value,
            (1000...2999).contains(value),
            !text[number.end].isWordCode, text[number.end] != ":"
        else { return (nil, end) }
        return (value, number.end)
    }

    /// Reads `22 November 2026`, `the 22nd of Nov.`, whose day at `index` and its end are known.
    mutating func readDayAndMonth(_ day: Int, end: Int) -> Bool {
        guard (1...31).contains(day), text[end] == " " else { return false }
        let hasOf = text.has(" of ", at: end)
        let run = letters(at: hasOf ? end + 4 : end + 1)
        guard run.count >= 3, text[run.lowerBound].isUpper, let month = SpokenLexicon.months[text.lowercased(run)]
        else { return false }
        var last = run.upperBound
        if text[last] == ".", run.count < month.count, text[last + 1] == " " { last += 1 }
        let (year, yearEnd) = year(after: last)
        var words = (previous == "the" ? "" : "the ") + NumberWords.ordinal(day) + " of " + month
        if let year { words += ", " + NumberWords.year(year) }
        say(words, to: yearEnd)
        return true
    }

    /// Says `3:30 PM`, `15:00`, `9am`, `3:30-5:00 PM`, whose hour and minute end at `end`.
    mutating func sayTime(_ hour: Int, _ minute: Int?, to end: Int) {
        var end = end
        let half = text.meridiem(at: end)
        if let half { end = half.end }
        // In a range, "AM" or "PM" may stand at its end only.
        let isRangeStart = half == nil && text[end].isDash && text[end + 1].isDigit
        var words = Self.time(hour, minute ?? 0, half: half?.name, isPlain: isRangeStart && hour <= 12 && hour > 0)
        if half == nil, let next = wordsAfter(end), next == "o'clock" || next == "hours" {
            words = NumberWords.cardinal(hour)
        }
        say(words, to: end)
        previous = half == nil ? "0" : "pm"
        if let half, half.hasStop, index >= text.count || text[afterSpaces(index)].isUpper {
            speech.mark(".", end: text.ends[index - 1])
        }
        if text[index].isDash, text[index + 1].isDigit { say("to", to: index + 1) }
    }

    private func wordsAfter(_ end: Int) -> String? {
        guard text[end] == " " else { return nil }
        var last = end + 1
        while text[last].isLetter || text[last] == "'" { last += 1 }
        return text.lowercased(end + 1..<last)
    }

    private static func time(_ hour: Int, _ minute: Int, half: String?, isPlain: Bool) -> String {
        // A 24-hour time is said by the 12-hour clock.
        let isClock24 = half == nil && (hour > 12 || hour == 0)
        if isClock24, minute == 0, hour % 24 == 0 { return "midnight" }
        let shown = isClock24 ? (hour % 12 == 0 ? 12 : hour % 12) : hour
        var words = NumberWords.cardinal(shown)
        switch minute {
        case 0: if half == nil, !isClock24, !isPlain { words += " o'clock" }
        case 1..<10: words += " oh " + NumberWords.cardinal(minute)
        default: words += " " + NumberWords.cardinal(minute)
        }
        if let half { words += " " + half } else if isClock24 { words += hour == 0 || hour == 24 ? " A.M." : " P.M." }
        return words
    }
}

extension Glyphs {
    /// `am`, `PM`, `a.m.` after a time.
    func meridiem(at end: Int) -> (name: String, end: Int, hasStop: Bool)? {
        let start = self[end] == " " ? end + 1 : end
        let letter = self[start]
        guard "aApP".unicodeScalars.contains(letter) else { return nil }
        let isDotted = self[start + 1] == "."
        let second = isDotted ? start + 2 : start + 1
        guard self[second] == "m" || self[second] == "M", !self[second + 1].isWordCode else { return nil }
        let hasStop = isDotted && self[second + 1] == "."
        return (letter == "a" || letter == "A" ? "A.M." : "P.M.", hasStop ? second + 2 : second + 1, hasStop)
    }
}
