import JSON

/// The fields of an agent's configuration with their types and defaults, from the hosted API's public description
/// (OpenAPI, August 2026). Ids of models and voices are not limited: any string is accepted.
enum ConfigurationSchema {
    /// `pcm_N` is signed 16-bit little-endian mono at N Hz, `ulaw_8000` G.711 µ-law.
    static let audioFormats = [
        "pcm_8000", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_44100", "pcm_48000", "ulaw_8000",
    ]

    /// The longest duration of a call, in seconds: a day.
    static let longestCall = 86_400.0

    static let conversation = Schema.object([
        "agent": agent, "asr": asr, "turn": turn, "tts": tts, "conversation": conversationOptions,
        "language_presets": .map(
            .object([
                "overrides": .map(.any), "first_message_translation": translation.orNull,
                "soft_timeout_translation": translation.orNull,
            ])),
        "vad": .object(["background_voice_detection": .flag(false)]),
    ])

    /// The validation errors of a configuration, including the overrides of its language presets.
    static func issues(_ config: JSONValue, at loc: [JSONValue]) -> [ValidationError.Issue] {
        let presets = (config["language_presets"]?.objectValue ?? [:]).sorted { $0.key < $1.key }
        return conversation.issues(config, at: loc)
            + presets.flatMap { language, preset in
                guard let overrides = preset["overrides"], overrides.objectValue != nil else {
                    return [ValidationError.Issue]()
                }
                return conversation.issues(
                    overrides, at: loc + ["language_presets", .string(language), "overrides"])
            }
    }

    private static let translation = Schema.object(["source_hash": .text, "text": .text])

    private static let agent = Schema.object([
        "first_message": .text, "language": .string("en"), "hinglish_mode": .flag(false),
        "dynamic_variables": .object(["dynamic_variable_placeholders": .map(.any)]),
        "disable_first_message_interruptions": .flag(false), "max_conversation_duration_message": .text,
        "text_behavior_overrides": Schema.map(.any).orNull, "prompt": prompt,
    ])

    private static let prompt = Schema.object([
        "prompt": .text, "llm": .string("gemini-2.5-flash"),
        "reasoning_effort": Schema.choice("", ["none", "minimal", "low", "medium", "high", "xhigh", "max"]).orNull,
        "thinking_budget": Schema.integer(0).orNull, "enable_reasoning_summary": .flag(false),
        "temperature": Schema.number(0, 0...2).nullable,
        "max_tokens": .integer(-1, 1...Double(Agent.largestMaxTokens), off: -1),
        "tool_ids": .list(.text), "tools": .list(inlineTool),
        "built_in_tools": .object(
            Dictionary(uniqueKeysWithValues: SystemTool.allCases.map { ($0.rawValue, systemTool($0).orNull) })),
        "mcp_server_ids": .list(.text), "native_mcp_server_ids": .list(.text),
        "knowledge_base": .list(
            .object([
                "type": Schema.text.required, "name": .text, "id": Schema.text.required, "usage_mode": .string("auto"),
            ])),
        "custom_llm": customLLM.orNull, "ignore_default_personality": Schema.flag(true).nullable, "rag": rag,
        "timezone": Schema.text.orNull, "backup_llm_config": preference,
        "cascade_timeout_seconds": .number(4, 2...15), "enable_parallel_tool_calls": .flag(false),
        // Parley's own.
        "requires_receipts": .flag(false),
    ])

    private static let preference = Schema(shape: .map(.any), standard: ["preference": "default"])

    private static let customLLM = Schema.object([
        "url": Schema.text.required, "model_id": Schema.text.orNull, "api_key": .any,
        "request_headers": .map(.any), "api_version": Schema.text.orNull,
        "api_type": .choice("chat_completions", ["chat_completions", "responses", "websocket"]),
        // Parley's own.
        "supports_image_input": .flag(false),
    ])

    private static let rag = Schema.object([
        "enabled": .flag(false), "embedding_model": .string("e5_mistral_7b_instruct"),
        "max_vector_distance": .number(0.6), "max_documents_length": .integer(50_000),
        "max_retrieved_rag_chunks_count": .integer(20), "num_candidates": Schema.integer(0).orNull,
        "query_rewrite_prompt_override": Schema.text.orNull,
    ])

    /// Tools written into the prompt are kept as sent: only the fields that a call needs are checked.
    private static let inlineTool = Schema.object(["name": Schema.text.required, "type": Schema.text.required])

