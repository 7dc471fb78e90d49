import AsyncHTTPClient
import Engines
import Foundation
import JSON
import Testing

@testable import LocalEngines
@testable import ToolDecisions

private func caller(_ text: String) -> DialogueLine { DialogueLine(speaker: .caller, text: text) }
private func agent(_ text: String) -> DialogueLine { DialogueLine(speaker: .agent, text: text) }

@Suite struct SpokenEvidenceTests {
    @Test(arguments: [
        ("Karen Whitfield", "Karen Whitfield"), ("karen whitfield.", "karen whitfield"), ("A4711", "A4711"),
        ("five five zero", "550"),
        // A slip of the model in a rare name.
        ("Karen Whitefield", "Karen Whitfield"),
        // Its own words for what the caller described.
        ("The heating makes strange noises", "The heating makes strange noises"),
    ])
    func saidValuesAreTaken(value: String, taken: String) {
        let evidence = SpokenEvidence([
            agent("Under which name?"), caller("Um, Karen Whitfield, order A 4711, or five five zero."),
            caller("My heating makes such strange noises since Monday."),
        ])
        #expect(evidence.text(value) == taken)
    }

    @Test(arguments: ["John Doe", "12345", "A4712", "", "Please send somebody tomorrow morning"])
    func inventedValuesAreNot(value: String) {
        let evidence = SpokenEvidence([caller("Order A4711 for Karen Whitfield, please.")])
        #expect(evidence.text(value) == nil)
    }

    @Test func numbersAreReadInFiguresAndWords() {
        let evidence = SpokenEvidence([caller("Twenty five of us, two hundred and 15, or eight.")])
        #expect(evidence.numbers.isSuperset(of: [25, 200, 15, 8]) && !evidence.numbers.contains(10))
    }

    @Test(
        "numbers of times and days count nothing",
        arguments: [
            ("At one o'clock, for poor guests.", [Int]()), ("Four of us at seven thirty.", [4]),
            ("A table for four this evening at eight.", [4]), ("Around ten people, at 7 p.m.", [10]),
            ("On December 5, for two.", [2]), ("The fifth of May, 2026-07-02 or 12:30, for three.", [3]),
            ("From two to four people.", [2, 4]), ("A quarter to nine, number twelve.", [12]),
        ])
    func numbersOfMomentsCountNothing(text: String, numbers: [Int]) {
        #expect(SpokenEvidence([caller(text)]).numbers == Set(numbers))
    }

    @Test(
        "signs that belong to a value stay, quotation marks and the end of a sentence do not",
        arguments: [
            ("+4312345678", "+4312345678"), ("/work/x", "/work/x"), ("/work/x.", "/work/x"), ("#12", "#12"),
            ("50%", "50%"), ("\u{201C}Whitfield,\u{201D} ", "Whitfield"),
        ])
    func signsOfValuesStay(value: String, taken: String) {
        let evidence = SpokenEvidence([
            caller("My number is +4312345678, the folder is /work/x, room #12, at 50%, for Whitfield.")
        ])
        #expect(evidence.text(value) == taken)
        let corrected = SpokenEvidence([caller("+4312345678, no, sorry, +4312345679.")])
        #expect(corrected.text("+4312345678") == "+4312345679")
    }

    @Test func lastOptionThatTheCallerSaidCounts() {
        let evidence = SpokenEvidence([
            caller("A check-up in the morning."), agent("Only the afternoon is free."),
            caller("Morning would be better."),
        ])
        #expect(evidence.lastSaid(of: ["morning", "afternoon"]) == "morning")
        #expect(evidence.lastSaid(of: ["cleaning", "check_up"]) == "check_up")
        #expect(evidence.lastSaid(of: ["cleaning", "filling"]) == nil)
        let agentOnly = SpokenEvidence([agent("Is it for printers or a laptop?"), caller("The first.")])
        #expect(agentOnly.lastSaid(of: ["printer", "laptop"]) == "laptop")
    }

    @Test func refusalsAnswerAQuestion() {
        let question = agent("Shall I book it?")
        #expect(SpokenEvidence.isRefusal([question, caller("Um, no, not yet.")]))
        #expect(SpokenEvidence.isRefusal([question, caller("Don't book it, please.")]))
        #expect(!SpokenEvidence.isRefusal([question, caller("Yes, please.")]))
        #expect(!SpokenEvidence.isRefusal([agent("It is booked."), caller("No, I meant Friday.")]))
        #expect(SpokenEvidence.isRefusal([question, caller("Oh, I didn't know that. No, then leave it.")]))
        // Something else instead.
        #expect(!SpokenEvidence.isRefusal([question, caller("No, on Thursday, please.")]))
        #expect(!SpokenEvidence.isRefusal([caller("No.")]))
    }

