import Foundation
import JSON
import NIOHTTP1
import Synchronization
import Tasks
import TestSupport
import Testing

@testable import MCP

/// Endpoints that are none, break, or never end: a clear error, and no hang.
@Suite(.timeLimit(.minutes(1))) struct BadServerTests {
    private func failure(_ body: () async throws -> some Any) async -> MCPError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? MCPError
        }
    }

    @Test func webPageIsNamed() async throws {
        try await ScriptedMCP.run { _ in
            [.head(contentType: "text/html; charset=utf-8"), .write("<html>Welcome</html>"), .end]
        } body: { mcp in
            #expect(await failure { try await mcp.pool.tools(of: mcp.server) } == .notMCP("a web page"))
            #expect(mcp.http.requests.count == 1, "a page is asked once")
            #expect(mcp.pool.snapshot(mcp.server).state == .dead(.notMCP("a web page")))
        }
    }

    @Test(arguments: [401, 403]) func credentialsAreNamed(status: Int) async throws {
        try await ScriptedMCP.run { _ in
            [.head(status, contentType: "application/json"), .write("{}"), .end]
        } body: {
            mcp in
            #expect(await failure { try await mcp.pool.tools(of: mcp.server) } == .unauthorized(status: status))
        }
    }

    @Test(arguments: [404, 405]) func endpointThatIsSomewhereElseIsNamed(status: Int) async throws {
        try await ScriptedMCP.run { _ in
            [.head(status, contentType: "text/plain"), .write("Not here"), .end]
        } body: {
            mcp in
            #expect(
                await failure { try await mcp.pool.tools(of: mcp.server) }
                    == .refused(status: status, "“Not here”; does it speak SSE rather than STREAMABLE_HTTP?"))
            #expect(mcp.http.requests.count == 2, "discovery, then the handshake")
        }
    }

    @Test func redirectIsNamedAndNotFollowed() async throws {
        try await ScriptedMCP.run { _ in
            [.head(307, contentType: "text/plain", headers: ["location": "http://u:p@169.254.169.254/x/?key=k"]), .end]
        } body: { mcp in
            #expect(
                await failure { try await mcp.pool.tools(of: mcp.server) }
                    == .refused(
                        status: 307, "it redirects to http://169.254.169.254/x/; use the URL that it leads to"))
        }
    }

    @Test func halfAJSONIsNamed() async throws {
        try await ScriptedMCP.run { request in
            ScriptedMCP.modern(request) { method, _ in
                method == "tools/call"
                    ? [.head(contentType: "application/json"), .write(#"{"jsonrpc":"2."#), .end] : nil
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            guard
                case .notMCP(let what)? = await failure({
                    try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5))
                })
            else {
                Issue.record("half a JSON was taken")
                return
            }
            #expect(what.contains("no valid JSON"))
        }
    }

    @Test func answersAreBounded() async throws {
        try await ScriptedMCP.run { request in
            ScriptedMCP.modern(request) { method, message in
                method == "tools/call"
                    ? ScriptedMCP.answer(
                        message,
                        ["content": [["type": "text", "text": .string(String(repeating: "x", count: 2 << 20))]]])
                    : nil
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            #expect(
                await failure { try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5)) }
                    == .tooLarge(limit: 1 << 20))
        }
    }

    @Test func errorsOfTheProtocolAndOfTheToolAreTwoThings() async throws {
        try await ScriptedMCP.run { request in
            ScriptedMCP.modern(request) { method, message in
                guard method == "tools/call" else { return nil }
                return message.value(at: "params", "arguments", "protocol") == true
                    ? ScriptedMCP.error(message, -32602)
                    : ScriptedMCP.answer(message, ["content": [["type": "text", "text": "full"]], "isError": true])
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            let result = try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5))
            #expect(result.isError && result.text == "full")
            #expect(
                await failure { try await mcp.pool.call(tool, of: mcp.server, ["protocol": true], within: .seconds(5)) }
                    == .rpc(RPCError(code: -32602, message: "as the test wants it")))
            #expect(mcp.pool.snapshot(mcp.server).state == .connected)
        }
    }

    @Test func serverThatNeverAnswersIsGivenUp() async throws {
        var options = MCPOptions()
        options.discoveryTimeout = .milliseconds(50)
        options.connectTimeout = .milliseconds(300)
        try await ScriptedMCP.run(options: options) { _ in
            [.hang]
        } body: { mcp in
            #expect(await failure { try await mcp.pool.tools(of: mcp.server) } == .timedOut(.milliseconds(300)))
            #expect(
                mcp.http.requests.compactMap { try? JSONValue(parsing: $0.body)["method"]?.stringValue }
                    == ["server/discover", "initialize"])
        }
    }

    @Test func toolThatNeverAnswersEndsWithItsTimeAndItsConnection() async throws {
        try await ScriptedMCP.run { request in
            ScriptedMCP.modern(request) { method, _ in method == "tools/call" ? [.hang] : nil }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            #expect(
                await failure { try await mcp.pool.call(tool, of: mcp.server, [:], within: .milliseconds(100)) }
                    == .timedOut(.milliseconds(100)))
            // Closing the connection is how a server of this era learns that nobody waits.
            for await _ in mcp.http.hangUps { break }
            #expect(mcp.pool.snapshot(mcp.server).state == .connected, "a slow tool is no dead server")
        }
    }

    @Test func deadServerCostsNothing() async throws {
        let server = MCPServer(name: "dead", url: "http://127.0.0.1:1/mcp")
        try await ScriptedMCP.withPool { pool in
            #expect(pool.snapshot(server).state == .unknown)
            guard case .unreachable? = await failure({ try await pool.tools(of: server) }) else {
                Issue.record("nobody listens there")
                return
            }
            guard case .dead(.unreachable) = pool.snapshot(server).state else {
                Issue.record("the server is not known to be dead")
                return
            }
        }
    }

    @Test func callThatBreaksIsNotMadeAgainUnlessThatIsHarmless() async throws {
        for (hints, calls) in [([:], 1), (["readOnlyHint": true], 2)] as [(JSONValue, Int)] {
            let tool = ScriptedMCP.tool.merging(["annotations": hints])
            try await ScriptedMCP.run { request in
                ScriptedMCP.modern(request, tools: [tool]) { method, _ in
                    method == "tools/call" ? [.head(contentType: "text/event-stream"), .drop] : nil
                }
            } body: { mcp in
                let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
                guard
                    case .lost? = await failure({
                        try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5))
                    })
                else {
                    Issue.record("the answer was lost")
                    return
                }
                #expect(mcp.http.requests.filter { $0.body.contains("tools/call") }.count == calls)
            }
        }
    }

    @Test func answerIsTakenUpWhereItBroke() async throws {
        try await ScriptedMCP.run { request in
            if request.head.method == .GET {
                let event = #"data: {"jsonrpc":"2.0","id":3,"result":{"content":[{"type":"text","text":"late"}]}}"#
                return [.head(), .write("id: b\n\(event)\n\n"), .end]
            }
            return ScriptedMCP.modern(request) { method, _ in
                method == "tools/call" ? [.head(), .write("id: a\nretry: 1\ndata:\n\n"), .drop] : nil
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            #expect(try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5)).text == "late")
            #expect(mcp.http.requests.last?.head.headers.first(name: "last-event-id") == "a")
        }
    }

    @Test func requestIsRepeatedWithTheStateThatTheServerGaveOut() async throws {
        try await ScriptedMCP.run { request in
            ScriptedMCP.modern(request) { method, message in
                guard method == "tools/call" else { return nil }
                return message.value(at: "params", "requestState") == "half"
                    ? ScriptedMCP.answer(message, ["content": [["type": "text", "text": "whole"]]])
                    : ScriptedMCP.answer(message, ["resultType": "input_required", "requestState": "half"])
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            #expect(try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5)).text == "whole")
        }
    }

    @Test func eachRequestOfTheNewEraSaysWhoAsks() async throws {
        try await ScriptedMCP.run { request in
            ScriptedMCP.modern(request) { method, message in
                method == "tools/call" ? ScriptedMCP.answer(message, ["content": []]) : nil
            }
        } body: { mcp in
            var server = mcp.server
            server.headers = ["Authorization": "Bearer t"]
            let tool = try #require(try await mcp.pool.tools(of: server)["book"])
            _ = try await mcp.pool.call(tool, of: server, ["n": 1], meta: ["tenant": "x"], within: .seconds(5))
            let request = try #require(mcp.http.requests.last)
            let params = try #require(try JSONValue(parsing: request.body)["params"])
            #expect(params["arguments"] == ["n": 1] && params["name"] == "book")
            #expect(params.value(at: "_meta", "tenant") == "x")
            #expect(params.value(at: "_meta", "io.modelcontextprotocol/clientInfo", "name") == "parley")
            #expect(params.value(at: "_meta", "io.modelcontextprotocol/protocolVersion") == "2026-07-28")
            let headers = request.head.headers
            #expect(headers["mcp-protocol-version"] == ["2026-07-28"] && headers["mcp-method"] == ["tools/call"])
            #expect(headers["mcp-name"] == ["book"] && headers["authorization"] == ["Bearer t"])
            #expect(headers["accept"] == ["application/json, text/event-stream"])
            #expect(headers["mcp-session-id"].isEmpty)
        }
    }

    @Test func oneListServesAllCalls() async throws {
        try await ScriptedMCP.run {
            ScriptedMCP.modern($0)
        } body: { mcp in
            _ = try await mcp.pool.tools(of: mcp.server)
            for _ in 0..<50 { #expect(mcp.pool.snapshot(mcp.server).list.tools.count == 1) }
            #expect(mcp.http.requests.count == 2, "discovery and one list")
        }
    }

    @Test func listOfAWholeCrowdIsAskedForOnce() async throws {
        try await ScriptedMCP.run {
            ScriptedMCP.modern($0)
        } body: { mcp in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await mcp.pool.tools(of: mcp.server).tools.count } }
                for try await count in group { #expect(count == 1) }
            }
            #expect(mcp.http.requests.filter { $0.body.contains("server/discover") }.count == 1)
        }
    }
}
