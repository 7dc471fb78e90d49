import AsyncHTTPClient
import NIOCore
import NIOHTTPCompression
import Synchronization

/// HTTP clients each of which dials one address for one host. Those that were used last are kept with their connections.
final class PinnedClients: Sendable {
    fileprivate struct Key: Hashable {
        let host: String
        let address: IPAddress
    }

    fileprivate struct Entry {
        let client: HTTPClient
        var users = 0
        /// The number of the borrowing that used it last.
        var lastUse = 0
    }

    fileprivate struct State {
        var entries: [Key: Entry] = [:]
        var borrowings = 0
    }

    private let state = Mutex(State())

    /// Most clients that are kept while nobody uses them.
    private static let kept = 64
    /// Most time to connect, TLS included.
    private static let connectTimeout = TimeAmount.seconds(5)
    /// How long an unused connection is kept: common servers close theirs after five seconds, and a request must not meet
    /// a connection that is just being closed.
    private static let idleTimeout = TimeAmount.seconds(4)
    /// Most bytes that a compressed answer may become; a request's own bound is smaller or equal.
    private static let longestDecompressed = 16 << 20

    /// The client for an address, which must be given back.
    func borrow(host: String, address: IPAddress) -> HTTPClient {
        let (client, unused) = state.withLock { state in
            state.borrowings += 1
            let key = Key(host: host, address: address)
            var entry = state.entries[key] ?? Entry(client: Self.client(host: host, address: address))
            entry.users += 1
            entry.lastUse = state.borrowings
            state.entries[key] = entry
            return (entry.client, state.takeUnused(beyond: Self.kept))
        }
        if let unused { Task { try? await unused.shutdown() } }
        return client
    }

    func giveBack(host: String, address: IPAddress) {
        state.withLock { $0.entries[Key(host: host, address: address)]?.users -= 1 }
    }

    func shutdown() async {
        let clients = state.withLock { state in
            defer { state.entries = [:] }
            return state.entries.values.map(\.client)
        }
        for client in clients { try? await client.shutdown() }
    }

    private static func client(host: String, address: IPAddress) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: connectTimeout),
            connectionPool: HTTPClient.Configuration.ConnectionPool(idleTimeout: idleTimeout),
            decompression: .enabled(limit: .size(longestDecompressed)))
        configuration.dnsOverride = [host: "\(address)"]
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}

extension PinnedClients.State {
    /// Removes the client that has been unused for longest, when more than `limit` are kept.
    fileprivate mutating func takeUnused(beyond limit: Int) -> HTTPClient? {
        guard entries.count > limit,
            let oldest = entries.filter({ $0.value.users == 0 }).min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return nil }
        entries[oldest.key] = nil
        return oldest.value.client
    }
}
