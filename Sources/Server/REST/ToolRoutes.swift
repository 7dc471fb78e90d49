import Agents
import Foundation
import Hummingbird
import JSON

/// `/v1/convai/tools`: the tools that agents name in `prompt.tool_ids`.
struct ToolRoutes: Sendable {
    let resources: any ResourceStore
    let agents: any AgentStore
    let conversations: any ConversationStore
    let workspace: Workspace
    let limits: ServerLimits

    func register(_ routes: inout RouteTable) {
        let path = "/v1/convai/tools"
        routes.on(.post, path, query: []) { request, _ in
            let tool = try StoredTool.new(body: try await request.jsonBody(limit: limits.bodySize))
            try await resources.insert(tool)
            return try await answer(tool)
        }
        routes.on(.get, path, query: Self.listQuery) { request, _ in try await list(request) }
        // The other environments differ in MCP servers alone, which are not tools here.
        let environment = ["environment": AcceptedQuery.Inert.always]
        routes.on(.get, "\(path)/{tool_id}", query: AcceptedQuery([], inert: environment)) { _, context in
            try await answer(try await find(context))
        }
        routes.on(.patch, "\(path)/{tool_id}", query: []) { request, context in
            let body = try await request.jsonBody(limit: limits.bodySize)
            let precondition = Precondition(request)
            return try await answer(
                try await resources.change(.tool, context.parameter("tool_id")) { tool in
                    try precondition.check(tool.version, of: "tool")
                    return try StoredTool.changed(tool, with: body)
                })
        }
        routes.on(.delete, "\(path)/{tool_id}", query: ["force"]) { request, context in
            let id = context.parameter("tool_id")
            let isForced = try request.query.flag("force") ?? false
            try await resources.delete(.tool, id, unlessUsed: isForced ? nil : .tool(id))
            if isForced { try await agents.forget(.tool(id)) }
            return .json([:])
        }
        routes.on(.get, "\(path)/{tool_id}/dependent-agents", query: ["cursor", "page_size"]) { request, context in
            let tool = try await find(context)
            let page = try await agents.users(of: .tool(tool.id), try request.query.page())
            return .json(page.json("agents").merging(["branches": []]))
        }
        routes.on(.get, "\(path)/{tool_id}/executions", query: Self.executionsQuery) { request, context in
            try await executions(of: try await find(context), request)
        }
    }

    private static let listQuery = AcceptedQuery(
        ["search", "page_size", "types", "sort_by", "sort_direction", "cursor", "used_by_agent_id"],
        // All tools belong to the one user.
        inert: ["show_only_owned_documents": .always, "created_by_user_id": .when(["@me", CatalogRoutes.user])])

    // Agents have no branches here.
    private static let executionsQuery: AcceptedQuery = [
        "cursor", "page_size", "is_error", "agent_id", "start_time", "end_time",
    ]

    private func find(_ context: ServerRequestContext) async throws -> Resource {
        try await resources.find(.tool, context.parameter("tool_id"))
    }

    private func answer(_ tool: Resource) async throws -> Response {
        .json(try await shown([tool])[0], headers: .version(tool.version))
    }

    private func list(_ request: Request) async throws -> Response {
        let query = request.query
        var selection = ResourceQuery(
            .tool, search: query["search"], types: query.all("types").filter { !$0.isEmpty },
            sortBy: try query.choice("sort_by", among: [.name, .createdAt]) ?? .createdAt)
        if let id = query["used_by_agent_id"] {
            guard let agent = try await agents.get(id) else { throw StorageError.notFound("agent", id: id) }
            selection.ids = agent.toolIDs
        }
        let page = try await resources.list(selection, try query.page())
        return .json(Page(items: try await shown(page.items), nextCursor: page.nextCursor).json("tools"))
    }

    /// The tools as they are shown, in the same order.
    private func shown(_ tools: [Resource]) async throws -> [JSONValue] {
        let usage = try await conversations.usage(ofTools: tools.map(\.id))
        let secrets = try await workspace.items(for: .array(tools.map(\.body))).secrets
        return tools.map { StoredTool.json($0, usage: usage[$0.id] ?? ToolUsage(), secrets: secrets) }
    }

    private func executions(of tool: Resource, _ request: Request) async throws -> Response {
        let query = request.query
        let filter = ToolExecutionFilter(
            toolID: tool.id, isError: try query.flag("is_error"), agentID: query["agent_id"],
            from: try query.number("start_time"), until: try query.number("end_time"))
        return .json(
            try await conversations.executions(filter, try query.page()).map(\.json).json("executions"))
    }
}

extension AgentStore {
    /// A page of the agents that refer to a resource, archived ones too, as lists of dependents have them.
    func users(of reference: ResourceReference, _ page: PageRequest) async throws -> Page<JSONValue> {
        try await list(AgentQuery(isArchived: nil, using: reference), page: page).map { item in
            [
                "type": "available", "id": .string(item.agent.id), "name": .string(item.agent.name),
                "created_at_unix_secs": .integer(item.agent.createdAt), "access_level": "admin",
                "referenced_resource_ids": [],
            ]
        }
    }

    /// Removes a resource from the lists of all agents that refer to it.
    func forget(_ reference: ResourceReference) async throws {
        let query = AgentQuery(isArchived: nil, using: reference)
        var cursor: String?
        repeat {
            let page = try await list(
                query, page: PageRequest(size: PageRequest.sizes.upperBound, cursor: cursor, direction: .ascending))
            for item in page.items {
                do {
                    try await change(item.agent.id) { $0.forgetting(reference) }
                } catch StorageError.notFound {
                    // Somebody removed the agent meanwhile.
                }
            }
            cursor = page.nextCursor
        } while cursor != nil
    }
}

extension Page {
    func map<Other>(_ body: (Item) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(items: try items.map(body), nextCursor: nextCursor)
    }
}

extension Page<JSONValue> {
    /// The answer of a list, with the items under `name`.
    func json(_ name: String) -> JSONValue {
        [
            name: .array(items), "next_cursor": nextCursor.map(JSONValue.string) ?? .null,
            "has_more": .bool(nextCursor != nil),
        ]
    }
}
