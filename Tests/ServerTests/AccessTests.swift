import Agents
import Foundation
import JSON
import Server
import TestSupport
import Testing

@Suite("Who may do what", .timeLimit(.minutes(1)))
struct AccessTests {
    /// What comes to a server on loopback by other ways than from a program of its machine or a page of its own, and how
    /// the refusal calls it. `%` stands for the server's port.
    private static let foreign: [(headers: [String], sign: String)] = {
        let own = "Host: 127.0.0.1:%"
        let proxies = [
            "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "X-Forwarded-Host: voice.example",
            "X-Forwarded-Server: a", "Forwarded: for=203.0.113.9", "Via: 1.1 caddy", "X-Real-IP: 203.0.113.9",
            "CF-Connecting-IP: 203.0.113.9", "True-Client-IP: 203.0.113.9", "X-Client-IP: 203.0.113.9",
        ].map { ([own, $0], "came through a proxy") }
        let hosts = [[], ["Host: rebound.example"], ["Host: voice.example:%"], ["Host: 192.168.1.5"], ["Host: "]]
            .map { ($0, "is not addressed to a loopback name") }
        let pages = [
            "Origin: https://evil.example", "Origin: null", "Origin: http://localhost:3000", "Origin: http://127.0.0.1",
            "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Referer: https://evil.example/page",
        ].map { ([own, $0], "was sent by a page of another site") }
        return proxies + hosts + pages
    }()

    @Test("bound to loopback, only this machine's programs and the server's own pages go without a key")
    func loopback() async throws {
        try await withServer { server in
            let key = try await server.storage.keys.create(name: "test").key
            func filled(_ headers: [String]) -> [String] { headers.map { $0.replacing("%", with: "\(server.port)") } }
            let own = "Host: 127.0.0.1:%"
            for headers in [
                [own], ["Host: localhost:1"], ["Host: [::1]:1"], [own, "Origin: http://127.0.0.1:%"],
                ["Host: localhost:%", "Origin: http://localhost:%", "Sec-Fetch-Site: same-origin"],
                [own, "Sec-Fetch-Site: none"], [own, "Referer: http://127.0.0.1:%/?agent_id=a"],
                ["Host: [::1]:%", "Origin: http://[::1]:%"], [own, "xi-api-key: dummy"],
            ] {
                let answer = try await server.raw("GET /v1/convai/agents", filled(headers))
                #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(headers)")
            }
            for (headers, sign) in Self.foreign {
                let answer = try await server.raw("GET /v1/convai/agents", filled(headers))
                #expect(answer.hasPrefix("HTTP/1.1 401 "), "\(headers)")
                #expect(answer.contains(sign) && answer.contains("parley keys create"), "\(headers) \(answer)")
                let admitted = try await server.raw("GET /v1/convai/agents", filled(headers) + ["xi-api-key: \(key)"])
                #expect(admitted.hasPrefix("HTTP/1.1 200 "), "\(headers)")
            }
        }
    }

    @Test("what speaks HTTP/1.0 is a proxy")
    func oldVersion() async throws {
        try await withServer { server in
            let answer = try await RawSocket.connect(to: server.port) { socket in
                // As nginx's plain `proxy_pass` sends it.
                try await socket.write(
                    "GET /v1/convai/agents HTTP/1.0\r\nHost: 127.0.0.1:\(server.port)\r\nConnection: close\r\n\r\n")
                return try await socket.readToEnd()
            }
            #expect(answer.contains(" 401 ") && answer.contains("came through a proxy"), "\(answer)")
        }
    }

