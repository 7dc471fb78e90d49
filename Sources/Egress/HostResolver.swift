import Glibc
import NIOPosix
import Synchronization
import Tasks

/// Finds the addresses of hosts, off the threads that calls need, and remembers them for a while.
final class HostResolver: Sendable {
    private struct Lookup {
        let done: Signal
        /// Nil while the lookup runs.
        var addresses: [IPAddress]?
        var expiry: Duration
    }

    private let lookUp: @Sendable (String) -> [IPAddress]
    private let clock: TaskClock
    private let lookups = Mutex<[String: Lookup]>([:])
    /// Its own, so that names whose servers say nothing hold up nothing else of the process.
    private static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 8)
        threads.start()
        return threads
    }()

    /// How long addresses are used without asking again: names of services seldom change, and a call must not wait.
    private static let lifetime = Duration.seconds(30)
    /// How long a name without an address is taken for one.
    private static let failureLifetime = Duration.seconds(2)
    /// Most names that are remembered.
    private static let remembered = 256
    /// Most names that are asked for at the same time; more have no address.
    private static let asked = 64

    /// - Parameter lookUp: asks the system for a name's addresses, and may take its time.
    init(clock: TaskClock, lookUp: @escaping @Sendable (String) -> [IPAddress] = HostResolver.ask) {
        self.clock = clock
        self.lookUp = lookUp
    }

    /// The addresses of `host`, empty when there are none. Returns early, and empty, when the task is cancelled.
    func addresses(of host: String) async -> [IPAddress] {
        if let literal = IPAddress(host) { return [literal] }
        let now = clock.elapsed()
        let (done, known, isNew) = lookups.withLock { lookups -> (Signal, [IPAddress]?, Bool) in
            if let lookup = lookups[host], lookup.addresses == nil || lookup.expiry > now {
                return (lookup.done, lookup.addresses, false)
            }
            if lookups.count >= Self.remembered {
                lookups = lookups.filter { $0.value.addresses == nil || $0.value.expiry > now }
                // Of those that are still good, any: they are asked for again.
                if lookups.count >= Self.remembered, let spare = lookups.first(where: { $0.value.addresses != nil }) {
                    lookups[spare.key] = nil
                }
            }
            guard lookups.values.count(where: { $0.addresses == nil }) < Self.asked else {
                return (Signal(), [], false)
            }
            let lookup = Lookup(done: Signal(), addresses: nil, expiry: .zero)
            lookups[host] = lookup
            return (lookup.done, nil, true)
        }
        if let known { return known }
        // Not a part of this task: the system's lookup cannot be cancelled, and others may wait for it too.
        if isNew {
            Task {
                let found = (try? await Self.threads.runIfActive { [lookUp] in lookUp(host) }) ?? []
                lookups.withLock { lookups in
                    lookups[host]?.addresses = found
                    lookups[host]?.expiry = clock.elapsed() + (found.isEmpty ? Self.failureLifetime : Self.lifetime)
                }
                done.fire()
            }
        }
        await done.wait()
        return lookups.withLock { $0[host]?.addresses } ?? []
    }

    /// Asks the system.
    static let ask: @Sendable (String) -> [IPAddress] = { host in
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let raw = entry.ai_addr else { continue }
            switch entry.ai_family {
            case AF_INET:
                raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                    addresses.append(IPAddress(bytes: withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }))
                }
            case AF_INET6:
                raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                    addresses.append(IPAddress(bytes: withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }))
                }
            default: break
            }
        }
        return addresses
    }
}
