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

    /// The same.
    public var debugDescription: String { description }
}

/// One provider's server: requests with its key, and its failures in words that hold no secrets.
struct RemoteServer: Sendable {
    /// The name that errors carry.
    let engine: String
    /// What errors call the server, such as "the model's server".
    let name: String
    private let endpoint: ServiceEndpoint
    private let httpClient: HTTPClient

    /// The most that is read of an answer that tells of a failure, in bytes.
    private static let errorBodyLimit = 64 << 10
    /// The longest message of an error, in characters: a server's words are passed on.
    private static let messageLimit = 400

    init(engine: String, name: String, endpoint: ServiceEndpoint, httpClient: HTTPClient) {
        self.engine = engine
        self.name = name
        self.endpoint = endpoint
        self.httpClient = httpClient
    }

    /// The key without the line break that comes with it from a file; nil when there is none.
    var key: String? {
        let key = endpoint.apiKey?.trimmingCharacters(in: .whitespacesAndNewlines)
        return key?.isEmpty == false ? key : nil
    }

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
        try await send(.POST, path, headers: headers, body: body)
    }

    /// The same without a body.
    func get(_ path: String, headers: [(name: String, value: String)]) async throws -> HTTPClientResponse {
        try await send(.GET, path, headers: headers, body: nil)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, headers: [(name: String, value: String)], body: Data?
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url(path))
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        for (name, value) in endpoint.headers { request.headers.replaceOrAdd(name: name, value: value) }
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
        for try await buffer in response.body {
            data.append(contentsOf: buffer.readableBytesView.prefix(Self.errorBodyLimit - data.count))
            if data.count == Self.errorBodyLimit { break }
        }
        return ServerErrorAnswer(status: Int(response.status.code), body: data) { response.headers.first(name: $0) }
    }

    /// Does `work` for as long as `watch` sees it get on. Cancelling the task closes the connection.
    ///
    /// - Returns: What `work` returns; nil when `watch` had enough of its tidying up.
    /// - Throws: `EngineError`, whatever `work` throws, or `CancellationError`.
    @discardableResult
    func run<Value: Sendable>(
        _ watch: ProgressWatch, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    try await watch.wait()
                    return nil
                }
                group.addTask { try await work() }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch {
            // Whatever the failure looks like after a cancellation, the cancellation was its cause.
            try Task.checkCancellation()
            throw redacted(engineError(for: error))
        }
    }

    private static func isBrokenConnection(_ error: any Error) -> Bool {
        error as? HTTPClientError == .remoteConnectionClosed || error is ChannelError || error is IOError
    }
}

// MARK: - Errors

extension RemoteServer {
    private func engineError(for error: any Error) -> EngineError {
        switch error {
        case let error as EngineError: error
        case let error as ProgressWatch.Expired:
            EngineError(.timeout, engine: engine, "no answer from \(name) within \(error.allowed)")
        case let error as ServerSentEventParser.TooLong:
            EngineError(.malformedAnswer, engine: engine, "an event of the stream is longer than \(error.limit) bytes")
        case let error as NIOTooManyBytesError:
            EngineError(
                .malformedAnswer, engine: engine,
                "the answer is longer than \(error.maxBytes.map { "\($0) bytes" } ?? "allowed")")
        case let error as HTTPClientError: engineError(for: error)
        case let error as IOError: unreachable(reason(of: error))
        case let error as NIOConnectionError:
            unreachable((error.connectionErrors.first?.error as? IOError).map(reason) ?? "its name was not found")
        default:
            // Only the type: descriptions of other errors may hold parts of the request.
            unreachable("\(type(of: error))")
        }
    }

    private func engineError(for error: HTTPClientError) -> EngineError {
        // The short description holds no values, unlike the long one, which may show a header.
        let reason = error.shortDescription.lowercased()
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout,
            .httpProxyHandshakeTimeout, .alreadyShutdown, .remoteConnectionClosed:
            return unreachable(reason)
        case .readTimeout, .writeTimeout, .deadlineExceeded:
            return EngineError(.timeout, engine: engine, "no answer from \(name): \(reason)")
        default:
            return EngineError(.rejected, engine: engine, "the request cannot be sent: \(reason)")
        }
    }

    private func unreachable(_ reason: String) -> EngineError {
        EngineError(.unavailable, engine: engine, "\(name) cannot be reached: \(reason)")
    }

    private func reason(of error: IOError) -> String {
        String(cString: strerror(error.errnoCode)).lowercased()
    }

    /// The error without the secrets that a server may have repeated in it.
    private func redacted(_ error: EngineError) -> EngineError {
        var error = error
        // Short header values are words such as "true", which hide nothing and would garble the text.
        for secret in [key].compactMap(\.self) + endpoint.headers.values.filter({ $0.count >= 8 }) {
            error.message = error.message.replacingOccurrences(of: secret, with: "[hidden]")
        }
        // Shortened only now: half a key would not be found.
        error.message = String(error.message.prefix(Self.messageLimit))
        return error
    }
}
