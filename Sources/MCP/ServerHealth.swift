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
/// alone for a while that grows with each failure; then the next call that wants it has it asked again. A failure that says
/// nothing of the server as a whole leaves the former list in use.
struct ServerHealth: Sendable {
    private let options: MCPOptions
    private var list: MCPToolList?
    private var failure: MCPError?
    /// Since the last success.
    private var failures = 0
    /// When a call that wants the server has it asked.
    private var nextAsk = Duration.zero
    private(set) var isAsking = false
    /// Whether there is reason to ask that came after the last request had begun.
    private var isInDoubt = false
    /// When doubt may have the server asked at the earliest, and the pause that this is from the request before.
    private var nextChange = Duration.zero
    private var changePause = Duration.zero
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
        return now >= nextAsk && begin()
    }

    /// Somebody waits for a new list: whether it is to be asked for now, which is so unless that is under way.
    mutating func demand(at now: Duration) -> Bool {
        lastUse = now
        return begin()
    }

    private mutating func begin() -> Bool {
        guard !isAsking else { return false }
        isAsking = true
        isInDoubt = false
        return true
    }

    /// The server says that its list is another one, or a call has failed so that the list has to tell whether the server
    /// is what it was: how long to wait before `followDoubt`; nil when that is arranged already.
    mutating func doubt(at now: Duration) -> Duration? {
        guard !isInDoubt else { return nil }
        isInDoubt = true
        return isAsking ? nil : pause(at: now)
    }

    /// The wait is over: whether the list is to be asked for now.
    mutating func followDoubt(at now: Duration) -> Bool {
        guard isInDoubt, now >= nextChange, begin() else { return false }
        changePause = min(max(changePause * 2, options.firstChangePause), options.longestChangePause)
        nextChange = now + changePause
        return true
    }

    private mutating func pause(at now: Duration) -> Duration {
        // It has been quiet for long enough.
        if now >= nextChange + changePause { changePause = .zero }
        return max(nextChange - now, .zero)
    }

    /// Asking has ended: how long to wait before `followDoubt`; nil when nothing has happened meanwhile.
    mutating func end(_ result: Result<MCPToolList, MCPError>, at now: Duration) -> Duration? {
        isAsking = false
        switch result {
        case .success(let new):
            list = new
            failure = nil
            failures = 0
            let lifetime = new.lifetime ?? options.listLifetime
            nextAsk = now + min(max(lifetime, options.shortestListLifetime), options.longestListLifetime)
        case .failure(let error): fail(error, at: now)
        }
        guard isInDoubt else { return nil }
        // Who does not answer has nothing to tell.
        guard failure == nil else {
            isInDoubt = false
            return nil
        }
        return pause(at: now)
    }

    /// A call could not reach the server. Calls that fail together are one failure.
    mutating func lose(_ error: MCPError, at now: Duration) {
        guard failure == nil || now >= nextAsk else { return }
        fail(error, at: now)
    }

    private mutating func fail(_ error: MCPError, at now: Duration) {
        failure = list == nil || error.meansDead ? error : nil
        failures += 1
        let doubled = options.firstRetryDelay * (1 << min(failures - 1, 16))
        nextAsk = now + min(doubled, options.longestRetryDelay)
    }
}