    @Test("without keys nobody from elsewhere calls a public agent, unless by signed URL or from an allowlisted page")
    func publicAgent() async throws {
        try await withServer { server in
            let agent = try await server.makeAgent()
            let path = "/v1/convai/conversation?agent_id=\(agent)"
            let refusal =
                "This server has no API keys, so it accepts calls only from this machine; "
                + "create one with `parley keys create`."
            let own = "Host: 127.0.0.1:\(server.port)"
            func call(_ path: String, _ headers: [String]) async throws -> Bool {
                try await TestWebSocket.connect(to: server.port, path, host: nil, headers: headers) { socket in
                    try await socket.conversationID() != nil
                }
            }
            #expect(try await call(path, [own]))
            #expect(try await call(path, [own, "Origin: http://127.0.0.1:\(server.port)"]))
            let foreign = Self.foreign.map { $0.headers.map { $0.replacing("%", with: "\(server.port)") } }
            for headers in foreign {
                try await TestWebSocket.expectRefusal(server.port, path, refusal, host: nil, headers: headers)
                let widget = try await server.raw("GET /v1/convai/agents/\(agent)/widget", headers)
                #expect(widget.hasPrefix("HTTP/1.1 401 "), "\(headers)")
            }
            let signature = server.storage.signedURLs.sign(agentID: agent)
            #expect(try await call("\(path)&conversation_signature=\(signature)", ["Host: voice.example"]))
            let listed = try await server.makeAgent(Self.agent(["allowlist": [["hostname": "good.example"]]]))
            #expect(
                try await call(
                    "/v1/convai/conversation?agent_id=\(listed)", [own, "Origin: https://good.example"]))
            _ = try await server.storage.keys.create(name: "test")
            for headers in foreign { #expect(try await call(path, headers), "\(headers)") }
        }
    }

