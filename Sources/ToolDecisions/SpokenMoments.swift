import Foundation
import Language

/// The days and times that were said in a dialogue, in the form that tools want. A small model cannot calculate dates;
/// it only selects the one that is meant. English only, like the embedded models.
struct SpokenMoments: Sendable {
    /// A time of day by the 24-hour clock.
    struct Time: Sendable, Hashable {
        var hour: Int
        var minute: Int

        var text: String { String(format: "%02d:%02d", hour, minute) }
    }

    /// A day or a time, and where in a line it was said.
    private struct Found<Moment> {
        var text: String
        var moment: Moment
        var places: [Int]
        /// Whether its words can say nothing else.
        var isSure = true
    }

    /// The days that may be meant, in the order in which they were said, the agent's before the caller's.
    let days: [(text: String, date: String)]
    let times: [(text: String, time: Time)]

    /// Whether the caller or the agent has named a day.
    var isDaySaid: Bool { !days.isEmpty }

    /// - Parameter today: The day that "tomorrow" is counted from.
    init(_ dialogue: [DialogueLine], today: CivilDay) {
        days = Self.meant(in: dialogue) { _, words in
            Self.days(in: words, today: today)
        } narrowing: { offers, _ in
            offers
        }
        .map { ($0.text, $0.moment) }
        // Who has asked for Wednesday evening and then says seven means the evening, until they name another day.
        var part: Half?
        times = Self.meant(in: dialogue) { speaker, words in
            guard speaker == .caller else { return Self.times(in: words) }
            if let own = Self.half(words) {
                part = own
            } else if !Self.days(in: words, today: today).isEmpty {
                part = nil
            }
            return Self.times(in: words, on: part)
        } narrowing: { offers, words in
            guard let hours = words.lazy.compactMap({ Self.partsOfDay[$0] }).first else { return offers }
            return offers.filter { hours.contains($0.moment.hour) }
        }.map { ($0.text, $0.moment) }
    }

    /// What the caller has named, and before it what the agent has said since then: of what it offered earlier, the
    /// caller's words have chosen. Of several that it has offered since, none counts that the caller has not chosen.
    private static func meant<Moment: Hashable>(
        in dialogue: [DialogueLine], _ read: (DialogueLine.Speaker, [String]) -> [Found<Moment>],
        narrowing narrow: ([Found<Moment>], [String]) -> [Found<Moment>]
    ) -> [Found<Moment>] {
        var (offers, named): ([[Found<Moment>]], [Found<Moment>]) = ([], [])
        // What the caller has said to the offers.
        var reply: [String] = []
        for line in dialogue {
            let words = words(line.text)
            let found = read(line.speaker, words)
            switch line.speaker {
            case .agent: if !found.isEmpty { offers.append(found) }
            case .caller where found.isEmpty:
                if let last = offers.last, let place = chosen(in: words, of: last.count) {
                    (offers, reply) = ([], [])
                    named.append(last[place])
                } else {
                    reply += words
                }
            case .caller:
                (offers, reply) = ([], [])
                named += found
            }
        }
        func isOne(_ found: [Found<Moment>]) -> Bool { Set(found.map(\.moment)).count == 1 }
        let all = Array(offers.joined())
        if all.isEmpty || isOne(all) || !choices.isDisjoint(with: reply) { return all + named }
        if let last = offers.last, isOne(last) { return last + named }
        let narrowed = narrow(all, reply)
        return isOne(narrowed) ? narrowed + named : named
    }

    /// The place of what words choose from a list: "the second one", "your last time"; nil where they do not tell.
    private static func chosen(in words: [String], of count: Int) -> Int? {
        let free = wordsBesides(words.joined(separator: " "))
        guard let index = free.lastIndex(where: { choices.contains($0) }) else { return nil }
        let word = free[index]
        // "Last week" chooses nothing, nor does "the last thing".
        if index > 0, !["the", "your", "that", "this"].contains(free[index - 1]) { return nil }
        if index + 1 < free.count, !chosenNouns.contains(free[index + 1]) { return nil }
        let place = word == "last" ? count - 1 : EnglishWords.ordinals.firstIndex(of: word)
        return place.flatMap { (0..<count).contains($0) ? $0 : nil }
    }

