import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Opens connections to services before the first request needs them: resolving the name, TCP and TLS take a tenth to a
/// third of a second.
///
/// A connection is opened by a request without key, path or headers, and then kept by the HTTP client.
public final class ServiceConnections: Sendable {
    private let clients: HTTPClientSource
    private let logger: Logger
    private let origins = Mutex<[String: ConnectionCensus]>([:])

    /// Time-out from the first packet to the answer.
    private static let patience = TimeAmount.seconds(3)
    /// Most bytes that are read of an answer; a connection with a longer one is closed.
    private static let longestAnswer = 64 << 10
    /// Most servers that are remembered, unless more are in use.
    private static let remembered = 128

    /// - Parameters:
    ///   - httpClient: The client whose requests use the connections.
    ///   - logger: Logs failures at debug level; the request that follows reports them to others.
    public convenience init(httpClient: HTTPClient, logger: Logger) {
        self.init(clients: HTTPClientSource(httpClient), logger: logger)
    }

    /// - Parameters:
    ///   - clients: Finds the client for each server.
    ///   - logger: Logs failures at debug level; the request that follows reports them to others.
    public init(clients: HTTPClientSource, logger: Logger) {
        self.clients = clients
        self.logger = logger
    }

    /// Connects to the server, unless a connection to it is idle or being opened. Cancelling the task stops that.
    func open(to baseURL: String) async {
        guard let origin = Self.origin(of: baseURL), update(origin, { $0.beginOpening(at: .now) }) else { return }
        var isOpen = false
        do {
            var request = HTTPClientRequest(url: origin + "/")
            request.method = .HEAD
            let response = try await clients.client(for: origin + "/").execute(request, timeout: Self.patience)
            // Without reading the answer to its end, the connection would be closed.
            _ = try await response.body.collect(upTo: Self.longestAnswer)
            isOpen = true
        } catch {
            // Only type and host are logged: descriptions of errors may hold more.
            logger.debug(
                "A connection could not be opened ahead.",
                metadata: ["server": "\(origin)", "error": "\(type(of: error))"])
        }
        update(origin) { $0.endOpening(isOpen: isOpen, at: .now) }
    }

    /// A request begins, on an idle connection or on a new one.
    func began(_ baseURL: String) {
        if let origin = Self.origin(of: baseURL) { update(origin) { $0.requestBegan() } }
    }

    /// A request has ended.
    ///
    /// - Parameter isKept: Whether the connection can serve another request.
    func ended(_ baseURL: String, isKept: Bool) {
        if let origin = Self.origin(of: baseURL) { update(origin) { $0.requestEnded(isKept: isKept, at: .now) } }
    }

    /// Whether a request would find an open connection.
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

    /// The URL's scheme, host and port alone: the rest may hold secrets.
    private static func origin(of baseURL: String) -> String? {
        guard let parts = URLComponents(string: baseURL), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.percentEncodedHost, !host.isEmpty
        else { return nil }
        return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
    }
}

/// The state of connections to one server, as far as it follows from the beginnings and ends of requests.
struct ConnectionCensus: Sendable, Hashable {
    private var idle = 0
    /// When the latest connection became idle.
    private var idleSince: ContinuousClock.Instant?
    private var requests = 0
    private var isOpening = false
    private var lastOpening: ContinuousClock.Instant?

    /// How long an idle connection is assumed to stay open; most servers, and the client, keep it longer.
    static let lifetime = Duration.seconds(30)
    /// Least time between two connections that are opened ahead, even if they fail.
    static let pause = Duration.seconds(5)

    mutating func requestBegan() {
        requests += 1
        idle = max(0, idle - 1)
    }

    mutating func requestEnded(isKept: Bool, at now: ContinuousClock.Instant) {
        requests -= 1
        if isKept { rest(at: now) }
    }

    /// - Returns: Whether a connection is to be opened; if so, `endOpening` must follow.
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

    /// Whether the state has to be remembered.
    func isInUse(at now: ContinuousClock.Instant) -> Bool {
        requests > 0 || isOpening || [idleSince, lastOpening].contains { $0.map { now - $0 < Self.lifetime } ?? false }
    }

    private mutating func rest(at now: ContinuousClock.Instant) {
        // Connections that became idle earlier may have been closed.
        idle = isOpen(at: now) ? idle + 1 : 1
        idleSince = now
    }
}
