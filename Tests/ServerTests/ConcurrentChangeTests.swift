import Agents
import Foundation
import JSON
import Testing

/// Two people, or two programs, change the same thing at the same time, each another part of it.
@Suite("Changes at the same time", .timeLimit(.minutes(1)))
struct ConcurrentChangeTests {
    private typealias Change = (method: String, path: String, body: JSONValue)

    /// Sends all changes at once; the number of those that were taken.
    private static func send(_ changes: [Change], to server: TestServer) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for change in changes {
                group.addTask { try await server.send(change.method, change.path, change.body).status == 200 ? 1 : 0 }
            }
            return try await group.reduce(0, +)
        }
    }

    private static func create(_ path: String, _ body: JSONValue, on server: TestServer) async throws -> String {
        try #require(try await server.send("POST", path, body).json["id"]?.stringValue)
    }

    @Test("a change that is meant for another version is refused, and changes nothing")
    func versions() async throws {
        try await withServer { server in
            let agent = try await server.makeAgent()
            let tool: JSONValue = [
                "tool_config": ["type": "client", "name": "open", "description": "Opens.", "expects_response": false]
            ]
            let desk: JSONValue = ["config": ["name": "Desk", "url": "https://desk.example/mcp"]]
            let cases: [(path: String, kind: String, changes: [JSONValue])] = [
                ("/v1/convai/agents/\(agent)", "agent", [["name": "A"], ["name": "B"]]),
                (
                    "/v1/convai/tools/\(try await Self.create("/v1/convai/tools", tool, on: server))", "tool",
                    [["response_mocks": [["mock_result": "a"]]], ["response_mocks": [["mock_result": "b"]]]]
                ),
                (
                    "/v1/convai/mcp-servers/\(try await Self.create("/v1/convai/mcp-servers", desk, on: server))",
                    "mcp_server", [["response_timeout_secs": 77], ["response_timeout_secs": 78]]
                ),
            ]
            for (path, kind, changes) in cases {
                let read = try await server.send("GET", path)
                let version = try #require(read.header("ETag"), "\(path)")
                let changed = try await server.send("PATCH", path, changes[0], headers: ["If-Match": version])
                #expect(changed.status == 200, "\(changed.json)")
                let late = try await server.send("PATCH", path, changes[1], headers: ["If-Match": version])
                #expect(late.status == 412 && late.json.value(at: "detail", "status") == .string("\(kind)_changed"))
                // Who is refused is told which version is there, and that one may be changed.
                let newer = try #require(changed.header("ETag"))
                #expect(newer != version && late.header("ETag") == newer)
                let same = try await server.send("GET", path)
                #expect(same.header("ETag") == newer && same.json == changed.json)
                for known in ["\(version), \(newer)", "*"] {
                    let taken = try await server.send("PATCH", path, changes[1], headers: ["If-Match": known])
                    #expect(taken.status == 200, "\(known)")
                }
            }
        }
    }

    @Test("of an MCP server every field, header, approval and override is kept")
    func servers() async throws {
        try await withServer { server in
            let path = "/v1/convai/mcp-servers"
            let id = try await Self.create(
                path, ["config": ["name": "Desk", "url": "https://desk.example/mcp"]], on: server)
            var changes: [Change] = [
                ("PATCH", "\(path)/\(id)", ["response_timeout_secs": 77]),
                ("PATCH", "\(path)/\(id)", ["disable_compression": true]),
                ("PATCH", "\(path)/\(id)/approval-policy", ["approval_policy": "require_approval_per_tool"]),
            ]
            for number in 0..<12 {
                changes.append(("PATCH", "\(path)/\(id)", ["request_headers": ["X-\(number)": "v"]]))
                changes.append(
                    (
                        "POST", "\(path)/\(id)/tool-approvals",
                        ["tool_name": .string("t\(number)"), "tool_description": "Does.", "input_schema": [:]]
                    ))
                changes.append(("POST", "\(path)/\(id)/tool-configs", ["tool_name": .string("t\(number)")]))
            }
            #expect(try await Self.send(changes, to: server) == changes.count)
            let config = try #require(try await server.send("GET", "\(path)/\(id)").json["config"])
            #expect(config["response_timeout_secs"] == 77 && config["disable_compression"] == true)
            #expect(config["approval_policy"] == "require_approval_per_tool")
            #expect(config["request_headers"]?.objectValue?.count == 12)
            #expect(config["tool_approval_hashes"]?.arrayValue?.count == 12)
            #expect(config["tool_config_overrides"]?.arrayValue?.count == 12)
        }
    }

    @Test("of a secret name and value are kept, and of a tool its configuration and its mocks")
    func secretsAndTools() async throws {
        try await withServer { server in
            let secrets = "/v1/convai/secrets"
            let made = try await server.send("POST", secrets, ["type": "new", "name": "a", "value": "one"])
            let secret = try #require(made.json["secret_id"]?.stringValue)
            let tools = "/v1/convai/tools"
            let config: JSONValue = ["type": "client", "name": "ask", "description": "Asks."]
            let tool = try await Self.create(tools, ["tool_config": config], on: server)
            let changes: [Change] = [
                ("PATCH", "\(secrets)/\(secret)", ["type": "update", "name": "b"]),
                ("PATCH", "\(secrets)/\(secret)", ["type": "update", "value": "two"]),
                ("PATCH", "\(tools)/\(tool)", ["tool_config": config.merging(["description": "Asks well."])]),
                ("PATCH", "\(tools)/\(tool)", ["response_mocks": [["mock_result": "yes"]]]),
            ]
            #expect(try await Self.send(changes, to: server) == changes.count)
            #expect(try await server.send("GET", "\(secrets)/\(secret)").json["name"] == "b")
            let locator: JSONValue = ["secret_id": .string(secret)]
            let items = try await Workspace(server.storage).items(for: locator)
            #expect(items.secrets.value(for: locator) == "two")
            let read = try await server.send("GET", "\(tools)/\(tool)").json
            #expect(read.value(at: "tool_config", "description") == "Asks well.")
            #expect(read["response_mocks"]?.arrayValue?.count == 1)
        }
    }

    @Test("of an auth connection, an environment variable and the settings every member is kept")
    func workspace() async throws {
        try await withServer { server in
            let connections = "/v1/workspace/auth-connections"
            let connection = try await Self.create(
                connections,
                [
                    "auth_type": "oauth2_client_credentials", "name": "CRM", "provider": "acme", "client_id": "me",
                    "client_secret": "s3cret", "token_url": "https://a.example/token",
                ], on: server)
            for number in 0..<8 {
                _ = try await server.send("POST", "/v1/convai/environments", ["name": .string("e\(number)")])
            }
            let variables = "/v1/convai/environment-variables"
            let variable = try await Self.create(
                variables, ["type": "string", "label": "BASE", "values": ["production": "p"]], on: server)
            let settings = "/v1/convai/settings"
            var changes: [Change] = [
                ("PATCH", "\(connections)/\(connection)", ["client_id": "you"]),
                ("PATCH", "\(connections)/\(connection)", ["client_secret": "new"]),
                ("PATCH", "\(connections)/\(connection)", ["scopes": ["read"]]),
                // The first changes ever, which make the settings.
                ("PATCH", settings, ["can_use_mcp_servers": false]),
                ("PATCH", settings, ["rag_retention_period_days": 20]),
                ("PATCH", settings, ["conversation_embedding_retention_days": 40]),
            ]
            for number in 0..<8 {
                let values: JSONValue = ["values": ["e\(number)": .string("v\(number)")]]
                changes.append(("PATCH", "\(variables)/\(variable)", values))
                let parameters: JSONValue = ["extra_params": ["p\(number)": "x"]]
                changes.append(("PATCH", "\(connections)/\(connection)", parameters))
            }
            #expect(try await Self.send(changes, to: server) == changes.count)
            let locator: JSONValue = ["auth_connection_id": .string(connection)]
            let stored = try #require(try await Workspace(server.storage).items(for: locator).connections[connection])
            #expect(stored["client_id"] == "you" && stored["client_secret"] == "new" && stored["scopes"] == ["read"])
            #expect(stored["extra_params"]?.objectValue?.count == 8)
            let values = try await server.send("GET", "\(variables)/\(variable)").json["values"]
            #expect(values?.objectValue?.count == 9)
            let read = try await server.send("GET", settings).json
            #expect(read["can_use_mcp_servers"] == false && read["rag_retention_period_days"] == 20)
            #expect(read["conversation_embedding_retention_days"] == 40)
        }
    }
}
