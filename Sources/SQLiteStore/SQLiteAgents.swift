import Agents
import GRDB
import JSON

/// The agents, a row each.
struct SQLiteAgents: AgentStore {
    let pool: DatabasePool
    /// Seals the secrets that stand in configurations.
    let vault: SecretVault

    func insert(_ agent: Agent) async throws {
        let columns = try agent.columns(vault)
        try await pool.write { database in
            do {
                try database.execute(
                    sql: """
                        INSERT INTO agents (name, tags, conversation_config, platform_settings, workflow, updated_at,
                            archived, id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: columns + [agent.id, agent.createdAt])
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
                throw StorageError.alreadyExists("agent", id: agent.id)
            }
        }
    }

    func get(_ id: String) async throws -> Agent? {
        try await pool.read { try Self.fetch(id, $0, vault) }
    }

    func list(_ query: AgentQuery, _ page: PageRequest) async throws -> Page<AgentListItem> {
        var list = ListQuery(
            key: query.sortBy.column,
            arguments: query.sortBy == .callCount ? ["calls_since": query.callsSince] : [:])
        if let search = query.search, !search.isEmpty {
            list.filter("(name LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\')", containing: search)
        }
        if !query.tags.isEmpty {
            list.filter(
                "EXISTS (SELECT 1 FROM json_each(agents.tags) AS tag WHERE tag.value IN (?))", anyOf: query.tags)
        }
        if let isArchived = query.isArchived { list.filter("archived = ?", isArchived) }
        if let reference = query.using { list.filter(using: reference, in: Self.configurations) }
        return try await pool.read { [list, vault] database in
            try list.page(
                page, of: database,
                select:
                    "agents.*, (SELECT max(start_time) FROM conversations WHERE agent_id = agents.id) AS last_call_time",
                from: "agents"
            ) { row in
                AgentListItem(agent: try Agent(row, vault), lastCallTime: row["last_call_time"])
            }
        }
    }

    func change(_ id: String, _ change: @escaping @Sendable (Agent) throws -> Agent) async throws -> Agent {
        try await pool.write { database in
            guard let agent = try Self.fetch(id, database, vault) else { throw StorageError.notFound("agent", id: id) }
            let changed = try change(agent)
            try database.execute(
                sql: """
                    UPDATE agents SET name = ?, tags = ?, conversation_config = ?, platform_settings = ?, workflow = ?,
                        updated_at = ?, archived = ? WHERE id = ?
                    """,
                arguments: try changed.columns(vault) + [id])
            return changed
        }
    }

    func delete(_ id: String) async throws {
        try await pool.write { database in
            try database.execute(sql: "DELETE FROM agents WHERE id = ?", arguments: [id])
            guard database.changesCount > 0 else { throw StorageError.notFound("agent", id: id) }
        }
    }

    /// The columns that refer to resources.
    static let configurations = ["conversation_config", "platform_settings", "workflow"]

    private static func fetch(_ id: String, _ database: Database, _ vault: SecretVault) throws -> Agent? {
        try Row.fetchOne(database, sql: "SELECT * FROM agents WHERE id = ?", arguments: [id]).map {
            try Agent($0, vault)
        }
    }

    /// Seals the secrets in the rows that an older version wrote.
    static func sealAll(_ vault: SecretVault, _ database: Database) throws {
        for id in try String.fetchAll(database, sql: "SELECT id FROM agents") {
            let row = try Row.fetchOne(database, sql: "SELECT * FROM agents WHERE id = ?", arguments: [id])
            guard let row else { continue }
            for column in configurations {
                let configuration = try JSONValue(parsing: row[column] as String)
                let sealed = try vault.sealing(configuration, for: Agent.place(id))
                guard sealed != configuration else { continue }
                try database.execute(sql: "UPDATE agents SET \(column) = ? WHERE id = ?", arguments: [sealed.text, id])
            }
        }
    }
}

extension AgentQuery.SortKey {
    fileprivate var column: String {
        switch self {
        case .name: "name COLLATE NOCASE"
        case .createdAt: "created_at"
        case .callCount:
            "(SELECT count(*) FROM conversations WHERE agent_id = agents.id AND start_time >= :calls_since)"
        }
    }
}

extension Agent {
    /// The columns that an update changes, in the order of the statements above.
    fileprivate func columns(_ vault: SecretVault) throws -> StatementArguments {
        func sealed(_ configuration: JSONValue) throws -> String {
            try vault.sealing(configuration, for: Self.place(id)).text
        }
        return [
            name, JSONValue.array(tags.map(JSONValue.string)).text, try sealed(conversationConfig),
            try sealed(platformSettings), try sealed(workflow), updatedAt, isArchived,
        ]
    }

    /// What an agent's secrets are sealed for.
    fileprivate static func place(_ id: String) -> String { "agents/\(id)" }

    /// - Throws: `JSONError` when the row holds no valid JSON.
    fileprivate init(_ row: Row, _ vault: SecretVault) throws {
        let id: String = row["id"]
        func json(_ column: String) throws -> JSONValue { try row.opened(column, vault, for: Self.place(id)) }
        self.init(
            stored: id, name: row["name"],
            tags: try json("tags").arrayValue?.compactMap(\.stringValue) ?? [],
            conversationConfig: try json("conversation_config"), platformSettings: try json("platform_settings"),
            workflow: try json("workflow"), createdAt: row["created_at"], updatedAt: row["updated_at"])
    }
}

extension Row {
    /// The JSON in a column, with its secrets opened.
    ///
    /// - Throws: `JSONError` when the column holds no valid JSON.
    func opened(_ column: String, _ vault: SecretVault, for place: String) throws -> JSONValue {
        let text: String = self[column]
        let value = try JSONValue(parsing: text)
        return SecretVault.isSealed(text) ? vault.opening(value, for: place) : value
    }
}
