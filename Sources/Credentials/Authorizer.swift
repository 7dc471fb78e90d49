import Egress
import Foundation
import NIOHTTP1
import NIOSSL
import Synchronization
import Tasks

/// What a request carries to prove who it is from.
public struct Authorization: Sendable {
    /// Replace the request's own of the same names.
    public var headers: [String: String]
    /// What TLS shows to the server; nil for nothing.
    public var tls: TLSConfiguration?
    /// Tells what was obtained from what is obtained later.
    var number = 0

    init(headers: [String: String] = [:], tls: TLSConfiguration? = nil) {
        self.headers = headers
        self.tls = tls
    }
}

/// Why a request could not be authorised: it was not sent, or the server has refused it for want of a new token.
public struct AuthorizationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: Sendable, Hashable {
        /// There was no token in time.
        case timedOut
        /// The token server may not be asked.
        case forbidden
        /// The token server has refused.
        case refused
        /// The token server cannot be asked, or its answer cannot be read.
        case failed
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// The reason, as the end of a sentence; nothing secret is in it.
    public var description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    static let timedOut = AuthorizationError(.timedOut, "there was no token in time")
}

/// The bounds of tokens and of what is kept of them.
public struct AuthorizerOptions: Sendable, Hashable {
    /// The most time for one token: longer than slow token servers take, and shorter than most tools' time-outs.
    public var timeout = Duration.seconds(15)
    /// The longest answer of a token server, in bytes: tokens of several KiB exist.
    public var longestAnswer = 64 << 10
    /// How long a token holds whose server does not say: servers that do not say mostly mean an hour, and one that ends
    /// earlier is noticed by a 401.
    public var standardLifetime = Duration.seconds(600)
    /// The part of a token's life after which it is renewed while it is still used.
    public var renewal = 0.8
    /// How long before its end a token is not used any more: a request takes time, and clocks differ. Never more than half
    /// of its life.
    public var margin = Duration.seconds(10)
    /// The pause after a renewal that has failed, while the token still holds.
    public var retryDelay = Duration.seconds(5)
    /// Most credentials whose tokens are kept.
    public var kept = 256

    /// Creates options, all of which are defaults.
    public init() {}
}

/// Authorises the requests of a server, and sends them: one for all calls, so that they share tokens.
///
/// A token server is reached through the same guard as everything else. What was obtained for a credential is kept until
/// it expires or is refused; a connection that was changed is another credential.
public final class Authorizer: Sendable {
    private struct Entry {
        var lease = TokenLease()
        /// What waits for the request that is under way.
        var flight: Flight?
    }

    /// One attempt to obtain something, for which any number of requests wait.
    private final class Flight: Sendable {
        let done = Signal()
        let result = Mutex<Result<Authorization, AuthorizationError>?>(nil)
    }

    private let deliver: @Sendable (EgressRequest) async throws -> EgressAnswer
    private let clock: TaskClock
    private let now: @Sendable () -> Date
    private let options: AuthorizerOptions
    private let entries = Mutex<[Credential: Entry]>([:])
    private let count = Mutex(0)

    /// Asks nobody yet.
    ///
    /// - Parameters:
    ///   - clock: of time-outs and lifetimes.
    ///   - now: the time that stands in signed tokens.
    ///   - send: sends a request, through a guard.
    public init(
        options: AuthorizerOptions = AuthorizerOptions(), clock: TaskClock = .continuous(),
        now: @escaping @Sendable () -> Date = { Date() },
        send: @escaping @Sendable (EgressRequest) async throws -> EgressAnswer
    ) {
        self.options = options
        self.clock = clock
        self.now = now
        deliver = send
    }

    // MARK: Requests

    /// Sends a request as `credential` says. One that the server refuses (401) is sent once more, with a new token: the
    /// server has not looked at it. The request's time-out is for all of it.
    ///
    /// - Throws: `AuthorizationError` when there is no token; else what sending throws.
    public func send(_ request: EgressRequest, as credential: Credential?) async throws -> EgressAnswer {
        guard let credential else { return try await deliver(request) }
        let start = clock.elapsed()
        let first = try await authorization(for: credential, within: request.timeout)
        let answer = try await deliver(request.carrying(first, within: try left(of: request, since: start)))
        // Credentials are for the first server alone.
        guard !answer.isRedirected, refused(first, by: answer.head, credential) else { return answer }
        let second = try await authorization(for: credential, within: try left(of: request, since: start))
        return try await deliver(request.carrying(second, within: try left(of: request, since: start)))
    }

    /// The same for a request whose answer is read as it comes; its time-out holds until the answer begins.
    ///
    /// - Throws: `AuthorizationError` when there is no token; else what `egress` and `read` throw.
    public func stream<Value: Sendable>(
        _ request: EgressRequest, as credential: Credential?, over egress: EgressClient,
        _ read: @Sendable (EgressHead, EgressBody) async throws -> Value
    ) async throws -> Value {
        guard let credential else { return try await egress.stream(request, read) }
        let start = clock.elapsed()
        let first = try await authorization(for: credential, within: request.timeout)
        let value: Value? = try await egress.stream(
            request.carrying(first, within: try left(of: request, since: start))
        ) { head, body in refused(first, by: head, credential) ? nil : try await read(head, body) }
        if let value { return value }
        let second = try await authorization(for: credential, within: try left(of: request, since: start))
        return try await egress.stream(
            request.carrying(second, within: try left(of: request, since: start)), read)
    }

    private func left(of request: EgressRequest, since start: Duration) throws -> Duration {
        let left = request.timeout - (clock.elapsed() - start)
        guard left > .zero else { throw AuthorizationError.timedOut }
        return left
    }

