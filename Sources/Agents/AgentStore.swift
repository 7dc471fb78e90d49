import Foundation
import GRDB
import JSON

/// The agents of a server.
public struct AgentStore: Sendable {
    let pool: DatabasePool
    let now: @Sendable () -> Date

    /// The sort orders of a list.
    public enum SortKey: String, Sendable, Hashable {
        case name
        case createdAt = "created_at"
        /// Calls begun in the last seven days.
        case callCount = "call_count_7d"
    }

    /// An agent and when it was last called.
    public struct ListItem: Sendable, Hashable {
        /// The agent.
        public var agent: Agent
        /// When the agent was last called, Unix time in seconds; nil for never.
        public var lastCallTime: Int?

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

    /// Stores a new agent.
    ///
    /// - Throws: `StorageError.alreadyExists`, or `DatabaseError`.
    public func insert(_ agent: Agent) async throws {
        try await pool.write { try Self.insert(agent, $0) }
    }

    /// The agent with `id`; nil when there is none.
    public func get(_ id: String) async throws -> Agent? {
        try await pool.read { try Self.fetch(id, $0) }
    }

    /// A page of agents.
    ///
    /// - Parameters:
    /// - search: only agents whose name or id contains this text, whatever the case.
    ///   - tags: only agents that have one of them; empty for all.
    /// - pageSize: limited to 1 to 100.
    /// - cursor: from the previous page of a list with the same parameters; nil for the first page.
    /// - archived: whether only archived or only other agents are listed; nil for both.
    /// - Throws: `StorageError.invalidCursor`, or `DatabaseError`.
    public func list(
        search: String? = nil, tags: [String] = [], pageSize: Int = Page<ListItem>.standardSize, cursor: String? = nil,
        archived: Bool? = false, sortBy: SortKey = .createdAt, direction: SortDirection = .descending
    ) async throws -> Page<ListItem> {
        let pageSize = min(max(pageSize, Page<ListItem>.sizes.lowerBound), Page<ListItem>.sizes.upperBound)
        let weekAgo = Int(now().timeIntervalSince1970) - 7 * 86_400
        var query = ListQuery(key: sortBy.column, arguments: sortBy == .callCount ? ["week_ago": weekAgo] : [:])
        if let search, !search.isEmpty {
            query.filter("(name LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\')", containing: search)
        }
        if !tags.isEmpty {
            query.filter("EXISTS (SELECT 1 FROM json_each(agents.tags) AS tag WHERE tag.value IN (?))", anyOf: tags)
        }
        if let archived { query.filter("archived = ?", archived) }
        return try await pool.read { [query] database in
            try query.page(
                database,
                select:
                    "agents.*, (SELECT max(start_time) FROM conversations WHERE agent_id = agents.id) AS last_call_time",
                from: "agents", size: pageSize, cursor: cursor, direction: direction
            ) { row in
                ListItem(agent: try Agent(row), lastCallTime: row["last_call_time"])
            }
        }
    }

    /// Merges `patch` into the agent (see `Agent.patched(with:)`), and returns the changed agent.
    ///
    /// - Throws: `StorageError.notFound`, `ValidationError`, or `DatabaseError`.
    @discardableResult
    public func update(_ id: String, _ patch: JSONValue) async throws -> Agent {
        try await pool.write { [now] database in
            guard let agent = try Self.fetch(id, database) else { throw StorageError.notFound("agent", id: id) }
            let patched = try agent.patched(with: patch, now: now())
            try Self.save(patched, database)
            return patched
        }
    }

    /// Removes the agent. The records of its conversations stay.
    ///
    /// - Throws: `StorageError.notFound`, or `DatabaseError`.
    public func delete(_ id: String) async throws {
        try await pool.write { database in
            try database.execute(sql: "DELETE FROM agents WHERE id = ?", arguments: [id])
            guard database.changesCount > 0 else { throw StorageError.notFound("agent", id: id) }
        }
    }

    /// Stores a copy with a new id, named `name`, or like the original with a suffix.
    ///
    /// - Throws: `StorageError.notFound`, or `DatabaseError`.
    public func duplicate(_ id: String, name: String? = nil) async throws -> Agent {
        try await pool.write { [now] database in
            guard var agent = try Self.fetch(id, database) else { throw StorageError.notFound("agent", id: id) }
            agent.id = Identifier.make("agent")
            agent.name = name ?? "\(agent.name) (copy)"
            agent.createdAt = Int(now().timeIntervalSince1970)
            agent.updatedAt = agent.createdAt
            try Self.insert(agent, database)
            return agent
        }
    }

    // MARK: Rows

    private static func fetch(_ id: String, _ database: Database) throws -> Agent? {
        try Row.fetchOne(database, sql: "SELECT * FROM agents WHERE id = ?", arguments: [id]).map(Agent.init)
    }

    private static func insert(_ agent: Agent, _ database: Database) throws {
        do {
            try database.execute(
                sql: """
                    INSERT INTO agents (name, tags, conversation_config, platform_settings, workflow, updated_at,
                        archived, id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: agent.columns + [agent.id, agent.createdAt])
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw StorageError.alreadyExists("agent", id: agent.id)
        }
    }

    private static func save(_ agent: Agent, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE agents SET name = ?, tags = ?, conversation_config = ?, platform_settings = ?, workflow = ?,
                    updated_at = ?, archived = ? WHERE id = ?
                """,
            arguments: agent.columns + [agent.id])
    }
}

extension AgentStore.SortKey {
    fileprivate var column: String {
        switch self {
        case .name: "name COLLATE NOCASE"
        case .createdAt: "created_at"
        case .callCount:
            "(SELECT count(*) FROM conversations WHERE agent_id = agents.id AND start_time >= :week_ago)"
        }
    }
}

extension Agent {
    /// The columns that an update changes, in the order of the statements above.
    fileprivate var columns: StatementArguments {
        [
            name, JSONValue.array(tags.map(JSONValue.string)).text, conversationConfig.text, platformSettings.text,
            workflow.text, updatedAt, isArchived,
        ]
    }

    /// - Throws: `JSONError` when the row holds no valid JSON.
    fileprivate init(_ row: Row) throws {
        func json(_ column: String) throws -> JSONValue { try JSONValue(parsing: row[column] as String) }
        self.init(
            id: row["id"], name: row["name"], tags: try json("tags").arrayValue?.compactMap(\.stringValue) ?? [],
            // Fields that a later version added to the configuration are filled in for older agents.
            conversationConfig: ConfigurationSchema.conversation.filled(try json("conversation_config")),
            platformSettings: PlatformSchema.platform.filled(try json("platform_settings")),
            workflow: try json("workflow"), createdAt: row["created_at"], updatedAt: row["updated_at"])
    }
}
