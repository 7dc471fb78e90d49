import Testing

@testable import Language

/// Spaces that part or group digits, where a plain one stands for itself.
private let (noBreak, thin, narrow) = ("\u{A0}", "\u{2009}", "\u{202F}")

@Suite struct DigitRunTests {
    /// What a text begins with, by name, and how much of the text it is.
    private func kind(_ text: String, expectsDigits: Bool = false) -> String {
        let glyphs = Glyphs(text)
        guard let run = DigitRun(glyphs, at: 0, expectsDigits: expectsDigits) else { return "none" }
        func number(_ number: WrittenNumber) -> String {
            (number.value.map { String($0) } ?? "long")
                + (number.fraction.isEmpty ? "" : "." + number.fraction.map { String($0) }.joined())
        }
        let name =
            switch run.kind {
            case .phone: "phone"
            case .card: "card"
            case .code: "code"
            case .date(let year, let month, let day): "date \(year) \(month) \(day ?? 0)"
            case .time(let hour, let minute): "time \(hour) \(minute ?? 0)"
            case .version: "version"
            case .address: "address"
            case .range(let first, let second): "range \(number(first)) \(number(second))"
            case .fraction(let top, let bottom): "fraction \(top) \(bottom)"
            case .mixed(let whole, let top, let bottom): "mixed \(whole) \(top) \(bottom)"
            case .ratio(let first, let second): "ratio \(first) \(second)"
            case .number(let value): "number \(number(value))"
            }
        return run.end == glyphs.count ? name : name + " of " + glyphs.string(0..<run.end)
    }

    @Test(arguments: [
        "020 7946 0958", "0800 123 4567", "07700 900123", "+44 20 7946 0958", "+44 (0)20 7946 0958", "+14155550132",
        "(555) 010-4477", "(020) 7946 0958", "555-0142", "555\u{2013}0142", "555-123-4567", "555.123.4567",
        "1 800 555 0199", "1 (800) 555-0199", "01 23 45 67 89", "0161-496 0000", "030/123456", "612 345 678",
        "1300 655 506",
        "00 44 20 7946 0958", "020\(noBreak)7946\(noBreak)0958",
    ])
    func `Phone numbers are one value`(_ text: String) {
        #expect(kind(text) == "phone")
        #expect(kind(text + ".") == "phone of " + Glyphs(text).string(0..<Glyphs(text).count))
    }

    @Test(arguments: [
        ("4929 1183 0042 7715", "card"), ("4929-1183-0042-7715", "card"), ("3782 822463 10005", "card"),
        ("4929 1183 0042 7715 5 times", "card of 4929 1183 0042 7715"), ("1234 5678 9012", "card"),
        ("2019 2020 2021", "number 2019 of 2019"),
        ("90210-1234", "code"), ("123-45-6789", "code"), ("978-3-16-148410-0", "code"), ("20-00-00", "code"),
        ("7946 0958", "code"), ("1-800-FLOWERS", "code of 1-800"), ("2026-13-45", "code"), ("12-05", "code"),
        ("123 456", "number 123 of 123"), ("12 5 chairs", "number 12 of 12"),
    ])
    func `Cards and codes are told from numbers`(_ text: String, _ expected: String) {
        #expect(kind(text) == expected)
    }

    @Test func `A word such as code makes digits of what else is numbers`() {
        #expect(kind("123 456", expectsDigits: true) == "code")
        #expect(kind("123-456", expectsDigits: true) == "code")
        #expect(kind("12 5 chairs", expectsDigits: true) == "number 12 of 12")
    }

    @Test(arguments: [
        ("10\(noBreak)000", "number 10000"), ("2\(thin)318\(thin)650", "number 2318650"),
        ("2\(narrow)318\(narrow)650", "number 2318650"), ("2'318'650", "number 2318650"),
        ("2\u{2019}318\u{2019}650", "number 2318650"), ("2,318,650", "number 2318650"),
        ("2.318.650", "number 2318650"), ("12,34,567", "number 1234567"), ("1 000 people", "number 1000 of 1 000"),
        ("2 318 650", "number 2318650"), ("10\(noBreak)000,50", "number 10000.50"), ("1,234.5", "number 1234.5"),
        ("12 500 \u{20AC}", "number 12500 of 12 500"), ("12,50 \u{20AC}", "number 12.50 of 12,50"),
        // Neighbours that are two numbers.
        ("2024 500 people", "number 2024 of 2024"), ("10 500 chairs", "number 10 of 10"),
        ("5\(noBreak)3", "number 5 of 5"), ("1, 2, 3", "number 1 of 1"), ("1,23", "number 1 of 1"),
        ("100 200 300", "number 100 of 100"), ("0.5", "number 0.5"), (".5", "number 0.5"),
        ("3.14", "number 3.14"), ("1990s", "number 1990 of 1990"), ("21st", "number 21 of 21"),
    ])
    func `Thousands in groups are one number`(_ text: String, _ expected: String) {
        #expect(kind(text) == expected)
    }

