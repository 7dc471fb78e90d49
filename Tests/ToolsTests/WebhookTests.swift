import Agents
import Egress
import Foundation
import JSON
import NIOHTTP1
import Tasks
import Testing

@testable import Tools

/// The tool that a configuration describes, with the call's variables.
private func tool(
    _ api: JSONValue, _ more: JSONValue = [:], variables: [String: JSONValue] = [:]
) throws -> (tool: ToolSettings, variables: [String: JSONValue], warnings: [String]) {
    let configuration: JSONValue = ["type": "webhook", "name": "hook", "description": "Acts.", "api_schema": api]
    let call = try CallVariables(variables)
    let settings = try CallSettings(
        agent: try Agent.new(
            conversationConfig: ["agent": ["prompt": ["tools": .array([configuration.merging(more)])]]]),
        initiation: CallInitiation(dynamicVariables: variables), variables: call,
        workspace: WorkspaceItems(secrets: SecretSource { $0 == "sec_1" ? "s3cret" : nil }))
    let tool = try #require(settings.tools.first)
    return (tool, tool.variables(call), settings.warnings)
}

private func described(_ type: String, _ more: JSONValue = [:]) -> JSONValue {
    let property: JSONValue = ["type": .string(type), "description": "A value."]
    return property.merging(more)
}

@Suite("Requests of webhook tools")
struct WebhookRequestTests {
    private func request(
        _ api: JSONValue, _ model: JSONValue, variables: [String: JSONValue] = [:]
    ) throws -> EgressRequest {
        let made = try tool(api, variables: variables)
        guard case .webhook(let settings) = made.tool.kind else { throw ToolMistake("no webhook") }
        return try WebhookRequest(settings: settings, variables: made.variables)
            .request(model, key: "conv-1", timeout: .seconds(5))
    }

    private func mistake(_ api: JSONValue, _ model: JSONValue, variables: [String: JSONValue] = [:]) -> String? {
        do {
            _ = try request(api, model, variables: variables)
            return nil
        } catch {
            return (error as? ToolMistake)?.message ?? "\(error)"
        }
    }

    @Test("a caller's variable does not choose the host that gets credentials")
    func strangers() throws {
        for (headers, isSecret) in [
            (["X-Key": ["secret_id": "sec_1"]], true), (["X-Key": "literal"], true), (["Accept": "text/plain"], false),
            (["X-Key": ["variable_name": "host"]], false),
        ] as [(JSONValue, Bool)] {
            let api: JSONValue = ["url": "https://{{host}}/a", "request_headers": headers]
            let made = try tool(api, variables: ["host": "evil.example"])
            guard case .webhook(let settings) = made.tool.kind else { throw ToolMistake("no webhook") }
            let request = WebhookRequest(settings: settings, variables: made.variables, callersVariables: ["host"])
            if isSecret {
                #expect(throws: ToolMistake.self) { try request.request([:], key: "k", timeout: .seconds(5)) }
            } else {
                #expect(throws: Never.self) { try request.request([:], key: "k", timeout: .seconds(5)) }
            }
            let owners = WebhookRequest(settings: settings, variables: made.variables)
            #expect(try owners.request([:], key: "k", timeout: .seconds(5)).url == "https://evil.example/a")
        }
        var variables = try CallVariables(["a": "1", "b": "2"], owners: ["b"])
        #expect(variables.callers == ["a"])
        variables.assign("3", to: "a")
        #expect(variables.callers.isEmpty)
    }

    @Test("path, query and body are kept apart, and one name in two places is two values")
    func places() throws {
        let api: JSONValue = [
            "url": "https://api.example/orders/{id}/items?fixed=1", "method": "POST",
            "path_params_schema": ["id": described("string")],
            "query_params_schema": [
                "properties": ["id": described("integer"), "tags": described("array")], "required": ["id"],
            ],
            "request_body_schema": [
                "type": "object", "required": ["reason"],
                "properties": ["reason": described("string"), "amount": described("number")],
            ],
        ]
        let made = try tool(api)
        let names = Set((made.tool.parameters["properties"]?.objectValue ?? [:]).keys)
        #expect(names == ["path_id", "query_id", "tags", "reason", "amount"])
        #expect(made.tool.parameters["required"] == ["path_id", "query_id", "reason"])
        let sent = try request(
            api,
            ["path_id": "a/b c?", "query_id": "7", "tags": ["x y", "z&"], "reason": "ü", "amount": 2.5, "extra": 1])
        #expect(sent.method == .POST)
        #expect(sent.url == "https://api.example/orders/a%2Fb%20c%3F/items?fixed=1&id=7&tags=x%20y&tags=z%26")
        #expect(try JSONValue(parsing: sent.body ?? Data()) == ["reason": "ü", "amount": 2.5])
        #expect(sent.headers["content-type"] == ["application/json"])
        #expect(sent.headers["idempotency-key"] == ["conv-1"])
    }