    private static func systemTool(_ tool: SystemTool) -> Schema {
        .object([
            "type": .string("system"), "name": .string(tool.rawValue), "description": .text,
            "response_timeout_secs": .integer(20), "disable_interruptions": .flag(false),
            "interruption_mode": .string("allow"), "force_pre_tool_speech": .flag(false),
            "pre_tool_speech": .string("auto"), "assignments": .list(.any), "tool_call_sound": Schema.text.orNull,
            "tool_call_sound_behavior": .string("auto"), "tool_error_handling_mode": .string("auto"),
            "params": .object(tool.parameterDefaults.merging(["system_tool_type": .string(tool.rawValue)]) { $1 }),
        ])
    }

    private static let asr = Schema.object([
        "quality": .string("high"), "provider": .string("scribe_realtime"),
        "user_input_audio_format": .choice("pcm_16000", audioFormats), "keywords": .list(.text),
    ])

    // The hosted service documents 1 to 30 s for `turn_timeout`; the wider bounds admit what its older agents hold.
    private static let turn = Schema.object([
        "turn_timeout": .number(7, 0.5...300, off: -1), "initial_wait_time": Schema.number(0, 0...300, off: -1).orNull,
        "silence_end_call_timeout": .number(-1, 0...longestCall, off: -1),
        "mode": .choice("turn", ["turn", "silence"]),
        "turn_eagerness": .choice("normal", ["patient", "normal", "eager"]),
        "spelling_patience": .choice("auto", ["auto", "off"]), "speculative_turn": .flag(true),
        "retranscribe_on_turn_timeout": .flag(false), "turn_model": .string("turn_v3"),
        "interruption_ignore_terms": .list(.text), "interruption_ignore_term_languages": .list(.text),
        "merge_with_default_ignore_terms": .flag(false), "transcribe_on_disabled_interruptions": .flag(false),
        "soft_timeout_config": .object([
            "timeout_seconds": .number(-1, 0.5...60, off: -1),
            "message": .string(CallSettings.SoftTimeout.standardMessage),
            "additional_soft_timeout_messages": .list(.text), "use_llm_generated_message": .flag(false),
            "randomize_fillers": .flag(false), "max_soft_timeouts_per_generation": .integer(1, 1...8),
            "llm_generated_message_prompt_override": Schema.text.orNull,
            "disable_until_first_user_message": .flag(false),
        ]),
    ])

    private static let tts = Schema.object([
        "model_id": .string("eleven_flash_v2"), "voice_id": .string("cjVigY5qzO86Huf0OWal"),
        "supported_voices": .list(
            .object([
                "label": Schema.text.required, "voice_id": Schema.text.required, "description": Schema.text.orNull,
                "language": Schema.text.orNull, "model_family": Schema.text.orNull,
                "stability": Schema.number(0.5, 0...1).orNull, "speed": Schema.number(1, 0.7...1.2).orNull,
                "similarity_boost": Schema.number(0.8, 0...1).orNull,
            ])),
        "expressive_mode": .flag(true), "suggested_audio_tags": .list(.any),
        "agent_output_audio_format": .choice("pcm_16000", audioFormats), "optimize_streaming_latency": .integer(3),
        "stability": .number(0.5, 0...1), "speed": .number(1, 0.7...1.2), "similarity_boost": .number(0.8, 0...1),
        "text_normalisation_type": .string("system_prompt"), "pronunciation_dictionary_locators": .list(.any),
        "enable_phoneme_tags": .flag(true),
    ])

    /// The client events of an agent that chooses none (agent contract, August 2026).
    static let clientEvents = [
        "audio", "interruption", "agent_response", "user_transcript", "tentative_user_transcript",
        "conversation_initiation_metadata", "ping",
    ]

    private static let conversationOptions = Schema.object([
        "text_only": .flag(false), "max_duration_seconds": .integer(600, 1...longestCall),
        "client_events": .list(.text, clientEvents.map(JSONValue.string)),
        "file_input": .object([
            "enabled": .flag(true), "max_files_in_memory": .integer(10, 1...30),
            "max_files_per_conversation": .integer(10, 1...1_000_000, off: -1),
        ]),
        "monitoring_enabled": .flag(false), "monitoring_events": .list(.text),
        "background_sound": Schema.object([
            "source_type": Schema.text.orNull, "source_id": Schema.text.orNull, "volume": .number(0.15, 0...1),
            "crossfade_loop": .flag(true),
        ]).orNull,
        "source_attribution": .flag(false),
        "dtmf_input_settings": Schema.object([
            "dtmf_input_timeout": .number(2), "hash_terminator": .flag(true), "redact_input": .flag(false),
        ]).orNull,
    ])
}
