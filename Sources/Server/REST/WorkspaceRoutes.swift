import Agents
import Foundation
import Hummingbird
import JSON

/// What agents share beside tools and secrets: environments and their variables, auth connections, and the settings of the
/// workspace.
struct WorkspaceRoutes: Sendable {
    let resources: any ResourceStore
    let agents: any AgentStore
    let vault: SecretVault
    let limits: ServerLimits

    func register(_ routes: inout RouteTable) {
        registerVariables(&routes)
        registerEnvironments(&routes)
        registerConnections(&routes)
        let settings = "/v1/convai/settings"
        routes.on(.get, settings, query: []) { _, _ in
            .json(try await WorkspaceSettings.read(from: resources).json)
        }
        routes.on(.patch, settings, query: []) { request, _ in
            let body = try await request.jsonBody(limit: limits.bodySize)
            return .json(try await WorkspaceSettings.change(body, in: resources).json)
        }
    }

    // MARK: Environment variables

    private func registerVariables(_ routes: inout RouteTable) {
        let path = "/v1/convai/environment-variables"
        routes.on(.post, path, query: []) { request, _ in
            let variable = try EnvironmentVariable.new(body: try await request.jsonBody(limit: limits.bodySize))
            try await check(variable)
            try await resources.insert(variable)
            return .json(EnvironmentVariable.json(variable))
        }
        routes.on(.get, path, query: ["cursor", "page_size", "label", "environment", "type"]) { request, _ in
            let query = request.query
            let environment = query["environment"]
            var selection = ResourceQuery(.environmentVariable, types: query.all("type").filter { !$0.isEmpty })
            selection.using = environment.map { ResourceReference($0, in: ["environments"]) }
            if let label = query["label"] { selection.name = label }
            let page = try await resources.list(selection, try query.page())
            return .json(
                page.map { EnvironmentVariable.json($0, environment: environment) }.json("environment_variables"))
        }
        routes.on(.get, "\(path)/{env_var_id}", query: []) { _, context in
            let variable = try await resources.find(.environmentVariable, context.parameter("env_var_id"))
            return .json(EnvironmentVariable.json(variable))
        }
        routes.on(.patch, "\(path)/{env_var_id}", query: []) { request, context in
            let body = try await request.jsonBody(limit: limits.bodySize)
            let id = context.parameter("env_var_id")
            try await check(
                try EnvironmentVariable.changed(try await resources.find(.environmentVariable, id), with: body))
            let variable = try await resources.change(.environmentVariable, id) {
                try EnvironmentVariable.changed($0, with: body)
            }
            return .json(EnvironmentVariable.json(variable))
        }
        routes.on(.delete, "\(path)/{env_var_id}", query: []) { _, context in
            let variable = try await resources.find(.environmentVariable, context.parameter("env_var_id"))
            try await resources.delete(
                .environmentVariable, variable.id, unlessUsed: .environmentVariable(variable.name))
            return .json([:])
        }
    }

    /// Checks that the environments of a variable exist.
    private func check(_ variable: Resource) async throws {
        let names = EnvironmentVariable.environments(of: variable).subtracting([EnvironmentVariable.production])
        let known = try await resources.get(.environment, names.sorted())
        let issues = names.sorted().filter { known[$0] == nil }.map { name in
            ValidationError.Issue(
                loc: ["body", "values", .string(name)], msg: "There is no environment \(name)", type: "value_error")
        }
        guard issues.isEmpty else { throw ValidationError(issues) }
    }

    // MARK: Environments

    private func registerEnvironments(_ routes: inout RouteTable) {
        let path = "/v1/convai/environments"
        routes.on(.get, path, query: []) { _, _ in
            let environments = try await resources.all(ResourceQuery(.environment))
            let production: JSONValue = [
                "name": .string(EnvironmentVariable.production), "updated_at_unix_secs": nil, "created_by_user_id": nil,
            ]
            return .json(["environments": .array([production] + environments.map(Self.json))])
        }
        routes.on(.post, path, query: []) { request, _ in
            let body = try await request.jsonBody(limit: limits.bodySize)
            let environment = try EnvironmentVariable.environment(body["name"])
            guard environment.id != EnvironmentVariable.production else {
                throw StorageError.alreadyExists(Resource.Kind.environment.rawValue, id: environment.id)
            }
            try await resources.insert(environment)
            return .json(Self.json(environment))
        }
        routes.on(.delete, "\(path)/{environment}", query: []) { _, context in
            let name = context.parameter("environment")
            guard name != EnvironmentVariable.production else {
                throw StorageError.used(Resource.Kind.environment.rawValue, id: name)
            }
            // First the environment, so that no variable gets a value for it any more.
            try await resources.delete(.environment, name, unlessUsed: nil)
            let variables = ResourceQuery(
                .environmentVariable, using: ResourceReference(name, in: ["environments"]))
            for variable in try await resources.all(variables) {
                do {
                    try await resources.change(.environmentVariable, variable.id) {
                        EnvironmentVariable.forgetting(name, in: $0)
                    }
                } catch StorageError.notFound {
                    // Somebody removed the variable meanwhile.
                }
            }
            return .json([:])
        }
    }

    private static func json(_ environment: Resource) -> JSONValue {
        [
            "name": .string(environment.name), "updated_at_unix_secs": .integer(environment.updatedAt),
            "created_by_user_id": .string(CatalogRoutes.user),
        ]
    }

    // MARK: Auth connections

    private func registerConnections(_ routes: inout RouteTable) {
        let path = "/v1/workspace/auth-connections"
        routes.on(.post, path, query: []) { request, _ in
            let connection = try AuthConnection.new(
                body: try await request.jsonBody(limit: limits.bodySize), vault: vault)
            try await resources.insert(connection)
            return .json(try await json(connection: connection))
        }
        routes.on(.get, path, query: []) { _, _ in
            var connections: [JSONValue] = []
            for connection in try await resources.all(ResourceQuery(.authConnection)) {
                connections.append(try await json(connection: connection))
            }
            return .json(["auth_connections": .array(connections)])
        }
        routes.on(.patch, "\(path)/{auth_connection_id}", query: []) { request, context in
            let body = try await request.jsonBody(limit: limits.bodySize)
            let connection = try await resources.change(
                .authConnection, context.parameter("auth_connection_id")
            ) { [vault] in try AuthConnection.changed($0, with: body, vault: vault) }
            return .json(try await json(connection: connection))
        }
        routes.on(.delete, "\(path)/{auth_connection_id}", query: []) { _, context in
            let id = context.parameter("auth_connection_id")
            try await resources.delete(.authConnection, id, unlessUsed: .authConnection(id))
            return .json([:])
        }
    }

    private func json(connection: Resource) async throws -> JSONValue {
        let dependents = Dependents(resources: resources, agents: agents)
        let reference = ResourceReference.authConnection(connection.id)
        let limit = PageRequest.sizes.upperBound
        return try AuthConnection.json(
            connection, vault: vault,
            tools: try await dependents.resources(.tool, using: reference, limit: limit).items,
            servers: try await dependents.resources(.mcpServer, using: reference, limit: limit).items)
    }
}
