import Credentials
import Egress
import JSON
import Logging
import Synchronization
import Tasks

/// The servers of all calls of a process: one connection for each, opened ahead, and its list of tools at hand.
///
/// A call asks for `snapshot`, which never waits. `run` must run for as long as anything is asked.
public final class MCPPool: Sendable {
    private let egress: EgressClient
    private let authorizer: Authorizer
    private let options: MCPOptions
    private let clock: TaskClock
    private let logger: Logger
    private let servers = Mutex<[MCPServer: PooledServer]>([:])
    private let jobs: AsyncStream<Background.Job>
    private let newJobs: AsyncStream<Background.Job>.Continuation

    /// Connects to nothing yet.
    ///
    /// - Parameters:
    ///   - egress: sends the requests; not shut down here.
    ///   - authorizer: says what they carry; nil for one of the pool's own.
    public init(
        egress: EgressClient, authorizer: Authorizer? = nil, options: MCPOptions = MCPOptions(),
        clock: TaskClock = .continuous(), logger: Logger
    ) {
        self.egress = egress
        self.authorizer = authorizer ?? Authorizer(clock: clock) { try await egress.send($0) }
        self.options = options
        self.clock = clock
        self.logger = logger
        // Bounded by the servers: each has at most one request for its list, two waits for one and two streams at a time,
        // what its calls post, and `mostReplies` answers to its own requests.
        (jobs, newJobs) = AsyncStream.makeStream()
    }

    /// Does what happens in the background, until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.sweep() }
            for await job in jobs { group.addTask(operation: job) }
            group.cancelAll()
            newJobs.finish()
        }
    }

    /// What is known of a server now. When that is old, it is asked for a new list meanwhile.
    public func snapshot(_ server: MCPServer) -> MCPSnapshot { pooled(server).snapshot() }

    /// A new list of a server's tools.
    ///
    /// - Throws: `MCPError`, or `CancellationError`.
    public func tools(of server: MCPServer) async throws -> MCPToolList { try await pooled(server).tools() }

    /// Calls a tool.
    ///
    /// - Parameters:
    ///   - meta: what is to stand in the request's `_meta`: an object.
    ///   - limit: for all of it.
    /// - Throws: `MCPError`, or `CancellationError`.
    public func call(
        _ tool: MCPTool, of server: MCPServer, _ arguments: JSONValue, meta: JSONValue = [:], within limit: Duration
    ) async throws -> MCPToolResult {
        try await pooled(server).call(tool, arguments, meta: meta, within: limit)
    }

    /// Drops a server that is not wanted any more; its connection closes once the calls that use it have ended.
    public func forget(_ server: MCPServer) {
        servers.withLock { $0.removeValue(forKey: server) }?.retire()
    }

    /// Closes connections that no call has wanted for long, again and again.
    private func sweep() async {
        while (try? await clock.sleep(options.sweepTime)) != nil {
            let now = clock.elapsed()
            let idle = servers.withLock { $0.values.filter { $0.idle(at: now) ?? .zero >= options.idleTime } }
            for server in idle { await server.rest() }
        }
    }

    private func pooled(_ server: MCPServer) -> PooledServer {
        let now = clock.elapsed()
        let (pooled, oldest) = servers.withLock { servers -> (PooledServer, PooledServer?) in
            if let known = servers[server] { return (known, nil) }
            var gone: PooledServer?
            if servers.count >= options.mostServers {
                let idle = servers.compactMap { server, pooled in pooled.idle(at: now).map { (server, $0) } }
                if let oldest = idle.max(by: { $0.1 < $1.1 })?.0 { gone = servers.removeValue(forKey: oldest) }
            }
            let new = PooledServer(
                server, egress: egress, authorizer: authorizer, options: options, clock: clock, logger: logger,
                background: Background(newJobs))
            servers[server] = new
            return (new, gone)
        }
        oldest?.retire()
        return pooled
    }
}

/// One server of the pool.
final class PooledServer: Sendable {
    private struct State {
        var health: ServerHealth
        /// Fired when the request for the list that is under way has ended.
        var asked: Signal?
        var last: Result<MCPToolList, MCPError>?
        var callCount = 0
        /// Whether the pool has it no more.
        var isRetired = false
        /// What the log has last been told of it.
        var note = ""

        /// Whether somebody waits for the server.
        var isInUse: Bool { callCount > 0 || health.isAsking }
    }

    private let client: MCPClient
    private let server: MCPServer
    private let clock: TaskClock
    private let logger: Logger
    private let background: Background
    private let state: Mutex<State>
    private let changes: ChangeSink

