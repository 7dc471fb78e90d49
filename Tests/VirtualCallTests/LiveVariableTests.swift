import Agents
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import TestSupport
import Testing

/// Variables of the system have the values of the moment in which they are filled in.
@Suite("Live system variables", .timeLimit(.minutes(1)))
struct LiveVariableTests {
    private static let names = [
        "system__call_duration_secs", "system__time_utc", "system__time", "system__timezone", "system__agent_turns",
        "system__current_agent_turns", "system__conversation_history", "system__is_text_only",
        "system__current_agent_id",
    ]

    /// A tool whose arguments are variables of the system.
    private static let report: JSONValue = {
        let properties = names.map { name in
            (name, ["type": "string", "dynamic_variable": .string(name)] as JSONValue)
        }
        return clientTool(
            "report",
            [
                "parameters": [
                    "type": "object", "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
                ]
            ])
    }()

    @Sendable private static func script(_ request: GenerationRequest) -> [TestModel.Step] {
        request.endsWithTool ? [.text("Well.")] : [.call("report", [:], id: "call_\(request.calls.count)")]
    }

    @Test("a tool's arguments have the time, the turns and the conversation of its call")
    func arguments() async throws {
        let outcome = try await VirtualCall.hold(.init(configuration: tools(Self.report)), model: Self.script) {
            caller, _ in
            for number in 1...2 {
                caller.type("Report \(number).")
                let call = try await caller.toolCall(number)
                caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Fine.")))
                try await caller.hearResponse(number)
                try await caller.sleep(.seconds(40))
            }
        }
        let calls = outcome.messages.toolCalls.map(\.parameters)
        try #require(calls.count == 2)
        func number(_ name: String, _ call: Int) throws -> Int {
            try #require(calls[call][name]?.stringValue.flatMap(Int.init))
        }
        #expect(try number("system__call_duration_secs", 0) < 5)
        #expect(try (40...45).contains(number("system__call_duration_secs", 1)))
        #expect(try number("system__agent_turns", 0) == 1 && number("system__agent_turns", 1) == 2)
        #expect(try number("system__current_agent_turns", 1) == 2)
        let times = try calls.map {
            try Date.ISO8601FormatStyle().parse(try #require($0["system__time_utc"]?.stringValue))
        }
        #expect((39...46).contains(times[1].timeIntervalSince(times[0])))
        #expect(calls[1]["system__timezone"] == "Europe/Berlin" && calls[1]["system__is_text_only"] == "false")
        #expect(calls[1]["system__time"]?.stringValue?.contains(":") == true)
        #expect(calls[1]["system__current_agent_id"] == .string(Stage.agentID))
        let history = try JSONValue(parsing: try #require(calls[1]["system__conversation_history"]?.stringValue))
        #expect(history["x-elevenlabs-history"] == true)
        let entries = history["entries"]?.arrayValue ?? []
        #expect(entries.compactMap { $0["message"]?.stringValue } == ["Report 1.", "Well.", "Report 2."])
        #expect(entries.contains { $0["tool_results"]?.arrayValue?.first?["result_value"] == "Fine." })
    }

    @Test("an agent that takes over knows how long the call has lasted and what was said")
    func successor() async throws {
        let prompt = """
            You are Leo. {{system__call_duration_secs}} s, {{system__agent_turns}} turns, \
            {{system__current_agent_turns}} of mine. {{system__conversation_history}}
            """
        let leo = HandOverTests.leo.merging([
            "agent": [
                "prompt": [
                    "prompt": .string(prompt),
                    "tools": [Self.report],
                ]
            ]
        ])
        let prompts = Log<String>()
        let outcome = try await VirtualCall.hold(HandOverTests.setup(leo: leo)) { request in
            guard request.prompt.contains("Leo") else { return HandOverTests.script(request) }
            prompts.add(request.prompt)
            return Self.script(request)
        } _: { caller, _ in
            try await caller.sleep(.seconds(20))
            caller.type("I need a refund for my lamp please.")
            let call = try await caller.toolCall()
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Fine.")))
            try await caller.hearResponse(2)
        }
        let filled = try #require(prompts.entries.first)
        #expect(filled.contains("You are Leo. 20 s, 1 turns, 0 of mine."))
        #expect(filled.contains("I need a refund for my lamp please."))
        let call = try #require(outcome.messages.toolCalls.first)
        #expect(call.parameters["system__current_agent_turns"] == "1")
        #expect(call.parameters["system__current_agent_id"]?.stringValue != Stage.agentID)
    }
}
