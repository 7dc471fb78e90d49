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

    @Test("of headers that differ in case the token's counts, and those of the protocol are not the owner's")
    func headers() throws {
        var warnings: [String] = []
        let server = try server([
            "url": "https://desk.example/mcp", "secret_token": ["secret_id": "desk"],
            "request_headers": [
                "authorization": "other", "Host": "evil.example", "Mcp-Session-Id": "s", "accept": "*/*",
                "accept-language": "de",
            ],
        ])
        let desk = try #require(try settings(server, warnings: &warnings).mcpServers.first)
        #expect(desk.headers == ["Authorization": "Bearer s3cret", "accept-language": "de"])
        for name in ["Host", "Mcp-Session-Id", "accept"] {
            #expect(warnings.contains { $0.contains("the header \(name) is the request's own") }, "\(name)")
        }
    }

    @Test("a variable without a value is missing as it is everywhere, and outside of calls the server cannot be asked")
    func missing() throws {
        var warnings: [String] = []
        let server = try server([:])
        #expect(throws: CallSettingsError.self) { try settings(server, warnings: &warnings) }
        let (outside, problems) = MCPServerSettings.outsideOfCalls(server, workspace: WorkspaceItems())
        #expect(outside == nil && problems == ["it needs variables that only calls have: region"])
        for name in ["system_env__BASE", "system__env_BASE"] {
            let named = try self.server(["url": .string("{{\(name)}}/mcp")])
            let (filled, _) = MCPServerSettings.outsideOfCalls(
                named, workspace: WorkspaceItems(variables: ["BASE": "https://desk.example/"]))
            #expect(filled?.url == "https://desk.example/mcp")
            let (none, reasons) = MCPServerSettings.outsideOfCalls(named, workspace: WorkspaceItems())
            #expect(none == nil && reasons.count == 1)
        }
    }

    @Test("callers who choose a variable's value do not choose where credentials go")
    func variablesInURLs() throws {
        var warnings: [String] = []
        let regional = try server(["url": "https://{{region}}.desk.example/mcp", "secret_token": ["secret_id": "desk"]])
        #expect(
            try settings(regional, ["region": "north"], warnings: &warnings).mcpServers.map(\.url)
                == ["https://north.desk.example/mcp"])
        for region in ["evil.example/x?", "evil.example#", "u@evil.example", "a\\b", "a b"] {
            #expect(try settings(regional, ["region": .string(region)], warnings: &warnings).mcpServers.isEmpty)
            #expect(warnings.contains { $0.contains("the variable region is not a host") })
        }
        for url in [
            "https://{{host}}/mcp", "{{host}}/mcp", "https://desk.{{host}}/mcp", "https://{{host}}.example/mcp",
        ] {
            let value: JSONValue = url.hasPrefix("{{") ? "https://evil.example" : "evil"
            let whole = try server(["url": .string(url), "secret_token": ["secret_id": "desk"]])
            #expect(try settings(whole, ["host": value], warnings: &warnings).mcpServers.isEmpty, "\(url)")
            #expect(warnings.contains { $0.contains("does not choose where credentials go") }, "\(url)")
            let open = try server(["url": .string(url)])
            #expect(try settings(open, ["host": value], warnings: &warnings).mcpServers.count == 1, "no credentials")
        }
        let tenant = try server(["url": "https://desk.example/{{tenant}}/mcp"])
        #expect(
            try settings(tenant, ["tenant": "a/../b?x=1"], warnings: &warnings).mcpServers.map(\.url)
                == ["https://desk.example/a%2F..%2Fb%3Fx%3D1/mcp"])
        #expect(try settings(tenant, ["tenant": ".."], warnings: &warnings).mcpServers.isEmpty)
    }

    @Test("secrets go into headers, and neither into the URL nor into arguments, which others see")
    func secretsElsewhere() throws {
        for config: JSONValue in [
            ["url": "https://desk.example/{{secret__k}}/mcp"],
            [
                "tool_config_overrides": [
                    [
                        "tool_name": "book",
                        "input_overrides": ["key": ["source": "dynamic_variable", "dynamic_variable": "secret__k"]],
                    ]
                ]
            ],
        ] { #expect(throws: ValidationError.self) { try server(config) } }
        // A server that was stored before that was refused.
        var stored = try server([
            "tool_config_overrides": [
                [
                    "tool_name": "book",
                    "input_overrides": ["key": ["source": "dynamic_variable", "dynamic_variable": "k"]],
                ]
            ]
        ])
        stored.body = try JSONValue(
            parsing: stored.body.text.replacing(#""dynamic_variable":"k""#, with: #""dynamic_variable":"secret__k""#))
        var warnings: [String] = []
        let desk = try #require(
            try settings(stored, ["region": "r", "secret__k": "HUSH"], warnings: &warnings).mcpServers.first)
        let schema: JSONValue = ["type": "object", "properties": ["key": ["type": "string"]]]
        let configuration = desk.configuration(
            of: "book", named: "book", description: "", schema, values: ["secret__k": "HUSH"])
        #expect(!configuration.text.contains("HUSH") && configuration["omitted_arguments"] == [["key"]])
        #expect(configuration.value(at: "parameters", "properties") == [:])
        #expect(warnings.contains { $0.contains("the secret secret__k may stand in headers only") })
        stored.body["config"]?["url"] = "https://desk.example/{{secret__k}}/mcp"
        #expect(try settings(stored, ["secret__k": "HUSH"], warnings: &warnings).mcpServers.isEmpty)
    }

    @Test("approvals that clients are never asked for are warned of")
    func approvalsThatNobodyGives() throws {
        let server = try server(["url": "https://desk.example/mcp"])
        let workspace = WorkspaceItems(servers: [server.id: server])
        func warnings(_ events: JSONValue?) throws -> [String] {
            var conversation: JSONValue = [:]
            if let events { conversation["client_events"] = events }
            return MCPServerSettings.warnings(
                for: try Agent.new(conversationConfig: [
                    "agent": ["prompt": ["mcp_server_ids": [.string(server.id)]]], "conversation": conversation,
                ]).conversationConfig, workspace: workspace)
        }
        #expect(try warnings(nil).contains { $0.contains("mcp_tool_call") }, "the defaults of both never work")
        #expect(try warnings(["audio", "mcp_tool_call"]).isEmpty)
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
        #expect(!desk.believes("readOnlyHint", of: "book"), "it did not say so when it was approved")
        #expect(throws: ValidationError.self, "an approval without a schema fits nothing") {
            try StoredMCPServer.approving(server, ["tool_name": "look", "tool_description": "Looks."])
        }
        server = try StoredMCPServer.approving(
            server, ["tool_name": "look", "tool_description": "Looks.", "approval_policy": "auto_approved"],
            listed: ["inputSchema": ["type": "object"], "annotations": ["readOnlyHint": true]])
        let changed = try #require(try settings(server, warnings: &warnings).mcpServers.first)
        #expect(changed.approval(of: "look", description: "Looks.", ["type": "object"]) == .notNeeded)
        #expect(changed.believes("readOnlyHint", of: "look") && !changed.believes("idempotentHint", of: "look"))
    }

    @Test("a change of what cannot be changed is refused, and what is as it was is none")
    func fixed() throws {
        let server = try server(["url": "https://desk.example/mcp"])
        for body: JSONValue in [["url": "https://other.example"], ["name": "Other"], ["config": [:]], ["speed": 1]] {
            #expect(throws: ValidationError.self) { try StoredMCPServer.changed(server, with: body) }
        }
        let same = try StoredMCPServer.changed(
            server, with: ["url": "https://desk.example/mcp", "name": "Desk", "response_timeout_secs": 9])
        #expect(StoredMCPServer.configuration(of: same)["response_timeout_secs"] == 9)
    }
}

extension ToolSettings {
    fileprivate var fixed: JSONValue? {
        if case .mcp(let reference) = kind { reference.fixedArguments } else { nil }
    }
}
