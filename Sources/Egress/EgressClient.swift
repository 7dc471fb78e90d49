import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Tasks

/// The guarded HTTP client: for every request whose URL stands in a configuration.
///
/// A host is resolved, its addresses are checked against the policy, and an address that was checked is the one that is
/// dialled, so a name that changes its address in between gains nothing. Redirects are checked in the same way. The time,
/// the answer's length and what decompression makes of it are bounded.
public final class EgressClient: Sendable {
    /// What may be asked.
    public let policy: EgressPolicy

    private let resolver: HostResolver
    private let clients: PinnedClients
    private let clock: TaskClock

    /// A client of a process or a test; `shutdown` must be called at its end.
    ///
    /// - Parameters:
    ///   - policy: what may be asked.
    ///   - configuration: of the connections; redirects, decompression and addresses are this client's own business.
    public convenience init(policy: EgressPolicy, configuration: HTTPClient.Configuration = EgressClient.connections) {
        let clock = TaskClock.continuous()
        self.init(
            policy: policy, configuration: configuration, resolver: HostResolver(clock: clock), clock: clock)
    }

    /// - Parameters:
    ///   - resolver: finds the addresses of hosts.
    ///   - clients: dial them; nil for the usual number of clients.
    init(
        policy: EgressPolicy, configuration: HTTPClient.Configuration = EgressClient.connections,
        resolver: HostResolver, clock: TaskClock, clients: PinnedClients? = nil
    ) {
        self.policy = policy
        self.resolver = resolver
        self.clock = clock
        self.clients = clients ?? PinnedClients(configuration)
    }

    /// Connections for tools.
    public static let connections = HTTPClient.Configuration(
        // Common servers close their connections after five seconds without a request, and one that changes something must
        // not meet a connection that is just being closed.
        timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5)),
        connectionPool: {
            var pool = HTTPClient.Configuration.ConnectionPool(idleTimeout: .seconds(4))
            pool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
            pool.retryConnectionEstablishment = false
            return pool
        }())

    /// Closes all connections; requests that still run fail.
    public func shutdown() async { await clients.shutdown() }

    /// A client that dials the checked address of a URL's host, for a library that sends its requests itself; it must not
    /// follow redirects with another. It is good for a request that begins now, and is not to be shut down.
    ///
    /// - Throws: `EgressError`, or `CancellationError`.
    public func client(for url: String) async throws -> HTTPClient {
        let target = try Self.target(of: url)
        guard let address = try await addresses(of: target).first else {
            throw EgressError.unresolvable(host: target.host)
        }
        return clients.lend(host: target.host, address: address)
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// - Throws: `EgressError`, or `CancellationError`.
    public func send(_ request: EgressRequest) async throws -> EgressAnswer {
        try await clock.value(within: request.timeout, orThrow: EgressError.timedOut) {
            let answer = try await self.whole(request)
            guard let hosts = request.redirectHosts,
                let target = Self.redirect(answer.head, of: request)
            else { return answer }
            let host = try Self.target(of: target).host
            guard target.lowercased().hasPrefix("https:"), hosts.contains(host.lowercased()) else {
                throw EgressError.forbiddenRedirect(host: host)
            }
            do {
                var last = try await self.whole(
                    EgressRequest(.GET, target, timeout: request.timeout, longestAnswer: request.longestAnswer))
                last.isRedirected = true
                return last
            } catch let error as EgressError {
                // The first server has got the request.
                throw EgressError.redirected(error)
            }
        }
    }

    /// Sends a request, and hands over the answer as it comes. Redirects are answers; `timeout` bounds the time to the
    /// answer's beginning, and `longestAnswer` all of it.
    ///
    /// - Throws: `EgressError`, `CancellationError`, or what `read` throws.
    public func stream<Result: Sendable>(
        _ request: EgressRequest, _ read: @Sendable (EgressHead, EgressBody) async throws -> Result
    ) async throws -> Result {
        let target = try Self.target(of: request.url)
        let addresses = try await addresses(of: target)
        // The next address is tried when nothing was sent to the one before.
        var failure = EgressError.unreachable(host: target.host)
        for address in addresses {
            let client = clients.borrow(host: target.host, address: address)
            defer { clients.giveBack(host: target.host, address: address) }
            let response: HTTPClientResponse
            do {
                response = try await execute(request, with: client, target)
            } catch let error as EgressError {
                if case .unreachable = error {
                    failure = error
                    continue
                }
                throw error
            }
            let head = EgressHead(status: response.status, headers: response.headers)
            return try await read(
                head, EgressBody(body: response.body, limit: request.longestAnswer, host: target.host))
        }
        throw failure
    }

    // MARK: One request

    private func whole(_ request: EgressRequest) async throws -> EgressAnswer {
        try await stream(request) { head, body in
            var data = Data()
            for try await piece in body { data.append(contentsOf: piece.readableBytesView) }
            return EgressAnswer(head: head, body: data)
        }
    }

    private func addresses(of target: Target) async throws -> [IPAddress] {
        let found = await resolver.addresses(of: target.host)
        try Task.checkCancellation()
        guard !found.isEmpty else { throw EgressError.unresolvable(host: target.host) }
        let admitted = found.filter { policy.admits($0, of: target.host, port: target.port) }
        guard !admitted.isEmpty else { throw EgressError.forbidden(host: target.host) }
        return admitted
    }

    private func execute(
        _ request: EgressRequest, with client: HTTPClient, _ target: Target
    ) async throws -> HTTPClientResponse {
        guard request.headers.allSatisfy({ Self.isHeader($0.name, $0.value) }) else { throw EgressError.invalidHeader }
        var sent = HTTPClientRequest(url: request.url)
        sent.method = request.method
        sent.headers = request.headers
        sent.headers.replaceOrAdd(
            name: "accept-encoding", value: request.acceptsCompression ? "gzip, deflate" : "identity")
        sent.tlsConfiguration = request.tls
        if let body = request.body { sent.body = .bytes(ByteBuffer(bytes: body)) }
        let deadline = NIODeadline.now() + TimeAmount(request.timeout)
        do {
            do {
                return try await client.execute(sent, deadline: deadline)
            } catch let error as HTTPClientError where error == .remoteConnectionClosed && request.isRepeatable {
                // The server closed a kept connection just then.
                return try await client.execute(sent, deadline: deadline)
            }
        } catch {
            try Task.checkCancellation()
            throw EgressError(error, host: target.host, limit: request.longestAnswer)
        }
    }

    /// Whether a header can be sent (RFC 9110 §5).
    private static func isHeader(_ name: String, _ value: String) -> Bool {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        return !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: marks.contains(byte)
                }
            } && value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
    }

    // MARK: URLs

    private struct Target {
        /// As it stands in the URL, but without brackets: the HTTP library finds the pinned address by it.
        let host: String
        let port: Int
    }

    /// Where a URL leads, read as the HTTP library reads it.
    private static func target(of text: String) throws -> Target {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host, !host.isEmpty, host.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else { throw EgressError.invalidURL }
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        // A larger number would end the process where it becomes an address.
        guard (1...65_535).contains(port) else { throw EgressError.invalidURL }
        return Target(host: host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port: port)
    }

    /// Where an answer redirects to; nil when it does not, or when the request itself would have to be sent there: it is
    /// for the first host alone.
    private static func redirect(_ head: EgressHead, of request: EgressRequest) -> String? {
        let hasBeenServed = [301, 302, 303].contains(head.status.code)
        guard hasBeenServed || (request.method == .GET && [307, 308].contains(head.status.code)),
            let location = head.headers.first(name: "location"), let base = URL(string: request.url)
        else { return nil }
        return URL(string: location, relativeTo: base)?.absoluteString
    }
}

