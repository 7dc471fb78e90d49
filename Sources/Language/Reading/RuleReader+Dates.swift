/// Dates, times of day and ordinals.
extension RuleReader {
    // MARK: Dates

    mutating func readDate() -> Bool {
        guard let date = date(at: index) else { return false }
        say(date.words, to: date.end)
        lastOrdinal = date.ending.map { ($0, date.end) }
        if date.hasStop { finishStop(at: date.end, form: nil) }
        readDash { $0.date(at: $1) != nil }
        return true
    }

    /// A date of numbers, and whether a full stop after it belongs to it.
    private func date(at start: Int) -> (words: String, end: Int, ending: String?, hasStop: Bool)? {
        guard let dates = rules.dates, text[start].isDigit, !text[start - 1].isWordCode, text[start - 1] != "/" else {
            return nil
        }
        let first = start..<text.digitsEnd(start)
        let sign = text[first.upperBound]
        let second = first.upperBound + 1..<text.digitsEnd(first.upperBound + 1)
        guard first.count <= 4, (1...2).contains(second.count) else { return nil }
        let third = second.upperBound + 1..<max(second.upperBound + 1, text.digitsEnd(second.upperBound + 1))
        let hasThird = text[second.upperBound] == sign && !third.isEmpty
        func number(_ range: Range<Int>) -> Int { Int(text.string(range)) ?? 0 }
        if first.count == 4 {
            guard sign == "-", hasThird, second.count == 2, third.count == 2, isEnd(third.upperBound) else {
                return nil
            }
            return words(number(third), number(second), number(first), start, third.upperBound)
        }
        guard dates.separators.unicodeScalars.contains(sign), first.count <= 2 else { return nil }
        let previous = text.word(before: start)
        let isAnnounced = dates.announcers.contains(previous) || dates.announcers.contains(previous.lowercased())
        let hasZero = first.count == 2 && second.count == 2
        if hasThird {
            guard third.count == 4 || third.count == 2 && (isAnnounced || hasZero), isEnd(third.upperBound) else {
                return nil
            }
            let year = number(third)
            return words(
                number(first), number(second), third.count == 4 ? year : year + (year > 68 ? 1900 : 2000), start,
                third.upperBound)
        }
        guard sign != "-", !text[second.upperBound].isWordCode, text[second.upperBound] != "/" else { return nil }
        // Without a year it may be a fraction or a version.
        let isZero = hasZero && (text[first.lowerBound] == "0" || text[second.lowerBound] == "0")
        let hasStop = sign == "." && text[second.upperBound] == "."
        if sign == "." { guard hasStop && (isAnnounced || hasZero) || isAnnounced && hasZero else { return nil } }
        guard isAnnounced || isZero || hasStop else { return nil }
        return words(number(first), number(second), nil, start, second.upperBound, hasStop: hasStop)
    }

    private func isEnd(_ end: Int) -> Bool {
        !text[end].isWordCode && !("./-".unicodeScalars.contains(text[end]) && text[end + 1].isDigit)
    }

    private func words(
        _ day: Int, _ month: Int, _ year: Int?, _ start: Int, _ end: Int, hasStop: Bool = false
    ) -> (words: String, end: Int, ending: String?, hasStop: Bool)? {
        guard let dates = rules.dates, (1...31).contains(day), (1...dates.months.count).contains(month) else {
            return nil
        }
        let name = dates.months[month - 1]
        var said = day == 1 ? dates.first ?? "1" : String(day)
        var ending: String?
        if dates.ordinalDays == true, let ordinals = rules.ordinals {
            ending = self.ending(before: name, at: start)
            said = ordinals.stems[day - 1] + (ending ?? "")
        }
        let form = year == nil ? dates.dayMonth : dates.full
        let words = form.replacing("{day}", with: said).replacing("{month}", with: name)
            .replacing("{year}", with: year.map { self.year(String($0)) ?? String($0) } ?? "")
        return (words, end, ending, hasStop)
    }

    /// Reads a dash after a date or time where another follows.
    private mutating func readDash(_ follows: (RuleReader, Int) -> Bool) {
        guard let to = rules.words["to"], let dash = dash(after: index) else { return }
        let start = text.afterSpaces(dash + 1)
        guard follows(self, start) else { return }
        index = dash
        say(to, to: dash + 1)
        index = start
        if result.codes.last?.isSpace == false { result.append(" ", text.ends[start - 1]) }
    }

    // MARK: Times

    mutating func readTime() -> Bool {
        guard let time = time(at: index) else { return false }
        say(time.words, to: time.end)
        readDash { $0.isTime(at: $1) }
        return true
    }

    func isTime(at start: Int) -> Bool {
        time(at: start) != nil || hasTimeWord(after: text.digitsEnd(start))
    }

    /// Whether a word of hours follows: "9 Uhr".
    func hasTimeWord(after end: Int) -> Bool { rules.times.flatMap { wordEnd($0.words, after: end) } != nil }

    private func wordEnd(_ words: [String], after end: Int) -> Int? {
        let start = text[end].isSpace ? end + 1 : end
        let last = text.lettersEnd(start)
        return last > start && words.contains(text.string(start..<last)) && !text[last].isDigit ? last : nil
    }

