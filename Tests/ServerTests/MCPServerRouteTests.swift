import Agents
import Foundation
import JSON
import MCP
import Synchronization
import Testing
import Tools

@Suite("MCP servers over REST", .timeLimit(.minutes(1)))
struct MCPServerRouteTests {
    private static let path = "/v1/convai/mcp-servers"

    /// A server whose list a test writes.
    private final class Servers: MCPAccess {
        let list: Mutex<Result<MCPToolList, MCPError>>
        let asked = Mutex<[MCPServer]>([])
        let forgotten = Mutex<[MCPServer]>([])

        init(_ list: Result<MCPToolList, MCPError>) { self.list = Mutex(list) }

        func snapshot(_ server: MCPServer) -> MCPSnapshot { MCPSnapshot(state: .unknown, list: MCPToolList()) }

        func tools(of server: MCPServer) async throws -> MCPToolList {
            asked.withLock { $0.append(server) }
            return try list.withLock(\.self).get()
        }

        func call(
            _ tool: MCPTool, of server: MCPServer, _ arguments: JSONValue, meta: JSONValue, within limit: Duration
        ) async throws -> MCPToolResult { throw MCPError.unreachable("not in this test") }

        func forget(_ server: MCPServer) { forgotten.withLock { $0.append(server) } }
    }

    private static func config(_ more: JSONValue = [:]) -> JSONValue {
        let config: JSONValue = [
            "name": "Desk", "url": "https://desk.example/mcp", "transport": "STREAMABLE_HTTP",
            "request_headers": ["X-Tenant": "t1"],
        ]
        return ["config": config.merging(more)]
    }

    @Test("a server is made with defaults, read without secrets, changed member by member, listed and removed")
    func life() async throws {
        try await withServer { server in
            let made = try await server.send("POST", Self.path, Self.config())
            #expect(made.status == 200)
            let id = try #require(made.json["id"]?.stringValue)
            let config = try #require(made.json["config"])
            #expect(config["approval_policy"] == "require_approval_all" && config["response_timeout_secs"] == 30)
            #expect(config["request_headers"] == ["X-Tenant": "********"])

            let patch: JSONValue = [
                "request_headers": ["X-Tenant": "********", "X-More": "m"], "response_timeout_secs": 60,
                "secret_token": ["secret_id": "desk"],
            ]
            let changed = try await server.send("PATCH", "\(Self.path)/\(id)", patch)
            #expect(changed.status == 200 && changed.json.value(at: "config", "response_timeout_secs") == 60)
            let stored = try await server.storage.resources.find(.mcpServer, id)
            #expect(stored.body.value(at: "config", "request_headers") == ["X-Tenant": "t1", "X-More": "m"])
            let removed = try await server.send(
                "PATCH", "\(Self.path)/\(id)", ["request_headers": ["X-Tenant": nil]])
            #expect(removed.json.value(at: "config", "request_headers") == ["X-More": "********"])

            let policy = try await server.send(
                "PATCH", "\(Self.path)/\(id)/approval-policy", ["approval_policy": "auto_approve_all"])
            #expect(policy.json.value(at: "config", "approval_policy") == "auto_approve_all")
            let prompt: JSONValue = ["agent": ["prompt": ["mcp_server_ids": [.string(id)]]]]
            let agent = try await server.makeAgent([
                "conversation_config": prompt, "workflow": ["nodes": ["n": ["conversation_config": prompt]]],
            ])
            let list = try await server.send("GET", Self.path)
            let listed = try #require(list.json["mcp_servers"]?.arrayValue?.first)
            #expect(listed["dependent_agents"]?.arrayValue?.first?["id"] == .string(agent))

            #expect(try await server.send("DELETE", "\(Self.path)/\(id)").status == 200)
            #expect(try await server.send("GET", "\(Self.path)/\(id)").status == 404)
            let left = try await server.send("GET", "/v1/convai/agents/\(agent)").json
            #expect(left.value(at: "conversation_config", "agent", "prompt", "mcp_server_ids") == [])
            #expect(!left.text.contains(id), "nor does a node of its workflow name the server")
        }
    }

