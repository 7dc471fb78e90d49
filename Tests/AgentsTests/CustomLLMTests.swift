import Agents
import JSON
import Testing

@Suite("An agent's own model server")
struct CustomLLMTests {
    static let secrets = SecretSource { ["sec_1": "k3y", "OPENAI": "env-k3y", "blank": ""][$0] }

    func settings(_ server: JSONValue, variables: [String: JSONValue] = [:]) throws -> CallSettings {
        try CallSettings(
            agent: try Agent.new(conversationConfig: Self.configuration(server)),
            initiation: CallInitiation(dynamicVariables: variables), variables: try CallVariables(variables),
            workspace: WorkspaceItems(secrets: Self.secrets))
    }

    static func configuration(_ server: JSONValue) -> JSONValue {
        ["agent": ["prompt": ["llm": "custom-llm", "custom_llm": server]]]
    }

    @Test("is reached with the keys and headers that the configuration writes or names")
    func resolved() throws {
        let settings = try settings(
            [
                "url": "https://llm.example/v1", "model_id": "tiny", "api_key": ["secret_id": "sec_1"],
                "request_headers": [
                    "X-Tenant": "{{tenant}}", "X-Token": ["secret_id": "sec_1"], "X-Env": ["env_var_label": "OPENAI"],
                    "X-Name": ["variable_name": "tenant"], "Authorization": "Bearer {{secret__pass}}",
                ],
            ], variables: ["tenant": "acme", "secret__pass": "hush"])
        let server = try #require(settings.customLLM)
        #expect(server.url == "https://llm.example/v1")
        #expect(server.modelID == "tiny")
        #expect(server.apiKey == "k3y")
        #expect(
            server.headers == [
                "X-Tenant": "acme", "X-Token": "k3y", "X-Env": "env-k3y", "X-Name": "acme",
                "Authorization": "Bearer hush",
            ])
        #expect(settings.warnings.isEmpty)
        #expect(try self.settings(["url": "u", "api_key": "plain"]).customLLM?.apiKey == "plain")
        #expect(try self.settings(["url": "u", "api_key": ["env_var_label": "OPENAI"]]).customLLM?.apiKey == "env-k3y")
    }

    @Test(
        "takes the API's version in the query",
        arguments: [
            ("https://a.example/v1", "https://a.example/v1?api-version=2024-10-21"),
            ("https://a.example/v1?x=1", "https://a.example/v1?x=1&api-version=2024-10-21"),
            ("https://a.example/v1?api-version=1", "https://a.example/v1?api-version=1"),
        ])
    func version(url: String, expected: String) throws {
        let settings = try settings(["url": .string(url), "api_version": "2024-10-21"])
        #expect(settings.customLLM?.url == expected)
    }

    @Test(
        "what cannot be resolved is told, in the agent's record and in the call's, and the rest goes on",
        arguments: [
            (
                ["api_key": ["secret_id": "gone-1"]],
                "custom_llm.api_key: there is no secret gone-1 here; requests go without it. "
                    + "It is neither among the workspace's secrets nor, as PARLEY_SECRET_GONE_1, in the server's "
                    + "environment."
            ),
            (
                ["request_headers": ["X-A": ["env_var_label": "blank"]]],
                "custom_llm.request_headers.X-A: there is no secret blank here; requests go without it. "
                    + "It is neither among the workspace's secrets nor, as PARLEY_SECRET_BLANK, in the server's "
                    + "environment."
            ),
            (
                ["request_headers": ["X-A": ["what": "is this"]]],
                "custom_llm.request_headers.X-A: this kind of value is not supported; the header is left out."
            ),
            (
                ["api_type": "websocket"],
                "custom_llm.api_type: \"websocket\" is not supported; Chat Completions is used instead."
            ),
            (
                ["auth_connection": ["auth_connection_id": "x"]],
                "custom_llm.auth_connection names no connection that is here; requests go without it."
            ),
            (
                ["api_key": ["value": "x"]],
                "custom_llm.api_key: neither a string nor the name of a secret; it is left out."
            ),
        ] as [(JSONValue, String)])
    func unresolved(part: JSONValue, warning: String) throws {
        let server = (["url": "https://llm.example/v1"] as JSONValue).merging(part)
        let settings = try settings(server)
        #expect(settings.warnings == [warning])
        #expect(settings.customLLM?.apiKey == nil)
        #expect(settings.customLLM?.headers == [:])
        let agent = try Agent.new(conversationConfig: Self.configuration(server))
        #expect(
            CallSettings.CustomLLM.warnings(for: agent.conversationConfig, secrets: Self.secrets) == [warning])
    }

    @Test(
        "that can never be reached is told in the agent's record",
        arguments: [
            (["url": "file:///etc/passwd"], "custom_llm.url: not an http or https URL; every answer will fail."),
            (["url": "llm.example/v1"], "custom_llm.url: not an http or https URL; every answer will fail."),
            (
                ["request_headers": ["X-A": "a\r\nX-B: b"]],
                "custom_llm.request_headers.X-A: contains characters that are not allowed in a header; "
                    + "every answer will fail."
            ),
            (
                ["api_key": "k\n"],
                "custom_llm.api_key: contains characters that are not allowed in a header; every answer will fail."
            ),
        ] as [(JSONValue, String)])
    func unreachable(part: JSONValue, warning: String) throws {
        let server = (["url": "https://llm.example/v1"] as JSONValue).merging(part)
        let agent = try Agent.new(conversationConfig: Self.configuration(server))
        #expect(CallSettings.CustomLLM.warnings(for: agent.conversationConfig) == [warning])
    }

    @Test("without an address is told in the record")
    func missing() throws {
        let settings = try CallSettings(
            agent: try Agent.new(conversationConfig: ["agent": ["prompt": ["llm": "custom-llm"]]]),
            initiation: CallInitiation(), variables: CallVariables())
        #expect(settings.customLLM == nil)
        #expect(settings.warnings.count == 1)
    }

    @Test("is not looked at when another model leads")
    func unused() throws {
        let agent = try Agent.new(conversationConfig: [
            "agent": ["prompt": ["llm": "gpt-4o", "custom_llm": ["url": "u", "api_type": "websocket"]]]
        ])
        #expect(CallSettings.CustomLLM.warnings(for: agent.conversationConfig).isEmpty)
    }
}

