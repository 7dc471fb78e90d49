import Foundation
import JSON
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import MCP

/// What becomes of a connection when its server is another one than before, and of the server's list and place in the pool.
@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
    private static func method(_ request: ScriptedHTTPServer.Request) -> String {
        (try? JSONValue(parsing: request.body))?["method"]?.stringValue ?? request.head.method.rawValue
    }

    // MARK: Another server at the same place

    /// A server that is at first what the first mode says, and then what the second does.
    @Test(
        "a server that was updated, set back or started anew is connected again by its next list",
        arguments: [("", "s1"), ("s1", ""), ("s1", "s2")])
    func changedServer(before: String, after: String) async throws {
        let session = Mutex(before)
        try await ScriptedMCP.run { request in
            let session = session.withLock(\.self)
            guard session.isEmpty else { return ScriptedMCP.handshake(request, session: session) }
            let version = request.head.headers.first(name: "mcp-protocol-version")
            if version == "2026-07-28" { return ScriptedMCP.modern(request) }
            let message = (try? JSONValue(parsing: request.body)) ?? .null
            return ScriptedMCP.json(
                [
                    "jsonrpc": "2.0", "id": message["id"] ?? .null,
                    "error": [
                        "code": -32022, "message": "Unsupported", "data": ["supported": ["2026-07-28"]],
                    ],
                ], status: 400)
        } body: { mcp in
            let first = try await mcp.pool.tools(of: mcp.server)
            session.withLock { $0 = after }
            let second = try await mcp.pool.tools(of: mcp.server)
            #expect(first.tools.count == 1 && second.tools.count == 1)
            #expect(mcp.pool.snapshot(mcp.server).state == .connected)
        }
    }

    @Test("a call finds that its session is not known, and is made in a new one, whatever words the server has for it")
    func callInAnUnknownSession() async throws {
        let session = Mutex("s1")
        try await ScriptedMCP.run { request in
            ScriptedMCP.handshake(request, session: session.withLock(\.self)) { method, message in
                method == "tools/call" && request.head.headers.first(name: "mcp-session-id") == "s2"
                    ? ScriptedMCP.answer(message, ["content": [["type": "text", "text": "done"]]]) : nil
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            session.withLock { $0 = "s2" }
            #expect(try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5)).text == "done")
        }
    }

    @Test("a late word that a session has ended does not end its successor")
    func lateEnd() async throws {
        let isOver = Mutex(false)
        let (late, release) = AsyncStream.makeStream(of: String.self)
        try await ScriptedMCP.run { request in
            let session = request.head.headers.first(name: "mcp-session-id")
            if session == "old", isOver.withLock(\.self) {
                return request.body.contains("slow") ? [.each(late), .head(404), .end] : [.head(404), .end]
            }
            return ScriptedMCP.handshake(request, session: isOver.withLock(\.self) ? "new" : "old") { method, message in
                guard method == "tools/call" else { return nil }
                // The one in the new session lets the one in the old go on.
                if !request.body.contains("slow") { release.finish() }
                return ScriptedMCP.answer(message, ["content": [["type": "text", "text": "done"]]])
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            isOver.withLock { $0 = true }
            async let slow = mcp.pool.call(tool, of: mcp.server, ["pace": "slow"], within: .seconds(20))
            await mcp.arrival { $0.body.contains("slow") }
            #expect(try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(20)).text == "done")
            #expect(try await slow.text == "done")
            #expect(mcp.methods.filter { $0 == "initialize" }.count == 2)
        }
    }

    @Test("a list that is refused while a tool runs does not end the tool's session, and the call is made once")
    func refusedListDuringCall() async throws {
        let isBusy = Mutex(false)
        let (late, release) = AsyncStream.makeStream(of: String.self)
        try await ScriptedMCP.run { request in
            ScriptedMCP.handshake(request, session: "s1") { method, message in
                switch method {
                case "tools/list" where isBusy.withLock(\.self):
                    return ScriptedMCP.error(message, -32000)
                case "tools/call":
                    let answer: JSONValue = [
                        "jsonrpc": "2.0", "id": message["id"] ?? .null,
                        "result": ["content": [["type": "text", "text": "done"]]],
                    ]
                    return [.head(contentType: "application/json"), .each(late), .write(answer.text), .end]
                default: return nil
                }
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            isBusy.withLock { $0 = true }
            async let slow = mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(20))
            await mcp.arrival { $0.body.contains("tools/call") }
            await #expect(throws: MCPError.self) { try await mcp.pool.tools(of: mcp.server) }
            #expect(!mcp.methods.contains("DELETE"), "the session is in use")
            release.finish()
            #expect(try await slow.text == "done")
            #expect(mcp.methods.filter { $0 == "tools/call" }.count == 1)
            await mcp.arrival { $0.head.method == .DELETE }
        }
    }

    // MARK: One tool, and the server

    @Test(
        "a tool that is refused, broken or cut off takes no other from the calls",
        arguments: [
            [.head(403, contentType: "application/json"), .write("{}"), .end],
            [.head(404, contentType: "text/plain"), .write("no"), .end], [.head(502), .end],
            [.head(contentType: "application/json"), .write(#"{"jsonrpc":"2."#), .end], [.drop],
        ] as [[ScriptedHTTPServer.Step]])
    func brokenTool(answer: [ScriptedHTTPServer.Step]) async throws {
        try await ScriptedMCP.run { request in
            ScriptedMCP.modern(request) { method, _ in method == "tools/call" ? answer : nil }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            for _ in 0..<3 {
                await #expect(throws: MCPError.self) {
                    try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5))
                }
                #expect(mcp.pool.snapshot(mcp.server).state == .connected)
                #expect(mcp.pool.snapshot(mcp.server).list.tools.count == 1)
            }
        }
    }

    @Test("after a call that was cut off the list tells whether the server is there")
    func doubt() async throws {
        let isGone = Mutex(false)
        try await ScriptedMCP.run { request in
            if isGone.withLock(\.self) { return [.head(503), .end] }
            return ScriptedMCP.modern(request) { method, _ in
                guard method == "tools/call" else { return nil }
                isGone.withLock { $0 = true }
                return [.drop]
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            await #expect(throws: MCPError.self) {
                try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5))
            }
            while case .connected = mcp.pool.snapshot(mcp.server).state { await Task.yield() }
            #expect(mcp.pool.snapshot(mcp.server).state == .dead(.refused(status: 503, "")))
        }
    }

    @Test("a list that is refused once leaves the former one in use, and says why")
    func refusedRefresh() async throws {
        let isBusy = Mutex(false)
        try await ScriptedMCP.run { request in
            isBusy.withLock(\.self)
                ? [.head(429, contentType: "text/plain"), .write("slow down"), .end] : ScriptedMCP.modern(request)
        } body: { mcp in
            _ = try await mcp.pool.tools(of: mcp.server)
            isBusy.withLock { $0 = true }
            await #expect(throws: MCPError.refused(status: 429, "“slow down”")) {
                try await mcp.pool.tools(of: mcp.server)
            }
            #expect(mcp.pool.snapshot(mcp.server).list.tools.count == 1)
        }
    }

    @Test("who waits for a list gets it, also when the server says with each that it has changed")
    func endlessChange() async throws {
        try await ScriptedMCP.run { request in
            ScriptedMCP.modern(request) { method, message in
                guard method == "tools/list" else { return nil }
                let result: JSONValue = [
                    "jsonrpc": "2.0", "id": message["id"] ?? .null, "result": ["tools": [ScriptedMCP.tool]],
                ]
                let change = #"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#
                return [.head(), .write("data: \(change)\n\ndata: \(result.text)\n\n"), .end]
            }
        } body: { mcp in
            let list = try await mcp.pool.tools(of: mcp.server)
            #expect(list.tools.count == 1)
            // At once, and once more because of the change; then the pauses begin.
            #expect(mcp.methods.filter { $0 == "tools/list" }.count <= 2)
        }
    }

    @Test("bad tools are one line in the log, until they are others")
    func log() async throws {
        let log = MemoryLog()
        let names = Mutex(["a", "b"])
        try await ScriptedMCP.run(log: log) { request in
            let bad = names.withLock(\.self).map { ["name": .string($0)] as JSONValue }
            return ScriptedMCP.modern(request, tools: .array(bad))
        } body: { mcp in
            for _ in 0..<3 { _ = try await mcp.pool.tools(of: mcp.server) }
            func count() -> Int { log.text.components(separatedBy: "Tools of an MCP server").count - 1 }
            #expect(count() == 1 && log.text.contains("tool a was left out") && log.text.contains("tool b was"))
            names.withLock { $0 = ["c"] }
            _ = try await mcp.pool.tools(of: mcp.server)
            #expect(count() == 2)
        }
    }

    // MARK: What the server asks and tells

    @Test("the server's own request does not hold up its answer")
    func ownRequest() async throws {
        var options = MCPOptions()
        options.connectTimeout = .seconds(10)
        options.courtesyTimeout = .seconds(30)
        try await ScriptedMCP.run(options: options) { request in
            ScriptedMCP.modern(request) { method, message in
                if method.isEmpty { return [.hang] }
                guard method == "tools/list" else { return nil }
                let result: JSONValue = [
                    "jsonrpc": "2.0", "id": message["id"] ?? .null, "result": ["tools": [ScriptedMCP.tool]],
                ]
                let pings = (0..<20).map { #"data: {"jsonrpc":"2.0","id":"p\#($0)","method":"ping"}"# + "\n\n" }
                    .joined()
                return [.head(), .write("\(pings)data: \(result.text)\n\n"), .end]
            }
        } body: { mcp in
            let list = try await mcp.pool.tools(of: mcp.server)
            #expect(list.tools.count == 1)
            await mcp.arrival { $0.body.contains(#""id":"p7""#) || $0.body.contains(#""result":{}"#) }
            #expect(mcp.methods.filter { $0 == "POST" }.count <= options.mostReplies)
        }
    }

    @Test("a stream of changes that ends when nothing is said is opened again")
    func idleChanges() async throws {
        var options = MCPOptions()
        options.reconnectDelay = .milliseconds(1)
        let listens = Mutex(0)
        let isChanged = Mutex(false)
        let (changes, change) = AsyncStream.makeStream(of: String.self)
        try await ScriptedMCP.run(options: options) { request in
            ScriptedMCP.modern(request, tools: isChanged.withLock(\.self) ? [] : [ScriptedMCP.tool]) {
                method, message in
                switch method {
                case "server/discover":
                    return ScriptedMCP.answer(
                        message,
                        ["supportedVersions": ["2026-07-28"], "capabilities": ["tools": ["listChanged": true]]])
                case "subscriptions/listen":
                    let count = listens.withLock { count in
                        count += 1
                        return count
                    }
                    return count == 1 ? [.head(), .write(": nothing\n\n"), .drop] : [.head(), .each(changes), .end]
                default: return nil
                }
            }
        } body: { mcp in
            let list = try await mcp.pool.tools(of: mcp.server)
            #expect(list.tools.count == 1)
            var heard = 0
            await mcp.arrival { request in
                if Self.method(request) == "subscriptions/listen" { heard += 1 }
                return heard == 2
            }
            isChanged.withLock { $0 = true }
            // One event that is none does not end it.
            change.yield("data: nonsense\n\n")
            change.yield(#"data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"# + "\n\n")
            while !mcp.pool.snapshot(mcp.server).list.tools.isEmpty { await Task.yield() }
        }
    }

    // MARK: The pool

    @Test("a server that is not wanted any more is left, with its session")
    func forgotten() async throws {
        try await ScriptedMCP.run {
            ScriptedMCP.handshake($0, session: "s")
        } body: { mcp in
            _ = try await mcp.pool.tools(of: mcp.server)
            mcp.pool.forget(mcp.server)
            await mcp.arrival { $0.head.method == .DELETE }
            #expect(mcp.pool.snapshot(mcp.server).state == .unknown)
        }
    }

    @Test("a connection that no call wants is closed, and the list stays for the next call")
    func idle() async throws {
        var options = MCPOptions()
        options.idleTime = .zero
        options.sweepTime = .milliseconds(20)
        try await ScriptedMCP.run(options: options) { request in
            ScriptedMCP.handshake(request, session: "s") { method, message in
                method == "tools/call" ? ScriptedMCP.answer(message, ["content": []]) : nil
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            await mcp.arrival { $0.head.method == .DELETE }
            #expect(mcp.pool.snapshot(mcp.server).state == .connected)
            #expect(try await mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(5)).content.isEmpty)
        }
    }

    @Test("a full pool takes no connection from a call that uses it")
    func full() async throws {
        var options = MCPOptions()
        options.mostServers = 1
        let (under, release) = AsyncStream.makeStream(of: String.self)
        try await ScriptedMCP.run(options: options) { request in
            let isOther = request.head.headers.contains(name: "x-other")
            return ScriptedMCP.handshake(request, session: isOther ? "other" : "s") { method, message in
                method == "tools/call" ? [.each(under)] + ScriptedMCP.answer(message, ["content": []]) : nil
            }
        } body: { mcp in
            let tool = try #require(try await mcp.pool.tools(of: mcp.server)["book"])
            async let result = mcp.pool.call(tool, of: mcp.server, [:], within: .seconds(20))
            await mcp.arrival { Self.method($0) == "tools/call" }
            var other = mcp.server
            other.headers = ["X-Other": "1"]
            for _ in 0..<2 { _ = try await mcp.pool.tools(of: other) }
            #expect(!mcp.methods.contains("DELETE"))
            release.finish()
            #expect(try await result.content.isEmpty)
            // A third, for which the one that is idle now makes room.
            var third = mcp.server
            third.headers = ["X-Other": "2"]
            _ = try await mcp.pool.tools(of: third)
            await mcp.arrival { $0.head.method == .DELETE }
        }
    }

    // MARK: Errors

    @Test("a call counts as made when the server may have had it")
    func effects() {
        for status in [303, 307, 408, 500, 502, 504] { #expect(MCPError.refused(status: status, "").mayHaveHadEffects) }
        for status in [400, 404, 409, 429] { #expect(!MCPError.refused(status: status, "").mayHaveHadEffects) }
        #expect(MCPError.rpc(RPCError(code: -32603, message: "")).mayHaveHadEffects)
        #expect(!MCPError.rpc(RPCError(code: -32602, message: "")).mayHaveHadEffects)
        #expect(MCPError.lost("").mayHaveHadEffects && !MCPError.unreachable("").mayHaveHadEffects)
    }
}