    @Test func thanksForAnAnswerWantNothing() {
        let answer = agent("It will arrive on Friday.")
        #expect(SpokenEvidence.isThanks([answer, caller("Wonderful, thank you very much.")]))
        #expect(!SpokenEvidence.isThanks([answer, caller("Thanks. And where is the other one?")]))
        #expect(!SpokenEvidence.isThanks([agent("Shall I book it?"), caller("Yes, thank you.")]))
        #expect(
            !SpokenEvidence.isThanks([answer, caller("Thank you. Please send the next one to my office instead.")]))
    }

    @Test(arguments: [
        ("Okay, bye.", true), ("Thanks, goodbye then!", true), ("Bye bye now.", true), ("By Friday.", false),
        ("My name is Okafor.", false),
        ("Before I say goodbye to the old phone I want to know what a new one costs.", false),
    ])
    func goodbyes(words: String, isGoodbye: Bool) {
        #expect(SpokenEvidence.isGoodbye([agent("Hello."), caller(words)]) == isGoodbye)
    }

    @Test(arguments: [
        ("transfer_to_human", "", true), ("connectFrontDesk", "Puts the caller through to the front desk.", true),
        ("transfer_call", "Transfers the call to a colleague.", true),
        ("transfer_money", "Moves an amount between two accounts.", false),
        ("connect_emergency", "Connects the caller with the fire brigade.", false),
        ("book_table", "Books a table for the caller.", false),
    ])
    func toolsThatLeadToPersons(name: String, description: String, leadsToPerson: Bool) {
        let tool = ToolDefinition(name: name, description: description, parameters: [:])
        #expect(tool.leadsToPerson == leadsToPerson)
    }

    @Test func callsEndAndFloorsAreLeftOnlyWhereWordsSayIt() {
        let offer = agent("Can I do anything else for you?")
        #expect(SpokenEvidence.isEnd([offer, caller("No, thank you.")]))
        #expect(SpokenEvidence.isEnd([agent("It is booked."), caller("Great, that's all.")]))
        #expect(!SpokenEvidence.isEnd([agent("What is your name?"), caller("Okafor.")]))
        #expect(!SpokenEvidence.isEnd([agent("Shall I book it?"), caller("No.")]))
        #expect(!SpokenEvidence.isEnd([caller("That's all."), offer]))
        #expect(SpokenEvidence.isPause([caller("Could you hold on a second?")]))
        #expect(!SpokenEvidence.isPause([caller("Bye.")]))
        #expect(SpokenEvidence.asksForPerson([caller("I'd rather speak to a real person, please.")]))
        #expect(SpokenEvidence.asksForPerson([caller("Can you put me through to somebody?")]))
        #expect(!SpokenEvidence.asksForPerson([caller("I don't want to talk to anybody, no real person.")]))
        #expect(!SpokenEvidence.asksForPerson([caller("A table for one person, please.")]))
        #expect(SpokenEvidence.isDeferral([caller("My number is 12345, but don't look anything up yet.")]))
        #expect(!SpokenEvidence.isDeferral([caller("Has my order come yet?")]))
    }

    @Test func whatWasDoneIsNamedAnewOrNot() {
        let values: [String: JSONValue] = ["item": "coffee", "count": 1]
        #expect(SpokenEvidence.repeats(values, in: [caller("Another coffee, please.")]))
        #expect(!SpokenEvidence.repeats(values, in: [caller("Coffee."), agent("Done."), caller("How much is that?")]))
        #expect(!SpokenEvidence.repeats(values, in: [caller("Coffee it is.")]))
    }

    @Test func correctionsCount() {
        let evidence = SpokenEvidence([caller("French, number 15837260. No, sorry, 15837206, and Italian, not French.")]
        )
        #expect(evidence.text("15837260") == "15837206")
        #expect(evidence.lastSaid(of: ["french", "italian"]) == "italian")
    }
}

