import Agents
import Foundation
import Hummingbird
import JSON
import MCP
import Tools

/// `/v1/convai/mcp-servers`: the servers that agents name in `prompt.mcp_server_ids`.
struct MCPServerRoutes: Sendable {
    let resources: any ResourceStore
    let agents: any AgentStore
    /// Nil where no server can be asked.
    let servers: (any MCPAccess)?
    /// The secrets that a server's configuration names.
    let secrets: @Sendable (JSONValue) async throws -> SecretSource
    let limits: ServerLimits

    /// Agents that one answer names as dependents.
    private static let mostDependents = 100

    func register(_ routes: inout RouteTable) {
        let path = "/v1/convai/mcp-servers"
        routes.on(.post, path, query: []) { request, _ in
            let server = try StoredMCPServer.new(body: try await request.jsonBody(limit: limits.bodySize))
            try await resources.insert(server)
            openAhead(server)
            return .json(StoredMCPServer.json(server))
        }
        routes.on(.get, path, query: []) { _, _ in
            var answers: [JSONValue] = []
            for server in try await resources.all(ResourceQuery(.mcpServer)) { answers.append(try await json(server)) }
            return .json(["mcp_servers": .array(answers)])
        }
        routes.on(.get, "\(path)/{mcp_server_id}", query: []) { _, context in
            .json(try await json(try await find(context)))
        }
        routes.on(.patch, "\(path)/{mcp_server_id}", query: []) { request, context in
            try await change(request, context) { try StoredMCPServer.changed($0, with: $1) }
        }
        routes.on(.delete, "\(path)/{mcp_server_id}", query: []) { _, context in
            let id = context.parameter("mcp_server_id")
            try await resources.delete(.mcpServer, id, unlessUsed: nil)
            try await forget(id)
            return .json([:])
        }
        routes.on(.patch, "\(path)/{mcp_server_id}/approval-policy", query: []) { request, context in
            try await change(request, context) { server, body in
                guard let policy = body["approval_policy"], !policy.isNull else {
                    throw ValidationError([
                        .init(loc: ["body", "approval_policy"], msg: "Field required", type: "missing")
                    ])
                }
                return try StoredMCPServer.changed(server, with: ["approval_policy": policy])
            }
        }
        routes.on(.get, "\(path)/{mcp_server_id}/tools", query: Self.environment, endsWithClient: true) { _, context in
            .json(try await tools(of: try await find(context)))
        }
        routes.on(.post, "\(path)/{mcp_server_id}/tool-approvals", query: []) { request, context in
            try await change(request, context) { try StoredMCPServer.approving($0, $1) }
        }
        routes.on(.delete, "\(path)/{mcp_server_id}/tool-approvals/{tool_name}", query: []) { _, context in
            try await change(context) { try StoredMCPServer.disapproving($0, $1) }
        }
        routes.on(.post, "\(path)/{mcp_server_id}/tool-configs", query: Self.environment) { request, context in
            try await change(request, context) { try StoredMCPServer.configuring($0, $1) }
        }
        let override = "\(path)/{mcp_server_id}/tool-configs/{tool_name}"
        routes.on(.get, override, query: []) { _, context in
            let name = context.toolName
            guard let config = StoredMCPServer.toolConfig(of: try await find(context), name) else {
                throw StorageError.notFound("tool_config", id: name)
            }
            return .json(config)
        }
        routes.on(.patch, override, query: Self.environment) { request, context in
            let name = context.toolName
            return try await change(request, context) { try StoredMCPServer.reconfiguring($0, name, $1) }
        }
        routes.on(.delete, override, query: []) { _, context in
            try await change(context) { try StoredMCPServer.unconfiguring($0, $1) }
        }
    }

    // The tools are looked up in the one environment that secrets and variables have.
    private static let environment = AcceptedQuery([], inert: ["environment": .when(["production"])])

    private func find(_ context: ServerRequestContext) async throws -> Resource {
        try await resources.find(.mcpServer, context.parameter("mcp_server_id"))
    }

