import TestSupport
import Testing

@testable import Language

@Suite("What was spelt is written")
struct InverseTextNormalizerTests {
    /// Transcripts by the embedded recogniser of letters and digits that two people have said one by one.
    private static let recognised: [(String, ExpectedAnswer, String)] = [
        ("J. o. h. n.", .spelling, "JOHN."), ("S-m-i-t-h.", .spelling, "SMITH."),
        ("S, m, i, t, h.", .spelling, "SMITH."),
        ("G a r c i a", .spelling, "GARCIA"), ("And g u y e n", .spelling, "NGUYEN"), ("Z, o, e.", .spelling, "ZOE."),
        ("M u e l l e r", .spelling, "MUELLER"), ("K, o, w, a. L. s. k, i.", .spelling, "KOWALSKI."),
        ("Each o f m a n n", .spelling, "HOFMANN"), ("A, b, one, two, c, d.", .code(length: nil), "AB12CD."),
        ("Z q seven seven", .code(length: nil), "ZQ77"), ("Z q77", .code(length: 4), "ZQ77"),
        ("Mh370.", .code(length: nil), "Mh370."), ("Mh, three, seven, zero.", .code(length: nil), "MH370."),
        ("x, 9, f, 2, k, 7.", .code(length: nil), "X9F2K7."), ("T-5-e-1", .code(length: nil), "T5E1"),
        ("G, zero, v, six.", .code(length: nil), "G0V6."), ("800-555-3535.", .phoneNumber, "8005553535."),
        ("4, 1, 5, 8, 6, 7, 0, 9, 2, 3.", .phoneNumber, "4158670923."),
        ("Two, zero, seven, nine, four, six, zero, zero, one, eight.", .phoneNumber, "2079460018."),
        ("3 1 0 5 5 5 0 1 9 9", .phoneNumber, "3105550199"),
        ("Zero, zero, four, five, one, two.", .code(length: 6), "004512."),
        ("J-o-h-n at gmail dot com", .email, "john@gmail.com"), ("J-o-h-n at gmail.com", .email, "john@gmail.com"),
        ("A. .s.m.i.t.h. At example.com.", .email, "a.smith@example.com."),
        ("M-a-r-i-a-7 at y-u dot com", .email, "maria7@yu.com"), ("I-n-f-o- at acme dot net", .email, "info@acme.net"),
        ("B-o-b underscore l-e-e at example dot org", .email, "bob_lee@example.org"),
        ("K-i-m- at w-e-b dot d-e", .email, "kim@web.de"), ("M and s l.", .spelling, "MNSL."),
        ("B are o w n", .spelling, "BROWN"), ("Why you s u f", .spelling, "YUSUF"),
        ("A. N. N. A. Two. Two. At yahoo.com.", .email, "anna22@yahoo.com."),
        ("M for s l.", .code(length: 4), "M4SL."), ("M, zero, s, l.", .code(length: 4), "M0SL."),
    ]

    @Test("in answer to the question that asked for it", arguments: recognised)
    func asked(transcript: String, expecting: ExpectedAnswer, written: String) {
        #expect(InverseTextNormalizer(expecting: expecting).written(transcript) == written)
    }

