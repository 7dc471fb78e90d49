import Agents
import JSON
import Testing

@Suite("Secrets in configurations")
struct RedactionTests {
    static let headers: JSONValue = [
        "Authorization": "Bearer s3cret-1", "X-Token": "s3cret-2", "Content-Type": "application/json",
        "X-User": "{{user}}", "Proxy-Authorization": "Bearer {{secret__token}}", "X-Mixed": "s3cret-3{{user}}",
        "X-Stored": ["secret_id": "sec_1"],
    ]

    static func agent() throws -> Agent {
        try Agent.new(
            conversationConfig: [
                "agent": [
                    "prompt": [
                        "llm": "custom-llm", "prompt": "********",
                        "custom_llm": [
                            "url": "http://localhost/v1", "api_key": "s3cret-4", "request_headers": headers,
                        ],
                        "tools": [
                            [
                                "type": "webhook", "name": "a",
                                "api_schema": ["url": "https://a.example", "request_headers": ["X-A": "s3cret-5"]],
                            ],
                            [
                                "type": "webhook", "name": "b",
                                "api_schema": ["url": "https://b.example", "request_headers": ["X-A": "s3cret-6"]],
                            ],
                        ],
                    ],
                    "dynamic_variables": [
                        "dynamic_variable_placeholders": ["user": "Ana", "secret__token": "s3cret-7"]
                    ],
                ]
            ],
            platformSettings: [
                "workspace_overrides": [
                    "conversation_initiation_client_data_webhook": [
                        "url": "https://hook.example", "request_headers": ["X-Hook": "s3cret-8"],
                    ]
                ]
            ], workflow: ["nodes": ["n": ["conversation_config": ["custom_llm": ["api_key": "s3cret-9"]]]]])
    }

    @Test("are not shown; what is none is")
    func hidden() throws {
        let shown = try Self.agent().json
        #expect(!shown.text.contains("s3cret"))
        let server = shown.value(at: "conversation_config", "agent", "prompt", "custom_llm")
        #expect(server?["api_key"] == "********")
        #expect(
            server?["request_headers"] == [
                "Authorization": "********", "X-Token": "********", "Content-Type": "application/json",
                "X-User": "{{user}}", "Proxy-Authorization": "Bearer {{secret__token}}", "X-Mixed": "********",
                "X-Stored": ["secret_id": "sec_1"],
            ])
        #expect(server?["url"] == "http://localhost/v1")
    }

    @Test("stay as they are when what was shown is sent back")
    func sentBack() throws {
        let agent = try Self.agent()
        let patched = try agent.patched(with: agent.json)
        #expect(patched.conversationConfig == agent.conversationConfig)
        #expect(patched.platformSettings == agent.platformSettings)
        #expect(patched.workflow == agent.workflow)
    }

    @Test("one is changed, the others stay; tools are known by name")
    func changed() throws {
        let agent = try Self.agent()
        let patched = try agent.patched(with: [
            "conversation_config": [
                "agent": [
                    "prompt": [
                        "custom_llm": ["request_headers": ["Authorization": "new", "X-Token": "********"]],
                        "tools": [
                            [
                                "type": "webhook", "name": "b",
                                "api_schema": ["url": "https://b.example", "request_headers": ["X-A": "********"]],
                            ]
                        ],
                    ]
                ]
            ]
        ])
        let prompt = patched.conversationConfig.value(at: "agent", "prompt")
        #expect(prompt?.value(at: "custom_llm", "request_headers", "Authorization") == "new")
        #expect(prompt?.value(at: "custom_llm", "request_headers", "X-Token") == "s3cret-2")
        #expect(prompt?.value(at: "custom_llm", "api_key") == "s3cret-4")
        #expect(
            prompt?["tools"]?.arrayValue?.first?.value(at: "api_schema", "request_headers", "X-A") == "s3cret-6")
    }

    @Test("a password in a URL is hidden, kept when sent back, and replaced by a new URL")
    func urlPassword() throws {
        func configuration(_ url: JSONValue) -> JSONValue {
            ["agent": ["prompt": ["tools": [["type": "webhook", "name": "a", "api_schema": ["url": url]]]]]]
        }
        func url(_ agent: Agent, shown: Bool = false) -> JSONValue? {
            (shown ? agent.json["conversation_config"] : agent.conversationConfig)?
                .value(at: "agent", "prompt", "tools")?.arrayValue?.first?.value(at: "api_schema", "url")
        }
        let agent = try Agent.new(conversationConfig: configuration("https://user:s3cret@shop.example/a?b=c"))
        #expect(url(agent, shown: true) == "https://user:********@shop.example/a?b=c")
        #expect(url(try agent.patched(with: agent.json)) == "https://user:s3cret@shop.example/a?b=c")
        let moved = try agent.patched(with: ["conversation_config": configuration("https://user:n3w@b.example/")])
        #expect(url(moved) == "https://user:n3w@b.example/")
        // The password of one place is not sent to another.
        #expect(throws: ValidationError.self) {
            try agent.patched(with: ["conversation_config": configuration("https://user:********@evil.example/")])
        }
        let open = try Agent.new(conversationConfig: configuration("https://shop.example:8443/@a:b"))
        #expect(url(open, shown: true) == "https://shop.example:8443/@a:b")
    }

    @Test("asterisks that stand for nothing are refused by name, in a patch and in a new agent")
    func nothing() throws {
        let configuration: JSONValue = [
            "agent": ["prompt": ["custom_llm": ["url": "u", "request_headers": ["X-New": "********"]]]]
        ]
        let error = #expect(throws: ValidationError.self) {
            try Self.agent().patched(with: ["conversation_config": configuration])
        }
        let path = "conversation_config.agent.prompt.custom_llm.request_headers.X-New"
        #expect(error?.issues.map(\.path) == [path])
        let created = #expect(throws: ValidationError.self) {
            try Agent.new(body: ["conversation_config": configuration])
        }
        #expect(created?.issues.map(\.path) == [path])
    }

    @Test("do not enter a record with an override that repeats them")
    func record() throws {
        let initiation = CallInitiation(configOverride: [
            "agent": ["prompt": ["custom_llm": ["api_key": "s3cret"]]]
        ])
        #expect(!initiation.record().text.contains("s3cret"))
    }
}
