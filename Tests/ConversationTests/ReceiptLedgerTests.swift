import Agents
import Engines
import JSON
import Language
import Testing
import Tools
import TurnTaking

@testable import Conversation

@Suite("What the tools of a call bear out")
struct ReceiptLedgerTests {
    private struct Run {
        var name: String
        var arguments: JSONValue = [:]
        /// Nil while it runs.
        var outcome: ToolOutcome?
        var end = 2
        /// `read_only` of the tool's configuration.
        var mark: JSONValue = .null
    }

    private static func done(_ name: String, _ arguments: JSONValue = [:], _ result: String = "ok", end: Int = 2) -> Run
    {
        Run(name: name, arguments: arguments, outcome: ToolOutcome(result: result), end: end)
    }

    /// Whether the ledger bears out the claim of a sentence, after these runs and turns of the caller's; times in seconds.
    private func founds(
        _ sentence: String, _ runs: [Run], _ turns: [(Int, String)] = [(1, "Please do it.")],
        answering asked: String = ""
    ) throws -> Bool {
        let language = SpokenLanguages.language("en")
        guard case .claim(let claim, _) = language.claim(in: sentence, isWhole: true, from: 0, answering: asked) else {
            Issue.record("No claim: \(sentence)")
            return true
        }
        var ledger = ReceiptLedger(mostEntries: 16, mostTurns: 16)
        for (time, words) in turns { ledger.heard(ReceiptLedger.Turn(words: words, time: .seconds(time))) }
        var machine = ToolRoundMachine(mostAtOnce: 16, mostKept: 16)
        for (number, run) in runs.enumerated() {
            let call = ToolCall(id: "call_\(number)", name: run.name, arguments: run.arguments)
            let caller = ToolRoundMachine.Caller(
                round: number, response: ResponseID(number: number), eventID: 1, place: 0,
                tools: try tools(run.name, run.mark),
                agentID: "agent_a", time: .seconds(1))
            for case .start(let run) in machine.handle(.called([call], by: caller)) { ledger.begin(run, language) }
            guard let outcome = run.outcome else { continue }
            for case .tell(let ended, _) in machine.handle(.ended(call.id, outcome)) {
                ledger.end(ended, at: .seconds(run.end), language)
            }
        }
        return ledger.account(of: claim, in: sentence, answering: nil, language).isFounded
    }

    private func tools(_ name: String, _ mark: JSONValue = .null) throws -> [ToolSettings] {
        let settings = try CallSettings(
            agent: try Agent.new(conversationConfig: [
                "agent": [
                    "prompt": [
                        "tools": SystemTool(rawValue: name) == nil
                            ? [
                                [
                                    "type": "client", "name": .string(name), "description": "Does it.",
                                    "read_only": mark,
                                ]
                            ] : [],
                        "built_in_tools": [
                            "end_call": ["type": "system", "name": "end_call"],
                            "transfer_to_agent": [
                                "type": "system", "name": "transfer_to_agent",
                                "params": ["transfers": [["agent_id": "a", "condition": "b"]]],
                            ],
                        ],
                    ]
                ]
            ]), initiation: CallInitiation(), variables: try CallVariables([:], system: [:]))
        return settings.tools
    }

    @Test(
        "a claim in words that no rule knows is borne out by a deed, and by what was looked up since the caller spoke")
    func likely() throws {
        let language = SpokenLanguages.language("en")
        let sentence = "Okay, that's you out as of the thirtieth."
        guard case .claim(let claim, _) = language.claim(in: sentence, isWhole: true, from: 0) else {
            Issue.record("No claim.")
            return
        }
        #expect(claim.manner.isLikely && claim.kinds.isEmpty)
        #expect(try !founds(sentence, []))
        #expect(try founds(sentence, [Self.done("end_membership")]))
        #expect(try founds(sentence, [Self.done("check_member")]))
        #expect(try !founds(sentence, [Self.done("check_member")], [(1, "Am I a member?"), (3, "I want to quit.")]))
        #expect(try !founds(sentence, [Run(name: "end_membership")]))
        #expect(try !founds(sentence, [Self.done("end_membership", [:], #"{"status": "pending"}"#)]))
    }

