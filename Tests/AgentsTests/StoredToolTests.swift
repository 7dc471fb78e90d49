import Foundation
import JSON
import TestSupport
import Testing

@testable import Agents

@Suite("Tools of the workspace")
struct StoredToolTests {
    static let webhook: JSONValue = [
        "type": "webhook", "name": "find_order", "description": "Finds an order.",
        "api_schema": [
            "url": "https://{{host}}.example.com/v1/{tenant}/orders/{order_id}", "method": "POST",
            "path_params_schema": [
                "tenant": ["type": "string", "constant_value": "acme"],
                "order_id": ["type": "string", "description": "The order's number."],
            ],
            "query_params_schema": [
                "properties": ["limit": ["type": ["integer", "null"], "description": "How many."]],
                "required": ["limit"],
            ],
            "request_body_schema": [
                "type": "object", "description": "The body.", "required": ["reason", "lines"],
                "properties": [
                    "reason": ["type": "string", "description": "Why.", "enum": ["late", "lost"]],
                    "user": ["type": "string", "dynamic_variable": "user_id", "description": ""],
                    "silent": ["type": "boolean", "constant_value": false],
                    "lines": [
                        "type": "array", "description": "The lines.",
                        "items": ["type": "object", "properties": ["sku": ["type": "string", "description": "SKU."]]],
                    ],
                    "region": [
                        "type": "string", "description": "Where.",
                        "allowed_values": ["dynamic_variable": "regions"],
                    ],
                ],
                "required_constraints": ["any_of": [["required": ["reason"]], ["required": ["lines"]]]],
            ],
            "request_headers": [
                "Authorization": "Bearer s3cret", "X-Key": ["secret_id": "secret_1"],
                "X-User": ["variable_name": "user_id"], "X-Env": ["env_var_label": "region"],
            ],
            "response_filter": ["mode": "allow", "filters": ["order.id"]],
            "auth_connection": ["auth_connection_id": "auth_1"],
        ],
        "assignments": [["dynamic_variable": "order", "value_path": "order.id"]],
        "follow_redirects": true, "follow_redirects_allowed_domains": ["example.com"],
    ]

    static let client: JSONValue = [
        "type": "client", "name": "show_map", "description": "Shows a map.", "expects_response": true,
        "response_timeout_secs": -1,
        "parameters": ["type": "object", "properties": ["place": ["type": "string", "description": "Where."]]],
    ]

    static func issues(_ tool: JSONValue) -> [ValidationError.Issue] {
        #expect(throws: Never.self) { try StoredTool.new(body: ["tool_config": webhook]) }
        do {
            _ = try StoredTool.new(body: ["tool_config": tool])
            return []
        } catch {
            return error.issues
        }
    }

