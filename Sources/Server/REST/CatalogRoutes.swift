import Hummingbird
import JSON

/// Models, and the user that API clients ask for: what the hosted API lists, filled with what is here.
struct CatalogRoutes: Sendable {
    let catalog: ModelCatalog

    func register(_ routes: inout RouteTable) {
        routes.on(.get, "/v1/models") { _, _ in .json(.array(catalog.voices.map(model))) }
        routes.on(.get, "/v1/convai/llm/list") { _, _ in
            .json([
                "llms": .array(catalog.languageModels.filter { !$0.hasSuffix("*") }.map(languageModel)),
                "default_deprecation_config": nil,
            ])
        }
        routes.on(.get, "/v1/user") { _, _ in
            .json([
                "user_id": "local", "subscription": subscription, "is_new_user": false, "xi_api_key": nil,
                "is_onboarding_completed": true, "is_onboarding_checklist_completed": true, "first_name": nil,
                "can_use_delayed_payment_methods": false, "created_at": 0, "seat_type": "workspace_admin",
            ])
        }
        routes.on(.get, "/v1/user/subscription") { _, _ in .json(subscription) }
    }

    /// Every voice here is a model of its own.
    private func model(_ voice: ModelCatalog.Voice) -> JSONValue {
        [
            "model_id": .string(voice.id), "name": .string(voice.name), "description": .string(voice.description),
            "can_be_finetuned": false, "can_do_text_to_speech": true, "can_do_voice_conversion": false,
            "can_use_style": false, "can_use_speaker_boost": false, "serves_pro_voices": false,
            "token_cost_factor": 0, "requires_alpha_access": false, "max_characters_request_free_user": 0,
            "max_characters_request_subscribed_user": 0,
            "maximum_text_length_per_request": .integer(SpeechOrder.longestText),
            "languages": [["language_id": .string(voice.language), "name": .string(voice.language)]],
            "model_rates": ["character_cost_multiplier": 0], "concurrency_group": "standard",
        ]
    }

    private func languageModel(_ id: String) -> JSONValue {
        [
            "llm": .string(id), "is_checkpoint": false, "max_tokens_limit": nil, "max_context_limit": nil,
            "supports_image_input": false, "supports_document_input": false, "supports_parallel_tool_calls": false,
            "available_reasoning_efforts": nil, "deprecation_info": nil,
        ]
    }

    /// Nothing is counted and nothing is limited here.
    private var subscription: JSONValue {
        [
            "tier": "self_hosted", "status": "active", "character_count": 0, "character_limit": 0,
            "can_extend_character_limit": false, "allowed_to_extend_character_limit": false, "voice_slots_used": 0,
            "professional_voice_slots_used": 0, "voice_limit": .integer(catalog.voices.count),
            "voice_add_edit_counter": 0, "professional_voice_limit": 0, "can_extend_voice_limit": false,
            "can_use_instant_voice_cloning": false, "can_use_professional_voice_cloning": false, "currency": nil,
            "next_character_count_reset_unix": nil, "billing_period": nil, "character_refresh_period": nil,
            "has_open_invoices": false, "open_invoices": [],
        ]
    }
}