    @Test("a bare yes is borne out only by what the question names")
    func assent() throws {
        func isYes(to asked: String, _ arguments: JSONValue) throws -> Bool {
            let turns = [(1, "A table for two, please."), (5, asked)]
            return try founds("Yes, it is.", [Self.done("book_table", arguments)], turns, answering: asked)
        }
        #expect(try isYes(to: "So is it booked?", ["day": "thursday"]))
        #expect(try isYes(to: "Is it booked for Thursday?", ["day": "thursday"]))
        #expect(try isYes(to: "Is it booked for Friday at six?", ["start": "2026-12-04T18:00:00"]))
        #expect(try isYes(to: "Is it booked for tomorrow?", ["start": "2026-12-04T18:00:00"]))
        #expect(try !isYes(to: "Is it booked for Friday?", ["day": "thursday"]))
        #expect(try !isYes(to: "Is it booked for Friday at seven?", ["start": "2026-12-04T18:00:00"]))
        #expect(try !isYes(to: "Is it cancelled?", ["day": "thursday"]))
        // What was ordered counts as it does for other claims.
        let ordered = [(1, "A table for Friday, please."), (5, "Is it booked for Friday?")]
        let slot = Self.done("book_slot", ["slot_id": 17], #"{"ok": true, "free_cancellation_until": "2026-12-03"}"#)
        #expect(try founds("Yes, it is.", [slot], ordered, answering: ordered[1].1))
    }

    @Test("a success of the tool that does it is a receipt; nothing, a failure, and what still runs are none")
    func outcomes() throws {
        let sentence = "I've booked your table."
        #expect(try founds(sentence, [Self.done("book_table")]))
        #expect(try founds(sentence, []) == false)
        #expect(try founds(sentence, [Run(name: "book_table")]) == false)
        #expect(try founds(sentence, [Run(name: "book_table", outcome: .failure("error", message: "full"))]) == false)
        #expect(try founds(sentence, [Self.done("book_table", [:], #"{"success": false}"#)]) == false)
        #expect(try founds(sentence, [Self.done("book_table", [:], #"{"status": "failed"}"#)]) == false)
        #expect(try founds(sentence, [Self.done("book_table", [:], "Error: no table")]) == false)
    }

    @Test("a tool stands for what its words say, and for what people say for it")
    func kinds() throws {
        #expect(try founds("I've cancelled your order.", [Self.done("book_table")]) == false)
        #expect(try founds("I've cancelled it.", [Self.done("manage_order", ["action": "cancel"])]))
        #expect(try founds("I've moved your appointment.", [Self.done("create_appointment")]))
        #expect(try founds("Your order is placed.", [Self.done("placeOrder")]))
        #expect(try founds("I've sent you a text.", [Self.done("book_table")]) == false)
        #expect(
            try founds("I've sent you a text.", [Self.done("book_table", [:], #"{"confirmation": "sent by text"}"#)]))
        #expect(try founds("You're all set!", [Self.done("book_table")]))
        #expect(try founds("I've booked it.", [Self.done("run_workflow_7")]))
    }

    @Test("what only reads, and what only ends the call, is no receipt for a deed")
    func reading() throws {
        #expect(try founds("I've booked it.", [Self.done("check_availability", [:], "free")]) == false)
        #expect(try founds("You're all set!", [Self.done("get_order", [:], "open")]) == false)
        #expect(try founds("You're all set!", [Self.done("end_call")]) == false)
        #expect(try founds("I've transferred you.", [Self.done("transfer_to_agent")]))
        #expect(try founds("Your order has been shipped.", [Self.done("get_order", [:], #"{"status": "shipped"}"#)]))
        #expect(
            try founds("Your order is cancelled.", [Self.done("get_order", [:], #"{"status": "shipped"}"#)]) == false)
        #expect(
            try founds("Your order is cancelled.", [Self.done("get_order", [:], #"{"cancelled": false}"#)]) == false)
        #expect(try founds("I've shipped your order.", [Self.done("get_order", [:], "shipped")]) == false)
    }

    @Test("what a failed tool tells of the world is no claim, but what it was to do is")
    func quotes() throws {
        func failed(_ name: String, _ message: String) -> Run {
            Run(name: name, outcome: .failure("http_error", message: message))
        }
        let closed = [failed("book_table", "the server answered 409 Conflict: the account is closed")]
        #expect(try founds("I'm sorry, that did not work: the account is closed.", closed))
        #expect(try founds("Your booking is cancelled.", closed) == false)
        let unsure = [failed("book_table", "nobody knows whether your table is booked")]
        #expect(try founds("Your table is booked.", unsure) == false)
    }

    @Test("what is said for a deed is borne out by its neighbour, and many slots by none")
    func neighbours() throws {
        #expect(try founds("I've cancelled the Tuesday lesson.", [Self.done("reschedule_lesson", ["to": "thursday"])]))
        #expect(try founds("The late fee has been removed.", [Self.done("waive_fee")]))
        #expect(try founds("Your visit is booked.", [Self.done("dispatch_engineer")]))
        #expect(try founds("I've arranged a call back.", [Self.done("post_request", ["kind": "callback"])]))
        #expect(try founds("You're booked for Thursday.", [Self.done("check_and_book", ["day": "thursday"])]))
        let slots = #"{"slots":[{"time":"10:00","booked":true}]}"#
        #expect(try founds("It's booked.", [Self.done("get_slots", [:], slots)]) == false)
        #expect(try founds("It's booked.", [Self.done("get_booking", [:], #"{"booked":true}"#)]))
        #expect(try founds("You have a table at six.", [Self.done("get_booking", [:], #"{"time":"18:00"}"#)]))
        #expect(try founds("You have a table at six.", []) == false)
    }

    @Test("another day, time or number than the tool's is not borne out")
    func otherValues() throws {
        func booked(_ sentence: String, _ arguments: JSONValue, _ words: String = "Please do it.") throws -> Bool {
            try founds(sentence, [Self.done("book_table", arguments)], [(1, words)])
        }
        #expect(try booked("You're booked for Friday.", ["day": "thursday"]) == false)
        #expect(try booked("You're booked for Friday.", ["day": "2026-12-03"]) == false)
        #expect(try booked("You're booked for Thursday at eleven.", ["day": "thursday", "time": "10:00"]) == false)
        #expect(try booked("I've booked it for December 5th.", ["date": "2026-12-04"]) == false)
        #expect(try booked("I've booked a table for four people.", ["guests": 2]) == false)
        let paid = [Self.done("transfer_money", ["amount": 40])]
        #expect(try founds("I've transferred four hundred euros.", paid) == false)
        #expect(try founds("I've transferred forty euros.", paid))
        #expect(try booked("You're booked for Friday.", ["day": "thursday"], "Friday, please."))
    }

    @Test("what is only worded otherwise is borne out")
    func reworded() throws {
        let said: [(String, JSONValue)] = [
            ("You're booked for Friday.", ["date": "2026-12-04"]),
            ("You're booked for Friday at six.", ["start": "2026-12-04T18:00:00"]),
            ("You're booked for Friday at six.", ["date": "2026-12-04", "time": "18:00", "guests": 2]),
            ("You're booked for six p.m.", ["time": "18:00"]), ("You're booked for 6 pm.", ["time": "18:00:00"]),
            ("I've booked it at half past six.", ["time": "18:30"]), ("I've booked it at 6:30.", ["time": "6:30 pm"]),
            ("I've booked it at six thirty.", ["time": "1830"]),
            ("I've booked it at quarter to seven.", ["time": "18:45"]),
            ("I've booked it at noon.", ["time": "12:00"]), ("I've booked it at six o'clock.", ["hour": 18]),
            ("I've booked it for December 4th.", ["date": "2026-12-04"]),
            ("I've booked it for the fourth of December.", ["date": "12/4/2026"]),
            ("I've booked it for December the twenty-first.", ["date": "21.12.2026"]),
            ("I've booked it for the 4th.", ["date": "2026-12-04"]), ("You're booked for Friday.", ["day": "Fri"]),
            ("You're booked for Friday.", ["day": "tomorrow"]), ("You're booked for tomorrow.", ["date": "2026-12-04"]),
            ("You're booked for Friday evening.", ["slot": "fri-evening"]),
            ("I've booked a table for two people.", ["guests": "2", "table": 7]),
            ("I've booked a table for two people.", ["people": "two"]),
            ("I've booked it at seven.", ["start": "2026-12-04T18:00:00Z"]),
            ("I've charged forty euros.", ["amount": 4000]), ("I've charged $1,200.", ["amount": 1200]),
            ("I've booked Friday instead of Thursday.", ["day": "friday"]),
            ("Your booking number is 4411.", ["guests": 2]), ("I've booked it under room five.", ["time": "18:00"]),
        ]
        for (sentence, arguments) in said {
            let name = sentence.contains("charged") ? "charge_card" : "book_table"
            #expect(try founds(sentence, [Self.done(name, arguments)]), "\(sentence)")
        }
        let stamped = Self.done("book_table", [:], #"{"created_at":"2026-11-30T09:00:00"}"#)
        #expect(try founds("You're booked for Friday at six.", [stamped]))
    }

    /// What a reviewer wrote as true after these: what each tool was called with, what it answered, and what is then said.
    private static let founded: [(name: String, arguments: JSONValue, result: String, sentences: [String])] = [
        (
            "book_engineer", ["day": "thursday", "time": "10:00"], #"{"visit": "V-77","engineer": "Dave"}"#,
            [
                "Dave is coming on Thursday at ten.", "I've booked Dave for Thursday at ten.",
                "Your visit is booked; the number is V-77.", "That's all arranged for Thursday.",
                "I've put you down for Thursday at ten.", "You're all set for Thursday.",
                "Okay, done! Dave will be there on Thursday.", "I have scheduled an engineer for you.",
                "Your appointment has been made for Thursday at ten.", "I've reserved the ten o'clock slot for you.",
                "The engineer's visit is confirmed.", "I've sorted that out for you.",
                "We've got you in for Thursday at ten.",
            ]
        ),
        (
            "cancel_engineer", ["visit": "V-77"], #"{"ok": true}"#,
            [
                "I've cancelled Dave's visit.", "Your visit is cancelled.", "That's been cancelled for you.",
                "I've called it off.", "I took you off the schedule.", "The appointment has been removed.",
                "Okay, Thursday's visit is cancelled and nothing will be charged.", "I've deleted the appointment.",
            ]
        ),
        (
            "renew_books", ["card": "5521"], #"{"until": "2026-12-14","count": 3}"#,
            [
                "I've renewed your three books until the 14th of December.", "Your loans have been extended.",
                "All three are renewed.", "Done, you can keep them until the 14th of December.",
                "I've extended the due date.", "Your new due date is set to December 14th.",
                "I updated the due date for you.", "I've prolonged your loans.",
            ]
        ),
        (
            "place_hold", ["title": "Sula"], #"{"position": 3}"#,
            [
                "I've placed a hold on Sula; you are third.", "I've reserved it for you.",
                "I've put you on the list for Sula.", "You're on the waiting list now.", "I've requested Sula for you.",
                "Sula has been put aside for you.", "I added you to the queue.",
            ]
        ),
        (
            "waive_fee", ["fee": "late"], #"{"balance": 0}"#,
            [
                "I've waived the late fee.", "The late fee has been removed.", "I've taken the fee off your account.",
                "I've cleared the fee.", "Your fee has been cancelled.", "I've refunded the late fee.",
                "Your balance has been set to zero.", "I've credited it back.",
            ]
        ),
        (
            "freeze_membership", ["from": "2026-07-01"], #"{"state": "frozen"}"#,
            [
                "I've frozen your membership from July.", "Your membership is paused.",
                "I've put your membership on hold.", "I've suspended it from the first of July.",
                "Your membership has been stopped for now.", "I've changed your membership to frozen.",
            ]
        ),
        (
            "upgrade_plan", ["plan": "gold"], #"{"plan": "gold"}"#,
            [
                "I've upgraded you to gold.", "You've been moved to the gold plan.", "You're on the gold plan now.",
                "I switched you to gold.", "Your plan has been changed.", "I've activated the gold plan for you.",
                "I've signed you up for gold.",
            ]
        ),
        (
            "sign_up_class", ["class": "yoga"], #"{"place": 4}"#,
            [
                "You're signed up for yoga.", "I've booked you into yoga.", "I've enrolled you in yoga.",
                "I've reserved a place in yoga for you.", "You're registered for yoga.",
                "I've added you to the yoga class.", "I got you a spot in yoga.",
            ]
        ),
        (
            "report_absence", ["child": "Tom", "day": "today"], #"{"ok": true}"#,
            [
                "I've reported Tom's absence.", "I've noted that Tom is ill today.", "I've let the school know.",
                "Tom's absence has been recorded.", "I've informed Mrs. Miller.", "I've marked him absent.",
                "Tom has been excused for today.", "I've passed it on to his teacher.", "I've logged it.",
            ]
        ),
        (
            "create_meeting", ["with": "Mrs. Miller", "day": "friday"], #"{"id": 4}"#,
            [
                "I've set up the meeting with Mrs. Miller for Friday.", "Your meeting is scheduled for Friday.",
                "I've arranged it for Friday.", "The meeting has been booked.", "I've put the meeting in the calendar.",
                "I've fixed Friday with Mrs. Miller.", "I've made an appointment with Mrs. Miller.",
            ]
        ),
        (
            "update_address", ["street": "Elm Road"], #"{"ok": true}"#,
            [
                "I've updated your address to Elm Road.", "Your new address is saved.", "I've changed it to Elm Road.",
                "I've corrected your address.", "Your details have been updated.", "I've recorded the new address.",
                "I replaced the old address.",
            ]
        ),
        (
            "send_quote", ["to": "a@b.c"], #"{"ok": true}"#,
            [
                "I've emailed you the quote.", "The quote is on its way.", "I've sent it to you.",
                "I forwarded the quote to your email.", "The quote has been mailed.", "I've shared the quote with you.",
                "You've been sent the quote.",
            ]
        ),
        (
            "pay_invoice", ["amount": "90"], #"{"ok": true}"#,
            [
                "Your invoice is paid.", "I've charged your card ninety euros.", "The payment went through.",
                "I've settled the invoice.", "I've taken the payment.", "We've received your payment.",
                "I've processed the payment.", "Your card has been billed.",
            ]
        ),
    ]

    @Test("what is true after a success is borne out")
    func foundedSentences() throws {
        let language = SpokenLanguages.language("en")
        let all = Self.founded.flatMap { tool in tool.sentences.map { (tool, $0) } }
        let held = try all.filter { tool, sentence in
            guard case .claim = language.claim(in: sentence, isWhole: true, from: 0) else { return false }
            return try !founds(sentence, [Self.done(tool.name, tool.arguments, tool.result)])
        }
        #expect(held.count <= 0, "\(all.count) sentences, held back: \(held.map { $0.1 })")
    }

    @Test("who only repeats a request while its tool runs, or after it, asks for nothing new")
    func repeated() throws {
        let booked = [Self.done("book_table", ["day": "Monday"])]
        let turns = [(1, "Please book a table for Monday."), (5, "Book a table for Monday, please.")]
        #expect(try founds("Your table is booked.", booked, turns))
        #expect(try founds("Your table is booked.", booked, [turns[0], (5, "Please book another table.")]) == false)
    }

    @Test("the owner's word on whether a tool only reads goes before its name")
    func marks() throws {
        func run(_ name: String, _ mark: JSONValue) -> Run {
            Run(name: name, outcome: ToolOutcome(result: "ok"), mark: mark)
        }
        #expect(try founds("I've checked you in.", [run("check_in", .null)]))
        #expect(try founds("You're all set!", [run("check_invoice", .null)]) == false)
        #expect(try founds("You're all set!", [run("checkInvoice", .null)]) == false)
        #expect(try founds("You're all set!", [run("find_and_book", .null)]))
        #expect(try founds("You're all set!", [run("find_and_book", false)]))
        #expect(try founds("You're all set!", [run("weather", true)]) == false)
    }

    @Test("a receipt does not stand for what was asked for, or first named, after it")
    func later() throws {
        let monday = [Self.done("book", ["day": "Monday"])]
        let first = (1, "Please book Monday.")
        #expect(try founds("I've booked Monday for you.", monday, [first]))
        #expect(try founds("Yes, it's booked for Monday.", monday, [first, (5, "So that is booked?")]))
        #expect(try founds("You're all set, goodbye!", monday, [first, (5, "Thanks, that was all.")]))
        #expect(try founds("I've booked Tuesday too.", monday, [first, (5, "And Tuesday, please.")]) == false)
        #expect(try founds("I've booked that too.", monday, [first, (5, "Could you book a taxi?")]) == false)
        #expect(try founds("Done!", monday, [first, (5, "And cancel the taxi.")]) == false)
        let mother = (5, "I'd like a table for my mother as well.")
        #expect(try founds("I've booked a table for her too.", monday, [first, mother]) == false)
        let brother = (5, "The same for my brother, please.")
        #expect(try founds("I've booked it for your brother.", monday, [first, brother]) == false)
        #expect(try founds("I've booked Monday for you.", monday, [first, (5, "Do you also have parking?")]))
        #expect(
            try founds("I've booked it.", [Self.done("run_workflow_7")], [first, (5, "And the other one too.")])
                == false)
    }

    @Test("what has only been asked for is no booking yet")
    func undecided() throws {
        let pending = [Self.done("book_table", [:], #"{"status": "pending"}"#)]
        #expect(try founds("You're booked for Thursday.", pending) == false)
        #expect(try founds("I've booked it.", pending) == false)
        #expect(try founds("I've submitted your request.", pending))
        #expect(try founds("I've taken care of that for you.", []) == false)
        #expect(try founds("I've taken care of that for you.", [Self.done("book_table")]))
    }

    @Test("what is remembered is bounded, oldest first out")
    func bounds() throws {
        let language = SpokenLanguages.language("en")
        var ledger = ReceiptLedger(mostEntries: 2, mostTurns: 2)
        for number in 0..<5 { ledger.heard(ReceiptLedger.Turn(words: "book \(number)", time: .seconds(number))) }
        var machine = ToolRoundMachine(mostAtOnce: 16, mostKept: 16)
        for number in 0..<5 {
            let name = "book_\(number)"
            let call = ToolCall(id: "call_\(number)", name: name, arguments: [:])
            let caller = ToolRoundMachine.Caller(
                round: number, response: ResponseID(number: 1), eventID: 1, place: 0, tools: try tools(name),
                agentID: "agent_a", time: .zero)
            for case .start(let run) in machine.handle(.called([call], by: caller)) { ledger.begin(run, language) }
        }
        let account = ledger.account(
            of: EffectClaim(kinds: [], manner: .deed), in: "", answering: nil, language)
        #expect(account.running.count == 2)
    }
}