    /// `14:30`, `14h30`, `14 h`, `14.30 Uhr`.
    func time(at start: Int) -> (words: String, end: Int)? {
        guard let times = rules.times, text[start].isDigit else { return nil }
        let hours = start..<text.digitsEnd(start)
        guard hours.count < 3, let hour = Int(text.string(hours)), hour <= 24 else { return nil }
        var sign = hours.upperBound
        if text[sign].isSpace, text[sign + 1].isLetter { sign += 1 }
        let isLetter = text[sign].isLetter
        guard times.marks.unicodeScalars.contains(text[sign]) || text[sign] == "." else { return nil }
        let minuteStart = isLetter && text[sign + 1].isSpace && sign > hours.upperBound ? sign + 2 : sign + 1
        var end = text.digitsEnd(minuteStart)
        guard end == minuteStart + 2, let minute = Int(text.string(minuteStart..<end)), minute < 60 else {
            guard isLetter, !text[sign + 1].isWordCode else { return nil }
            return (words(hour, "", hasWord: true), sign + 1)
        }
        if text[end] == ":", text.digitsEnd(end + 1) == end + 3 { end += 3 }  // seconds
        if text[sign] == "." {
            let isAnnounced = times.stopAfter?.contains(text.word(before: start).lowercased()) == true
            guard isAnnounced || wordEnd(times.stopWords, after: end) != nil else { return nil }
        }
        let word = wordEnd(times.words, after: end)
        guard word != nil || !text[end].isWordCode, text[end] != ":" else { return nil }
        return (words(hour, text.string(minuteStart..<minuteStart + 2), hasWord: word != nil), word ?? end)
    }

    private func words(_ hour: Int, _ minute: String, hasWord: Bool) -> String {
        guard let times = rules.times else { return "" }
        let isFull = minute.isEmpty || minute == "00"
        let form = isFull && hasWord ? times.hourWithWord ?? times.hour : times.hour
        let special = times.numbers[String(hour)]
        let said = hour == 1 ? times.one : form.replacing("{number}", with: special ?? String(hour))
        if isFull { return said }
        if let few = times.fewMinutes, hour == 1 || special != nil || minute.first == "0" {
            return few.replacing("{hour}", with: said).replacing("{minute}", with: String(Int(minute) ?? 0))
        }
        let minutes = hasWord ? times.minutesWithWord ?? times.minutes : times.minutes
        let digits = minutes.contains(":") ? minute : String(Int(minute) ?? 0)
        return minutes.replacing("{hour}", with: said).replacing("{minute}", with: digits)
    }

    // MARK: Ordinals

    mutating func readOrdinal() -> Bool {
        guard let ordinals = rules.ordinals else { return false }
        let digits = text.digitsEnd(index)
        guard text[index] != "0", let value = Int(text.string(index..<digits)),
            (1...ordinals.stems.count).contains(value)
        else { return false }
        for (mark, ending) in ordinals.marks.sorted(by: { $0.key.count > $1.key.count }) {
            var end = digits + mark.unicodeScalars.count
            // A number and a full stop at the head of a line look like an item of a list.
            let isItem = mark == "." && text[digits] == Pause.minor
            guard isItem || end <= text.count && text.string(digits..<end) == mark, !text[end].isWordCode else {
                continue
            }
            if isItem { end = digits + 1 }
            let noun = self.noun(after: end)
            guard let ending = ordinals.endings.isEmpty ? ending : self.ending(before: noun, at: index),
                !isItem || ordinals.endings.contains(where: { $0.before?.contains(noun) == true })
            else { continue }
            say(ordinals.stems[value - 1] + ending, to: mark == "." ? end - 1 : end)
            lastOrdinal = (ending, end)
            if isItem { skip(to: end) } else if mark == "." { finishStop(at: end - 1, form: nil) }
            readDash { reader, start in reader.text[start].isDigit }
            return true
        }
        return false
    }

    /// The word that an ordinal belongs to: that after "2. und" is the one after the next ordinal.
    private func noun(after mark: Int) -> String {
        var position = mark
        for _ in 0..<3 {
            var start = text.afterSpaces(position)
            let word = text.word(after: position)
            if text[start].isDash {
                start += 1
            } else if joiners.contains(word) {
                start = text.afterSpaces(start + word.count)
            }
            start = text.afterSpaces(start)
            guard text[start].isDigit else { return word }
            let end = text.digitsEnd(start)
            guard text[end] == "." else { return word }
            // The month of a date is a number.
            if text[end + 1].isDigit { return rules.dates?.months.first ?? "" }
            position = end + 1
        }
        return text.word(after: position)
    }

    private var joiners: [String] { ["and", "or", "to"].compactMap { rules.words[$0] } }

    private func ending(before noun: String, at start: Int) -> String? {
        let previous = text.word(before: start)
        if let lastOrdinal, start >= lastOrdinal.end, start - lastOrdinal.end <= previous.count + 3,
            joiners.contains(previous) || text[start - 1].isDash
        {
            return lastOrdinal.ending
        }
        return rules.ordinals?.endings.first { rule in
            rule.before?.contains(noun) != false
                && (rule.after.map { $0.contains(previous) || $0.contains(previous.lowercased()) } ?? true)
        }?
        .ending
    }
}