    init(
        _ server: MCPServer, egress: EgressClient, authorizer: Authorizer, options: MCPOptions, clock: TaskClock,
        logger: Logger, background: Background
    ) {
        self.server = server
        self.clock = clock
        self.logger = logger
        self.background = background
        state = Mutex(State(health: ServerHealth(options: options)))
        let changes = ChangeSink()
        self.changes = changes
        client = MCPClient(
            server, egress: egress, authorizer: authorizer, options: options, clock: clock, background: background,
            changed: { changes.owner.withLock { $0.value?.noteDoubt() } })
        changes.owner.withLock { $0.value = self }
    }

    /// For how long no call has wanted it; nil while one uses it.
    func idle(at now: Duration) -> Duration? { state.withLock { $0.isInUse ? nil : now - $0.health.lastUse } }

    func snapshot() -> MCPSnapshot {
        let now = clock.elapsed()
        return asking { state in
            let isDue = state.health.use(at: now)
            return (state.health.snapshot, isDue)
        }
    }

    func tools() async throws -> MCPToolList {
        let now = clock.elapsed()
        let done = asking { state in
            let isDue = state.health.demand(at: now)
            let done = isDue ? Signal() : state.asked ?? Signal()
            state.asked = done
            return (done, isDue)
        }
        await done.wait()
        try Task.checkCancellation()
        return try (state.withLock(\.last) ?? .failure(.lost("it was given up"))).get()
    }

    // MARK: The list

    /// Changes the state, and asks for the list if the result says so.
    private func asking<Value: Sendable>(_ change: (inout State) -> (Value, Bool)) -> Value {
        let (value, isDue) = state.withLock { state in
            let (value, isDue) = change(&state)
            if isDue, state.asked == nil { state.asked = Signal() }
            return (value, isDue)
        }
        if isDue, !background.run({ await self.ask() }) { end(.failure(.lost("the pool has ended"))) }
        return value
    }

    private func ask() async {
        do {
            end(.success(try await client.tools()))
        } catch {
            end(.failure(error as? MCPError ?? .lost("it was given up")))
        }
    }

    private func end(_ result: Result<MCPToolList, MCPError>) {
        let now = clock.elapsed()
        let (pause, note, asked) = state.withLock { state -> (Duration?, String?, Signal?) in
            state.last = result
            let pause = state.health.end(result, at: now)
            let note = Self.note(result)
            defer { (state.note, state.asked) = (note, nil) }
            return (pause, note.isEmpty || note == state.note ? nil : note, state.asked)
        }
        // Whoever has the list finds its faults in the log.
        if let note { logger.warning("\(note)", metadata: ["server": "\(server)"]) }
        asked?.fire()
        if let pause { followDoubt(after: pause) }
        closeIfOver()
    }

    /// What there is to say of a list, in one line; empty for nothing.
    private static func note(_ result: Result<MCPToolList, MCPError>) -> String {
        switch result {
        case .success(let list) where list.warnings.isEmpty: ""
        case .success(let list): "Tools of an MCP server: \(list.warnings.joined(separator: "; "))."
        case .failure(let error): "An MCP server has no list of tools: \(error)."
        }
    }

    private func noteDoubt() {
        let now = clock.elapsed()
        if let pause = state.withLock({ $0.health.doubt(at: now) }) { followDoubt(after: pause) }
    }

    private func followDoubt(after pause: Duration) {
        background.run {
            if pause > .zero { try? await self.clock.sleep(pause) }
            let now = self.clock.elapsed()
            self.asking { state in ((), !state.isRetired && state.health.followDoubt(at: now)) }
        }
    }

    // MARK: Calls

    func call(
        _ tool: MCPTool, _ arguments: JSONValue, meta: JSONValue, within limit: Duration
    ) async throws -> MCPToolResult {
        state.withLock { $0.callCount += 1 }
        defer {
            state.withLock { $0.callCount -= 1 }
            closeIfOver()
        }
        do {
            return try await client.call(tool, arguments, meta: meta, within: limit)
        } catch let error as MCPError {
            let now = clock.elapsed()
            if case .unreachable = error {
                state.withLock { $0.health.lose(error, at: now) }
            } else if error.leavesDoubt {
                noteDoubt()
            }
            throw error
        }
    }

    // MARK: The end

    /// The pool has it no more.
    func retire() {
        state.withLock { $0.isRetired = true }
        closeIfOver()
    }

    private func closeIfOver() {
        if state.withLock({ $0.isRetired && !$0.isInUse }) { background.run { await self.rest() } }
    }

    /// Closes the connection until a call wants it.
    func rest() async { await client.rest() }
}

/// Lets a client, which is made first, reach its server in the pool.
private final class ChangeSink: Sendable {
    struct Owner {
        weak var value: PooledServer?
    }

    let owner = Mutex(Owner())
}
