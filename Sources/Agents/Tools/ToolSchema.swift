import JSON

/// The fields of a tool's configuration with their types and defaults; see `ConfigurationSchema` for the source.
enum ToolSchema {
    /// The longest function name in chat completion APIs.
    static let longestName = 64

    /// The types of tools that this server can store, each with its fields. Tools of MCP servers are not among them: they
    /// come with their server.
    static let byType: [String: Schema] = ["client": client, "webhook": webhook, "system": system]

    /// The results that stand in for a tool's in tests.
    static let responseMocks = Schema.list(
        .object([
            "parameter_conditions": .list(
                .object([
                    "path": Schema.text.required,
                    "eval": Schema.object([
                        "type": Schema.choice("", ["anything", "exact", "llm", "regex"]).required
                    ]).required,
                ])),
            "mock_result": Schema.text.required, "is_error": .flag(false),
        ]))

    private static let client = Schema.object(
        shared.merging([
            "description": Schema.text.required, "parameters": Schema.map(.any).orNull,
            // Without a limit, when an answer is expected.
            "response_timeout_secs": .integer(20, 1...120, off: -1), "expects_response": .flag(false),
            "dynamic_variables": placeholders, "execution_mode": executionMode, "read_only": readOnly,
        ]) { $1 })

    private static let webhook = Schema.object(
        shared.merging([
            "description": Schema.text.required, "api_schema": apiSchema.required,
            "response_timeout_secs": .integer(20, 5...300), "dynamic_variables": placeholders,
            "execution_mode": executionMode, "follow_redirects": .flag(false),
            "follow_redirects_allowed_domains": .list(.text), "read_only": readOnly,
        ]) { $1 })

    private static let system = Schema.object(
        shared.merging([
            "description": .text, "response_timeout_secs": .integer(20), "params": Schema.map(.any).required,
        ]) { $1 })

    private static let shared: [String: Schema] = [
        "type": Schema.text.required, "name": Schema.text.required, "disable_interruptions": .flag(false),
        "interruption_mode": .choice("allow", ["allow", "disable_during_tool", "disable_during_tool_and_turn"]),
        "force_pre_tool_speech": .flag(false), "pre_tool_speech": .choice("auto", ["auto", "force", "off"]),
        "assignments": .list(
            .object([
                "source": .choice("response", ["response"]), "dynamic_variable": Schema.text.required,
                "value_path": Schema.text.required, "sanitize": .flag(false), "preserve_native_type": .flag(false),
            ])),
        "tool_call_sound": Schema.choice("", ["typing", "elevator1", "elevator2", "elevator3", "elevator4"]).orNull,
        "tool_call_sound_behavior": .choice("auto", ["auto", "always"]),
        "tool_error_handling_mode": .choice("auto", ["auto", "summarized", "passthrough", "hide"]),
    ]

    /// Parley's own, beside the fields of the hosted API: what an owner knows and a method or a name cannot tell.
    static let readOnly = Schema.flag(false).orNull
    private static let placeholders = Schema.object(["dynamic_variable_placeholders": .map(.any)])
    private static let executionMode = Schema.choice("immediate", ["immediate", "post_tool_speech", "async"])

    private static let apiSchema = Schema.object([
        "url": Schema.text.required, "method": .choice("GET", ["GET", "POST", "PUT", "PATCH", "DELETE"]),
        "path_params_schema": .map(.map(.any)),
        "query_params_schema": Schema.object([
            "properties": Schema.map(.map(.any)).required, "required": .list(.text),
        ]).orNull,
        "request_body_schema": Schema.map(.any).orNull, "response_body_schema": Schema.map(.any).orNull,
        "request_headers": .map(.any),
        "content_type": .choice("application/json", ["application/json", "application/x-www-form-urlencoded"]),
        "response_filter": Schema.object([
            "mode": .choice("all", ["all", "allow", "hide_all"]), "filters": .list(.text),
            "content_type": .string("application/json"),
        ]).orNull,
        "auth_connection": Schema.map(.any).orNull, "auth_resolved_params": .list(.text),
    ])

    // MARK: Parameters

    /// What a property of each kind may have; what is within it is checked by `ToolRules`.
    static let literal = Schema.object([
        "description": .text, "enum": Schema.list(.text).orNull, "is_system_provided": .flag(false),
        "dynamic_variable": .text, "allowed_values": Schema.object(["dynamic_variable": Schema.text.required]).orNull,
        "allowed_values_dynamic_variable": .text, "constant_value": .any, "is_omitted": .flag(false),
    ])

    static let array = Schema.object([
        "description": .text, "dynamic_variable": .text, "constant_value": .any, "is_omitted": .flag(false),
        "items": Schema.map(.any).orNull,
    ])

    static let object = Schema.object([
        "description": .text, "dynamic_variable": .text, "constant_value": .any, "is_omitted": .flag(false),
        "required": .list(.text), "properties": .map(.map(.any)),
        "required_constraints": Schema.object(["any_of": constraints, "all_of": constraints]).orNull,
    ])

    private static let constraints = Schema.list(.object(["required": Schema.list(.text).required])).orNull
}
