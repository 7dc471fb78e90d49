import Credentials
import Egress
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Synchronization
import Tasks

/// Sends messages to one server over HTTP, and reads what it answers.
struct HTTPEndpoint: Sendable {
    let server: MCPServer
    let egress: EgressClient
    let authorizer: Authorizer
    let options: MCPOptions
    let clock: TaskClock
    let background: Background
    let replyCount = Counter()

    /// What came with the answer to a request.
    struct Reply: Sendable {
        var result: JSONValue
        /// The session that the server has opened; nil for none.
        var session: String?
    }

    /// A message that has been written out.
    struct Message: Sendable {
        var json: JSONValue
        /// The id of a request; nil for anything else.
        var id: Int?
        var headers: [(String, String)] = []
        var session: String?
    }

    static let accepted = "application/json, text/event-stream"

    func request(
        _ method: HTTPMethod, _ url: String, _ headers: [(String, String)], session: String? = nil, body: Data? = nil,
        accept: String = Self.accepted, within limit: Duration, longest: Int
    ) -> EgressRequest {
        var fields = HTTPHeaders(headers)
        fields.add(name: "Accept", value: accept)
        if body != nil { fields.add(name: "Content-Type", value: "application/json") }
        if let session { fields.add(name: Envelope.sessionHeader, value: session) }
        // The configuration's own come last, and count.
        for (name, value) in server.headers { fields.replaceOrAdd(name: name, value: value) }
        var request = EgressRequest(method, url, headers: fields, body: body, timeout: limit, longestAnswer: longest)
        request.acceptsCompression = server.acceptsCompression
        return request
    }

    private func streaming<Value: Sendable>(
        _ request: EgressRequest, _ read: @Sendable (EgressHead, EgressBody) async throws -> Value
    ) async throws -> Value {
        try await authorizer.stream(request, as: server.credential, over: egress, read)
    }

    // MARK: Streamable HTTP

    /// Posts a request and waits for its answer. Cancelling the task closes the connection.
    ///
    /// - Parameter notice: told of what the server says on the way.
    /// - Throws: `MCPError`, or `CancellationError`.
    func answer(
        to message: Message, id: Int, within limit: Duration, notice: @escaping @Sendable (String) -> Void
    ) async throws -> Reply {
        try await failing(within: limit) {
            let request = self.request(
                .POST, server.url, message.headers, session: message.session, body: message.json.data, within: limit,
                longest: options.longestAnswer)
            var stream = ReplyStream(for: id, options: options)
            let (first, session) = try await streaming(request) { [stream] head, body in
                let session = head.headers.first(name: Envelope.sessionHeader)
                let outcome = try await self.read(
                    head, body, stream, hasSession: message.session != nil, message, notice: notice)
                return (outcome, session)
            }
            var step = first.step
            stream = first.stream
            while case .resume(let delay, let eventID) = step {
                try await clock.sleep(delay)
                let resumed = try await resume(stream, after: eventID, message, limit, notice)
                (step, stream) = (resumed.step, resumed.stream)
            }
            guard case .reply(let result) = step else { throw MCPError.lost("the stream ended") }
            return Reply(result: try result.get(), session: session)
        }
    }

    private struct Outcome: Sendable {
        var step: ReplyStream.Step
        var stream: ReplyStream
    }

    private func read(
        _ head: EgressHead, _ body: EgressBody, _ stream: ReplyStream, hasSession: Bool, _ message: Message,
        notice: @escaping @Sendable (String) -> Void
    ) async throws -> Outcome {
        switch AnswerHead(head) {
        case .events: return try await follow(body, stream, message, notice)
        case .json:
            let bytes = try await whole(body)
            switch try RPCMessage(bytes, limits: options.limits) {
            case .result(let id, let result) where message.id.map(id.names) ?? false:
                return Outcome(step: .reply(.success(result)), stream: stream)
            case .error(_, let error):
                return Outcome(step: .reply(.failure(.rpc(error))), stream: stream)
            default: throw MCPError.notMCP("a message that answers something else")
            }
        case .accepted: throw MCPError.notMCP("no answer, but HTTP \(head.status.code)")
        case .failed(let error): throw error
        case .refusal(let status):
            throw AnswerHead.error(
                status: status, mediaType: head.mediaType, body: try await whole(body), hasSession: hasSession,
                limits: options.limits)
        }
    }

    private func follow(
        _ body: EgressBody, _ stream: ReplyStream, _ message: Message, _ notice: @escaping @Sendable (String) -> Void
    ) async throws -> Outcome {
        var stream = stream
        var reason = "the stream ended without an answer"
        do {
            for try await piece in body {
                for step in stream.take(piece.readableBytesView) {
                    switch step {
                    case .reply, .resume: return Outcome(step: step, stream: stream)
                    case .notice(let method): notice(method)
                    case .send(let answer):
                        reply(Message(json: answer, headers: message.headers, session: message.session))
                    }
                }
            }
        } catch let error as EgressError {
            guard error.isBreak else { throw error }
            reason = error.description
        }
        return Outcome(step: stream.ended(reason), stream: stream)
    }