    /// Whether the server wants another token; then what it has refused is not used again.
    private func refused(_ authorization: Authorization, by head: EgressHead, _ credential: Credential) -> Bool {
        guard head.status == .unauthorized, credential.isRenewable else { return false }
        entries.withLock { $0[credential]?.lease.refuse(authorization) }
        return true
    }

    // MARK: What requests carry

    /// What a request carries now.
    ///
    /// - Parameter limit: how long that may take.
    /// - Throws: `AuthorizationError`, or `CancellationError`.
    public func authorization(
        for credential: Credential, within limit: Duration
    ) async throws -> Authorization {
        if let headers = credential.fixedHeaders { return Authorization(headers: headers) }
        let time = clock.elapsed()
        let (step, flight) = entries.withLock { entries -> (TokenLease.Step, Flight?) in
            makeRoom(in: &entries, for: credential)
            var entry = entries[credential] ?? Entry()
            let step = entry.lease.use(at: time)
            switch step {
            case .use(_, isDue: true), .obtain: entry.flight = Flight()
            case .use, .wait: break
            }
            entries[credential] = entry
            return (step, entry.flight)
        }
        switch step {
        case .use(let authorization, let isDue):
            if isDue, let flight { begin(flight, credential) }
            return authorization
        case .obtain: if let flight { begin(flight, credential) }
        case .wait: break
        }
        guard let flight else { throw AuthorizationError(.failed, "the token was given up") }
        return try await clock.value(within: limit, orThrow: AuthorizationError.timedOut) {
            await flight.done.wait()
            try Task.checkCancellation()
            return try (flight.result.withLock(\.self) ?? .failure(.timedOut)).get()
        }
    }

    /// Forgets the credential that was not used for longest, when there are too many.
    private func makeRoom(in entries: inout [Credential: Entry], for credential: Credential) {
        guard entries.count >= options.kept, entries[credential] == nil,
            let oldest = entries.filter({ !$0.value.lease.isObtaining })
                .min(by: { $0.value.lease.lastUse < $1.value.lease.lastUse })
        else { return }
        entries[oldest.key] = nil
    }

    /// Not a part of the task that wants it: others may wait for it too, and the next call will want it when the caller of
    /// this one has hung up. It bounds its own time.
    private func begin(_ flight: Flight, _ credential: Credential) {
        Task {
            let start = clock.elapsed()
            let obtained = await obtain(credential)
            entries.withLock { entries in
                switch obtained {
                case .success((let authorization, let lifetime)):
                    // Counted from the question: when the server's clock began to run is not known.
                    let margin = min(options.margin, lifetime / 2)
                    entries[credential]?.lease.end(
                        authorization, renewal: start + lifetime * options.renewal, expiry: start + lifetime - margin)
                case .failure: entries[credential]?.lease.fail(nextTry: clock.elapsed() + options.retryDelay)
                }
                entries[credential]?.flight = nil
            }
            flight.result.withLock { $0 = obtained.map(\.0) }
            flight.done.fire()
        }
    }

    /// - Returns: what requests are to carry, and for how long.
    private func obtain(_ credential: Credential) async -> Result<(Authorization, Duration), AuthorizationError> {
        do {
            var (authorization, lifetime) = try await make(credential)
            authorization.number = count.withLock { count in
                count += 1
                return count
            }
            return .success((authorization, lifetime))
        } catch let error as AuthorizationError {
            return .failure(error)
        } catch let error as Credential.Problem {
            return .failure(AuthorizationError(.failed, "the auth connection cannot be used: \(error)"))
        } catch let error as EgressError {
            switch error {
            case .timedOut: return .failure(.timedOut)
            case .forbidden: return .failure(AuthorizationError(.forbidden, "no token can be had: \(error)"))
            default: return .failure(AuthorizationError(.failed, "no token can be had: \(error)"))
            }
        } catch {
            return .failure(AuthorizationError(.failed, "the token was given up"))
        }
    }

    private func make(_ credential: Credential) async throws -> (Authorization, Duration) {
        func bearer(_ token: String) -> Authorization { Authorization(headers: ["Authorization": "Bearer \(token)"]) }
        switch credential.kind {
        case .headers(let headers): return (Authorization(headers: headers), Self.always)
        case .identity(let identity): return (Authorization(tls: try identity.configuration()), Self.always)
        case .signature(let signer): return (bearer(try signer.token(at: now())), .seconds(signer.lifetime))
        case .token(let grant):
            let (token, lifetime) = try grant.token(in: try await ask(grant))
            return (bearer(token), lifetime ?? options.standardLifetime)
        }
    }

    /// Longer than a process runs.
    private static let always = Duration.seconds(1 << 32)

    private func ask(_ grant: TokenGrant) async throws -> EgressAnswer {
        try await clock.value(within: options.timeout, orThrow: AuthorizationError.timedOut) { [self] in
            for isLast in [false, true] {
                let request = try grant.request(
                    at: now(), timeout: options.timeout, longestAnswer: options.longestAnswer)
                do {
                    return try await deliver(request)
                } catch EgressError.interrupted where !isLast {
                    // Most often a kept connection that the server was just closing. A second token does no harm.
                }
            }
            throw AuthorizationError.timedOut
        }
    }
}

extension Credential {
    /// Whether what was refused can be replaced by something new.
    fileprivate var isRenewable: Bool {
        switch kind {
        case .token, .signature: true
        case .headers, .identity: false
        }
    }
}

extension EgressRequest {
    fileprivate func carrying(_ authorization: Authorization, within limit: Duration) -> EgressRequest {
        var request = self
        for (name, value) in authorization.headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let tls = authorization.tls { request.tls = tls }
        request.timeout = limit
        return request
    }
}