    @Test(
        "where enough of it comes in a row",
        arguments: [
            ("My number is five five five one two three four.", "My number is 5551234."),
            ("Call me at 415 867 0923.", "Call me at 4158670923."),
            ("plus four four two zero seven nine four six zero zero one eight", "+442079460018"),
            ("Four one five, oh two oh seven.", "4150207."), ("my pin is double five triple one", "my pin is 55111"),
            ("It's b as in boy, e as in Peter, d for delta.", "It's BPD."), ("alpha bravo charlie", "ABC"),
            ("capital b a x t e r", "BAXTER"), ("jay oh aitch en", "JOHN"), ("M u double l e r", "MULLER"),
            ("The code is A B one two C D and that's it.", "The code is AB12CD and that's it."),
            ("S m i t h hyphen j o n e s", "SMITH-JONES"), ("My name is Smith, S-M-I-T-H.", "My name is Smith, SMITH."),
            ("My email is john dot smith at example dot com.", "My email is john.smith@example.com."),
            ("Sure, it's j-o-h-n at gmail.com, thanks.", "Sure, it's john@gmail.com, thanks."),
            ("Maria seven at yahoo dot co dot uk", "maria7@yahoo.co.uk"),
            ("Go to example dot com please.", "Go to example.com please."),
            ("A table for to-morrow, please.", "A table for tomorrow, please."),
            ("To-day or to-night?", "Today or tonight?"), ("To-morrow's paper", "Tomorrow's paper"),
        ])
    func unasked(transcript: String, written: String) {
        #expect(InverseTextNormalizer().written(transcript) == written)
    }

    @Test(
        "and prose is left alone",
        arguments: [
            "I am at home.", "Be right back.", "Are you there?", "See you tomorrow.", "Double the order, please.", "",
            "I'd like a table for two at eight.", "Can you check the status of my order number 12345?", " …, ",
            "It is 5 p.m. on May 12, 2026.", "Two or three, I am not sure.", "One, two, three, go!", "why me",
            "Why are you at the sea?", "I have 10 20 and 30.", "I need a 5 6 pack.", "It costs 1,000,000 or 3.14.",
            "We were there from 2019 2020.", "On 2026-05-12 at 10:30.", "Meet me at amazon.com.", "I see a sea.",
            "Oh, okay, I see. You are right.", "U.S. and U.K. customers.", "J. K. Rowling wrote it.",
            "twenty twenty six",
            "I want plan A, B or C.", "Mike went to the hotel in India in November.", "to be or not to be",
            "I gave him an A, a B and a C.", "My to-do list for day-to-day things.", "A photo-day.",
            "john.smith@example.com", "Is it 100, 200, 300?",
        ])
    func prose(text: String) { #expect(InverseTextNormalizer().written(text) == text) }

    @Test("Numbers said in groups are digits where digits are asked for")
    func groups() {
        let asked = InverseTextNormalizer(expecting: .phoneNumber)
        #expect(asked.written("eight hundred, fifty five twelve, twenty six") == "800551226")
        #expect(asked.written("My number is 555 12 34") == "My number is 5551234")
        #expect(InverseTextNormalizer().written("fifty five twelve") == "fifty five twelve")
        // Amounts stay amounts whatever was asked.
        #expect(asked.written("It costs 1,000,000 or 3.14.") == "It costs 1,000,000 or 3.14.")
    }

    @Test("Other languages pass through, but for letters in a row")
    func otherLanguages() {
        let written = SpokenLanguages.language("de").written(
            "J O H N, eins zwei drei, john at gmail dot com", expecting: .spelling)
        #expect(written == "JOHN, eins zwei drei, john at gmail dot com")
    }

    @Test("Any words in any order are taken", arguments: 0..<40)
    func generated(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        let words = [
            "a", "I", "oh", "b", "X", "7", "55", "415", "five", "double", "triple", "capital", "as", "in", "boy", "at",
            "dot", "com", "gmail", "dash", "underscore", "plus", "and", "you", "for", "x", "ray", "q77", "home", "é",
            "'", "👍",
            "hundred", "twenty", "p", "m",
        ]
        let separators = [" ", " ", "-", ", ", ". ", ".", "_", "@", "? ", ""]
        for _ in 0..<50 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                text += (words.randomElement(using: &random) ?? "") + (separators.randomElement(using: &random) ?? "")
            }
            for expecting in [ExpectedAnswer.nothing, .email, .spelling, .phoneNumber, .code(length: 3), .date] {
                let written = InverseTextNormalizer(expecting: expecting).written(text)
                #expect(written.isEmpty == text.isEmpty)
                _ = Completeness(of: text, expecting: expecting)
            }
        }
    }
}
