import Tasks

/// What is known of a server, for calls that begin.
public struct MCPSnapshot: Sendable, Hashable {
    /// Whether a call can count on the server.
    public enum State: Sendable, Hashable {
        /// Nobody has asked yet, or the first answer is on its way.
        case unknown
        case connected
        /// The server did not answer when it was last asked.
        case dead(MCPError)
    }

    /// Whether a call can count on the server.
    public var state: State
    /// Its tools as they were last listed; empty while it is dead or unknown.
    public var list: MCPToolList

    /// Creates a snapshot.
    public init(state: State, list: MCPToolList) {
        self.state = state
        self.list = list
    }
}

/// When a server's list is asked for: a value, with the time handed in.
///
/// A list is used for as long as it lives, and while its successor is on the way: no call waits. A dead server is left
/// alone for a while that grows with each failure; then the next call that wants it has it asked again.
struct ServerHealth: Sendable {
    private let options: MCPOptions
    private var list: MCPToolList?
    private var expiry = Duration.zero
    private var failure: MCPError?
    private var failures = 0
    private var nextTry = Duration.zero
    private(set) var isAsking = false
    private var hasChanged = false
    /// When a call last wanted the server.
    private(set) var lastUse = Duration.zero

    init(options: MCPOptions) { self.options = options }

    var snapshot: MCPSnapshot {
        if let failure { return MCPSnapshot(state: .dead(failure), list: MCPToolList()) }
        return MCPSnapshot(state: list == nil ? .unknown : .connected, list: list ?? MCPToolList())
    }

    /// A call wants the server: whether it is to be asked for its list now.
    mutating func use(at now: Duration) -> Bool {
        lastUse = now
        guard !isAsking, now >= (failure == nil ? expiry : nextTry) else { return false }
        isAsking = true
        return true
    }

    /// Somebody waits for a new list: whether it is to be asked for now, which is so unless that is under way.
    mutating func demand(at now: Duration) -> Bool {
        lastUse = now
        defer { isAsking = true }
        return !isAsking
    }

    /// The server says that its list is another one: whether it is to be asked for now.
    mutating func change() -> Bool {
        guard !isAsking else {
            hasChanged = true
            return false
        }
        isAsking = true
        return true
    }

    /// Asking has ended: whether the list has changed meanwhile, and is to be asked for again.
    mutating func end(_ result: Result<MCPToolList, MCPError>, at now: Duration) -> Bool {
        switch result {
        case .success(let new):
            list = new
            failure = nil
            failures = 0
            let lifetime = new.lifetime ?? options.listLifetime
            expiry = now + min(max(lifetime, options.shortestListLifetime), options.longestListLifetime)
        case .failure(let error):
            fail(error, at: now)
        }
        let isAgain = hasChanged && failure == nil
        hasChanged = false
        isAsking = isAgain
        return isAgain
    }

    /// A call of a tool has shown that the server is dead.
    mutating func fail(_ error: MCPError, at now: Duration) {
        failure = error
        failures += 1
        let doubled = options.firstRetryDelay * (1 << min(failures - 1, 16))
        nextTry = now + min(doubled, options.longestRetryDelay)
    }
}
