import Agents
import Foundation
import JSON
import TestSupport
import Testing

@Suite("The store of resources")
struct ResourceStoreTests {
    let stores = OpenStores()
    let clock = ManualClock()

    func make(
        _ name: String, _ kind: Resource.Kind = .tool, type: String = "webhook", body: JSONValue = [:],
        in store: any ResourceStore
    ) async throws -> Resource {
        clock.advance(by: 1)
        let resource = Resource(
            kind, id: Identifier.make(kind.rawValue), name: name, type: type, body: body, now: clock.now())
        try await store.insert(resource)
        return resource
    }

    func names(_ query: ResourceQuery, in store: any ResourceStore) async throws -> [String] {
        try await store.all(query).map(\.name)
    }

    @Test("a resource comes back as it was stored; its id is taken within its kind only", arguments: Store.allCases)
    func roundTrip(_ kind: Store) async throws {
        let store = try stores.open(kind, clock).resources
        let tool = try await make(
            "look up", body: ["tool_config": ["type": "webhook", "unknown": [1, nil]]], in: store)
        #expect(try await store.get(.tool, tool.id) == tool)
        #expect(try await store.find(.tool, tool.id) == tool)
        #expect(try await store.get(.secret, tool.id) == nil)
        await #expect(throws: StorageError.notFound("secret", id: tool.id)) {
            try await store.find(.secret, tool.id)
        }
        await #expect(throws: StorageError.alreadyExists("tool", id: tool.id)) { try await store.insert(tool) }
        try await store.insert(Resource(.secret, id: tool.id, name: "other", now: clock.now()))
        #expect(try await store.get(.tool, tool.id) == tool)
    }

    @Test("many are read at once; unknown ids are missing", arguments: Store.allCases)
    func many(_ kind: Store) async throws {
        let store = try stores.open(kind, clock).resources
        let one = try await make("one", in: store)
        let two = try await make("two", in: store)
        #expect(try await store.get(.tool, [two.id, "tool_x", one.id, one.id]) == [one.id: one, two.id: two])
        #expect(try await store.get(.tool, [String]()).isEmpty)
    }

    @Test("lists search, filter by type and by ids, and sort", arguments: Store.allCases)
    func lists(_ kind: Store) async throws {
        let store = try stores.open(kind, clock).resources
        let b = try await make("Book_it", in: store)
        _ = try await make("ask", type: "client", in: store)
        _ = try await make("cancel 100%", in: store)
        _ = try await make("Book_it", .secret, in: store)
        #expect(try await names(ResourceQuery(.tool), in: store) == ["Book_it", "ask", "cancel 100%"])
        #expect(try await names(ResourceQuery(.tool, sortBy: .name), in: store) == ["ask", "Book_it", "cancel 100%"])
        #expect(try await names(ResourceQuery(.tool, search: "BOOK"), in: store) == ["Book_it"])
        #expect(try await names(ResourceQuery(.tool, search: b.id), in: store) == ["Book_it"])
        #expect(try await names(ResourceQuery(.tool, search: "0%"), in: store) == ["cancel 100%"])
        #expect(try await names(ResourceQuery(.tool, namePrefix: "book_"), in: store) == ["Book_it"])
        #expect(try await names(ResourceQuery(.tool, namePrefix: "it"), in: store) == [])
        #expect(try await names(ResourceQuery(.tool, types: ["client", "mcp"]), in: store) == ["ask"])
        #expect(try await names(ResourceQuery(.tool, ids: [b.id, "x"]), in: store) == ["Book_it"])
        #expect(try await names(ResourceQuery(.tool, ids: []), in: store) == [])
    }

    @Test(
        "pages follow one another without gap or double, in both directions and every order",
        arguments: Store.allCases, [ResourceQuery.SortKey.name, .createdAt])
    func paging(_ kind: Store, sortBy: ResourceQuery.SortKey) async throws {
        let store = try stores.open(kind, clock).resources
        var created: [String] = []
        for index in 0..<7 {
            let resource = Resource(
                .tool, id: "tool_\(index)", name: "tool \(index / 2)",
                now: Date(timeIntervalSince1970: Double(1_700_000_000 + index / 2)))
            try await store.insert(resource)
            created.append(resource.id)
        }
        for direction in [SortDirection.ascending, .descending] {
            var seen: [String] = []
            var cursor: String?
            repeat {
                let page = try await store.list(
                    ResourceQuery(.tool, sortBy: sortBy), PageRequest(size: 3, cursor: cursor, direction: direction))
                seen += page.items.map(\.id)
                cursor = page.nextCursor
            } while cursor != nil
            #expect(seen == (direction == .ascending ? created : created.reversed()))
        }
        await #expect(throws: StorageError.invalidCursor) {
            try await store.list(ResourceQuery(.tool), PageRequest(cursor: "x"))
        }
    }

    @Test("changes at the same time lose nothing; one that throws changes nothing", arguments: Store.allCases)
    func change(_ kind: Store) async throws {
        let store = try stores.open(kind, clock).resources
        let tool = try await make("busy", body: ["n": 0], in: store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await store.change(.tool, tool.id) { tool in
                        var tool = tool
                        tool.body["n"] = .integer((tool.body["n"]?.intValue ?? 0) + 1)
                        return tool
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.get(.tool, tool.id)?.body == ["n": 20])
        await #expect(throws: ValidationError.self) {
            try await store.change(.tool, tool.id) { _ in throw ValidationError([]) }
        }
        #expect(try await store.get(.tool, tool.id)?.body == ["n": 20])
        await #expect(throws: StorageError.notFound("tool", id: "tool_x")) {
            try await store.change(.tool, "tool_x") { $0 }
        }
    }

    @Test("names that configurations use are unique within their kind", arguments: Store.allCases)
    func uniqueNames(_ kind: Store) async throws {
        let store = try stores.open(kind, clock).resources
        _ = try await make("BASE_URL", .environmentVariable, in: store)
        let other = try await make("OTHER", .environmentVariable, in: store)
        _ = try await make("BASE_URL", .environment, in: store)
        _ = try await make("twin", in: store)
        _ = try await make("twin", in: store)
        let taken = StorageError.alreadyExists("environment_variable", id: "BASE_URL")
        await #expect(throws: taken) { _ = try await make("BASE_URL", .environmentVariable, in: store) }
        await #expect(throws: taken) {
            try await store.change(.environmentVariable, other.id) { resource in
                var resource = resource
                resource.name = "BASE_URL"
                return resource
            }
        }
        try await store.change(.environmentVariable, other.id) { $0 }
        #expect(try await store.get(.environmentVariable, other.id)?.name == "OTHER")
    }

    @Test("agents are found by the resources that they refer to, wherever they do", arguments: Store.allCases)
    func users(_ kind: Store) async throws {
        let storage = try stores.open(kind, clock)
        func agent(
            _ name: String, _ prompt: JSONValue, settings: JSONValue = [:], workflow: JSONValue = [:]
        ) async throws {
            clock.advance(by: 1)
            try await storage.agents.insert(
                try Agent.new(
                    name: name, conversationConfig: ["agent": ["prompt": prompt]], platformSettings: settings,
                    workflow: workflow, now: clock.now()))
        }
        try await agent("by id", ["tool_ids": ["tool_0", "tool_1"], "mcp_server_ids": ["mcp_1"]])
        try await agent("in the prompt's text", ["prompt": "tool_ids: tool_1"])
        try await agent("archived", ["tool_ids": ["tool_1"]], settings: ["archived": true])
        try await agent(
            "in a header", ["tools": [["name": "a", "type": "client", "request_headers": ["X": ["secret_id": "s1"]]]]])
        try await agent(
            "in the settings", [:],
            settings: [
                "workspace_overrides": [
                    "conversation_initiation_client_data_webhook": [
                        "url": "https://example.com", "request_headers": ["X": ["secret_id": "s1"]],
                    ]
                ]
            ])
        try await agent("in a node", [:], workflow: ["nodes": ["n": ["additional_tool_ids": ["tool_1"]]]])
        func found(_ reference: ResourceReference) async throws -> [String] {
            try await storage.agents.list(
                AgentQuery(isArchived: nil, using: reference), page: PageRequest(direction: .ascending)
            ).items.map(\.agent.name)
        }
        #expect(try await found(.tool("tool_1")) == ["by id", "archived", "in a node"])
        #expect(try await found(.tool("tool_")) == [])
        #expect(try await found(.mcpServer("mcp_1")) == ["by id"])
        #expect(try await found(.mcpServer("tool_1")) == [])
        #expect(try await found(.secret("s1")) == ["in a header", "in the settings"])
        let first = try await storage.agents.list(
            AgentQuery(isArchived: nil, using: .tool("tool_1")), page: PageRequest(size: 2))
        let second = try await storage.agents.list(
            AgentQuery(isArchived: nil, using: .tool("tool_1")), page: PageRequest(size: 2, cursor: first.nextCursor))
        #expect((first.items + second.items).map(\.agent.name) == ["in a node", "archived", "by id"])
    }

    @Test("secrets that stand in a body come back as they were", arguments: Store.allCases)
    func secrets(_ kind: Store) async throws {
        let store = try stores.open(kind, clock).resources
        let body: JSONValue = [
            "tool_config": [
                "api_schema": ["request_headers": ["X": "s3cret", "Accept": "*/*"], "url": "https://a:b@c.de"]
            ],
            "odd": ["$sealed": "not sealed"],
        ]
        let tool = try await make("sealed", body: body, in: store)
        #expect(try await store.get(.tool, tool.id)?.body == body)
        try await store.change(.tool, tool.id) { $0 }
        #expect(try await store.all(ResourceQuery(.tool)).map(\.body) == [body])
    }

    @Test("what an agent or a resource refers to is not removed, unless it must be", arguments: Store.allCases)
    func deletion(_ kind: Store) async throws {
        let storage = try stores.open(kind, clock)
        let store = storage.resources
        let tool = try await make("used", in: store)
        let agent = try Agent.new(conversationConfig: ["agent": ["prompt": ["tool_ids": [.string(tool.id)]]]])
        try await storage.agents.insert(agent)
        await #expect(throws: StorageError.used("tool", id: tool.id)) {
            try await store.delete(.tool, tool.id, unlessUsed: .tool(tool.id))
        }
        #expect(try await store.get(.tool, tool.id) == tool)
        try await store.delete(.tool, tool.id, unlessUsed: nil)
        #expect(try await store.get(.tool, tool.id) == nil)

        let secret = try await make("key", .secret, in: store)
        let user = try await make(
            "user",
            body: ["tool_config": ["api_schema": ["request_headers": ["X": ["secret_id": .string(secret.id)]]]]],
            in: store)
        #expect(try await store.all(ResourceQuery(.tool, using: .secret(secret.id))) == [user])
        await #expect(throws: StorageError.used("secret", id: secret.id)) {
            try await store.delete(.secret, secret.id, unlessUsed: .secret(secret.id))
        }
        try await store.delete(.tool, user.id, unlessUsed: .tool(user.id))
        try await store.delete(.secret, secret.id, unlessUsed: .secret(secret.id))
        await #expect(throws: StorageError.notFound("secret", id: secret.id)) {
            try await store.delete(.secret, secret.id, unlessUsed: .secret(secret.id))
        }
    }

    @Test(
        "a variable that stands in a text is used, and one whose name is the beginning of it is not",
        arguments: Store.allCases, ["{{system_env__BASE_URL}}/x", "system__env_BASE_URL"])
    func variables(_ kind: Store, text: String) async throws {
        let storage = try stores.open(kind, clock)
        let store = storage.resources
        let long = try await make("BASE_URL", .environmentVariable, in: store)
        let short = try await make("BASE", .environmentVariable, in: store)
        let tool = try await make("user", body: ["api_schema": ["url": .string(text)]], in: store)
        #expect(try await store.all(ResourceQuery(.tool, using: .environmentVariable("BASE_URL"))) == [tool])
        await #expect(throws: StorageError.used("environment_variable", id: long.id)) {
            try await store.delete(.environmentVariable, long.id, unlessUsed: .environmentVariable("BASE_URL"))
        }
        try await store.delete(.environmentVariable, short.id, unlessUsed: .environmentVariable("BASE"))
        try await store.delete(.tool, tool.id, unlessUsed: nil)
        try await storage.agents.insert(
            try Agent.new(conversationConfig: ["agent": ["prompt": ["prompt": .string("See \(text)")]]]))
        await #expect(throws: StorageError.used("environment_variable", id: long.id)) {
            try await store.delete(.environmentVariable, long.id, unlessUsed: .environmentVariable("BASE_URL"))
        }
    }

    @Test(
        "what a resource was is kept in its versions, the newest and those that agents name", arguments: Store.allCases)
    func versions(_ kind: Store) async throws {
        let storage = try stores.open(kind, clock)
        let store = storage.resources
        let first = try await make("words", .pronunciationDictionary, body: ["version_id": "v0"], in: store)
        let other = try await make("other", .pronunciationDictionary, body: ["version_id": "w0"], in: store)
        let former = FormerVersions(most: 2, unlessIn: ["version_id"]) {
            Resource(
                .pronunciationVersion, id: $0.body["version_id"]?.stringValue ?? "", name: $0.id, body: $0.body)
        }
        func change(_ id: String, to version: JSONValue) async throws {
            try await store.change(.pronunciationDictionary, id, keeping: former) {
                var changed = $0
                changed.body["version_id"] = version
                return changed
            }
        }
        func kept() async throws -> [String] { try await store.all(ResourceQuery(.pronunciationVersion)).map(\.id) }
        try await change(other.id, to: "w1")
        for version in ["v1", "v2"] { try await change(first.id, to: .string(version)) }
        #expect(try await kept() == ["w0", "v0", "v1"])
        // What stays the same makes no version.
        try await change(first.id, to: "v2")
        #expect(try await kept() == ["w0", "v0", "v1"])
        try await storage.agents.insert(
            try Agent.new(
                conversationConfig: ["tts": ["pronunciation_dictionary_locators": [["version_id": "v1"]]]]))
        for version in ["v3", "v4", "v5"] { try await change(first.id, to: .string(version)) }
        #expect(try await kept() == ["w0", "v1", "v3", "v4"])
        #expect(try await store.get(.pronunciationVersion, "v4")?.body["version_id"] == "v4")
        // Neither of both is written when one cannot be.
        await #expect(throws: CancellationError.self) {
            try await store.change(.pronunciationDictionary, first.id, keeping: former) { _ in
                throw CancellationError()
            }
        }
        #expect(try await kept() == ["w0", "v1", "v3", "v4"])
    }
}