    @Test("a GET has no body, and a form is a form")
    func bodies() throws {
        let body: JSONValue = [
            "type": "object", "properties": ["name": described("string"), "many": described("array")],
        ]
        let get = try request(["url": "https://a.example", "request_body_schema": body], ["name": "x"])
        #expect(get.method == .GET)
        #expect(get.body == nil)
        let form = try request(
            [
                "url": "https://a.example", "method": "PUT", "content_type": "application/x-www-form-urlencoded",
                "request_body_schema": body,
            ], ["name": "a&b=c", "many": [1, 2]])
        #expect(form.body.map { String(decoding: $0, as: UTF8.self) } == "many=1&many=2&name=a%26b%3Dc")
        #expect(form.headers["content-type"] == ["application/x-www-form-urlencoded"])
    }

    @Test("constants, variables and omitted properties at any depth are the configuration's alone")
    func fixed() throws {
        let api: JSONValue = [
            "url": "https://a.example", "method": "POST",
            "request_body_schema": [
                "type": "object", "required": ["customer", "lines"],
                "properties": [
                    "source": ["type": "string", "constant_value": "voice"],
                    "hidden": ["type": "string", "is_omitted": true],
                    "customer": [
                        "type": "object", "required": ["name"],
                        "properties": [
                            "name": described("string"), "id": ["type": "string", "dynamic_variable": "customer_id"],
                        ],
                    ],
                    "lines": [
                        "type": "array", "description": "Lines.",
                        "items": [
                            "type": "object", "required": ["sku"],
                            "properties": [
                                "sku": described("string"), "currency": ["type": "string", "constant_value": "EUR"],
                            ],
                        ],
                    ],
                    "meta": [
                        "type": "object",
                        "properties": ["agent": ["type": "string", "dynamic_variable": "system__agent_id"]],
                    ],
                ],
            ],
        ]
        let sent = try request(
            api,
            [
                "source": "forged", "hidden": "x", "customer": ["name": "Ann", "id": "forged", "admin": true],
                "lines": [["sku": "a", "currency": "USD"], ["sku": "b"]],
            ], variables: ["customer_id": 42])
        #expect(
            try JSONValue(parsing: sent.body ?? Data()) == [
                "source": "voice", "customer": ["name": "Ann", "id": 42],
                "lines": [["sku": "a", "currency": "EUR"], ["sku": "b", "currency": "EUR"]], "meta": ["agent": ""],
            ])
        #expect(
            mistake(api, ["customer": [:], "lines": []], variables: ["customer_id": 1])
                == "required arguments are missing: customer.name")
        #expect(
            mistake(api, ["customer": ["name": "A"], "lines": [[:]]], variables: ["customer_id": 1])
                == "required arguments are missing: lines[0].sku")
    }

    @Test("what the model gives is checked and converted")
    func types() throws {
        func api(_ property: JSONValue, _ more: JSONValue = [:]) -> JSONValue {
            let schema: JSONValue = ["properties": ["x": property, "y": described("string")]]
            return ["url": "https://a.example/", "query_params_schema": schema.merging(more)]
        }
        #expect(try request(api(described("integer")), ["x": "12"]).url.hasSuffix("?x=12"))
        #expect(try request(api(described("string")), ["x": 12]).url.hasSuffix("?x=12"))
        #expect(try request(api(described("boolean")), ["x": "True"]).url.hasSuffix("?x=true"))
        #expect(try request(api(described("string", ["type": ["integer", "null"]])), ["x": 3]).url.hasSuffix("?x=3"))
        #expect(try request(api(described("string")), ["x": nil]).url == "https://a.example/")
        #expect(mistake(api(described("integer")), ["x": "soon"]) == "x must be of type integer")
        #expect(mistake(api(described("string", ["enum": ["a", "b"]])), ["x": "c"]) == "x must be one of: a, b")
        let guarded = api(described("string", ["allowed_values": ["dynamic_variable": "mine"]]))
        #expect(try request(guarded, ["x": "b"], variables: ["mine": #"["a","b"]"#]).url.hasSuffix("?x=b"))
        #expect(
            mistake(guarded, ["x": "c"], variables: ["mine": #"["a","b"]"#])
                == "x is not one of the values that are allowed here")
        let either: JSONValue = ["required_constraints": ["any_of": [["required": ["x"]], ["required": ["y"]]]]]
        #expect(mistake(api(described("string"), either), [:]) == "one of these is needed: x, or y")
        #expect(mistake(api(described("string"), either), ["y": "1"]) == nil)
    }

    @Test("variables stay in the part of the URL that they stand in")
    func urlVariables() throws {
        func url(_ template: String, _ value: String) throws -> String {
            try request(["url": .string(template)], [:], variables: ["v": .string(value)]).url
        }
        #expect(
            try url("https://a.example/{{v}}/x", "../../admin?x#y") == "https://a.example/..%2F..%2Fadmin%3Fx%23y/x")
        #expect(try url("https://a.example/?q={{v}}", "a&b=c") == "https://a.example/?q=a%26b%3Dc")
        #expect(try url("https://{{v}}/x", "b.example:8443") == "https://b.example:8443/x")
        #expect(try url("{{v}}/x", "https://b.example/base/") == "https://b.example/base/x")
        for (template, value) in [
            ("https://{{v}}/x", "b.example/evil?"), ("https://api.{{v}}/x", "a@evil.example"),
            ("{{v}}/x", "file:///etc"),
            ("https://a.example/{{v}}", ".."), ("{{v}}", "https://u:p@a.example"),
        ] {
            #expect(mistake(["url": .string(template)], [:], variables: ["v": .string(value)]) != nil)
        }
        let path: JSONValue = ["url": "https://a.example/{x}/y", "path_params_schema": ["x": described("string")]]
        #expect(mistake(path, ["x": ".."]) == "x cannot stand in a URL")
        #expect(mistake(path, ["x": ""]) == "x cannot stand in a URL")
    }

    @Test("secrets stand in headers only")
    func headers() throws {
        let api: JSONValue = [
            "url": "https://a.example",
            "request_headers": [
                "Authorization": ["secret_id": "sec_1"], "X-User": ["variable_name": "user"],
                "X-Both": "v1 {{secret__key}} {{user}}", "Host": "evil.example", "Accept": "text/csv",
                "X-Gone": ["secret_id": "sec_2"],
            ],
        ]
        let made = try tool(api, variables: ["user": "ann", "secret__key": "k"])
        let sent = try request(api, [:], variables: ["user": "ann", "secret__key": "k"])
        #expect(sent.headers["authorization"] == ["s3cret"])
        #expect(sent.headers["x-user"] == ["ann"])
        #expect(sent.headers["x-both"] == ["v1 k ann"])
        #expect(sent.headers["accept"] == ["text/csv"])
        #expect(sent.headers["host"] == [])
        #expect(sent.headers["x-gone"] == [])
        #expect(made.warnings.contains { $0.contains("there is no secret sec_2") })
        #expect(!"\(made.tool)".contains("s3cret"))
        let leak: JSONValue = ["url": "https://a.example/{{secret__key}}"]
        #expect(
            mistake(leak, [:], variables: ["secret__key": "k"]) == "the secret secret__key may stand in headers only")
    }
}

