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
typealias Steps = [ScriptedHTTPServer.Step]

func json(_ value: JSONValue, status: Int = 200) -> Steps {
    [.head(status, contentType: "application/json"), .write(value.text), .end]
}

let fine: Steps = [.head(200, contentType: "text/plain"), .write("fine"), .end]

/// Gives out `t1`, `t2` and so on.
final class Tokens: Sendable {
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
    func requests(to path: String) -> [Request] { requests.filter { $0.head.uri.hasSuffix(path) } }

    var tool: EgressRequest {
        EgressRequest(.POST, "\(url)/tool", headers: ["idempotency-key": "k"], body: Data("{}".utf8))
    }

    /// The tokens that requests to the tool have carried.
    var carried: [String] { requests(to: "/tool").map { $0.head.headers["authorization"].joined() } }

    func secret(_ more: JSONValue = [:]) throws -> Credential {
        let standard: JSONValue = [
            "auth_type": "oauth2_client_credentials", "client_id": "me", "client_secret": "s3cret",
            "token_url": .string("\(url)/token"),
        ]
        return try Credential(standard.merging(more))
    }
}

extension EgressAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// What a form says.
func form(_ text: String) -> [String: String] {
    let pairs = text.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    return Dictionary(
        uniqueKeysWithValues: pairs.map { ($0[0], $0.count > 1 ? $0[1].removingPercentEncoding ?? "" : "") })
}

/// An authorizer with real sockets, for one test.
func with(
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

func error(_ body: () async throws -> EgressAnswer) async -> (any Error)? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// A clock that stands still until it is moved; waits last as long as they do.
final class HandClock: Sendable {
    private let time = Mutex(Duration.zero)
    var clock: TaskClock {
        TaskClock(elapsed: { self.time.withLock(\.self) }, sleep: { try await Task.sleep(for: $0) })
    }
    func move(to new: Duration) { time.withLock { $0 = new } }
}