/// The body of an answer, piece by piece, decompressed.
public struct EgressBody: AsyncSequence, Sendable {
    let body: HTTPClientResponse.Body
    let limit: Int
    let host: String

    /// Reads the pieces.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var pieces: HTTPClientResponse.Body.AsyncIterator
        let limit: Int
        let host: String
        var count = 0

        /// The next piece; nil at the end of the answer.
        ///
        /// - Throws: `EgressError`, or `CancellationError`.
        public mutating func next() async throws -> ByteBuffer? {
            let piece: ByteBuffer?
            do {
                piece = try await pieces.next()
            } catch {
                try Task.checkCancellation()
                let error = EgressError(error, host: host, limit: limit)
                // Whatever broke, the server has got the request.
                throw error.mayHaveEffects ? error : .interrupted(host: host)
            }
            count += piece?.readableBytes ?? 0
            guard count <= limit else { throw EgressError.tooLong(limit) }
            return piece
        }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pieces: body.makeAsyncIterator(), limit: limit, host: host)
    }
}

extension EgressError {
    init(_ error: any Error, host: String, limit: Int) {
        switch error {
        case let error as EgressError: self = error
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .getConnectionFromPoolTimeout: self = .unreachable(host: host)
            case .tlsHandshakeTimeout: self = .insecure(host: host)
            case .deadlineExceeded, .readTimeout, .writeTimeout: self = .timedOut
            case .invalidURL, .emptyHost, .emptyScheme: self = .invalidURL
            case .remoteConnectionClosed, .uncleanShutdown: self = .interrupted(host: host)
            default: self = .malformed(host: host)
            }
        case is NIOConnectionError: self = .unreachable(host: host)
        // Other errors of the network may also end a connection over which the request has gone.
        case let error as IOError where error.errnoCode == ECONNREFUSED: self = .unreachable(host: host)
        case NIOSSLError.uncleanShutdown: self = .interrupted(host: host)
        case is NIOSSLError, is NIOSSLExtraError: self = .insecure(host: host)
        case NIOHTTPDecompression.DecompressionError.limit: self = .tooLong(limit)
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self = .undecodable(host: host)
        case is HTTPParserError: self = .malformed(host: host)
        default: self = .interrupted(host: host)
        }
    }
}
