import Agents
import Foundation
import Hummingbird
import JSON
import Logging
import Synchronization

/// `/v1/convai/agents`.
struct AgentRoutes: Sendable {
    let agents: any AgentStore
    let workspace: Workspace
    let catalog: ModelCatalog
    let access: AccessControl
    let limits: ServerLimits
    let logger: Logger
    /// The substitutes for the hosted service's defaults are reported once, when the first agent is made.
    private let hasSaidStandIns = OnceFlag()

    func register(_ routes: inout RouteTable) {
        let path = "/v1/convai/agents"
        // This server has no versions and branches of agents.
        let create = AcceptedQuery([], inert: ["enable_versioning": .when(["false"])])
        routes.on(.post, "\(path)/create", query: create) { request, _ in try await self.create(request) }
        routes.on(.get, path, query: Self.listQuery) { request, _ in try await list(request) }
        let whole = ["include_procedure_generated_workflow_elements": AcceptedQuery.Inert.always]
        routes.on(.get, "\(path)/{agent_id}", query: AcceptedQuery([], inert: whole)) { _, context in
            try await answer(try await find(context))
        }
        let update = AcceptedQuery(
            [], inert: whole.merging(["enable_versioning_if_not_enabled": .when(["false"])]) { $1 })
        routes.on(.patch, "\(path)/{agent_id}", query: update) { request, context in
            try await self.update(request, context)
        }
        routes.on(.delete, "\(path)/{agent_id}", query: AcceptedQuery([], inert: ["force": .always])) { _, context in
            try await agents.delete(context.parameter("agent_id"))
            return .json([:])
        }
        routes.on(.post, "\(path)/{agent_id}/duplicate", query: []) { request, context in
            let name = try await request.jsonBody(limit: limits.bodySize).optionalString("name")
            let copy = try await agents.duplicate(context.parameter("agent_id"), name: name)
            return .json(["agent_id": .string(copy.id)])
        }
        routes.on(.get, "\(path)/{agent_id}/link", query: []) { _, context in
            // This server has no shareable links; signed URLs of private agents come from get-signed-url.
            .json(["agent_id": .string(try await find(context).id), "token": nil])
        }
        routes.on(
            .get, "\(path)/{agent_id}/widget", for: .anyone, query: ["conversation_signature", "token"]
        ) { request, context in
            let agent = try await find(context)
            do {
                _ = try await access.admit(CallerCredentials(request), to: agent)
            } catch let refusal as Refusal {
                throw APIError.unauthorized("needs_authorization", refusal.reason)
            }
            return .json(["agent_id": .string(agent.id), "widget_config": widget(agent)])
        }
    }

    private static let listQuery = AcceptedQuery(
        ["page_size", "search", "archived", "tags", "sort_direction", "sort_by", "cursor"],
        // All agents belong to the one user.
        inert: ["show_only_owned_agents": .always, "created_by_user_id": .when(["@me", CatalogRoutes.user])])

    private func create(_ request: Request) async throws -> Response {
        let agent = try Agent.new(body: try await request.jsonBody(limit: limits.bodySize))
        try await agents.insert(agent)
        let warnings = try await warnings(of: agent)
        log(warnings, agent)
        if hasSaidStandIns.set() {
            for standIn in catalog.available.standIns { logger.notice("Agents with default settings: \(standIn)") }
        }
        var answer: JSONValue = ["agent_id": .string(agent.id)]
        if !warnings.isEmpty { answer["metadata"] = Self.metadata(warnings) }
        return .json(answer)
    }

    private func update(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let patch = try await request.jsonBody(limit: limits.bodySize)
        let before = Set(try await warnings(of: try await find(context)))
        let precondition = Precondition(request)
        let agent = try await agents.change(context.parameter("agent_id")) { agent in
            try precondition.check(agent.version, of: "agent")
            return try agent.patched(with: patch)
        }
        let warnings = try await warnings(of: agent)
        log(warnings.filter { !before.contains($0) }, agent)
        return Self.answer(agent, warnings)
    }

    private func list(_ request: Request) async throws -> Response {
        let query = request.query
        let page = try await agents.list(
            AgentQuery(
                search: query["search"], tags: query.all("tags").filter { !$0.isEmpty },
                isArchived: try query.flag("archived") ?? false,
                sortBy: try query.choice("sort_by", among: [.name, .createdAt, .callCount]) ?? .createdAt),
            page: try query.page())
        return .json([
            "agents": .array(page.items.map(\.json)), "next_cursor": page.nextCursor.map(JSONValue.string) ?? .null,
            "has_more": .bool(page.nextCursor != nil),
        ])
    }

    private func find(_ context: ServerRequestContext) async throws -> Agent {
        let id = context.parameter("agent_id")
        guard let agent = try await agents.get(id) else { throw StorageError.notFound("agent", id: id) }
        return agent
    }

    private func warnings(of agent: Agent) async throws -> [String] {
        agent.warnings(
            available: catalog.available, workspace: try await workspace.items(for: agent.conversationConfig))
    }

    private func answer(_ agent: Agent) async throws -> Response {
        Self.answer(agent, try await warnings(of: agent))
    }

    private static func answer(_ agent: Agent, _ warnings: [String]) -> Response {
        .json(agent.json.merging(["metadata": metadata(warnings)]), headers: .version(agent.version))
    }

    private static func metadata(_ warnings: [String]) -> JSONValue {
        ["warnings": .array(warnings.map(JSONValue.string))]
    }

    private func log(_ warnings: [String], _ agent: Agent) {
        for warning in warnings {
            logger.notice("\(warning)", metadata: ["agent_id": "\(agent.id)"])
        }
    }

    private func widget(_ agent: Agent) -> JSONValue {
        let configuration = agent.conversationConfig
        // A call in a language that the client may not choose would be refused.
        let mayChoose =
            agent.platformSettings.value(at: "overrides", "conversation_config_override", "agent", "language") == true
        let presets = mayChoose ? configuration["language_presets"]?.objectValue ?? [:] : [:]
        return (agent.platformSettings["widget"] ?? [:]).merging([
            "language": configuration.value(at: "agent", "language") ?? "en",
            "supported_language_overrides": .array(presets.keys.sorted().map(JSONValue.string)),
            "first_message": configuration.value(at: "agent", "first_message") ?? .null,
            "text_only": configuration.value(at: "conversation", "text_only") ?? false,
            // WebRTC, the other transport, is not supported.
            "use_rtc": false,
        ])
    }
}

/// A flag that is set once, for as long as the server runs.
private final class OnceFlag: Sendable {
    private let isSet = Atomic(false)

    /// Sets the flag; whether this was the first time.
    func set() -> Bool { !isSet.exchange(true, ordering: .relaxed) }
}
