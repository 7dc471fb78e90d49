import AsyncHTTPClient
import Engines
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Where a service is, and what lets one in.
public struct ServiceEndpoint: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The API's base, such as `https://api.openai.com/v1`; each API appends its own path.
    public var baseURL: String
    /// Nil where none is wanted.
    public var apiKey: String?
    /// Sent with every request; one of the same name replaces what the client would send.
    public var headers: [String: String]

    /// Only `baseURL` is required, as for a local server without keys.
    public init(baseURL: String, apiKey: String? = nil, headers: [String: String] = [:]) {
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.headers = headers
    }

    /// The server's host: neither key nor headers, and nothing of the URL that may be a secret.
    public var description: String { URL(string: baseURL)?.host() ?? "no host" }

    /// The server's host, as in `description`: a debugger's output ends up in bug reports.
    public var debugDescription: String { description }

    /// The key without the line break that comes with it from a file; nil when there is none.
    var key: String? {
        let key = apiKey?.trimmingCharacters(in: .whitespacesAndNewlines)
        return key?.isEmpty == false ? key : nil
    }

    /// All headers of a request: the endpoint's own in place of the client's.
    func headers(over client: [(name: String, value: String)]) -> [(String, String)] {
        let names = Set(headers.keys.map { $0.lowercased() })
        return client.filter { !names.contains($0.name.lowercased()) }.map { ($0.name, $0.value) }
            + headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The headers that a WebSocket is opened with.
    ///
    /// - Parameter keyHeader: How the service wants its key.
    func webSocketHeaders(keyHeader: (String) -> ServiceHeader) -> [ServiceHeader] {
        headers(over: key.map(keyHeader).map { [($0.name, $0.value)] } ?? []).map(ServiceHeader.init)
    }

    /// What a server may repeat in its answers, and nobody is to see.
    var secrets: Set<String> {
        // A key may stand behind a word, such as "Bearer", which is not repeated with it.
        let words = headers.values.flatMap { [$0] + $0.split(separator: " ").map(String.init) }
        // Short header values are words such as "true", which hide nothing and would garble the text.
        return Set([key].compactMap(\.self) + words.filter { $0.count >= 8 })
    }
}

/// A header whose value may be a key.
struct ServiceHeader: Sendable, Hashable {
    var name: String
    var value: String
}

/// One provider's server: requests with its key, and its failures in words that hold no secrets.
struct RemoteServer: Sendable {
    let errors: ServiceErrors
    private let endpoint: ServiceEndpoint
    private let httpClient: HTTPClient
    private let connections: ServiceConnections?

    /// The most that is read of an answer that tells of a failure, in bytes.
    private static let errorBodyLimit = 64 << 10
    /// - Parameter connections: Opens some ahead; nil: requests open them.
    init(
        errors: ServiceErrors, endpoint: ServiceEndpoint, httpClient: HTTPClient, connections: ServiceConnections? = nil
    ) {
        self.errors = errors
        self.endpoint = endpoint
        self.httpClient = httpClient
        self.connections = connections
    }

    /// - Parameters:
    ///   - engine: The name that errors carry.
    ///   - name: What errors call the server.
    init(
        engine: String, name: String, endpoint: ServiceEndpoint, httpClient: HTTPClient,
        connections: ServiceConnections? = nil
    ) {
        self.init(
            errors: ServiceErrors(engine: engine, server: name, endpoint: endpoint), endpoint: endpoint,
            httpClient: httpClient, connections: connections)
    }

    /// Opens a connection for the first request, unless there is one.
    func connect() async { await connections?.open(to: endpoint.baseURL) }

    /// Begins to, and returns at once.
    func beginConnecting() {
        if connections != nil { Task { await connect() } }
    }

    /// Nil when there is none.
    var key: String? { endpoint.key }

    /// As OpenAI and all that are compatible with it want it.
    var bearer: [(name: String, value: String)] { key.map { [("authorization", "Bearer \($0)")] } ?? [] }

    /// The endpoint's base with `path`, before its query if it has one.
    func url(_ path: String) -> String {
        let parts = endpoint.baseURL.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var base = String(parts.first ?? "")
        while base.hasSuffix("/") { base.removeLast() }
        if !base.hasSuffix(path) { base += path }
        return parts.count > 1 ? "\(base)?\(parts[1])" : base
    }

    /// The beginning of the answer to a request; its status may be any.
    func post(
        _ path: String, headers: [(name: String, value: String)], body: Data
    ) async throws -> HTTPClientResponse {
        try await send(.POST, url(path), headers: headers, body: body)
    }

    /// The same where the whole address is known.
    func post(
        to url: URL, headers: [(name: String, value: String)], body: Data
    ) async throws -> HTTPClientResponse {
        try await send(.POST, url.absoluteString, headers: headers, body: body)
    }

    /// The same without a body.
    func get(_ path: String, headers: [(name: String, value: String)]) async throws -> HTTPClientResponse {
        try await send(.GET, url(path), headers: headers, body: nil)
    }

    private func send(
        _ method: HTTPMethod, _ url: String, headers: [(name: String, value: String)], body: Data?
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = HTTPHeaders(endpoint.headers(over: headers))
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            return try await httpClient.execute(request, deadline: .distantFuture)
        } catch  where Self.isBrokenConnection(error) {
            // A kept connection that the server closed just then. Nothing was answered, so asking again is safe; it
            // happens once, because then the connection is new.
            return try await httpClient.execute(request, deadline: .distantFuture)
        }
    }

    /// What a server says that did not grant a request.
    func refusal(_ response: HTTPClientResponse) async throws -> ServerErrorAnswer {
        var data = Data()
        var pieces = response.body.makeAsyncIterator()
        // The status is told even when the reason breaks off.
        while data.count < Self.errorBodyLimit, let piece = try? await pieces.next() {
            data.append(contentsOf: piece.readableBytesView.prefix(Self.errorBodyLimit - data.count))
        }
        try Task.checkCancellation()
        return ServerErrorAnswer(status: Int(response.status.code), body: data) { response.headers.first(name: $0) }
    }

    /// The next piece of an answer; nil when it has ended as HTTP answers do.
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

    /// A whole answer.
    ///
    /// - Parameter limit: In bytes.
    func whole(_ body: HTTPClientResponse.Body, upTo limit: Int) async throws -> Data {
        var data = Data()
        var pieces = body.makeAsyncIterator()
        while let piece = try await next(&pieces) {
            guard data.count + piece.readableBytes <= limit else { throw errors.malformed("more than \(limit) bytes") }
            data.append(contentsOf: piece.readableBytesView)
        }
        return data
    }

    /// Does `work` for as long as `watch` sees it get on. Cancelling the task closes the connection.
    ///
    /// - Returns: What `work` returns; nil when `watch` had enough of its tidying up.
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
            // Whatever the failure looks like after a cancellation, the cancellation was its cause.
            try Task.checkCancellation()
            throw errors.engineError(for: error)
        }
    }

    private static func isBrokenConnection(_ error: any Error) -> Bool {
        error as? HTTPClientError == .remoteConnectionClosed || error is ChannelError || error is IOError
    }
}
