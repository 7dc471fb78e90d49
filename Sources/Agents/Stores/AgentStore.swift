import Foundation
import JSON

/// The agents of a server.
public protocol AgentStore: Sendable {
    /// Stores a new agent.
    ///
    /// - Throws: `StorageError.alreadyExists`, or the database's error.
    func insert(_ agent: Agent) async throws

    /// The agent with `id`; nil when there is none.
    func get(_ id: String) async throws -> Agent?

    /// A page of agents. Those with equal keys are sorted by when they were stored, in the direction of the page.
    ///
    /// - Throws: `StorageError.invalidCursor`, or the database's error.
    func list(_ query: AgentQuery, _ page: PageRequest) async throws -> Page<AgentListItem>

    /// Stores what `change` makes of the agent, and returns it. The agent's id and time of creation must stay.
    ///
    /// - Throws: `StorageError.notFound`, what `change` throws, or the database's error.
    @discardableResult
    func change(_ id: String, _ change: @escaping @Sendable (Agent) throws -> Agent) async throws -> Agent

    /// Removes the agent. The records of its conversations stay.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    func delete(_ id: String) async throws
}

extension AgentStore {
    /// A page of agents.
    ///
    /// - Throws: `StorageError.invalidCursor`, or the database's error.
    public func list(
        _ query: AgentQuery = AgentQuery(), page: PageRequest = PageRequest()
    ) async throws
        -> Page<AgentListItem>
    {
        try await list(query, page)
    }

    /// Merges `patch` into the agent (see `Agent.patched(with:)`), and returns the changed agent.
    ///
    /// - Throws: `StorageError.notFound`, `ValidationError`, or the database's error.
    @discardableResult
    public func update(_ id: String, _ patch: JSONValue, now: Date = Date()) async throws -> Agent {
        try await change(id) { try $0.patched(with: patch, now: now) }
    }

    /// Stores a copy with a new id, named `name`, or like the original with a suffix.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    public func duplicate(_ id: String, name: String? = nil, now: Date = Date()) async throws -> Agent {
        guard var agent = try await get(id) else { throw StorageError.notFound("agent", id: id) }
        agent.id = Identifier.make("agent")
        agent.name = name ?? "\(agent.name) (copy)"
        agent.createdAt = Int(now.timeIntervalSince1970)
        agent.updatedAt = agent.createdAt
        try await insert(agent)
        return agent
    }
}

/// Selects and sorts the agents of a list.
public struct AgentQuery: Sendable, Hashable {
    /// The sort orders of a list.
    public enum SortKey: String, Sendable, Hashable {
        case name
        case createdAt = "created_at"
        /// The number of calls begun in the last seven days.
        case callCount = "call_count_7d"
    }

    /// Only agents whose name or id contains this text; nil or empty for all. At least ASCII letters match in either
    /// case.
    public var search: String?
    /// Only agents that have one of these tags; empty for all.
    public var tags: [String]
    /// Whether only archived or only other agents are listed; nil for both.
    public var isArchived: Bool?
    /// Only agents that refer to this resource; nil for all.
    public var using: ResourceReference?
    /// What the list is sorted by.
    public var sortBy: SortKey
    /// From when on calls count for `SortKey.callCount`, Unix time in seconds.
    public var callsSince: Int

    /// Selects all agents that are not archived.
    ///
    /// - Parameter now: the end of the seven days of `SortKey.callCount`.
    public init(
        search: String? = nil, tags: [String] = [], isArchived: Bool? = false,
        using: ResourceReference? = nil, sortBy: SortKey = .createdAt, now: Date = Date()
    ) {
        self.search = search
        self.tags = tags
        self.isArchived = isArchived
        self.using = using
        self.sortBy = sortBy
        callsSince = Int(now.timeIntervalSince1970) - 7 * 86_400
    }
}

/// An agent and when it was last called.
public struct AgentListItem: Sendable, Hashable {
    /// The agent.
    public var agent: Agent
    /// When the agent was last called, Unix time in seconds; nil for never.
    public var lastCallTime: Int?

    /// An item that a store has read.
    public init(agent: Agent, lastCallTime: Int?) {
        self.agent = agent
        self.lastCallTime = lastCallTime
    }

    /// An item of `GET /v1/convai/agents`.
    public var json: JSONValue {
        [
            "agent_id": .string(agent.id), "name": .string(agent.name),
            "voice_id": agent.conversationConfig.value(at: "tts", "voice_id") ?? "",
            "tags": .array(agent.tags.map(JSONValue.string)), "created_at_unix_secs": .integer(agent.createdAt),
            "updated_at_unix_secs": .integer(agent.updatedAt), "access_info": Agent.accessInfo,
            "archived": .bool(agent.isArchived),
            "last_call_time_unix_secs": lastCallTime.map(JSONValue.integer) ?? .null,
        ]
    }
}
