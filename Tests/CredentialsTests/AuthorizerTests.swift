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

/// A token server and the server of a tool, on one socket: paths that end with `token` are the former's.
private typealias Steps = [ScriptedHTTPServer.Step]

private func json(_ value: JSONValue, status: Int = 200) -> Steps {
    [.head(status, contentType: "application/json"), .write(value.text), .end]
}

private let fine: Steps = [.head(200, contentType: "text/plain"), .write("fine"), .end]

/// Gives out `t1`, `t2` and so on.
private final class Tokens: Sendable {
    private let count = Mutex(0)

    var given: Int { count.withLock(\.self) }

    func next(expiresIn: JSONValue = 3600) -> Steps {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return json(["access_token": .string("t\(number)"), "expires_in": expiresIn, "token_type": "Bearer"])
    }
}

extension ScriptedHTTPServer {
    fileprivate func requests(to path: String) -> [Request] { requests.filter { $0.head.uri.hasSuffix(path) } }

    fileprivate var tool: EgressRequest {
        EgressRequest(.POST, "\(url)/tool", headers: ["idempotency-key": "k"], body: Data("{}".utf8))
    }

    /// The tokens that requests to the tool have carried.
    fileprivate var carried: [String] { requests(to: "/tool").map { $0.head.headers["authorization"].joined() } }

    fileprivate func secret(_ more: JSONValue = [:]) throws -> Credential {
        let standard: JSONValue = [
            "auth_type": "oauth2_client_credentials", "client_id": "me", "client_secret": "s3cret",
            "token_url": .string("\(url)/token"),
        ]
        return try Credential(standard.merging(more))
    }
}

extension EgressAnswer {
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}

/// What a form says.
private func form(_ text: String) -> [String: String] {
    let pairs = text.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    return Dictionary(
        uniqueKeysWithValues: pairs.map { ($0[0], $0.count > 1 ? $0[1].removingPercentEncoding ?? "" : "") })
}

/// An authorizer with real sockets, for one test.
private func with(
    _ policy: EgressPolicy = EgressPolicy(allowsPrivateAddresses: true),
    options: AuthorizerOptions = AuthorizerOptions(), clock: TaskClock = .continuous(),
    _ body: (Authorizer, EgressClient) async throws -> Void
) async throws {
    var connections = EgressClient.connections
    // Few, so that each of them has a request: the test's server cannot end while it takes one.
    connections.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 8
    let egress = EgressClient(policy: policy, configuration: connections)
    let authorizer = Authorizer(options: options, clock: clock) { try await egress.send($0) }
    do {
        try await body(authorizer, egress)
    } catch {
        await egress.shutdown()
        throw error
    }
    await egress.shutdown()
}

private func error(_ body: () async throws -> EgressAnswer) async -> (any Error)? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// A clock that stands still until it is moved; waits last as long as they do.
private final class HandClock: Sendable {
    private let time = Mutex(Duration.zero)
    var clock: TaskClock {
        TaskClock(elapsed: { self.time.withLock(\.self) }, sleep: { try await Task.sleep(for: $0) })
    }
    func move(to new: Duration) { time.withLock { $0 = new } }
}

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

@Suite("Signed tokens", .timeLimit(.minutes(1)))
struct SignedTokenTests {
    private static func connection(_ more: JSONValue) -> JSONValue {
        let standard: JSONValue = [
            "auth_type": "oauth2_jwt", "algorithm": "RS256", "issuer": "us", "audience": "them", "subject": "me",
            "secret_key": .string(TestKeys.rsa), "key_id": "k1", "expiration_seconds": 300,
            "extra_params": ["tier": "gold", "iss": "forged"], "extra_headers": ["x5t": "abc", "alg": "none"],
        ]
        return standard.merging(more)
    }