@Suite("Answers to webhook tools")
struct WebhookAnswerTests {
    private func outcome(
        _ body: String, status: Int = 200, type: String = "application/json", method: String = "GET",
        api: JSONValue = [:], _ more: JSONValue = [:]
    ) throws -> ToolOutcome {
        let base: JSONValue = ["url": "https://a.example", "method": .string(method)]
        let made = try tool(base.merging(api), more)
        guard case .webhook(let settings) = made.tool.kind else { throw ToolMistake("no webhook") }
        return WebhookAnswer(tool: made.tool, settings: settings).outcome(
            EgressAnswer(
                head: EgressHead(status: .init(statusCode: status), headers: ["content-type": type]),
                body: Data(body.utf8)))
    }

    @Test("an answer is told as it is")
    func plain() throws {
        #expect(try outcome(#"{"b": 1,  "a": 2}"#).result == #"{"b": 1,  "a": 2}"#)
        #expect(try outcome("Tuesday at nine", type: "text/plain").result == "Tuesday at nine")
        #expect(try outcome("Tuesday at nine", type: "text/plain").isNote == false)
        #expect(try outcome("", status: 204).isError == false)
        #expect(try outcome("", status: 204).isNote)
    }

    @Test("web pages, halves of JSON and bytes are failures", arguments: ["auto", "passthrough", "summarized", "hide"])
    func invalid(_ mode: String) throws {
        let more: JSONValue = ["tool_error_handling_mode": .string(mode)]
        for (body, type) in [
            ("<html>secret</html>", "text/html"), (#"{"a": "#, "application/json"),
            ("\n<!DOCTYPE html><title>Log in</title>", "text/plain"), ("<p/>", "application/xhtml+xml"),
        ] {
            let outcome = try outcome(body, type: type, more)
            #expect(outcome.isError)
            #expect(outcome.errorType == "invalid_response")
            #expect(outcome.isCalled)
        }
    }

    @Test("a byte order mark is no part of the data")
    func byteOrderMark() throws {
        let assignments: JSONValue = [
            "assignments": [["source": "response", "dynamic_variable": "id", "value_path": "id"]]
        ]
        #expect(try outcome("\u{FEFF}{\"id\": 7}", assignments).updates == ["id": 7])
    }

    @Test("a failure's text is told without what the request carried", arguments: ["passthrough", "summarized"])
    func echoedSecrets(mode: String) throws {
        let (made, _, _) = try tool(["url": "https://a.example"], ["tool_error_handling_mode": .string(mode)])
        guard case .webhook(let settings) = made.kind else { return }
        let answer = WebhookAnswer(tool: made, settings: settings, secrets: ["SUPERSECRET-77"])
        let outcome = answer.outcome(
            EgressAnswer(
                head: EgressHead(status: .forbidden, headers: ["content-type": "text/plain"]),
                body: Data("bad key SUPERSECRET-77".utf8)))
        #expect(outcome.told.contains("bad key ********"))
        #expect(!outcome.told.contains("SUPERSECRET") && outcome.rawError?.contains("SUPERSECRET") == false)
    }

    @Test("what the model is told of a failure is the owner's choice; the record has it all")
    func failures() throws {
        func told(_ mode: String) throws -> ToolOutcome {
            try outcome(
                #"{"error": {"message": "No such order"}, "trace": "db-7"}"#, status: 404,
                ["tool_error_handling_mode": .string(mode)])
        }
        #expect(try told("auto").told == "Error: the tool failed.")
        #expect(try told("hide").told == "Error: the tool failed.")
        #expect(try told("summarized").told == "Error: the server answered 404 Not Found: No such order.")
        #expect(try told("passthrough").told.contains("db-7"))
        #expect(
            try ["auto", "hide", "summarized", "passthrough"].map { try told($0).isNote } == [true, true, false, false])
        for mode in ["auto", "hide", "summarized"] {
            #expect(try told(mode).rawError?.contains("db-7") == true)
            #expect(try told(mode).errorType == "http_error")
        }
    }

