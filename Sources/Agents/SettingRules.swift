import JSON

/// What this server does with each field of an agent: one rule for each, or for a whole part. A rule for a field within
/// a part takes precedence.
///
/// docs/configuration.md has the same list.
extension SettingRule {
    static let all = join(conversation, tools, platform, workflow)

    private static let conversation = join(
        followed(
            "agent.first_message", "agent.language", "agent.dynamic_variables",
            "agent.disable_first_message_interruptions", "agent.max_conversation_duration_message",
            "agent.prompt.prompt", "agent.prompt.llm", "agent.prompt.temperature", "agent.prompt.max_tokens",
            "agent.prompt.reasoning_effort", "agent.prompt.timezone", "agent.prompt.backup_llm_config",
            "agent.prompt.cascade_timeout_seconds", "agent.prompt.enable_parallel_tool_calls",
            "agent.prompt.requires_receipts", "agent.prompt.custom_llm", "agent.prompt.mcp_server_ids",
            "asr.user_input_audio_format", "asr.keywords",
            "asr.provider",
            "turn.turn_timeout", "turn.initial_wait_time", "turn.silence_end_call_timeout", "turn.turn_eagerness",
            "turn.spelling_patience", "turn.speculative_turn", "turn.retranscribe_on_turn_timeout",
            "turn.interruption_ignore_terms", "turn.transcribe_on_disabled_interruptions", "turn.soft_timeout_config",
            "tts.model_id", "tts.voice_id", "tts.supported_voices", "tts.agent_output_audio_format", "tts.speed",
            "tts.stability", "tts.similarity_boost", "tts.pronunciation_dictionary_locators", "conversation.text_only",
            "conversation.max_duration_seconds", "conversation.client_events", "conversation.file_input",
            "conversation.monitoring_enabled",
            "language_presets"),
        needless(
            // Words are always made speakable, trading quality for latency gains nothing, and only answers to the caller
            // are bridged by fillers.
            "agent.prompt.ignore_default_personality", "tts.text_normalisation_type", "tts.optimize_streaming_latency",
            "turn.soft_timeout_config.disable_until_first_user_message"),
        [
            stored("agent.hinglish_mode", "Hinglish is not supported"),
            stored(
                "agent.text_behavior_overrides",
                "text conversations use the same prompt and style as voice conversations"),
            stored("agent.prompt.thinking_budget", "models use their default reasoning effort"),
            stored("agent.prompt.enable_reasoning_summary", "a model's reasoning is not kept"),
            stored("agent.prompt.service_tier", "requests have no service tier", unless: "standard"),
            stored("agent.prompt.knowledge_base", "there is no knowledge base; the agent answers without it"),
            stored("agent.prompt.rag", "nothing is looked up; the agent answers without it"),
            stored(
                "agent.prompt.native_mcp_server_ids",
                "there are no MCP servers of the hosted service; the agent has none of their tools"),
            stored("asr.quality", "the recogniser has one quality"),
            stored("turn.mode", "the agent always waits for the caller's turn to end"),
            stored("turn.turn_model", "the server's own turn detector decides when a turn is over"),
            stored(
                "turn.interruption_ignore_term_languages",
                "the language of the call decides which words are backchannels"),
            stored("turn.merge_with_default_ignore_terms", "the built-in backchannel words are always ignored"),
            stored("turn.noisy_environment_detection", "the client is not told of background noise"),
            stored("tts.supported_voices[].model_family", "a voice has one model"),
            stored("tts.supported_voices[].clone_strength", "no voice here is a clone"),
            stored("tts.enable_phoneme_tags", "phoneme tags are not followed"),
            stored("tts.expressive_mode", "audio tags are not followed"),
            stored("tts.suggested_audio_tags", "audio tags are not followed"),
            stored("tts.clone_strength", "no voice here is a clone"),
            stored("tts.audio_effects", "the voice has no effects"),
            stored("conversation.monitoring_events", "whoever follows a call is shown all its events but the audio"),
            stored("conversation.background_sound", "background sound is not supported"),
            stored("conversation.source_attribution", "no answer names its sources"),
            stored("conversation.dtmf_input_settings", "DTMF tones are not recognised"),
            stored(
                "vad.background_voice_detection",
                "background voices are always told from the caller's as well as can be; the setting changes nothing"),
        ])