    /// What follows such words when they choose a day or a time.
    private static let chosenNouns: Set<String> = [
        "one", "time", "slot", "appointment", "free", "available", "possible", "of", "please", "is", "would", "for",
        "option", "day", "",
    ]

    /// Words that choose among what was offered: "the first one".
    private static let choices = Set(EnglishWords.ordinals).union(["last", "earliest", "latest", "earlier", "later"])

    /// The words of a text, with an empty one in place of each that says a day or a time.
    static func wordsBesides(_ text: String) -> [String] {
        var words = words(text)
        let places =
            days(in: words, today: .someDay).flatMap(\.places) + times(in: words).filter(\.isSure).flatMap(\.places)
        for place in places { words[place] = "" }
        return words
    }

    /// The day that the model's words mean, as `2026-03-31`; nil when it was not said.
    func day(_ value: String) -> String? {
        if let day = days.last(where: { $0.date == value }) { return day.date }
        let words = Set(Self.words(value))
        return (days.last { !words.isDisjoint(with: Self.words($0.text)) } ?? days.last)?.date
    }

    /// The time that the model's words mean, as `16:15`; nil when it was not said.
    func time(_ value: String) -> String? {
        let meant = Self.times(in: ["at"] + Self.words(value)).map(\.moment)
        let match = times.last { said in
            meant.contains { $0.hour % 12 == said.time.hour % 12 && $0.minute == said.time.minute }
        }
        return (match ?? times.last)?.time.text
    }

    // MARK: Days

    private static let weekdays = EnglishWords.weekdays.map { $0.lowercased() }
    private static let months = EnglishWords.months.map { $0.lowercased() }

    private static func days(in words: [String], today: CivilDay) -> [Found<String>] {
        var found: [Found<String>] = []
        func add(_ range: Range<Int>, _ day: CivilDay, _ others: [Int] = []) {
            found.append(
                Found(text: words[range].joined(separator: " "), moment: day.text, places: Array(range) + others))
        }
        var place = 0
        while place < words.count {
            let word = words[place]
            if word == "today" || word == "tonight" {
                add(place..<place + 1, today)
            } else if word == "tomorrow" {
                let isAfter = place >= 3 && Array(words[place - 2..<place]) == ["day", "after"]
                add((isAfter ? place - 2 : place)..<place + 1, today.adding(days: isAfter ? 2 : 1))
            } else if let weekday = weekdays.firstIndex(of: word) {
                let now = today.weekday
                var ahead = (weekday - now + 7) % 7
                if ahead == 0 { ahead = 7 }
                // "Next Friday" is in the week that begins with the next Monday.
                if place > 0, words[place - 1] == "next" { ahead = (8 - (now == 0 ? 7 : now)) + (weekday + 6) % 7 }
                add(place..<place + 1, today.adding(days: ahead))
            } else if let month = months.firstIndex(of: word) {
                // "December fifth", "December the 5th", "the fifth of December", "5 December".
                let after = words.indices[(place + 1)...].prefix(3).filter { words[$0] != "the" }
                let before = words.indices[..<place].suffix(3).filter { words[$0] != "of" }.suffix(2)
                let following = dayOfMonth(after.map { words[$0] })
                let preceding = dayOfMonth(before.map { words[$0] }, fromEnd: true)
                if let (day, length) = following ?? preceding, let next = today.next(month: month + 1, day: day) {
                    let places = following == nil ? Array(before.suffix(length)) : Array(after.prefix(length))
                    add(place..<place + 1, next, places)
                }
            } else if word.count == 10, word.filter({ $0 == "-" }).count == 2 {
                found.append(Found(text: word, moment: word, places: [place]))
            }
            place += 1
        }
        return found
    }

