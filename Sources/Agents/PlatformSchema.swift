import JSON

/// The fields of `platform_settings` with their types and defaults; see `ConfigurationSchema` for the source.
enum PlatformSchema {
    static let platform = Schema.object([
        "auth": .object([
            "enable_auth": .flag(false), "allowlist": .list(.object(["hostname": Schema.text.required])),
            "require_origin_header": .flag(false), "shareable_token": Schema.text.orNull,
        ]),
        "evaluation": .object(["criteria": .list(criterion)]),
        "data_collection": .map(dataPoint), "data_collection_scopes": .map(.any),
        "overrides": overrides,
        "workspace_overrides": .object([
            "conversation_initiation_client_data_webhook": Schema.object([
                "url": Schema.text.required, "request_headers": .map(.any),
            ]).orNull,
            "webhooks": .object([
                "post_call_webhook_id": Schema.text.orNull, "events": .list(.text, ["transcript"]),
                "transcript_format": .choice("json", ["json", "opentelemetry"]),
                "send_audio": Schema.flag(false).orNull,
            ]),
        ]),
        "call_limits": .object([
            "agent_concurrency_limit": .integer(-1), "daily_limit": .integer(100_000), "bursting_enabled": .flag(true),
        ]),
        "privacy": .object([
            "record_voice": .flag(true), "retention_days": .integer(-1), "delete_transcript_and_pii": .flag(false),
            "delete_audio": .flag(false), "apply_to_existing_conversations": .flag(false),
            "zero_retention_mode": .flag(false),
            "conversation_history_redaction": .object(["enabled": .flag(false), "entities": .list(.text)]),
        ]),
        "guardrails": .object([
            "version": .string("1"), "focus": .object(["is_enabled": .flag(false)]),
            "prompt_injection": .object(["is_enabled": .flag(false)]),
            "custom": .object(["config": .object(["configs": .list(guardrail)])]),
        ]),
        "testing": .object(["attached_tests": .list(.any)]),
        "archived": .flag(false), "summary_language": Schema.text.orNull, "analysis_llm": .string("gemini-2.5-flash"),
        "widget": widget,
    ])

    private static let criterion = Schema.object([
        "id": Schema.text.required, "name": Schema.text.required, "type": .string("prompt"),
        "conversation_goal_prompt": Schema.text.required, "use_knowledge_base": .flag(false),
        "scope": .string("conversation"), "scoring_mode": .string("binary"), "max_score": .number(100),
    ])

    private static let dataPoint = Schema.object([
        "type": Schema.choice("", ["boolean", "string", "integer", "number"]).required, "description": .text,
        "enum": Schema.list(.any).orNull, "dynamic_variable": .text, "constant_value": .any, "is_omitted": .flag(false),
    ])

    private static let guardrail = Schema.object([
        "is_enabled": .flag(true), "name": Schema.text.required, "prompt": Schema.text.required,
        "execution_mode": .string("streaming"), "model": .string("gemini-3.1-flash-lite"),
        "history_message_count": .integer(0),
        "trigger_action": Schema(shape: .map(.any), standard: ["type": "end_call"]),
        "evaluate_full_response_only": .flag(false),
    ])

    /// Which overrides a client may send for its call: none, unless the agent's owner permits them.
    private static let overrides = Schema.object([
        "conversation_config_override": .object([
            "asr": flags("keywords"),
            "turn": .object(["soft_timeout_config": flags("message", "additional_soft_timeout_messages")]),
            "tts": flags(
                "model_id", "voice_id", "stability", "speed", "similarity_boost", "pronunciation_dictionary_locators"),
            "conversation": flags("text_only", "max_duration_seconds"),
            "agent": .object([
                "first_message": .flag(false), "language": .flag(false),
                "max_conversation_duration_message": .flag(false),
                "prompt": flags("prompt", "llm", "tool_ids", "native_mcp_server_ids", "knowledge_base"),
            ]),
        ]),
        "custom_llm_extra_body": .flag(false),
        "enable_conversation_initiation_client_data_from_webhook": .flag(false),
        "enable_starting_workflow_node_id_from_client": .flag(false),
        "enable_procedure_ids_from_client": .flag(false),
    ])

    private static func flags(_ names: String...) -> Schema {
        .object(Dictionary(uniqueKeysWithValues: names.map { ($0, Schema.flag(false)) }))
    }

    private static let widget = Schema.object([
        "variant": .string("full"), "placement": .string("bottom-right"), "expandable": .string("never"),
        "avatar": .object([
            "type": .string("orb"), "color_1": .string("#2792dc"), "color_2": .string("#9ce6e6"),
        ]),
        "feedback_mode": .string("none"), "bg_color": .string("#ffffff"), "text_color": .string("#000000"),
        "btn_color": .string("#000000"), "btn_text_color": .string("#ffffff"), "border_color": .string("#e1e1e1"),
        "focus_color": .string("#000000"), "border_radius": Schema.integer(0).orNull,
        "btn_radius": Schema.integer(0).orNull, "action_text": Schema.text.orNull,
        "start_call_text": Schema.text.orNull, "end_call_text": Schema.text.orNull, "expand_text": Schema.text.orNull,
        "listening_text": Schema.text.orNull, "speaking_text": Schema.text.orNull,
        "shareable_page_text": Schema.text.orNull, "terms_text": Schema.text.orNull, "terms_html": Schema.text.orNull,
        "terms_key": Schema.text.orNull, "disable_banner": .flag(false), "mic_muting_enabled": .flag(true),
        "transcript_enabled": .flag(true), "text_input_enabled": .flag(true),
        "conversation_mode_toggle_enabled": .flag(false), "default_expanded": .flag(false),
        "always_expanded": .flag(false), "dismissible": .flag(false), "show_agent_status": .flag(false),
        "show_conversation_id": .flag(true), "strip_audio_tags": .flag(true),
        "markdown_link_allowed_hosts": .list(.any), "text_contents": .map(.any), "styles": .map(.any),
        "language_selector": .flag(false), "supports_text_only": .flag(true), "language_presets": .map(.any),
    ])
}
