import Credentials
import Egress
import Foundation
import JSON
import Tasks

/// One server: connected when it is first needed, and again when it has forgotten its client.
actor MCPClient {
    /// What was opened with the server, and ends together.
    private struct Connection {
        /// Tells it from those before and after it.
        let number: Int
        let session: MCPSession
        let sessionID: String?
        let events: EventsTransport?
        /// What holds the streams that stay open for as long as the connection.
        let streams: CancelScope
    }

    private let http: HTTPEndpoint
    private let options: MCPOptions
    private let background: Background
    private let changed: @Sendable () -> Void
    private var connection: Connection?
    private var connectionCount = 0
    /// The era of the last connection, which the next will be of too.
    private var era: MCPSession.Era?
    private var lastID = 0
    private var requestCount = 0
    private var connecting: Signal?
    private var lastFailure: MCPError?
    /// Requests that run over a connection, by its number.
    private var requests: [Int: Int] = [:]
    /// Connections that were given up while requests ran over them, by their numbers, and whether their sessions end then.
    private var left: [Int: Bool] = [:]
    /// The number of the connection whose changes are followed, or that does not offer that.
    private var followed: Int?

    /// - Parameters:
    ///   - background: runs what outlives a call.
    ///   - changed: told when the server has changed its list of tools.
    init(
        _ server: MCPServer, egress: EgressClient, authorizer: Authorizer, options: MCPOptions, clock: TaskClock,
        background: Background, changed: @escaping @Sendable () -> Void
    ) {
        http = HTTPEndpoint(
            server: server, egress: egress, authorizer: authorizer, options: options, clock: clock,
            background: background)
        self.options = options
        self.background = background
        self.changed = changed
    }

    // MARK: What can be asked

    /// All tools of the server.
    ///
    /// - Throws: `MCPError`, or `CancellationError`.
    func tools() async throws -> MCPToolList {
        let known = connection
        let list: MCPToolList
        do {
            list = try await pages()
        } catch let error as MCPError where error.questionsConnection && known != nil {
            // The server may be another one by now, of the other era, or without the session.
            if let known { close(known) }
            era = nil
            list = try await pages()
        }
        if let connection { follow(connection) }
        return list
    }

    private func pages() async throws -> MCPToolList {
        let limit = options.connectTimeout
        return try await http.clock.value(within: limit, orThrow: MCPError.timedOut(limit)) { [options] in
            var listing = ToolListing(options: options)
            var cursor: String?
            while true {
                let page = try await self.ask(
                    "tools/list", cursor.map { ["cursor": .string($0)] } ?? [:], within: limit)
                switch listing.handle(page) {
                case .page(let next): cursor = next
                case .done(let list): return list
                case .failed(let error): throw error
                }
            }
        }
    }

    /// Calls a tool. It is not called twice unless the server says that this is harmless, or has not looked at the call.
    ///
    /// - Parameters:
    ///   - meta: what is to stand in the request's `_meta`: an object.
    ///   - limit: for all of it.
    /// - Throws: `MCPError`, or `CancellationError`.
    func call(
        _ tool: MCPTool, _ arguments: JSONValue, meta: JSONValue = [:], within limit: Duration
    ) async throws -> MCPToolResult {
        try await http.clock.value(within: limit, orThrow: MCPError.timedOut(limit)) { [options, clock = http.clock] in
            var rounds = InputRounds(most: options.mostRounds)
            var params: JSONValue = ["name": .string(tool.name), "arguments": arguments]
            if meta.objectValue?.isEmpty == false { params["_meta"] = meta }
            while true {
                let result = try await self.ask(
                    "tools/call", params, arguments: HeaderArguments(tool.inputSchema).headers(for: arguments),
                    isRepeatable: tool.isReadOnly || tool.isIdempotent, within: limit)
                switch rounds.handle(result) {
                case .done(let result): return try MCPToolResult(result)
                case .failed(let error): throw error
                case .again(let state):
                    try await clock.sleep(options.roundDelay)
                    params["requestState"] = state
                }
            }
        }
    }

    /// Gives up session and streams, unless a request uses them. The next request opens them again.
    func rest() {
        if let connection, requestCount == 0 { close(connection) }
    }

    /// Gives up a connection, and the server's session.
    private func close(_ old: Connection) { leave(old, endsSession: true) }

    /// Gives up a connection, unless another one has taken its place.
    private func forget(_ old: Connection) { leave(old, endsSession: false) }

    /// What runs over a connection runs on: without its stream or session the server would do it, and nobody would learn
    /// that, or be asked for it twice.
    private func leave(_ old: Connection, endsSession: Bool) {
        if connection?.number == old.number { connection = nil }
        if requests[old.number] == nil {
            end(old, endsSession: endsSession)
        } else {
            left[old.number] = endsSession
        }
    }

    private func end(_ old: Connection, endsSession: Bool) {
        old.streams.cancel()
        guard endsSession, let id = old.sessionID else { return }
        background.run { [http] in await http.end(id, [(Envelope.versionHeader, old.session.version)]) }
    }

    private func use(_ connection: Connection) { requests[connection.number, default: 0] += 1 }

    private func endUse(_ connection: Connection) {
        let count = (requests[connection.number] ?? 1) - 1
        requests[connection.number] = count > 0 ? count : nil
        guard count <= 0, let endsSession = left.removeValue(forKey: connection.number) else { return }
        end(connection, endsSession: endsSession)
    }

    // MARK: Requests

    /// Sends a request in the terms of the session, and opens one first if there is none.
    private func ask(
        _ method: String, _ params: JSONValue, arguments: [(String, String)] = [], isRepeatable: Bool = true,
        within limit: Duration
    ) async throws -> JSONValue {
        requestCount += 1
        defer { requestCount -= 1 }
        var isSecond = false
        while true {
            let connection = try await connect()
            use(connection)
            defer { endUse(connection) }
            let heard = await connection.events?.pieceCount
            do {
                return try await send(method, params, arguments, over: connection, within: limit)
            } catch MCPError.sessionExpired where !isSecond {
                // The server has not looked at the request.
                forget(connection)
            } catch MCPError.lost where isRepeatable && !isSecond {
                // `connect` finds out whether the stream has ended.
            } catch let error where method == "tools/list" && Self.leavesRequestRunning(error) {
                // A stream that is open and dead says nothing at all.
                if let events = connection.events, await events.pieceCount == heard { forget(connection) }
                throw error
            }
            isSecond = true
        }
    }

    private func send(
        _ method: String, _ params: JSONValue, _ arguments: [(String, String)], over connection: Connection,
        within limit: Duration
    ) async throws -> JSONValue {
        let session = connection.session
        let envelope = Envelope(era: session.era, version: session.version, client: options.client)
        let id = nextID()
        let message = HTTPEndpoint.Message(
            json: RPCMessage.request(id: id, method, envelope.params(params)), id: id,
            headers: envelope.headers(method, params, arguments: arguments), session: connection.sessionID)
        do {
            return try await deliver(message, id, connection.events, within: limit).result
        } catch {
            if session.era == .handshake, Self.leavesRequestRunning(error) { cancel(id, message, connection.events) }
            throw error
        }
    }

    /// Whether the server may still be at work for nobody. In the new era it learns that from the closed connection.
    private static func leavesRequestRunning(_ error: any Error) -> Bool {
        if case MCPError.timedOut = error { true } else { error is CancellationError }
    }

    private func cancel(_ id: Int, _ message: HTTPEndpoint.Message, _ events: EventsTransport?) {
        let notification = HTTPEndpoint.Message(
            json: RPCMessage.notification(
                "notifications/cancelled", ["requestId": .integer(id), "reason": "Nobody waits for it any more."]),
            headers: message.headers, session: message.session)
        background.run { [http] in
            if let events { try? await events.post(notification) } else { try? await http.post(notification) }
        }
    }

    private func deliver(
        _ message: HTTPEndpoint.Message, _ id: Int, _ events: EventsTransport?, within limit: Duration
    ) async throws -> HTTPEndpoint.Reply {
        if let events {
            return HTTPEndpoint.Reply(result: try await events.answer(to: message, id: id, within: limit))
        }
        return try await http.answer(to: message, id: id, within: limit) { [changed] in Self.note($0, changed) }
    }

    /// Something that the server says without being asked.
    private static func note(_ method: String, _ changed: @Sendable () -> Void) {
        if method == "notifications/tools/list_changed" { changed() }
    }

    private func nextID() -> Int {
        lastID += 1
        return lastID
    }

    // MARK: The beginning

    /// The connection to the server; the first who needs one opens it, and others wait for that.
    private func connect() async throws -> Connection {
        while let known = connection {
            guard let events = known.events, await events.end != nil else { return known }
            forget(known)
        }
        if let connecting {
            await connecting.wait()
            try Task.checkCancellation()
            if let connection { return connection }
            if let lastFailure { throw lastFailure }
            return try await connect()
        }
        let done = Signal()
        connecting = done
        lastFailure = nil
        defer {
            connecting = nil
            done.fire()
        }
        do {
            let opened = try await open()
            connection = opened
            return opened
        } catch {
            lastFailure = error as? MCPError
            throw error
        }
    }

    private func open() async throws -> Connection {
        let streams = CancelScope()
        do {
            return try await open(streams)
        } catch {
            streams.cancel()
            if http.server.transport == .streamableHTTP, case MCPError.refused(let status, _) = error,
                [404, 405].contains(status), let error = error as? MCPError
            {
                throw error.asking("does it speak SSE rather than STREAMABLE_HTTP?")
            }
            throw error
        }
    }

    private func open(_ streams: CancelScope) async throws -> Connection {
        var events: EventsTransport?
        if http.server.transport == .events {
            let transport = EventsTransport(http) { [changed] in Self.note($0, changed) }
            events = transport
            background.run { await streams.run { await transport.run() } }
        }
        var negotiation = EraNegotiation(knownAs: events == nil ? era : .handshake)
        var step = negotiation.start
        var sessionID: String?
        while true {
            switch step {
            case .discover(let version): step = negotiation.handle(await attempt { try await self.discover(version) })
            case .initialize(let version):
                let reply = await attempt { try await self.initialize(version, events) }
                sessionID = try? reply.get().session
                step = negotiation.handle(reply.map(\.result))
            case .failed(let error):
                try Task.checkCancellation()
                era = nil
                throw error
            case .agreed(let session):
                era = session.era
                if session.era == .handshake {
                    let notification = HTTPEndpoint.Message(
                        json: RPCMessage.notification("notifications/initialized"),
                        headers: [(Envelope.versionHeader, session.version)], session: sessionID)
                    if let events { try await events.post(notification) } else { try await http.post(notification) }
                }
                connectionCount += 1
                return Connection(
                    number: connectionCount, session: session, sessionID: sessionID, events: events, streams: streams)
            }
        }
    }

    private func attempt<Value: Sendable>(_ work: () async throws -> Value) async -> Result<Value, MCPError> {
        do {
            return .success(try await work())
        } catch let error as MCPError {
            return .failure(error)
        } catch {
            return .failure(.lost("it was given up"))
        }
    }

    private func discover(_ version: String) async throws -> JSONValue {
        let envelope = Envelope(era: .stateless, version: version, client: options.client)
        let id = nextID()
        return try await http.answer(
            to: HTTPEndpoint.Message(
                json: RPCMessage.request(id: id, "server/discover", envelope.params([:])), id: id,
                headers: envelope.headers("server/discover", [:])), id: id, within: options.discoveryTimeout
        ) { _ in }.result
    }

    private func initialize(_ version: String, _ events: EventsTransport?) async throws -> HTTPEndpoint.Reply {
        let id = nextID()
        return try await deliver(
            HTTPEndpoint.Message(
                json: RPCMessage.request(id: id, "initialize", Envelope.initialize(version, client: options.client)),
                id: id), id, events, within: options.connectTimeout)
    }

    // MARK: Changes

    /// Follows changes of the list, where the server tells of them.
    private func follow(_ connection: Connection) {
        let session = connection.session
        guard session.tellsOfChanges, connection.events == nil, followed != connection.number,
            session.era == .stateless || connection.sessionID != nil
        else { return }
        followed = connection.number
        let listener = ChangeListener(
            http: http, session: session, sessionID: connection.sessionID, id: nextID(), client: options.client,
            changed: changed)
        background.run { [weak self] in
            await connection.streams.run { [weak self] in
                if await listener.run() == .broken { await self?.unfollow(connection.number) }
            }
        }
    }

    /// With the next list it is tried again.
    private func unfollow(_ number: Int) { if followed == number { followed = nil } }
}

/// Runs work that outlives whoever begins it, until the pool ends.
struct Background: Sendable {
    typealias Job = @Sendable () async -> Void

    private let jobs: AsyncStream<Job>.Continuation

    init(_ jobs: AsyncStream<Job>.Continuation) { self.jobs = jobs }

    /// Whether the work was begun; it is not once the pool has ended.
    @discardableResult
    func run(_ job: @escaping Job) -> Bool {
        if case .enqueued = jobs.yield(job) { true } else { false }
    }
}