@Suite("Engines that are not here")
struct AvailableEnginesTests {
    static let engines = AvailableEngines(
        languageModels: ["qwen"], voices: ["joe"], transcribers: ["moonshine"], languages: ["en"])

    func warnings(_ override: JSONValue, available: AvailableEngines? = engines) throws -> [String] {
        let agent = try Agent.new(
            conversationConfig: [
                "agent": ["prompt": ["llm": "qwen"]], "tts": ["voice_id": "joe", "model_id": "joe"],
            ],
            platformSettings: [
                "overrides": [
                    "conversation_config_override": [
                        "agent": ["language": true, "prompt": ["llm": true]], "tts": ["voice_id": true],
                    ]
                ]
            ])
        return try CallSettings(
            agent: agent, initiation: CallInitiation(configOverride: override), variables: CallVariables(),
            available: available
        ).warnings
    }

    @Test("what a call asks for and does not get is told in its record, with what stands in")
    func told() throws {
        #expect(try warnings([:]).isEmpty)
        #expect(
            try warnings(["agent": ["prompt": ["llm": "gpt-4o"]]]) == [
                #"agent.prompt.llm: "gpt-4o" is not configured on this server; "qwen" is used instead."#
            ])
        #expect(
            try warnings(["tts": ["voice_id": "amy"]]) == [
                #"tts.voice_id: "amy" is not configured on this server; "joe" is used instead."#
            ])
        #expect(
            try warnings(["agent": ["language": "de"]]) == [
                #"agent.language: "de" is not configured on this server; "en" is used instead."#
            ])
        #expect(try warnings(["agent": ["language": "en-GB"]]).isEmpty)
        #expect(try warnings(["agent": ["language": "de"]], available: nil).isEmpty)
    }
}