    @Test(arguments: [
        ("9-5", "range 9 5"), ("10\u{2013}12", "range 10 12"), ("2019-2021", "range 2019 2021"),
        ("2019-20", "range 2019 20"), ("2024/25", "range 2024 25"), ("50-50", "range 50 50"), ("3-1", "range 3 1"),
        ("112-98", "range 112 98"), ("1-1000", "range 1 1000"),
        ("500-1000", "range 500 1000"), ("10,000-20,000", "range 10000 20000"), ("1.5-2.5", "range 1.5 2.5"),
        ("09-17", "range 9 17"), ("5-10%", "range 5 10 of 5-10"),
        ("2026-11-22", "date 2026 11 22"), ("11/22/2026", "date 2026 11 22"), ("22.11.2026", "date 2026 11 22"),
        ("05.11.2024 10", "date 2024 11 5 of 05.11.2024"), ("2024-05", "date 2024 5 0"),
        ("15:00", "time 15 0"), ("9am", "time 9 0 of 9"), ("9.30 am", "time 9 30 of 9.30"), ("12:30:00", "time 12 30"),
        ("16:9", "ratio 16 9"), ("1/2", "fraction 1 2"), ("24/7", "fraction 24 7"), ("2 1/2", "mixed 2 1 2"),
        ("1.2.3", "version"), ("192.168.1.1", "address"), ("10.100.200.100", "address"),
        ("+5", "none"), ("(2024) 500", "none"), ("a", "none"),
    ])
    func `Ranges, dates, times, fractions and versions are told apart`(_ text: String, _ expected: String) {
        #expect(kind(text) == expected)
    }

    @Test(arguments: [
        ("Call 555-0142.", "Call five five five, zero one four two."),
        ("on 020 7946 0958, please", "on zero two zero, seven nine four six, zero nine five eight, please"),
        ("07700 900123", "zero seven seven zero zero, nine zero zero, one two three"),
        (
            "4929 1183 0042 7715",
            "four nine two nine, one one eight three, zero zero four two, seven seven one five"
        ),
        ("10\(noBreak)000 people", "ten thousand people"), ("10&nbsp;000 &euro;", "ten thousand euros"),
        ("2'318'650 km", "two million three hundred eighteen thousand six hundred fifty kilometers"),
        ("Mon.-Fri. 9-5", "Monday to Friday nine to five"), ("2019-2021", "twenty nineteen to twenty twenty-one"),
        ("in 2024 500 people", "in twenty twenty-four five hundred people"),
        ("room 12 5 chairs", "room twelve five chairs"),
        ("1, 2, 3", "one, two, three"), ("the 1990s", "the nineteen nineties"), ("A-100", "A, one zero zero"),
        ("ZIP 90210-1234", "ZIP nine zero two one zero, one two three four"), ("\u{2212}5", "minus five"),
        ("21st-23rd", "twenty-first to twenty-third"), ("-10\u{2013}-5 °C", "minus ten to minus five degrees Celsius"),
        ("the code is 123 456.", "the code is one two three, four five six."),
        ("a 50-50 or 60/40 split", "a fifty fifty or sixty forty split"),
        ("the 2024/25 season", "the twenty twenty-four to twenty-five season"),
        ("+15550104477", "plus one, five five five, zero one zero, four four seven seven"),
        ("9.30am", "nine thirty A.M."), ("\u{20AC}12,50", "twelve euros and fifty cents"),
    ])
    func `In English each kind is said as it is`(_ written: String, _ spoken: String) {
        #expect(SpeakableText(written).spoken == spoken)
    }

    @Test(arguments: [
        ("Ruf 020 7946 0958 an.", "Ruf 0 2 0, 7 9 4 6, 0 9 5 8 an."), ("01 23 45 67 89", "0 1, 23, 45, 67, 89"),
        ("+44 20 7946 0958.", "+44, 20, 7 9 4 6, 0 9 5 8."), ("(020 7946 0958)", "0 2 0, 7 9 4 6, 0 9 5 8"),
        ("4929 1183 0042 7715", "4 9 2 9, 1 1 8 3, 0 0 4 2, 7 7 1 5"),
        ("10\(noBreak)000 \u{20AC}", "10000 \u{20AC}"), ("10\(narrow)000,50 \u{20AC}", "10000,50 \u{20AC}"),
        ("2'318'650", "2318650"), ("10 000 Leute", "10000 Leute"), ("(-10\(noBreak)000)", "-10000"),
        // What an engine reads well stays as it is.
        ("2,318,650", "2,318,650"), ("9-5, 10\u{2013}12", "9-5, 10\u{2013}12"), ("2026-11-22", "2026-11-22"),
        ("10 500 Leute", "10 500 Leute"), ("5\(noBreak)3 km", "5 3 km"), ("192.168.1.1", "192.168.1.1"),
        ("3,5 % und 20 °C", "3,5 % und 20 °C"),
    ])
    func `In other languages digits are made plain to the engine`(_ written: String, _ spoken: String) {
        #expect(SpeakableText(written, language: "sv").spoken == spoken)
    }

    @Test func `Without normalisation numbers stay as they were written`() {
        for text in ["020 7946 0958", "2'318'650", "4929 1183 0042 7715"] {
            #expect(SpeakableText(text, language: "und").spoken == text)
        }
    }

    @Test func `Groups are heard one after another`() {
        let written = "Call 555-0142 &amp; ask."
        let heard = SpeakableText(written).words.map { String(written.prefix($0.writtenEnd)) }
        #expect(heard.last == written)
        #expect(heard[7] == "Call 555-0142")
        #expect(heard[8] == "Call 555-0142 &amp;")
        let plain = SpeakableText("+44 20 7946.", language: "fr")
        #expect(plain.words.map(\.writtenEnd) == [3, 6, 6, 6, 6, 12])
    }
}
