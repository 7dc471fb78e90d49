/// Dates and times of day.
extension EnglishReader {
    /// `2026-11-22`, `2026/11/22`, `11/22/2026`, `22.11.2026`.
    mutating func readDate() -> Bool {
        var position = index
        var groups: [Range<Int>] = []
        let separator = text[tokenDigits(position)]
        guard separator == 0x2D || separator == 0x2F || separator == 0x2E else { return false }
        while groups.count < 3 {
            let end = tokenDigits(position)
            groups.append(position..<end)
            position = end
            guard groups.count < 3, text[position] == separator, text[position + 1].isDigit else { break }
            position += 1
        }
        guard groups.count == 3, !text[position].isDigit, text[position] != separator || !text[position + 1].isDigit
        else { return false }
        let values = groups.map { Int(text.string($0)) ?? 0 }
        let sizes = groups.map(\.count)
        var (year, month, day) = (values[0], values[1], values[2])
        if sizes[0] == 4, sizes[1] <= 2, sizes[2] <= 2 {
            guard separator != 0x2E else { return false }
        } else if sizes[0] <= 2, sizes[1] <= 2, sizes[2] == 4 || (sizes[2] == 2 && separator == 0x2F) {
            // Month first, unless that cannot be; dots are day first.
            let isDayFirst = values[0] > 12 || separator == 0x2E
            (month, day) = isDayFirst ? (values[1], values[0]) : (values[0], values[1])
            year = sizes[2] == 4 ? values[2] : values[2] + (values[2] > 68 ? 1900 : 2000)
        } else {
            return false
        }
        guard (1...12).contains(month), (1...31).contains(day) else { return false }
        let words = SpokenLexicon.monthNames[month - 1] + " " + NumberWords.ordinal(day) + ", " + NumberWords.year(year)
        previous = "0"
        if text[position] == 0x54, text[position + 1].isDigit {  // 2026-11-22T15:00
            say(words + " at", to: position + 1)
            return true
        }
        say(words, to: position)
        return true
    }

    private func tokenDigits(_ start: Int) -> Int {
        var end = start
        while text[end].isDigit { end += 1 }
        return end
    }

    /// `Nov 22`, `November 22nd, 2026`, `Nov. 2026`.
    mutating func readMonth(_ start: Int) -> Bool {
        let run = letters(at: start)
        guard run.count >= 3, run.count <= 9, let month = SpokenLexicon.months[text.lowercased(run)] else {
            return false
        }
        var position = run.upperBound
        let isAbbreviated = run.count < month.count
        if text[position] == 0x2E, isAbbreviated { position += 1 }
        guard text[position] == 0x20, text[position + 1].isDigit else { return false }
        let first = number(at: position + 1)
        guard first.fraction.isEmpty, !first.isGrouped, let value = first.value else { return false }
        var end = first.end
        if first.digits.count == 4 {
            guard (1000...2999).contains(value) else { return false }
            say(month + " " + NumberWords.year(value), to: end)
            previous = "0"
            return true
        }
        guard (1...31).contains(value), first.digits.count <= 2, text[end] != 0x3A, text[end] != 0x25 else {
            return false
        }
        if ["st", "nd", "rd", "th"].contains(text.string(end..<min(text.count, end + 2))) { end += 2 }
        guard !text[end].isWordCode else { return false }
        var words = month + " " + NumberWords.ordinal(value)
        // 3-5, 3–5
        if text[end] == 0x2D || text[end] == 0x2013, text[end + 1].isDigit {
            let second = number(at: end + 1)
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
        if text[position] == 0x2C { position += 1 }
        guard text[position] == 0x20, text[position + 1].isDigit else { return (nil, end) }
        let number = number(at: position + 1)
        guard number.digits.count == 4, number.fraction.isEmpty, !number.isGrouped, let value = number.value,
            (1000...2999).contains(value),
            !text[number.end].isWordCode, text[number.end] != 0x3A
        else { return (nil, end) }
        return (value, number.end)
    }

    /// `22 November 2026`, `the 22nd of Nov.`, with the day at `index` and its end known.
    mutating func readDayAndMonth(_ day: Int, end: Int) -> Bool {
        guard (1...31).contains(day), text[end] == 0x20 else { return false }
        let hasOf = text.has(" of ", at: end)
        let run = letters(at: hasOf ? end + 4 : end + 1)
        guard run.count >= 3, text[run.lowerBound].isUpper, let month = SpokenLexicon.months[text.lowercased(run)]
        else { return false }
        var last = run.upperBound
        if text[last] == 0x2E, run.count < month.count, text[last + 1] == 0x20 { last += 1 }
        let (year, yearEnd) = year(after: last)
        var words = (previous == "the" ? "" : "the ") + NumberWords.ordinal(day) + " of " + month
        if let year { words += ", " + NumberWords.year(year) }
        say(words, to: yearEnd)
        return true
    }

    /// `3:30 PM`, `15:00`, `9am`, `3:30-5:00 PM`.
    mutating func readTime() -> Bool {
        let hourEnd = tokenDigits(index)
        guard hourEnd - index <= 2, let hour = Int(text.string(index..<hourEnd)), hour <= 24 else { return false }
        var end = hourEnd
        var minute: Int?
        if text[end] == 0x3A, text[end + 1].isDigit, text[end + 2].isDigit, !text[end + 3].isDigit {
            minute = Int(text.string(end + 1..<end + 3))
            guard let minute, minute < 60 else { return false }
            end += 3
            // Seconds are said only when they are not zero.
            if text[end] == 0x3A, text[end + 1].isDigit, text[end + 2].isDigit { end += 3 }
            if text[end] == 0x5A { end += 1 }
        }
        let half = meridiem(at: end)
        guard minute != nil || (half != nil && (1...12).contains(hour)) else { return false }
        if let half { end = half.end }
        // In a range the half of the day may stand at its end only.
        let isRangeStart = half == nil && (text[end] == 0x2D || text[end] == 0x2013) && text[end + 1].isDigit
        var words = Self.time(hour, minute ?? 0, half: half?.name, isPlain: isRangeStart && hour <= 12 && hour > 0)
        if half == nil, let next = wordsAfter(end), next == "o'clock" || next == "hours" {
            words = NumberWords.cardinal(hour)
        }
        say(words, to: end)
        previous = half == nil ? "0" : "pm"
        if let half, half.hasStop, index >= text.count || text[afterSpaces(index)].isUpper {
            speech.mark(".", end: text.ends[index - 1])
        }
        if text[index] == 0x2D || text[index] == 0x2013, text[index + 1].isDigit { say("to", to: index + 1) }
        return true
    }

    private func wordsAfter(_ end: Int) -> String? {
        guard text[end] == 0x20 else { return nil }
        var last = end + 1
        while text[last].isLetter || text[last] == 0x27 { last += 1 }
        return text.lowercased(end + 1..<last)
    }

    /// `am`, `PM`, `a.m.` after a time.
    private func meridiem(at end: Int) -> (name: String, end: Int, hasStop: Bool)? {
        let start = text[end] == 0x20 ? end + 1 : end
        let letter = text[start] | 0x20
        guard letter == 0x61 || letter == 0x70 else { return nil }
        let isDotted = text[start + 1] == 0x2E
        let second = isDotted ? start + 2 : start + 1
        guard text[second] | 0x20 == 0x6D, text[second] < 0x80, !text[second + 1].isWordCode else { return nil }
        let hasStop = isDotted && text[second + 1] == 0x2E
        return (letter == 0x61 ? "A.M." : "P.M.", hasStop ? second + 2 : second + 1, hasStop)
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