    /// A day of the month, and how many words it takes: "fifth", "5th", "twenty third", "5".
    private static func dayOfMonth(_ words: [String], fromEnd: Bool = false) -> (day: Int, length: Int)? {
        for length in [2, 1] {
            let part = Array(fromEnd ? words.suffix(length) : Array(words.prefix(length)))
            guard part.count == length else { continue }
            if let day = ordinal(part), (1...31).contains(day) { return (day, length) }
        }
        return nil
    }

    private static func ordinal(_ words: [String]) -> Int? {
        if words.count == 2 {
            guard let tens = SpokenEvidence.number(words[0]), tens >= 20, let units = ordinal([words[1]]), units < 10
            else { return nil }
            return tens + units
        }
        guard let word = words.first else { return nil }
        if let place = EnglishWords.ordinals.firstIndex(of: word) { return place + 1 }
        switch word {
        case "twentieth": return 20
        case "thirtieth": return 30
        default: break
        }
        let figure = word.prefix { $0.isNumber }
        let ending = word.dropFirst(figure.count)
        if let day = Int(figure), ["", "st", "nd", "rd", "th"].contains(ending) { return day }
        return SpokenEvidence.number(word)
    }

    /// The day that a prompt gives as today, such as "Today is Tuesday, 9 June 2026."; nil when it gives none.
    static func today(in prompt: String) -> CivilDay? {
        let words = words(prompt)
        for place in words.indices where ["today", "date"].contains(words[place]) {
            let near = Array(words[place...].prefix(9))
            for (index, word) in near.enumerated() {
                let parts = word.split(separator: "-").compactMap { Int($0) }
                if parts.count == 3, parts[0] > 1900 {
                    return CivilDay(year: parts[0], month: parts[1], day: parts[2])
                }
                guard let month = months.firstIndex(of: word) else { continue }
                let day =
                    dayOfMonth(Array(near[..<index].suffix(1))) ?? dayOfMonth(Array(near[(index + 1)...].prefix(1)))
                let year = near[(index + 1)...].compactMap { Int($0) }.first { $0 > 1900 }
                if let day, let year {
                    return CivilDay(year: year, month: month + 1, day: day.day)
                }
            }
        }
        return nil
    }

    // MARK: Times

    private static let cues: Set<String> = ["at", "around", "by", "from", "until", "before", "after"]
    /// Cues that stand before counts too: "around ten people", "from two to four".
    private static let looseCues: Set<String> = ["around", "from"]

    /// - Parameter part: what was said before of the part of the day.
    private static func times(in words: [String], on part: Half? = nil) -> [Found<Time>] {
        var found: [Found<Time>] = []
        var place = 0
        while place < words.count {
            if words[place] == "noon" || words[place] == "midnight" {
                let time = Time(hour: words[place] == "noon" ? 12 : 0, minute: 0)
                found.append(Found(text: words[place], moment: time, places: [place]))
                place += 1
                continue
            }
            guard let (hour, minute, length) = clock(words, at: place) else {
                place += 1
                continue
            }
            let next = place + length
            let after = Array(words[next...].prefix(4))
            let part = half(after) ?? half(Array(words[..<place].suffix(3))) ?? half(words) ?? part
            let isClock =
                after.first == "o'clock" || after.first == "o’clock" || length > 1 || words[place].contains(":")
            // A number alone may be anything: a word must show that it is a time.
            let isCued = place > 0 && cues.contains(words[place - 1])
            guard isClock || half(Array(after.prefix(4))) != nil || isCued else {
                place += 1
                continue
            }
            // "Evening" a few words later may be the time of something else: "for four this evening".
            let isSure =
                isClock || half(Array(after.prefix(1))) != nil || (isCued && !looseCues.contains(words[place - 1]))
            found.append(
                Found(
                    text: words[place..<next].joined(separator: " "), moment: time(hour, minute, part),
                    places: Array(place..<next), isSure: isSure))
            place = next
        }
        return found
    }

