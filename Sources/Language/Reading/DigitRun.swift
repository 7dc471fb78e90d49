/// Groups of digits, read as one value by the sizes of the groups and the separators between them.
struct DigitRun: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// `020 7946 0958`, `+44 20 7946 0958`, `(555) 010-4477`, `555-0142`.
        case phone
        /// `4929 1183 0042 7715`.
        case card
        /// `90210-1234`, `123-45-6789`: the digits matter, not their value.
        case code
        /// `2026-11-22`, `2026/11/22`, `11/22/2026`, `22.11.2026`; no day in `2026-11`.
        case date(year: Int, month: Int, day: Int?)
        /// `15:00`; no minute in `9am`.
        case time(hour: Int, minute: Int?)
        /// `1.2.3`.
        case version
        /// `192.168.1.1`.
        case address
        /// `9-5`, `10–12`, `2019-2021`, `3-1`.
        case range(WrittenNumber, WrittenNumber)
        /// `1/2`, `24/7`.
        case fraction(Int, Int)
        /// `2 1/2`.
        case mixed(Int, Int, Int)
        /// `16:9`.
        case ratio(Int, Int)
        case number(WrittenNumber)
    }

    let kind: Kind
    /// Where the digits of each group are.
    let groups: [Range<Int>]
    let end: Int
    /// Whether a plus sign stands before a phone number.
    let isInternational: Bool

    /// Whether it is said digit by digit.
    var isSpelled: Bool { kind == .phone || kind == .card || kind == .code }

    /// The most groups that are examined: the longest bank account number has nine.
    static let mostGroups = 12

    /// - Parameters:
    ///   - start: Of a digit, of a point before one, or of the plus sign or parenthesis of a phone number.
    ///   - expectsDigits: Whether the words before announce a number to be dialled or typed.
    /// - Returns: Nil where no value begins.
    init?(_ text: Glyphs, at start: Int, expectsDigits: Bool = false) {
        let scan = Scan(text, at: start)
        let value: (kind: Kind, end: Int)
        if let spelled = scan.spelled(expectsDigits: expectsDigits) {
            value = spelled
        } else if text[start].isDigit || text[start] == "." && text[start + 1].isDigit {
            let number = text.number(at: start)
            value =
                scan.date() ?? scan.time() ?? scan.series() ?? scan.fraction()
                ?? scan.pair(expectsDigits: expectsDigits) ?? (.number(number), number.end)
        } else {
            return nil
        }
        (kind, end) = value
        groups = scan.groups.filter { $0.upperBound <= value.end }
        isInternational = scan.isInternational
    }

    /// The groups from one place on, with the separators between them.
    private struct Scan {
        let text: Glyphs
        let start: Int
        var groups: [Range<Int>] = []
        /// The separator after each group; `)` for all that closes an area code, `(` for what opens a second group.
        var separators: [Unicode.Scalar] = []
        let isInternational: Bool
        /// Whether the first group is an area code in parentheses.
        var hasArea = false

        init(_ text: Glyphs, at start: Int) {
            self.text = text
            self.start = start
            isInternational = text[start] == "+"
            var position = isInternational ? start + 1 : start
            if text[position] == "(" {
                hasArea = true
                position += 1
            }
            while groups.count < DigitRun.mostGroups, text[position].isDigit {
                let end = text.digitsEnd(position)
                groups.append(position..<end)
                (position, separators) = next(after: end)
            }
        }

        private func next(after end: Int) -> (Int, [Unicode.Scalar]) {
            let isOpen = hasArea && groups.count == 1 || separators.last == "("
            var position = end
            if isOpen {
                guard text[end] == ")" else { return (text.count, separators) }
                position = text[end + 1] == " " || text[end + 1] == "-" ? end + 2 : end + 1
                return (position, separators + [")"])
            }
            let opening =
                text[end] == "(" ? end : text[end + 1] == "(" && (text[end] == " " || text[end] == "-") ? end + 1 : nil
            if let opening, groups.count == 1 { return (opening + 1, separators + ["("]) }
            position = end + 1
            switch text[end] {
            case " ", Glyphs.groupSpace, "-", "–", ".", ",", "'", "/", ":": return (position, separators + [text[end]])
            default: return (text.count, separators)
            }
        }

        private var sizes: [Int] { groups.map(\.count) }
        private func value(_ group: Int) -> Int { Int(string(group)) ?? Int.max }
        private func string(_ group: Int) -> String { text.string(groups[group]) }
        private func hasLeadingZero(_ group: Int) -> Bool {
            groups[group].count > 1 && text[groups[group].lowerBound] == "0"
        }

        /// How many groups, from the first on, are separated by nothing but `separator`.
        private func count(of separator: Unicode.Scalar) -> Int {
            min(groups.count, separators.prefix { $0 == separator }.count + 1)
        }

        // MARK: Phone numbers and cards

        /// The value of the most groups that are said digit by digit, and how many groups it has.
        func spelled(expectsDigits: Bool) -> (Kind, Int)? {
            let values: [(kind: Kind, count: Int)] = groups.indices.reversed().compactMap { last in
                let count = last + 1
                guard ends(after: count) else { return nil }
                if isCard(count) { return (.card, count) }
                if isPhone(count) { return (.phone, count) }
                return isCode(count, expectsDigits: expectsDigits) ? (.code, count) : nil
            }
            let best =
                values.first { $0.kind == .card }
                // Ten and eleven digits are a phone number's most frequent lengths.
                ?? values.first {
                    !isInternational && !isDialledOut && (10...11).contains(sizes.prefix($0.count).reduce(0, +))
                }
                ?? values.first
            return best.map { ($0.kind, groups[$0.count - 1].upperBound) }
        }

        /// Whether "00" stands for the plus sign.
        private var isDialledOut: Bool { !groups.isEmpty && string(0).hasPrefix("00") }

        /// Whether a value can end after that many groups.
        private func ends(after count: Int) -> Bool {
            let end = groups[count - 1].upperBound
            if text[end].isWordCode || text[end] == "%" || text[end].isCurrency { return false }
            return count == groups.count || separators[count - 1] == " " || separators[count - 1] == Glyphs.groupSpace
                || separators[count - 1] == ","
        }

        /// Groups of four, or those of American Express; not a row of years.
        func isCard(_ count: Int) -> Bool {
            let sizes = sizes.prefix(count)
            guard count >= 3, let separator = separators.first, self.count(of: separator) >= count,
                separator == " " || separator == "-" || separator == Glyphs.groupSpace, !isInternational, !hasArea
            else { return false }
            if sizes == [4, 6, 5] { return true }
            return sizes.dropLast().allSatisfy { $0 == 4 } && (count > 4 ? 2...4 : 4...4).contains(sizes[count - 1])
                && !(0..<count).allSatisfy { (1900...2099).contains(value($0)) }
        }

        private func isPhone(_ count: Int) -> Bool {
            let sizes = Array(sizes.prefix(count))
            let total = sizes.reduce(0, +)
            let separators = separators.prefix(count - 1)
            // The "1" is the country code of North America.
            let hasCountry = count > 1 && string(0) == "1"
            guard
                separators.enumerated().allSatisfy({ position, separator in
                    separator.isSpace || separator.isDash || separator == "." || separator == ")"
                        || separator == "(" && (isInternational || hasCountry)
                        || separator == "/" && position == 0 && hasLeadingZero(0)
                })
            else { return false }
            if isInternational {
                return count == 1 ? (9...15).contains(total) : (7...15).contains(total) && sizes[count - 1] > 1
            }
            if (hasCountry ? Array(sizes.dropFirst()) : sizes) == [3, 3, 4] { return true }
            if hasArea {
                return hasLeadingZero(0) && (8...12).contains(total)
                    || [[3, 7], [2, 4, 4], [2, 5, 4], [3, 4, 4]].contains(sizes)
            }
            guard count > 1 else { return false }
            if hasLeadingZero(0), sizes.allSatisfy({ $0 > 1 }), Set(separators.dropFirst()).count < 2 {
                return (9...(isDialledOut ? 17 : 12)).contains(total)
                    || sizes[0] > 2 && total > 6 && separators.first != "/"
            }
            if sizes == [4, 3, 3], value(0) == 1300 || value(0) == 1800 { return true }  // Australia
            if sizes == [3, 3, 3], separators.allSatisfy({ $0 == " " }) {
                return !(1...2).contains(where: hasLeadingZero) && (0...2).contains { value($0) % 10 > 0 }
            }
            // "500-1000" is a range.
            return sizes == [3, 4] && separators.first?.isDash == true
                && !(value(0) % 10 == 0 && value(1) % 10 == 0 && !hasLeadingZero(1))
        }

        /// Groups after a word such as "code", or with a zero that no number has at its head: "7946 0958".
        private func isCode(_ count: Int, expectsDigits: Bool) -> Bool {
            let separators = separators.prefix(count - 1)
            guard count > 1, Set(separators).count == 1, let separator = separators.first,
                separator.isSpace || separator == "-"
            else { return false }
            let least = expectsDigits ? 3 : 4
            return sizes.prefix(count).allSatisfy {
                $0 >= least || $0 == 3 && !hasLeadingZero(0) && hasLeadingZero(1) && sizes[1] > 3
            }
                && (expectsDigits || separator.isSpace && (1..<count).contains(where: hasLeadingZero))
        }

        // MARK: Dates and times

        func date() -> (Kind, Int)? {
            guard let separator = separators.first, separator == "-" || separator == "/" || separator == ".",
                count(of: separator) == 3, groups.count == 3 || separators[2] != separator
            else { return nil }
            let sizes = Array(sizes.prefix(3))
            var (year, month, day) = (value(0), value(1), value(2))
            if sizes[0] == 4, sizes[1] <= 2, sizes[2] <= 2 {
                guard separator != "." else { return nil }
            } else if sizes[0] <= 2, sizes[1] <= 2, sizes[2] == 4 || (sizes[2] == 2 && separator == "/") {
                // The month comes first, unless it cannot be one; with dots the day comes first.
                let isDayFirst = value(0) > 12 || separator == "."
                (month, day) = isDayFirst ? (value(1), value(0)) : (value(0), value(1))
                year = sizes[2] == 4 ? value(2) : value(2) + (value(2) > 68 ? 1900 : 2000)
            } else {
                return nil
            }
            guard (1...12).contains(month), (1...31).contains(day) else { return nil }
            return (.date(year: year, month: month, day: day), groups[2].upperBound)
        }

        func time() -> (Kind, Int)? {
            guard let first = groups.first, first.count <= 2, value(0) <= 24 else { return nil }
            let isClock = separators.first == ":"
            if groups.count > 1, groups[1].count == 2, value(1) < 60,
                isClock || separators.first == "." && value(0) <= 12 && text.meridiem(at: groups[1].upperBound) != nil
            {
                var end = groups[1].upperBound
                // Seconds are not said.
                if count(of: ":") > 2, groups[2].count == 2 { end = groups[2].upperBound }
                if text[end] == "Z", !text[end + 1].isWordCode { end += 1 }
                return (.time(hour: value(0), minute: value(1)), end)
            }
            guard text.meridiem(at: first.upperBound) != nil, (1...12).contains(value(0)) else { return nil }
            return (.time(hour: value(0), minute: nil), first.upperBound)
        }

        // MARK: Series, ranges, fractions

        /// Three or more groups with points or hyphens between them.
        func series() -> (Kind, Int)? {
            guard let separator = separators.first, separator == "." || separator == "-" else { return nil }
            let count = count(of: separator)
            guard count > 2, text.number(at: start).separator == nil else { return nil }
            let end = groups[count - 1].upperBound
            if separator == "-" { return (.code, end) }
            guard !text[end].isAsciiLetter else { return nil }
            return (count == 4 ? .address : .version, end)
        }

        /// Two numbers with a dash between them.
        func pair(expectsDigits: Bool) -> (Kind, Int)? {
            var first = text.number(at: start)
            guard text[first.end].isDash, text[first.end + 1].isDigit else { return nil }
            var second = text.number(at: first.end + 1)
            if first.isPlain, second.isPlain, groups.count > 1, !text[second.end].isAsciiLetter {
                let (low, high) = (value(0), value(1))
                let isYear = sizes[0] == 4 && (1100...2099).contains(low)
                if isYear, sizes[1] == 2, high <= low % 100, (1...12).contains(high) {
                    return (.date(year: low, month: high, day: nil), second.end)
                }
                if hasLeadingZero(0) || hasLeadingZero(1) {
                    guard sizes[0] == 2, sizes[1] == 2, low < high, high <= 24 else { return (.code, second.end) }
                    first.digits.removeAll { $0 == "0" && low < 10 }  // hours
                    second.digits.removeAll { $0 == "0" && high < 10 }
                }
                // "90210-1234" and "1-800-FLOWERS" are no ranges.
                let isYears = isYear && (sizes[1] == 2 || (low...2100).contains(high))
                let isAscent = high > low && second.isRound && (first.isRound || sizes[0] < 3)
                // "747-8" is a name.
                let isLong = (max(sizes[0], sizes[1]) > 3 || sizes[0] == 3 && sizes[1] == 1) && !isYears && !isAscent
                let isName = text[second.end] == "-" && text[second.end + 1].isUpper
                if text[first.end] == "-", isLong || isName || expectsDigits && sizes[0] + sizes[1] > 4 {
                    return (.code, second.end)
                }
            }
            return (.range(first, second), second.end)
        }

        func fraction() -> (Kind, Int)? {
            let first = text.number(at: start)
            guard first.isPlain, let whole = first.value else { return nil }
            if text[first.end].isSpace, text[first.end + 1].isDigit {
                let top = text.number(at: first.end + 1)
                guard top.isPlain, text[top.end] == "/", text[top.end + 1].isDigit, let over = top.value else {
                    return nil
                }
                let bottom = text.number(at: top.end + 1)
                guard let under = bottom.value, under > over, under <= 20, over > 0, text[bottom.end] != "/" else {
                    return nil
                }
                return (.mixed(whole, over, under), bottom.end)
            }
            guard text[first.end] == "/" || text[first.end] == ":", text[first.end + 1].isDigit else { return nil }
            let second = text.number(at: first.end + 1)
            guard second.isPlain, let under = second.value, text[second.end] != "/" else { return nil }
            // "2024/25"
            if second.digits.count == 2, (1900...2099).contains(whole), under == (whole + 1) % 100 {
                return (.range(first, second), second.end)
            }
            return (text[first.end] == "/" ? .fraction(whole, under) : .ratio(whole, under), second.end)
        }
    }
}
