import JSON

/// What the workspace holds of what configurations name, as it is at one moment: for a call, the one when it begins.
public struct WorkspaceItems: Sendable {
    /// Tools by their ids.
    public var tools: [String: StoredTool.Content]
    /// MCP servers by their ids.
    public var servers: [String: Resource]
    /// Pronunciation dictionaries by how configurations name them.
    public var dictionaries: [PronunciationLocator: PronunciationDictionary] = [:]
    /// The values of secrets, and of environment variables, by their labels.
    public var secrets: SecretSource
    /// The values of the environment variables that templates name and that are plain text, by their labels.
    public var variables: [String: String]
    /// Auth connections with their secrets: the members of a create request, complete, by the connections' ids.
    public var connections: [String: JSONValue]
    /// What could not be found, as sentences.
    public var warnings: [String] = []
    /// Whether calls may use MCP servers at all (`can_use_mcp_servers`).
    public var allowsMCPServers = true
    /// The ids of the auth connections that environment variables stand for, by their labels.
    fileprivate(set) var connectionIDs: [String: String] = [:]

    /// Items that a store has read; without arguments those of a workspace that has nothing.
    public init(
        tools: [String: StoredTool.Content] = [:], servers: [String: Resource] = [:],
        secrets: SecretSource = .environment, variables: [String: String] = [:],
        connections: [String: JSONValue] = [:]
    ) {
        self.tools = tools
        self.servers = servers
        self.secrets = secrets
        self.variables = variables
        self.connections = connections
    }

    /// The auth connection that a configuration names with `{"auth_connection_id": …}` or `{"env_var_label": …}`; nil when
    /// there is none.
    public func connection(for locator: JSONValue) -> JSONValue? {
        let label = locator["env_var_label"]?.stringValue
        return (locator["auth_connection_id"]?.stringValue ?? label.flatMap { connectionIDs[$0] })
            .flatMap { connections[$0] }
    }
}

/// Looks up what configurations name of the workspace.
public struct Workspace: Sendable {
    let resources: any ResourceStore
    private let vault: SecretVault

    /// The workspace of a server.
    public init(_ storage: any Storage) {
        resources = storage.resources
        vault = storage.vault
    }

    /// What the workspace holds of what `configurations` name; what does not exist is missing. Nothing is read when they
    /// name nothing.
    ///
    /// - Parameter environment: The one whose values of environment variables count; those of production stand in for what
    ///   it lacks.
    /// - Throws: The database's error, or `SecretVault.Unreadable`.
    public func items(
        for configurations: JSONValue..., environment: String = EnvironmentVariable.production
    ) async throws -> WorkspaceItems {
        var names = References()
        configurations.forEach { names.collect($0) }
        let tools = try await resources.get(.tool, names.tools.sorted()).mapValues(StoredTool.Content.init)
        tools.values.forEach { names.collect($0.configuration) }
        var items = WorkspaceItems(tools: tools)
        if environment != EnvironmentVariable.production, try await resources.get(.environment, environment) == nil {
            items.warnings.append(
                "environment: there is no environment \(environment.prefix(EnvironmentVariable.longestName)); the values "
                    + "of \(EnvironmentVariable.production) count.")
        }
        if !names.servers.isEmpty {
            items.allowsMCPServers = try await WorkspaceSettings.read(from: resources).allowsMCPServers
            if items.allowsMCPServers { items.servers = try await resources.get(.mcpServer, names.servers.sorted()) }
        }
        items.servers.values.forEach { names.collect($0.body) }
        var labelled: [String: JSONValue] = [:]
        if !names.labels.isEmpty || !names.filled.isEmpty {
            for variable in try await resources.all(ResourceQuery(.environmentVariable)) {
                let value = EnvironmentVariable.value(of: variable, in: environment)
                if names.filled.contains(variable.name) { items.variables[variable.name] = value?.stringValue }
                guard names.labels.contains(variable.name) else { continue }
                labelled[variable.name] = value
                if let value { names.collect(value) }
            }
        }
        items.dictionaries = try await dictionaries(names.dictionaries)
        items.connections = try await resources.get(.authConnection, names.connections.sorted())
            .mapValues { try AuthConnection.configuration(of: $0, vault: vault) }
        items.connectionIDs = labelled.compactMapValues { $0["auth_connection_id"]?.stringValue }
        var secrets = try await resources.get(.secret, names.secrets.sorted())
            .mapValues { try StoredSecret.value(of: $0, vault: vault) }
        for (label, value) in labelled {
            secrets[label] = value.stringValue ?? value["secret_id"]?.stringValue.flatMap { secrets[$0] }
        }
        items.secrets = SecretSource(secrets, else: .environment) { [items] in items.connection(for: $0) }
        return items
    }
}

extension Workspace {
    /// The pronunciation dictionaries that are named so; those that do not exist are missing.
    ///
    /// - Throws: The database's error.
    public func dictionaries(
        _ locators: Set<PronunciationLocator>
    ) async throws -> [PronunciationLocator: PronunciationDictionary] {
        guard !locators.isEmpty else { return [:] }
        let found = try await resources.get(
            .pronunciationDictionary, Set(locators.map(\.dictionaryID)).sorted())
        let versions = try await resources.get(
            .pronunciationVersion, Set(locators.compactMap(\.versionID)).sorted())
        var dictionaries: [PronunciationLocator: PronunciationDictionary] = [:]
        for locator in locators {
            guard let dictionary = found[locator.dictionaryID] else { continue }
            dictionaries[locator] = PronunciationDictionary(
                dictionary, version: locator.versionID, among: versions)
        }
        return dictionaries
    }
}

/// The names by which configurations refer to resources.
private struct References {
    private(set) var tools: Set<String> = []
    private(set) var servers: Set<String> = []
    private(set) var secrets: Set<String> = []
    private(set) var connections: Set<String> = []
    private(set) var dictionaries: Set<PronunciationLocator> = []
    /// The labels of environment variables, apart from those in templates.
    private(set) var labels: Set<String> = []
    /// The labels of those in templates.
    private(set) var filled: Set<String> = []

    mutating func collect(_ value: JSONValue) {
        switch value {
        case .object(let members):
            for (name, value) in members {
                switch (name, value) {
                case ("tool_ids", .array(let ids)), ("additional_tool_ids", .array(let ids)):
                    tools.formUnion(ids.compactMap(\.stringValue))
                case ("mcp_server_ids", .array(let ids)): servers.formUnion(ids.compactMap(\.stringValue))
                case (PronunciationLocator.member, .array(let locators)):
                    dictionaries.formUnion(locators.compactMap(PronunciationLocator.init))
                case ("secret_id", .string(let id)): secrets.insert(id)
                case ("auth_connection_id", .string(let id)): connections.insert(id)
                case ("env_var_label", .string(let label)): labels.insert(label)
                default: collect(value)
                }
            }
        case .array(let elements): for element in elements { collect(element) }
        case .string(let text): filled.formUnion(EnvironmentVariable.labels(in: text))
        default: break
        }
    }
}