@Suite struct SpokenMomentsTests {
    /// Tuesday.
    private let today = SpokenMoments.today(in: "You are helpful. Today is Tuesday, 9 June 2026.")

    private func moments(_ text: String) throws -> SpokenMoments {
        SpokenMoments([caller(text)], today: try #require(today))
    }

    @Test(arguments: [
        ("Can I come tomorrow?", "2026-06-10"), ("This Saturday, please.", "2026-06-13"), ("On Tuesday.", "2026-06-16"),
        ("Next Wednesday.", "2026-06-17"), ("Next Monday.", "2026-06-15"), ("Tonight at eight.", "2026-06-09"),
        ("The day after tomorrow.", "2026-06-11"), ("On December fifth.", "2026-12-05"),
        ("The twenty first of July.", "2026-07-21"), ("On January 3rd.", "2027-01-03"), ("On 14 June.", "2026-06-14"),
        ("On 2026-07-02.", "2026-07-02"),
    ])
    func daysAreReckoned(text: String, day: String) throws {
        #expect(try moments(text).day(text) == day)
    }

    @Test(arguments: [
        ("At seven in the evening.", "19:00"), ("At two in the afternoon.", "14:00"), ("At seven thirty pm", "19:30"),
        ("Half past ten.", "10:30"), ("A quarter to nine in the evening.", "20:45"), ("At noon.", "12:00"),
        ("At 8:15 tonight.", "20:15"), ("At 16:45.", "16:45"),
        ("At 9 p.m., please.", "21:00"), ("At 8 a.m.", "08:00"), ("At ten oh five.", "10:05"),
        ("At eight twenty five in the morning.", "08:25"), ("At three.", "15:00"),
    ])
    func timesAreReckoned(text: String, time: String) throws {
        #expect(try moments(text).time(text) == time)
    }

    @Test(
        "A day is the one that it is in the agent's time zone: on either side of midnight and of a change of the clock",
        arguments: [
            // 23:30 UTC.
            ("2026-06-09T23:30:00Z", "Europe/Vienna", "2026-06-11"), ("2026-06-09T23:30:00Z", "UTC", "2026-06-10"),
            ("2026-06-09T23:30:00Z", "America/New_York", "2026-06-10"),
            // 02:00 UTC: still the day before in the west.
            ("2026-06-10T02:00:00Z", "America/Los_Angeles", "2026-06-10"),
            ("2026-06-10T02:00:00Z", "Pacific/Kiritimati", "2026-06-11"),
            // A minute before and after midnight in Vienna.
            ("2026-06-09T21:59:00Z", "Europe/Vienna", "2026-06-10"),
            ("2026-06-09T22:01:00Z", "Europe/Vienna", "2026-06-11"),
            // The clock goes forward on 29 March and back on 25 October: days of 23 and of 25 hours.
            ("2026-03-28T23:30:00Z", "Europe/Vienna", "2026-03-30"),
            ("2026-03-29T22:30:00Z", "Europe/Vienna", "2026-03-31"),
            ("2026-10-24T22:30:00Z", "Europe/Vienna", "2026-10-26"),
            ("2026-10-25T22:30:00Z", "Europe/Vienna", "2026-10-26"),
            ("2026-10-25T23:30:00Z", "Europe/Vienna", "2026-10-27"),
            ("1969-12-31T23:30:00Z", "UTC", "1970-01-01"),
        ])
    func zones(instant: String, zone: String, tomorrow: String) throws {
        let day = CivilDay(
            of: try Date.ISO8601FormatStyle().parse(instant), in: try #require(TimeZone(identifier: zone)))
        #expect(SpokenMoments([caller("Tomorrow.")], today: day).day("tomorrow") == tomorrow)
    }

    @Test("Today is what the prompt says, or else the day in the agent's time zone, or else in UTC")
    func dayInZone() throws {
        let now = try Date.ISO8601FormatStyle().parse("2026-06-09T23:30:00Z")
        func today(_ prompt: String, _ zone: String?) -> String {
            LlamaToolDecider.today(
                of: GenerationRequest(messages: [.system(prompt), .user("Hi.")], timezone: zone), now: now
            ).text
        }
        #expect(today("Be kind.", "Europe/Vienna") == "2026-06-10")
        #expect(today("Be kind.", nil) == "2026-06-09")
        #expect(today("Be kind.", "Mars/Olympus") == "2026-06-09")
        #expect(today("Today is Friday, 12:33 12 December 2025.", "Europe/Vienna") == "2025-12-12")
    }

    @Test func modelSaysWhichOfSeveralIsMeant() throws {
        let moments = try moments("Not Monday at nine in the morning, Thursday at four in the afternoon.")
        #expect(moments.day("Monday") == "2026-06-15" && moments.time("9:00") == "09:00")
        #expect(moments.day("Thursday") == "2026-06-11" && moments.time("16:00") == "16:00")
        // What it invents is nobody's: the last one is.
        #expect(moments.day("2023-04-15") == "2026-06-11")
    }

    @Test("of what the agent offered, the caller's words have chosen, until it says something else")
    func callersMomentsCount() throws {
        let today = try #require(today)
        let offer = agent("We have Wednesday at 12:00, Thursday at 13:00 and Friday at 18:00. Which suits you?")
        let chosen = SpokenMoments([offer, caller("One o'clock on Thursday, please.")], today: today)
        #expect(chosen.time("12:00") == "13:00" && chosen.day("Wednesday") == "2026-06-11")
        let open = SpokenMoments([offer, caller("The first one, please.")], today: today)
        #expect(open.time("12:00") == "12:00" && open.day("Wednesday") == "2026-06-10")
        let other = SpokenMoments(
            [caller("Thursday at seven."), agent("I only have 18:30 or 20:00 on Friday."), caller("The later one.")],
            today: today)
        #expect(other.time("20:00") == "20:00" && other.day("Friday") == "2026-06-12")
        let confirmed = SpokenMoments(
            [offer, caller("One o'clock."), agent("At 13:00. Under which name?"), caller("Okafor.")], today: today)
        #expect(confirmed.time("12:00") == "13:00")
    }

    @Test func nothingIsMadeUp() throws {
        let moments = try moments("A table for four people, number twelve.")
        #expect(moments.day("tomorrow") == nil && moments.time("12:00") == nil)
        #expect(SpokenMoments.today(in: "We are open today until six.") == nil)
    }
}

@Suite struct ToolPromptTests {
    private let tool = ToolDefinition(
        name: "book", description: "Books\n a table.",
        parameters: [
            "type": "object",
            "properties": [
                "note": ["type": ["string", "null"]], "seats": ["type": "integer"],
                "place": ["enum": ["inside", "terrace"]], "day": ["type": "string", "format": "date"],
            ],
            "required": ["day", "seats", "unknown"],
        ])

    @Test func toolsAreFunctionsOfAScript() {
        let text = ToolPrompt([tool]).text([agent("Hello."), caller("A table, please.")])
        #expect(
            text.hasSuffix(
                """
                # book(day: str, seats: int, note: str = None, place: "inside"|"terrace" = None) Books a table. Needs day and seats and unknown.

                Agent: Hello.
                Caller: A table, please.
                >>>
                """))
    }

    @Test func schemasAreUnderstoodAsFarAsTheyCanBeSaid() {
        let kinds = tool.arguments.map { "\($0.name) \($0.kind) \($0.isRequired)" }
        #expect(kinds.first == "day date true" && kinds.count == 4)
        let time = ToolArgument(
            name: "t", schema: ["type": "string", "description": "As HH:MM"], isRequired: true)
        if case .time = time.kind {} else { Issue.record("HH:MM is a time") }
        let list = ToolArgument(name: "l", schema: ["type": "array"], isRequired: true)
        if case .other = list.kind {} else { Issue.record("a list is something else") }
    }
}

@Suite("Tool decisions of the embedded model", .serialized, .timeLimit(.minutes(4)))
struct LlamaToolDeciderTests {
    private static let tools = [
        ToolDefinition(
            name: "book_appointment", description: "Books an appointment.",
            parameters: [
                "type": "object",
                "properties": [
                    "name": ["type": "string", "description": "Name of the patient"],
                    "day": ["type": "string", "description": "Day, as the caller said it"],
                ],
                "required": ["name", "day"],
            ]),
        ToolDefinition(
            name: "get_order_status", description: "Returns where an order is.",
            parameters: [
                "type": "object",
                "properties": ["order_number": ["type": "string", "description": "A letter and four digits"]],
                "required": ["order_number"],
            ]),
    ]

