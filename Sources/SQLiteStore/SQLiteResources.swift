import Agents
import GRDB
import JSON

/// The resources of the workspace, a row each, whatever their kind.
struct SQLiteResources: ResourceStore {
    let pool: DatabasePool
    /// Seals the secrets that stand in bodies.
    let vault: SecretVault

    func insert(_ resource: Resource) async throws {
        let columns = try resource.columns(vault)
        try await pool.write { database in
            try Self.requireFreeName(resource, database)
            do {
                try database.execute(
                    sql: """
                        INSERT INTO resources (name, type, body, updated_at, kind, id, created_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: columns + [resource.kind.rawValue, resource.id, resource.createdAt])
            } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
                throw StorageError.alreadyExists(resource.kind.rawValue, id: resource.id)
            }
        }
    }

    func get(_ kind: Resource.Kind, _ ids: [String]) async throws -> [String: Resource] {
        guard !ids.isEmpty else { return [:] }
        return try await pool.read { database in
            let found = try Row.fetchAll(
                database, sql: "SELECT * FROM resources WHERE kind = ? AND id IN (SELECT value FROM json_each(?))",
                arguments: [kind.rawValue, JSONValue.array(ids.map(JSONValue.string)).text]
            ).map { try Resource($0, vault) }
            return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        }
    }

    func list(_ query: ResourceQuery, _ page: PageRequest) async throws -> Page<Resource> {
        var list = ListQuery(key: query.sortBy.column)
        list.filter("kind = ?", query.kind.rawValue)
        if let search = query.search, !search.isEmpty {
            list.filter("(name LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\')", containing: search)
        }
        if let prefix = query.namePrefix, !prefix.isEmpty {
            list.filter("name LIKE ? ESCAPE '\\'", beginningWith: prefix)
        }
        if let name = query.name { list.filter("name = ?", name) }
        if !query.types.isEmpty { list.filter("type IN (?)", anyOf: query.types) }
        if let ids = query.ids { list.filter("id IN (?)", anyOf: ids) }
        if let reference = query.using { list.filter(using: reference, in: ["body"]) }
        return try await pool.read { [list, vault] database in
            try list.page(page, of: database, select: "resources.*", from: "resources") { try Resource($0, vault) }
        }
    }

    func change(
        _ kind: Resource.Kind, _ id: String, keeping former: FormerVersions?,
        _ change: @escaping @Sendable (Resource) throws -> Resource
    ) async throws -> Resource {
        try await pool.write { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM resources WHERE kind = ? AND id = ?", arguments: [kind.rawValue, id])
            guard let row else { throw StorageError.notFound(kind.rawValue, id: id) }
            let before = try Resource(row, vault)
            let changed = try change(before)
            guard changed != before else { return before }
            try Self.requireFreeName(changed, database)
            try database.execute(
                sql: "UPDATE resources SET name = ?, type = ?, body = ?, updated_at = ? WHERE kind = ? AND id = ?",
                arguments: try changed.columns(vault) + [kind.rawValue, id])
            if let former { try keep(former, former.version(before), database) }
            return changed
        }
    }

    /// Stores a version, and forgets the oldest of its name that no agent names; their bodies, which may be long, are not
    /// read.
    private func keep(_ former: FormerVersions, _ version: Resource, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO resources (name, type, body, updated_at, kind, id, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: try version.columns(vault) + [version.kind.rawValue, version.id, version.createdAt])
        let surplus = try String.fetchAll(
            database,
            sql: """
                SELECT id FROM resources WHERE kind = :kind AND name = :name COLLATE NOCASE AND name = :name
                ORDER BY sequence DESC LIMIT -1 OFFSET :most
                """,
            arguments: ["kind": version.kind.rawValue, "name": version.name, "most": former.most])
        for id in surplus {
            var users = ListQuery(key: "sequence")
            users.filter(using: ResourceReference(id, in: former.members), in: SQLiteAgents.configurations)
            guard try !users.hasMatch(in: "agents", database) else { continue }
            try database.execute(
                sql: "DELETE FROM resources WHERE kind = ? AND id = ?", arguments: [version.kind.rawValue, id])
        }
    }

    func delete(_ kind: Resource.Kind, _ id: String, unlessUsed reference: ResourceReference?) async throws {
        try await pool.write { database in
            try database.execute(
                sql: "DELETE FROM resources WHERE kind = ? AND id = ?", arguments: [kind.rawValue, id])
            guard database.changesCount > 0 else { throw StorageError.notFound(kind.rawValue, id: id) }
            guard let reference else { return }
            for (table, columns) in [("agents", SQLiteAgents.configurations), ("resources", ["body"])] {
                var users = ListQuery(key: "sequence")
                users.filter(using: reference, in: columns)
                // The error undoes the deletion.
                if try users.hasMatch(in: table, database) { throw StorageError.used(kind.rawValue, id: id) }
            }
        }
    }

    private static func requireFreeName(_ resource: Resource, _ database: Database) throws {
        guard resource.kind.hasUniqueNames else { return }
        let isTaken = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM resources WHERE kind = ? AND name = ? AND id <> ?)",
            arguments: [resource.kind.rawValue, resource.name, resource.id])
        if isTaken == true { throw StorageError.alreadyExists(resource.kind.rawValue, id: resource.name) }
    }
}

extension ResourceQuery.SortKey {
    fileprivate var column: String {
        switch self {
        case .name: "name COLLATE NOCASE"
        case .createdAt: "created_at"
        }
    }
}

extension Resource {
    /// The columns that an update changes, in the order of the statements above.
    fileprivate func columns(_ vault: SecretVault) throws -> StatementArguments {
        [name, type, try vault.sealing(body, for: Self.place(kind, id)).text, updatedAt]
    }

    /// What the secrets in a resource's body are sealed for.
    private static func place(_ kind: Kind, _ id: String) -> String { "resources/\(kind.rawValue)/\(id)" }

    /// - Throws: `JSONError` when the row holds no valid JSON, `StorageError` when its kind is unknown.
    fileprivate init(_ row: Row, _ vault: SecretVault) throws {
        guard let kind = Kind(rawValue: row["kind"]) else {
            throw StorageError.notFound("kind of resource", id: row["kind"])
        }
        let id: String = row["id"]
        self.init(
            stored: kind, id: id, name: row["name"], type: row["type"],
            body: try row.opened("body", vault, for: Self.place(kind, id)), createdAt: row["created_at"],
            updatedAt: row["updated_at"])
    }
}
