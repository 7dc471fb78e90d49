import Foundation
import JSON

/// What agents share: tools, secrets, MCP servers and the like.
///
/// A store knows nothing of what is in a body; typed views of it stand above the store.
public struct Resource: Sendable, Hashable {
    /// The kinds of resource. Ids are unique within a kind.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case tool
        case secret
        case mcpServer = "mcp_server"
        case authConnection = "auth_connection"
        case environmentVariable = "environment_variable"
        case environment
        case pronunciationDictionary = "pronunciation_dictionary"
        /// The rules of a pronunciation dictionary, whose id is their name, as they were at one time.
        case pronunciationVersion = "pronunciation_dictionary_version"
        /// The settings of the workspace, of which there is one.
        case settings

        /// Whether no two resources of the kind may have the same name, because configurations refer to it.
        public var hasUniqueNames: Bool {
            switch self {
            case .environmentVariable, .environment, .settings: true
            case .tool, .secret, .mcpServer, .authConnection, .pronunciationDictionary, .pronunciationVersion: false
            }
        }
    }

    /// What the resource is.
    public var kind: Kind
    /// The id, which clients and configurations use.
    public var id: String
    /// The name for people; for kinds with unique names the one that configurations use.
    public var name: String
    /// What lists of the kind are filtered by, such as `webhook` for a tool; empty when the kind has no types.
    public var type: String
    /// Everything else.
    public var body: JSONValue
    /// Unix time in seconds.
    public var createdAt: Int
    /// Unix time in seconds of the last change.
    public var updatedAt: Int

    /// A new resource.
    public init(
        _ kind: Kind, id: String, name: String, type: String = "", body: JSONValue = [:], now: Date = Date()
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.type = type
        self.body = body
        createdAt = Int(now.timeIntervalSince1970)
        updatedAt = createdAt
    }

    /// A resource that a store has read.
    package init(
        stored kind: Kind, id: String, name: String, type: String, body: JSONValue, createdAt: Int, updatedAt: Int
    ) {
        self.init(kind, id: id, name: name, type: type, body: body)
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// The resources of a workspace: one store for all kinds.
public protocol ResourceStore: Sendable {
    /// Stores a new resource.
    ///
    /// - Throws: `StorageError.alreadyExists` when the kind has one with this id, or with this name where names are
    ///   unique; or the database's error.
    func insert(_ resource: Resource) async throws

    /// The resources of `kind` among `ids`, by id; those that do not exist are missing.
    func get(_ kind: Resource.Kind, _ ids: [String]) async throws -> [String: Resource]

    /// A page of resources. Those with equal keys are sorted by when they were stored, in the direction of the page.
    ///
    /// - Throws: `StorageError.invalidCursor`, or the database's error.
    func list(_ query: ResourceQuery, _ page: PageRequest) async throws -> Page<Resource>

    /// Stores what `change` makes of the resource, and returns it. Kind, id and time of creation must stay.
    ///
    /// - Parameter former: how what the resource was before is kept, in the same transaction; nil for not at all. What
    ///   changes nothing writes nothing.
    /// - Throws: `StorageError.notFound`, `StorageError.alreadyExists` when the new name is taken, what `change` throws,
    ///   or the database's error.
    @discardableResult
    func change(
        _ kind: Resource.Kind, _ id: String, keeping former: FormerVersions?,
        _ change: @escaping @Sendable (Resource) throws -> Resource
    ) async throws -> Resource

    /// Removes the resource.
    ///
    /// - Parameter reference: how configurations refer to it. While an agent or another resource does, nothing is
    ///   removed. Nil removes it in any case.
    /// - Throws: `StorageError.notFound`, `StorageError.used`, or the database's error.
    func delete(_ kind: Resource.Kind, _ id: String, unlessUsed reference: ResourceReference?) async throws
}

/// How a store keeps what a resource was before a change: as a resource of another kind.
public struct FormerVersions: Sendable {
    /// The former state as a resource of its own, which is stored already when it has an id that is there.
    public var version: @Sendable (Resource) -> Resource
    /// How many are kept of those with one name, the newest.
    public var most: Int
    /// The members by which agents' configurations name a version, which then stays in any case.
    public var members: Set<String>

    /// Keeps the newest `most`, and those that agents name in `members`.
    public init(most: Int, unlessIn members: Set<String>, version: @escaping @Sendable (Resource) -> Resource) {
        (self.most, self.members, self.version) = (most, members, version)
    }
}

extension ResourceStore {
    /// Stores what `change` makes of the resource, and returns it: see the requirement.
    @discardableResult
    public func change(
        _ kind: Resource.Kind, _ id: String, _ change: @escaping @Sendable (Resource) throws -> Resource
    ) async throws -> Resource {
        try await self.change(kind, id, keeping: nil, change)
    }

    /// The resource of `kind` with `id`; nil when there is none.
    public func get(_ kind: Resource.Kind, _ id: String) async throws -> Resource? {
        try await get(kind, [id])[id]
    }

    /// The resource of `kind` with `id`.
    ///
    /// - Throws: `StorageError.notFound`, or the database's error.
    public func find(_ kind: Resource.Kind, _ id: String) async throws -> Resource {
        guard let found = try await get(kind, id) else { throw StorageError.notFound(kind.rawValue, id: id) }
        return found
    }

    /// All resources that `query` selects, the oldest first: for kinds of which there are few.
    public func all(_ query: ResourceQuery) async throws -> [Resource] {
        var resources: [Resource] = []
        var cursor: String?
        repeat {
            let page = try await list(
                query, PageRequest(size: PageRequest.sizes.upperBound, cursor: cursor, direction: .ascending))
            resources += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return resources
    }
}

/// Selects and sorts the resources of a list.
public struct ResourceQuery: Sendable, Hashable {
    /// The sort orders of a list.
    public enum SortKey: String, Sendable, Hashable {
        case name
        case createdAt = "created_at"
    }

    /// The kind that is listed.
    public var kind: Resource.Kind
    /// Only resources whose name or id contains this text; nil or empty for all. At least ASCII letters match in either
    /// case.
    public var search: String?
    /// Only resources whose name begins with this text; nil or empty for all. At least ASCII letters match in either case.
    public var namePrefix: String?
    /// Only resources with exactly this name; nil for all.
    public var name: String?
    /// Only resources of one of these types; empty for all.
    public var types: [String]
    /// Only resources with one of these ids; nil for all.
    public var ids: [String]?
    /// Only resources that refer to this other one; nil for all.
    public var using: ResourceReference?
    /// What the list is sorted by.
    public var sortBy: SortKey

    /// Selects all resources of a kind.
    public init(
        _ kind: Resource.Kind, search: String? = nil, namePrefix: String? = nil, types: [String] = [],
        ids: [String]? = nil, using: ResourceReference? = nil, sortBy: SortKey = .createdAt
    ) {
        self.kind = kind
        self.search = search
        self.namePrefix = namePrefix
        self.types = types
        self.ids = ids
        self.using = using
        self.sortBy = sortBy
    }
}

/// How configurations refer to a resource: by a text in certain members, or in lists that are such members, at any depth;
/// and by names of variables in any text.
public struct ResourceReference: Sendable, Hashable {
    /// The resource's id or label.
    public var text: String
    /// The names of the members.
    public var members: Set<String>
    /// The variables that have its value: letters, digits, `_` and `-`.
    public var variables: Set<String>

    /// A reference by `text` in one of `members`, or by one of `variables`.
    public init(_ text: String, in members: Set<String>, variables: Set<String> = []) {
        self.text = text
        self.members = members
        self.variables = variables
    }

    /// A stored tool, in a prompt or a node of a workflow.
    public static func tool(_ id: String) -> Self { Self(id, in: ["tool_ids", "additional_tool_ids"]) }
    /// A secret.
    public static func secret(_ id: String) -> Self { Self(id, in: ["secret_id"]) }
    /// An MCP server.
    public static func mcpServer(_ id: String) -> Self { Self(id, in: ["mcp_server_ids"]) }
    /// An auth connection.
    public static func authConnection(_ id: String) -> Self { Self(id, in: ["auth_connection_id"]) }
    /// An environment variable, by its label.
    public static func environmentVariable(_ label: String) -> Self {
        Self(label, in: ["env_var_label"], variables: Set(CallVariables.environmentPrefixes.map { $0 + label }))
    }

    /// `configuration` without the reference, where it stands in a list; elsewhere it stays.
    public func removed(from configuration: JSONValue) -> JSONValue {
        switch configuration {
        case .object(let members):
            .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { name, value in
                        guard self.members.contains(name), let list = value.arrayValue else {
                            return (name, removed(from: value))
                        }
                        return (name, .array(list.filter { $0 != .string(text) }))
                    }))
        case .array(let elements): .array(elements.map(removed))
        default: configuration
        }
    }

    /// Whether `configuration` has the reference.
    package func occurs(in configuration: JSONValue) -> Bool {
        switch configuration {
        case .object(let members):
            members.contains { name, value in
                (self.members.contains(name) && (value.stringValue == text || isListed(in: value)))
                    || occurs(in: value)
            }
        case .array(let elements): elements.contains(where: occurs)
        case .string(let text): variables.contains { Self.names($0, in: text) }
        default: false
        }
    }

    /// Whether the text has the variable, and not only a longer one that begins like it.
    private static func names(_ variable: String, in text: String) -> Bool {
        text.ranges(of: variable).contains { range in
            guard let next = text[range.upperBound...].first else { return true }
            return !(next.isASCII && (next.isLetter || next.isNumber || next == "_" || next == "-"))
        }
    }

    private func isListed(in value: JSONValue) -> Bool { value.arrayValue?.contains(.string(text)) ?? false }
}
