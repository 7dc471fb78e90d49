import AsyncHTTPClient
import Egress
import Foundation
import JSON
import NIOHTTP1
import Synchronization
import Tasks
import TestSupport
import Testing

@testable import Credentials

@Suite("Tokens of other servers", .timeLimit(.minutes(1)))
struct AuthorizerTests {
    @Test("two hundred requests at once make one token request")
    func singleFlight() async throws {
        let tokens = Tokens()
        try await ScriptedHTTPServer.run({ $0.head.uri.hasSuffix("/token") ? tokens.next() : fine }) { server in
            try await with { authorizer, _ in
                let credential = try server.secret()
                let request = server.tool
                let fineAnswers = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<200 { group.addTask { try await authorizer.send(request, as: credential).text } }
                    return try await group.reduce(0) { $0 + ($1 == "fine" ? 1 : 0) }
                }
                #expect(fineAnswers == 200)
                #expect(tokens.given == 1)
                #expect(server.carried == [String](repeating: "Bearer t1", count: 200))
            }
        }
    }

    @Test("a token request says what the connection says, in the body or in a header")
    func requests() async throws {
        let tokens = Tokens()
        try await ScriptedHTTPServer.run({ $0.head.uri.hasSuffix("/token") ? tokens.next() : fine }) { server in
            try await with { authorizer, _ in
                let more: JSONValue = [
                    "scopes": ["a", "b c"], "extra_params": ["audience": "https://api", "grant_type": "x"],
                    "custom_headers": ["X-Tenant": "7"], "client_secret": "s3&:cret",
                ]
                _ = try await authorizer.send(server.tool, as: server.secret(more))
                let plain = try #require(server.requests(to: "/token").last)
                #expect(
                    form(plain.body) == [
                        "grant_type": "client_credentials", "client_id": "me", "client_secret": "s3&:cret",
                        "scope": "a b c", "audience": "https://api",
                    ])
                #expect(plain.head.headers["x-tenant"] == ["7"])
                #expect(plain.head.headers["content-type"] == ["application/x-www-form-urlencoded"])
                _ = try await authorizer.send(
                    server.tool, as: server.secret(more.merging(["basic_auth_in_header": true])))
                let header = try #require(server.requests(to: "/token").last)
                #expect(form(header.body)["client_secret"] == nil && form(header.body)["client_id"] == nil)
                let pair = Data("me:s3%26%3Acret".utf8).base64EncodedString()
                #expect(header.head.headers["authorization"] == ["Basic \(pair)"])
            }
        }
    }

    @Test("a token is renewed before it expires, without a request that waits for it")
    func expiry() async throws {
        let (tokens, time) = (Tokens(), HandClock())
        try await ScriptedHTTPServer.run({ request in
            request.head.uri.hasSuffix("/token") ? tokens.next(expiresIn: "100") : fine
        }) { server in
            try await with(clock: time.clock) { authorizer, _ in
                let credential = try server.secret()
                for second in [0, 79] {
                    time.move(to: .seconds(second))
                    _ = try await authorizer.send(server.tool, as: credential)
                }
                #expect(tokens.given == 1)
                time.move(to: .seconds(85))
                _ = try await authorizer.send(server.tool, as: credential)
                #expect(server.carried == ["Bearer t1", "Bearer t1", "Bearer t1"])
                // The old one ends 10 s before its time; the new one was asked for at 85 s.
                time.move(to: .seconds(91))
                _ = try await authorizer.send(server.tool, as: credential)
                #expect(server.carried.last == "Bearer t2")
                #expect(tokens.given == 2)
            }
        }
    }

    @Test("a token whose renewal fails is used to its end, and then the failure is told")
    func failingRenewal() async throws {
        let (tokens, time) = (Tokens(), HandClock())
        try await ScriptedHTTPServer.run({ request in
            guard request.head.uri.hasSuffix("/token") else { return fine }
            return tokens.given == 0 ? tokens.next(expiresIn: 100) : [.head(500), .end]
        }) { server in
            try await with(clock: time.clock) { authorizer, _ in
                let credential = try server.secret()
                for second in [0, 81, 89] {
                    time.move(to: .seconds(second))
                    _ = try await authorizer.send(server.tool, as: credential)
                }
                #expect(server.carried == ["Bearer t1", "Bearer t1", "Bearer t1"])
                time.move(to: .seconds(95))
                let failure = await error { try await authorizer.send(server.tool, as: credential) }
                #expect("\(failure.map { "\($0)" } ?? "")" == "the token server 127.0.0.1 answered 500")
                #expect(server.carried.count == 3)
            }
        }
    }

    @Test("a token that the tool's server refuses is replaced once, for all requests that carried it")
    func refusedOnce() async throws {
        let tokens = Tokens()
        try await ScriptedHTTPServer.run({ request in
            if request.head.uri.hasSuffix("/token") { return tokens.next() }
            return request.head.headers["authorization"] == ["Bearer t1"] ? [.head(401), .end] : fine
        }) { server in
            try await with { authorizer, egress in
                let credential = try server.secret()
                #expect(try await authorizer.send(server.tool, as: credential).text == "fine")
                #expect(server.carried == ["Bearer t1", "Bearer t2"])
                #expect(server.requests(to: "/tool").map { $0.head.headers["idempotency-key"] } == [["k"], ["k"]])
                #expect(server.requests(to: "/tool").map(\.body) == ["{}", "{}"])
                // The same where the answer is read as it comes.
                let other = try server.secret(["client_id": "you", "extra_params": ["a": "b"]])
                let status = try await authorizer.stream(server.tool, as: other, over: egress) { head, _ in head.status
                }
                #expect(status == .ok && tokens.given == 3)
            }
        }
        let again = Tokens()
        try await ScriptedHTTPServer.run({ request in
            if request.head.uri.hasSuffix("/token") { return again.next() }
            return request.head.headers["authorization"] == ["Bearer t1"] ? [.head(401), .end] : fine
        }) { server in
            try await with { authorizer, _ in
                let credential = try server.secret()
                let request = server.tool
                let fineAnswers = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<50 { group.addTask { try await authorizer.send(request, as: credential).text } }
                    return try await group.reduce(0) { $0 + ($1 == "fine" ? 1 : 0) }
                }
                #expect(fineAnswers == 50)
                #expect(again.given == 2)
            }
        }
    }

    @Test("a server that refuses every token is asked twice, and its refusal is the answer")
    func refusedForEver() async throws {
        let tokens = Tokens()
        try await ScriptedHTTPServer.run({ request in
            request.head.uri.hasSuffix("/token") ? tokens.next() : [.head(401), .write("no"), .end]
        }) { server in
            try await with { authorizer, _ in
                let answer = try await authorizer.send(server.tool, as: server.secret())
                #expect(answer.head.status == .unauthorized && answer.text == "no")
                #expect(server.carried == ["Bearer t1", "Bearer t2"])
                // Another refusal says nothing of the token.
                let fixed = try Credential(["auth_type": "bearer_auth", "token": "t"])
                #expect(try await authorizer.send(server.tool, as: fixed).head.status == .unauthorized)
                #expect(server.carried.count == 3)
            }
        }
    }

    @Test("a refusal by the server to which a redirect led is none of the token, and nothing is sent twice")
    func redirectedRefusal() async throws {
        let sent = Mutex<[String]>([])
        let authorizer = Authorizer { request in
            sent.withLock { $0.append(request.url) }
            if request.url.hasSuffix("/token") {
                return EgressAnswer(
                    head: EgressHead(status: .ok, headers: ["content-type": "application/json"]),
                    body: Data(#"{"access_token": "t"}"#.utf8))
            }
            return EgressAnswer(head: EgressHead(status: .unauthorized, headers: [:]), body: Data(), isRedirected: true)
        }
        let credential = try Credential([
            "auth_type": "oauth2_client_credentials", "client_id": "me", "client_secret": "s3cret",
            "token_url": "https://a.example/token",
        ])
        let answer = try await authorizer.send(EgressRequest(.POST, "https://a.example/tool"), as: credential)
        #expect(answer.head.status == .unauthorized)
        #expect(sent.withLock(\.self) == ["https://a.example/token", "https://a.example/tool"])
    }

    @Test("a token server that hangs costs no more than the tool's time-out, and the tool is not asked")
    func slow() async throws {
        try await ScriptedHTTPServer.run({ _ in [.hang] }) { server in
            try await with { authorizer, _ in
                var request = server.tool
                request.timeout = .milliseconds(200)
                let credential = try server.secret()
                for _ in 0..<2 {
                    let failure = await error { [request] in try await authorizer.send(request, as: credential) }
                    #expect(failure as? AuthorizationError == .timedOut)
                }
                // The first request for a token is still under way.
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("who gives up waiting for a token does so at once, and leaves it to others")
    func cancelled() async throws {
        try await ScriptedHTTPServer.run({ _ in [.hang] }) { server in
            try await with(
                options: {
                    var o = AuthorizerOptions(); o.timeout = .seconds(1); return o
                }()
            ) {
                authorizer, _ in
                let credential = try server.secret()
                let request = server.tool
                let task = Task { try await authorizer.send(request, as: credential) }
                var arrivals = server.arrivals.makeAsyncIterator()
                _ = await arrivals.next()
                let other = Task { await error { try await authorizer.send(request, as: credential) } }
                task.cancel()
                #expect(await error { try await task.value } is CancellationError)
                #expect(await other.value as? AuthorizationError == .timedOut)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("a connection that breaks within a token request is tried again once")
    func broken() async throws {
        let tokens = Tokens()
        let isFirst = Mutex(true)
        try await ScriptedHTTPServer.run({ request in
            guard request.head.uri.hasSuffix("/token") else { return fine }
            return isFirst.withLock { first in
                defer { first = false }
                return first
            } ? [.drop] : tokens.next()
        }) { server in
            try await with { authorizer, _ in
                let answer = try await authorizer.send(server.tool, as: server.secret())
                #expect(answer.text == "fine")
                #expect(server.requests(to: "/token").count == 2)
            }
        }
    }

    @Test(
        "what a token server says wrong is told without secrets, within bounds, and the tool is not asked",
        arguments: [
            ([.head(200, contentType: "text/html"), .write("<h1>Log in</h1>"), .end], "answered with a web page"),
            ([.head(200, contentType: "application/json"), .write(#"{"access_tok"#), .end], "with something else"),
            (json(["token_type": "Bearer"]), "has no access_token"),
            (json(["access_token": ""]), "has no access_token"),
            (json(["access_token": "a\nb"]), "that no header can hold"),
            (json(["access_token": .string(String(repeating: "x", count: 20_000))]), "that no header can hold"),
            (json(["access_token": .string(String(repeating: "x", count: 200_000))]), "is longer than 65536 bytes"),
            (
                json(["error": "invalid_client", "error_description": "no s3cret here"], status: 401),
                "answered 401: invalid_client"
            ),
            (
                json(["error": "invalid_client", "error_description": "client_secret=s3cret%2Bplus"], status: 401),
                "answered 401: invalid_client"
            ),
            (
                json(
                    [
                        "error": "invalid_client",
                        "error_description": .string("Basic \(Data("me:s3cret%2Bplus".utf8).base64EncodedString())"),
                    ], status: 401), "answered 401: invalid_client"
            ),
            (
                json(["error": "a", "error_description": "password=pass%20w0rd&scope=x"], status: 400),
                "answered 400: a"
            ),
            (
                json(["error": "invalid_client", "error_description": "The client is not known."], status: 401),
                "answered 401: invalid_client, The client is not known."
            ),
            (json(["error": "slow_down"]), "answered 200: slow_down"),
            (json(["error": .string(String(repeating: "long ", count: 1000))], status: 400), "answered 400: long"),
            ([.head(302, headers: ["location": "http://127.0.0.1:9/"]), .end], "answered 302"),
            ([.head(500), .write("s3cret"), .end], "answered 500"),
        ] as [([ScriptedHTTPServer.Step], String)])
    func wrongAnswers(_ answer: [ScriptedHTTPServer.Step], _ reason: String) async throws {
        try await ScriptedHTTPServer.run({ $0.head.uri.hasSuffix("/token") ? answer : fine }) { server in
            try await with { authorizer, _ in
                let failure = await error {
                    try await authorizer.send(
                        server.tool,
                        as: server.secret(["client_secret": "s3cret+plus", "extra_params": ["password": "pass w0rd"]]))
                }
                let text = try #require(failure as? AuthorizationError).description
                #expect(text.contains(reason), "\(text)")
                for piece in ["s3cret", "bWU6czNjcmV0", "w0rd"] { #expect(!text.contains(piece), "\(text)") }
                #expect(text.count < 300)
                #expect(server.carried.isEmpty)
            }
        }
    }

    @Test("the token server is guarded like everything else")
    func guarded() async throws {
        try await ScriptedHTTPServer.run({ _ in fine }) { server in
            try await with(EgressPolicy()) { authorizer, _ in
                let failure = await error { try await authorizer.send(server.tool, as: server.secret()) }
                #expect((failure as? AuthorizationError)?.kind == .forbidden)
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test("a connection that was changed has a token of its own; of too many, the one longest unused is forgotten")
    func changed() async throws {
        let tokens = Tokens()
        var options = AuthorizerOptions()
        options.kept = 2
        try await ScriptedHTTPServer.run({ $0.head.uri.hasSuffix("/token") ? tokens.next() : fine }) { server in
            try await with(options: options) { authorizer, _ in
                for secret in ["a", "b", "a", "c", "a", "b"] {
                    _ = try await authorizer.send(
                        server.tool, as: server.secret(["client_secret": .string(secret)]))
                }
                #expect(server.carried.map { $0.dropFirst(7) } == ["t1", "t2", "t1", "t3", "t1", "t4"])
            }
        }
    }

    @Test("a credential shows nothing of what it holds")
    func silent() throws {
        let credential = try Credential([
            "auth_type": "oauth2_client_credentials", "client_id": "me", "client_secret": "s3cret",
            "token_url": "https://a.example/token",
        ])
        #expect("\(credential)" == "tokens of a.example" && String(reflecting: credential) == "\(credential)")
        #expect("\(try Credential(["auth_type": "bearer_auth", "token": "s3cret"]))" == "headers")
    }
}
