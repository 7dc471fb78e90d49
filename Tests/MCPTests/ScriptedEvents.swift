import JSON
import NIOHTTP1
import Synchronization
import TestSupport

@testable import MCP

/// A server of the transport of 2024 whose streams a test writes.
final class ScriptedEvents: Sendable {
    typealias Handler = @Sendable (ScriptedEvents, String, JSONValue) -> [ScriptedHTTPServer.Step]?

    private let streams = Mutex<[AsyncStream<String>.Continuation]>([])
    private let handler: Handler

    /// - Parameter handler: answers a message as the test wants it; nil for the usual: 202, and the result on the stream.
    init(_ handler: @escaping Handler = { _, _, _ in nil }) { self.handler = handler }

    static let taken: [ScriptedHTTPServer.Step] = [.head(202, contentType: "text/plain"), .write("Accepted"), .end]

    var streamCount: Int { streams.withLock(\.count) }

    func answer(_ request: ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step] {
        if request.head.method == .GET {
            let (stream, continuation) = AsyncStream.makeStream(of: String.self)
            let number = streams.withLock { streams in
                streams.append(continuation)
                return streams.count
            }
            continuation.yield("event: endpoint\ndata: /v1/messages?s=\(number)\n\n")
            return [.head(), .each(stream), .drop]
        }
        let message = (try? JSONValue(parsing: request.body)) ?? .null
        let method = message["method"]?.stringValue ?? ""
        if let steps = handler(self, method, message) { return steps }
        switch method {
        case "initialize":
            send(
                message,
                [
                    "protocolVersion": "2024-11-05", "capabilities": ["tools": [:]],
                    "serverInfo": ["name": "s", "version": "1"],
                ])
        case "tools/list":
            let tool = ScriptedMCP.tool.merging(["annotations": ["readOnlyHint": true]])
            send(message, ["tools": [tool]])
        case "tools/call": send(message, ["content": [["type": "text", "text": "done"]]])
        default: break
        }
        return Self.taken
    }

    /// Sends a result on the newest stream.
    func send(_ message: JSONValue, _ result: JSONValue) {
        let answer: JSONValue = ["jsonrpc": "2.0", "id": message["id"] ?? .null, "result": result]
        write("event: message\ndata: \(answer.text)\n\n")
    }

    /// Writes on the newest stream.
    func write(_ text: String) { streams.withLock { _ = $0.last?.yield(text) } }

    /// Ends the newest stream.
    func end() {
        for stream in streams.withLock({ $0.suffix(1) }) { stream.finish() }
    }

    /// Runs a server and a pool for it.
    static func run(
        options: MCPOptions = MCPOptions(), _ handler: @escaping Handler = { _, _, _ in nil },
        body: (ScriptedEvents, MCPServer, ScriptedMCP) async throws -> Void
    ) async throws {
        let events = ScriptedEvents(handler)
        try await ScriptedMCP.run(options: options) {
            events.answer($0)
        } body: { mcp in
            var server = mcp.server
            server.transport = .events
            try await body(events, server, mcp)
        }
    }
}
