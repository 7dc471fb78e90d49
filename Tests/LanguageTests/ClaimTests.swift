import Foundation
import Testing

@testable import Language

@Suite("What the agent says was done")
struct ClaimTests {
    /// A sentence with whether it is a claim.
    struct Sentence: Sendable {
        var isClaim: Bool
        var text: String
        /// The heading above it.
        var group: String
    }

    private static func sentences(_ name: String) throws -> [Sentence] {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures"))
        var group = ""
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard line.hasPrefix("+ ") || line.hasPrefix("- ") else {
                group = String(line)
                return nil
            }
            return Sentence(isClaim: line.hasPrefix("+"), text: String(line.dropFirst(2)), group: group)
        }
    }

    private static func claim(in sentence: String) -> EffectClaim? {
        guard case .claim(let claim, _) = English().claim(in: sentence, isWhole: true, from: 0) else { return nil }
        return claim
    }

    /// The rules were made without the second file, which is of other trades; the regression was trained with both.
    @Test(
        "claims are told from offers, plans and reports",
        arguments: [("claims-tuning", 200, 199, 0), ("claims-judged", 150, 146, 2)])
    func found(file: String, each: Int, leastFound: Int, mostFalse: Int) throws {
        let sentences = try Self.sentences(file)
        #expect(sentences.count { $0.isClaim } == each && sentences.count { !$0.isClaim } == each)
        let missed = sentences.filter { $0.isClaim && Self.claim(in: $0.text) == nil }
        let false_ = sentences.filter { !$0.isClaim && Self.claim(in: $0.text) != nil }
        #expect(each - missed.count >= leastFound, "missed: \(missed.map(\.text))")
        #expect(false_.count <= mostFalse, "taken for claims: \(false_.map(\.text))")
    }

    /// Sentences of people who did not make the rules, which the regression was trained with.
    @Test(
        "claims of others are told from what they do not claim",
        arguments: [("of a reviewer", 50, 50, 46, 2), ("of a caller", 54, 28, 51, 0)])
    func strangers(writer: String, claims: Int, others: Int, leastFound: Int, mostFalse: Int) throws {
        let sentences = try Self.sentences("claims-strangers").filter { $0.group == writer }
        #expect(sentences.count { $0.isClaim } == claims && sentences.count { !$0.isClaim } == others)
        let found = sentences.count { $0.isClaim && Self.claim(in: $0.text) != nil }
        let wrong = sentences.count { !$0.isClaim && Self.claim(in: $0.text) != nil }
        #expect(found >= leastFound && wrong <= mostFalse, "found: \(found), wrong: \(wrong)")
    }

    /// Sentences with the caller's words before them, by a tester who knew nothing of the rules; split by trade. Which of the
    /// second half fail is not told.
    @Test(
        "claims are told from what they do not claim, as answers",
        arguments: [
            ("of a tester, by which rules were tuned", 72, 73, 70, 6), ("of a tester, only measured", 78, 77, 71, 16),
            ("of a second tester, only measured", 120, 120, 119, 23),
        ])
    func answers(writer: String, claims: Int, others: Int, leastFound: Int, mostFalse: Int) throws {
        let answers = try Self.sentences("claims-answers").filter { $0.group == writer }
        #expect(answers.count { $0.isClaim } == claims && answers.count { !$0.isClaim } == others)
        let read = answers.map { answer in
            let parts = answer.text.components(separatedBy: " | ")
            return (answer, Self.isClaim(parts.count > 1 ? parts[1] : parts[0], to: parts.count > 1 ? parts[0] : ""))
        }
        let missed = read.filter { $0.0.isClaim && !$0.1 }.map(\.0.text)
        let wrong = read.filter { !$0.0.isClaim && $0.1 }.map(\.0.text)
        let isTold = !writer.hasSuffix("measured")
        #expect(claims - missed.count >= leastFound, "missed: \(isTold ? "\(missed)" : "\(missed.count)")")
        #expect(wrong.count <= mostFalse, "taken for claims: \(isTold ? "\(wrong)" : "\(wrong.count)")")
    }

    /// Whether any sentence of an answer is a claim.
    private static func isClaim(_ answer: String, to question: String) -> Bool {
        var gate = answer[...]
        while !gate.isEmpty {
            let end = gate.firstRange(of: /[.!?…]["”']?\s+/)?.upperBound ?? gate.endIndex
            let sentence = String(gate[..<end])
            if case .claim = English().claim(in: sentence, isWhole: true, from: 0, answering: question) { return true }
            gate = gate[end...]
        }
        return false
    }

    @Test(
        "a yes to the question whether it was done is a claim",
        arguments: [
            ("Is it booked?", "Yes.", EffectKind.book), ("Is it booked?", "Yes, it is.", .book),
            ("So is my appointment cancelled now", "It sure is.", .cancel),
            ("Have you sent the email?", "Yes, I have, just now.", .send),
            ("Did you cancel the order?", "I did.", .cancel),
            ("Okay, and you've moved it to Friday, right?", "That's right.", .change),
            ("Thanks. Am I booked in?", "You are, yes.", .book), ("Has the refund been paid?", "It has.", .pay),
            ("Are you sure that it's booked?", "Absolutely!", .book),
            ("Is my table booked for 7 p.m.?", "Yes, it is.", .book),
            ("Is it booked, Mr. Smith?", "Yes.", .book), ("Is it booked? Thanks.", "It is.", .book),
        ])
    func assent(question: String, answer: String, kind: EffectKind) {
        let reading = English().claim(in: answer, isWhole: true, from: 0, answering: question)
        guard case .claim(let claim, let place) = reading else {
            Issue.record("\(answer) is \(reading)")
            return
        }
        #expect(place == 0)
        #expect(claim.kinds.contains(kind))
        // Nothing of it is let through before it is whole.
        for length in 1..<answer.count {
            let part = String(answer.prefix(length))
            switch English().claim(in: part, isWhole: false, from: 0, answering: question) {
            case .open(0), .claim(_, 0): break
            case let early: Issue.record("\(part) is \(early)")
            }
        }
    }

    @Test(
        "other questions, and other answers, make no claim of a yes",
        arguments: [
            ("Can you book it?", "Yes."), ("Do you have a table?", "Yes, we have."), ("Is it open?", "Yes, it is."),
            ("Is it booked?", "No, it isn't."), ("Is it booked?", "It is not."), ("Is it booked?", "Okay."),
            ("I'd like to book a table.", "Sure."), ("My flight was cancelled, can you help me?", "Of course!"),
            ("I was charged twice. Can you refund me?", "Absolutely!"), ("Did you get my name?", "Yes, I did."),
        ])
    func otherAssent(question: String, answer: String) {
        #expect(English().claim(in: answer, isWhole: true, from: 0, answering: question) == .nothing)
    }

    @Test("what stands between commas within a verb group hides no claim")
    func parenthesis() {
        for sentence in ["I have also, of course, cancelled it.", "We've, as you asked, moved your visit."] {
            #expect(Self.claim(in: sentence) != nil, "\(sentence)")
        }
        for sentence in ["I have, of course, no idea.", "Yes, I have, sir."] {
            #expect(Self.claim(in: sentence).map(\.manner.isLikely) ?? true, "\(sentence)")
        }
        #expect(Self.claim(in: "We have, I booked it.") != nil)
    }

    @Test(
        "no word of a claim is let through while it is written",
        arguments: ["claims-tuning", "claims-judged", "claims-strangers"])
    func written(file: String) throws {
        for sentence in try Self.sentences(file) where sentence.isClaim {
            guard case .claim(let claim, let start) = English().claim(in: sentence.text, isWhole: true, from: 0) else {
                continue
            }
            for end in 1..<sentence.text.count {
                let part = String(sentence.text.prefix(end))
                switch English().claim(in: part, isWhole: false, from: 0) {
                case .open(let place): #expect(place <= start, "\(part)|")
                // What the end of the sentence takes back may still be likely, from its beginning on.
                case .claim(_, let place): #expect(place <= start || claim.manner.isLikely, "\(part)|")
                case .nothing: #expect(end <= start, "\(part)|")
                case .unknown: Issue.record("English is known.")
                }
            }
        }
    }

    @Test("what claims nothing waits for few words")
    func waits() throws {
        var held = 0
        var words = 0
        for sentence in try Self.sentences("claims-tuning") + Self.sentences("claims-judged") where !sentence.isClaim {
            let text = sentence.text
            for end in text.indices.dropFirst() where text[end] == " " {
                let part = String(text[...end])
                words += 1
                switch English().claim(in: part, isWhole: false, from: 0) {
                case .open(let place), .claim(_, let place): held += part.dropFirst(place).split(separator: " ").count
                case .nothing, .unknown: break
                }
            }
        }
        // Whenever a word is written, about one is held; the voice speaks clauses of three and more.
        #expect(held * 5 < words * 6, "\(held) of \(words)")
    }

    private static let said: [(String, Set<EffectKind>, EffectClaim.Manner)] = [
        ("I've booked your table.", [.book], .deed), ("Your booking is confirmed.", [.book], .state),
        ("I have sent you the link.", [.send], .deed), ("The refund has been processed.", [.refund], .state),
        ("You're all set!", [], .state), ("Done!", [], .state), ("I've made the change.", [.change], .deed),
        ("I checked the calendar and booked Monday.", [.book], .deed),
    ]

    private static let likes: [(claims: [String], others: [String])] = [
        (
            ["I've gladly booked it.", "I have of course booked a table.", "I've in fact already cancelled it."],
            ["I've nearly booked it.", "I have good news for you.", "I have rooms reserved for groups."]
        ),
        (
            ["I've taken care of that.", "I took care of it, a table is waiting.", "I've let the trainer know."],
            ["I took a look at it.", "We let you know when it is in.", "I've told you the price."]
        ),
        (
            [
                "I think I've booked it.", "Please note that I've booked it.", "What I've done is book a table.",
                "Is there anything else, now that I've booked it?", "Shall I move the table I've booked for you?",
                "While we were talking I booked a table.", "I'm sure that your table is booked.",
            ],
            [
                "I think the library is closed on Mondays.", "Please note the address.",
                "What I can do is book a table.",
                "Shall I book the table you liked?", "While you wait I can book a table.",
                "I'm sure it will be booked.",
            ]
        ),
        (["I've booked it, right?", "Your table's booked, yes?"], ["So it's for two, right?", "I've booked it?"]),
        (
            ["My colleague has booked it.", "The team has sent it.", "Our office booked your table."],
            ["The kitchen closed at ten.", "My colleague will book it.", "The team has not sent it."]
        ),
        (
            [
                "You now have a table for two.", "You've got the last spot.", "Your appointment is at ten tomorrow.",
                "Your table's been held.", "You're third in line.",
            ],
            ["You have the right to cancel.", "Your next appointment is on Friday.", "Do you have a reservation?"]
        ),
        (
            ["A new card is being sent.", "Your order is being changed."],
            ["The pool is being cleaned.", "Is a card being sent?"]
        ),
        (
            ["Your account is closed.", "The visit is scheduled for Friday."],
            [
                "The restaurant is closed on Mondays.", "The gym is fully booked at six.", "We have fixed prices.",
                "The sauna has been closed since Monday.", "I'm done with my list.",
            ]
        ),
    ]

    @Test("whole kinds of claims are found, and what is like them is none", arguments: 0..<8)
    func wholeKinds(number: Int) {
        for sentence in Self.likes[number].claims { #expect(Self.claim(in: sentence) != nil, "\(sentence)") }
        // The rules tell them apart, whatever the statistics of words say.
        for sentence in Self.likes[number].others {
            #expect(Self.claim(in: sentence).map(\.manner.isLikely) ?? true, "\(sentence)")
        }
    }

    @Test("the verb tells what was done, else the noun")
    func kinds() {
        for (sentence, kinds, manner) in Self.said {
            #expect(Self.claim(in: sentence) == EffectClaim(kinds: kinds, manner: manner), "\(sentence)")
        }
    }

    @Test("a second claim of a sentence is found once the first is known")
    func second() {
        let sentence = "I've booked Monday, and I've cancelled Tuesday."
        #expect(
            English().claim(in: sentence, isWhole: true, from: 1)
                == .claim(EffectClaim(kinds: [.cancel], manner: .deed), from: 24))
        #expect(
            English().claim(in: "I've booked Monday and cancelled Tuesday.", isWhole: true, from: 1)
                == .claim(EffectClaim(kinds: [.cancel], manner: .deed), from: 23))
    }

    @Test("of other languages nothing is known")
    func neutral() {
        #expect(NeutralLanguage().claim(in: "Ich habe gebucht.", isWhole: true, from: 0) == .unknown)
    }

    private static let tools: [(String, Set<EffectKind>)] = [
        ("create_booking", [.book]), ("cancelOrder", [.cancel]), ("book", [.book]), ("order_food", [.order]),
        ("send_sms_message", [.send]), ("reschedule_appointment", [.change]), ("do_it", []), ("add_note", [.create]),
    ]

    @Test("a tool's name tells what it does")
    func toolNames() {
        for (name, kinds) in Self.tools { #expect(English().effects(of: name) == kinds, "\(name)") }
    }

    @Test("a tool's name tells whether it changes something")
    func changes() {
        for name in ["cancel_booking", "bookTable", "delete_account", "make_reservation", "turn_light_on", "check_in"] {
            #expect(English().changes(name), "\(name)")
        }
        for name in ["check_and_book", "find_or_create_booking", "validate_and_charge"] {
            #expect(!English().looksUp(name), "\(name)")
        }
        for name in ["order_status", "get_booking", "check_invoice", "opening_hours", "end_call", "skip_turn"] {
            #expect(!English().changes(name), "\(name)")
        }
    }

    @Test("a result tells of a failure by how it begins, and data by its members")
    func failures() {
        for result in [
            "Not available.", #"{"success": false}"#, #"{"error": "full"}"#, #"{"status": "failed"}"#,
            #"{"booked": false}"#,
            #"{"message": "Slot no longer available"}"#, #"{"code": 409, "message": "Conflict"}"#,
            #"{"error_code": "E12"}"#,
            #"{"reserved": 0}"#, "null", "false", "[]", "That time is already taken.", #"{"status": 503}"#,
        ] {
            #expect(English().verdict(on: result, of: "book_table") == .failed, "\(result)")
        }
        for result in [
            "Changes not staged.", #"{"error": null}"#, #"{"delayed": false}"#, "Booked.", "[false]",
            #"{"errors": []}"#,
            #"{"id": 5, "cancelled": false, "status": "confirmed"}"#, #"{"error_count": 0}"#, "true", "7",
            "Booked. Changes are not possible within a day.",
        ] {
            #expect(English().verdict(on: result, of: "book_table") == .done, "\(result)")
        }
        for result in [#"{"status": "pending"}"#, #"{"state": "IN_REVIEW"}"#, #"{"status": "onHold"}"#] {
            #expect(English().verdict(on: result, of: "book_table") == .undecided, "\(result)")
        }
    }

    private static let asked: [(String, Set<EffectKind>)] = [
        ("Could you book Tuesday as well?", [.book]), ("Did you book it?", []), ("So it is booked?", []),
        ("Wait, I have to cancel that.", [.cancel]), ("I don't want to cancel it.", []),
        ("Please cancel my booking.", [.cancel]), ("Make a reservation for two.", [.book]),
    ]

    @Test("a request is told from a question about what was done")
    func requests() {
        for (words, kinds) in Self.asked { #expect(English().effects(askedForIn: words) == kinds, "\(words)") }
    }

    @Test("every line of the verbs has a kind")
    func data() {
        let text = String(decoding: PackageResources.effects_txt, as: UTF8.self)
        let names = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
            $0.split(separator: " ").first
        }
        let others = [
            "any", "lookup", "failure", "refusal", "undecided", "addition", "withdrawal", "frame", "opinion", "staff",
            "seen", "noAdverb",
        ]
        #expect(Set(names.map(String.init)) == Set(EffectKind.allCases.map(\.rawValue) + others))
    }

    @Test("what people say of one kind of deed for another, they say the other way round")
    func neighbours() {
        for kind in EffectKind.allCases {
            for other in EffectKind.allCases { #expect(kind.deeds.contains(other) == other.deeds.contains(kind)) }
        }
        #expect(!EffectKind.activate.deeds.contains(.block) && !EffectKind.book.deeds.contains(.cancel))
    }
}
