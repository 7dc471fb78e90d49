import Foundation
import Testing

@testable import Language

@Suite("What the agent says was done")
struct ClaimTests {
    /// A sentence with whether it is a claim.
    struct Sentence: Sendable {
        var isClaim: Bool
        var text: String
    }

    private static func sentences(_ name: String) throws -> [Sentence] {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures"))
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard line.hasPrefix("+ ") || line.hasPrefix("- ") else { return nil }
            return Sentence(isClaim: line.hasPrefix("+"), text: String(line.dropFirst(2)))
        }
    }

    private static func claim(in sentence: String) -> EffectClaim? {
        guard case .claim(let claim, _) = English().claim(in: sentence, isWhole: true, from: 0) else { return nil }
        return claim
    }

    /// The second file is the measure: its trades are others, and the rules were made without it.
    @Test(
        "claims are told from offers, plans and reports",
        arguments: [("claims-tuning", 148, 0), ("claims-judged", 144, 3)])
    func found(file: String, leastFound: Int, mostFalse: Int) throws {
        let sentences = try Self.sentences(file)
        #expect(sentences.count { $0.isClaim } == 150 && sentences.count { !$0.isClaim } == 150)
        let missed = sentences.filter { $0.isClaim && Self.claim(in: $0.text) == nil }
        let false_ = sentences.filter { !$0.isClaim && Self.claim(in: $0.text) != nil }
        #expect(150 - missed.count >= leastFound, "missed: \(missed.map(\.text))")
        #expect(false_.count <= mostFalse, "taken for claims: \(false_.map(\.text))")
    }

    @Test("no word of a claim is let through while it is written", arguments: ["claims-tuning", "claims-judged"])
    func written(file: String) throws {
        for sentence in try Self.sentences(file) where sentence.isClaim {
            guard case .claim(_, let start) = English().claim(in: sentence.text, isWhole: true, from: 0) else {
                continue
            }
            for end in 1..<sentence.text.count {
                let part = String(sentence.text.prefix(end))
                switch English().claim(in: part, isWhole: false, from: 0) {
                case .open(let place), .claim(_, let place): #expect(place <= start, "\(part)|")
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
        #expect(
            Set(names.map(String.init))
                == Set(
                    EffectKind.allCases.map(\.rawValue) + [
                        "any", "lookup", "failure", "refusal", "undecided", "addition", "withdrawal",
                    ]))
    }
}
