import Foundation
import JSON
import Testing

@testable import Agents

@Suite("MCP servers as calls use them") struct MCPServerTests {
    private func server(_ config: JSONValue) throws -> Resource {
        let standard: JSONValue = ["name": "Desk", "url": "https://desk.example/{{region}}/mcp"]
        return try StoredMCPServer.new(body: ["config": standard.merging(config)])
    }

    private func settings(
        _ server: Resource, _ variables: [String: JSONValue] = [:], warnings: inout [String]
    ) throws -> CallSettings {
        let agent = try Agent.new(conversationConfig: [
            "agent": ["prompt": ["prompt": "Be kind.", "mcp_server_ids": [.string(server.id), "mcp_none"]]]
        ])
        let settings = try CallSettings(
            agent: agent, initiation: CallInitiation(), variables: try CallVariables(variables),
            workspace: WorkspaceItems(
                servers: [server.id: server], secrets: SecretSource { $0 == "desk" ? "s3cret" : nil }))
        warnings = settings.warnings
        return settings
    }

    @Test("variables and secrets are filled in, and what is missing is said")
    func resolution() throws {
        var warnings: [String] = []
        let server = try server([
            "secret_token": ["secret_id": "desk"],
            "request_headers": [
                "X-Caller": ["variable_name": "caller"], "X-Text": "to {{region}}", "X-Gone": ["secret_id": "gone"],
            ], "request_meta": ["count": 3, "who": ["variable_name": "caller"]],
        ])
        let settings = try settings(server, ["region": "north", "caller": "Ann"], warnings: &warnings)
        let desk = try #require(settings.mcpServers.first)
        #expect(settings.mcpServers.count == 1 && desk.usesEvents && desk.url == "https://desk.example/north/mcp")
        #expect(desk.headers == ["Authorization": "Bearer s3cret", "X-Caller": "Ann", "X-Text": "to north"])
        #expect(desk.meta == ["count": 3, "who": "Ann"])
        #expect(!"\(desk)".contains("s3cret"))
        for part in ["there is no MCP server mcp_none", "there is no secret gone"] {
            #expect(warnings.contains { $0.contains(part) }, "\(part)")
        }
    }

    @Test("a variable without a value is missing as it is everywhere, and outside of calls the server cannot be asked")
    func missing() throws {
        var warnings: [String] = []
        let server = try server([:])
        #expect(throws: CallSettingsError.self) { try settings(server, warnings: &warnings) }
        let (outside, problems) = MCPServerSettings.outsideOfCalls(server, secrets: .environment)
        #expect(outside == nil && problems == ["it needs variables that only calls have: region"])
    }

    @Test("a server's settings hold for its tools, and a tool's own come first")
    func overrides() throws {
        var warnings: [String] = []
        let server = try server([
            "response_timeout_secs": 60, "pre_tool_speech": "force", "approval_policy": "auto_approve_all",
            "tool_config_overrides": [
                [
                    "tool_name": "book", "response_timeout_secs": 90, "execution_mode": "async",
                    "input_overrides": [
                        "desk.id": ["source": "constant", "constant_value": 7],
                        "who": ["source": "dynamic_variable", "dynamic_variable": "caller"],
                        "day": ["source": "llm", "prompt": "The day, as YYYY-MM-DD."], "debug": ["source": "omit"],
                        "mood": ["source": "dynamic_variable", "dynamic_variable": "unset"],
                    ],
                ]
            ],
        ])
        let desk = try #require(try settings(server, ["region": "r"], warnings: &warnings).mcpServers.first)
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "desk": [
                    "type": "object", "properties": ["id": ["type": "integer"], "name": ["type": "string"]],
                    "required": ["id"],
                ], "who": ["type": "string"], "day": ["type": "string"], "debug": ["type": "boolean"],
                "mood": ["type": "string"],
            ], "required": ["who", "day", "debug"],
        ]
        let configuration = desk.configuration(
            of: "book", named: "book", description: "Books a table at {{region}}.", schema, values: ["caller": "Ann"])
        let reference = MCPToolReference(
            server: desk, toolName: "book", description: "Books.", needsApproval: false,
            fixedArguments: configuration["fixed_arguments"] ?? .null)
        let tool = try #require(ToolSettings(reference, configuration))
        #expect(tool.fixed == ["desk": ["id": 7], "who": "Ann"])
        #expect(tool.responseTimeout == 90 && tool.executionMode == .async && tool.speech == .force)
        // What a server writes is no template.
        #expect(tool.description == "Books a table at {{region}}.")
        #expect(tool.parameters["required"] == ["day"])
        #expect(tool.parameters.value(at: "properties", "desk", "properties")?.objectValue?.keys.sorted() == ["name"])
        #expect(tool.parameters.value(at: "properties", "day", "description") == "The day, as YYYY-MM-DD.")
        #expect(tool.parameters["properties"]?.objectValue?.keys.sorted() == ["day", "desk", "mood"])
        let other = desk.configuration(
            of: "list", named: "list", description: "", ["type": "object"], values: [:])
        #expect(other["response_timeout_secs"] == 60 && other["execution_mode"] == "immediate")
    }

    @Test("an approval fits the description and the schema that it was given for")
    func approvals() throws {
        var warnings: [String] = []
        var server = try server(["url": "https://desk.example/mcp", "approval_policy": "require_approval_per_tool"])
        server = try StoredMCPServer.approving(
            server,
            [
                "tool_name": "book", "tool_description": "Books.", "input_schema": ["type": "object"],
                "approval_policy": "auto_approved",
            ])
        let desk = try #require(try settings(server, warnings: &warnings).mcpServers.first)
        #expect(desk.approval(of: "book", description: "Books.", ["type": "object"]) == .notNeeded)
        #expect(desk.approval(of: "book", description: "Books it all.", ["type": "object"]) == .needed)
        #expect(desk.approval(of: "book", description: "Books.", ["type": "object", "x": 1]) == .needed)
        #expect(desk.approval(of: "other", description: "Books.", ["type": "object"]) == .needed)
    }
}

extension ToolSettings {
    fileprivate var fixed: JSONValue? {
        if case .mcp(let reference) = kind { reference.fixedArguments } else { nil }
    }
}
