import Agents
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Tools over REST", .timeLimit(.minutes(1)))
struct ToolRouteTests {
    private static func body(_ name: String, type: String = "webhook") -> JSONValue {
        let config: JSONValue =
            type == "webhook"
            ? [
                "api_schema": [
                    "url": "https://api.example.com/x", "request_headers": ["Authorization": "Bearer s3cret"],
                ]
            ]
            : [:]
        return [
            "tool_config": config.merging([
                "type": .string(type), "name": .string(name), "description": "Does what it is called.",
            ])
        ]
    }

    private static func make(_ name: String, type: String = "webhook", on server: TestServer) async throws -> String {
        let answer = try await server.send("POST", "/v1/convai/tools", body(name, type: type))
        #expect(answer.status == 200, "\(answer.json)")
        return try #require(answer.json["id"]?.stringValue)
    }

    @Test("create, read, change and delete")
    func lifeOfATool() async throws {
        try await withServer { server in
            let id = try await Self.make("book", on: server)
            let path = "/v1/convai/tools/\(id)"
            let tool = try await server.send("GET", path).json
            #expect(tool["id"] == .string(id))
            #expect(tool.value(at: "tool_config", "api_schema", "request_headers", "Authorization") == "********")
            #expect(tool["usage_stats"] == ["total_calls": 0, "avg_latency_secs": 0])
            let changed = try await server.send("PATCH", path, tool.merging(["tool_config": ["name": "book_it"]]))
            #expect(changed.status == 200)
            #expect(changed.json.value(at: "tool_config", "name") == "book_it")
            let stored = try await server.storage.resources.find(.tool, id)
            #expect(
                stored.body.value(at: "tool_config", "api_schema", "request_headers", "Authorization")
                    == "Bearer s3cret")
            let wrong = try await server.send("PATCH", path, ["tool_config": ["type": "webhook", "name": "a"]])
            #expect(wrong.status == 422)
            #expect(wrong.json["detail"]?.arrayValue?.first?["loc"]?.arrayValue?.first == "body")
            #expect(try await server.send("DELETE", path).status == 200)
            for (method, place) in [("GET", path), ("PATCH", path), ("DELETE", path), ("GET", path + "/executions")] {
                let answer = try await server.send(method, place, method == "PATCH" ? [:] : nil)
                #expect(answer.status == 404)
                #expect(answer.json.value(at: "detail", "code") == "tool_not_found")
            }
        }
    }

    @Test("lists search, filter, sort and page")
    func lists() async throws {
        try await withServer { server in
            let book = try await Self.make("book", on: server)
            _ = try await Self.make("ask", type: "client", on: server)
            _ = try await Self.make("cancel", on: server)
            func names(_ query: String) async throws -> [String] {
                let answer = try await server.send("GET", "/v1/convai/tools?\(query)")
                return answer.json["tools"]?.arrayValue?.compactMap { $0.value(at: "tool_config", "name")?.stringValue }
                    ?? []
            }
            #expect(try await names("") == ["cancel", "ask", "book"])
            #expect(try await names("sort_by=name&sort_direction=asc") == ["ask", "book", "cancel"])
            #expect(try await names("search=BOO") == ["book"])
            #expect(try await names("types=client&types=api_integration_webhook") == ["ask"])
            let first = try await server.send("GET", "/v1/convai/tools?page_size=2").json
            #expect(first["has_more"] == true)
            let cursor = try #require(first["next_cursor"]?.stringValue)
            #expect(try await names("page_size=2&cursor=\(cursor)") == ["book"])
            let agent = try await server.makeAgent([
                "conversation_config": ["agent": ["prompt": ["tool_ids": [.string(book)]]]]
            ])
            #expect(try await names("used_by_agent_id=\(agent)") == ["book"])
            #expect(try await server.send("GET", "/v1/convai/tools?sort_by=color").status == 422)
        }
    }

    @Test("a tool that agents use is not deleted, unless it is forced, which takes it from them")
    func deletion() async throws {
        try await withServer { server in
            let id = try await Self.make("book", on: server)
            let other = try await Self.make("other", on: server)
            let agent = try await server.makeAgent([
                "name": "Mia",
                "conversation_config": ["agent": ["prompt": ["tool_ids": [.string(id), .string(other)]]]],
            ])
            let users = try await server.send("GET", "/v1/convai/tools/\(id)/dependent-agents").json
            #expect(users["agents"]?.arrayValue?.map { $0["id"] } == [.string(agent)])
            #expect(users["agents"]?.arrayValue?.first?["type"] == "available")
            #expect(users["has_more"] == false)
            let refused = try await server.send("DELETE", "/v1/convai/tools/\(id)")
            #expect(refused.status == 400)
            #expect(refused.json.value(at: "detail", "code") == "tool_in_use")
            #expect(try await server.send("DELETE", "/v1/convai/tools/\(id)?force=true").status == 200)
            let left = try await server.send("GET", "/v1/convai/agents/\(agent)").json
            #expect(left.value(at: "conversation_config", "agent", "prompt", "tool_ids") == [.string(other)])
        }
    }

    @Test("an agent warns of tools that do not exist, and of no others")
    func warnings() async throws {
        try await withServer { server in
            let id = try await Self.make("ask", type: "client", on: server)
            let created = try await server.send(
                "POST", "/v1/convai/agents/create",
                ["conversation_config": ["agent": ["prompt": ["tool_ids": [.string(id), "tool_gone"]]]]])
            let warnings = try #require(created.json.value(at: "metadata", "warnings")?.arrayValue)
            #expect(warnings == ["prompt.tool_ids: there is no tool tool_gone; the call goes on without it."])
        }
    }

    @Test("the runs of a tool, and what they sum up to, are read from the records of calls")
    func executions() async throws {
        try await withServer { server in
            let id = try await Self.make("ask", type: "client", on: server)
            let conversations = server.storage.conversations
            try await conversations.begin(
                ConversationStart(id: "conv_1", agentID: "agent_1", agentName: "", startTime: 1_000))
            for (place, isError) in [false, true].enumerated() {
                let turn = TranscriptTurn(
                    role: .agent, message: "", timeInCall: Double(place) + 0.5,
                    toolCalls: [
                        .init(type: "client", requestID: "r\(place)", name: "ask", arguments: #"{"a":1}"#, toolID: id)
                    ],
                    toolResults: [
                        .init(
                            type: "client", requestID: "r\(place)", name: "ask", value: "v", isError: isError,
                            latency: Double(place), errorType: isError ? "client_timeout" : nil)
                    ])
                try await conversations.save(turn: turn, at: place, in: "conv_1")
            }
            let usage = try await server.send("GET", "/v1/convai/tools/\(id)").json["usage_stats"]
            #expect(usage == ["total_calls": 2, "avg_latency_secs": 0.5])
            func found(_ query: String) async throws -> [JSONValue] {
                try await server.send("GET", "/v1/convai/tools/\(id)/executions?\(query)").json["executions"]?
                    .arrayValue ?? []
            }
            let all = try await found("")
            #expect(all.map { $0["tool_request_id"] } == ["r1", "r0"])
            #expect(all.first?["error_message"] == "v" && all.first?["error_type"] == "client_timeout")
            #expect(all.last?["response_payload"] == "v" && all.last?["timestamp"] == 1000.5)
            #expect(all.last?["request_payload"] == #"{"a":1}"#)
            #expect(try await found("is_error=true").count == 1)
            #expect(try await found("agent_id=agent_2").isEmpty)
            #expect(try await found("start_time=1001&end_time=1001.5").count == 1)
        }
    }
}