    private func json(_ server: Resource) async throws -> JSONValue {
        let users = try await users(of: server.id)
        return StoredMCPServer.json(
            server,
            dependents: users.map { agent in
                [
                    "type": "available", "id": .string(agent.id), "name": .string(agent.name),
                    "created_at_unix_secs": .integer(agent.createdAt), "access_level": "admin",
                    "referenced_resource_ids": [],
                ]
            })
    }

    /// The agents that name a server, archived ones too: as many as one answer names.
    private func users(of id: String) async throws -> [Agent] {
        try await agents.list(
            AgentQuery(isArchived: nil, using: .mcpServer(id)), page: PageRequest(size: Self.mostDependents)
        ).items.map(\.agent)
    }

    /// Removes a server that is no more from the agents that name it.
    private func forget(_ id: String) async throws {
        while true {
            let users = try await users(of: id)
            for agent in users {
                let path = ["agent", "prompt", "mcp_server_ids"]
                let others = agent.conversationConfig.value(at: path[0], path[1], path[2])?.arrayValue?
                    .filter { $0 != .string(id) }
                do {
                    try await agents.update(
                        agent.id,
                        ["conversation_config": ["agent": ["prompt": ["mcp_server_ids": .array(others ?? [])]]]])
                } catch StorageError.notFound {
                    // Somebody removed the agent meanwhile.
                }
            }
            // Where a reference stands elsewhere, it stays.
            guard users.count == Self.mostDependents else { return }
        }
    }

    private func change(
        _ request: Request, _ context: ServerRequestContext,
        _ change: @escaping @Sendable (Resource, JSONValue) throws -> Resource
    ) async throws -> Response {
        let body = try await request.jsonBody(limit: limits.bodySize)
        return try await answer(context) { try change($0, body) }
    }

    private func change(
        _ context: ServerRequestContext, _ change: @escaping @Sendable (Resource, String) throws -> Resource
    ) async throws -> Response {
        let name = context.toolName
        return try await answer(context) { try change($0, name) }
    }

    private func answer(
        _ context: ServerRequestContext, _ change: @escaping @Sendable (Resource) throws -> Resource
    ) async throws -> Response {
        let server = try await resources.change(.mcpServer, context.parameter("mcp_server_id"), change)
        openAhead(server)
        return .json(try await json(server))
    }

    // MARK: The servers themselves

    /// Has the server connected before a call needs it.
    private func openAhead(_ server: Resource) {
        guard let servers else { return }
        Task { if let settings = try? await settings(of: server).get() { _ = servers.snapshot(MCPServer(settings)) } }
    }

    private func settings(of server: Resource) async throws -> Result<MCPServerSettings, Unusable> {
        let secrets = try await secrets(StoredMCPServer.configuration(of: server))
        let (settings, problems) = MCPServerSettings.outsideOfCalls(server, secrets: secrets)
        return settings.map(Result.success) ?? .failure(Unusable(reason: problems.joined(separator: " ")))
    }

    private struct Unusable: Error {
        var reason: String
    }

    private func tools(of server: Resource) async throws -> JSONValue {
        func failure(_ message: String) -> JSONValue {
            ["success": false, "tools": [], "tool_approval_statuses": [], "error_message": .string(message)]
        }
        guard let servers else { return failure("this server asks no MCP servers") }
        switch try await settings(of: server) {
        case .failure(let problem): return failure(problem.reason)
        case .success(let settings):
            do {
                let list = try await servers.tools(of: MCPServer(settings))
                let isPerTool = settings.approvalPolicy == "require_approval_per_tool"
                return [
                    "success": true, "tools": .array(list.tools.map(\.json)),
                    "tool_approval_statuses": .array(
                        isPerTool ? list.tools.map { StoredMCPServer.approvalStatus(of: $0.json, on: server) } : []),
                    "error_message": nil,
                ]
            } catch let error as MCPError {
                return failure(error.description)
            }
        }
    }
}

extension ServerRequestContext {
    /// The tool in the route's path; names of tools may have any character.
    fileprivate var toolName: String {
        let name = parameter("tool_name")
        return name.removingPercentEncoding ?? name
    }
}
