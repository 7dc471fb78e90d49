import AsyncHTTPClient
import NIOCore
import NIOHTTPCompression
import Synchronization

/// HTTP clients each of which dials one address for one host. Those that were used last are kept with their connections;
/// none is closed while somebody uses it.
final class PinnedClients: Sendable {
    fileprivate struct Key: Hashable {
        let host: String
        let address: IPAddress
    }

    fileprivate struct Entry {
        let client: HTTPClient
        var users = 0
        var lastUse: ContinuousClock.Instant
        /// Until when somebody may use it without saying so.
        var lentUntil: ContinuousClock.Instant
    }

    fileprivate struct State {
        var entries: [Key: Entry] = [:]
    }

    private let state = Mutex(State())
    private let configuration: HTTPClient.Configuration

    private let kept: Int
    private let rest: Duration
    /// Most bytes that a compressed answer may become; a request's own bound is smaller or equal.
    private static let longestDecompressed = 16 << 20

    /// - Parameters:
    ///   - configuration: of the connections.
    ///   - kept: most clients that are kept while nobody uses them: one holds little without connections.
    ///   - rest: how long a client that was lent is kept in any case: longer than any answer of a model takes.
    init(_ configuration: HTTPClient.Configuration, kept: Int = 256, rest: Duration = .seconds(600)) {
        self.kept = kept
        self.rest = rest
        var configuration = configuration
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .enabled(limit: .size(Self.longestDecompressed))
        self.configuration = configuration
    }

    /// The client for an address, which must be given back.
    func borrow(host: String, address: IPAddress) -> HTTPClient { use(host, address) { $0.users += 1 } }

    /// The client for an address, for one request that begins now.
    func lend(host: String, address: IPAddress) -> HTTPClient {
        use(host, address) { $0.lentUntil = .now + rest }
    }

    private func use(_ host: String, _ address: IPAddress, _ note: (inout Entry) -> Void) -> HTTPClient {
        let now = ContinuousClock.now
        let (client, unused) = state.withLock { state -> (HTTPClient, [HTTPClient]) in
            let key = Key(host: host, address: address)
            var entry =
                state.entries[key]
                ?? Entry(client: self.client(host: host, address: address), lastUse: now, lentUntil: now)
            note(&entry)
            entry.lastUse = now
            state.entries[key] = entry
            return (entry.client, state.takeUnused(beyond: kept, at: now, except: key))
        }
        for client in unused { Task { try? await client.shutdown() } }
        return client
    }

    /// How many clients there are.
    var count: Int { state.withLock(\.entries.count) }

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
    /// Removes those that nobody can be using and that were unused for longest, when more than `limit` are kept.
    fileprivate mutating func takeUnused(
        beyond limit: Int, at now: ContinuousClock.Instant, except key: PinnedClients.Key
    ) -> [HTTPClient] {
        guard entries.count > limit else { return [] }
        let unused = entries.filter { $0.key != key && $0.value.users == 0 && $0.value.lentUntil <= now }
            .sorted { $0.value.lastUse < $1.value.lastUse }.prefix(entries.count - limit)
        for entry in unused { entries[entry.key] = nil }
        return unused.map(\.value.client)
    }
}