    @Test("a tool is completed with the defaults, and keeps what it was made with")
    func complete() throws {
        let clock = ManualClock()
        let tool = try StoredTool.new(body: ["tool_config": Self.client, "response_mocks": nil], now: clock.now())
        #expect(tool.kind == .tool && tool.name == "show_map" && tool.type == "client")
        #expect(tool.id.hasPrefix("tool_"))
        let config = StoredTool.configuration(of: tool)
        #expect(config["response_timeout_secs"] == -1)
        #expect(config["interruption_mode"] == "allow")
        #expect(config["execution_mode"] == "immediate")
        #expect(config["pre_tool_speech"] == "auto")
        #expect(config["tool_call_sound"] == .null)
        #expect(config["parameters"] == Self.client["parameters"])
        #expect(tool.body["response_mocks"] == [])
        let json = StoredTool.json(tool, usage: ToolUsage(calls: 4, latency: 2), secrets: .environment)
        #expect(json["usage_stats"] == ["total_calls": 4, "avg_latency_secs": 0.5])
        #expect(json.value(at: "access_info", "is_creator") == true)

        let webhook = try StoredTool.new(body: ["tool_config": Self.webhook])
        let api = try #require(StoredTool.configuration(of: webhook)["api_schema"])
        #expect(api["content_type"] == "application/json")
        #expect(api["request_body_schema"] == Self.webhook.value(at: "api_schema", "request_body_schema"))
        #expect(
            StoredTool.configuration(of: webhook)["assignments"]?.arrayValue?.first?["sanitize"] == false)
    }

    @Test("secrets are not shown, and survive being sent back")
    func secrets() throws {
        let tool = try StoredTool.new(body: ["tool_config": Self.webhook])
        let shown = try #require(StoredTool.json(tool, usage: ToolUsage(), secrets: .environment)["tool_config"])
        let headers = try #require(shown.value(at: "api_schema", "request_headers"))
        #expect(headers["Authorization"] == "********")
        #expect(headers["X-Key"] == ["secret_id": "secret_1"])
        let changed = try StoredTool.changed(tool, with: ["tool_config": shown.merging(["name": "other"])])
        #expect(changed.name == "other" && changed.id == tool.id)
        #expect(
            StoredTool.configuration(of: changed).value(at: "api_schema", "request_headers", "Authorization")
                == "Bearer s3cret")
        #expect(throws: ValidationError.self) { try StoredTool.new(body: ["tool_config": shown]) }
    }

    @Test("an update replaces the configuration, and what it does not name stays")
    func update() throws {
        let mocks: JSONValue = [
            ["mock_result": "42", "parameter_conditions": [["path": "a", "eval": ["type": "anything"]]]]
        ]
        let tool = try StoredTool.new(body: ["tool_config": Self.webhook, "response_mocks": mocks])
        #expect(tool.body["response_mocks"]?.arrayValue?.first?["is_error"] == false)
        let changed = try StoredTool.changed(tool, with: ["tool_config": Self.client])
        #expect(changed.type == "client")
        #expect(changed.body["response_mocks"] == tool.body["response_mocks"])
        #expect(StoredTool.configuration(of: changed)["api_schema"] == nil)
        #expect(
            try StoredTool.changed(tool, with: ["response_mocks": []]).body["tool_config"] == tool.body["tool_config"])
    }

    @Test(
        "a tool that could never run is refused, with the place of the fault",
        arguments: [
            (["name": "has space"], "name"), (["name": ""], "name"),
            (["name": .string(String(repeating: "a", count: 65))], "name"), (["type": "smoke_signal"], "type"),
            (["type": "mcp"], "type"), (["response_timeout_secs": 4], "response_timeout_secs"),
            (["response_timeout_secs": 301], "response_timeout_secs"),
            (["api_schema": ["url": ""]], "api_schema.url"),
            (["api_schema": ["url": "ftp://a/{tenant}/{order_id}"]], "api_schema.url"),
            (["api_schema": ["url": "https:///{tenant}/{order_id}"]], "api_schema.url"),
            (["api_schema": ["url": "https://a.example:99999/{tenant}/{order_id}"]], "api_schema.url"),
            (["api_schema": ["url": "https://a.example/{tenant}/{order_id}/{more}"]], "api_schema.url"),
            (["api_schema": ["url": "https://a.example/{order_id}"]], "api_schema.path_params_schema.tenant"),
            (["api_schema": ["method": "BREW"]], "api_schema.method"),
            (["api_schema": ["content_type": "text/plain"]], "api_schema.content_type"),
            (["api_schema": ["request_headers": ["Bad Header": "x"]]], "api_schema.request_headers.Bad Header"),
            (["api_schema": ["request_headers": ["X": "a\nb"]]], "api_schema.request_headers.X"),
            (["api_schema": ["request_headers": ["X": ["secret": "a"]]]], "api_schema.request_headers.X"),
            (["api_schema": ["auth_connection": ["auth_connection_id": ""]]], "api_schema.auth_connection"),
            (
                ["api_schema": ["path_params_schema": ["order_id": ["type": "string", "description": ""]]]],
                "api_schema.path_params_schema.order_id"
            ),
            (
                [
                    "api_schema": [
                        "path_params_schema": ["order_id": ["type": "string", "is_omitted": true, "description": ""]]
                    ]
                ],
                "api_schema.path_params_schema.order_id.is_omitted"
            ),
            (
                ["api_schema": ["path_params_schema": ["order_id": ["type": "object", "description": "x"]]]],
                "api_schema.path_params_schema.order_id.type"
            ),
            (
                [
                    "api_schema": [
                        "query_params_schema": ["properties": ["limit": ["type": "array", "description": "x"]]]
                    ]
                ],
                "api_schema.query_params_schema.properties.limit.type"
            ),
            (
                ["api_schema": ["query_params_schema": ["required": ["offset"]]]],
                "api_schema.query_params_schema.required.0"
            ),
            (
                ["api_schema": ["request_body_schema": ["properties": ["reason": ["constant_value": "x"]]]]],
                "api_schema.request_body_schema.properties.reason"
            ),
            (
                ["api_schema": ["request_body_schema": ["properties": ["silent": ["constant_value": nil]]]]],
                "api_schema.request_body_schema.properties.silent"
            ),
            (
                ["api_schema": ["request_body_schema": ["properties": ["reason": ["type": "text"]]]]],
                "api_schema.request_body_schema.properties.reason.type"
            ),
            (
                ["api_schema": ["request_body_schema": ["properties": ["reason": ["type": ["string", "text"]]]]]],
                "api_schema.request_body_schema.properties.reason.type"
            ),
            (
                ["api_schema": ["request_body_schema": ["required_constraints": ["all_of": [["required": ["none"]]]]]]],
                "api_schema.request_body_schema.required_constraints.all_of.0.required"
            ),
            (["follow_redirects_allowed_domains": []], "follow_redirects_allowed_domains"),
            (
                ["assignments": [["dynamic_variable": "system__time", "value_path": "a"]]],
                "assignments.0.dynamic_variable"
            ),
            (["assignments": [["dynamic_variable": "a"]]], "assignments.0.value_path"),
            (["tool_call_sound": "gong"], "tool_call_sound"), (["description": nil], "description"),
        ] as [(JSONValue, String)])
    func refused(change: JSONValue, place: String) {
        let issues = Self.issues(Self.webhook.merging(change))
        #expect(issues.map(\.path) == ["tool_config.\(place)"], "\(issues)")
    }

    @Test(
        "client and system tools that could never run are refused",
        arguments: [
            (["type": "client", "name": "a", "description": "", "response_timeout_secs": -1], "response_timeout_secs"),
            (
                ["type": "client", "name": "a", "description": "", "response_timeout_secs": 121],
                "response_timeout_secs"
            ),
            (["type": "client", "name": "a", "description": "", "parameters": ["type": "array"]], "parameters.type"),
            (["type": "client", "name": "a"], "description"),
            (["type": "system", "name": "a"], "params"),
            (["type": "system", "name": "a", "params": [:]], "params.system_tool_type"),
            (
                ["type": "system", "name": "a", "params": ["system_tool_type": "make_coffee"]],
                "params.system_tool_type"
            ),
            (["name": "a"], "type"),
        ] as [(JSONValue, String)])
    func othersRefused(tool: JSONValue, place: String) {
        let issues = Self.issues(tool)
        #expect(issues.map(\.path) == ["tool_config.\(place)"], "\(issues)")
        #expect(Self.issues(Self.client).isEmpty)
        #expect(Self.issues(["type": "system", "name": "bye", "params": ["system_tool_type": "end_call"]]).isEmpty)
    }

    @Test("a whole URL may come from variables, and braces of a variable are no placeholder")
    func variables() {
        #expect(
            Self.issues([
                "type": "webhook", "name": "a", "description": "", "api_schema": ["url": "{{system_env__base}}/x"],
            ])
            .isEmpty)
        #expect(ToolRules.placeholders(in: "https://{{a}}/{b}/{{ c }}?d={d}") == ["b", "d"])
    }

    @Test("tools in an agent's prompt are checked when they are set; what is unknown of them is left to the warnings")
    func inline() throws {
        func body(_ tool: JSONValue) -> JSONValue {
            ["conversation_config": ["agent": ["prompt": ["tools": [tool]]]]]
        }
        let path = "conversation_config.agent.prompt.tools.0."
        for (tool, place) in [
            (["type": "client", "name": "has space"], "name"),
            (["type": "webhook", "name": "a"], "api_schema"),
            (["type": "webhook", "name": "a", "api_schema": ["url": "https://a.example/{b}"]], "api_schema.url"),
            (["type": "client", "name": "a", "response_timeout_secs": 500], "response_timeout_secs"),
        ] as [(JSONValue, String)] {
            let error = #expect(throws: ValidationError.self) { try Agent.new(body: body(tool)) }
            #expect(error?.issues.map(\.path) == [path + place])
            let agent = try Agent.new(name: "Before")
            #expect(throws: ValidationError.self) { try agent.patched(with: body(tool)) }
        }
        for tool in [
            ["type": "mcp", "name": "server"], ["type": "system", "name": "make_coffee"],
            [
                "type": "client", "name": "a",
                "parameters": ["type": "object", "properties": ["b": ["type": "string"]]],
            ],
            ["type": "webhook", "name": "a", "api_schema": ["url": "https://a.example"]],
        ] as [JSONValue] {
            #expect(throws: Never.self) { try Agent.new(body: body(tool)) }
        }
        // An agent of an older version stays as it is, and can be changed elsewhere.
        let old = try Agent.new(conversationConfig: [
            "agent": ["prompt": ["tools": [["type": "client", "name": "a b"]]]]
        ])
        #expect(try old.patched(with: ["name": "New"]).name == "New")
    }
}