    /// Settings within tools are covered by `ToolSettings`, which names the tools and what is not done of them.
    private static let tools = followed(
        "agent.prompt.tools", "agent.prompt.tool_ids", "agent.prompt.built_in_tools")

    private static let platform = join(
        followed(
            "platform_settings.auth", "platform_settings.overrides.conversation_config_override",
            "platform_settings.overrides.custom_llm_extra_body",
            "platform_settings.overrides.enable_conversation_initiation_client_data_from_webhook",
            "platform_settings.workspace_overrides.conversation_initiation_client_data_webhook",
            "platform_settings.call_limits.agent_concurrency_limit", "platform_settings.privacy.record_voice",
            "platform_settings.archived", "platform_settings.widget"),
        needless(
            // Settings that belong to features with rules of their own, or that limit features this server lacks.
            "platform_settings.data_collection_scopes", "platform_settings.analysis_llm",
            "platform_settings.call_limits.bursting_enabled", "platform_settings.workspace_overrides.webhooks",
            "platform_settings.guardrails.version"),
        [
            stored("platform_settings.auth.shareable_token", "there are no shareable links"),
            stored("platform_settings.evaluation.criteria", "calls are not evaluated"),
            stored("platform_settings.data_collection", "nothing is collected from calls"),
            stored("platform_settings.summary_language", "calls are not summarised"),
            stored(
                "platform_settings.overrides.enable_starting_workflow_node_id_from_client", "there are no workflows"),
            stored("platform_settings.overrides.enable_procedure_ids_from_client", "there are no procedures"),
            stored(
                "platform_settings.workspace_overrides.webhooks.post_call_webhook_id",
                "no webhook is called after a call; fetch its record"),
            stored("platform_settings.call_limits.daily_limit", "calls per day are not counted"),
            stored("platform_settings.queueing_config", "a call beyond the limit is refused, not queued"),
            stored("platform_settings.testing.attached_tests", "no tests are run"),
            refused("platform_settings.privacy.retention_days", "records are kept until somebody deletes them"),
            refused(
                "platform_settings.privacy.delete_transcript_and_pii",
                "transcripts are kept until somebody deletes them"),
            refused("platform_settings.privacy.delete_audio", "recordings are kept until somebody deletes them"),
            refused(
                "platform_settings.privacy.apply_to_existing_conversations",
                "records are kept until somebody deletes them"),
            refused(
                "platform_settings.privacy.zero_retention_mode", "the transcript and the log of a call are kept"),
            refused(
                "platform_settings.privacy.conversation_history_redaction",
                "transcripts are not redacted"),
            refused("platform_settings.guardrails.focus", "guardrails are not supported"),
            refused("platform_settings.guardrails.prompt_injection", "guardrails are not supported"),
            refused("platform_settings.guardrails.content", "guardrails are not supported"),
            refused("platform_settings.guardrails.moderation", "guardrails are not supported"),
            refused("platform_settings.guardrails.custom", "guardrails are not supported"),
        ])

    private static let workflow = join(
        needless("workflow.prevent_subagent_loops"),
        [
            stored("workflow.nodes", "there are no workflows; the agent answers from its prompt alone") { nodes in
                // The hosted service gives every agent a workflow of a start node alone.
                nodes.objectValue?.values.allSatisfy { $0["type"] == "start" } == true
            },
            stored("workflow.edges", "there are no workflows; the agent answers from its prompt alone"),
        ])

    private static func join(_ parts: [SettingRule]...) -> [SettingRule] { parts.flatMap(\.self) }
}
