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

/// Calls with tools of MCP servers that a test writes.
enum MCPCalls {
    /// What a server makes of a tool, its arguments and the request's `_meta`.
    typealias Answer = @Sendable (MCPTool, JSONValue, JSONValue, VirtualTime) async throws -> MCPToolResult

    /// Servers whose answers a test writes.
    struct Servers: MCPAccess {
        let time: VirtualTime
        var list: @Sendable (MCPServer) -> MCPSnapshot
        var answer: Answer

        func snapshot(_ server: MCPServer) -> MCPSnapshot { list(server) }

        func tools(of server: MCPServer) async throws -> MCPToolList {
            if case .dead(let error) = list(server).state { throw error }
            return list(server).list
        }

        func call(
            _ tool: MCPTool, of server: MCPServer, _ arguments: JSONValue, meta: JSONValue, within limit: Duration
        ) async throws -> MCPToolResult { try await answer(tool, arguments, meta, time) }

        func forget(_ server: MCPServer) {}
    }

    static let book = MCPTool(
        name: "book", description: "Books a table.",
        inputSchema: [
            "type": "object", "properties": ["day": ["type": "string"], "desk": ["type": "string"]],
            "required": ["day", "desk"],
        ])

    static func text(_ text: String) -> MCPToolResult {
        MCPToolResult(content: [["type": "text", "text": .string(text)]])
    }

    static func server(_ name: String, _ config: JSONValue = [:]) throws -> Resource {
        let standard: JSONValue = [
            "url": .string("https://\(name.lowercased().filter { $0 != " " }).example/mcp"), "name": .string(name),
            "transport": "STREAMABLE_HTTP", "approval_policy": "auto_approve_all",
        ]
        var server = try StoredMCPServer.new(body: ["config": standard.merging(config)])
        server.id = "mcp_\(name.lowercased())"
        return server
    }

    static func connected(_ tools: MCPTool...) -> MCPSnapshot {
        MCPSnapshot(state: .connected, list: MCPToolList(tools))
    }

    static func setup(
        _ servers: [Resource], tools: JSONValue = [], showsCalls: Bool = true,
        answer: @escaping Answer = { _, _, _, _ in text("Booked.") },
        list: @escaping @Sendable (MCPServer) -> MCPSnapshot = { _ in connected(book) }
    ) -> VirtualCall.Setup {
        let base = baseConfiguration.value(at: "conversation", "client_events")?.arrayValue ?? []
        var setup = VirtualCall.Setup(configuration: [
            "agent": [
                "prompt": ["mcp_server_ids": .array(servers.map { .string($0.id) }), "tools": tools]
            ],
            "conversation": [
                "client_events": .array(base + (showsCalls ? ["mcp_tool_call", "mcp_connection_status"] : []))
            ],
        ])
        setup.mcpServers = servers
        setup.mcp = { Servers(time: $0, list: list, answer: answer) }
        return setup
    }

    /// Books once, then tells what the tool said.
    @Sendable static func books(_ request: GenerationRequest) -> [TestModel.Step] {
        guard let call = request.calls.last else { return [.call("book", ["day": "Monday", "desk": "the model's"])] }
        return [.text("It said: \(request.results[call.id] ?? "nothing").")]
    }

    /// Notes the arguments of each call, which succeeds.
    static func noting(_ calls: Log<JSONValue>) -> Answer {
        { _, arguments, _, _ in
            calls.add(arguments)
            return text("Booked.")
        }
    }

    /// A call in which Monday is booked without any question.
    static func booking(_ setup: VirtualCall.Setup) async throws -> VirtualCall.Outcome {
        try await VirtualCall.hold(setup, model: books) { caller, _ in
            caller.type("Book Monday please.")
            try await caller.hearResponse()
        }
    }

    /// The tools that the model of a call is offered.
    static func offered(
        _ setup: VirtualCall.Setup
    ) async throws -> (tools: [ToolDefinition], outcome: VirtualCall.Outcome) {
        let requests = Log<GenerationRequest>()
        let outcome = try await VirtualCall.hold(setup, model: { _ in [.text("Hello.")] }) { caller, model in
            caller.type("Hello.")
            try await caller.hearResponse()
            for request in model.requests.entries { requests.add(request) }
        }
        return (requests.entries.last?.tools ?? [], outcome)
    }
}

extension VirtualCall {
    func mcpCall(_ count: Int = 1) async throws -> MCPToolCall {
        try await wait(for: "mcp_tool_call \(count)", count: count) {
            if case .mcpToolCall(let call) = $0 { call } else { nil }
        }
    }
}

extension [ServerMessage] {
    var mcpCalls: [MCPToolCall] { compactMap { if case .mcpToolCall(let call) = $0 { call } else { nil } } }
}
