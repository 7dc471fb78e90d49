import Credentials
import Foundation
import JSON
import MemoryStore
import TestSupport
import Testing

@testable import Agents

@Suite("What configurations name of the workspace")
struct WorkspaceTests {
    let storage = MemoryStorage()

    func secret(_ value: String) async throws -> String {
        let secret = try StoredSecret.new(
            body: ["name": "a secret", "value": .string(value)], vault: storage.vault)
        try await storage.resources.insert(secret)
        return secret.id
    }

    func variable(_ type: String, _ label: String, _ values: JSONValue) async throws -> Resource {
        let variable = try EnvironmentVariable.new(
            body: ["type": .string(type), "label": .string(label), "values": values])
        try await storage.resources.insert(variable)
        return variable
    }

    @Test("environment variables have the value of their environment, else that of production")
    func variables() async throws {
        let key = try await secret("s3cret")
        _ = try await variable("string", "BASE", ["production": "https://a.example", "staging": "https://b.example"])
        _ = try await variable("secret", "KEY", ["production": ["secret_id": .string(key)]])
        _ = try await variable("string", "OTHER", ["production": "x"])
        let named: JSONValue = [
            "url": "{{system_env__BASE}}/x",
            "headers": ["X": ["env_var_label": "KEY"], "Y": ["env_var_label": "BASE"]],
        ]
        let workspace = Workspace(storage)
        let items = try await workspace.items(for: named)
        #expect(items.variables == ["BASE": "https://a.example"], "nothing names the other one")
        #expect(items.secrets.value(for: ["env_var_label": "KEY"]) == "s3cret")
        #expect(items.secrets.value(for: ["env_var_label": "BASE"]) == "https://a.example")
        #expect(items.secrets.value(for: ["env_var_label": "OTHER"]) == nil, "nothing names it")
        let staging = try await workspace.items(for: named, environment: "staging")
        #expect(staging.variables == ["BASE": "https://b.example"])
        #expect(staging.secrets.value(for: ["env_var_label": "KEY"]) == "s3cret")
        #expect(try await workspace.items(for: ["a": "b"]).variables.isEmpty, "nothing is read")
    }

    @Test("a variable's value stands in the templates of a call")
    func templates() throws {
        let agent = try Agent.new(conversationConfig: ["agent": ["prompt": ["prompt": "See {{system_env__BASE}}."]]])
        let settings = try CallSettings(
            agent: agent, initiation: CallInitiation(), variables: CallVariables(),
            workspace: WorkspaceItems(variables: ["BASE": "https://a.example"]))
        #expect(settings.prompt == "See https://a.example.")
    }

