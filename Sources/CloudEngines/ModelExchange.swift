import AsyncHTTPClient
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Sends requests to one endpoint and reads their answers.
struct ModelExchange: Sendable {
    let engine: String
    let options: RemoteLanguageModel.Options
    private let api: any ModelAPI
    private let endpoint: LanguageModelEndpoint
    private let httpClient: HTTPClient
    private let refused = RefusedMembers()

    /// The most that is read of an answer that is no stream, in bytes.
    private static let errorBodyLimit = 64 << 10
    /// How many members of one request a server may refuse, one by one.
    private static let maximumRefusals = 4
    /// The longest message of an error, in characters: a server's words are passed on.
    private static let messageLimit = 400

    init(
        engine: String, endpoint: LanguageModelEndpoint, httpClient: HTTPClient, options: RemoteLanguageModel.Options
    ) {
        self.engine = engine
        api = endpoint.api.wire
        self.endpoint = endpoint
        self.httpClient = httpClient
        self.options = options
    }

    /// Passes the events of one answer on, and returns some time after the last. Cancelling the task closes the
    /// connection.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func run(
        _ request: GenerationRequest, slot: Int?, yield: @escaping @Sendable (GenerationEvent) -> Void
    ) async throws {
        let body = api.body(of: request, model: endpoint.model, slot: slot, options: options)
        let watch = ProgressWatch(
            first: options.firstEventTimeout, total: options.totalTimeout,
            interval: min(options.eventTimeout, options.endTimeout))
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watch.wait() }
                group.addTask { try await answer(to: body, watch: watch, yield: yield) }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            // Whatever the failure looks like after a cancellation, the cancellation was its cause.
            try Task.checkCancellation()
            throw redacted(engineError(for: error))
        }
    }

    private func answer(
        to body: JSONValue, watch: ProgressWatch, yield: @Sendable (GenerationEvent) -> Void
    ) async throws {
        let response = try await request(body)
        var reader = api.makeReader(engine: engine, options: options)
        if response.headers.first(name: "content-type")?.hasPrefix("application/json") == true {
            // A server that does not stream: its whole answer is one chunk.
            let whole = try await response.body.collect(upTo: options.maxLineBytes)
            for event in try reader.add(String(buffer: whole)) { yield(event) }
        } else {
            try await read(response.body, into: &reader, watch: watch, yield: yield)
        }
        for event in try reader.endOfStream() { yield(event) }
    }

    /// The beginning of the answer. What the server refuses, and an answer can do without, is left out from then on: models
    /// of one provider differ in what they take.
    private func request(_ body: JSONValue) async throws -> HTTPClientResponse {
        var body = refused.members.withLock { $0 }.reduce(body) { api.body($0, without: $1) }
        for attempt in 0... {
            let response = try await send(body.data)
            guard response.status != .ok else { return response }
            let said = try await collect(response.body)
            let answer = ServerErrorAnswer(status: Int(response.status.code), body: said) {
                response.headers.first(name: $0)
            }
            guard attempt < Self.maximumRefusals,
                let member = answer.refusedMember(among: api.dispensable.filter { body[$0] != nil })
            else { throw answer.engineError(engine: engine) }
            refused.members.withLock { $0 = Set($0).union([member]).sorted() }
            body = api.body(body, without: member)
        }
        throw CancellationError()
    }

    private func read(
        _ body: HTTPClientResponse.Body, into reader: inout any AnswerReader, watch: ProgressWatch,
        yield: @Sendable (GenerationEvent) -> Void
    ) async throws {
        var parser = ServerSentEventParser(limit: options.maxLineBytes)
        var chunks = body.makeAsyncIterator()
        while let chunk = try await next(&chunks) {
            // After the answer only the end of the response is awaited, so that the connection can be used again.
            if reader.isFinished { continue }
            let payloads = try parser.parse(chunk.readableBytesView)
            for payload in payloads {
                for event in try reader.add(payload) { yield(event) }
            }
            if reader.isFinished {
                watch.finished(closingWithin: options.endTimeout)
            } else if !payloads.isEmpty {
                watch.progressed(next: options.eventTimeout)
            }
        }
    }

    /// The next piece of the body. A connection that breaks is the end of the stream: what matters is whether the
    /// answer was whole by then.
    private func next(_ chunks: inout HTTPClientResponse.Body.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await chunks.next()
        } catch {
            try Task.checkCancellation()
            return nil
        }
    }

    private func send(_ body: Data) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "accept", value: "text/event-stream")
        for (name, value) in api.headers(key: key) { request.headers.add(name: name, value: value) }
        for (name, value) in endpoint.headers { request.headers.replaceOrAdd(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            return try await httpClient.execute(request, deadline: .distantFuture)
        } catch  where Self.isBrokenConnection(error) {
            // A kept connection that the server closed just then. Nothing was answered, so asking again is safe; it
            // happens once, because then the connection is new.
            return try await httpClient.execute(request, deadline: .distantFuture)
        }
    }

    private static func isBrokenConnection(_ error: any Error) -> Bool {
        error as? HTTPClientError == .remoteConnectionClosed || error is ChannelError || error is IOError
    }

    private func collect(_ body: HTTPClientResponse.Body) async throws -> Data {
        var data = Data()
        for try await buffer in body {
            data.append(contentsOf: buffer.readableBytesView.prefix(Self.errorBodyLimit - data.count))
            if data.count == Self.errorBodyLimit { break }
        }
        return data
    }

    private var key: String? {
        let key = endpoint.apiKey?.trimmingCharacters(in: .whitespacesAndNewlines)
        return key?.isEmpty == false ? key : nil
    }

    /// The endpoint's base with the path of its API, before its query if it has one.
    private var url: String {
        let parts = endpoint.baseURL.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = String(parts.first ?? "")
        while path.hasSuffix("/") { path.removeLast() }
        if !path.hasSuffix(api.path) { path += api.path }
        return parts.count > 1 ? "\(path)?\(parts[1])" : path
    }
}

// MARK: - Errors

extension ModelExchange {
    private func engineError(for error: any Error) -> EngineError {
        switch error {
        case let error as EngineError: error
        case let error as ProgressWatch.Expired:
            EngineError(.timeout, engine: engine, "no answer from the model's server within \(error.allowed)")
        case let error as ServerSentEventParser.TooLong:
            EngineError(.malformedAnswer, engine: engine, "an event of the stream is longer than \(error.limit) bytes")
        case is NIOTooManyBytesError:
            EngineError(.malformedAnswer, engine: engine, "the answer is longer than \(options.maxLineBytes) bytes")
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
            return EngineError(.timeout, engine: engine, "no answer from the model's server: \(reason)")
        default:
            return EngineError(.rejected, engine: engine, "the request cannot be sent: \(reason)")
        }
    }

    private func unreachable(_ reason: String) -> EngineError {
        EngineError(.unavailable, engine: engine, "the model's server cannot be reached: \(reason)")
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

/// What a model's server has refused, in the order of names.
final class RefusedMembers: Sendable {
    let members = Mutex<[String]>([])
}

extension LanguageModelAPI {
    var wire: any ModelAPI {
        switch self {
        case .chatCompletions: ChatCompletionsAPI()
        case .responses: ResponsesAPI()
        case .messages: MessagesAPI()
        }
    }
}
