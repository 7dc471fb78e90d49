import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Tasks
import TestSupport
import Testing

@testable import Egress

@Suite("The guarded HTTP client", .timeLimit(.minutes(1)))
struct EgressClientTests {
    /// A client for one test.
    private func with(
        _ policy: EgressPolicy = EgressPolicy(allowsPrivateAddresses: true),
        names: @escaping @Sendable (String) -> [IPAddress] = HostResolver.ask,
        _ body: (EgressClient) async throws -> Void
    ) async throws {
        let clock = TaskClock.continuous()
        let client = EgressClient(
            policy: policy, resolver: HostResolver(clock: clock, lookUp: names), clock: clock)
        do {
            try await body(client)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    private func status(_ request: EgressRequest, _ client: EgressClient) async -> HTTPResponseStatus? {
        try? await client.send(request).head.status
    }

    private func error(_ request: EgressRequest, _ client: EgressClient) async -> EgressError? {
        do {
            _ = try await client.send(request)
            return nil
        } catch {
            return error as? EgressError
        }
    }

    @Test("an answer of any status is an answer")
    func answers() async throws {
        try await ScriptedHTTPServer.run(
            [.head(200, contentType: "application/json; charset=utf-8"), .write(#"{"a":"#), .write("1}"), .end],
            [.head(503, contentType: "text/plain"), .write("busy"), .end]
        ) { server in
            try await with { client in
                let request = EgressRequest(
                    .POST, "\(server.url)/x?y=1", headers: ["x-key": "k"], body: Data("hello".utf8))
                let first = try await client.send(request)
                #expect(first.head.status == .ok)
                #expect(first.head.mediaType == "application/json")
                #expect(String(decoding: first.body, as: UTF8.self) == #"{"a":1}"#)
                let second = try await client.send(request)
                #expect(second.head.status == .serviceUnavailable)
                #expect(server.requests.map(\.body) == ["hello", "hello"])
                #expect(server.requests.first?.head.uri == "/v1/x?y=1")
                #expect(server.requests.first?.head.headers["x-key"] == ["k"])
                #expect(server.connectionCount == 1)
            }
        }
    }

    @Test(
        "private addresses are refused, however they are written",
        arguments: [
            "http://127.0.0.1:1/", "http://localhost:1/", "http://LOCALHOST:1/", "http://127.1:1/",
            "http://2130706433:1/", "http://0x7f000001:1/", "http://[::1]:1/", "http://[::ffff:127.0.0.1]:1/",
            "http://169.254.169.254/latest/meta-data/", "http://0/",
        ])
    func privateAddresses(_ url: String) async throws {
        try await with(EgressPolicy()) { client in
            let error = await error(EgressRequest(.GET, url), client)
            guard case .forbidden? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(
        "other schemes, and what is no URL, are refused",
        arguments: [
            "file:///etc/passwd", "http+unix://%2Fx/", "", "x", "http://", "http://127.0.0.1:99999/b",
            "http://[::1]:70000/",
        ])
    func schemes(_ url: String) async throws {
        try await with { client in #expect(await error(EgressRequest(.GET, url), client) == .invalidURL) }
    }

    @Test("the owner may allow a host, with or without its port")
    func allowedHosts() async throws {
        try await ScriptedHTTPServer.run({ _ in [.head(200), .end] }) { server in
            for host in ["127.0.0.1", "127.0.0.1:\(server.port)"] {
                try await with(EgressPolicy(allowedHosts: [host])) { client in
                    #expect(await status(EgressRequest(.GET, server.url), client) == .ok)
                }
            }
            try await with(EgressPolicy(allowedHosts: ["127.0.0.1:1"])) { client in
                #expect(await error(EgressRequest(.GET, server.url), client) == .forbidden(host: "127.0.0.1"))
            }
        }
    }

    @Test("the address that was checked is the one that is dialled, whatever the name's next answer is")
    func rebinding() async throws {
        try await ScriptedHTTPServer.run({ _ in [.head(200), .end] }) { server in
            let lookups = Mutex(0)
            let names: @Sendable (String) -> [IPAddress] = { _ in
                lookups.withLock { $0 += 1 }
                return [IPAddress("127.0.0.1")].compactMap(\.self)
            }
            // No system could resolve this name: the request arrives because its address is pinned.
            let url = "http://Service.Example.invalid:\(server.port)/"
            try await with(EgressPolicy(allowedHosts: ["service.example.invalid"]), names: names) { client in
                #expect(await status(EgressRequest(.GET, url), client) == .ok)
                #expect(await status(EgressRequest(.GET, url), client) == .ok)
                #expect(server.requests.first?.head.headers["host"] == ["Service.Example.invalid:\(server.port)"])
                #expect(lookups.withLock(\.self) == 1)
            }
            try await with(EgressPolicy(), names: names) { client in
                #expect(
                    await error(EgressRequest(.GET, url), client) == .forbidden(host: "Service.Example.invalid"))
            }
        }
    }

    @Test("of several addresses only those that are allowed are tried")
    func mixedAddresses() async throws {
        try await ScriptedHTTPServer.run({ _ in [.head(200), .end] }) { server in
            let names: @Sendable (String) -> [IPAddress] = { _ in
                ["127.0.0.2", "127.0.0.1"].compactMap(IPAddress.init)
            }
            // The server listens on the second alone.
            try await with(names: names) { client in
                let url = "http://two.invalid:\(server.port)/"
                #expect(await status(EgressRequest(.GET, url), client) == .ok)
            }
        }
    }

    @Test("a host without an address, and one where nobody listens")
    func nobody() async throws {
        try await with(names: { _ in [] }) { client in
            let error = await error(EgressRequest(.GET, "http://nowhere.invalid/"), client)
            #expect(error == .unresolvable(host: "nowhere.invalid"))
            #expect(error?.mayHaveEffects == false)
        }
        try await with { client in
            let error = await error(EgressRequest(.POST, "http://127.0.0.1:9/"), client)
            #expect(error == .unreachable(host: "127.0.0.1"))
            #expect(error?.mayHaveEffects == false)
        }
    }

    @Test("a redirect is an answer where none is allowed, and only followed over TLS to a host that is")
    func redirects() async throws {
        let target = ["location": "http://169.254.169.254/latest/meta-data/"]
        try await ScriptedHTTPServer.run({ _ in [.head(302, headers: target), .end] }) { server in
            try await with { client in
                #expect(await status(EgressRequest(.GET, server.url), client) == .found)
                #expect(
                    await error(EgressRequest(.GET, server.url, redirectHosts: ["169.254.169.254"]), client)
                        == .forbiddenRedirect(host: "169.254.169.254"))
                #expect(server.requests.count == 2)
            }
        }
        let secure = ["location": "https://other.example/"]
        try await ScriptedHTTPServer.run({ request in
            let method = request.head.method
            return [
                .head(method == .GET ? 307 : request.head.uri.hasSuffix("again") ? 308 : 303, headers: secure), .end,
            ]
        }) { server in
            try await with(names: { _ in ["127.0.0.1"].compactMap(IPAddress.init) }) { client in
                #expect(
                    await error(EgressRequest(.POST, server.url, redirectHosts: ["else.example"]), client)
                        == .forbiddenRedirect(host: "other.example"))
                // Followed: nobody listens on port 443 here.
                #expect(
                    await error(EgressRequest(.POST, server.url, redirectHosts: ["other.example"]), client)
                        == .redirected(.unreachable(host: "other.example")))
                #expect(EgressError.redirected(.unreachable(host: "other.example")).mayHaveEffects)
                #expect(
                    await error(EgressRequest(.GET, server.url, redirectHosts: ["other.example"]), client)
                        == .redirected(.unreachable(host: "other.example")))
                // The server has done nothing yet, and wants the request sent elsewhere.
                #expect(
                    await status(
                        EgressRequest(.POST, server.url + "/again", redirectHosts: ["other.example"]), client)
                        == .permanentRedirect)
            }
        }
    }

    @Test("a server that hangs costs no more than the time-out, whether before or within its answer")
    func hangs() async throws {
        try await ScriptedHTTPServer.run([.hang], [.head(200), .write("x"), .hang]) { server in
            try await with { client in
                for _ in 0..<2 {
                    let error = await error(
                        EgressRequest(.POST, server.url, timeout: .milliseconds(200)), client)
                    #expect(error == .timedOut)
                    #expect(error?.mayHaveEffects == true)
                }
            }
        }
    }

    @Test("an answer that is too long, also once it is decompressed, is given up")
    func tooLong() async throws {
        let bomb = try Data(
            contentsOf: #require(Bundle.module.url(forResource: "zeros", withExtension: "gz", subdirectory: "Fixtures"))
        )
        try await ScriptedHTTPServer.run(
            [.head(200), .write(String(repeating: "x", count: 2000)), .end],
            [.head(200, headers: ["content-encoding": "gzip"]), .bytes(Array(bomb)), .end],
            [.head(200, headers: ["content-encoding": "gzip"]), .write("this is not compressed at all"), .end]
        ) { server in
            try await with { client in
                let request = EgressRequest(.GET, server.url, longestAnswer: 1000)
                #expect(await error(request, client) == .tooLong(1000))
                #expect(await error(request, client) == .tooLong(1000))
                #expect(await error(request, client) == .undecodable(host: "127.0.0.1"))
            }
        }
    }

    @Test("what changes something is sent once, also when the connection breaks; what does not is asked again")
    func broken() async throws {
        try await ScriptedHTTPServer.run([.drop], [.drop], [.drop], [.drop], [.head(200), .end]) { server in
            try await with { client in
                for method in [HTTPMethod.POST, .PUT, .DELETE] {
                    let error = await error(EgressRequest(method, server.url, body: Data("once".utf8)), client)
                    #expect(error == .interrupted(host: "127.0.0.1"))
                    #expect(error?.mayHaveEffects == true)
                }
                #expect(server.requests.count == 3)
                #expect(await status(EgressRequest(.GET, server.url), client) == .ok)
                #expect(server.requests.count == 5)
            }
        }
    }

    @Test(
        "headers that would break the request are refused",
        arguments: [("x", "a\r\nb: c"), ("x y", "a"), ("", "a"), ("x", "a\u{0}")])
    func headers(_ name: String, _ value: String) async throws {
        try await with { client in
            let request = EgressRequest(.GET, "http://127.0.0.1:9/", headers: [name: value])
            #expect(await error(request, client) == .invalidHeader)
        }
    }

    @Test("a cancelled request ends at once, also while a name is looked up")
    func cancelled() async throws {
        let asked = Signal()
        let answer = Signal()
        let clock = TaskClock.continuous()
        let client = EgressClient(
            policy: EgressPolicy(),
            resolver: HostResolver(clock: clock) { _ in
                asked.fire()
                // The system's lookup cannot be cancelled.
                let done = Mutex(false)
                Task {
                    await answer.wait()
                    done.withLock { $0 = true }
                }
                while !done.withLock(\.self) { usleep(1000) }
                return []
            }, clock: clock)
        let task = Task { try await client.send(EgressRequest(.GET, "http://slow.invalid/")) }
        await asked.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        answer.fire()
        await client.shutdown()
    }

    @Test("a library's own requests dial the checked address too")
    func borrowed() async throws {
        try await ScriptedHTTPServer.run({ _ in [.head(200), .end] }) { server in
            try await with(
                EgressPolicy(allowedHosts: ["model.invalid"]), names: { _ in ["127.0.0.1"].compactMap(IPAddress.init) }
            ) { client in
                let url = "http://model.invalid:\(server.port)/v1"
                let borrowed = try await client.client(for: url)
                let status = try await borrowed.execute(HTTPClientRequest(url: url), timeout: .seconds(5)).status
                #expect(status == .ok)
                await #expect(throws: EgressError.forbidden(host: "other.invalid")) {
                    try await client.client(for: "http://other.invalid/")
                }
            }
        }
    }
}