    @Test(
        "calls what is wanted once everything was said, and speaks otherwise",
        .enabled(
            if: LlamaServerTests.isInstalled,
            "PARLEY_HOME has no llama-server or model; `make setup` builds and fetches them"))
    func decisions() async throws {
        let server = try LlamaServer(home: TestEngines.home)
        let running = Task { try await server.run() }
        defer { running.cancel() }
        try await server.waitUntilReady()
        var options = ToolDecisionOptions()
        options.timeout = 60
        let decider = LlamaToolDecider(server: server, client: .shared, options: options, makeCallID: { "call_1" })
        func decide(_ messages: [ChatMessage]) async throws -> ToolCall? {
            let decision = try await decider.decide(GenerationRequest(messages: messages, tools: Self.tools))
            if case .call(let call) = decision { return call }
            return nil
        }
        let status = try await decide([.system("You help."), .user("Hi, where is my order? The number is A4711.")])
        #expect(
            status == ToolCall(id: "call_1", name: "get_order_status", arguments: ["order_number": "A4711"]))
        let booking = try await decide([
            .user("I need an appointment on Friday."), .assistant("Gladly. What is your name?"), .user("Priya Nair."),
        ])
        #expect(
            booking
                == ToolCall(
                    id: "call_1", name: "book_appointment", arguments: ["name": "Priya Nair", "day": "Friday"]))
        let missing = try await decide([.user("I would like to know where my order is.")])
        #expect(missing == nil)
        let question = try await decide([.user("What are your opening hours?")])
        #expect(question == nil)
        let refusal = try await decide([
            .user("Monday, please. The name is Thomas Reed."), .assistant("Thomas Reed on Monday. Shall I book it?"),
            .user("No, not yet."),
        ])
        #expect(refusal == nil)
        // The agent has the floor.
        #expect(try await decide([.user("Where is order A4711?"), .assistant("Let me see.")]) == nil)
        #expect(try await decider.decide(GenerationRequest(messages: [.user("Hello.")])) == .talk)
        // Done is done.
        let answered: [ChatMessage] = [
            .user("Priya Nair, on Friday please."),
            .assistant(
                "",
                toolCalls: [
                    ToolCall(id: "1", name: "book_appointment", arguments: ["name": "Priya Nair", "day": "Friday"])
                ]),
            .tool(callID: "1", result: #"{"status":"confirmed","booking_id":"BX-4471"}"#),
        ]
        let told = try await decider.report(on: answered.findings, after: answered)
        #expect(told.contains("BX-4471"), "told: \(told)")
        let after = answered + [.assistant(told), .user("And my name is in the book now?")]
        #expect(try await decide(after)?.name != "book_appointment")
        // What the caller asks for again while it is being done is not done twice, and they hear that it is.
        var repeated = answered
        repeated[2] = .tool(callID: "1", result: "This is still running.", kind: .running)
        repeated.append(.user("An appointment on Friday, please. The name is Priya Nair."))
        let again = try await decider.decide(GenerationRequest(messages: repeated, tools: Self.tools))
        #expect(again == repeated.findings.first.map(LlamaToolDecider.Decision.repeats))
    }

