import Testing

@testable import Language
@testable import Speech

@Suite("Words that are said otherwise")
struct PronunciationTests {
    private static func text(
        _ written: String, _ rules: Pronunciations.Rule..., language: String = "en", keepsAudioTags: Bool = false
    ) -> SpeakableText {
        SpeakableText(
            written, language: language, keepsAudioTags: keepsAudioTags, pronunciations: Pronunciations(rules))
    }

    @Test(
        "an alias is said in the word's place",
        arguments: [
            ("We use SQL, daily.", "We use sequel, daily."), ("SQL's fine; **SQL** too.", "sequel's fine; sequel too."),
            ("MySQL and SQLite stay.", "MySQL and SQLite stay."), ("sql stays.", "sql stays."),
            ("(SQL)", "sequel"), ("SQL-based SQL!", "sequel-based sequel!"), ("“SQL”", "sequel"),
        ])
    func alias(written: String, spoken: String) {
        let text = Self.text(written, Pronunciations.Rule("SQL", spoken: "sequel"))
        #expect(text.spoken == spoken)
        #expect(text.words.last?.writtenEnd == written.count)
    }

    @Test("rules ignore case and the ends of words where they say so, and stand for several words")
    func kinds() {
        #expect(
            Self.text("Sql or SQL", .init("sql", spoken: "sequel", isCaseSensitive: false)).spoken
                == "sequel or sequel")
        #expect(
            Self.text("Ärzte und ärzte", .init("ÄRZTE", spoken: "X", isCaseSensitive: false), language: "de").spoken
                == "X und X")
        #expect(Self.text("MySQL", .init("SQL", spoken: " sequel", isWholeWord: false)).spoken == "My sequel")
        #expect(Self.text("the U N is", .init("U N", spoken: "United Nations")).spoken == "the United Nations is")
        #expect(Self.text("the U\nN is", .init("U N", spoken: "United Nations")).spoken == "the United Nations is")
        #expect(Self.text("C++ and C++s", .init("C++", spoken: "see plus plus")).spoken.hasPrefix("see plus plus and"))
        #expect(Self.text("It’s O’Brien", .init("O'Brien", spoken: "oh bryan")).spoken == "It's oh bryan")
        #expect(Self.text("日本に行く", .init("日本", spoken: "にほん", isWholeWord: false), language: "ja").spoken == "にほんに行く")
    }

    @Test("the first rule that fits is followed, and its words are not replaced again")
    func order() {
        let text = Self.text(
            "New York", .init("New York", spoken: "York Town"), .init("New", spoken: "old"), .init("York", spoken: "x"))
        #expect(text.spoken == "York Town")
        #expect(
            Self.text("New York", .init("New", spoken: "old"), .init("New York", spoken: "York Town")).spoken
                == "old York")
        #expect(Self.text("a b", .init("a", spoken: "b"), .init("b", spoken: "a")).spoken == "b a")
    }

    @Test("a word counts as said when the last word of its alias is over")
    func mapping() {
        let written = "The UN met 3 times."
        let text = Self.text(written, .init("UN", spoken: "United Nations"))
        #expect(text.spoken == "The United Nations met three times.")
        let heard = text.words.map { String(written.prefix($0.writtenEnd)) }
        #expect(heard == ["The", "The ", "The UN", "The UN met", "The UN met 3", "The UN met 3 times."])
        // What follows a tag is counted from the beginning of the text.
        let tagged = Self.text(
            "[laughs] UN met", .init("UN", spoken: "United Nations"), keepsAudioTags: true)
        #expect(tagged.words.map(\.text) == ["[laughs]", "United", "Nations", "met"])
        #expect(tagged.words.map(\.writtenEnd) == [8, 9, 11, 15])
    }

    @Test("an alias is read as text: numbers in it are words, and a silent one is no word")
    func reading() {
        #expect(Self.text("the X5 is", .init("X5", spoken: "model 5")).spoken == "the model five is")
        let silent = Self.text("a X", .init("X", spoken: " "))
        #expect(silent.spoken == "a")
        #expect(silent.words.last?.writtenEnd == 3)
        #expect(Self.text("X", .init("X", spoken: " ")).spoken.isEmpty)
        #expect(Self.text("a", .init("", spoken: "b")).spoken == "a")
    }

    @Test(
        "a rule for a whole word cuts neither numbers nor contractions",
        arguments: [
            ("10", "X", "10,000 or 10.5, at 10:30, 9.10 or 1/10"), ("$5", "a fiver", "$5.00"), ("3", "X", "3.5 of 13"),
            ("Don", "Donald", "Don't"), ("t", "tee", "don't can't"), ("O", "Owe", "O'Brien"), ("s", "ess", "Anna's"),
        ])
    func borders(word: String, spoken: String, text: String) {
        #expect(Self.text(text, .init(word, spoken: spoken)).spoken == Self.text(text).spoken)
    }

    @Test("it is followed where the word is whole")
    func wholeWords() {
        #expect(Self.text("10, or (10). 10", .init("10", spoken: "X")).spoken.count { $0 == "X" } == 3)
        #expect(
            Self.text("Don's, Don'll, Don’s 'Don'", .init("Don", spoken: "Ron")).spoken.contains("Ron's, Ron'll, Ron's")
        )
        #expect(Self.text("l'ONU", .init("ONU", spoken: "onu"), language: "fr").spoken == "l'onu")
        #expect(Self.text("it costs $5.", .init("$5", spoken: "a fiver")).spoken == "it costs a fiver.")
    }

    @Test(
        "text is the same in either Unicode form, and with whatever spaces",
        arguments: [
            ("Krak\u{F3}w", "in Krako\u{301}w now"), ("Krako\u{301}w", "in Krak\u{F3}w now"),
            ("New  York", "in New York now"), ("New York", "in New   York now"), ("New York", "in New \n York now"),
            ("New\nYork", "in New\u{A0}York now"), ("\u{212B}", "in \u{C5} now"),
        ])
    func forms(word: String, text: String) {
        #expect(Self.text(text, .init(word, spoken: "X")).spoken == "in X now")
    }

    @Test("a character of several scalars counts as the one that is written")
    func formEnds() {
        let written = "Krako\u{301}w x"
        let text = Self.text(written, .init("Krak\u{F3}w", spoken: "Crack off"))
        #expect(text.words.map(\.writtenEnd).suffix(2) == [6, written.count])
    }

    @Test(
        "case is folded as a whole",
        arguments: [("STRASSE", "die Straße da"), ("straße", "die STRASSE da"), ("ΟΔΟΣ", "die οδος da")])
    func folding(word: String, text: String) {
        let spoken = Self.text(text, .init(word, spoken: "X", isCaseSensitive: false), language: "xx").spoken
        #expect(spoken == "die X da")
    }

    @Test("words of two paragraphs are not joined by a rule")
    func paragraphs() {
        #expect(!Self.text("I like New\n\nYork", .init("New York", spoken: "X")).spoken.contains("X"))
    }
}