    private func resume(
        _ stream: ReplyStream, after eventID: String, _ message: Message, _ limit: Duration,
        _ notice: @escaping @Sendable (String) -> Void
    ) async throws -> Outcome {
        let request = request(
            .GET, server.url, message.headers + [("Last-Event-ID", eventID)], session: message.session,
            accept: "text/event-stream", within: limit, longest: options.longestAnswer)
        var stream = stream
        do {
            return try await streaming(request) { [stream] head, body in
                guard AnswerHead(head) == .events else {
                    throw MCPError.lost("the server does not go on with its answer (HTTP \(head.status.code))")
                }
                return try await self.follow(body, stream, message, notice)
            }
        } catch let error as EgressError {
            return Outcome(step: stream.ended(error.description), stream: stream)
        }
    }

    /// Posts what has no answer.
    ///
    /// - Throws: `MCPError`, or `CancellationError`.
    func post(_ message: Message, to url: String? = nil, within limit: Duration? = nil) async throws {
        let limit = limit ?? options.courtesyTimeout
        try await failing(within: limit) {
            let request = self.request(
                .POST, url ?? server.url, message.headers, session: message.session, body: message.json.data,
                within: limit, longest: options.longestAnswer)
            let answer = try await authorizer.send(request, as: server.credential)
            switch AnswerHead(answer.head) {
            case .accepted, .json, .events: break
            // Some servers answer with content that nobody wants, such as “Accepted”.
            case .failed(.notMCP) where answer.head.status.code < 300: break
            case .failed(let error): throw error
            case .refusal(let status):
                throw AnswerHead.error(
                    status: status, mediaType: answer.head.mediaType, body: answer.body,
                    hasSession: message.session != nil, limits: options.limits)
            }
        }
    }

    /// Answers a request of the server's, in the background: nothing waits for how it takes that.
    func reply(_ message: Message, to url: String? = nil) {
        guard replyCount.add(1) <= options.mostReplies else {
            replyCount.add(-1)
            return
        }
        let hasBegun = background.run {
            try? await post(message, to: url)
            replyCount.add(-1)
        }
        if !hasBegun { replyCount.add(-1) }
    }

    /// Ends a session, if the server lets it be ended.
    func end(_ session: String, _ headers: [(String, String)]) async {
        let request = request(
            .DELETE, server.url, headers, session: session, within: options.courtesyTimeout,
            longest: options.longestAnswer)
        _ = try? await authorizer.send(request, as: server.credential)
    }

    // MARK: Long streams

    /// Reads a stream of events until it ends, which may take days.
    ///
    /// - Throws: `MCPError`, or `CancellationError`.
    func events(
        _ request: EgressRequest, within limit: Duration, _ take: @escaping @Sendable (ByteBuffer) async throws -> Void
    ) async throws {
        try await mapping(limit) {
            try await streaming(request) { head, body in
                switch AnswerHead(head) {
                case .events:
                    do {
                        for try await piece in body { try await take(piece) }
                    } catch let error as EgressError where error.isBreak {
                        throw MCPError.lost(error.description)
                    }
                case .json, .accepted: throw MCPError.notMCP("no stream of events")
                case .failed(let error): throw error
                case .refusal(let status):
                    throw AnswerHead.error(
                        status: status, mediaType: head.mediaType, body: try await self.whole(body),
                        hasSession: false, limits: options.limits)
                }
            }
        }
    }

    // MARK: Helpers

    private func whole(_ body: EgressBody) async throws -> Data {
        var data = Data()
        for try await piece in body { data.append(contentsOf: piece.readableBytesView) }
        return data
    }

    private func failing<Value: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await mapping(limit) {
            try await clock.value(within: limit, orThrow: MCPError.timedOut(limit), work)
        }
    }

    private func mapping<Value: Sendable>(_ limit: Duration, _ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as EgressError {
            try Task.checkCancellation()
            throw MCPError(error, limit: limit)
        } catch let error as AuthorizationError {
            throw MCPError.unreachable(error.description)
        }
    }
}

/// How much of something is under way.
final class Counter: Sendable {
    private let count = Mutex(0)

    /// What it is after this.
    @discardableResult
    func add(_ difference: Int) -> Int {
        count.withLock { count in
            count += difference
            return count
        }
    }
}

extension EgressError {
    /// Whether the connection broke within an answer. Without its proper end an answer is not valid HTTP either.
    fileprivate var isBreak: Bool {
        switch self {
        case .interrupted, .malformed: true
        default: false
        }
    }
}
