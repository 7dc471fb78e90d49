/// The days, times, amounts and numbers of people in English words or a tool's data, however they are written: "Friday" is
/// 2026-12-04, and "six" is 18:00.
///
/// They tell a claim from another of its kind ("You're booked for Friday" after Thursday was). What may be the same is the same:
/// no half of the day is known, a date of two numbers is read both ways, and "tomorrow" may be any day.
package struct ClaimValues: Sendable, Hashable {
    /// 0 is Sunday.
    private(set) var weekdays: Set<Int> = []
    /// A hundred times the month, plus the day.
    private(set) var dates: Set<Int> = []
    /// Minutes since noon or midnight.
    private(set) var times: Set<Int> = []
    /// Whole units of money.
    private(set) var amounts: Set<Int> = []
    /// How many people something is for.
    private(set) var people: Set<Int> = []
    /// All that is a number, whatever it counts.
    private(set) var numbers: Set<Int> = []
    /// Whether days are told from today ("next week"), or times of another zone.
    private var hasRelativeDays = false
    private var hasZone = false

    /// What a number is of by the name of the member that it is in.
    private enum Role { case none, time, amount, people }

    /// Words of a value up to which "Sat" is a day.
    private static let shortValue = 4
    /// Digits of a number that counts something.
    private static let longestNumber = 6

    /// Those of a clause of the agent's.
    package init(saying clause: String) { read(clause, .none) }

    /// Those that the caller named.
    package init(heard words: String) { read(words, .none) }

    /// Those of the members of a tool's arguments and result. When an answer was made is none of its.
    package init(data members: [(name: String, text: String)]) {
        for member in members {
            let name = member.name.lowercased()
            if name.hasSuffix("_at") || member.name.hasSuffix("At") { continue }
            guard
                !["created", "updated", "modified", "timestamp", "issued", "expire", "now"].contains(
                    where: name.contains)
            else { continue }
            read(member.text, Self.role(of: name))
        }
    }

    package var isEmpty: Bool {
        weekdays.isEmpty && dates.isEmpty && times.isEmpty && amounts.isEmpty && people.isEmpty
    }

    package mutating func formUnion(_ other: ClaimValues) {
        weekdays.formUnion(other.weekdays)
        dates.formUnion(other.dates)
        times.formUnion(other.times)
        amounts.formUnion(other.amounts)
        people.formUnion(other.people)
        numbers.formUnion(other.numbers)
        hasRelativeDays = hasRelativeDays || other.hasRelativeDays
        hasZone = hasZone || other.hasZone
    }

    /// Whether all of one kind differ from others of that kind, where there are such.
    package func differs(from other: ClaimValues) -> Bool {
        func isOther(_ own: Set<Int>, _ others: Set<Int>, orNumbers numbers: Set<Int> = []) -> Bool {
            !own.isEmpty && !others.isEmpty && own.isDisjoint(with: others) && numbers.isDisjoint(with: other.numbers)
        }
        if !other.hasRelativeDays, !hasRelativeDays {
            if isOther(weekdays, other.weekdays) { return true }
            if isOther(dates, other.dates, orNumbers: Set(dates.map { $0 % 100 })) { return true }
        }
        let hours = Set(times.flatMap { [$0 / 60, $0 / 60 + 12] })
        if !other.hasZone, isOther(times, other.times, orNumbers: hours) { return true }
        // Data may count cents.
        let cents = amounts.union(amounts.map { $0 * 100 })
        if isOther(cents, other.amounts, orNumbers: cents) { return true }
        return isOther(people, other.people, orNumbers: people)
    }

    private static func role(of name: String) -> Role {
        if ["amount", "price", "total", "sum", "fee", "cost", "balance"].contains(where: name.contains) {
            return .amount
        }
        if ["guest", "people", "person", "party", "seats"].contains(where: name.contains) { return .people }
        return ["time", "hour", "start", "slot", "when", "from", "until"].contains(where: name.contains) ? .time : .none
    }

    // MARK: Words

    private mutating func read(_ text: String, _ role: Role) {
        let words = Self.words(text)
        var place = 0
        while place < words.count {
            let word = words[place]
            if ["today", "tomorrow", "tonight", "week", "weekend", "days"].contains(word) { hasRelativeDays = true }
            if let day = Self.weekday(word, isShort: words.count <= Self.shortValue) { weekdays.insert(day) }
            if readDate(word) || readTime(word, after: place > 0 ? words[place - 1] : "") {
                place += 1
                continue
            }
            if word == "noon" || word == "midnight" { times.insert(0) }
            readMonth(at: place, words)
            guard let number = Self.number(at: place, words) else {
                place += 1
                continue
            }
            readNumber(number.value, words, from: place, to: place + number.length, role)
            place += number.length
        }
    }

    /// Lower-case words; marks within numbers stay.
    private static func words(_ text: String) -> [String] {
        let characters = Array(text.lowercased().replacing("’", with: "'"))
        var spaced = ""
        for (place, character) in characters.enumerated() {
            let before = place > 0 ? characters[place - 1] : " "
            let after = place + 1 < characters.count ? characters[place + 1] : " "
            if ".,:/-".contains(character) {
                let isWithin = before.isNumber && (after.isNumber || after == "t")
                spaced.append(isWithin ? character : " ")
            } else if "€$£".contains(character) {
                // "€40" and "40 €" are both read as "40 euros".
                spaced += before.isNumber || before == " " && !after.isNumber ? " euros " : " currency "
            } else {
                spaced.append(character.isLetter || character.isNumber || "'+".contains(character) ? character : " ")
            }
        }
        return spaced.replacing("p m ", with: "pm ").replacing("a m ", with: "am ").split(separator: " ").map(
            String.init)
    }

    private static func weekday(_ word: String, isShort: Bool) -> Int? {
        EnglishWords.weekdays.firstIndex { day in
            let day = day.lowercased()
            return word == day || word == day + "s" || word == day + "'s"
                || (isShort && word.count >= 3 && word.count <= 5 && day.hasPrefix(word))
        }
    }

    // MARK: Dates

    /// "2026-12-04", "2026-12-04t18:00:00z", "04.12.2026", "12/4".
    private mutating func readDate(_ word: String) -> Bool {
        let halves = word.split(separator: "t", maxSplits: 1).map(String.init)
        guard let first = halves.first, let mark = first.first(where: { "-/.".contains($0) }) else { return false }
        let parts = first.split(separator: mark).compactMap { Int($0) }
        guard parts.count == first.split(separator: mark).count else { return false }
        if parts.count == 3, parts[0] > 1900 {
            addDate(parts[1], parts[2], year: parts[0])
        } else if parts.count == 3 || (parts.count == 2 && mark == "/") {
            let year = parts.count == 3 ? parts[2] < 100 ? 2000 + parts[2] : parts[2] : nil
            addDate(parts[0], parts[1], year: year)
            addDate(parts[1], parts[0], year: year)
        } else {
            return false
        }
        if halves.count == 2 {
            if halves[1].hasSuffix("z") {
                hasZone = true
                hasRelativeDays = true
            } else {
                _ = readTime(String(halves[1].prefix(5)), after: "at")
            }
        }
        return true
    }

    /// "December the fourth", "4th of December 2026".
    private mutating func readMonth(at place: Int, _ words: [String]) {
        let word = words[place]
        let month = EnglishWords.months.firstIndex {
            $0.lowercased() == word || (word.count == 3 && $0.lowercased().hasPrefix(word))
        }
        guard let month else { return }
        func day(_ place: Int) -> Int? {
            guard words.indices.contains(place), let number = Self.number(at: place, words), number.value <= 31 else {
                return nil
            }
            return number.value
        }
        func at(_ place: Int) -> String { words.indices.contains(place) ? words[place] : "" }
        let years = words.dropFirst(place + 1).prefix(3).compactMap { $0.count == 4 ? Int($0) : nil }
        var end = place - 1
        if at(end) == "of" { end -= 1 }
        // "The twenty-first of December" is two words.
        if end > 0, Self.number(at: end - 1, words)?.length == 2 { end -= 1 }
        let days = [day(end), day(at(place + 1) == "the" ? place + 2 : place + 1)].compactMap(\.self)
        for day in days { addDate(month + 1, day, year: years.first) }
    }

    private mutating func addDate(_ month: Int, _ day: Int, year: Int?) {
        guard (1...12).contains(month), (1...31).contains(day) else { return }
        dates.insert(month * 100 + day)
        guard let year else { return }
        // Sakamoto's rule for the day of the week.
        let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1]
        let years = month < 3 ? year - 1 : year
        weekdays.insert((years + years / 4 - years / 100 + years / 400 + shift + day) % 7)
    }

    // MARK: Times and numbers

    /// "18:00", "6:30pm", "6pm", and after "at" "6.30".
    private mutating func readTime(_ word: String, after before: String) -> Bool {
        let plain = word.hasSuffix("pm") || word.hasSuffix("am") ? String(word.dropLast(2)) : word
        let marks = before == "at" || plain != word ? ":." : ":"
        let parts = plain.split { marks.contains($0) }
        guard parts.count > 1 || plain != word, let hour = parts.first.flatMap({ Int($0) }), (0...24).contains(hour)
        else {
            return false
        }
        let minute = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        times.insert((hour * 60 + minute) % 720)
        return true
    }

    private mutating func readNumber(_ value: Int, _ words: [String], from start: Int, to end: Int, _ role: Role) {
        func at(_ place: Int) -> String { words.indices.contains(place) ? words[place] : "" }
        if String(value).count <= Self.longestNumber { numbers.insert(value) }
        let next = at(end)
        let minutes = Self.number(at: end, words)?.value ?? 0
        let money = ["euro", "euros", "dollar", "dollars", "pound", "pounds", "bucks"]
        if role == .amount || money.contains(next) || at(start - 1) == "currency" { amounts.insert(value) }
        let persons = ["people", "persons", "guests", "adults", "person"]
        if role == .people || persons.contains(next) { people.insert(value) }
        if role == .time, value > 24, value < 2400, value % 100 < 60 {
            times.insert((value / 100 * 60 + value % 100) % 720)
        }
        guard (0...24).contains(value) else { return }
        let before = at(start - 1)
        if ["past", "to"].contains(before), ["half", "quarter"].contains(at(start - 2)) {
            let shift = at(start - 2) == "half" ? 30 : before == "to" ? -15 : 15
            times.insert((value * 60 + shift + 720) % 720)
            return
        }
        let isHour = ["o'clock", "am", "pm", "oclock"].contains(next)
        let ends = [
            "", "in", "on", "for", "with", "and", "under", "to", "until", "till", "sharp", "today", "tomorrow",
            "tonight",
        ]
        let isAt =
            ["at", "until", "till", "by"].contains(before)
            && (ends.contains(next) || minutes > 0 || Self.weekday(next, isShort: false) != nil)
        let isPlain = ["fifteen", "thirty"].contains(next)
        guard isHour || isAt || isPlain || role == .time else { return }
        times.insert((value * 60 + ((5..<60).contains(minutes) ? minutes : 0)) % 720)
    }

    /// The number that begins at a place, of digits or words, cardinal or ordinal, with how many words it has.
    private static func number(at place: Int, _ words: [String]) -> (value: Int, length: Int)? {
        guard words.indices.contains(place), let first = single(words[place]) else { return nil }
        var value = first
        var next = place + 1
        func peek() -> String { next < words.count ? words[next] : "" }
        if first >= 20, first < 100, first % 10 == 0, EnglishWords.tens.contains(words[place]),
            let unit = single(peek()), (1...9).contains(unit), peek().first?.isNumber != true
        {
            value += unit
            next += 1
        }
        for (word, factor) in [("hundred", 100), ("thousand", 1000)] where peek() == word {
            value *= factor
            next += 1
            if peek() == "and" { next += 1 }
            if factor == 100, next < words.count, let rest = number(at: next, words), rest.value < 100 {
                value += rest.value
                next += rest.length
            }
        }
        return (value, next - place)
    }

    private static func single(_ word: String) -> Int? {
        if let value = EnglishWords.numbers[word] { return value }
        if let place = EnglishWords.ordinals.firstIndex(of: word) { return place + 1 }
        if word == "twentieth" || word == "thirtieth" { return word == "twentieth" ? 20 : 30 }
        var digits = word.filter { $0 != "," }
        for end in ["st", "nd", "rd", "th"] where digits.hasSuffix(end) { digits = String(digits.dropLast(2)) }
        guard digits.first?.isNumber == true, let value = Double(digits), value.magnitude < 1e9 else { return nil }
        return Int(value)
    }
}