    /// The hours that words for parts of the day can mean.
    private static let partsOfDay: [String: Range<Int>] = [
        "am": 0..<12, "morning": 0..<12, "noon": 11..<14, "afternoon": 12..<18, "pm": 12..<24, "evening": 17..<24,
        "tonight": 17..<24, "night": 17..<24,
    ]

    private enum Half { case morning, evening }

    private static func half(_ words: [String]) -> Half? {
        for word in words {
            switch word {
            case "am", "morning": return .morning
            case "pm", "afternoon", "evening", "tonight", "night": return .evening
            default: continue
            }
        }
        return nil
    }

    /// Without "a.m." or the like, a time is assumed to lie within opening hours: 7 to 6.
    private static func time(_ hour: Int, _ minute: Int, _ half: Half?) -> Time {
        guard hour <= 12, hour > 0 else { return Time(hour: hour, minute: minute) }
        switch half {
        case .morning: return Time(hour: hour % 12, minute: minute)
        case .evening: return Time(hour: hour % 12 + 12, minute: minute)
        case nil: return Time(hour: hour < 7 ? hour + 12 : hour, minute: minute)
        }
    }

    /// The hour, the minute, and how many words they take; nil when no time begins there.
    private static func clock(_ words: [String], at place: Int) -> (hour: Int, minute: Int, length: Int)? {
        let word = words[place]
        let parts = word.split(separator: ":").compactMap { Int($0) }
        if parts.count == 2, word.contains(":"), parts[0] < 24, parts[1] < 60 { return (parts[0], parts[1], 1) }
        func hour(at place: Int) -> Int? {
            guard place < words.count else { return nil }
            let hour = Int(words[place]) ?? SpokenEvidence.number(words[place])
            return hour.flatMap { (1...12).contains($0) ? $0 : nil }
        }
        let next = place + 1 < words.count ? words[place + 1] : ""
        if next == "past" || next == "to", let hour = hour(at: place + 2) {
            let minutes = ["half": 30, "quarter": 15][word] ?? SpokenEvidence.number(word)
            // "Two to four" is no time.
            guard let minutes, minutes < 60, minutes.isMultiple(of: 5) else { return nil }
            return next == "past" ? (hour, minutes, 3) : ((hour + 10) % 12 + 1, 60 - minutes, 3)
        }
        guard let first = hour(at: place) else { return nil }
        let minutes = Int(next).flatMap { next.count == 2 ? $0 : nil } ?? SpokenEvidence.number(next)
        if let minutes, minutes < 60, minutes >= 10 {
            let units = place + 2 < words.count ? SpokenEvidence.number(words[place + 2]) : nil
            if let units, (1...9).contains(units), minutes >= 20, minutes % 10 == 0 {
                return (first, minutes + units, 3)
            }
            return (first, minutes, 2)
        }
        if next == "oh", place + 2 < words.count, let units = SpokenEvidence.number(words[place + 2]), units < 10 {
            return (first, units, 3)
        }
        return (first, 0, 1)
    }

    /// The words in lower case; colons and hyphens within numbers stay, and "p.m." is one word.
    private static func words(_ text: String) -> [String] {
        let text = text.lowercased().replacing(/\b([ap])\. ?m\b\.?/) { "\($0.1)m" }
            .replacing(/(\d)([ap]m)\b/) { "\($0.1) \($0.2)" }
        return text.split { character in
            !(character.isLetter || character.isNumber || "'’:-".contains(character))
        }.flatMap { word -> [String] in
            let isFigure = word.contains(where: \.isNumber)
            return isFigure
                ? [word.trimmingCharacters(in: .punctuationCharacters)]
                : word.split { ":-".contains($0) }.map(String.init)
        }
    }
}
