import TestSupport
import Testing

@testable import Speech

@Suite("Several voices in one text")
struct VoiceScriptTests {
    private typealias Piece = VoiceTags.Piece

    private static let labels = ["Anna", "Old Man", "bot-2"]

    /// What comes out of a text that arrives in these pieces, joined where the voice is the same.
    private func pieces(_ arriving: [String]) -> [Piece] {
        var tags = VoiceTags(labels: Self.labels)
        let all = arriving.flatMap { tags.append($0) } + tags.finish()
        return all.reduce(into: []) { joined, piece in
            if joined.last?.voice == piece.voice, !joined.isEmpty {
                joined[joined.count - 1].text += piece.text
            } else {
                joined.append(piece)
            }
        }
    }

    private static let texts: [(String, [Piece])] = [
        ("Good day.", [Piece("Good day.")]),
        ("<Anna>Good day.</Anna>", [Piece("Good day.", "Anna")]),
        ("She said: <Anna>Hi!</Anna> And left.", [Piece("She said: "), Piece("Hi!", "Anna"), Piece(" And left.")]),
        ("<ANNA>Hi.</anna> Bye.", [Piece("Hi.", "Anna"), Piece(" Bye.")]),
        ("<Old man >Hi.</old MAN >", [Piece("Hi.", "Old Man")]),
        ("<Anna>Hi.</Anna><bot-2>Ho.</bot-2>", [Piece("Hi.", "Anna"), Piece(" Ho.", "bot-2")]),
        ("<Anna>Hi,</Anna>", [Piece("Hi,", "Anna")]),
        ("Well <Anna> hi </Anna> then", [Piece("Well "), Piece("hi ", "Anna"), Piece("then")]),
        (
            "\u{201C}<Anna>Hi</Anna>\u{201D}, she said",
            [Piece("\u{201C}"), Piece("Hi", "Anna"), Piece("\u{201D}, she said")]
        ),
        // Unclosed, closed twice, never opened, nested, crossed.
        ("<Anna>Hi. Bye.", [Piece("Hi. Bye.", "Anna")]),
        ("<Anna>Hi.</Anna></Anna> Bye.", [Piece("Hi.", "Anna"), Piece(" Bye.")]),
        ("Hi.</Anna> Bye.", [Piece("Hi. Bye.")]),
        (
            "<Anna>a <bot-2>b</bot-2> c</Anna> d",
            [Piece("a ", "Anna"), Piece("b", "bot-2"), Piece(" c", "Anna"), Piece(" d")]
        ),
        ("<Anna>a <bot-2>b</Anna> c</bot-2> d", [Piece("a ", "Anna"), Piece("b", "bot-2"), Piece(" c d")]),
        ("<Anna>a. <Anna>b.</Anna>", [Piece("a. b.", "Anna")]),
        // A name that no voice has, and what is no label.
        ("<Bob>Hi.</Bob> Bye.", [Piece("Hi. Bye.")]),
        ("<Anna>a <Bob>b</Bob> c</Anna>", [Piece("a ", "Anna"), Piece("b"), Piece(" c", "Anna")]),
        ("a <b>c</b> <break time=\"1s\"/> 1 < 2 <3 a<b <", [Piece("a <b>c</b> <break time=\"1s\"/> 1 < 2 <3 a<b <")]),
        // Labels as models write them.
        ("<Anna x=\"1\">Hi</Anna > Bye", [Piece("Hi", "Anna"), Piece(" Bye")]),
        ("< Anna >Hi</ Anna > Bye", [Piece("Hi", "Anna"), Piece(" Bye")]),
        ("< / anna>Hi <old  man, x>", [Piece("Hi <old  man, x>")]),
        ("Hm. <Anna whispering>Hi</Anna>", [Piece("Hm. "), Piece("Hi", "Anna")]),
        ("One <Anna/>two <Old Man />three", [Piece("One two three")]),
        ("a<Anna>b</Anna>c", [Piece("a"), Piece(" b", "Anna"), Piece(" c")]),
        // What stands in brackets and is no tag.
        ("if x<y and y>z then", [Piece("if x<y and y>z then")]),
        ("if x < anna and anna > z then", [Piece("if x < anna and anna > z then")]),
        ("Array<String> is a type", [Piece("Array<String> is a type")]),
        ("`<Anna>` is my tag, `</Anna>` ends it", [Piece("`<Anna>` is my tag, `</Anna>` ends it")]),
        ("Say: my <name> is, <name>.", [Piece("Say: my <name> is, <name>.")]),
        ("A<Bob>b</Bob>c <Bob/>", [Piece("A<Bob>b</Bob>c <Bob/>")]),
        ("Mail <john@x.de> or <https://x.de>", [Piece("Mail <john@x.de> or <https://x.de>")]),
        (
            "<Anna " + String(repeating: "x", count: 200) + ">",
            [Piece("<Anna " + String(repeating: "x", count: 200) + ">")]
        ),
        ("<" + String(repeating: "x", count: 60) + ">", [Piece("<" + String(repeating: "x", count: 60) + ">")]),
        ("<<Anna>Hi", [Piece("<"), Piece("Hi", "Anna")]), ("<Anna", [Piece("<Anna")]), ("</", [Piece("</")]), ("", []),
    ]

