import Agents
import Foundation
import JSON
import SQLiteStore
import Server
import TestSupport
import Testing

/// All requests are written byte by byte: `URLSession` would keep the cookies, and send them in other tests as well.
@Suite("Browsers that are signed in", .timeLimit(.minutes(1)))
struct SessionTests {
    private static let path = "/v1/parley/session"
    private static let keys = "/v1/parley/keys"

    // MARK: Signing in and out

    @Test("a key is exchanged for a cookie that holds none of it, and that neither scripts nor other sites can use")
    func signIn() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let (key, info) = try await server.storage.keys.create(name: "test")
            let answer = try await server.post(Self.path, ["api_key": .string(key)], [server.own])
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.contains(#""signed_in":true"#))
            #expect(!answer.contains(key) && !answer.contains(info.prefix))
            let parts = try #require(Self.setCookie(in: answer)).split(separator: ";")
                .map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(Set(parts.dropFirst()) == ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=1209600"])
            let pair = try #require(parts.first)
            let name = server.storage.signedURLs.sessions.cookie + "="
            #expect(pair.hasPrefix("parley_session_") && pair.hasPrefix(name))
            let token = String(pair.dropFirst(name.count))
            let session = try await server.storage.signedURLs.sessions.session(of: token)
            #expect(session?.keyID == info.id)
            #expect(!server.log.text.contains(key) && !server.log.text.contains(token))
        }
    }

    @Test("the cookie of a server that is reached over https goes over nothing else")
    func secure() async throws {
        try await withServer(publicURL: URL(string: "https://voice.example")) { server in
            let key = try await server.storage.keys.create(name: "test").key
            let answer = try await server.post(Self.path, ["api_key": .string(key)], [server.own])
            let cookie = try #require(Self.setCookie(in: answer))
            #expect(cookie.hasSuffix("; Secure"))
            // Behind a proxy that rewrites the name, the configured address tells which pages are the server's own.
            let pair = "Cookie: \(cookie.prefix { $0 != ";" })"
            for (origin, status) in [
                ("https://voice.example", 200), ("http://voice.example", 401), ("https://evil.example", 401),
                ("https://voice.example.evil.example", 401), ("https://voice.example:8443", 401),
            ] {
                let list = try await server.raw("GET \(Self.keys)", [server.own, pair, "Origin: \(origin)"])
                #expect(list.hasPrefix("HTTP/1.1 \(status) "), "\(origin)")
            }
        }
    }

