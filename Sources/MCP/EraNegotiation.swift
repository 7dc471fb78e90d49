import JSON

/// What was agreed with a server, and what it says of itself.
public struct MCPSession: Sendable, Hashable {
    /// How requests are made.
    public enum Era: Sendable, Hashable {
        /// Each request stands for itself and says what it needs (since 2026-07-28).
        case stateless
        /// Client and server shake hands first, and may share a session (until 2025-11-25).
        case handshake
    }

    /// How requests are made.
    public var era: Era
    /// The version of the protocol, such as `2025-11-25`.
    public var version: String
    /// Whether the server tells of changes of its list of tools.
    public var tellsOfChanges: Bool

    /// The newest version of the handshake, and all.
    static let handshakeVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
    /// The versions without a handshake.
    static let statelessVersions = ["2026-07-28"]

    fileprivate init(era: Era, version: String, _ result: JSONValue) {
        self.era = era
        self.version = version
        tellsOfChanges = result.value(at: "capabilities", "tools", "listChanged")?.boolValue ?? false
    }
}

/// Finds out which era of the protocol a server belongs to, and agrees with it on a version.
///
/// A value: answers in, what is to be asked next out. A server is asked with `server/discover`, which is new. A refusal
/// means the handshake, since older servers refuse unknown methods in many ways: as an error of the protocol, as 400, 404,
/// 405 or 406, or not at all. What says nothing of an era ends it: no connection, 401, 5xx, a web page.
struct EraNegotiation: Sendable {
    enum Step: Sendable, Hashable {
        /// Ask `server/discover` in this version.
        case discover(String)
        /// Ask `initialize`, offering this version.
        case initialize(String)
        /// Go on with this; after a handshake `notifications/initialized` is due.
        case agreed(MCPSession)
        case failed(MCPError)
    }

    private enum State: Sendable, Hashable {
        case discovering
        case shaking
        case over
    }

    private var state: State
    /// How many versions may still be tried because a server has named them.
    private var corrections = 1

    /// - Parameter era: that of an earlier connection, which is tried first; nil when nothing is known.
    init(knownAs era: MCPSession.Era?) { state = era == .handshake ? .shaking : .discovering }

    /// What is to be asked first.
    var start: Step {
        state == .shaking
            ? .initialize(MCPSession.handshakeVersions[0]) : .discover(MCPSession.statelessVersions[0])
    }

    mutating func handle(_ answer: Result<JSONValue, MCPError>) -> Step {
        switch (state, answer) {
        case (.discovering, .success(let result)): discovered(result)
        case (.discovering, .failure(let error)): notDiscovered(error)
        case (.shaking, .success(let result)): shaken(result)
        case (.shaking, .failure(let error)): notShaken(error)
        case (.over, _): .failed(.notMCP("an answer that nobody asked for"))
        }
    }

    private mutating func discovered(_ result: JSONValue) -> Step {
        let spoken = result["supportedVersions"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard let version = MCPSession.statelessVersions.first(where: spoken.contains) else { return shake() }
        state = .over
        return .agreed(MCPSession(era: .stateless, version: version, result))
    }

    private mutating func notDiscovered(_ error: MCPError) -> Step {
        switch error {
        case .rpc(let error) where error.code == RPCError.unsupportedVersion:
            let spoken = error.supported ?? []
            if let version = MCPSession.statelessVersions.first(where: spoken.contains), corrections > 0 {
                corrections -= 1
                return .discover(version)
            }
            if !spoken.isEmpty, !spoken.contains(where: MCPSession.handshakeVersions.contains) {
                return fail(.incompatible(spoken))
            }
            return shake()
        case .rpc, .timedOut, .inputRequired, .sessionExpired: return shake()
        case .refused(let status, _) where status < 500: return shake()
        case .refused, .unreachable, .lost, .unauthorized, .notMCP, .tooLarge, .incompatible: return fail(error)
        }
    }

    private mutating func shake() -> Step {
        state = .shaking
        return .initialize(MCPSession.handshakeVersions[0])
    }

    private mutating func shaken(_ result: JSONValue) -> Step {
        guard let version = result["protocolVersion"]?.stringValue else {
            return fail(.notMCP("an answer to initialize without a version"))
        }
        guard MCPSession.handshakeVersions.contains(version) else { return fail(.incompatible([version])) }
        state = .over
        return .agreed(MCPSession(era: .handshake, version: version, result))
    }

    private mutating func notShaken(_ error: MCPError) -> Step {
        // A server that has been updated since it was known, or whose first answer was too slow.
        if case .rpc(let rpc) = error, rpc.code == RPCError.unsupportedVersion, corrections > 0,
            let version = MCPSession.statelessVersions.first(where: (rpc.supported ?? []).contains)
        {
            corrections -= 1
            state = .discovering
            return .discover(version)
        }
        return fail(error)
    }

    private mutating func fail(_ error: MCPError) -> Step {
        state = .over
        return .failed(error)
    }
}
