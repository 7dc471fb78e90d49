import JSON
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import MCP

/// The transport of 2024, in which one stream holds the answers of all calls.
@Suite(.timeLimit(.minutes(1))) struct EventsTransportTests {
    @Test("a stream that is open and says nothing any more is given up with the list that it does not bring")
    func halfOpenStream() async throws {
        var options = MCPOptions()
        options.connectTimeout = .milliseconds(500)
        let isFrozen = Mutex(false)
        try await ScriptedEvents.run(options: options) { _, _, _ in
            isFrozen.withLock(\.self) ? ScriptedEvents.taken : nil
        } body: { events, server, mcp in
            _ = try await mcp.pool.tools(of: server)
            isFrozen.withLock { $0 = true }
            await #expect(throws: MCPError.timedOut(options.connectTimeout)) { try await mcp.pool.tools(of: server) }
            isFrozen.withLock { $0 = false }
            #expect(try await mcp.pool.tools(of: server).tools.count == 1)
            #expect(events.streamCount == 2)
        }
    }

    @Test("a result that is there counts, although the server has not said yet that it has the request")
    func lateAcceptance() async throws {
        var options = MCPOptions()
        options.courtesyTimeout = .milliseconds(100)
        try await ScriptedEvents.run(options: options) { events, method, message in
            guard method == "tools/call" else { return nil }
            events.send(message, ["content": [["type": "text", "text": "done"]]])
            return [.hang]
        } body: { _, server, mcp in
            let tool = try #require(try await mcp.pool.tools(of: server)["book"])
            #expect(try await mcp.pool.call(tool, of: server, [:], within: .seconds(20)).text == "done")
        }
    }

    @Test("a request that the server refuses fails at once")
    func refusedRequest() async throws {
        try await ScriptedEvents.run { _, method, _ in
            method == "tools/call" ? [.head(409, contentType: "text/plain"), .write("busy"), .end] : nil
        } body: { _, server, mcp in
            let tool = try #require(try await mcp.pool.tools(of: server)["book"])
            await #expect(throws: MCPError.refused(status: 409, "“busy”")) {
                try await mcp.pool.call(tool, of: server, [:], within: .seconds(20))
            }
        }
    }

    @Test("one event that is none ends neither the stream nor the calls on it")
    func malformedEvent() async throws {
        try await ScriptedEvents.run { events, method, message in
            guard method == "tools/call" else { return nil }
            events.write("data: {\"jsonrpc\":\n\ndata: {\"a\":1}\n\n")
            events.send(message, ["content": [["type": "text", "text": "done"]]])
            return ScriptedEvents.taken
        } body: { events, server, mcp in
            let tool = try #require(try await mcp.pool.tools(of: server)["book"])
            #expect(try await mcp.pool.call(tool, of: server, [:], within: .seconds(20)).text == "done")
            #expect(events.streamCount == 1)
        }
    }

    @Test("calls after the stream's end share one new stream")
    func endedStream() async throws {
        try await ScriptedEvents.run { events, server, mcp in
            let tool = try #require(try await mcp.pool.tools(of: server)["book"])
            events.end()
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<14 {
                    group.addTask { try await mcp.pool.call(tool, of: server, [:], within: .seconds(20)).text }
                }
                for try await text in group { #expect(text == "done") }
            }
            #expect(events.streamCount == 2)
        }
    }

    @Test("the server's own request does not hold up the stream")
    func ownRequest() async throws {
        var options = MCPOptions()
        options.courtesyTimeout = .seconds(30)
        try await ScriptedEvents.run(options: options) { events, method, message in
            if method.isEmpty { return [.hang] }
            guard method == "tools/call" else { return nil }
            events.write("data: {\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}\n\n")
            events.send(message, ["content": [["type": "text", "text": "done"]]])
            return ScriptedEvents.taken
        } body: { _, server, mcp in
            let tool = try #require(try await mcp.pool.tools(of: server)["book"])
            #expect(try await mcp.pool.call(tool, of: server, [:], within: .seconds(10)).text == "done")
        }
    }

    @Test("who has chosen the wrong transport is asked about it", arguments: [405, 406])
    func wrongTransport(status: Int) async throws {
        try await ScriptedMCP.run { request in
            request.head.method == .GET
                ? [.head(status, contentType: "text/plain"), .write("no"), .end] : ScriptedMCP.modern(request)
        } body: { mcp in
            var server = mcp.server
            server.transport = .events
            await #expect(
                throws: MCPError.refused(
                    status: status, "“no”; does it speak STREAMABLE_HTTP rather than SSE?")
            ) { try await mcp.pool.tools(of: server) }
        }
    }
}
