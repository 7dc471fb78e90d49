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
    /// What servers' configurations name.
    let workspace: Workspace
    let limits: ServerLimits

    /// Agents that one answer names as dependents.
    private static let mostDependents = 100

    func register(_ routes: inout RouteTable) {
        let path = "/v1/convai/mcp-servers"
        routes.on(.post, path, query: []) { request, _ in
            let server = try StoredMCPServer.new(body: try await request.jsonBody(limit: limits.bodySize))
            try await resources.insert(server)
            openAhead(server)
            return try await answer(server)
        }
        routes.on(.get, path, query: []) { _, _ in
            var answers: [JSONValue] = []
            for server in try await resources.all(ResourceQuery(.mcpServer)) { answers.append(try await json(server)) }
            return .json(["mcp_servers": .array(answers)])
        }
        routes.on(.get, "\(path)/{mcp_server_id}", query: []) { _, context in
            try await answer(try await find(context))
        }
        routes.on(.patch, "\(path)/{mcp_server_id}", query: []) { request, context in
            try await change(request, context) { try StoredMCPServer.changed($0, with: $1) }
        }
        routes.on(.delete, "\(path)/{mcp_server_id}", query: []) { _, context in
            let server = try await find(context)
            let target = try? await target(of: server)
            try await resources.delete(.mcpServer, server.id, unlessUsed: nil)
            try await agents.forget(.mcpServer(server.id))
            if let target { servers?.forget(target) }
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
            let body = try await request.jsonBody(limit: limits.bodySize)
            let listed = try await listed(body["tool_name"]?.stringValue ?? "", on: try await find(context))
            return try await answer(context) { try StoredMCPServer.approving($0, body, listed: listed?.json) }
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

    private func answer(_ server: Resource) async throws -> Response {
        .json(try await json(server), headers: .version(server.version))
    }

    private func json(_ server: Resource) async throws -> JSONValue {
        let users = try await agents.users(of: .mcpServer(server.id), PageRequest(size: Self.mostDependents))
        return StoredMCPServer.json(server, dependents: users.items)
    }

    private func change(
        _ request: Request, _ context: ServerRequestContext,
        _ change: @escaping @Sendable (Resource, JSONValue) throws -> Resource
    ) async throws -> Response {
        let body = try await request.jsonBody(limit: limits.bodySize)
        let precondition = Precondition(request)
        return try await answer(context) { server in
            try precondition.check(server.version, of: "mcp_server")
            return try change(server, body)
        }
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
        let former = try? await target(of: try await find(context))
        let server = try await resources.change(.mcpServer, context.parameter("mcp_server_id"), change)
        // With other credentials, or at another place, it is another server.
        if let former, former != (try? await target(of: server)) { servers?.forget(former) }
        openAhead(server)
        return try await answer(server)
    }

    // MARK: The servers themselves

    /// Has the server connected before a call needs it.
    private func openAhead(_ server: Resource) {
        guard let servers else { return }
        Task { if let target = try? await target(of: server) { _ = servers.snapshot(target) } }
    }

    /// The server as it is asked outside of calls; nil when it cannot be.
    private func target(of server: Resource) async throws -> MCPServer? {
        try await settings(of: server).0.map(MCPServer.init)
    }

    /// How the server is used outside of calls, and what there is to say of that.
    private func settings(of server: Resource) async throws -> (MCPServerSettings?, [String]) {
        MCPServerSettings.outsideOfCalls(server, workspace: try await workspace.items(for: server.body))
    }

    /// A tool as the server lists it now; nil when it does not, or cannot be asked.
    private func listed(_ tool: String, on server: Resource) async throws -> MCPTool? {
        guard let servers, let target = try await target(of: server) else { return nil }
        if let known = servers.snapshot(target).list[tool] { return known }
        return (try? await servers.tools(of: target))?[tool]
    }

    private func tools(of server: Resource) async throws -> JSONValue {
        func answer(_ list: MCPToolList?, _ messages: [String]) -> JSONValue {
            let isPerTool =
                StoredMCPServer.configuration(of: server)["approval_policy"] == "require_approval_per_tool"
            let tools = list?.tools.map(\.json) ?? []
            return [
                "success": .bool(list != nil), "tools": .array(tools),
                "tool_approval_statuses": .array(
                    isPerTool ? tools.map { StoredMCPServer.approvalStatus(of: $0, on: server) } : []),
                "error_message": messages.isEmpty ? .null : .string(messages.joined(separator: " ")),
            ]
        }
        guard let servers else { return answer(nil, ["This server asks no MCP servers."]) }
        let (settings, problems) = try await settings(of: server)
        guard let settings else { return answer(nil, problems) }
        do {
            let list = try await servers.tools(of: MCPServer(settings))
            return answer(list, problems + list.warnings.map(Self.sentence))
        } catch let error as MCPError {
            return answer(nil, [Self.sentence(error.description)] + problems)
        }
    }

    private static func sentence(_ text: String) -> String { "\(text.prefix(1).uppercased())\(text.dropFirst())." }
}

extension ServerRequestContext {
    /// The tool in the route's path; names of tools may have any character.
    fileprivate var toolName: String {
        let name = parameter("tool_name")
        return name.removingPercentEncoding ?? name
    }
}