    @Test("auth connections are encrypted as a whole, and found by id and by label")
    func connections() async throws {
        let body: JSONValue = [
            "auth_type": "oauth2_client_credentials", "name": "CRM", "provider": "acme", "client_id": "me",
            "client_secret": "s3cret", "token_url": "https://a.example/token", "extra_params": ["a": "b", "c": "d"],
            "custom_headers": ["X-Key": "s3cret-2", "X-Old": "s3cret-3"],
        ]
        let connection = try AuthConnection.new(body: body, vault: storage.vault)
        #expect(connection.type == "oauth2_client_credentials" && connection.name == "CRM")
        #expect(!connection.body.text.contains("s3cret") && !connection.body.text.contains("token_url"))
        try await storage.resources.insert(connection)
        _ = try await variable(
            "auth_connection", "AUTH", ["production": ["auth_connection_id": .string(connection.id)]])
        let workspace = Workspace(storage)
        for locator in [["auth_connection_id": .string(connection.id)], ["env_var_label": "AUTH"]] as [JSONValue] {
            let found = try await workspace.items(for: ["auth_connection": locator]).connection(for: locator)
            #expect(found?["client_secret"] == "s3cret")
            #expect(found?["basic_auth_in_header"] == false, "defaults are filled in")
        }
        let shown = try AuthConnection.json(connection, vault: storage.vault, tools: [], servers: [])
        #expect(!shown.text.contains("s3cret"))
        #expect(shown["client_id"] == "me" && shown["client_secret"] == nil)
        #expect(shown["custom_headers"] == ["X-Key": "********", "X-Old": "********"])

        let changed = try AuthConnection.changed(
            connection,
            with: [
                "auth_type": "oauth2_client_credentials", "client_id": "you", "extra_params": ["a": nil],
                "custom_headers": ["X-Key": "********", "X-Old": nil],
            ], vault: storage.vault)
        let config = try AuthConnection.configuration(of: changed, vault: storage.vault)
        #expect(config["client_id"] == "you" && config["client_secret"] == "s3cret")
        #expect(config["extra_params"] == ["c": "d"])
        #expect(config["custom_headers"] == ["X-Key": "s3cret-2"])
        #expect(throws: ValidationError.self) {
            try AuthConnection.changed(connection, with: ["auth_type": "basic_auth"], vault: storage.vault)
        }
    }

    @Test("connections act for tools of every kind, and for models where they are one header")
    func used() async throws {
        func connect(_ body: JSONValue) async throws -> JSONValue {
            let shared: JSONValue = ["name": "a", "provider": "b"]
            let connection = try AuthConnection.new(body: shared.merging(body), vault: storage.vault)
            try await storage.resources.insert(connection)
            return ["auth_connection_id": .string(connection.id)]
        }
        let bearer = try await connect(["auth_type": "bearer_auth", "token": "t"])
        let basic = try await connect(["auth_type": "basic_auth", "username": "me", "password": "pw"])
        let custom = try await connect(["auth_type": "custom_header_auth", "header_name": "X-Key", "token": "k"])
        let mtls = try await connect([
            "auth_type": "mtls", "client_certificate": .string(TestKeys.annCertificate),
            "client_key": .string(TestKeys.annKey),
        ])
        let secrets = try await Workspace(storage).items(for: ["a": .array([bearer, basic, custom, mtls])]).secrets
        var warnings: [String] = []
        func credential(_ locator: JSONValue) -> Credential? { secrets.credential(for: locator, of: "x", &warnings) }
        #expect(credential(bearer)?.fixedHeaders == ["Authorization": "Bearer t"])
        #expect(credential(basic)?.fixedHeaders == ["Authorization": "Basic bWU6cHc="])
        #expect(credential(custom)?.fixedHeaders == ["X-Key": "k"])
        #expect(credential(mtls)?.description == "a client certificate" && credential(mtls)?.fixedHeaders == nil)
        #expect(warnings.isEmpty)
        #expect(credential(["auth_connection_id": "gone"]) == nil)
        #expect(warnings == ["x names no connection that is here; requests go without it."])

        func agent(_ connection: JSONValue) throws -> Agent {
            try Agent.new(conversationConfig: [
                "agent": [
                    "prompt": [
                        "llm": "custom-llm",
                        "custom_llm": ["url": "https://a.example", "auth_connection": connection],
                        "tools": [
                            [
                                "type": "webhook", "name": "ask",
                                "api_schema": ["url": "https://a.example", "auth_connection": connection],
                            ]
                        ],
                    ]
                ]
            ])
        }
        for (connection, warnings) in [(bearer, 0), (mtls, 1)] {
            let items = try await Workspace(storage).items(for: try agent(connection).conversationConfig)
            let settings = try CallSettings(
                agent: try agent(connection), initiation: CallInitiation(), variables: CallVariables(),
                workspace: items)
            #expect(settings.warnings.count { $0.contains("auth_connection") } == warnings)
            guard case .webhook(let webhook)? = settings.tools.first?.kind else {
                Issue.record("the tool is missing")
                continue
            }
            #expect(webhook.credential != nil && webhook.headers.isEmpty)
            #expect(settings.customLLM?.headers == (warnings == 0 ? ["Authorization": "Bearer t"] : [:]))
        }
    }

    @Test(
        "wrong auth connections are refused",
        arguments: [
            (["auth_type": "magic"], "auth_type"),
            (["auth_type": "basic_auth", "name": "a", "provider": "b", "username": "c"], "password"),
            (["auth_type": "bearer_auth", "name": "a", "provider": "b", "token": "a\nb"], "token"),
            (
                ["auth_type": "custom_header_auth", "name": "a", "provider": "b", "token": "t", "header_name": "a b"],
                "header_name"
            ),
            (
                ["auth_type": "custom_header_auth", "name": "a", "provider": "b", "token": "t", "header_name": "Host"],
                "header_name"
            ),
            (
                [
                    "auth_type": "private_key_jwt", "name": "a", "provider": "b", "issuer": "i", "audience": "a",
                    "subject": "s", "secret_key": "k", "algorithm": "none",
                ], "algorithm"
            ),
            (
                [
                    "auth_type": "oauth2_jwt", "name": "a", "provider": "b", "issuer": "i", "audience": "a",
                    "subject": "s", "secret_key": "k", "token_url": "https://a.example",
                ], "secret_key"
            ),
            (
                [
                    "auth_type": "mtls", "name": "a", "provider": "b", "client_certificate": "c", "client_key": "k",
                ], "client_certificate"
            ),
            (
                [
                    "auth_type": "oauth2_client_credentials", "name": "a", "provider": "b", "client_id": "i",
                    "client_secret": "s", "token_url": "ftp://a",
                ], "token_url"
            ),
        ] as [(JSONValue, String)])
    func wrongConnections(body: JSONValue, place: String) throws {
        let error = #expect(throws: ValidationError.self) {
            try AuthConnection.new(body: body, vault: storage.vault)
        }
        #expect(error?.issues.map(\.path) == [place])
    }

    @Test(
        "wrong environment variables are refused",
        arguments: [
            (["type": "number", "label": "A", "values": ["production": "x"]], "type"),
            (["type": "string", "label": "A B", "values": ["production": "x"]], "label"),
            (["type": "string", "label": "A", "values": ["staging": "x"]], "values.production"),
            (["type": "string", "label": "A", "values": ["production": 1]], "values.production"),
            (["type": "secret", "label": "A", "values": ["production": "x"]], "values.production"),
        ] as [(JSONValue, String)])
    func wrongVariables(body: JSONValue, place: String) throws {
        let error = #expect(throws: ValidationError.self) { try EnvironmentVariable.new(body: body) }
        #expect(error?.issues.map(\.path) == [place])
    }

    @Test("values are replaced one by one, and production keeps one")
    func changedVariable() async throws {
        let base = try await variable("string", "BASE", ["production": "a", "staging": "b"])
        let changed = try EnvironmentVariable.changed(base, with: ["values": ["staging": nil, "test": "c"]])
        #expect(EnvironmentVariable.json(changed)["values"] == ["production": "a", "test": "c"])
        #expect(EnvironmentVariable.environments(of: changed) == ["production", "test"])
        #expect(throws: ValidationError.self) {
            try EnvironmentVariable.changed(base, with: ["values": ["production": nil]])
        }
        #expect(
            EnvironmentVariable.json(EnvironmentVariable.forgetting("staging", in: base))["values"] == [
                "production": "a"
            ])
    }

    @Test("settings are the defaults until they are changed; what is not followed is said")
    func settings() async throws {
        let resources = storage.resources
        let before = try await WorkspaceSettings.read(from: resources)
        #expect(before.json["webhooks"]?["events"] == ["transcript"])
        #expect(before.allowsMCPServers && before.warnings.isEmpty && before.initiationWebhook.isNull)
        let webhook: JSONValue = [
            "url": "https://hook.example",
            "request_headers": ["X-Key": "s3cret", "X-Other": ["secret_id": "secret_1"]],
        ]
        let changed = try await WorkspaceSettings.change(
            ["conversation_initiation_client_data_webhook": webhook, "can_use_mcp_servers": false], in: resources)
        #expect(!changed.allowsMCPServers && changed.initiationWebhook == webhook)
        #expect(!changed.json.text.contains("s3cret\""))
        #expect(changed.warnings.isEmpty)
        // What was shown can be sent back.
        let again = try await WorkspaceSettings.change(changed.json, in: resources)
        #expect(again == changed)
        let reset = try await WorkspaceSettings.change(
            ["conversation_initiation_client_data_webhook": nil], in: resources)
        #expect(reset.initiationWebhook.isNull && !reset.allowsMCPServers)
        for wrong in [
            ["can_use_mcp_servers": "yes"], ["webhooks": ["events": ["party"]]], ["rag_retention_period_days": 0],
            ["conversation_initiation_client_data_webhook": ["url": "x", "request_headers": [:]]],
        ] as [JSONValue] {
            await #expect(throws: ValidationError.self) { try await WorkspaceSettings.change(wrong, in: resources) }
        }
        #expect(try await WorkspaceSettings.read(from: resources) == reset)
    }

    @Test("a locator that a patch gives takes the place of the former one, whatever that named")
    func locators() throws {
        let custom: JSONValue = [
            "url": "https://a.example", "api_key": ["secret_id": "s1"],
            "request_headers": ["X-A": ["secret_id": "s1"], "X-B": "b"],
        ]
        func body(_ custom: JSONValue) -> JSONValue {
            ["conversation_config": ["agent": ["prompt": ["llm": "custom-llm", "custom_llm": custom]]]]
        }
        let agent = try Agent.new(conversationConfig: [:]).patched(with: body(custom)).patched(
            with: body(["api_key": ["env_var_label": "K"], "request_headers": ["X-A": ["variable_name": "v"]]]))
        let after = agent.conversationConfig.value(at: "agent", "prompt", "custom_llm")
        #expect(after?["api_key"] == ["env_var_label": "K"] && after?["url"] == "https://a.example")
        #expect(after?["request_headers"] == ["X-A": ["variable_name": "v"], "X-B": "b"])

        var server = try StoredMCPServer.new(body: [
            "config": [
                "url": "https://a.example/mcp", "name": "Desk", "auth_connection": ["auth_connection_id": "a"],
                "request_headers": ["X-A": ["secret_id": "s1"]], "request_meta": ["who": ["secret_id": "s1"]],
            ]
        ])
        server = try StoredMCPServer.changed(
            server,
            with: [
                "auth_connection": ["env_var_label": "C"], "request_headers": ["X-A": ["variable_name": "v"]],
                "request_meta": ["who": ["env_var_label": "W"]],
            ])
        let config = StoredMCPServer.configuration(of: server)
        #expect(config["auth_connection"] == ["env_var_label": "C"])
        #expect(config["request_headers"] == ["X-A": ["variable_name": "v"]])
        #expect(config["request_meta"] == ["who": ["env_var_label": "W"]])
    }

    @Test("the same header in other letters is refused")
    func headerTwice() throws {
        let twice: JSONValue = ["X-Key": "a", "x-key": "b"]
        let tool: JSONValue = [
            "type": "webhook", "name": "ask", "description": "",
            "api_schema": ["url": "https://a.example", "request_headers": twice],
        ]
        #expect(throws: ValidationError.self) { try StoredTool.new(body: ["tool_config": tool]) }
        let server: JSONValue = ["url": "https://a.example/mcp", "name": "Desk", "request_headers": twice]
        #expect(throws: ValidationError.self) { try StoredMCPServer.new(body: ["config": server]) }
    }

    @Test("the caller gives no values to variables of the server and of the workspace")
    func reservedVariables() throws {
        let variables = try CallVariables(["system_env__BASE": "https://evil.example", "system__time": "now", "a": "b"])
        #expect(variables.values["system_env__BASE"] == nil && variables.values["a"] == "b")
        #expect(variables.values["system__time"] == "")
        #expect(variables.warnings.count == 2)
        let tool: JSONValue = [
            "type": "client", "name": "ask", "description": "",
            "assignments": [["dynamic_variable": "system_env__BASE", "value_path": "b"]],
        ]
        #expect(throws: ValidationError.self) { try StoredTool.new(body: ["tool_config": tool]) }
    }

    @Test("where MCP servers are forbidden, an agent has none, and says so")
    func forbiddenServers() async throws {
        let storage = MemoryStorage()
        let server = try StoredMCPServer.new(body: ["config": ["url": "https://a.example/mcp", "name": "Desk"]])
        try await storage.resources.insert(server)
        let agent = try Agent.new(conversationConfig: ["agent": ["prompt": ["mcp_server_ids": [.string(server.id)]]]])
        func settings() async throws -> CallSettings {
            try CallSettings(
                agent: agent, initiation: CallInitiation(), variables: try CallVariables([:], system: [:]),
                workspace: try await Workspace(storage).items(for: agent.conversationConfig))
        }
        #expect(try await settings().mcpServers.count == 1)
        _ = try await WorkspaceSettings.change(["can_use_mcp_servers": false], in: storage.resources)
        let forbidden = try await settings()
        #expect(forbidden.mcpServers.isEmpty)
        #expect(forbidden.warnings.contains { $0.contains("can_use_mcp_servers") })
    }

    @Test("what is not followed of a system tool is told by its name, wherever it stands")
    func toolWarnings() throws {
        let tool: JSONValue = [
            "type": "system", "name": "end_call", "description": "", "params": ["system_tool_type": "end_call"],
            "assignments": [["dynamic_variable": "a", "value_path": "b"]],
        ]
        for prompt in [
            ["tool_ids": ["tool_1"]], ["tools": [tool]], ["built_in_tools": ["end_call": tool]],
        ] as [JSONValue] {
            let agent = try Agent.new(conversationConfig: ["agent": ["prompt": prompt]])
            let warnings = agent.warnings(
                available: AvailableEngines(
                    languageModels: ["m"], voices: ["v"], transcribers: ["t"], languages: ["en"]),
                workspace: WorkspaceItems(tools: ["tool_1": StoredTool.Content(tool)]))
            #expect(warnings.contains("Tool end_call: assignments: results of system tools set no variables."))
        }
    }
}
