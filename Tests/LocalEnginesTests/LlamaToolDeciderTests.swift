import AsyncHTTPClient
import Engines
import Foundation
import JSON
import Testing

@testable import LocalEngines
@testable import ToolDecisions

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
        "has another model choose once that is wanted and there, and chooses by itself until then",
        .enabled(
            if: LlamaServerTests.isInstalled,
            "PARLEY_HOME has no llama-server or model; `make setup` builds and fetches them"))
    func chooser() async throws {
        let server = try LlamaServer(home: TestEngines.home)
        // The same model does for this: what matters is who is asked.
        let chooser = try LlamaServer(home: TestEngines.home, options: .toolDecision, startsWhenWanted: true)
        let running = [server, chooser].map { server in Task { try await server.run() } }
        defer { for task in running { task.cancel() } }
        try await server.waitUntilReady()
        var options = ToolDecisionOptions()
        options.timeout = 60
        options.larger.patience = .seconds(60)
        let decider = LlamaToolDecider(
            server: server, chooser: chooser, client: .shared, options: options, makeCallID: { "call_1" })
        let request = GenerationRequest(
            messages: [.user("Hi, where is my order? The number is A4711.")], tools: Self.tools)
        let expected = LlamaToolDecider.Decision.call(
            ToolCall(id: "call_1", name: "get_order_status", arguments: ["order_number": "A4711"]))
        #expect(try await decider.decide(request) == expected)
        #expect(!chooser.isReady, "nobody has wanted it")

        try await decider.waitUntilPrepared(for: request)
        #expect(chooser.isReady)
        #expect(try await decider.decide(request) == expected)
        // One that speaks always, whatever was said, has the last word.
        options.larger.talkBias = .infinity
        let reluctant = LlamaToolDecider(server: server, chooser: chooser, client: .shared, options: options)
        try await reluctant.waitUntilPrepared(for: request)
        #expect(try await reluctant.decide(request) == .talk)
    }

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
        let told = try await decider.report(on: answered.findings, in: GenerationRequest(messages: answered))
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