    @Test("nobody is signed in with what is no key, and gets no cookie")
    func wrongKey() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let key = try await server.storage.keys.create(name: "test").key
            for (body, status) in [
                (["api_key": "pk_wrong"], 401), (["api_key": .string(key + "x")], 401), (["api_key": "wrong"], 401),
                (["api_key": ""], 422), (["api_key": 5], 422), ([:], 422),
            ] as [(JSONValue, Int)] {
                let answer = try await server.post(Self.path, body, [server.own])
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(status)")
                #expect(Self.setCookie(in: answer) == nil)
            }
        }
    }

    @Test("who signs out has no cookie any more")
    func signOut() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let answer = try await server.raw("DELETE \(Self.path)", [server.own])
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.contains(#""signed_in":false"#))
            let cookie = try #require(Self.setCookie(in: answer))
            #expect(cookie.hasPrefix("\(server.storage.signedURLs.sessions.cookie)=; ") && cookie.contains("Max-Age=0"))
        }
    }

    @Test("a copy of the cookie is worth nothing once its owner has signed out; other browsers stay signed in")
    func copies() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let (cookie, other) = (try await Self.signIn(on: server), try await Self.signIn(on: server))
            let own = "Origin: http://127.0.0.1:\(server.port)"
            // Another site's page cannot end it.
            for (origin, isSignedIn) in [("Origin: https://evil.example", true), (own, false)] {
                let answer = try await server.raw("DELETE \(Self.path)", [server.own, origin, cookie])
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
                #expect(try await Self.status([cookie], on: server) == [isSignedIn, true])
            }
            #expect(try await Self.status([other], on: server) == [true, true])
            let keys = try await server.raw("GET \(Self.keys)", [server.own, own, cookie])
            #expect(keys.hasPrefix("HTTP/1.1 401 "))
        }
    }

    @Test("a page is told whether it needs a key, and whether it is signed in")
    func status() async throws {
        try await withServer { server in
            let own = ["Origin: http://127.0.0.1:\(server.port)"]
            for (headers, expected) in [
                ([], [true, false]), (own, [true, false]), (["Via: 1.1 caddy"], [false, true]),
            ] {
                let status = try await Self.status(headers, on: server)
                #expect(status == expected)
            }
        }
        try await withServer(host: "0.0.0.0") { server in
            #expect(try await Self.status([], on: server) == [false, true])
            let cookie = try await Self.signIn(on: server)
            #expect(try await Self.status([cookie], on: server) == [true, true])
            #expect(try await Self.status([cookie, "Origin: https://evil.example"], on: server) == [false, true])
            #expect(try await Self.status(["Cookie: parley_session_1=x"], on: server) == [false, true])
        }
    }

    // MARK: What the cookie opens

    @Test("the cookie counts for the server's own pages, and for no other's, not even on another port")
    func pages() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let cookie = try await Self.signIn(on: server)
            let page = "http://127.0.0.1:\(server.port)"
            let cases: [(method: String, headers: [String], isIn: Bool)] = [
                ("GET", [], true), ("GET", ["Sec-Fetch-Site: none"], true),
                ("GET", ["Sec-Fetch-Site: same-origin"], true), ("GET", ["Origin: \(page)"], true),
                ("GET", ["Origin: \(page)", "Sec-Fetch-Site: same-origin"], true),
                ("GET", ["Sec-Fetch-Site: same-site"], false), ("GET", ["Sec-Fetch-Site: cross-site"], false),
                ("GET", ["Origin: https://evil.example"], false), ("GET", ["Origin: http://127.0.0.1:1"], false),
                ("GET", ["Origin: http://127.0.0.1"], false), ("GET", ["Origin: null"], false),
                ("GET", ["Origin: http://127.0.0.1:1", "Sec-Fetch-Site: same-site"], false),
                ("POST", ["Origin: \(page)"], true), ("POST", ["Sec-Fetch-Site: same-origin"], true),
                ("POST", [], false), ("POST", ["Sec-Fetch-Site: none"], false),
                ("POST", ["Sec-Fetch-Site: same-site"], false), ("POST", ["Sec-Fetch-Site: cross-site"], false),
                ("POST", ["Origin: https://evil.example"], false), ("POST", ["Origin: http://127.0.0.1:1"], false),
                ("POST", ["Origin: null"], false),
            ]
            for (method, headers, isIn) in cases {
                let all = [server.own, cookie] + headers
                let answer =
                    try await method == "GET"
                    ? server.raw("GET \(Self.keys)", all) : server.post(Self.keys, ["name": "made by a page"], all)
                #expect(answer.hasPrefix(isIn ? "HTTP/1.1 200 " : "HTTP/1.1 401 "), "\(method) \(headers)")
            }
            let made = try await server.storage.keys.list().count { $0.name == "made by a page" }
            #expect(made == 2)
            // A key is the owner's, whatever page shows it.
            let key = try await server.storage.keys.create(name: "other").key
            let shown = try await server.raw(
                "GET \(Self.keys)", [server.own, cookie, "Origin: https://evil.example", "xi-api-key: \(key)"])
            #expect(shown.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("a session ends with its key, and no other token stands for one")
    func ends() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let (key, info) = try await server.storage.keys.create(name: "test")
            _ = try await server.storage.keys.create(name: "another")
            let answer = try await server.post(Self.path, ["api_key": .string(key)], [server.own])
            let pair = try #require(Self.setCookie(in: answer)).prefix { $0 != ";" }
            func isIn(_ cookie: String) async throws -> Bool {
                let list = try await server.raw("GET \(Self.keys)", [server.own, "Cookie: \(cookie)"])
                return list.hasPrefix("HTTP/1.1 200 ")
            }
            // Other servers of this host have cookies of their own.
            #expect(try await isIn("theme=dark; parley_session_1=x; \(pair); other=1"))
            let name = server.storage.signedURLs.sessions.cookie
            let signature = server.storage.signedURLs.sign(agentID: info.id)
            for wrong in [
                "\(pair)x", String(pair.dropLast(3)), "\(name)=", "\(name)=\(info.id)", "\(name)=\(key)",
                "\(name)=\(signature)", "session=\(pair.dropFirst(name.count + 1))",
            ] {
                #expect(try await !isIn(wrong))
            }
            try await server.storage.keys.revoke(info.id)
            #expect(try await !isIn(String(pair)))
        }
    }

    @Test("a signed-in browser calls private agents and those with an allowlist; no foreign page does by its cookie")
    func calls() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let cookie = try await Self.signIn(on: server)
            let page = "Origin: http://127.0.0.1:\(server.port)"
            func agent(_ auth: JSONValue) async throws -> String {
                let body: JSONValue = ["conversation_config": [:], "platform_settings": ["auth": auth]]
                return TestServer.path(try await server.makeAgent(body))
            }
            let locked = try await agent(["enable_auth": true])
            let listed = try await agent(["allowlist": [["hostname": "good.example"]]])
            for path in [locked, listed] {
                try await TestWebSocket.connect(to: server.port, path, headers: [page, cookie]) { socket in
                    let id = try await socket.conversationID()
                    #expect(id != nil)
                }
            }
            let needed = "This agent is private: a signed URL or an API key is needed."
            for headers in [
                [page], [cookie], [cookie, "Origin: https://evil.example"], [cookie, "Origin: http://127.0.0.1:1"],
                [cookie, "Sec-Fetch-Site: same-site"], [page, "Cookie: parley_session_1=x"],
            ] {
                try await TestWebSocket.expectRefusal(server.port, locked, needed, headers: headers)
            }
            let unlisted = "This page's host is not on the agent's allowlist."
            try await TestWebSocket.expectRefusal(server.port, listed, unlisted, headers: [page])
            try await TestWebSocket.expectRefusal(
                server.port, listed, unlisted, headers: [cookie, "Origin: https://evil.example"])
            #expect(!server.log.text.contains(String(cookie.drop { $0 != "=" }.dropFirst())))
        }
    }

    @Test("where this machine needs no key, its own pages call private agents, and other pages do not")
    func keyless() async throws {
        try await withServer { server in
            let agent = try await server.makeAgent([
                "conversation_config": [:], "platform_settings": ["auth": ["enable_auth": true]],
            ])
            let path = TestServer.path(agent)
            let page = "Origin: http://127.0.0.1:\(server.port)"
            try await TestWebSocket.connect(to: server.port, path, headers: [page]) { socket in
                let id = try await socket.conversationID()
                #expect(id != nil)
            }
            let needed = "This agent is private: a signed URL or an API key is needed."
            for headers in [[], ["Origin: https://evil.example"], [page, "Via: 1.1 caddy"]] {
                try await TestWebSocket.expectRefusal(server.port, path, needed, headers: headers)
            }
        }
    }

    // MARK: Tokens

    @Test("a token is good for 14 days, on the server that made it, and as it was made")
    func tokens() async throws {
        let clock = ManualClock()
        let storage = try SQLiteStorage.temporary(now: clock.now)
        let sessions = storage.signedURLs.sessions
        let token = sessions.make(forKey: "key_1")
        let other = try SQLiteStorage.temporary(now: clock.now)
        #expect(try await other.signedURLs.sessions.session(of: token)?.keyID == nil)
        #expect(throws: SignatureError.altered) { try storage.signedURLs.verify(token, agentID: "key_1") }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        for index in token.indices where token[index] != "." {
            let place = alphabet.firstIndex(of: token[index]) ?? 0
            // The highest bit of the six: the lowest ones of a last character mean nothing in base 64.
            let changed = token.replacingCharacters(in: index...index, with: String(alphabet[place ^ 32]))
            #expect(try await sessions.session(of: changed)?.keyID == nil)
        }
        for wrong in ["", ".", "x.y", token + ".z", String(token.dropLast(4)), "a" + token, "%", "💥.💥"] {
            #expect(try await sessions.session(of: wrong)?.keyID == nil)
        }
        clock.advance(by: 14 * 86_400 - 1)
        #expect(try await sessions.session(of: token)?.keyID == "key_1")
        clock.advance(by: 1)
        #expect(try await sessions.session(of: token)?.keyID == nil)
    }

    // MARK: Helpers

    /// Signs in with a new key; returns the header that a browser sends from then on.
    private static func signIn(on server: TestServer) async throws -> String {
        let key = try await server.storage.keys.create(name: "browser").key
        let answer = try await server.post(path, ["api_key": .string(key)], [server.own])
        return "Cookie: \(try #require(setCookie(in: answer)).prefix { $0 != ";" })"
    }

    /// Whether a page is signed in, and whether it needs a key.
    private static func status(_ headers: [String], on server: TestServer) async throws -> [Bool] {
        let answer = try await server.raw("GET \(path)", [server.own] + headers)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        return ["signed_in", "needs_key"].map { answer.contains("\"\($0)\":true") }
    }

    /// What an answer has the browser store.
    private static func setCookie(in answer: String) -> String? {
        answer.split(separator: "\r\n").first { $0.lowercased().hasPrefix("set-cookie:") }
            .map { $0.dropFirst("set-cookie:".count).trimmingCharacters(in: .whitespaces) }
    }
}

extension TestServer {
    /// The header that names this server.
    fileprivate var own: String { "Host: 127.0.0.1:\(port)" }

    /// Sends JSON with these headers; the whole answer as text.
    fileprivate func post(_ path: String, _ body: JSONValue, _ headers: [String]) async throws -> String {
        let text = body.text
        return try await RawSocket.connect(to: port) { socket in
            let lines =
                ["POST \(path) HTTP/1.1"] + headers + [
                    "Content-Type: application/json", "Content-Length: \(text.utf8.count)", "Connection: close",
                ]
            try await socket.write(lines.joined(separator: "\r\n") + "\r\n\r\n" + text)
            return try await socket.readToEnd()
        }
    }
}