    @Test(
        "what undoes something is not called by a question",
        .enabled(
            if: LlamaServerTests.isInstalled,
            "PARLEY_HOME has no llama-server or model; `make setup` builds and fetches them"))
    func questions() async throws {
        let server = try LlamaServer(home: TestEngines.home)
        let running = Task { try await server.run() }
        defer { running.cancel() }
        try await server.waitUntilReady()
        var options = ToolDecisionOptions()
        options.timeout = 60
        let decider = LlamaToolDecider(server: server, client: .shared, options: options, makeCallID: { "call_1" })
        let cancel = ToolDefinition(
            name: "cancel_booking", description: "Cancels the caller's booking.",
            parameters: ["type": "object", "properties": [:]])
        func decide(_ words: String) async throws -> LlamaToolDecider.Decision {
            try await decider.decide(
                GenerationRequest(
                    messages: [
                        .system("You take bookings of tables."), .user("A table for two at seven, please."),
                        .assistant("A table for two at seven."), .user(words),
                    ], tools: Self.tools + [cancel]))
        }
        for words in ["Is the table booked?", "Are you still there?", "Have you booked it?"] {
            #expect(try await decide(words) == .talk, "\(words)")
        }
        let call = ToolCall(id: "call_1", name: "cancel_booking", arguments: [:])
        #expect(try await decide("Please cancel my booking.") == .call(call))
    }
}
