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
        // Bounded by the servers: each has at most one request for its list and two streams at a time, and the
        // cancellations of tools, which are short.
        (jobs, newJobs) = AsyncStream.makeStream()
    }

    /// Does what happens in the background, until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
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
    ///   - progress: told how far the tool has come, in the server's words.
    /// - Throws: `MCPError`, or `CancellationError`.
    public func call(
        _ tool: MCPTool, of server: MCPServer, _ arguments: JSONValue, meta: JSONValue = [:], within limit: Duration,
        progress: MCPClient.Progress? = nil
    ) async throws -> MCPToolResult {
        try await pooled(server).call(tool, arguments, meta: meta, within: limit, progress: progress)
    }

    /// Closes the connection to a server that is not wanted any more.
    public func forget(_ server: MCPServer) {
        let gone = servers.withLock { $0.removeValue(forKey: server) }
        if let gone { newJobs.yield { await gone.close() } }
    }

    private func pooled(_ server: MCPServer) -> PooledServer {
        let now = clock.elapsed()
        let (pooled, idle) = servers.withLock { servers in
            if let known = servers[server] { return (known, [PooledServer]()) }
            let idle = servers.filter { $0.value.idleSince(now) >= options.idleTime }
            for server in idle.keys { servers[server] = nil }
            var gone = Array(idle.values)
            if servers.count >= options.mostServers,
                let oldest = servers.max(by: { $0.value.idleSince(now) < $1.value.idleSince(now) })
            {
                servers[oldest.key] = nil
                gone.append(oldest.value)
            }
            let new = PooledServer(
                server, egress: egress, authorizer: authorizer, options: options, clock: clock, logger: logger,
                background: Background(newJobs))
            servers[server] = new
            return (new, gone)
        }
        for server in idle { newJobs.yield { await server.close() } }
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

        /// Asking has ended: whether it is to be done again.
        mutating func end(_ result: Result<MCPToolList, MCPError>, at now: Duration) -> Bool {
            last = result
            guard !health.end(result, at: now) else { return true }
            asked?.fire()
            asked = nil
            return false
        }
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
            changed: { changes.owner.withLock { $0.value?.noteChange() } })
        changes.owner.withLock { $0.value = self }
    }

    func idleSince(_ now: Duration) -> Duration { state.withLock { now - $0.health.lastUse } }

    func snapshot() -> MCPSnapshot {
        let now = clock.elapsed()
        let (snapshot, isDue) = state.withLock { state in
            let isDue = state.health.use(at: now)
            if isDue { state.asked = Signal() }
            return (state.health.snapshot, isDue)
        }
        if isDue { ask() }
        return snapshot
    }

    func tools() async throws -> MCPToolList {
        let now = clock.elapsed()
        let (done, isDue) = state.withLock { state in
            let isDue = state.health.demand(at: now)
            let done = isDue ? Signal() : state.asked ?? Signal()
            state.asked = done
            return (done, isDue)
        }
        if isDue { ask() }
        await done.wait()
        try Task.checkCancellation()
        return try (state.withLock(\.last) ?? .failure(.lost("it was given up"))).get()
    }

    private func noteChange() {
        let isDue = state.withLock { state in
            let isDue = state.health.change()
            if isDue { state.asked = Signal() }
            return isDue
        }
        if isDue { ask() }
    }

    private func ask() {
        guard !background.run({ await self.askNow() }) else { return }
        let now = clock.elapsed()
        state.withLock { _ = $0.end(.failure(.lost("the pool has ended")), at: now) }
    }

    private func askNow() async {
        var isAgain = true
        while isAgain {
            let result: Result<MCPToolList, MCPError>
            do {
                result = .success(try await client.tools())
            } catch let error as MCPError {
                result = .failure(error)
            } catch {
                result = .failure(.lost("it was given up"))
            }
            note(result)
            let now = clock.elapsed()
            isAgain = state.withLock { $0.end(result, at: now) }
        }
    }

    private func note(_ result: Result<MCPToolList, MCPError>) {
        switch result {
        case .success(let list):
            for warning in list.warnings {
                logger.warning("A tool of an MCP server: \(warning).", metadata: ["server": "\(server)"])
            }
        case .failure(let error):
            logger.warning("An MCP server has no list of tools: \(error).", metadata: ["server": "\(server)"])
        }
    }

    func call(
        _ tool: MCPTool, _ arguments: JSONValue, meta: JSONValue, within limit: Duration, progress: MCPClient.Progress?
    ) async throws -> MCPToolResult {
        do {
            return try await client.call(tool, arguments, meta: meta, within: limit, progress: progress)
        } catch let error as MCPError {
            if error.concernsServer {
                let now = clock.elapsed()
                state.withLock { $0.health.fail(error, at: now) }
            }
            throw error
        }
    }

    func close() async { await client.close() }
}

/// Lets a client, which is made first, reach its server in the pool.
private final class ChangeSink: Sendable {
    struct Owner {
        weak var value: PooledServer?
    }

    let owner = Mutex(Owner())
}
