import AsyncHTTPClient
import Engines
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// The URL of a service, with the key and headers for it.
public struct ServiceEndpoint: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The API's base, such as `https://api.openai.com/v1`; each API appends its own path.
    public var baseURL: String
    /// The API key; nil for none.
    public var apiKey: String?
    /// Headers of every request; one with the name of a header of the client's replaces it.
    public var headers: [String: String]

    /// Creates an endpoint; `baseURL` alone is enough for a local server without keys.
    public init(baseURL: String, apiKey: String? = nil, headers: [String: String] = [:]) {
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.headers = headers
    }

    /// The server's host, without key, headers and other parts of the URL that may be secret.
    public var description: String { URL(string: baseURL)?.host() ?? "no host" }

    /// The server's host, as in `description`: a debugger's output ends up in bug reports.
    public var debugDescription: String { description }

    /// The key without white space around it, such as a line break from a file; nil when there is none.
    var key: String? {
        let key = apiKey?.trimmingCharacters(in: .whitespacesAndNewlines)
        return key?.isEmpty == false ? key : nil
    }

    /// All headers of a request; the endpoint's own replace the client's.
    func headers(over client: [(name: String, value: String)]) -> [(String, String)] {
        let names = Set(headers.keys.map { $0.lowercased() })
        return client.filter { !names.contains($0.name.lowercased()) }.map { ($0.name, $0.value) }
            + headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The headers for opening a WebSocket.
    ///
    /// - Parameter keyHeader: Makes the header in which the service expects its key.
    func webSocketHeaders(keyHeader: (String) -> ServiceHeader) -> [ServiceHeader] {
        headers(over: key.map(keyHeader).map { [($0.name, $0.value)] } ?? []).map(ServiceHeader.init)
    }

    /// Secrets that a service may repeat in its answers, and that must not be shown.
    var secrets: Set<String> {
        // A key may follow a word such as "Bearer", and be repeated without it.
        let words = headers.values.flatMap { [$0] + $0.split(separator: " ").map(String.init) }
        // Short values are words such as "true", whose removal would garble texts.
        return Set([key].compactMap(\.self) + words.filter { $0.count >= 8 })
    }
}

/// A header whose value may be a key.
struct ServiceHeader: Sendable, Hashable {
    var name: String
    var value: String
}

/// One provider's server: sends requests with its key, and describes its failures without secrets.
struct RemoteServer: Sendable {
    let errors: ServiceErrors
    private let endpoint: ServiceEndpoint
    private let clients: HTTPClientSource
    private let connections: ServiceConnections?

    /// Most bytes that are read of an error answer.
    private static let errorBodyLimit = 64 << 10

    /// - Parameters:
    ///   - engine: The engine's name in errors.
    ///   - name: The name of the server in errors.
    ///   - connections: Opens connections ahead; nil for none.
    init(
        engine: String, name: String = ServiceErrors.speechService, endpoint: ServiceEndpoint, httpClient: HTTPClient,
        connections: ServiceConnections? = nil
    ) {
        self.init(
            engine: engine, name: name, endpoint: endpoint, clients: HTTPClientSource(httpClient),
            connections: connections)
    }

    /// - Parameter clients: finds the client for the server.
    init(
        engine: String, name: String, endpoint: ServiceEndpoint, clients: HTTPClientSource,
        connections: ServiceConnections?
    ) {
        errors = ServiceErrors(engine: engine, server: name, endpoint: endpoint)
        self.endpoint = endpoint
        self.clients = clients
        self.connections = connections
    }

    /// Opens a connection for the first request, unless there is one.
    func connect() async { await connections?.open(to: endpoint.baseURL) }

    /// Begins to connect in a task of its own.
    func beginConnecting() {
        if connections != nil { Task { await connect() } }
    }

    /// The API key; nil when there is none.
    var key: String? { endpoint.key }

    /// The key in the header called `name`, or in that of OpenAI and compatible servers; none without a key.
    func credentials(in name: String? = nil) -> [(name: String, value: String)] {
        guard let key else { return [] }
        if let name { return [(name, key)] }
        return [("authorization", "Bearer \(key)")]
    }

