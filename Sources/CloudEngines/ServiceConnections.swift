import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Opens connections to services before the first request needs them: names, TCP and TLS take a tenth to a third of a
/// second.
///
/// A connection is opened by a request for nothing, without key, path or headers, and then kept by the HTTP client.
public final class ServiceConnections: Sendable {
    private let httpClient: HTTPClient
    private let logger: Logger
    private let origins = Mutex<[String: ConnectionCensus]>([:])

    /// From the first packet to the answer.
    private static let patience = TimeAmount.seconds(3)
    /// The most that is read of an answer, in bytes; a connection with more is closed.
    private static let longestAnswer = 64 << 10
    /// Servers that are remembered, unless more are in use.
    private static let remembered = 128

    /// - Parameters:
    ///   - httpClient: The one whose requests are to find the connections.
    ///   - logger: Is told at the level of debug what could not be opened; the request that follows shows it to others.
    public init(httpClient: HTTPClient, logger: Logger) {
        self.httpClient = httpClient
        self.logger = logger
    }

    /// Connects to the server, unless a connection to it is idle or being opened. Cancelling the task gives it up.
    func open(to baseURL: String) async {
        guard let origin = Self.origin(of: baseURL), update(origin, { $0.beginOpening(at: .now) }) else { return }
        var isOpen = false
        do {
            var request = HTTPClientRequest(url: origin + "/")
            request.method = .HEAD
            let response = try await httpClient.execute(request, timeout: Self.patience)
            // Read to its end, or else the connection is closed with it.
            _ = try await response.body.collect(upTo: Self.longestAnswer)
            isOpen = true
        } catch {
            // Only the type and the host: descriptions of errors may hold more.
            logger.debug(
                "A connection could not be opened ahead.",
                metadata: ["server": "\(origin)", "error": "\(type(of: error))"])
        }
        update(origin) { $0.endOpening(isOpen: isOpen, at: .now) }
    }

    /// A request takes a connection, or opens one.
    func began(_ baseURL: String) {
        if let origin = Self.origin(of: baseURL) { update(origin) { $0.requestBegan() } }
    }

    /// - Parameter isKept: Whether its connection can serve another.
    func ended(_ baseURL: String, isKept: Bool) {
        if let origin = Self.origin(of: baseURL) { update(origin) { $0.requestEnded(isKept: isKept, at: .now) } }
    }

    /// Whether a request would find a connection.
    func isOpen(to baseURL: String) -> Bool {
        Self.origin(of: baseURL).map { origin in update(origin) { $0.isOpen(at: .now) } } ?? false
    }

    @discardableResult
    private func update<Result>(_ origin: String, _ body: (inout ConnectionCensus) -> Result) -> Result {
        origins.withLock { origins in
            if origins.count >= Self.remembered, origins[origin] == nil {
                origins = origins.filter { $0.value.isInUse(at: .now) }
            }
            return body(&origins[origin, default: ConnectionCensus()])
        }
    }

    /// Scheme, host and port alone: there may be secrets in the rest.
    private static func origin(of baseURL: String) -> String? {
        guard let parts = URLComponents(string: baseURL), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.percentEncodedHost, !host.isEmpty
        else { return nil }
        return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }
}

/// The connections to one server, as far as the beginnings and ends of requests tell of them.
struct ConnectionCensus: Sendable, Hashable {
    private var idle = 0
    /// When the newest of them came to rest.
    private var idleSince: ContinuousClock.Instant?
    private var requests = 0
    private var isOpening = false
    private var lastOpening: ContinuousClock.Instant?

    /// How long a connection without requests is taken to be open; most servers, and the client, keep it longer.
    static let lifetime = Duration.seconds(30)
    /// Between two connections that are opened ahead, also where they fail.
    static let pause = Duration.seconds(5)

    mutating func requestBegan() {
        requests += 1
        idle = max(0, idle - 1)
    }

    mutating func requestEnded(isKept: Bool, at now: ContinuousClock.Instant) {
        requests -= 1
        if isKept { rest(at: now) }
    }

    /// - Returns: Whether a connection is to be opened; then `endOpening` must follow.
    mutating func beginOpening(at now: ContinuousClock.Instant) -> Bool {
        guard !isOpen(at: now), !isOpening, lastOpening.map({ now - $0 >= Self.pause }) ?? true else { return false }
        (isOpening, lastOpening) = (true, now)
        return true
    }

    mutating func endOpening(isOpen: Bool, at now: ContinuousClock.Instant) {
        isOpening = false
        if isOpen { rest(at: now) }
    }

    func isOpen(at now: ContinuousClock.Instant) -> Bool {
        idle > 0 && idleSince.map { now - $0 < Self.lifetime } ?? false
    }

    /// Whether anything of it is still true.
    func isInUse(at now: ContinuousClock.Instant) -> Bool {
        requests > 0 || isOpening || [idleSince, lastOpening].contains { $0.map { now - $0 < Self.lifetime } ?? false }
    }

    private mutating func rest(at now: ContinuousClock.Instant) {
        // Those that came to rest before may have gone.
        idle = isOpen(at: now) ? idle + 1 : 1
        idleSince = now
    }
}