    @Test("labels are taken out, however the text is cut", arguments: texts.indices)
    func tags(index: Int) {
        let (text, expected) = Self.texts[index]
        #expect(pieces([text]) == expected)
        #expect(pieces(text.map(String.init)) == expected)
        var random = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            var rest = Substring(text)
            var cut: [String] = []
            while !rest.isEmpty {
                cut.append(String(rest.prefix(Int.random(in: 1...9, using: &random))))
                rest = rest.dropFirst(cut.last?.count ?? 1)
            }
            #expect(pieces(cut) == expected, "\(cut)")
        }
    }

    @Test("no more is held back than a label may be long, and nothing without a bracket")
    func held() {
        var tags = VoiceTags(labels: Self.labels)
        #expect(tags.append("Good") == [Piece("Good")])
        #expect(tags.append(" <") == [Piece(" ")])
        #expect(tags.append("3") == [Piece("<3")])
        var waiting = VoiceTags(labels: Self.labels)
        #expect(waiting.append("<" + String(repeating: "a", count: 40)).isEmpty)
        #expect(waiting.append("aa").first?.text.count == 43)
        #expect(waiting.append(" a < b, and so on").first?.text == " a < b, and so on")
    }

    @Test("deep nesting is bounded")
    func deep() {
        let text =
            String(repeating: "<Anna><bot-2>", count: 1000) + "x" + String(repeating: "</bot-2></Anna>", count: 1000)
        #expect(pieces([text + "y"]).map(\.text).joined() == "x y")
    }

    private func clauses(_ arriving: [String], releasing: (String) -> [String] = { [$0] }) -> [Clause] {
        var script = VoiceScript(labels: Self.labels)
        var clauses: [Clause] = []
        for text in arriving {
            for part in releasing(script.read(text)) { clauses += script.append(part) }
        }
        for part in releasing(script.endReading()) { clauses += script.append(part) }
        return clauses + script.finish()
    }

    @Test("no clause is in two voices; together they are the text without labels")
    func script() {
        let text =
            "Here he comes. <Old Man>Good evening. Is this seat taken?</Old Man> he asked, <Anna>and I</Anna> nodded."
        let spoken = clauses([text])
        #expect(
            spoken.map(\.written).joined() == "Here he comes. Good evening. Is this seat taken? he asked, and I nodded."
        )
        #expect(
            spoken.map { "\($0.voice ?? "-"): \($0.written.trimmingSpaces)" } == [
                "-: Here he comes.", "Old Man: Good evening.", "Old Man: Is this seat taken?", "-: he asked,",
                "Anna: and I", "-: nodded.",
            ])
        #expect(spoken.map(\.isFirst) == [true, false, false, false, false, false])
        // Neither how it arrives nor how it is released changes the voices.
        let letters = clauses(text.map(String.init)) { $0.map(String.init) }
        #expect(letters.map(\.written).joined() == spoken.map(\.written).joined())
        #expect(
            letters.map { "\($0.voice ?? "-"): \($0.written)" } == spoken.map { "\($0.voice ?? "-"): \($0.written)" })
    }

    @Test("what is held back until later keeps its voice")
    func late() {
        var script = VoiceScript(labels: Self.labels)
        let clean = script.read("One. <Anna>Two.</Anna> Three.") + script.endReading()
        var clauses: [Clause] = []
        for character in clean { clauses += script.append(String(character)) }
        clauses += script.finish()
        #expect(clauses.map(\.voice) == [nil, "Anna", nil])
    }

    @Test("a first clause in another voice ends no later than it would without it")
    func firstClause() {
        func first(_ text: String, labels: [String]) -> Int? {
            var script = VoiceScript(labels: labels)
            for (place, character) in text.enumerated() where !script.append(script.read(String(character))).isEmpty {
                return place
            }
            return nil
        }
        let plain = "Sure, I can do that for you today."
        let tag = "<Anna>"
        #expect(first(tag + plain, labels: Self.labels) == first(plain, labels: []).map { $0 + tag.count })
    }

    @Test("without other voices the text is left as it is")
    func plain() {
        var script = VoiceScript(labels: [])
        let text = "Hi <Anna>there</Anna>."
        #expect(script.read(text) == text && script.endReading() == "")
        #expect((script.append(text) + script.finish()).map(\.written).joined() == text)
    }
}

extension String {
    fileprivate var trimmingSpaces: String { String(drop { $0 == " " }).trimmingTrailingSpace }
}
