import AsyncHTTPClient
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests to one endpoint and reads their answers.
struct ChatCompletionExchange: Sendable {
    let engine: String
    let options: OpenAICompatibleModel.Options
    private let endpoint: LanguageModelEndpoint
    private let httpClient: HTTPClient

    /// The most that is read of an answer that is no stream, in bytes.
    private static let errorBodyLimit = 64 << 10
    /// The longest message of an error, in characters: a server's words are passed on.
    private static let messageLimit = 400

    init(
        engine: String, endpoint: LanguageModelEndpoint, httpClient: HTTPClient, options: OpenAICompatibleModel.Options
    ) {
        self.engine = engine
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
        let body = ChatCompletionBody.make(request, model: endpoint.model, slot: slot, options: options)
        let watch = ProgressWatch(
            first: options.firstEventTimeout, total: options.totalTimeout,
            interval: min(options.eventTimeout, options.endTimeout))
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watch.wait() }
                group.addTask { try await answer(to: body.data, watch: watch, yield: yield) }
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
        to body: Data, watch: ProgressWatch, yield: @Sendable (GenerationEvent) -> Void
    ) async throws {
        let response = try await send(body)
        guard response.status == .ok else {
            let said = try await collect(response.body)
            throw ServerErrorAnswer(status: Int(response.status.code), body: said).engineError(engine: engine)
        }
        var accumulator = ChatCompletionAccumulator(
            engine: engine, limit: options.maxAnswerBytes, makeToolCallID: options.makeToolCallID)
        if response.headers.first(name: "content-type")?.hasPrefix("application/json") == true {
            // A server that does not stream: its whole answer is one chunk.
            let whole = try await response.body.collect(upTo: options.maxLineBytes)
            for event in try accumulator.add(String(buffer: whole)) { yield(event) }
        } else {
            try await read(response.body, into: &accumulator, watch: watch, yield: yield)
        }
        for event in try accumulator.endOfStream() { yield(event) }
    }

    private func read(
        _ body: HTTPClientResponse.Body, into accumulator: inout ChatCompletionAccumulator, watch: ProgressWatch,
        yield: @Sendable (GenerationEvent) -> Void
    ) async throws {
        var parser = ServerSentEventParser(limit: options.maxLineBytes)
        var chunks = body.makeAsyncIterator()
        while let chunk = try await next(&chunks) {
            // After the answer only the end of the response is awaited, so that the connection can be used again.
            if accumulator.isFinished { continue }
            let payloads = try parser.parse(chunk.readableBytesView)
            for payload in payloads {
                for event in try accumulator.add(payload) { yield(event) }
            }
            if accumulator.isFinished {
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
        if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
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

    /// The endpoint's base with `/chat/completions`, before its query if it has one.
    private var url: String {
        let parts = endpoint.baseURL.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = String(parts.first ?? "")
        while path.hasSuffix("/") { path.removeLast() }
        if !path.hasSuffix("/chat/completions") { path += "/chat/completions" }
        return parts.count > 1 ? "\(path)?\(parts[1])" : path
    }
}

// MARK: - Errors

extension ChatCompletionExchange {
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
