import Foundation
import Testing

@testable import Language

extension Completeness {
    init(of transcript: String, expecting expected: ExpectedAnswer = .nothing, ending: Float? = nil) {
        self = English().completeness(of: transcript, expecting: expected, ending: ending)
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
            ("I don't have one.", .phoneNumber, .complete),
            ("+44 20 7946 0018", .phoneNumber, .complete),
            ("my number is 555", .nothing, .open),
            ("my number is five five five five five", .nothing, .open),
            ("john at", .email, .open),
            ("john dot smith", .email, .open),
            ("j-o-h-n", .email, .open),
            ("john at gmail", .email, .open),
            ("J-o-h-n at gmail dot com.", .email, .complete),
            ("john at example dot co", .email, .neutral),
            ("I do not have an email.", .email, .complete),
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
            ("on the", .date, .open),
            ("5/12/1980", .date, .complete),
            ("yes", .confirmation, .complete),
            ("thanks", .anything, .complete),
            ("yes", .nothing, .neutral),
            ("the fish", .choice, .complete),
            ("because", .anything, .open),
            ("let me see", .anything, .open),
            ("I'd like to", .anything, .open),
            ("can you", .anything, .open),
            ("What is the weather in Paris", .nothing, .complete),
            ("And?", .nothing, .open),
            ("Yes, I am.", .anything, .complete),
            ("I am", .anything, .open),
            ("two", .quantity, .complete),
            ("twenty", .quantity, .neutral),
        ])
    func completeness(transcript: String, expecting: ExpectedAnswer, verdict: Completeness) {
        #expect(Completeness(of: transcript, expecting: expecting) == verdict)
    }

    @Test(
        "Where a model has judged the words it counts for more than the recogniser's full stop",
        arguments: [
            ("I'd like to speak.", 0.0004, Completeness.open), ("And so my fellow America.", 0.06, .unlikely),
            ("I want to book a repair for Tuesday morning", 0.4, .conclusive),
            ("I want to book a table.", 0.4, .conclusive), ("I need a new tire.", 0.13, .unlikely),
            ("What do you have?", 0.5, .conclusive), ("My order number is 48213.", 0.35, .complete),
            ("My order number is 48213.", 0.2, .neutral),
            ("I don't know.", 0.001, .complete), ("What do you have?", 0.002, .complete),
            ("My number is", 0.9, .open), ("Tuesday, and", 0.9, .open),
        ])
    func judged(transcript: String, ending: Float, verdict: Completeness) {
        #expect(Completeness(of: transcript, ending: ending) == verdict)
    }

    @Test("A complete value ends a turn whatever a model says, and a number that is missing does not")
    func judgedValues() {
        #expect(Completeness(of: "555 123 4567", expecting: .phoneNumber, ending: 0) == .complete)
        #expect(Completeness(of: "555 12", expecting: .phoneNumber, ending: 0.9) != .complete)
    }

    @Test("One of several options is whole, unless a language model is sure that more follows")
    func choices() {
        #expect(Completeness(of: "The blue one.", expecting: .choice, ending: 0.05) == .complete)
        #expect(Completeness(of: "The blue one.", expecting: .choice) == .complete)
        #expect(Completeness(of: "I'd like to check.", expecting: .choice, ending: 0.0007) == .unlikely)
    }

    @Test("In another language the punctuation speaks, not the English words")
    func otherLanguages() {
        let german = SpokenLanguages.language("de")
        #expect(german.completeness(of: "Wir wollen so", expecting: .nothing, ending: nil) == .neutral)
        #expect(german.completeness(of: "Ja, also", expecting: .confirmation, ending: nil) == .neutral)
        #expect(german.completeness(of: "Ja.", expecting: .nothing, ending: nil) == .complete)
        #expect(german.completeness(of: "Ich hätte gern,", expecting: .nothing, ending: 0.9) == .open)
        #expect(german.completeness(of: "Ich hätte gern.", expecting: .nothing, ending: 0) == .open)
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
