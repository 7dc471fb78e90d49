import Agents
import ConvAI
import Conversation
import Engines
import JSON
import TestSupport
import Testing

@Suite("Stored tools in a call", .timeLimit(.minutes(1)))
struct StoredToolTests {
    private static func stored(_ name: String) throws -> Resource {
        try StoredTool.new(body: ["tool_config": clientTool(name)])
    }

    @Test("the tools that the prompt names are offered and run; their runs are found by the tool's id")
    func called() async throws {
        let tool = try Self.stored("book")
        let configuration: JSONValue = ["agent": ["prompt": ["tool_ids": [.string(tool.id), "tool_gone"]]]]
        let outcome = try await VirtualCall.hold(
            .init(configuration: configuration, tools: [tool]), model: ToolCallTests.book
        ) { caller, model in
            try await caller.say("Reserve a bike for Monday.")
            let call = try await caller.toolCall()
            #expect(call.name == "book")
            caller.send(.clientToolResult(ClientToolResult(callID: call.callID, result: "Booked.")))
            try await caller.hearResponse()
            #expect(model.requests.entries.first?.tools.map(\.name) == ["book"])
        }
        let calls = outcome.record.transcript.flatMap(\.toolCalls)
        #expect(calls.map(\.toolID) == [tool.id])
        #expect(outcome.record.details.warnings.contains { $0.contains("there is no tool tool_gone") })
        #expect(outcome.record.transcript.flatMap(\.executions).map(\.result?.value) == ["Booked."])
    }

    @Test("the next agent of a transfer has its own stored tools")
    func handedOver() async throws {
        let tool = try Self.stored("refund")
        let leo = try Agent.new(
            name: "Leo",
            conversationConfig: baseConfiguration.merging([
                "agent": ["prompt": ["prompt": "You are Leo.", "tool_ids": [.string(tool.id)]]]
            ]))
        let transfer: JSONValue = ["transfers": [["agent_id": .string(leo.id), "condition": "A refund."]]]
        let setup = VirtualCall.Setup(
            configuration: ["agent": ["prompt": ["built_in_tools": ["transfer_to_agent": ["params": transfer]]]]],
            otherAgents: [leo], tools: [tool])
        _ = try await VirtualCall.hold(
            setup,
            model: { request in
                guard request.prompt.contains("Leo") else { return [.call("transfer_to_agent", ["agent_number": 0])] }
                return [.text("Of course.")]
            }
        ) { caller, model in
            try await caller.say("I need a refund for my lamp please.")
            try await caller.hearResponse()
            #expect(model.requests.entries.last?.tools.map(\.name) == ["refund"])
        }
    }
}