    @Test("a server with other credentials, and one that is removed, is let go of")
    func forgotten() async throws {
        let servers = Servers(.success(MCPToolList()))
        try await withServer(mcp: servers) { server in
            let id = try #require(try await server.send("POST", Self.path, Self.config()).json["id"]?.stringValue)
            let one = "\(Self.path)/\(id)"
            #expect(try await server.send("PATCH", one, ["response_timeout_secs": 60]).status == 200)
            #expect(servers.forgotten.withLock(\.self).isEmpty, "the connection is the same")
            #expect(try await server.send("PATCH", one, ["request_headers": ["X-Tenant": "t2"]]).status == 200)
            #expect(servers.forgotten.withLock(\.self).map(\.headers) == [["X-Tenant": "t1"]])
            #expect(try await server.send("DELETE", one).status == 200)
            #expect(servers.forgotten.withLock(\.self).map(\.headers) == [["X-Tenant": "t1"], ["X-Tenant": "t2"]])
            #expect(try await server.send("DELETE", one).status == 404)
        }
    }

    @Test("a change of what cannot be changed is refused")
    func fixed() async throws {
        try await withServer { server in
            let id = try #require(try await server.send("POST", Self.path, Self.config()).json["id"]?.stringValue)
            let answer = try await server.send(
                "PATCH", "\(Self.path)/\(id)", ["url": "https://other.example/mcp", "response_timeout_secs": 60])
            #expect(answer.status == 422)
            #expect(answer.json["detail"]?.arrayValue?.first?["loc"] == ["body", "url"])
            let config = try await server.send("GET", "\(Self.path)/\(id)").json["config"]
            #expect(config?["response_timeout_secs"] == 30)
        }
    }

