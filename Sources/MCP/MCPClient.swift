import Credentials
import Egress
import Foundation
import JSON
import Tasks

/// One server: connected when it is first needed, and again when it has forgotten its client.
public actor MCPClient {
    /// Tells how far a tool has come, in the server's words.
    public typealias Progress = @Sendable (String) -> Void

    private let http: HTTPEndpoint
    private let options: MCPOptions
    private let background: Background
    private let changed: @Sendable () -> Void
    private var session: MCPSession?
    private var sessionID: String?
    /// The era of the last connection, which the next will be of too.
    private var era: MCPSession.Era?
    private var events: EventsTransport?
    private var lastID = 0
    private var connecting: Signal?
    private var lastFailure: MCPError?
    private var progress: [Int: Progress] = [:]
    private var isListening = false
    /// What holds the streams that stay open for as long as the session.
    private var streams = CancelScope()

    /// - Parameters:
    ///   - background: runs what outlives a call.
    ///   - changed: told when the server has changed its list of tools.
    init(
        _ server: MCPServer, egress: EgressClient, authorizer: Authorizer, options: MCPOptions, clock: TaskClock,
        background: Background, changed: @escaping @Sendable () -> Void
    ) {
        http = HTTPEndpoint(
            server: server, egress: egress, authorizer: authorizer, options: options, clock: clock)
        self.options = options
        self.background = background
        self.changed = changed
    }

    // MARK: What can be asked

    /// All tools of the server.
    ///
    /// - Throws: `MCPError`, or `CancellationError`.
    func tools() async throws -> MCPToolList {
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
    ///   - progress: told how far the tool has come.
    /// - Throws: `MCPError`, or `CancellationError`.
    func call(
        _ tool: MCPTool, _ arguments: JSONValue, meta: JSONValue = [:], within limit: Duration, progress: Progress?
    ) async throws -> MCPToolResult {
        try await http.clock.value(within: limit, orThrow: MCPError.timedOut(limit)) { [options, clock = http.clock] in
            var rounds = InputRounds(most: options.mostRounds)
            var params: JSONValue = ["name": .string(tool.name), "arguments": arguments]
            if meta.objectValue?.isEmpty == false { params["_meta"] = meta }
            while true {
                let result = try await self.ask(
                    "tools/call", params, arguments: HeaderArguments(tool.inputSchema).headers(for: arguments),
                    isRepeatable: tool.isReadOnly || tool.isIdempotent, within: limit, progress: progress)
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

    /// Gives up session and streams. The client can be used again.
    func close() {
        if let sessionID, let envelope {
            background.run { [http] in
                await http.end(sessionID, [(Envelope.versionHeader, envelope.version)])
            }
        }
        forget()
    }

    private func forget() {
        streams.cancel()
        streams = CancelScope()
        session = nil
        sessionID = nil
        events = nil
    }

    // MARK: Requests

    /// Sends a request in the terms of the session, and opens one first if there is none.
    private func ask(
        _ method: String, _ params: JSONValue, arguments: [(String, String)] = [], isRepeatable: Bool = true,
        within limit: Duration, progress: Progress? = nil
    ) async throws -> JSONValue {
        var isSecond = false
        while true {
            let session = try await connect()
            do {
                return try await send(method, params, arguments, session, within: limit, progress)
            } catch MCPError.sessionExpired where !isSecond {
                // The server has not looked at the request.
                if self.session == session { forget() }
            } catch MCPError.lost where isRepeatable && !isSecond {
                if await events?.end != nil { forget() }
            }
            isSecond = true
        }
    }

    private func send(
        _ method: String, _ params: JSONValue, _ arguments: [(String, String)], _ session: MCPSession,
        within limit: Duration, _ progress: Progress?
    ) async throws -> JSONValue {
        let envelope = Envelope(era: session.era, version: session.version, client: options.client)
        let id = nextID()
        var params = params
        if let progress {
            var meta = params["_meta"] ?? [:]
            meta["progressToken"] = .integer(id)
            params["_meta"] = meta
            self.progress[id] = progress
        }
        defer { self.progress[id] = nil }
        let message = HTTPEndpoint.Message(
            json: RPCMessage.request(id: id, method, envelope.params(params)), id: id,
            headers: envelope.headers(method, params, arguments: arguments), session: sessionID)
        do {
            return try await deliver(message, id, within: limit).result
        } catch {
            if session.era == .handshake, Self.leavesRequestRunning(error) { cancel(id, message) }
            throw error
        }
    }

    /// Whether the server may still be at work for nobody. In the new era it learns that from the closed connection.
    private static func leavesRequestRunning(_ error: any Error) -> Bool {
        if case MCPError.timedOut = error { true } else { error is CancellationError }
    }

    private func cancel(_ id: Int, _ message: HTTPEndpoint.Message) {
        let notification = HTTPEndpoint.Message(
            json: RPCMessage.notification(
                "notifications/cancelled", ["requestId": .integer(id), "reason": "Nobody waits for it any more."]),
            headers: message.headers, session: message.session)
        background.run { [http, events] in
            if let events { try? await events.post(notification) } else { try? await http.post(notification) }
        }
    }

    private func deliver(
        _ message: HTTPEndpoint.Message, _ id: Int, within limit: Duration
    ) async throws -> HTTPEndpoint.Reply {
        if let events {
            return HTTPEndpoint.Reply(result: try await events.answer(to: message, id: id, within: limit))
        }
        return try await http.answer(to: message, id: id, within: limit) { [weak self] method, params in
            await self?.note(method, params)
        }
    }

    private func note(_ method: String, _ params: JSONValue) {
        switch method {
        case "notifications/tools/list_changed": changed()
        case "notifications/progress":
            guard let id = params["progressToken"]?.intValue, let told = progress[id] else { return }
            told(params["message"]?.stringValue ?? params["progress"]?.text ?? "")
        default: break
        }
    }

    private func nextID() -> Int {
        lastID += 1
        return lastID
    }

    private var envelope: Envelope? {
        session.map { Envelope(era: $0.era, version: $0.version, client: options.client) }
    }

    // MARK: The beginning

    /// The session with the server; the first who needs one opens it, and others wait for that.
    func connect() async throws -> MCPSession {
        if let events, await events.end != nil { forget() }
        if let session { return session }
        if let connecting {
            await connecting.wait()
            try Task.checkCancellation()
            if let session { return session }
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
            return try await open()
        } catch {
            lastFailure = error as? MCPError
            forget()
            throw error
        }
    }

    private func open() async throws -> MCPSession {
        if http.server.transport == .events {
            let transport = EventsTransport(http) { [weak self] method, params in
                await self?.note(method, params)
            }
            events = transport
            background.run { [streams] in await streams.run { await transport.run() } }
        }
        var negotiation = EraNegotiation(knownAs: events == nil ? era : .handshake)
        var step = negotiation.start
        while true {
            switch step {
            case .discover(let version): step = negotiation.handle(await attempt { try await self.discover(version) })
            case .initialize(let version):
                step = negotiation.handle(await attempt { try await self.initialize(version) })
            case .failed(let error):
                try Task.checkCancellation()
                era = nil
                throw error
            case .agreed(let agreed):
                era = agreed.era
                if agreed.era == .handshake {
                    let notification = HTTPEndpoint.Message(
                        json: RPCMessage.notification("notifications/initialized"),
                        headers: [(Envelope.versionHeader, agreed.version)], session: sessionID)
                    if let events { try await events.post(notification) } else { try await http.post(notification) }
                }
                session = agreed
                listen(agreed)
                return agreed
            }
        }
    }

    private func attempt(_ work: () async throws -> JSONValue) async -> Result<JSONValue, MCPError> {
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
        ) { _, _ in }.result
    }

    private func initialize(_ version: String) async throws -> JSONValue {
        let id = nextID()
        let reply = try await deliver(
            HTTPEndpoint.Message(
                json: RPCMessage.request(id: id, "initialize", Envelope.initialize(version, client: options.client)),
                id: id), id, within: options.connectTimeout)
        sessionID = reply.session
        return reply.result
    }

    // MARK: Changes

    /// Follows changes of the list, where the server tells of them. When that ends, the list is asked for again in time.
    private func listen(_ session: MCPSession) {
        guard session.tellsOfChanges, events == nil, !isListening,
            session.era == .stateless || sessionID != nil
        else { return }
        isListening = true
        let id = nextID()
        background.run { [weak self, streams, http, options, changed, sessionID] in
            let listener = ChangeListener(
                http: http, session: session, sessionID: sessionID, id: id, client: options.client, changed: changed)
            await streams.run { await listener.run() }
            await self?.endListening()
        }
    }

    private func endListening() { isListening = false }
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
