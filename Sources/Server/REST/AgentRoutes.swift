import Agents
import Foundation
import Hummingbird
import JSON
import Logging

/// `/v1/convai/agents`.
struct AgentRoutes: Sendable {
    let agents: AgentStore
    let catalog: ModelCatalog
    let access: AccessControl
    let limits: ServerLimits
    let logger: Logger

    func register(_ routes: inout RouteTable) {
        let path = "/v1/convai/agents"
        routes.on(.post, "\(path)/create") { request, _ in try await create(request) }
        routes.on(.get, path) { request, _ in try await list(request) }
        routes.on(.get, "\(path)/{agent_id}") { _, context in
            answer(try await find(context))
        }
        routes.on(.patch, "\(path)/{agent_id}") { request, context in try await update(request, context) }
        routes.on(.delete, "\(path)/{agent_id}") { _, context in
            try await agents.delete(context.parameter("agent_id"))
            return .json([:])
        }
        routes.on(.post, "\(path)/{agent_id}/duplicate") { request, context in
            let name = try name(in: try await request.jsonBody(limit: limits.bodySize))
            let copy = try await agents.duplicate(context.parameter("agent_id"), name: name)
            return .json(["agent_id": .string(copy.id)])
        }
        routes.on(.get, "\(path)/{agent_id}/link") { _, context in
            // There are no shareable links; a private agent's signed URLs come from get-signed-url.
            .json(["agent_id": .string(try await find(context).id), "token": nil])
        }
        routes.on(.get, "\(path)/{agent_id}/widget", for: .anyone) { request, context in
            let agent = try await find(context)
            do {
                _ = try await access.admit(CallerCredentials(request), to: agent)
            } catch let refusal as Refusal {
                throw APIError.unauthorized("needs_authorization", refusal.reason)
            }
            return .json(["agent_id": .string(agent.id), "widget_config": widget(agent)])
        }
    }

    private func create(_ request: Request) async throws -> Response {
        let agent = try Agent.new(body: try await request.jsonBody(limit: limits.bodySize))
        try await agents.insert(agent)
        log(catalog.warnings(for: agent.conversationConfig), agent)
        return .json(["agent_id": .string(agent.id)])
    }

    private func update(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let patch = try await request.jsonBody(limit: limits.bodySize)
        let before = Set(catalog.warnings(for: try await find(context).conversationConfig))
        let agent = try await agents.update(context.parameter("agent_id"), patch)
        log(catalog.warnings(for: agent.conversationConfig).filter { !before.contains($0) }, agent)
        return answer(agent)
    }

    private func list(_ request: Request) async throws -> Response {
        let query = request.query
        let page = try await agents.list(
            search: query["search"], pageSize: try query.pageSize(), cursor: query["cursor"],
            archived: try query.flag("archived") ?? false,
            sortBy: try query.choice("sort_by", among: [.name, .createdAt, .callCount]) ?? .createdAt,
            direction: try query.choice("sort_direction", among: [.ascending, .descending]) ?? .descending)
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

    private func name(in body: JSONValue) throws -> String? {
        guard let name = body["name"], !name.isNull else { return nil }
        guard let text = name.stringValue else {
            throw ValidationError([
                .init(loc: ["body", "name"], msg: "Input should be a valid string", type: "string_type")
            ])
        }
        return text
    }

    private func answer(_ agent: Agent) -> Response {
        let warnings = catalog.warnings(for: agent.conversationConfig)
        return .json(agent.json.merging(["metadata": ["warnings": .array(warnings.map(JSONValue.string))]]))
    }

    private func log(_ warnings: [String], _ agent: Agent) {
        for warning in warnings {
            logger.notice("\(warning)", metadata: ["agent_id": "\(agent.id)"])
        }
    }

    private func widget(_ agent: Agent) -> JSONValue {
        let configuration = agent.conversationConfig
        let presets = configuration["language_presets"]?.objectValue ?? [:]
        return (agent.platformSettings["widget"] ?? [:]).merging([
            "language": configuration.value(at: "agent", "language") ?? "en",
            "supported_language_overrides": .array(presets.keys.sorted().map(JSONValue.string)),
            "first_message": configuration.value(at: "agent", "first_message") ?? .null,
            "text_only": configuration.value(at: "conversation", "text_only") ?? false,
            // The other transport, WebRTC, is not served.
            "use_rtc": false,
        ])
    }
}
