import Credentials
import Egress
import Foundation
import JSON
import Logging
import Tasks
import TestSupport

@testable import MCP

/// A pool with real sockets, and a server whose answers a test writes.
struct ScriptedMCP {
    let pool: MCPPool
    let http: ScriptedHTTPServer

    var server: MCPServer { MCPServer(name: "scripted", url: http.url + "/mcp") }

    /// Answers of a server of the new era; other methods are the test's.
    static func modern(
        _ request: ScriptedHTTPServer.Request, tools: JSONValue = [tool],
        _ other: (String, JSONValue) -> [ScriptedHTTPServer.Step]? = { _, _ in nil }
    ) -> [ScriptedHTTPServer.Step] {
        let message = (try? JSONValue(parsing: request.body)) ?? .null
        let method = message["method"]?.stringValue ?? ""
        if let steps = other(method, message) { return steps }
        switch method {
        case "server/discover":
            return answer(message, ["supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]]])
        case "tools/list": return answer(message, ["tools": tools])
        default: return error(message, -32601, status: 404)
        }
    }

    static let tool: JSONValue = [
        "name": "book", "description": "Books.", "inputSchema": ["type": "object", "properties": [:]],
    ]

    static func answer(_ message: JSONValue, _ result: JSONValue) -> [ScriptedHTTPServer.Step] {
        json(["jsonrpc": "2.0", "id": message["id"] ?? .null, "result": result])
    }

    static func error(_ message: JSONValue, _ code: Int, status: Int = 200) -> [ScriptedHTTPServer.Step] {
        json(
            [
                "jsonrpc": "2.0", "id": message["id"] ?? .null,
                "error": ["code": .integer(code), "message": "as the test wants it"],
            ], status: status)
    }

    static func json(_ value: JSONValue, status: Int = 200) -> [ScriptedHTTPServer.Step] {
        [.head(status, contentType: "application/json"), .write(value.text), .end]
    }

    /// Runs a server and a pool for it.
    static func run(
        options: MCPOptions = MCPOptions(), clock: TaskClock = .continuous(), tokenClock: TaskClock = .continuous(),
        _ answer: @escaping @Sendable (ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step],
        body: (ScriptedMCP) async throws -> Void
    ) async throws {
        try await ScriptedHTTPServer.run(answer) { http in
            try await withPool(options: options, clock: clock, tokenClock: tokenClock) {
                try await body(ScriptedMCP(pool: $0, http: http))
            }
        }
    }

    /// Runs a pool that may reach this machine.
    static func withPool(
        options: MCPOptions = MCPOptions(), clock: TaskClock = .continuous(), tokenClock: TaskClock = .continuous(),
        body: (MCPPool) async throws -> Void
    ) async throws {
        let egress = EgressClient(policy: EgressPolicy(allowsPrivateAddresses: true))
        let pool = MCPPool(
            egress: egress, authorizer: Authorizer(clock: tokenClock) { try await egress.send($0) }, options: options,
            clock: clock, logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            do {
                try await body(pool)
            } catch {
                group.cancelAll()
                try? await group.waitForAll()
                await egress.shutdown()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        await egress.shutdown()
    }
}
