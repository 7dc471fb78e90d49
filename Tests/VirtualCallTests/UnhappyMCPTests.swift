import Agents
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import MCP
import MemoryStore
import Synchronization
import TestSupport
import Testing
import Tools

/// What becomes of calls of MCP tools when server, tool, disk or caller fail.
@Suite("MCP tools on unhappy ways", .timeLimit(.minutes(2)))
struct UnhappyMCPTests {
    @Test("a dead server costs a call nothing but its tools, and client and record are told")
    func dead() async throws {
        let servers = [try MCPCalls.server("Gone"), try MCPCalls.server("Desk")]
        let outcome = try await MCPCalls.booking(
            MCPCalls.setup(
                servers,
                list: {
                    $0.name == "Gone"
                        ? MCPSnapshot(state: .dead(.unreachable("no connection")), list: MCPToolList())
                        : MCPCalls.connected(MCPCalls.book)
                }))
        #expect(outcome.messages.responses == ["It said: Booked.."])
        #expect(
            outcome.messages.contains {
                $0
                    == .mcpConnectionStatus([
                        MCPIntegration(id: "mcp_gone", isConnected: false, toolCount: 0),
                        MCPIntegration(id: "mcp_desk", isConnected: true, toolCount: 1),
                    ])
            })
        #expect(
            outcome.record.details.warnings.contains(
                "The call goes on without the tools of the MCP server Gone: the MCP server cannot be reached: "
                    + "no connection."))
    }

    @Test("failures of the tool and of the server are told as what they are")
    func failures() async throws {
        let server = try MCPCalls.server("Desk")
        let cases: [(String, Bool, @Sendable () throws -> MCPToolResult)] = [
            ("mcp_tool_timeout", true, { throw MCPError.timedOut(.seconds(30)) }),
            ("mcp_tool_error", false, { throw MCPError.unreachable("no connection") }),
            ("mcp_tool_error", true, { MCPToolResult(content: [["type": "text", "text": "full"]], isError: true) }),
        ]
        for (type, isCalled, answer) in cases {
            let outcome = try await MCPCalls.booking(MCPCalls.setup([server]) { _, _, _, _ in try answer() })
            let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
            #expect(result.isError && result.errorType == type && result.hasBeenCalled == isCalled)
        }
    }

    @Test("a call whose outcome is not known counts as made, and the model is told not to claim or repeat it")
    func uncertain() async throws {
        let server = try MCPCalls.server("Desk")
        for (error, isUncertain) in [
            (MCPError.refused(status: 504, "a web page"), true), (.lost("cut off"), true),
            (.timedOut(.seconds(30)), true),
            (.tooLarge(limit: 1), true), (.refused(status: 409, "taken"), false),
            (.unreachable("no connection"), false),
        ] {
            let outcome = try await MCPCalls.booking(MCPCalls.setup([server]) { _, _, _, _ in throw error })
            let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
            #expect(result.isError && result.hasBeenCalled == isUncertain, "\(error)")
            #expect(outcome.messages.responses.first?.contains("not known whether it took effect") == isUncertain)
            #expect(
                outcome.messages.mcpCalls.last?.state == .failure(error.description),
                "the caller's end gets the failure, without what is for the model")
        }
    }

    @Test("a booking that is under way when the caller hangs up is brought to its end, and into the record")
    func hangUp() async throws {
        let outcome = try await VirtualCall.hold(
            MCPCalls.setup([try MCPCalls.server("Desk")]) { _, _, _, time in
                try await time.sleep(.seconds(3))
                return MCPCalls.text("Booked.")
            }, model: MCPCalls.books
        ) { caller, _ in
            caller.type("Book Monday please.")
            _ = try await caller.mcpCall()
        }
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.value) == ["Booked."])
    }

    @Test("a call whose record cannot be written is not made")
    func unrecorded() async throws {
        let calls = Log<JSONValue>()
        let storage = MemoryStorage()
        var setup = MCPCalls.setup([try MCPCalls.server("Desk")], answer: MCPCalls.noting(calls))
        setup.storage = storage
        let outcome = try await VirtualCall.hold(setup) { request in
            storage.isFull = true
            return MCPCalls.books(request)
        } _: { caller, _ in
            caller.type("Book Monday please.")
            try await caller.hearResponse()
            storage.isFull = false
        }
        #expect(calls.entries.isEmpty)
        #expect(outcome.record.transcript.flatMap(\.toolResults).map(\.errorType) == ["not_recorded"])
    }

    @Test(
        "a server that dies in a call costs no answer, though the agent has no tool left: model, client and record are told"
    )
    func diesInTheCall() async throws {
        let server = try MCPCalls.server("Desk")
        let isDead = Mutex(false)
        let outcome = try await VirtualCall.hold(
            MCPCalls.setup([server]) { _, _, _, _ in
                guard isDead.withLock({ $0 }) else { return MCPCalls.text("Booked.") }
                throw MCPError.unreachable("no connection")
            } list: { _ in
                isDead.withLock { $0 }
                    ? MCPSnapshot(state: .dead(.unreachable("no connection")), list: MCPToolList())
                    : MCPCalls.connected(MCPCalls.book)
            }
        ) { request in
            if case .user(let words, _) = request.messages.last, words.contains("Book") {
                return [.call("book", ["day": "Monday", "desk": "the model's"])]
            }
            return [.text(request.calls.last.map { "It said: \(request.results[$0.id] ?? "nothing")." } ?? "Yes.")]
        } _: { caller, _ in
            caller.type("Book Monday please.")
            try await caller.hearResponse()
            isDead.withLock { $0 = true }
            caller.type("Book Tuesday please.")
            try await caller.hearResponse(2)
            caller.type("Are you there?")
            try await caller.hearResponse(3)
        }
        #expect(outcome.messages.responses.count == 3)
        #expect(outcome.messages.responses.dropFirst().first?.contains("the MCP server cannot be reached") == true)
        let calls = outcome.record.transcript.flatMap(\.toolCalls)
        #expect(calls.map(\.type) == ["mcp", "mcp"])
        #expect(
            outcome.messages.mcpCalls.last?.state == .failure("the MCP server cannot be reached: no connection"))
        #expect(
            outcome.messages.contains {
                $0 == .mcpConnectionStatus([MCPIntegration(id: "mcp_desk", isConnected: false, toolCount: 0)])
            })
        #expect(outcome.record.details.warnings.contains { $0.contains("without the tools of the MCP server Desk") })
    }

    @Test("a model that invents a tool where there are none is told so, and answers")
    func invented() async throws {
        let outcome = try await VirtualCall.hold(.init()) { request in
            request.endsWithTool ? [.text("I cannot do that.")] : [.call("book", ["day": "Monday"])]
        } _: { caller, _ in
            caller.type("Book Monday please.")
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["I cannot do that."])
    }
}