    @Test("an approval without a schema is bound to the one that the server lists")
    func approvalWithoutSchema() async throws {
        let tool = MCPTool(
            name: "book", description: "Books.", inputSchema: ["type": "object", "properties": ["n": [:]]])
        let servers = Servers(.success(MCPToolList([tool])))
        try await withServer(mcp: servers) { server in
            let id = try #require(
                try await server.send("POST", Self.path, Self.config(["approval_policy": "require_approval_per_tool"]))
                    .json["id"]?.stringValue)
            func approve(_ tool: String) async throws -> Int {
                try await server.send(
                    "POST", "\(Self.path)/\(id)/tool-approvals",
                    ["tool_name": .string(tool), "tool_description": "Books.", "approval_policy": "auto_approved"]
                ).status
            }
            #expect(try await approve("book") == 200)
            let statuses = try await server.send("GET", "\(Self.path)/\(id)/tools").json["tool_approval_statuses"]
            #expect(statuses?.arrayValue?.map { $0["state"] } == ["up_to_date"])
            #expect(try await approve("other") == 422)
            servers.list.withLock { $0 = .failure(.unreachable("no connection")) }
            #expect(try await approve("book") == 422)
        }
    }

    @Test("what is missing of a server, or of its tools, is said with its list")
    func reasons() async throws {
        let servers = Servers(.success(MCPToolList(warnings: ["the tool x was left out: its inputSchema is none"])))
        try await withServer(mcp: servers) { server in
            let id = try #require(
                try await server.send("POST", Self.path, Self.config(["secret_token": ["secret_id": "nope"]]))
                    .json["id"]?.stringValue)
            let tools = "\(Self.path)/\(id)/tools"
            let listed = try await server.send("GET", tools).json
            #expect(listed["success"] == true)
            for part in ["there is no secret nope", "The tool x was left out"] {
                #expect(listed["error_message"]?.stringValue?.contains(part) == true, "\(part)")
            }
            servers.list.withLock { $0 = .failure(.unauthorized(status: 401)) }
            let failed = try await server.send("GET", tools).json
            #expect(failed["success"] == false)
            for part in ["there is no secret nope", "refused the credentials"] {
                #expect(failed["error_message"]?.stringValue?.contains(part) == true, "\(part)")
            }
        }
    }

    @Test(
        "what can never be asked is refused",
        arguments: [
            (["url": "http://desk.example/mcp"], "url"), (["url": "ftp://desk.example"], "url"), (["url": 7], "url"),
            (["url": ["secret_id": ""]], "url"), (["name": ""], "name"), (["transport": "STDIO"], "transport"),
            (["response_timeout_secs": 4], "response_timeout_secs"), (["secret_token": ["token": "x"]], "secret_token"),
            (["request_headers": ["a b": "x"]], "a b"), (["approval_policy": "never"], "approval_policy"),
        ] as [(JSONValue, String)])
    func refused(change: JSONValue, field: String) async throws {
        try await withServer { server in
            let answer = try await server.send("POST", Self.path, Self.config(change))
            #expect(answer.status == 422)
            #expect(answer.json["detail"]?.arrayValue?.first?["loc"]?.arrayValue?.last == .string(field))
            #expect(try await server.send("GET", Self.path).json == ["mcp_servers": []])
        }
    }

    @Test("http is for servers of this machine and its network")
    func near() async throws {
        try await withServer { server in
            for url in ["http://127.0.0.1:9/mcp", "http://localhost/mcp", "http://tools:8000/sse", "http://10.0.0.5/x"]
            {
                let answer = try await server.send("POST", Self.path, Self.config(["url": .string(url)]))
                #expect(answer.status == 200)
            }
        }
    }

    @Test("overrides of a tool are made once, changed, read and removed, whatever the tool is called")
    func overrides() async throws {
        try await withServer { server in
            let id = try #require(try await server.send("POST", Self.path, Self.config()).json["id"]?.stringValue)
            let configs = "\(Self.path)/\(id)/tool-configs"
            let body: JSONValue = ["tool_name": "a/b c", "execution_mode": "async"]
            #expect(try await server.send("POST", configs, body).status == 200)
            #expect(try await server.send("POST", configs, body).status == 422)
            let one = "\(configs)/a%2Fb%20c"
            #expect(try await server.send("PATCH", one, ["pre_tool_speech": "force"]).status == 200)
            let read = try await server.send("GET", one).json
            #expect(read["execution_mode"] == "async" && read["pre_tool_speech"] == "force")
            #expect(try await server.send("PATCH", one, ["execution_mode": "later"]).status == 422)
            #expect(try await server.send("DELETE", one).status == 200)
            #expect(try await server.send("GET", one).status == 404)
            #expect(try await server.send("DELETE", one).status == 404)
        }
    }

    @Test("the tools of a server are listed, with what became of their approvals; a server that is not there says so")
    func tools() async throws {
        let tool = MCPTool(name: "book", description: "Books.", inputSchema: ["type": "object"])
        let servers = Servers(.success(MCPToolList([tool])))
        try await withServer(mcp: servers) { server in
            let id = try #require(
                try await server.send("POST", Self.path, Self.config(["approval_policy": "require_approval_per_tool"]))
                    .json["id"]?.stringValue)
            func state() async throws -> JSONValue? {
                let answer = try await server.send("GET", "\(Self.path)/\(id)/tools").json
                #expect(answer["success"] == true && answer["tools"]?.arrayValue?.first?["name"] == "book")
                return answer["tool_approval_statuses"]?.arrayValue?.first
            }
            #expect(try await state()?["state"] == "not_approved")
            let approved = try await server.send(
                "POST", "\(Self.path)/\(id)/tool-approvals",
                [
                    "tool_name": "book", "tool_description": "Books.", "input_schema": ["type": "object"],
                    "approval_policy": "auto_approved",
                ])
            #expect(approved.status == 200)
            let upToDate = try #require(try await state())
            #expect(upToDate["state"] == "up_to_date" && upToDate["tool_id"] == .string("mcp:\(id):book"))
            servers.list.withLock {
                $0 = .success(
                    MCPToolList([
                        MCPTool(name: "book", description: "Books, and more.", inputSchema: ["type": "object"])
                    ]))
            }
            let changed = try #require(try await state())
            #expect(changed["state"] == "needs_review")
            #expect(changed.value(at: "approved_definition", "description") == "Books.")
            #expect(try await server.send("DELETE", "\(Self.path)/\(id)/tool-approvals/book").status == 200)
            #expect(try await state()?["state"] == "not_approved")
            #expect(try await server.send("DELETE", "\(Self.path)/\(id)/tool-approvals/book").status == 404)

            servers.list.withLock { $0 = .failure(.notMCP("a web page")) }
            let failed = try await server.send("GET", "\(Self.path)/\(id)/tools")
            #expect(failed.status == 200 && failed.json["success"] == false)
            #expect(failed.json["error_message"]?.stringValue?.contains("a web page") == true)
            #expect(servers.asked.withLock { $0.first?.headers } == ["X-Tenant": "t1"])
        }
    }
}