    @Test("a signed token is exchanged for one of the token server, as the permission or in place of a secret")
    func exchanged() async throws {
        let tokens = Tokens()
        try await ScriptedHTTPServer.run({ request in
            guard request.head.uri.hasSuffix("/token") else { return fine }
            return json(["id_token": "the-id", "access_token": "the-access"])
        }) { server in
            try await with { authorizer, _ in
                let url: JSONValue = ["token_url": .string("\(server.url)/token"), "scopes": ["read", "write"]]
                _ = try await authorizer.send(server.tool, as: Credential(Self.connection(url)))
                let grant = form(try #require(server.requests(to: "/token").last).body)
                #expect(grant["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
                let token = try SignedToken(grant["assertion"])
                #expect(token.header == ["alg": "RS256", "typ": "JWT", "kid": "k1", "x5t": "abc"])
                #expect(token.claims["iss"] == "us" && token.claims["aud"] == "them" && token.claims["sub"] == "me")
                #expect(token.claims["tier"] == "gold" && token.claims["scope"] == "read write")
                let (start, end) = (token.claims["iat"]?.intValue ?? 0, token.claims["exp"]?.intValue ?? 0)
                #expect(end - start == 300 && abs(Double(start) - Date().timeIntervalSince1970) < 60)
                #expect(try token.isSigned(by: .rs256))
                #expect(server.carried.last == "Bearer the-access")

                let client = Self.connection(url).merging([
                    "jwt_usage": "client_authentication", "token_response_field": "id_token",
                ])
                _ = try await authorizer.send(server.tool, as: Credential(client))
                let proof = form(try #require(server.requests(to: "/token").last).body)
                #expect(proof["grant_type"] == "client_credentials" && proof["client_id"] == "me")
                #expect(
                    proof["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                #expect(proof["scope"] == "read write" && proof["assertion"] == nil)
                let second = try SignedToken(proof["client_assertion"])
                #expect(try second.isSigned(by: .rs256))
                #expect(second.claims["jti"] != token.claims["jti"])
                #expect(server.carried.last == "Bearer the-id")
            }
        }
        #expect(tokens.given == 0)
    }

    @Test("a token of one's own is signed once, and again when it is refused")
    func own() async throws {
        try await ScriptedHTTPServer.run(
            [.head(200), .end], [.head(200), .end], [.head(401), .end], [.head(200), .end]
        ) {
            server in
            try await with { authorizer, _ in
                let credential = try Credential(Self.connection(["auth_type": "private_key_jwt"]))
                for _ in 0..<3 { _ = try await authorizer.send(server.tool, as: credential) }
                let carried = server.carried
                #expect(Set(carried).count == 2 && carried[0] == carried[2] && carried[2] != carried[3])
                #expect(try SignedToken(String(carried[0].dropFirst(7))).isSigned(by: .rs256))
            }
        }
    }

    @Test(
        "tokens are signed in all nine ways",
        arguments: ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
    func algorithms(_ name: String) throws {
        let algorithm = try #require(TokenSigner.Algorithm(rawValue: name))
        let key = name.hasPrefix("HS") ? "a shared secret" : TestKeys.rsa
        let signer = try TokenSigner(Self.connection(["algorithm": .string(name), "secret_key": .string(key)]))
        let token = try SignedToken(signer.token(at: Date(timeIntervalSince1970: 1000)))
        #expect(token.header["alg"] == .string(name))
        #expect(token.claims["iat"] == 1000 && token.claims["exp"] == 1300)
        #expect(try token.isSigned(by: algorithm, with: key))
    }

    @Test("a key is taken as it was pasted, and a wrong one is refused when it is stored")
    func keys() throws {
        let pasted = [
            TestKeys.rsa, TestKeys.traditional, TestKeys.rsa.replacing("\n", with: "\\n"),
            "\n" + TestKeys.rsa.replacing("\n", with: "\r\n") + "\n",
        ]
        for key in pasted { try Credential(Self.connection(["secret_key": .string(key)])).check() }
        for key in ["", "secret", TestKeys.annKey, TestKeys.small, String(TestKeys.rsa.dropLast(200))] {
            let problem = #expect(throws: Credential.Problem.self) {
                try Credential(Self.connection(["secret_key": .string(key)])).check()
            }
            #expect(problem?.member == "secret_key")
        }
        #expect(throws: Credential.Problem.self) { try Credential(Self.connection(["algorithm": "ES256"])) }
        #expect(throws: Credential.Problem.self) { try Credential(["auth_type": "url_secret"]) }
    }
}
