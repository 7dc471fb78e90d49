import Agents
import Foundation
import JSON
import TestSupport
import Testing

@Suite("The store of agents")
struct AgentStoreTests {
    let stores = OpenStores()
    let clock = ManualClock()

    func make(_ name: String, tags: [String] = [], in agents: any AgentStore) async throws -> Agent {
        clock.advance(by: 1)
        let agent = try Agent.new(name: name, tags: tags, now: clock.now())
        try await agents.insert(agent)
        return agent
    }

    @Test("an agent comes back as it was stored", arguments: Store.allCases)
    func roundTrip(_ kind: Store) async throws {
        let agents = try stores.open(kind, clock).agents
        let agent = try Agent.new(
            name: "Mia", tags: ["a", "b"], conversationConfig: ["agent": ["first_message": "Hello"], "unknown": [1]])
        try await agents.insert(agent)
        #expect(try await agents.get(agent.id) == agent)
        #expect(try await agents.get("agent_nobody") == nil)
        await #expect(throws: StorageError.alreadyExists("agent", id: agent.id)) { try await agents.insert(agent) }
    }

    @Test("a patch is stored; a wrong one changes nothing", arguments: Store.allCases)
    func update(_ kind: Store) async throws {
        let agents = try stores.open(kind, clock).agents
        let agent = try await make("before", in: agents)
        clock.advance(by: 10)
        let updated = try await agents.update(
            agent.id, ["name": "after", "conversation_config": ["tts": ["speed": 0.9]]], now: clock.now())
        #expect(updated.name == "after")
        #expect(updated.updatedAt == agent.updatedAt + 10)
        #expect(try await agents.get(agent.id) == updated)
        await #expect(throws: ValidationError.self) {
            try await agents.update(agent.id, ["conversation_config": ["tts": ["speed": "slow"]]])
        }
        #expect(try await agents.get(agent.id) == updated)
        await #expect(throws: StorageError.notFound("agent", id: "agent_nobody")) {
            try await agents.update("agent_nobody", [:])
        }
    }

    @Test("deleting and duplicating", arguments: Store.allCases)
    func deleteAndDuplicate(_ kind: Store) async throws {
        let agents = try stores.open(kind, clock).agents
        let agent = try await make("original", in: agents)
        let copy = try await agents.duplicate(agent.id)
        #expect(copy.id != agent.id)
        #expect(copy.name == "original (copy)")
        #expect(copy.conversationConfig == agent.conversationConfig)
        #expect(try await agents.duplicate(agent.id, name: "twin").name == "twin")
        try await agents.delete(agent.id)
        #expect(try await agents.get(agent.id) == nil)
        #expect(try await agents.get(copy.id) == copy)
        await #expect(throws: StorageError.notFound("agent", id: agent.id)) { try await agents.delete(agent.id) }
        await #expect(throws: StorageError.notFound("agent", id: agent.id)) { try await agents.duplicate(agent.id) }
    }

    @Test(
        "pages follow one another without gap or double, in both directions and every order",
        arguments: Store.allCases, [AgentQuery.SortKey.name, .createdAt, .callCount])
    func paging(_ kind: Store, sortBy: AgentQuery.SortKey) async throws {
        let agents = try stores.open(kind, clock).agents
        // Two share each second and each name, so that ties are broken too.
        var created: [Agent] = []
        for index in 0..<7 {
            let agent = try Agent.new(
                name: "agent \(index / 2)", now: Date(timeIntervalSince1970: Double(1_700_000_000 + index / 2)))
            try await agents.insert(agent)
            created.append(agent)
        }
        for direction in [SortDirection.ascending, .descending] {
            var seen: [String] = []
            var cursor: String?
            repeat {
                let page = try await agents.list(
                    AgentQuery(sortBy: sortBy), page: PageRequest(size: 3, cursor: cursor, direction: direction))
                #expect(page.items.count <= 3)
                seen += page.items.map(\.agent.id)
                cursor = page.nextCursor
            } while cursor != nil
            #expect(seen == (direction == .ascending ? created : created.reversed()).map(\.id))
        }
    }

    @Test("an agent that is made between two pages shifts nothing", arguments: Store.allCases)
    func stablePaging(_ kind: Store) async throws {
        let agents = try stores.open(kind, clock).agents
        for index in 0..<4 { _ = try await make("agent \(index)", in: agents) }
        let first = try await agents.list(page: PageRequest(size: 2))
        _ = try await make("late", in: agents)
        let second = try await agents.list(page: PageRequest(size: 2, cursor: first.nextCursor))
        #expect((first.items + second.items).map(\.agent.name) == ["agent 3", "agent 2", "agent 1", "agent 0"])
        #expect(second.nextCursor == nil)
    }

    @Test(
        "a cursor that no list gave out is refused", arguments: Store.allCases,
        ["x", "", "W10", "bnVsbA", "WzEsInR3byJd"])
    func badCursor(_ kind: Store, cursor: String) async throws {
        let agents = try stores.open(kind, clock).agents
        await #expect(throws: StorageError.invalidCursor) {
            try await agents.list(page: PageRequest(cursor: cursor))
        }
    }

    @Test("search looks at names, whatever the case, and takes wildcards literally", arguments: Store.allCases)
    func search(_ kind: Store) async throws {
        let agents = try stores.open(kind, clock).agents
        _ = try await make("Bike shop", in: agents)
        _ = try await make("100% coffee", in: agents)
        _ = try await make("1000 teas", in: agents)
        #expect(try await agents.list(AgentQuery(search: "BIKE")).items.map(\.agent.name) == ["Bike shop"])
        #expect(try await agents.list(AgentQuery(search: "100%")).items.map(\.agent.name) == ["100% coffee"])
        #expect(try await agents.list(AgentQuery(search: "_")).items.count == 3)
        #expect(try await agents.list(AgentQuery(search: "nothing")).items.isEmpty)
    }

    @Test("agents are found by any of their tags", arguments: Store.allCases)
    func tags(_ kind: Store) async throws {
        let agents = try stores.open(kind, clock).agents
        _ = try await make("both", tags: ["shop", "de"], in: agents)
        _ = try await make("one", tags: ["shop"], in: agents)
        _ = try await make("none", in: agents)
        #expect(try await agents.list(AgentQuery(tags: ["de", "fr"])).items.map(\.agent.name) == ["both"])
        #expect(try await agents.list(AgentQuery(tags: ["shop"])).items.map(\.agent.name) == ["one", "both"])
    }

    @Test("changes at the same time lose nothing", arguments: Store.allCases)
    func concurrency(_ kind: Store) async throws {
        let agents = try stores.open(kind, clock).agents
        let agent = try await make("busy", in: agents)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                group.addTask {
                    try await agents.change(agent.id) { agent in
                        var agent = agent
                        agent.tags.append("\(index)")
                        return agent
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await agents.get(agent.id)?.tags.count == 20)
    }

    @Test("archived agents are listed only when asked for", arguments: Store.allCases)
    func archived(_ kind: Store) async throws {
        let agents = try stores.open(kind, clock).agents
        _ = try await make("active", in: agents)
        let old = try await make("old", in: agents)
        try await agents.update(old.id, ["platform_settings": ["archived": true]])
        #expect(try await agents.list().items.map(\.agent.name) == ["active"])
        #expect(try await agents.list(AgentQuery(isArchived: true)).items.map(\.agent.name) == ["old"])
        #expect(try await agents.list(AgentQuery(isArchived: nil)).items.count == 2)
    }

    @Test("the time of the last call and the calls of the last week are known", arguments: Store.allCases)
    func calls(_ kind: Store) async throws {
        let storage = try stores.open(kind, clock)
        let agents = storage.agents
        let quiet = try await make("quiet", in: agents)
        let busy = try await make("busy", in: agents)
        let now = Int(clock.now().timeIntervalSince1970)
        for (index, start) in [now - 30 * 86_400, now - 100, now - 50].enumerated() {
            try await storage.conversations.begin(
                ConversationStart(id: "conv_\(index)", agentID: busy.id, agentName: "busy", startTime: start))
        }
        try await storage.conversations.begin(
            ConversationStart(id: "conv_q", agentID: quiet.id, agentName: "quiet", startTime: now - 8 * 86_400))
        let page = try await agents.list(AgentQuery(sortBy: .callCount, now: clock.now()))
        #expect(page.items.map(\.agent.name) == ["busy", "quiet"])
        #expect(page.items.map(\.lastCallTime) == [now - 50, now - 8 * 86_400])
        #expect(page.items.first?.json["last_call_time_unix_secs"] == .integer(now - 50))
        let fresh = try await make("fresh", in: agents)
        let listed = try await agents.list(AgentQuery(search: "fresh"))
        #expect(listed.items.first?.agent == fresh)
        #expect(listed.items.first?.json["last_call_time_unix_secs"] == .null)
    }
}
