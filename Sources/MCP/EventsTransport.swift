import Egress
import EventStream
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import Tasks

/// The transport of 2024: a stream of events from the server, which begins with the endpoint that messages are posted to.
actor EventsTransport {
    private struct Waiting {
        let done = Signal()
        var reply: Result<JSONValue, MCPError>?
    }

    private let http: HTTPEndpoint
    private let notice: @Sendable (String) -> Void
    private let opened = Signal()
    private var parser: ServerSentEventParser
    private var endpoint: String?
    private var waiting: [Int: Waiting] = [:]
    /// Why there is no stream any more; nil while there is one.
    private(set) var end: MCPError?
    /// How often the stream has brought something.
    private(set) var pieceCount = 0

    /// - Parameter notice: told of what the server says without being asked.
    init(_ http: HTTPEndpoint, notice: @escaping @Sendable (String) -> Void) {
        self.http = http
        self.notice = notice
        parser = ServerSentEventParser(limit: http.options.longestAnswer)
    }

    /// Holds the stream until it ends or the task is cancelled; then everything that waits fails.
    func run() async {
        let limit = http.options.connectTimeout
        let request = http.request(
            .GET, http.server.url, [], accept: "text/event-stream", within: limit, longest: .max)
        do {
            try await http.events(request, within: limit) { try await self.take($0) }
            finish(.lost("the server ended the stream"))
        } catch let error as MCPError {
            finish(error.asking("does it speak STREAMABLE_HTTP rather than SSE?"))
        } catch {
            finish(.lost("the connection was given up"))
        }
    }

    private func finish(_ error: MCPError) {
        end = end ?? error
        opened.fire()
        for id in waiting.keys { settle(id, .failure(error)) }
    }

    private func take(_ bytes: ByteBuffer) throws {
        pieceCount += 1
        let events: [ServerSentEvent]
        do {
            events = try parser.parse(bytes.readableBytesView)
        } catch {
            throw MCPError.tooLarge(limit: error.limit)
        }
        for event in events { try take(event) }
    }

    private func take(_ event: ServerSentEvent) throws {
        switch event.name {
        case "endpoint":
            guard endpoint == nil else { return }
            endpoint = try Self.endpoint(event.data, of: http.server.url)
            opened.fire()
        case "message" where !event.data.isEmpty:
            // One event that is none ends neither the stream nor the calls that wait for others.
            guard let message = try? RPCMessage(Data(event.data.utf8), limits: http.options.limits) else { return }
            switch message {
            case .result(let id, let result): settle(id, .success(result))
            case .error(let id?, let error): settle(id, .failure(.rpc(error)))
            case .error(nil, _): break
            case .request(let id, let method):
                if let endpoint {
                    http.reply(HTTPEndpoint.Message(json: RPCMessage.answer(to: method, id: id)), to: endpoint)
                }
            case .notification(let method): notice(method)
            }
        default: break
        }
    }

    private func settle(_ id: JSONValue, _ reply: Result<JSONValue, MCPError>) {
        guard let id = id.intValue else { return }
        settle(id, reply)
    }

    private func settle(_ id: Int, _ reply: Result<JSONValue, MCPError>) {
        guard let entry = waiting[id], entry.reply == nil else { return }
        waiting[id]?.reply = reply
        entry.done.fire()
    }

    /// Posts a request and waits for its answer on the stream.
    ///
    /// - Throws: `MCPError`, or `CancellationError`.
    func answer(to message: HTTPEndpoint.Message, id: Int, within limit: Duration) async throws -> JSONValue {
        try await http.clock.value(within: limit, orThrow: MCPError.timedOut(limit)) {
            try await self.exchange(message, id, within: limit)
        }
    }

    private func exchange(
        _ message: HTTPEndpoint.Message, _ id: Int, within limit: Duration
    ) async throws -> JSONValue {
        let endpoint = try await ready()
        let entry = Waiting()
        waiting[id] = entry
        let posting = CancelScope()
        defer {
            // Once the answer is there, the server may take its time to say that it has the message.
            if waiting[id]?.reply == nil { posting.cancel() }
            waiting[id] = nil
        }
        let isPosting = http.background.run {
            await posting.run {
                do {
                    try await self.http.post(message, to: endpoint, within: limit)
                } catch {
                    await self.settle(id, .failure(error as? MCPError ?? .lost("the message was given up")))
                }
            }
        }
        guard isPosting else { throw MCPError.lost("the pool has ended") }
        await entry.done.wait()
        try Task.checkCancellation()
        return try (waiting[id]?.reply ?? .failure(.lost("the stream ended"))).get()
    }

    /// Posts what has no answer.
    func post(_ message: HTTPEndpoint.Message) async throws { try await http.post(message, to: try await ready()) }

    private func ready() async throws -> String {
        await opened.wait()
        try Task.checkCancellation()
        if let end { throw end }
        guard let endpoint else { throw MCPError.notMCP("a stream without an endpoint") }
        return endpoint
    }

    /// The URL for messages, which must lead to the same server: everything that is sent there carries its credentials.
    static func endpoint(_ text: String, of stream: String) throws(MCPError) -> String {
        guard let base = URL(string: stream), let url = URL(string: text, relativeTo: base)?.absoluteURL,
            url.scheme == base.scheme, url.host() == base.host(), Self.port(of: url) == Self.port(of: base)
        else { throw .notMCP("a stream whose endpoint is on another server") }
        return url.absoluteString
    }

    private static func port(of url: URL) -> Int { url.port ?? (url.scheme?.lowercased() == "https" ? 443 : 80) }
}
