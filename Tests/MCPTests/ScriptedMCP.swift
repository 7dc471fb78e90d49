import Credentials
import Egress
import Foundation
import JSON
import Logging
import NIOHTTP1
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

    /// Answers of a server of the handshake that knows one session.
    static func handshake(
        _ request: ScriptedHTTPServer.Request, session: String, capabilities: JSONValue = ["tools": [:]],
        tools: JSONValue = [tool], _ other: (String, JSONValue) -> [ScriptedHTTPServer.Step]? = { _, _ in nil }
    ) -> [ScriptedHTTPServer.Step] {
        let message = (try? JSONValue(parsing: request.body)) ?? .null
        let method = message["method"]?.stringValue ?? ""
        if let steps = other(method, message) { return steps }
        if request.head.method != .POST { return [.head(request.head.method == .GET ? 405 : 200), .end] }
        if method == "initialize" {
            let result: JSONValue = [
                "jsonrpc": "2.0", "id": message["id"] ?? .null,
                "result": [
                    "protocolVersion": "2025-11-25", "capabilities": capabilities,
                    "serverInfo": ["name": "s", "version": "1"],
                ],
            ]
            return [
                .head(contentType: "application/json", headers: ["mcp-session-id": session]), .write(result.text), .end,
            ]
        }
        guard request.head.headers.first(name: "mcp-session-id") == session else {
            return json(
                [
                    "jsonrpc": "2.0", "id": nil,
                    "error": ["code": -32000, "message": "Bad Request: Server not initialized"],
                ], status: 400)
        }
        switch method {
        case "notifications/initialized", "notifications/cancelled": return [.head(202), .end]
        case "tools/list": return answer(message, ["tools": tools])
        default: return error(message, -32601)
        }
    }

    /// What was asked, in order.
    var methods: [String] {
        http.requests.map { request in
            (try? JSONValue(parsing: request.body))?["method"]?.stringValue ?? request.head.method.rawValue
        }
    }

    /// Waits for a request.
    func arrival(where isIt: (ScriptedHTTPServer.Request) -> Bool) async {
        for await request in http.arrivals where isIt(request) { return }
    }

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
        log: MemoryLog = MemoryLog(),
        _ answer: @escaping @Sendable (ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step],
        body: (ScriptedMCP) async throws -> Void
    ) async throws {
        try await ScriptedHTTPServer.run(answer) { http in
            try await withPool(options: options, clock: clock, tokenClock: tokenClock, log: log) {
                try await body(ScriptedMCP(pool: $0, http: http))
            }
        }
    }

    /// Runs a pool that may reach this machine.
    static func withPool(
        options: MCPOptions = MCPOptions(), clock: TaskClock = .continuous(), tokenClock: TaskClock = .continuous(),
        log: MemoryLog = MemoryLog(), body: (MCPPool) async throws -> Void
    ) async throws {
        let egress = EgressClient(policy: EgressPolicy(allowsPrivateAddresses: true))
        let logger = Logger(label: "test") { _ in log.handler }
        let pool = MCPPool(
            egress: egress, authorizer: Authorizer(clock: tokenClock) { try await egress.send($0) }, options: options,
            clock: clock, logger: logger)
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
