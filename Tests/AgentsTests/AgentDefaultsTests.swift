import Agents
import Foundation
import JSON
import Testing

@Suite("Every default of the configuration")
struct AgentDefaultsTests {
    let agent: Agent

    init() throws { agent = try Agent.new() }

    @Test("conversation_config.agent")
    func agentSection() throws {
        var section = try #require(agent.conversationConfig["agent"])
        section["prompt"] = nil
        #expect(
            section == [
                "first_message": "", "language": "en", "hinglish_mode": false,
                "dynamic_variables": ["dynamic_variable_placeholders": [:]],
                "disable_first_message_interruptions": false, "max_conversation_duration_message": "",
                "text_behavior_overrides": nil,
            ])
    }

    @Test("conversation_config.agent.prompt")
    func prompt() {
        #expect(
            agent.conversationConfig.value(at: "agent", "prompt") == [
                "prompt": "", "llm": "gemini-2.5-flash", "reasoning_effort": nil, "thinking_budget": nil,
                "enable_reasoning_summary": false, "temperature": 0.0, "max_tokens": -1, "tool_ids": [], "tools": [],
                "built_in_tools": [
                    "transfer_to_agent": nil, "end_call": nil, "language_detection": nil, "transfer_to_number": nil,
                    "skip_turn": nil, "play_keypad_touch_tone": nil, "voicemail_detection": nil,
                ],
                "mcp_server_ids": [], "native_mcp_server_ids": [], "knowledge_base": [], "custom_llm": nil,
                "ignore_default_personality": true,
                "rag": [
                    "enabled": false, "embedding_model": "e5_mistral_7b_instruct", "max_vector_distance": 0.6,
                    "max_documents_length": 50_000, "max_retrieved_rag_chunks_count": 20, "num_candidates": nil,
                    "query_rewrite_prompt_override": nil,
                ],
                "timezone": nil, "backup_llm_config": ["preference": "default"], "cascade_timeout_seconds": 4.0,
                "enable_parallel_tool_calls": false, "requires_receipts": false,
            ])
    }

    @Test("conversation_config.asr")
    func asr() {
        #expect(
            agent.conversationConfig["asr"] == [
                "quality": "high", "provider": "scribe_realtime", "user_input_audio_format": "pcm_16000",
                "keywords": [],
            ])
    }

    @Test("conversation_config.turn")
    func turn() {
        #expect(
            agent.conversationConfig["turn"] == [
                "turn_timeout": 7.0, "initial_wait_time": nil, "silence_end_call_timeout": -1.0, "mode": "turn",
                "turn_eagerness": "normal", "spelling_patience": "auto", "speculative_turn": true,
                "retranscribe_on_turn_timeout": false, "turn_model": "turn_v3", "interruption_ignore_terms": [],
                "interruption_ignore_term_languages": [], "merge_with_default_ignore_terms": false,
                "transcribe_on_disabled_interruptions": false,
                "soft_timeout_config": [
                    "timeout_seconds": -1.0, "message": "Hhmmmm...yeah.", "additional_soft_timeout_messages": [],
                    "use_llm_generated_message": false, "randomize_fillers": false,
                    "max_soft_timeouts_per_generation": 1, "llm_generated_message_prompt_override": nil,
                    "disable_until_first_user_message": false,
                ],
            ])
    }

    @Test("conversation_config.tts")
    func tts() {
        #expect(
            agent.conversationConfig["tts"] == [
                "model_id": "eleven_flash_v2", "voice_id": "cjVigY5qzO86Huf0OWal", "supported_voices": [],
                "expressive_mode": true, "suggested_audio_tags": [], "agent_output_audio_format": "pcm_16000",
                "optimize_streaming_latency": 3, "stability": 0.5, "speed": 1.0, "similarity_boost": 0.8,
                "text_normalisation_type": "system_prompt", "pronunciation_dictionary_locators": [],
                "enable_phoneme_tags": true,
            ])
    }

    @Test("conversation_config.conversation, vad and language_presets")
    func conversation() {
        #expect(
            agent.conversationConfig["conversation"] == [
                "text_only": false, "max_duration_seconds": 600,
                "client_events": [
                    "audio", "interruption", "agent_response", "user_transcript", "tentative_user_transcript",
                    "conversation_initiation_metadata", "ping",
                ],
                "file_input": ["enabled": true, "max_files_in_memory": 10, "max_files_per_conversation": 10],
                "monitoring_enabled": false, "monitoring_events": [], "background_sound": nil,
                "source_attribution": false, "dtmf_input_settings": nil,
            ])
        #expect(agent.conversationConfig["vad"] == ["background_voice_detection": false])
        #expect(agent.conversationConfig["language_presets"] == [:])
    }

    @Test("defaults inside of what is switched on")
    func nested() throws {
        let agent = try Agent.new(conversationConfig: [
            "agent": [
                "prompt": [
                    "knowledge_base": [["type": "text", "name": "Prices", "id": "doc_1"]],
                    "custom_llm": ["url": "http://localhost:1234/v1"], "built_in_tools": ["end_call": [:]],
                ]
            ],
            "conversation": ["background_sound": [:], "dtmf_input_settings": [:]],
            "language_presets": ["de": ["overrides": ["agent": ["first_message": "Hallo"]]]],
        ])
        let prompt = try #require(agent.conversationConfig.value(at: "agent", "prompt"))
        #expect(
            prompt["knowledge_base"] == [["type": "text", "name": "Prices", "id": "doc_1", "usage_mode": "auto"]])
        #expect(
            prompt["custom_llm"] == [
                "url": "http://localhost:1234/v1", "model_id": nil, "api_key": nil, "request_headers": [:],
                "api_version": nil, "api_type": "chat_completions", "supports_image_input": false,
            ])
        #expect(
            prompt.value(at: "built_in_tools", "end_call") == [
                "type": "system", "name": "end_call", "description": "", "response_timeout_secs": 20,
                "disable_interruptions": false, "interruption_mode": "allow", "force_pre_tool_speech": false,
                "pre_tool_speech": "auto", "assignments": [], "tool_call_sound": nil,
                "tool_call_sound_behavior": "auto", "tool_error_handling_mode": "auto",
                "params": ["system_tool_type": "end_call"],
            ])
        let conversation = try #require(agent.conversationConfig["conversation"])
        #expect(
            conversation["background_sound"] == [
                "source_type": nil, "source_id": nil, "volume": 0.15, "crossfade_loop": true,
            ])
        #expect(
            conversation["dtmf_input_settings"] == [
                "dtmf_input_timeout": 2.0, "hash_terminator": true, "redact_input": false,
            ])
        #expect(
            agent.conversationConfig.value(at: "language_presets", "de") == [
                "overrides": ["agent": ["first_message": "Hallo"]], "first_message_translation": nil,
                "soft_timeout_translation": nil,
            ])
    }

    @Test("platform_settings: access, limits, privacy")
    func platform() throws {
        let settings = agent.platformSettings
        #expect(
            settings["auth"] == [
                "enable_auth": false, "allowlist": [], "require_origin_header": false, "shareable_token": nil,
            ])
        #expect(settings["evaluation"] == ["criteria": []])
        #expect(settings["data_collection"] == [:])
        #expect(
            settings["call_limits"] == [
                "agent_concurrency_limit": -1, "daily_limit": 100_000, "bursting_enabled": true,
            ])
        #expect(
            settings["privacy"] == [
                "record_voice": true, "retention_days": -1, "delete_transcript_and_pii": false, "delete_audio": false,
                "apply_to_existing_conversations": false, "zero_retention_mode": false,
                "conversation_history_redaction": ["enabled": false, "entities": []],
            ])
        #expect(settings["testing"] == ["attached_tests": []])
        #expect(settings["archived"] == false)
        #expect(settings["analysis_llm"] == "gemini-2.5-flash")
        #expect(settings.value(at: "guardrails", "version") == "1")
        #expect(settings.value(at: "widget", "variant") == "full")
        #expect(settings.value(at: "widget", "bg_color") == "#ffffff")
        #expect(settings.value(at: "widget", "supports_text_only") == true)
    }

    @Test("platform_settings.overrides permits nothing")
    func overrides() {
        #expect(
            agent.platformSettings["overrides"] == [
                "conversation_config_override": [
                    "asr": ["keywords": false],
                    "turn": ["soft_timeout_config": ["message": false, "additional_soft_timeout_messages": false]],
                    "tts": [
                        "model_id": false, "voice_id": false, "stability": false, "speed": false,
                        "similarity_boost": false, "pronunciation_dictionary_locators": false,
                    ],
                    "conversation": ["text_only": false, "max_duration_seconds": false],
                    "agent": [
                        "first_message": false, "language": false, "max_conversation_duration_message": false,
                        "prompt": [
                            "prompt": false, "llm": false, "tool_ids": false, "native_mcp_server_ids": false,
                            "knowledge_base": false,
                        ],
                    ],
                ],
                "custom_llm_extra_body": false, "enable_conversation_initiation_client_data_from_webhook": false,
                "enable_starting_workflow_node_id_from_client": false, "enable_procedure_ids_from_client": false,
            ])
    }

    @Test("ids, names and times")
    func identity() throws {
        let agent = try Agent.new(now: Date(timeIntervalSince1970: 1_700_000_000.9))
        #expect(agent.id.wholeMatch(of: /agent_[0-9a-z]{28}/) != nil)
        #expect(agent.name == "New agent")
        #expect(agent.createdAt == 1_700_000_000)
        #expect(agent.updatedAt == 1_700_000_000)
        #expect(try Agent.new().id != agent.id)
    }
}
