import Hummingbird
import JSON

/// Voices, models, and the user that API clients ask for: what the hosted API lists, filled with what is here.
struct CatalogRoutes: Sendable {
    let catalog: ModelCatalog

    func register(_ routes: inout RouteTable) {
        routes.on(.get, "/v1/voices") { _, _ in .json(["voices": .array(voices)]) }
        routes.on(.get, "/v2/voices") { request, _ in try page(request) }
        routes.on(.get, "/v1/voices/settings/default") { _, _ in .json(Self.settings) }
        routes.on(.get, "/v1/voices/{voice_id}") { _, context in .json(json(try voice(context))) }
        routes.on(.get, "/v1/voices/{voice_id}/settings") { _, context in
            _ = try voice(context)
            return .json(Self.settings)
        }
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

    private func voice(_ context: ServerRequestContext) throws -> ModelCatalog.Voice {
        let id = context.parameter("voice_id")
        guard let voice = catalog.voices.first(where: { $0.id == id }) else {
            throw APIError.notFound("voice_not_found", "There is no voice \(id) here.")
        }
        return voice
    }

    /// The hosted API's defaults, of which the embedded voice follows the speed.
    private static let settings: JSONValue = [
        "stability": 0.5, "similarity_boost": 0.75, "style": 0, "use_speaker_boost": true, "speed": 1,
    ]

    private var voices: [JSONValue] { catalog.voices.map(json) }

    private func page(_ request: Request) throws -> Response {
        let size = try request.query.pageSize(standard: 10)
        let search = request.query["search"]?.lowercased()
        let found = catalog.voices.filter { voice in
            search.map { voice.name.lowercased().contains($0) || voice.id.lowercased().contains($0) } ?? true
        }
        let token = request.query["next_page_token"]
        let start = token.flatMap { id in found.firstIndex { $0.id == id } } ?? 0
        let items = found[start...].prefix(size)
        let next = items.endIndex < found.endIndex ? found[items.endIndex].id : nil
        return .json([
            "voices": .array(items.map(json)), "has_more": .bool(next != nil), "total_count": .integer(found.count),
            "next_page_token": next.map(JSONValue.string) ?? .null,
        ])
    }

    private func json(_ voice: ModelCatalog.Voice) -> JSONValue {
        [
            "voice_id": .string(voice.id), "name": .string(voice.name), "category": "premade", "samples": nil,
            "fine_tuning": nil, "labels": ["language": .string(voice.language)],
            "description": .string(voice.description), "preview_url": nil, "available_for_tiers": [],
            "settings": nil, "sharing": nil, "high_quality_base_model_ids": [.string(voice.id)],
            "verified_languages": [
                ["language": .string(voice.language), "model_id": .string(voice.id), "locale": nil]
            ],
            "is_owner": false, "is_legacy": false,
        ]
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
