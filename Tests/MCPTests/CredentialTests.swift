import Credentials
import Foundation
import JSON
import NIOHTTP1
import Synchronization
import Tasks
import TestSupport
import Testing

@testable import MCP

/// Servers that want tokens of another server, which expire while connections last.
@Suite("MCP servers with auth connections", .timeLimit(.minutes(1))) struct CredentialTests {
    /// A server of the handshake, which has one session and admits some tokens, and its token server.
    private final class Desk: Sendable {
        let given = Mutex(0)
        let sessions = Mutex(0)
        let lifetime: Int
        let admits: @Sendable (String) -> Bool

        init(lifetime: Int = 3600, admits: @escaping @Sendable (String) -> Bool = { _ in true }) {
            self.lifetime = lifetime
            self.admits = admits
        }

        func answer(_ request: ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step] {
            if request.head.uri.hasSuffix("/token") {
                let number = given.withLock { count in
                    count += 1
                    return count
                }
                return ScriptedMCP.json([
                    "access_token": .string("t\(number)"), "expires_in": .integer(lifetime),
                ])
            }
            guard admits(request.token) else { return [.head(401), .end] }
            let message = (try? JSONValue(parsing: request.body)) ?? .null
            switch message["method"]?.stringValue {
            case "initialize":
                let session = sessions.withLock { count in
                    count += 1
                    return count
                }
                let result: JSONValue = [
                    "jsonrpc": "2.0", "id": message["id"] ?? .null,
                    "result": ["protocolVersion": "2025-11-25", "capabilities": ["tools": [:]]],
                ]
                return [
                    .head(contentType: "application/json", headers: ["mcp-session-id": "s\(session)"]),
                    .write(result.text), .end,
                ]
            case "notifications/initialized": return [.head(202), .end]
            case "tools/list": return ScriptedMCP.answer(message, ["tools": [ScriptedMCP.tool]])
            case "tools/call":
                return ScriptedMCP.answer(
                    message, ["content": [["type": "text", "text": .string(request.token)]]])
            default: return ScriptedMCP.error(message, -32601, status: 404)
            }
        }
    }

    private func server(_ mcp: ScriptedMCP) throws -> MCPServer {
        var server = mcp.server
        server.credential = try Credential([
            "auth_type": "oauth2_client_credentials", "client_id": "me", "client_secret": "s3cret",
            "token_url": .string("\(mcp.http.url)/token"),
        ])
        return server
    }

    private func call(_ mcp: ScriptedMCP, _ server: MCPServer) async throws -> String {
        let tool = try #require(mcp.pool.snapshot(server).list["book"])
        return try await mcp.pool.call(tool, of: server, [:], within: .seconds(5)).text
    }

    @Test("a token that is renewed leaves connection and session as they are")
    func renewed() async throws {
        let desk = Desk(lifetime: 100)
        let time = Mutex(Duration.zero)
        let clock = TaskClock(
            elapsed: { time.withLock(\.self) }, sleep: { try await Task.sleep(for: $0) })
        try await ScriptedMCP.run(tokenClock: clock) {
            desk.answer($0)
        } body: { mcp in
            let server = try server(mcp)
            _ = try await mcp.pool.tools(of: server)
            #expect(try await call(mcp, server) == "Bearer t1")
            time.withLock { $0 = .seconds(200) }
            #expect(try await call(mcp, server) == "Bearer t2")
            #expect(desk.sessions.withLock(\.self) == 1)
            let calls = mcp.http.requests.filter { $0.body.contains("tools/call") }
            #expect(calls.map { $0.head.headers["mcp-session-id"] } == [["s1"], ["s1"]])
        }
    }

    @Test("a token that the server refuses is replaced once, and the session goes on")
    func refusedOnce() async throws {
        let revoked = Mutex<Set<String>>([])
        let desk = Desk { token in !revoked.withLock { $0.contains(token) } }
        try await ScriptedMCP.run {
            desk.answer($0)
        } body: { mcp in
            let server = try server(mcp)
            _ = try await mcp.pool.tools(of: server)
            revoked.withLock { $0 = ["Bearer t1"] }
            #expect(try await call(mcp, server) == "Bearer t2")
            #expect(desk.sessions.withLock(\.self) == 1)
            #expect(mcp.http.requests.count { $0.body.contains("tools/call") } == 2)
            #expect(mcp.pool.snapshot(server).state == .connected)
        }
    }

    @Test("a server that refuses every token is named as such")
    func refusedForEver() async throws {
        let desk = Desk { _ in false }
        try await ScriptedMCP.run {
            desk.answer($0)
        } body: { mcp in
            let server = try server(mcp)
            await #expect(throws: MCPError.unauthorized(status: 401)) { try await mcp.pool.tools(of: server) }
            #expect(desk.given.withLock(\.self) == 2)
        }
    }

    @Test("a server whose token server refuses is dead, and is not asked")
    func noToken() async throws {
        try await ScriptedMCP.run { _ in
            ScriptedMCP.json(["error": "invalid_client"], status: 401)
        } body: { mcp in
            let server = try server(mcp)
            let failure = MCPError.unreachable("the token server 127.0.0.1 answered 401: invalid_client")
            await #expect(throws: failure) { try await mcp.pool.tools(of: server) }
            #expect(mcp.pool.snapshot(server).state == .dead(failure))
            #expect(mcp.http.requests.allSatisfy { $0.head.uri.hasSuffix("/token") })
        }
    }

    @Test("answers are compressed unless the server cannot do that")
    func compression() async throws {
        try await ScriptedMCP.run {
            ScriptedMCP.modern($0)
        } body: { mcp in
            _ = try await mcp.pool.tools(of: mcp.server)
            #expect(mcp.http.requests.allSatisfy { $0.head.headers["accept-encoding"] == ["gzip, deflate"] })
            var plain = mcp.server
            plain.acceptsCompression = false
            let before = mcp.http.requests.count
            _ = try await mcp.pool.tools(of: plain)
            #expect(
                mcp.http.requests.dropFirst(before).allSatisfy { $0.head.headers["accept-encoding"] == ["identity"] })
        }
    }
}

extension ScriptedHTTPServer.Request {
    fileprivate var token: String { head.headers["authorization"].joined() }
}
