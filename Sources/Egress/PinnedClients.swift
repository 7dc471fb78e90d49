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
        var lastUse: ContinuousClock.Instant
    }

    fileprivate struct State {
        var entries: [Key: Entry] = [:]
    }

    private let state = Mutex(State())
    private let configuration: HTTPClient.Configuration

    /// Most clients that are kept while nobody uses them, if they were used lately: one holds little without connections.
    private static let kept = 256
    /// How long a client is kept in any case: longer than any answer of a model takes.
    private static let rest = Duration.seconds(600)
    /// Most bytes that a compressed answer may become; a request's own bound is smaller or equal.
    private static let longestDecompressed = 16 << 20

    /// - Parameter configuration: of the connections.
    init(_ configuration: HTTPClient.Configuration) {
        var configuration = configuration
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .enabled(limit: .size(Self.longestDecompressed))
        self.configuration = configuration
    }

    /// The client for an address, which must be given back.
    func borrow(host: String, address: IPAddress) -> HTTPClient {
        let now = ContinuousClock.now
        let (client, unused) = state.withLock { state -> (HTTPClient, HTTPClient?) in
            let key = Key(host: host, address: address)
            var entry = state.entries[key] ?? Entry(client: self.client(host: host, address: address), lastUse: now)
            entry.users += 1
            entry.lastUse = now
            state.entries[key] = entry
            return (entry.client, state.takeUnused(beyond: Self.kept, before: now - Self.rest))
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

    private func client(host: String, address: IPAddress) -> HTTPClient {
        var configuration = configuration
        configuration.dnsOverride = [host: "\(address)"]
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}

extension PinnedClients.State {
    /// Removes the client that has been unused for longest, when more than `limit` are kept and it was last used before
    /// `time`.
    fileprivate mutating func takeUnused(beyond limit: Int, before time: ContinuousClock.Instant) -> HTTPClient? {
        guard entries.count > limit,
            let oldest = entries.filter({ $0.value.users == 0 && $0.value.lastUse < time })
                .min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return nil }
        entries[oldest.key] = nil
        return oldest.value.client
    }
}
