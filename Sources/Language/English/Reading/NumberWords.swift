/// English number words.
enum NumberWords {
    /// Largest magnitude said as a number; beyond it digits are said one by one.
    static let largest = 999_999_999_999_999

    private static let small = EnglishWords.small
    private static let tens = ["", ""] + EnglishWords.tens
    private static let scales: [(value: Int, name: String)] = [
        (1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"),
        (100, "hundred"),
    ]
    private static let irregularOrdinals = [
        "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
        "twelve": "twelfth",
    ]

    /// 42 → `forty-two`; up to `largest`.
    static func cardinal(_ value: Int) -> String {
        if value < 20 { return small[max(0, value)] }
        if value < 100 { return tens[value / 10] + (value % 10 == 0 ? "" : "-" + small[value % 10]) }
        for scale in scales where value >= scale.value {
            let rest = value % scale.value
            return cardinal(value / scale.value) + " " + scale.name + (rest == 0 ? "" : " " + cardinal(rest))
        }
        return small[0]
    }

    /// 22 → `twenty-second`.
    static func ordinal(_ value: Int) -> String {
        let words = cardinal(value)
        let cut = words.lastIndex { $0 == " " || $0 == "-" }.map(words.index(after:)) ?? words.startIndex
        let last = String(words[cut...])
        let head = words[..<cut]
        if let irregular = irregularOrdinals[last] { return head + irregular }
        if last.last == "y" { return head + last.dropLast() + "ieth" }
        return head + last + "th"
    }

    /// 1999 → `nineteen ninety-nine`, 1905 → `nineteen oh five`, 2007 → `two thousand seven`.
    static func year(_ value: Int) -> String {
        let (century, rest) = value.quotientAndRemainder(dividingBy: 100)
        guard (10...99).contains(century), century % 10 != 0 || rest > 9 else { return cardinal(value) }
        if rest == 0 { return cardinal(century) + " hundred" }
        return cardinal(century) + (rest < 10 ? " oh " : " ") + cardinal(rest)
    }

    /// Digits one by one ("zero", not "oh"), with a pause between groups when there are more than four.
    static func digits(_ digits: some Collection<Unicode.Scalar>, groups: [Int]? = nil) -> String {
        var words: [String] = []
        var sizes = groups ?? grouping(digits.count)
        var left = sizes.isEmpty ? digits.count : sizes.removeFirst()
        for (position, digit) in digits.enumerated() {
            var word = small[digit.digit]
            left -= 1
            if left == 0, position < digits.count - 1 {
                word += ","
                left = sizes.isEmpty ? digits.count : sizes.removeFirst()
            }
            words.append(word)
        }
        return words.joined(separator: " ")
    }

    /// `one half`, `three quarters`, `nine over thirty-two`.
    static func fraction(_ top: Int, _ bottom: Int) -> String {
        let plural = top == 1 ? "" : "s"
        return switch bottom {
        case 2: cardinal(top) + (top == 1 ? " half" : " halves")
        case 4: cardinal(top) + " quarter" + plural
        case 3, 5...20: cardinal(top) + " " + ordinal(bottom) + plural
        default: cardinal(top) + " over " + cardinal(bottom)
        }
    }

    /// `nineties` for 90, `twenties` for 20.
    static func decade(_ value: Int) -> String {
        let words = year(value)
        return words.last == "y" ? words.dropLast() + "ies" : words + "s"
    }

    /// Groups of three, with groups of four where one digit would be left over.
    private static func grouping(_ count: Int) -> [Int] {
        if count <= 4 { return [count] }
        if count % 4 == 0 { return Array(repeating: 4, count: count / 4) }
        var sizes = Array(repeating: 3, count: count / 3)
        switch count % 3 {
        case 1: sizes[sizes.count - 1] = 4
        case 2: sizes.append(2)
        default: break
        }
        return sizes
    }
}