    /// The endpoint's base with `path`, before its query if it has one.
    func url(_ path: String) -> String {
        let parts = endpoint.baseURL.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var base = String(parts.first ?? "")
        while base.hasSuffix("/") { base.removeLast() }
        if !base.hasSuffix(path) { base += path }
        return parts.count > 1 ? "\(base)?\(parts[1])" : base
    }

    /// Sends a request with the endpoint's key as OpenAI's speech APIs take it, and returns the beginning of its answer.
    ///
    /// - Throws: `EngineError` for a refusal.
    func granted(_ path: String, contentType: String, body: Data) async throws -> HTTPClientResponse {
        let response = try await send(url(path), headers: [("content-type", contentType)] + credentials(), body: body)
        guard response.status == .ok else { throw errors.refusal(try await refusal(response)) }
        return response
    }

    /// Sends a request to a complete URL, and returns the beginning of the answer, whatever its status.
    ///
    /// - Parameter body: The body to post; nil for a request that only reads.
    func send(
        _ url: String, headers: [(name: String, value: String)], body: Data? = nil
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = body == nil ? .GET : .POST
        request.headers = HTTPHeaders(endpoint.headers(over: headers))
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let httpClient = try await clients.client(for: url)
        do {
            return try await httpClient.execute(request, deadline: .distantFuture)
        } catch  where Self.isBrokenConnection(error) {
            // The server closed a kept connection just then. Nothing was answered, so repeating the request is safe;
            // once is enough, because the connection is then a new one.
            return try await httpClient.execute(request, deadline: .distantFuture)
        }
    }

    /// Reads the answer to a request that was refused or failed.
    func refusal(_ response: HTTPClientResponse) async throws -> ServerErrorAnswer {
        var data = Data()
        var pieces = response.body.makeAsyncIterator()
        // The status counts even when the connection breaks within the body.
        while data.count < Self.errorBodyLimit, let piece = try? await pieces.next() {
            data.append(contentsOf: piece.readableBytesView.prefix(Self.errorBodyLimit - data.count))
        }
        try Task.checkCancellation()
        return ServerErrorAnswer(status: Int(response.status.code), body: data) { response.headers.first(name: $0) }
    }

    /// The next piece of an answer; nil at its proper end.
    ///
    /// - Throws: `EngineError` when the connection breaks, or `CancellationError`.
    func next(_ pieces: inout HTTPClientResponse.Body.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await pieces.next()
        } catch {
            try Task.checkCancellation()
            throw errors.error(.failed, "the answer was cut off")
        }
    }

    /// Reads a whole answer.
    ///
    /// - Parameter limit: Most bytes.
    func whole(_ body: HTTPClientResponse.Body, upTo limit: Int) async throws -> Data {
        var data = Data()
        var pieces = body.makeAsyncIterator()
        while let piece = try await next(&pieces) {
            guard data.count + piece.readableBytes <= limit else { throw errors.malformed("more than \(limit) bytes") }
            data.append(contentsOf: piece.readableBytesView)
        }
        return data
    }

    /// Does `work` for as long as it makes progress by `watch`. Cancelling the task closes the connection.
    ///
    /// - Returns: The result of `work`; nil when closing the connection took longer than `watch` allows.
    /// - Throws: `EngineError`, whatever `work` throws, or `CancellationError`.
    @discardableResult
    func run<Value: Sendable>(
        _ watch: ProgressWatch, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        var isKept = false
        connections?.began(endpoint.baseURL)
        defer { connections?.ended(endpoint.baseURL, isKept: isKept) }
        do {
            let value = try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    try await watch.wait()
                    return nil
                }
                group.addTask { try await work() }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            isKept = value != nil
            return value
        } catch {
            // After a cancellation every failure is caused by it.
            try Task.checkCancellation()
            throw errors.engineError(for: error)
        }
    }

    private static func isBrokenConnection(_ error: any Error) -> Bool {
        error as? HTTPClientError == .remoteConnectionClosed || error is ChannelError || error is IOError
    }
}