    @Test("after a failure in which something may have happened the model is told so")
    func uncertain() throws {
        let (made, _, _) = try tool(["url": "https://a.example", "method": "POST"])
        guard case .webhook(let settings) = made.kind else { return }
        let answer = WebhookAnswer(tool: made, settings: settings)
        #expect(answer.outcome(.timedOut).told.contains("not known whether it took effect"))
        #expect(answer.outcome(.timedOut).isCalled)
        let failed = try outcome("", status: 502, method: "POST").told
        #expect(failed.contains("not known whether it took effect"))
        #expect(answer.outcome(.timedOut).isNote, "callers are not told what the model is not to do")
        let refused = try outcome("", status: 409, method: "POST").told
        #expect(!refused.contains("not known"))
        #expect(!answer.outcome(.unreachable(host: "a.example")).told.contains("not known"))
        #expect(!answer.outcome(.unreachable(host: "a.example")).isCalled)
        #expect(answer.outcome(.forbidden(host: "a.example")).errorType == "forbidden")
    }

    @Test("values of an answer become variables, and can be kept from the model")
    func assignments() throws {
        let outcome = try outcome(
            #"{"user": {"id": 7, "token": "t0p"}, "slots": [{"at": "nine"}, {"at": "ten"}], "none": null}"#,
            [
                "assignments": [
                    ["source": "response", "dynamic_variable": "user_id", "value_path": "user.id"],
                    ["source": "response", "dynamic_variable": "token", "value_path": "user.token", "sanitize": true],
                    ["source": "response", "dynamic_variable": "second", "value_path": "slots.1.at"],
                    ["source": "response", "dynamic_variable": "slots", "value_path": "slots"],
                    [
                        "source": "response", "dynamic_variable": "list", "value_path": "slots",
                        "preserve_native_type": true,
                    ],
                    ["source": "response", "dynamic_variable": "none", "value_path": "none"],
                    ["source": "response", "dynamic_variable": "missing", "value_path": "a.b"],
                    ["source": "response", "dynamic_variable": "system__time", "value_path": "user.id"],
                ]
            ])
        #expect(
            outcome.updates == [
                "user_id": 7, "token": "t0p", "second": "ten", "slots": #"[{"at":"nine"},{"at":"ten"}]"#,
                "list": [["at": "nine"], ["at": "ten"]],
            ])
        #expect(!outcome.result.contains("token"))
        #expect(outcome.result.contains("nine"))
    }

    @Test("the model sees only what the filter lets through")
    func filters() throws {
        let body = #"{"ticket": {"id": 1, "status": "open", "notes": "long"}, "list": [{"a": 1, "b": 2}], "x": 3}"#
        let allow: JSONValue = [
            "response_filter": ["mode": "allow", "filters": ["ticket.id", "ticket.status", "list.a"]]
        ]
        #expect(
            try JSONValue(parsing: outcome(body, api: allow).result)
                == ["ticket": ["id": 1, "status": "open"], "list": [["a": 1]]])
        #expect(try outcome(body, api: ["response_filter": ["mode": "hide_all"]]).result == "It was successful.")
    }
}

