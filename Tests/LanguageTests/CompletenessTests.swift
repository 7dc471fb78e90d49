import Foundation
import Testing

@testable import Language

extension Completeness {
    init(of transcript: String, expecting expected: ExpectedAnswer = .nothing, ending: Float? = nil) {
        self =
            English().judgement(of: transcript, expecting: expected, after: "", ending: ending).completeness
    }
}

extension ExpectedAnswer {
    init(to agentText: String) { self = English().expectedAnswer(to: agentText) }
}

@Suite("Whether more is coming")
struct CompletenessTests {
    @Test(
        "An answer is whole when it is the value that was asked for",
        arguments: [
            ("my number is 555", ExpectedAnswer.phoneNumber, Completeness.open),
            ("my number is five five five", .phoneNumber, .open),
            ("4 1 5 8 6", .phoneNumber, .open),
            ("It's 415-867-0923.", .phoneNumber, .complete),
            ("Four, one, five, eight, six, seven, zero, nine, two, three.", .phoneNumber, .complete),
            ("+44 20 7946 0018", .phoneNumber, .complete),
            ("my number is 555", .nothing, .open),
            ("my number is five five five five five", .nothing, .open),
            ("john at", .email, .open),
            ("john dot smith", .email, .open),
            ("j-o-h-n", .email, .open),
            ("john at gmail", .email, .open),
            ("J-o-h-n at gmail dot com.", .email, .complete),
            ("john at example dot co", .email, .neutral),
            ("n-o-r", .spelling, .open),
            ("N.", .spelling, .open),
            ("Smith, S-M-I-T-H.", .spelling, .complete),
            ("G-a-r-c-i-a.", .spelling, .neutral),
            ("One, two, three.", .code(length: 4), .open),
            ("One, two, three, four.", .code(length: 4), .complete),
            ("1234", .code(length: 4), .complete),
            ("A, b.", .code(length: nil), .open),
            ("A, b, one, two, c, d.", .code(length: nil), .neutral),
            ("May", .date, .neutral),
            ("May fifth", .date, .neutral),
            ("May fifth nineteen eighty four", .date, .complete),
            ("May 5th, 1984.", .date, .complete),
            ("tomorrow", .date, .complete),
            ("5/12/1980", .date, .complete),
            ("two", .quantity, .complete),
        ])
    func completeness(transcript: String, expecting: ExpectedAnswer, verdict: Completeness) {
        #expect(Completeness(of: transcript, expecting: expecting) == verdict)
    }

    /// Turns and places in turns that were not among those with which the regression was trained.
    @Test(
        "Whole turns are likelier over than places where something is missing",
        arguments: [
            ("", "What time do you close on weekdays?", "What time do you"),
            ("", "I'd like to check my order status please.", "I'd like to check my"),
            ("", "Can you help me with something?", "Can you"), ("", "What is the weather in Paris", "What is the"),
            ("Are you a member?", "Yes, I am.", "I am"), ("Anything else?", "No, thanks.", "No, but"),
            ("Shall I book it?", "Yes.", "Yes and"), ("What's the problem?", "The bell is broken", "The bell is um"),
            ("Which colour?", "The blue one.", "The"), ("Hello?", "Hello?", "Hello I'm calling because"),
            ("When shall we come?", "Tomorrow at nine.", "Tomorrow at"), ("Your name?", "I don't know.", "My name is"),
        ])
    func odds(agent: String, whole: String, unfinished: String) throws {
        func odds(_ words: String, _ ending: Float?) throws -> Float {
            try #require(English().judgement(of: words, expecting: .nothing, after: agent, ending: ending).odds)
        }
        #expect(try odds(whole, 0.5) > 0)
        #expect(try odds(unfinished, 0.01) < -1)
        // A model's opinion counts, and does not decide alone.
        #expect(try odds(whole, 0.9) > odds(whole, 0.001))
        #expect(try odds(whole, 0.02) > odds(unfinished, 0.3))
    }

