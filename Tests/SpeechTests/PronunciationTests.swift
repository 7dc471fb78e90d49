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
}