@Suite("Mocked tools")
struct ToolMockingTests {
    @Test("the first result whose conditions hold is the tool's")
    func matching() throws {
        let stored: JSONValue = [
            "tool_config": ["type": "webhook", "name": "find", "api_schema": ["url": "https://a.example"]],
            "response_mocks": [
                [
                    "parameter_conditions": [["path": "order.id", "eval": ["type": "exact", "expected_value": "7"]]],
                    "mock_result": "seven",
                ],
                [
                    "parameter_conditions": [["path": "order.id", "eval": ["type": "regex", "pattern": "^A"]]],
                    "mock_result": "refused", "is_error": true,
                ],
                [
                    "parameter_conditions": [["path": "note", "eval": ["type": "llm", "description": "rude"]]],
                    "mock_result": "never",
                ],
            ],
        ]
        let settings = try CallSettings(
            agent: try Agent.new(conversationConfig: ["agent": ["prompt": ["tool_ids": ["tool_1"]]]]),
            initiation: CallInitiation(
                toolMocking: ToolMocking(["mocking_strategy": "selected", "mocked_tool_names": ["find"]])),
            variables: CallVariables(),
            workspace: WorkspaceItems(tools: [
                "tool_1": StoredTool.Content(
                    try #require(stored["tool_config"]),
                    responseMocks: stored["response_mocks"]?.arrayValue ?? [])
            ]))
        let tool = try #require(settings.tools.first)
        #expect(tool.id == "tool_1")
        let toolbox = Toolbox(clock: .continuous(), findAgent: { _ in nil }, authorizer: nil)
        func outcome(_ arguments: JSONValue) -> ToolOutcome? {
            let use = ToolUse(tool, id: "c", key: "k", given: arguments, variables: [:], agentID: "agent")
            if case .over(let outcome) = toolbox.begin(use, settings.toolMocking) { return outcome }
            return nil
        }
        #expect(outcome(["order": ["id": 7]])?.result == "seven")
        #expect(outcome(["order": ["id": "A1"]])?.isError == true)
        #expect(outcome(["order": ["id": "B1"], "note": "rude"])?.errorType == "mock_missing")
        #expect(!ToolMocking(["mocking_strategy": "none"]).covers(tool))
        #expect(!ToolMocking(["mocking_strategy": "selected", "mocked_tool_names": ["other"]]).covers(tool))
    }
}
