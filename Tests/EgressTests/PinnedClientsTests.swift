import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Tasks
import TestSupport
import Testing

@testable import Egress

@Suite("Clients of many hosts", .timeLimit(.minutes(1)))
struct PinnedClientsTests {
    /// Any name is this machine's.
    private static let names: @Sendable (String) -> [IPAddress] = { _ in [IPAddress("127.0.0.1")].compactMap(\.self) }

    private func with(
        kept: Int, rest: Duration, _ body: (EgressClient, PinnedClients) async throws -> Void
    ) async throws {
        let clock = TaskClock.continuous()
        let clients = PinnedClients(EgressClient.connections, kept: kept, rest: rest)
        let egress = EgressClient(
            policy: EgressPolicy(allowsPrivateAddresses: true),
            resolver: HostResolver(clock: clock, lookUp: Self.names), clock: clock, clients: clients)
        do {
            try await body(egress, clients)
        } catch {
            await egress.shutdown()
            throw error
        }
        await egress.shutdown()
    }

    @Test("however many other hosts are asked, no client is closed under an answer that is still read")
    func inUse() async throws {
        let piece = String(repeating: "x", count: 65_536)
        try await ScriptedHTTPServer.run({ request in
            guard request.head.uri == "/long" else { return [.head(200), .end] }
            // More than the sockets' buffers hold.
            return [.head(200)] + [ScriptedHTTPServer.Step](repeating: .write(piece), count: 256) + [.end]
        }) { server in
            try await with(kept: 4, rest: .zero) { egress, clients in
                let request = EgressRequest(.GET, "http://long.invalid:\(server.port)/long", longestAnswer: 32 << 20)
                let length = try await egress.stream(request) { _, body in
                    for number in 0..<40 {
                        let other = EgressRequest(.GET, "http://n\(number).invalid:\(server.port)/")
                        #expect(try await egress.send(other).head.status == .ok)
                    }
                    #expect(clients.count <= 5)
                    return try await body.reduce(0) { $0 + $1.readableBytes }
                }
                #expect(length == 256 * 65_536)
            }
        }
    }

    @Test("all of them at once are served, and only as many are kept as there may be")
    func burst() async throws {
        try await ScriptedHTTPServer.run({ _ in [.head(200), .end] }) { server in
            try await with(kept: 4, rest: .zero) { egress, clients in
                let port = server.port
                let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<60 {
                        group.addTask {
                            let request = EgressRequest(.GET, "http://n\(number).invalid:\(port)/")
                            return try await egress.send(request).head.status == .ok ? 1 : 0
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(answers == 60)
                _ = try await egress.send(EgressRequest(.GET, "http://last.invalid:\(port)/"))
                #expect(clients.count <= 5)
            }
        }
    }

    @Test("a client that was lent is kept for as long as its request may take")
    func lent() async throws {
        try await ScriptedHTTPServer.run({ _ in [.head(200), .end] }) { server in
            try await with(kept: 1, rest: .seconds(600)) { egress, clients in
                let url = "http://model.invalid:\(server.port)/"
                let client = try await egress.client(for: url)
                for number in 0..<10 {
                    _ = try await egress.send(EgressRequest(.GET, "http://n\(number).invalid:\(server.port)/"))
                }
                #expect(clients.count == 2)
                #expect(try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(5)).status == .ok)
            }
        }
    }
}
