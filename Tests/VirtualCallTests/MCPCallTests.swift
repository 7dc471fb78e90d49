import Agents
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import MCP
import TestSupport
import Testing
import Tools

/// What the tools of MCP servers are to a call: offered, called, and told of.
@Suite("MCP tools in calls", .timeLimit(.minutes(2)))
struct MCPCallTests {
    @Test("a tool is called with the model's arguments and the configuration's; client, model and record are told")
    func called() async throws {
        let calls = Log<(JSONValue, JSONValue)>()
        let server = try MCPCalls.server(
            "Desk",
            [
                "request_meta": ["tenant": "t1"],
                "tool_config_overrides": [
                    [
                        "tool_name": "book",
                        "input_overrides": ["$.desk": ["source": "constant", "constant_value": "north"]],
                        "assignments": [["dynamic_variable": "number", "value_path": "number"]],
                    ]
                ],
            ])
        let requests = Log<GenerationRequest>()
        let outcome = try await VirtualCall.hold(
            MCPCalls.setup([server]) { _, arguments, meta, _ in
                calls.add((arguments, meta))
                return MCPCalls.text(#"{"number":17}"#)
            }, model: MCPCalls.books
        ) { caller, model in
            try await caller.say("Book Monday please.")
            try await caller.hearResponse()
            for request in model.requests.entries { requests.add(request) }
        }
        #expect(calls.entries.map(\.0) == [["day": "Monday", "desk": "north"]])
        let meta = try #require(calls.entries.first?.1)
        #expect(meta["tenant"] == "t1")
        #expect(meta["parley/idempotency-key"]?.stringValue?.hasPrefix(Stage.conversationID) == true)
        let offered = try #require(requests.entries.first?.tools.first)
        #expect(offered.name == "book" && offered.description == "Books a table.")
        #expect(offered.parameters["required"] == ["day"] && offered.parameters.value(at: "properties", "desk") == nil)
        #expect(outcome.messages.responses == [#"It said: {"number":17}."#])
        #expect(
            outcome.messages.mcpCalls.map(\.state) == [
                .loading, .success([["type": "text", "text": #"{"number":17}"#]]),
            ])
        let told = try #require(outcome.messages.mcpCalls.first)
        #expect(told.serviceID == "mcp_desk" && told.name == "book" && told.description == "Books a table.")
        #expect(told.parameters == ["day": "Monday", "desk": "north"])
        #expect(
            outcome.messages.contains {
                $0 == .mcpConnectionStatus([MCPIntegration(id: "mcp_desk", isConnected: true, toolCount: 1)])
            })
        let turn = try #require(outcome.record.transcript.last)
        let call = try #require(turn.toolCalls.first)
        #expect(call.type == "mcp" && call.details?["mcp_server_name"] == "Desk")
        #expect(call.details?["approval_policy"] == "auto_approve_all" && call.details?["requires_approval"] == false)
        #expect(turn.toolResults.map(\.value) == [#"{"number":17}"#])
        #expect(turn.toolResults.first?.updates?.map(\.name) == ["number"])
    }

    @Test("names that clash are told apart by the servers' names, and each call reaches its own server")
    func clashes() async throws {
        let servers = [try MCPCalls.server("North Desk"), try MCPCalls.server("South")]
        let search = MCPTool(name: "search.all", description: "Searches.", inputSchema: ["type": "object"])
        let (offered, _) = try await MCPCalls.offered(
            MCPCalls.setup(
                servers, tools: [clientTool("book")],
                list: { $0.name == "South" ? MCPCalls.connected(search) : MCPCalls.connected(MCPCalls.book, search) }))
        #expect(
            offered.map(\.name) == ["book", "North_Desk_book", "North_Desk_search_all", "South_search_all"])
    }

    @Test("a list that changes during the call is offered with the next answer")
    func changes() async throws {
        let lists = Log<Int>()
        let dance = MCPTool(name: "dance", description: "Dances.", inputSchema: ["type": "object"])
        let requests = Log<GenerationRequest>()
        _ = try await VirtualCall.hold(
            MCPCalls.setup(
                [try MCPCalls.server("Desk")],
                list: { _ in lists.entries.isEmpty ? MCPCalls.connected(MCPCalls.book) : MCPCalls.connected(dance) }),
            model: { _ in [.text("Hello.")] }
        ) { caller, model in
            caller.type("Hello.")
            try await caller.hearResponse()
            lists.add(1)
            caller.type("And now?")
            try await caller.hearResponse(2)
            for request in model.requests.entries { requests.add(request) }
        }
        #expect(requests.entries.first?.tools.map(\.name) == ["book"])
        #expect(requests.entries.last?.tools.map(\.name) == ["dance"])
    }

    @Test("arguments that the configuration leaves out are not sent, whatever the model gives")
    func omitted() async throws {
        let calls = Log<JSONValue>()
        let server = try MCPCalls.server(
            "Desk", ["tool_config_overrides": [["tool_name": "book", "input_overrides": ["desk": ["source": "omit"]]]]])
        let outcome = try await MCPCalls.booking(MCPCalls.setup([server], answer: MCPCalls.noting(calls)))
        #expect(calls.entries == [["day": "Monday"]])
        #expect(outcome.messages.mcpCalls.first?.parameters == ["day": "Monday"])
    }

    @Test("variables come from structured content beside a text, and what is hidden of it nobody sees")
    func structured() async throws {
        let server = try MCPCalls.server(
            "Desk",
            [
                "tool_config_overrides": [
                    [
                        "tool_name": "book",
                        "assignments": [
                            ["dynamic_variable": "number", "value_path": "number"],
                            ["dynamic_variable": "token", "value_path": "token", "sanitize": true],
                        ],
                    ]
                ]
            ])
        let outcome = try await MCPCalls.booking(
            MCPCalls.setup([server]) { _, _, _, _ in
                MCPToolResult(
                    content: [["type": "text", "text": "Booked as 17, token HUSH."]],
                    structured: ["number": 17, "token": "HUSH"])
            })
        let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
        #expect(result.value == #"{"number":17}"#)
        #expect(result.updates?.contains { $0.name == "number" && $0.value == "17" } == true)
        #expect(outcome.messages.mcpCalls.last?.state == .success([["type": "text", "text": #"{"number":17}"#]]))
        #expect(!outcome.messages.responses.joined().contains("HUSH"))
    }

    @Test("the caller's end gets as much of an answer as of other tools, with pictures named")
    func longAnswer() async throws {
        let picture: JSONValue = [
            "type": "image", "mimeType": "image/png", "data": .string(String(repeating: "A", count: 1 << 20)),
        ]
        let outcome = try await VirtualCall.hold(
            MCPCalls.setup([try MCPCalls.server("Desk")]) { _, _, _, _ in
                let words = String(repeating: "word ", count: 50_000)
                return MCPToolResult(content: [picture, ["type": "text", "text": .string(words)], picture])
            }, model: { $0.calls.isEmpty ? MCPCalls.books($0) : [.text("Done.")] }
        ) { caller, _ in
            caller.type("Book Monday please.")
            try await caller.hearResponse()
        }
        guard case .success(let content)? = outcome.messages.mcpCalls.last?.state else {
            Issue.record("the client was not told")
            return
        }
        #expect(JSONValue.array(content).text.count < 11_000)
        #expect(content.first?["text"]?.stringValue?.contains("[image image/png, 786432 bytes") == true)
    }

    @Test("a server that says too much of itself leaves room for the conversation")
    func room() async throws {
        let tools = (0..<60).map { number in
            MCPTool(
                name: "tool_\(number)", description: String(repeating: "Does this. ", count: 700),
                inputSchema: ["type": "object"])
        }
        let (offered, outcome) = try await MCPCalls.offered(
            MCPCalls.setup(
                [try MCPCalls.server("Desk")], list: { _ in MCPSnapshot(state: .connected, list: MCPToolList(tools)) }))
        #expect(offered.count > 5 && offered.count < 20)
        #expect(
            outcome.record.details.warnings.contains { $0.contains("no room in the model's context for") })
    }
}
