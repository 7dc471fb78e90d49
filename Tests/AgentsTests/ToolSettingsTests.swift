import Agents
import JSON
import Testing

@Suite("Tools of a call")
struct ToolSettingsTests {
    func settings(
        prompt: JSONValue, variables: [String: JSONValue] = [:], config: JSONValue = [:],
        stored: [String: JSONValue] = [:]
    ) throws -> CallSettings {
        try CallSettings(
            agent: try Agent.new(conversationConfig: config.merging(["agent": ["prompt": prompt]])),
            initiation: CallInitiation(dynamicVariables: variables), variables: CallVariables(variables),
            workspace: WorkspaceItems(tools: stored.mapValues { StoredTool.Content($0) }))
    }

    @Test("a client tool: the model sees a clean schema, the rest is set for it")
    func client() throws {
        let settings = try settings(
            prompt: [
                "tools": [
                    [
                        "type": "client", "name": "book_table", "description": "Books at {{restaurant}}",
                        "expects_response": true, "response_timeout_secs": 500, "disable_interruptions": true,
                        "parameters": [
                            "type": "object", "required": ["guests", "tenant", "address"],
                            "properties": [
                                "guests": [
                                    "type": "integer", "description": "How many", "dynamic_variable": "",
                                    "constant_value": "", "enum": nil, "is_omitted": false,
                                ],
                                "area": ["type": "string", "description": "Where", "enum": ["inside", "outside"]],
                                "tenant": ["type": "string", "constant_value": "acme"],
                                "user": ["type": "string", "dynamic_variable": "user_id"],
                                "hidden": ["type": "string", "is_omitted": true],
                                "system": ["type": "string", "is_system_provided": true],
                                "dishes": [
                                    "type": "array", "description": "What",
                                    "items": ["type": "string", "description": "A dish"],
                                ],
                                "address": [
                                    "type": "object", "description": "Home", "required": ["street"],
                                    "properties": [
                                        "street": ["type": "string", "description": "Street"],
                                        "country": ["type": "string", "constant_value": "AT"],
                                    ],
                                ],
                            ],
                        ],
                    ]
                ]
            ], variables: ["restaurant": "Luigi's", "user_id": 7])
        let tool = try #require(settings.tools.first)
        #expect(tool.kind == .client)
        #expect(tool.kind.toolType == "client")
        #expect(tool.description == "Books at Luigi's")
        #expect(tool.expectsResponse)
        #expect(tool.responseTimeout == 120)
        #expect(tool.interruptionMode == .disableDuringTool)
        #expect(
            tool.parameters == [
                "type": "object", "required": ["address", "guests"],
                "properties": [
                    "guests": ["type": "integer", "description": "How many"],
                    "area": ["type": "string", "description": "Where", "enum": ["inside", "outside"]],
                    "dishes": [
                        "type": "array", "description": "What",
                        "items": ["type": "string", "description": "A dish"],
                    ],
                    "address": [
                        "type": "object", "description": "Home", "required": ["street"],
                        "properties": ["street": ["type": "string", "description": "Street"]],
                    ],
                ],
            ])
        #expect(
            try tool.arguments(
                from: ["guests": "2", "tenant": "forged", "address": ["street": "Main"], "more": 1],
                tool.variables(CallVariables(["user_id": 7]))) == [
                    "guests": 2, "tenant": "acme", "user": 7, "address": ["street": "Main", "country": "AT"],
                ])
    }

    @Test("a webhook's path, query and body are one set of arguments")
    func webhook() throws {
        let settings = try settings(
            prompt: [
                "tools": [
                    [
                        "type": "webhook", "name": "order", "description": "Finds an order",
                        "response_timeout_secs": 1,
                        "dynamic_variables": ["dynamic_variable_placeholders": ["host": "api.example"]],
                        "api_schema": [
                            "url": "https://{{host}}/orders/{order_id}?k={{system_env__region}}", "method": "POST",
                            "path_params_schema": ["order_id": ["type": "string", "description": "The order"]],
                            "query_params_schema": [
                                "properties": ["limit": ["type": "integer", "description": "How many"]],
                                "required": [],
                            ],
                            "request_body_schema": [
                                "type": "object", "required": ["reason"],
                                "properties": ["reason": ["type": "string", "description": "Why"]],
                            ],
                        ],
                    ]
                ]
            ])
        let tool = try #require(settings.tools.first)
        #expect(tool.kind.actsElsewhere)
        #expect(tool.responseTimeout == 5)
        #expect(tool.expectsResponse)
        #expect(
            Set((tool.parameters["properties"]?.objectValue ?? [:]).keys) == ["order_id", "limit", "reason"])
        #expect(tool.parameters["required"] == ["order_id", "reason"])
    }

    @Test("a variable that a webhook's URL or header needs must have a value, unless a tool's answer sets it")
    func webhookVariables() throws {
        func tool(_ name: String, url: String, assigns: JSONValue = []) -> JSONValue {
            [
                "type": "webhook", "name": .string(name), "assignments": assigns,
                "api_schema": ["url": .string(url), "request_headers": ["X": ["variable_name": "secret__key"]]],
            ]
        }
        let error = #expect(throws: CallSettingsError.self) {
            try settings(prompt: ["tools": [tool("a", url: "https://{{host}}/{{session}}")]])
        }
        #expect(error?.message == "Missing required dynamic variables: host, secret__key, session (in tool a).")
        #expect(throws: Never.self) {
            try settings(
                prompt: [
                    "tools": [
                        tool("a", url: "https://{{host}}/{{session}}"),
                        tool(
                            "login", url: "https://{{host}}",
                            assigns: [
                                ["source": "response", "dynamic_variable": "session", "value_path": "id"]
                            ]),
                    ]
                ], variables: ["host": "api.example", "secret__key": "k"])
        }
    }

    @Test("system tools have a description and a schema of their own")
    func system() throws {
        let all = JSONValue.object(
            Dictionary(uniqueKeysWithValues: SystemTool.allCases.map { ($0.rawValue, JSONValue.object([:])) }))
        let settings = try settings(
            prompt: ["built_in_tools": all], config: ["language_presets": ["de": [:], "fr": [:]]])
        #expect(settings.tools.map(\.name) == SystemTool.allCases.map(\.rawValue))
        func required(_ tool: SystemTool) -> JSONValue? {
            settings.tools.first { $0.kind == .system(tool) }?.parameters["required"]
        }
        #expect(required(.endCall) == ["reason"])
        #expect(required(.skipTurn) == [])
        #expect(required(.languageDetection) == ["reason", "language"])
        #expect(required(.transferToAgent) == ["agent_number"])
        #expect(required(.transferToNumber) == ["transfer_number", "client_message", "agent_message"])
        #expect(required(.playKeypadTouchTone) == ["dtmf_tones"])
        #expect(required(.voicemailDetection) == ["reason"])
        #expect(settings.tools.allSatisfy { !$0.description.isEmpty && $0.kind.toolType == "system" })
        let detection = settings.tools.first { $0.kind == .system(.languageDetection) }
        #expect(
            detection?.parameters.value(at: "properties", "language", "enum") == ["en", "de", "fr"])
    }

    @Test("system tools written inline, as older agents have them")
    func inlineSystem() throws {
        let settings = try settings(prompt: [
            "tools": [
                ["type": "system", "name": "end_call", "description": "Hang up when asked."],
                ["type": "system", "name": "be_quiet", "params": ["system_tool_type": "skip_turn"]],
                ["type": "system", "name": "make_coffee"],
            ],
            "built_in_tools": ["end_call": ["description": "The other one."]],
        ])
        #expect(settings.tools.map(\.name) == ["end_call", "be_quiet"])
        #expect(settings.tools.map(\.kind) == [.system(.endCall), .system(.skipTurn)])
        #expect(settings.tools.first?.description == "Hang up when asked.")
        #expect(settings.warnings.count == 1)
        #expect(settings.warnings.first?.contains("make_coffee") == true)
    }

    @Test("transfers tell their conditions")
    func transfers() throws {
        let settings = try settings(prompt: [
            "built_in_tools": [
                "transfer_to_agent": [
                    "params": ["transfers": [["agent_id": "a", "condition": "asks for sales"]]]
                ]
            ]
        ])
        #expect(settings.tools.first?.description.contains("0: asks for sales") == true)
        #expect(settings.tools.first?.systemParameters["transfers"]?.arrayValue?.count == 1)
    }

    @Test("what is not followed of a transfer is told, and one without an agent is not offered")
    func transferWarnings() throws {
        let transfers: JSONValue = [
            ["node_id": "n", "condition": "asks for a node"],
            ["agent_id": "a", "branch_id": "b", "delay_ms": 20_000, "condition": "asks for sales"],
            ["agent_id": "c", "branch_id": "", "node_id": nil, "is_workflow_node_transfer": false, "delay_ms": 100],
        ]
        let settings = try settings(prompt: [
            "built_in_tools": ["transfer_to_agent": ["params": ["transfers": transfers]]]
        ])
        let tool = try #require(settings.tools.first)
        #expect(tool.parameters.value(at: "properties", "agent_number", "enum") == [1, 2])
        #expect(!tool.description.contains("asks for a node") && tool.description.contains("1: asks for sales"))
        let places = ["0.agent_id", "0.node_id", "1.branch_id", "1.delay_ms"]
        for place in places {
            #expect(settings.warnings.count { $0.contains("Tool transfer_to_agent: params.transfers.\(place):") } == 1)
        }
        #expect(settings.warnings.count { $0.contains("params.transfers") } == places.count)
    }

    @Test("what is wrong with a model's arguments is told to it")
    func mistakes() throws {
        let settings = try settings(prompt: [
            "tools": [
                [
                    "type": "client", "name": "weather",
                    "parameters": ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]],
                ]
            ]
        ])
        let tool = try #require(settings.tools.first)
        #expect(tool.mistake(in: ["city": "Paris"]) == nil)
        #expect(tool.mistake(in: [:]) == "required arguments are missing: city")
        #expect(tool.mistake(in: #"{"city": "Par"#) == "the arguments are not a JSON object")
    }

    @Test("tools that the server does not run are told")
    func notRun() throws {
        let settings = try settings(prompt: [
            "built_in_tools": ["end_call": [:], "transfer_to_agent": ["params": ["transfers": []]]]
        ])
        #expect(settings.warnings.count { $0.contains("Tool transfer_to_agent: params.transfers names no agent") } == 1)
        #expect(!settings.warnings.contains { $0.contains("end_call") })
    }

    @Test("stored tools come by id; unknown ids, bad names and doubles are left out and told")
    func stored() throws {
        let settings = try settings(
            prompt: [
                "tool_ids": ["tool_1", "tool_9"],
                "tools": [
                    ["type": "client", "name": "has space"], ["type": "client", "name": "twice"],
                    ["type": "client", "name": "twice", "id": "tool_2"], ["type": "mcp", "name": "server"],
                ],
            ],
            stored: ["tool_1": ["type": "client", "name": "lookup", "description": "Looks up"]])
        #expect(settings.tools.map(\.name) == ["twice", "lookup"])
        #expect(settings.warnings.count == 4)
        #expect(settings.warnings.contains { $0.contains("tool_9") })
        #expect(settings.tools.last?.parameters == ["type": "object", "properties": [:], "required": []])
        #expect(settings.tools.map(\.id) == [nil, "tool_1"])
        #expect(settings.tools.last?.expectsResponse == false)
        #expect(settings.tools.last?.responseTimeout == 20)
    }
}
