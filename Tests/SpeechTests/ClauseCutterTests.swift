import Testing

@testable import Language
@testable import Speech

/// SplitMix64 with a fixed seed, so that a failing case comes again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

@Suite struct ClauseCutterTests {
    private func clauses(
        _ text: String, options: ClauseOptions = ClauseOptions(), in language: String = "en"
    ) -> [Clause] {
        var cutter = ClauseCutter(options: options, phrases: ClausePhrases.of(language))
        return cutter.append(text) + cutter.finish()
    }

    @Test(arguments: [
        ("Hello! How can I help you today?", ["Hello!", " How can I help you today?"]),
        ("Yes. It is open.", ["Yes.", " It is open."]),
        ("No. I don't think so.", ["No.", " I don't think so."]),
        ("Thanks Anna, I see it here.", ["Thanks Anna,", " I see it here."]),
        ("Paris, in France, is lovely today.", ["Paris, in France,", " is lovely today."]),
        ("It is late — we should go.", ["It is late —", " we should go."]),
        // No punctuation: before a preposition, a conjunction, never after one.
        (
            "I can help you with your order if you give me the number.",
            ["I can help you", " with your order if you give me the number."]
        ),
        (
            "I'm an assistant that lives on your computer and answers questions.",
            ["I'm an assistant that lives", " on your computer and answers questions."]
        ),
        ("The weather in Paris is sunny today.", ["The weather in Paris is sunny", " today."]),
        // A number stays with its unit, a name whole.
        ("Your total comes to about five km from here.", ["Your total comes", " to about five km from here."]),
        ("Yesterday evening I met with John Smith again.", ["Yesterday evening I met", " with John Smith again."]),
    ])
    func `The first clause ends as early as it can be spoken`(_ text: String, _ expected: [String]) {
        let cut = clauses(text)
        #expect(cut.map(\.written) == expected)
        #expect(cut.map(\.isFirst) == expected.indices.map { $0 == 0 })
    }