    @Test("Words are open, unlikely, complete or conclusive by their odds, and clear where a model would change little")
    func byOdds() {
        let odds: [Float] = [-4, -2, -1, 0.5, 2, 3]
        #expect(
            odds.map { WordsJudgement(odds: $0).completeness } == [
                .open, .open, .unlikely, .complete, .conclusive, .conclusive,
            ])
        #expect(odds.map { WordsJudgement(odds: $0).isClear } == [true, true, false, false, true, true])
    }

    @Test("A regression sums the weights of a text's features, each once")
    func regression() {
        // Bias 0.5, steps of 0.25, and two weights, of which the features below have one each.
        let file: [UInt8] = [0x3F, 0, 0, 0, 0x3E, 0x80, 0, 0, 4, 0xFE]
        let regression = HashedRegression(file)
        let all = ["a", "b", "c", "d", "e", "f"].map { regression.logOdds(of: [$0]) }
        #expect(Set(all) == [1.5, 0])
        #expect(regression.logOdds(of: ["a", "a"]) == all[0])
        #expect(regression.logOdds(of: []) == 0.5)
    }

    @Test("A complete value ends a turn whatever a model says, and a number that is missing does not")
    func judgedValues() {
        #expect(Completeness(of: "555 123 4567", expecting: .phoneNumber, ending: 0) == .complete)
        #expect(Completeness(of: "555 12", expecting: .phoneNumber, ending: 0.9) != .complete)
    }

    @Test("In another language the punctuation speaks, not the English words")
    func otherLanguages() {
        let german = SpokenLanguages.language("de")
        func judged(_ words: String, _ ending: Float? = nil) -> WordsJudgement {
            german.judgement(of: words, expecting: .nothing, after: "Hallo?", ending: ending)
        }
        #expect(judged("Wir wollen so").completeness == .neutral && judged("Ja, also").completeness == .neutral)
        #expect(judged("Ja.").completeness == .complete && !judged("Ja.").isClear)
        #expect(judged("Ich hätte gern,", 0.9).completeness == .open)
        #expect(judged("Ich hätte gern.", 0).completeness == .open)
    }

    @Test(
        "The agent's last words tell what is asked for",
        arguments: [
            ("What is your phone number?", ExpectedAnswer.phoneNumber),
            ("Could you please give me your phone number?", .phoneNumber),
            ("Thanks. Can I have your e-mail address, please?", .email),
            ("Please spell your last name.", .spelling),
            ("How do you spell that? Take your time.", .spelling),
            ("What are the last four digits of your card?", .code(length: 4)),
            ("Please enter your 6-digit code.", .code(length: 6)),
            ("Your order number, please.", .code(length: nil)),
            ("How many people?", .quantity),
            ("Would you like chicken or fish?", .choice),
            ("Do you want me to book it?", .confirmation),
            ("When would you like to come?", .date),
            ("What is your date of birth?", .date),
            ("Is that correct?", .confirmation),
            ("So that's 4 1 5, right?", .confirmation),
            ("Do you have an email address?", .confirmation),
            ("I have booked your table.", .nothing),
            ("How can I help you?", .anything),
            ("Please hold the line.", .nothing),
            ("I sent it to your email. Is there anything else?", .confirmation),
            ("Thank you, I have your phone number. Goodbye!", .nothing),
            ("", .nothing),
        ])
    func expectedAnswer(agentText: String, expected: ExpectedAnswer) {
        #expect(ExpectedAnswer(to: agentText) == expected)
    }

    @Test("A question in another language asks for anything")
    func otherQuestions() {
        let german = SpokenLanguages.language("de")
        #expect(german.expectedAnswer(to: "Wie ist Ihre Telefonnummer?") == .anything)
        #expect(german.expectedAnswer(to: "Danke.") == .nothing)
    }

    @Test("What is expected survives JSON")
    func expectedRoundTrip() throws {
        for value in [ExpectedAnswer.nothing, .code(length: 4), .code(length: nil), .email] {
            #expect(try JSONDecoder().decode(ExpectedAnswer.self, from: JSONEncoder().encode(value)) == value)
        }
    }
}
