import Agents
import Foundation
import Hummingbird
import JSON

/// `/v1/convai/secrets`: what configurations name by `secret_id`. No answer has a secret's value.
struct SecretRoutes: Sendable {
    let resources: any ResourceStore
    let agents: any AgentStore
    let vault: SecretVault
    let limits: ServerLimits

    private var dependents: Dependents { Dependents(resources: resources, agents: agents) }

    func register(_ routes: inout RouteTable) {
        let path = "/v1/convai/secrets"
        routes.on(.post, path, query: []) { request, _ in
            let secret = try StoredSecret.new(
                body: try await request.jsonBody(limit: limits.bodySize), vault: vault)
            try await resources.insert(secret)
            return .json(StoredSecret.json(secret))
        }
        routes.on(.get, path, query: ["page_size", "dependency_limit", "search", "cursor"]) { request, _ in
            try await list(request)
        }
        routes.on(.get, "\(path)/{secret_id}", query: []) { _, context in
            let secret = try await find(context)
            return .json(try await describe(secret, limit: PageRequest.sizes.upperBound))
        }
        routes.on(.patch, "\(path)/{secret_id}", query: []) { request, context in
            let body = try await request.jsonBody(limit: limits.bodySize)
            let secret = try await resources.change(.secret, context.parameter("secret_id")) { [vault] in
                try StoredSecret.changed($0, with: body, vault: vault)
            }
            return .json(StoredSecret.json(secret))
        }
        routes.on(.delete, "\(path)/{secret_id}", query: []) { _, context in
            let id = context.parameter("secret_id")
            try await resources.delete(.secret, id, unlessUsed: .secret(id))
            return .json([:])
        }
        routes.on(
            .get, "\(path)/{secret_id}/dependencies/{resource_type}", query: ["page_size", "cursor"]
        ) { request, context in
            try await listDependencies(of: try await find(context), request, context)
        }
    }

    /// The kinds of resource whose use of a secret can be asked for.
    private enum DependentKind: String, CaseIterable {
        case tools
        case agents
        case phoneNumbers = "phone_numbers"
    }

    private func find(_ context: ServerRequestContext) async throws -> Resource {
        try await resources.find(.secret, context.parameter("secret_id"))
    }

    private func list(_ request: Request) async throws -> Response {
        let query = request.query
        let limit = try query.value("dependency_limit", "an integer from 0 to 100", "int_parsing") { text in
            Int(text).flatMap { (0...PageRequest.sizes.upperBound).contains($0) ? $0 : nil }
        }
        let page = try await resources.list(
            ResourceQuery(.secret, namePrefix: query["search"]),
            // The hosted API gives all where no size is asked for; this is as many as one answer has here.
            PageRequest(size: try query.pageSize(standard: PageRequest.sizes.upperBound), cursor: query["cursor"]))
        var secrets: [JSONValue] = []
        for secret in page.items {
            secrets.append(try await describe(secret, limit: limit ?? PageRequest.standardSize))
        }
        return .json(Page(items: secrets, nextCursor: page.nextCursor).json("secrets"))
    }

    /// - Parameter limit: How many dependents of a kind are named.
    private func describe(_ secret: Resource, limit: Int) async throws -> JSONValue {
        let reference = ResourceReference.secret(secret.id)
        let tools = try await dependents.resources(.tool, using: reference, limit: limit)
        let agents = try await dependents.agents(using: reference, limit: limit)
        let servers = try await dependents.resources(.mcpServer, using: reference, limit: limit)
        let settings = try await resources.list(ResourceQuery(.settings, using: reference), PageRequest(size: 1))
        return StoredSecret.json(secret).merging([
            "used_by": [
                "tools": .array(tools.items), "tools_has_more": .bool(tools.nextCursor != nil),
                "agents": .array(agents.items), "agents_has_more": .bool(agents.nextCursor != nil),
                "phone_numbers": [], "phone_numbers_has_more": false, "mcp_servers": .array(servers.items),
                "others": settings.items.isEmpty ? [] : ["conversation_initiation_webhook"],
            ]
        ])
    }

    private func listDependencies(
        of secret: Resource, _ request: Request, _ context: ServerRequestContext
    ) async throws -> Response {
        let reference = ResourceReference.secret(secret.id)
        let type = context.parameter("resource_type")
        let page: Page<JSONValue>
        switch DependentKind(rawValue: type) {
        case .tools: page = try await dependents.resources(.tool, using: reference, try request.query.page())
        case .agents: page = try await agents.users(of: reference, try request.query.page())
        // There are no telephone numbers here yet.
        case .phoneNumbers: page = Page(items: [], nextCursor: nil)
        case nil:
            let known = DependentKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError([
                .init(loc: ["path", "resource_type"], msg: "Input should be one of: \(known)", type: "enum")
            ])
        }
        return .json(page.json("dependencies"))
    }
}

/// What refers to a resource, as answers name it.
struct Dependents: Sendable {
    let resources: any ResourceStore
    let agents: any AgentStore

    /// Resources of a kind, such as tools.
    func resources(
        _ kind: Resource.Kind, using reference: ResourceReference, _ page: PageRequest
    ) async throws -> Page<JSONValue> {
        try await resources.list(ResourceQuery(kind, using: reference), page).map { resource in
            [
                "type": "available", "id": .string(resource.id), "name": .string(resource.name),
                "created_at_unix_secs": .integer(resource.createdAt), "access_level": "admin",
            ]
        }
    }

    /// The first `limit` resources of a kind, which may be none.
    func resources(
        _ kind: Resource.Kind, using reference: ResourceReference, limit: Int
    ) async throws -> Page<JSONValue> {
        try await resources(kind, using: reference, PageRequest(size: limit)).prefix(limit)
    }

    /// The first `limit` agents, which may be none.
    func agents(using reference: ResourceReference, limit: Int) async throws -> Page<JSONValue> {
        try await agents.users(of: reference, PageRequest(size: limit)).prefix(limit)
    }
}

extension Page {
    /// The page without its items where none are wanted: a page has at least one.
    fileprivate func prefix(_ limit: Int) -> Page {
        guard items.count > limit else { return self }
        return Page(items: Array(items.prefix(limit)), nextCursor: nextCursor ?? "more")
    }
}