    @Test("bound elsewhere, everything but public routes needs a valid key")
    func bound() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let key = try await server.storage.keys.create(name: "test").key
            let agent = try await server.makeAgent()
            for path in ["/v1/convai/agents", "/v1/convai/conversations", "/v1/user", "/v1/voices", "/v1/models"] {
                let none = try await server.send("GET", path)
                #expect(none.status == 401)
                #expect(none.json["detail"]?["status"] == "needs_authorization")
                let wrong = try await server.send("GET", path, headers: ["xi-api-key": key + "x"])
                #expect(wrong.status == 401)
                #expect(wrong.json["detail"]?["status"] == "invalid_api_key")
                #expect(try await server.send("GET", path, headers: ["xi-api-key": key]).status == 200)
            }
            #expect(try await server.send("GET", "/health/live").status == 200)
            #expect(try await server.send("GET", "/v1/convai/agents/\(agent)/widget").status == 200)
            #expect(try await server.send("GET", "/v1/user", headers: ["Authorization": "Bearer \(key)"]).status == 200)
            #expect(try await server.send("GET", "/v1/user", headers: ["Authorization": "Bearer no"]).status == 401)
            #expect(!server.log.text.contains(key))
            try await TestWebSocket.connect(to: server.port, "/v1/convai/conversation?agent_id=\(agent)") { socket in
                let id = try await socket.conversationID()
                #expect(id != nil)
            }
        }
    }

    @Test("bound elsewhere, the speech sockets need a key, wherever the client can put it")
    func speechSockets() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let key = try await server.storage.keys.create(name: "test").key
            let path = "/v1/text-to-speech/joe/stream-input"
            // Who is let in hears that this server has no engines.
            for (query, message, error) in [
                ("", #"{"text": " "}"#, "needs_authorization"),
                ("", #"{"text": " ", "xi_api_key": "sk_no"}"#, "invalid_api_key"),
                ("", #"{"text": " ", "xi_api_key": "\#(key)"}"#, "unavailable"),
                ("", #"{"text": " ", "xi-api-key": "\#(key)"}"#, "unavailable"),
                ("", #"{"text": " ", "authorization": "Bearer \#(key)"}"#, "unavailable"),
                ("?authorization=Bearer%20\(key)", #"{"text": " "}"#, "unavailable"),
            ] {
                try await TestWebSocket.connect(to: server.port, path + query) { socket in
                    try await socket.send(message)
                    guard case .text(let text) = try await socket.receive() else {
                        Issue.record("no answer")
                        return
                    }
                    #expect(try JSONValue(parsing: text)["error"]?.stringValue == error)
                }
            }
            #expect(!server.log.text.contains(key))
        }
    }

    @Test("private agents take a signed URL or a key, and nothing else")
    func privateAgent() async throws {
        try await withServer { server in
            let key = try await server.storage.keys.create(name: "test").key
            let agent = try await server.makeAgent(Self.agent(["enable_auth": true]))
            let other = try await server.makeAgent(Self.agent(["enable_auth": true]))
            let path = "/v1/convai/conversation?agent_id=\(agent)"
            let signature = server.storage.signedURLs.sign(agentID: agent)

            for (path, headers) in [
                ("\(path)&conversation_signature=\(signature)&source=python_sdk&version=2.78.0", []),
                (path, ["xi-api-key: \(key)"]), (path, ["Sec-WebSocket-Protocol: convai, bearer.\(key)"]),
                (path, ["Sec-WebSocket-Protocol: convai, bearer.\(signature)"]),
            ] as [(String, [String])] {
                try await TestWebSocket.connect(to: server.port, path, headers: headers) { socket in
                    let id = try await socket.conversationID()
                    #expect(id != nil, "\(path) \(headers)")
                }
            }

            let needed = "This agent is private: a signed URL or an API key is needed."
            try await TestWebSocket.expectRefusal(server.port, path, needed)
            try await TestWebSocket.expectRefusal(
                server.port, path, "The API key is not valid on this server.", headers: ["xi-api-key: pk_wrong"])
            try await TestWebSocket.expectRefusal(
                server.port, "\(path)&conversation_signature=\(signature)x",
                "The signed URL is not valid: its signature does not match.")
            try await TestWebSocket.expectRefusal(
                server.port, "/v1/convai/conversation?agent_id=\(other)&conversation_signature=\(signature)",
                "The signed URL is for another agent.")
            let expired = server.storage.signedURLs.sign(agentID: agent, lifetime: -1)
            try await TestWebSocket.expectRefusal(
                server.port, "\(path)&conversation_signature=\(expired)",
                "The signed URL has expired; ask for a new one.")
            #expect(!server.log.text.contains(signature))
            #expect(!server.log.text.contains(key))
        }
    }

    @Test("an agent's allowlist decides by the Origin header")
    func origins() async throws {
        try await withServer { server in
            let agent = try await server.makeAgent(
                Self.agent(["allowlist": [["hostname": "good.example"]], "require_origin_header": true]))
            let path = "/v1/convai/conversation?agent_id=\(agent)"
            try await TestWebSocket.connect(to: server.port, path, headers: ["Origin: https://good.example"]) {
                socket in
                let id = try await socket.conversationID()
                #expect(id != nil)
            }
            try await TestWebSocket.expectRefusal(
                server.port, path, "This page's host is not on the agent's allowlist.",
                headers: ["Origin: https://good.example.evil.example"])
            try await TestWebSocket.expectRefusal(
                server.port, path, "This agent only talks to web pages: the request has no Origin header.")
        }
    }

    @Test("signed URLs are absolute, in both spellings, and open the conversation", arguments: ["-", "_"])
    func signedURL(separator: String) async throws {
        try await withServer { server in
            let agent = try await server.makeAgent(Self.agent(["enable_auth": true]))
            let path = "/v1/convai/conversation/get\(separator)signed\(separator)url"
            let answer = try await server.send("GET", "\(path)?agent_id=\(agent)&include_conversation_id=true").json
            let url = try #require(answer["signed_url"]?.stringValue.flatMap { URLComponents(string: $0) })
            #expect(url.scheme == "ws")
            #expect(url.host == "127.0.0.1")
            #expect(url.port == server.port)
            #expect(url.queryItems?.first { $0.name == "agent_id" }?.value == agent)
            let target = "\(url.path)?\(url.percentEncodedQuery ?? "")&source=js_sdk"
            try await TestWebSocket.connect(to: server.port, target) { socket in
                let id = try await socket.conversationID()
                #expect(id == answer["conversation_id"]?.stringValue)
            }
            try await TestWebSocket.expectRefusal(
                server.port, target, "The signed URL was already used; ask for a new one.")
            #expect(try await server.send("GET", "\(path)?agent_id=agent_x").status == 404)
            #expect(try await server.send("GET", path).status == 422)
        }
    }

    @Test("a single-use URL is used up by the call that it begins, not by a page load or a busy server")
    func singleUse() async throws {
        var limits = ServerLimits()
        limits.calls = 1
        try await withServer(limits: limits) { server in
            let agent = try await server.makeAgent(Self.agent(["enable_auth": true]))
            let answer = try await server.send(
                "GET", "/v1/convai/conversation/get-signed-url?agent_id=\(agent)&include_conversation_id=true"
            ).json
            let url = try #require(answer["signed_url"]?.stringValue.flatMap { URLComponents(string: $0) })
            let target = "\(url.path)?\(url.percentEncodedQuery ?? "")"
            let signature = try #require(url.queryItems?.first { $0.name == "conversation_signature" }?.value)
            let widget = "/v1/convai/agents/\(agent)/widget"
            for _ in 0..<2 {
                #expect(
                    try await server.send("GET", "\(widget)?conversation_signature=\(signature)").status == 200)
            }
            #expect(try await server.send("GET", widget).status == 401)

            let other = server.storage.signedURLs.sign(agentID: agent)
            let busy = "/v1/convai/conversation?agent_id=\(agent)&conversation_signature=\(other)"
            try await TestWebSocket.connect(to: server.port, busy) { socket in
                _ = try await socket.receive()
                try await TestWebSocket.expectRefusal(
                    server.port, target, "All lines are busy: too many calls at the same time. Try again later.")
            }
            try await server.waitForCalls(0)
            try await TestWebSocket.connect(to: server.port, target) { socket in
                let id = try await socket.conversationID()
                #expect(id == answer["conversation_id"]?.stringValue)
            }
            try await server.waitForCalls(0)
            try await TestWebSocket.expectRefusal(
                server.port, target, "The signed URL was already used; ask for a new one.")
            // The refusal gave its place back.
            try await TestWebSocket.connect(to: server.port, busy) { socket in
                let id = try await socket.conversationID()
                #expect(id != nil)
            }
        }
    }

    @Test("signed URLs name the address that the client knows")
    func signedURLAddress() async throws {
        try await withServer { server in
            let key = try await server.storage.keys.create(name: "test").key
            let agent = try await server.makeAgent()
            let answer = try await server.raw(
                "GET /v1/convai/conversation/get-signed-url?agent_id=\(agent)",
                ["Host: voice.example", "X-Forwarded-Proto: https", "xi-api-key: \(key)"])
            #expect(answer.contains("\"wss://voice.example/v1/convai/conversation?agent_id="))
        }
        try await withServer(publicURL: URL(string: "https://example.com/voice/")) { server in
            let key = try await server.storage.keys.create(name: "test").key
            let agent = try await server.makeAgent()
            let path = "/v1/convai/conversation/get-signed-url?agent_id=\(agent)"
            // What has a public URL is not for this machine alone.
            let keyless = try await server.send("GET", path)
            #expect(keyless.status == 401)
            let answer = try await server.send("GET", path, headers: ["xi-api-key": key]).json
            #expect(
                answer["signed_url"]?.stringValue?.hasPrefix("wss://example.com/voice/v1/convai/conversation?") == true)
        }
    }

    private static func agent(_ auth: JSONValue) -> JSONValue {
        ["conversation_config": [:], "platform_settings": ["auth": auth]]
    }
}

extension TestServer {
    /// A request whose every header the test decides; the whole answer as text.
    func raw(_ request: String, _ headers: [String]) async throws -> String {
        try await RawSocket.connect(to: port) { socket in
            let lines = ["\(request) HTTP/1.1"] + headers + ["Connection: close"]
            try await socket.write(lines.joined(separator: "\r\n") + "\r\n\r\n")
            return try await socket.readToEnd()
        }
    }
}
