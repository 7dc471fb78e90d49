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
        _ sentence: String, _ runs: [Run], _ turns: [(Int, String)] = [(1, "Please do it.")]
    ) throws -> Bool {
        let language = SpokenLanguages.language("en")
        guard case .claim(let claim, _) = language.claim(in: sentence, isWhole: true, from: 0) else {
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
        let closed = [failed("book_table", "the server answered 409 Conflict: the restaurant is closed")]
        #expect(try founds("I'm sorry, that did not work: the restaurant is closed.", closed))
        #expect(try founds("Your booking is cancelled.", closed) == false)
        let unsure = [failed("book_table", "nobody knows whether your table is booked")]
        #expect(try founds("Your table is booked.", unsure) == false)
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
        #expect(try founds("You're all set!", [run("find_and_book", .null)]) == false)
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
            let call = ToolCall(id: "call_\(number)", name: "book_\(number)", arguments: [:])
            let caller = ToolRoundMachine.Caller(
                round: number, response: ResponseID(number: 1), eventID: 1, place: 0, tools: try tools(call.name),
                agentID: "agent_a", time: .zero)
            for case .start(let run) in machine.handle(.called([call], by: caller)) { ledger.begin(run, language) }
        }
        let account = ledger.account(
            of: EffectClaim(kinds: [], manner: .deed), in: "", answering: nil, language)
        #expect(account.running.count == 2)
    }
}
