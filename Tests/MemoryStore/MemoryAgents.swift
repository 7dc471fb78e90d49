import Agents
import JSON

struct MemoryAgents: AgentStore {
    let state: MemoryState

    func insert(_ agent: Agent) async throws {
        try state.access { try $0.agents.insert(try agent.asStored, agent.id) }
    }

    func get(_ id: String) async throws -> Agent? { state.access { $0.agents[id] } }

    func list(_ query: AgentQuery, _ page: PageRequest) async throws -> Page<AgentListItem> {
        try state.access { tables in
            let calls = Dictionary(grouping: tables.conversations.inOrder.map(\.start), by: \.agentID)
                .mapValues { $0.map(\.startTime) }
            let found = try tables.agents.page(page) { agent in
                switch query.sortBy {
                case .name: .string(agent.name.lowercased())
                case .createdAt: .integer(agent.createdAt)
                case .callCount: .integer((calls[agent.id] ?? []).count { $0 >= query.callsSince })
                }
            } where: { agent in
                query.selects(agent)
            }
            return Page(
                items: found.items.map { AgentListItem(agent: $0, lastCallTime: calls[$0.id]?.max()) },
                nextCursor: found.nextCursor)
        }
    }

    func change(_ id: String, _ change: @escaping @Sendable (Agent) throws -> Agent) async throws -> Agent {
        try state.access { tables in
            try tables.agents.change(id) { agent in
                let changed = try change(agent)
                agent = try changed.asStored
                return changed
            }
        }
    }

    func delete(_ id: String) async throws { try state.access { try $0.agents.remove(id) } }
}

extension Agent {
    fileprivate var asStored: Agent {
        get throws {
            var agent = self
            agent.conversationConfig = try conversationConfig.asStored
            agent.platformSettings = try platformSettings.asStored
            agent.workflow = try workflow.asStored
            return agent
        }
    }
}

extension Agent {
    func uses(_ reference: ResourceReference) -> Bool {
        [conversationConfig, platformSettings, workflow].contains(where: reference.occurs)
    }
}

extension AgentQuery {
    fileprivate func selects(_ agent: Agent) -> Bool {
        if let search, !search.isEmpty {
            let search = search.lowercased()
            guard [agent.name, agent.id].contains(where: { $0.lowercased().contains(search) }) else { return false }
        }
        if let using, !agent.uses(using) { return false }
        return (tags.isEmpty || !tags.allSatisfy { !agent.tags.contains($0) })
            && isArchived.map { $0 == agent.isArchived } ?? true
    }
}
