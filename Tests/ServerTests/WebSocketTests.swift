import Agents
import Foundation
import JSON
import Server
import TestSupport
import Testing

@Suite("The conversation WebSocket", .timeLimit(.minutes(1)))
struct WebSocketTests {
    // MARK: Handshake

    @Test(
        "selects convai when it is offered and nothing otherwise",
        arguments: [
            (nil, nil), ("convai", "convai"), ("convai, bearer.abc", "convai"), ("bearer.abc,convai", "convai"),
            ("graphql-ws", nil),
        ] as [(String?, String?)])
    func subprotocol(offered: String?, selected: String?) async throws {
        try await withServer { server in
            let headers = offered.map { ["Sec-WebSocket-Protocol: \($0)"] } ?? []
            let path = TestServer.path(try await server.makeAgent())
            try await TestWebSocket.connect(to: server.port, path, headers: headers) { socket in
                #expect(socket.handshake.hasPrefix("HTTP/1.1 101 "))
                #expect(socket.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                #expect(socket.header("Sec-WebSocket-Protocol") == selected)
            }
        }
    }

    @Test("declines compression")
    func noCompression() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(
                to: server.port, TestServer.path(try await server.makeAgent()),
                headers: ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
            ) { socket in
                #expect(socket.header("Sec-WebSocket-Extensions") == nil)
                let frame = try await socket.receive()
                #expect(frame != nil)
            }
        }
    }

    @Test("an unknown path is not upgraded but answered with a JSON 404")
    func unknownPath() async throws {
        try await withServer { server in
            try await TestWebSocket.connect(to: server.port, "/v1/convai/nothing") { socket in
                #expect(socket.handshake.hasPrefix("HTTP/1.1 404 "))
                #expect(socket.header("Content-Type")?.hasPrefix("application/json") == true)
            }
        }
    }

    @Test("an offer to upgrade to something else does not disturb a request", arguments: ["GET", "POST"])
    func otherUpgrade(method: String) async throws {
        try await withServer { server in
            let body = method == "GET" ? "" : #"{"conversation_config":{}}"#
            let path = method == "GET" ? "/v1/convai/agents" : "/v1/convai/agents/create"
            try await RawSocket.connect(to: server.port) { socket in
                let lines = [
                    "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA", "Content-Type: application/json",
                    "Content-Length: \(body.utf8.count)",
                ]
                try await socket.write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
                let answer = try await socket.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test("a plain GET is told to upgrade")
    func plainGet() async throws {
        try await withServer { server in
            let answer = try await server.send("GET", "/v1/convai/conversation?agent_id=x")
            #expect(answer.status == 426)
            #expect(answer.json["detail"]?["code"] == "upgrade_required")
        }
    }

    // MARK: Calls

    @Test("starts without an initiation, and takes text and binary frames alike")
    func textAndBinary() async throws {
        try await withServer { server in
            try await server.dial { socket in
                let first = try await socket.message()
                #expect(first?["type"] == "conversation_initiation_metadata")
                try await socket.send(#"{"type":"user_message","text":"in text"}"#)
                #expect(try await socket.message()?.value(at: "agent_response_event", "agent_response") == "in text")
                try await socket.send(Array(#"{"type":"user_message","text":"in bytes"}"#.utf8), opcode: 2)
                #expect(try await socket.message()?.value(at: "agent_response_event", "agent_response") == "in bytes")
            }
        }
    }

    @Test("joins fragments, with a ping answered between them")
    func fragments() async throws {
        try await withServer { server in
            try await server.dial { socket in
                _ = try await socket.receive()
                let bytes = Array(#"{"type":"user_message","text":"grüß dich"}"#.utf8)
                // The cut goes through a character of two bytes.
                let cut = try #require(bytes.firstIndex { $0 >= 0x80 }) + 1
                try await socket.send(Array(bytes[..<10]), isFinal: false)
                try await socket.send([1, 2, 3], opcode: 9)
                try await socket.send(Array(bytes[10..<cut]), opcode: 0, isFinal: false)
                try await socket.send(Array(bytes[cut...]), opcode: 0)
                #expect(try await socket.receive() == .pong([1, 2, 3]))
                #expect(try await socket.message()?.value(at: "agent_response_event", "agent_response") == "grüß dich")
            }
        }
    }

    @Test("two clients of one agent hear only their own call")
    func isolation() async throws {
        try await withServer { server in
            let path = TestServer.path(try await server.makeAgent())
            try await TestWebSocket.connect(to: server.port, path) { first in
                let firstID = try await first.conversationID()
                try await TestWebSocket.connect(to: server.port, path) { second in
                    #expect(try await second.conversationID() != firstID)
                    #expect(
                        try await server.send("GET", "/v1/convai/analytics/live-count").json["count"] == 2)
                    let calls = try await server.send("GET", "/v1/parley/calls").json["calls"]?.arrayValue
                    #expect(calls?.first?["conversation_id"]?.stringValue == firstID && calls?.count == 2)
                    #expect(calls?.allSatisfy { $0["client_address"] == "127.0.0.1" } == true)
                    try await second.send("no JSON")
                    #expect(try await second.receiveClose()?.code == 1008)
                }
                try await first.send(#"{"type":"user_message","text":"still here"}"#)
                #expect(try await first.message()?.value(at: "agent_response_event", "agent_response") == "still here")
            }
        }
    }

    @Test("a call's ending closes the WebSocket with its code and reason")
    func ending() async throws {
        try await withServer { server in
            try await server.dial { socket in
                _ = try await socket.receive()
                try await socket.send(#"{"type":"user_message","text":"bye"}"#)
                #expect(try await socket.receive() == .close(code: 1000, reason: "The agent ended the call."))
                try await socket.send([0x03, 0xE8], opcode: 8)
                #expect(try await socket.receive() == nil)
            }
        }
    }

    @Test("answers a client's close with its code and ends the call")
    func clientCloses() async throws {
        try await withServer { server in
            try await server.dial { socket in
                _ = try await socket.receive()
                try await socket.send([0x03, 0xE8] + Array("User ended conversation".utf8), opcode: 8)
                #expect(try await socket.receiveClose()?.code == 1000)
                #expect(try await socket.receive() == nil)
            }
            try await server.waitForCalls(0)
        }
    }

    @Test("a client that vanishes ends its call at once")
    func vanishing() async throws {
        try await withServer { server in
            try await server.dial { socket in
                _ = try await socket.receive()
                try await server.waitForCalls(1)
            }
            try await server.waitForCalls(0)
        }
    }

    // MARK: Refusals

    @Test("what cannot be had is upgraded, explained twice, and closed with 1008 and the reason")
    func refusals() async throws {
        var limits = ServerLimits()
        limits.calls = 1
        try await withServer(limits: limits) { server in
            let busy = "All lines are busy: too many calls at the same time. Try again later."
            let agent = try await server.makeAgent()
            try await TestWebSocket.expectRefusal(server.port, "/v1/convai/conversation", "The URL has no agent_id.")
            try await TestWebSocket.expectRefusal(
                server.port, TestServer.path("agent_x"), "There is no agent agent_x here.")
            try await TestWebSocket.connect(to: server.port, TestServer.path(agent)) { socket in
                _ = try await socket.receive()
                try await TestWebSocket.expectRefusal(
                    server.port, TestServer.path(agent), busy)
            }
            try await server.waitForCalls(0)
            let limited = try await server.makeAgent([
                "conversation_config": [:], "platform_settings": ["call_limits": ["agent_concurrency_limit": 0]],
            ])
            try await TestWebSocket.expectRefusal(server.port, TestServer.path(limited), busy)
        }
    }
}