    @Test func `After an opening of one word the next clause is as short as a first one`() {
        #expect(
            clauses("Sure, I can help you with that.").map(\.written) == ["Sure,", " I can help you", " with that."])
        #expect(
            clauses("Yes, I can check the status of your order, if you give me its number.").map(\.written).prefix(2)
                == ["Yes,", " I can check"])
    }

    @Test(arguments: [
        "Dr. Smith is here.", "It is 1,000.50 now.", "Ask J. Smith today.", "Come at 3:30 today.",
        "Use e.g. tea here.", "See example.com/a,b?c now.", "Mail a.b@c.de today.", "Mr. T. called you.",
        "Pi is 3.14159 here.", "The U.S. is big.", "Wait until 5 p.m. today.", "Room No. 5 please.",
    ])
    func `Full stops and commas inside a token do not cut`(_ text: String) {
        #expect(clauses(text).map(\.written) == [text])
    }

    @Test(arguments: [
        ("de", "Kommen Sie am 3. Mai."), ("de", "Nehmen Sie z. B. Tee."), ("de", "Nehmen Sie z.B. Tee."),
        ("de", "Ab 24.12. ist zu."), ("de", "In der Hauptstr. 5 also."), ("de", "Fragen Sie Hr. Maier."),
        ("de-CH", "Das dauert 5 Min. heute."), ("es", "Pruebe p. ej. el té."), ("es", "Llame a la Sra. Ruiz."),
        ("fr", "Voyez avec M. Dupont."), ("fr", "Prenez p. ex. du thé."), ("nl", "Neem bijv. thee."),
        ("da", "Kom den 3. maj."), ("pl", "To jest 3. maja."),
    ])
    func `Abbreviations and ordinals of other languages do not cut`(_ language: String, _ text: String) {
        #expect(clauses(text, in: language).map(\.written) == [text])
    }

    @Test(arguments: [
        ("es", "Son las 3. Luego vamos.", ["Son las 3.", " Luego vamos."]),
        ("fr", "Il est 3. Partons donc.", ["Il est 3.", " Partons donc."]),
        ("de", "Gerne! Wir sehen uns.", ["Gerne!", " Wir sehen uns."]),
        // "Dr" and "no" are what they are in English only where nothing else is known; "am", "was" and "will" lean on nothing.
        ("de", "Ja, ich sehe Ihre Bestellung hier.", ["Ja,", " ich sehe Ihre Bestellung hier."]),
        ("de", "Kommen Sie bitte gleich in den 2. Stock.", ["Kommen Sie bitte gleich", " in den 2. Stock."]),
        ("es", "Para dos noches son 179,00 € en total.", ["Para dos noches son 179,00 €", " en total."]),
        ("fr", "Je peux vous proposer une table pour demain.", ["Je peux vous proposer une table", " pour demain."]),
    ])
    func `Other languages are cut by their own words`(_ language: String, _ text: String, _ expected: [String]) {
        #expect(clauses(text, in: language).map(\.written) == expected)
    }

    @Test func `A list marker is no sentence, a line is`() {
        let cut = clauses("1. Open the app\n2. Tap settings\n3. Done")
        #expect(cut.map(\.written) == ["1. Open the app\n", "2. Tap settings\n", "3. Done"])
        #expect(cut.map(\.endsSentence) == [true, true, true])
    }

    @Test func `Links, audio tags and bold words stay whole`() {
        let cut = clauses(
            "**Sure,** I can [read, the docs](https://a.b/c,d e) for you. [laughs out, loud] That is funny.")
        #expect(
            cut.map(\.written) == [
                "**Sure,**", " I can [read, the docs](https://a.b/c,d e)", " for you.",
                " [laughs out, loud] That is funny.",
            ])
    }

    @Test(arguments: [
        ("Salt &amp; pepper, and this &amp; that go well.", ["Salt &amp; pepper, and this", " &amp; that go well."]),
        ("caf&eacute;, yes. It is.", ["caf&eacute;, yes.", " It is."]),
        ("It is <b title=\"a, b. c\">here</b> now.", ["It is <b title=\"a, b. c\">here</b> now."]),
        ("<b>It is here.</b> And it is big.", ["<b>It is here.</b>", " And it is big."]),
        ("I said <!-- a, b. c --> go now.", ["I said <!-- a, b. c --> go now."]),
        (
            "<ul><li>Green tea</li><li>Black coffee</li></ul>",
            ["<ul><li>Green tea</li>", "<li>Black coffee</li>", "</ul>"]
        ),
        ("Wait <break time=\"1s\"/> what is it?", ["Wait <break time=\"1s\"/>", " what is it?"]),
    ])
    func `Tags and entities stay whole, lines and breaks end a clause`(_ text: String, _ expected: [String]) {
        #expect(clauses(text).map(\.written) == expected)
    }

    @Test func `A tag or entity that reaches the longest clause goes with the next one`() {
        for tail in ["<img alt=\"a long picture\"/> seen", "&eacute;t&eacute;"] {
            for length in 385..<400 {
                let text = String(repeating: "字", count: length - 4) + " 字 " + tail
                let cut = clauses(text)
                #expect(cut.map(\.written).joined() == text)
                for clause in cut {
                    #expect(SpeakableText(clause.written, language: "zh").spoken.allSatisfy { !"<>&;=\"".contains($0) })
                }
            }
        }
    }

    @Test(arguments: [
        ("a <break time=\"500ms\"/> ", 0.5), ("a <break time='1.5s' />", 1.5), ("<break time=\"20s\"/>", 3),
        ("<BREAK strength=\"weak\" time=\"2s\">", 2), ("<break/>", 0), ("a <b>b</b>", 0), ("a", 0),
        ("<break time=\"1s\"/> b", 0),
    ])
    func `A break at the end of a clause is silence of bounded length`(_ text: String, _ seconds: Double) {
        #expect(SpeechBreak.seconds(atEndOf: text) == seconds)
    }

    @Test func `A comma is cut at once, a full stop when the next character proves it`() {
        var cutter = ClauseCutter(options: ClauseOptions())
        #expect(cutter.append("Sure,").map(\.written) == ["Sure,"])
        cutter = ClauseCutter(options: ClauseOptions())
        #expect(cutter.append("It costs 1,").isEmpty)
        #expect(cutter.append("000 dollars.").isEmpty)
        #expect(cutter.append(" ").map(\.written) == ["It costs 1,000 dollars."])
    }

    @Test func `Later clauses are sentences, or end at a comma after eight words`() {
        let cut = clauses(
            "Okay, I see. First, we look, then we see what it is that you want, and then we act. Fine. It is done now.")
        #expect(
            cut.map(\.written) == [
                "Okay,", " I see.", " First, we look, then we see what it is that you want,", " and then we act.",
                " Fine. It is done now.",
            ])
        #expect(cut.map(\.endsSentence) == [false, true, false, true, true])
    }

    @Test func `A long run is cut before twenty words are over, before a conjunction`() {
        let text =
            "As I said, the old house that stood on the hill above the little town had been empty for many years and nobody knew why it was so"
        let cut = clauses(text)
        #expect(cut.map(\.written).joined() == text)
        #expect(cut.allSatisfy { $0.written.split(separator: " ").count <= 20 })
        #expect(cut.count == 3)
        #expect(cut[2].written.hasPrefix(" and nobody"))
    }

    @Test func `Nothing comes of nothing`() {
        #expect(clauses("").isEmpty)
        #expect(clauses("  \n").map(\.written) == ["  \n"])
    }

    @Test func `An unclosed bracket and text without spaces stay bounded`() {
        let options = ClauseOptions()
        for text in ["See [this " + String(repeating: "word ", count: 300), String(repeating: "字", count: 2000)] {
            let cut = clauses(text)
            #expect(cut.map(\.written).joined() == text)
            #expect(cut.allSatisfy { $0.written.unicodeScalars.count <= options.maximumCharacters })
        }
    }

    @Test func `The same clauses come whatever the deltas, and they are the whole text`() {
        let pieces = [
            "the", "a", "and", "with", "of", "Sure,", "Yes.", "No.", "you", "it", "is", "Dr.", "Smith", "J.", "5", "km",
            "3.14", "1,000.50", "3:30", "e.g.", "hello", "world!", "what?", "**bold**", "&amp;", "&eacute;t&eacute;,",
            "&nbsp;", "<li>", "</li>", "<i a=\"b, c\">", "[link text](http://x.y)",
            "[laughs]", "`code`", "\"quoted", "word\"", "—", "-", "(see", "below)", "👍🏽", "café", "e\u{301}t",
            "你好。", "a@b.co", "https://x.y/z?q=1,", "\n", "\n\n", "\n1. ", "\n- ", "...", "Hmm…", "NASA", "<b>", "it's,",
            "'tis", "[", "](", "<", "*", "word,", "and,", "|", "# ", "```swift\n", "!!", "?!", ",", ".",
        ]
        let options = ClauseOptions()
        for seed in 0..<400 {
            var random = SeededGenerator(seed: UInt64(seed))
            var text = ""
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                text += pieces.randomElement(using: &random) ?? ""
                if Int.random(in: 0..<10, using: &random) > 0 { text += " " }
            }
            let whole = clauses(text)
            #expect(whole.map(\.written).joined().unicodeScalars.elementsEqual(text.unicodeScalars), "seed \(seed)")
            #expect(whole.map(\.isFirst) == whole.indices.map { $0 == 0 })

            var cutter = ClauseCutter(options: options)
            var split: [Clause] = []
            var scalars = Array(text.unicodeScalars)[...]
            while !scalars.isEmpty {
                let size = min(scalars.count, Int.random(in: 1...8, using: &random))
                var delta = String.UnicodeScalarView()
                delta.append(contentsOf: scalars.prefix(size))
                split += cutter.append(String(delta))
                scalars = scalars.dropFirst(size)
            }
            split += cutter.finish()
            #expect(split == whole, "seed \(seed): \(text.debugDescription)")

            for (position, clause) in whole.enumerated() where position < whole.count - 1 {
                #expect(
                    !SpeakableText(clause.written).words.isEmpty,
                    "seed \(seed): nothing to say in \(clause.written.debugDescription)")
                let words = clause.written.split(whereSeparator: \.isWhitespace).count { token in
                    token.unicodeScalars.contains { $0.isWordCode }
                }
                let isBracketed = clause.written.contains("[") || clause.written.contains("<")
                if !isBracketed {
                    #expect(
                        words <= (position == 0 ? options.firstMaximumWords : options.maximumWords),
                        "seed \(seed): \(clause.written.debugDescription)")
                }
                #expect(clause.written.unicodeScalars.count <= options.maximumCharacters)
            }
        }
    }
}
