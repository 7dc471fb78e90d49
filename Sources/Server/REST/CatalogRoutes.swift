import Agents
import Hummingbird
import JSON

/// The lists of language models and the user account, in the hosted API's shapes.
struct CatalogRoutes: Sendable {
    let catalog: ModelCatalog

    /// The id of the one user, and of the user's workspace.
    static let user = "local"

    func register(_ routes: inout RouteTable) {
        routes.on(.get, "/v1/convai/llm/list", query: []) { _, _ in
            .json([
                "llms": .array(catalog.languageModels.filter { !$0.hasSuffix("*") }.map(languageModel)),
                // No model is ever deprecated here.
                "default_deprecation_config": [
                    "warning_start_days": 0, "fallback_start_days": 0, "fallback_complete_days": 0,
                    "fallback_start_percentage": 0, "fallback_complete_percentage": 0,
                ],
            ])
        }
        routes.on(.get, "/v1/user", query: []) { _, _ in
            .json([
                "user_id": .string(Self.user), "workspace_id": .string(Self.user), "subscription": subscription,
                "is_new_user": false, "xi_api_key": nil,
                "xi_api_key_preview": nil, "is_api_key_hashed": true,
                "is_onboarding_completed": true, "is_onboarding_checklist_completed": true, "first_name": nil,
                "can_use_delayed_payment_methods": false, "created_at": 0, "seat_type": "workspace_admin",
            ])
        }
        routes.on(.get, "/v1/user/subscription", query: []) { _, _ in .json(subscription) }
    }

    /// A language model in the list. The context length of a service's model is known only to the service, so the limit
    /// given is then the agent's.
    private func languageModel(_ id: String) -> JSONValue {
        let limit = JSONValue.integer(catalog.contextLengths[id] ?? Agent.largestMaxTokens)
        return [
            "llm": .string(id), "is_checkpoint": false, "max_tokens_limit": limit, "max_context_limit": limit,
            // Every model is given the text of documents.
            "supports_image_input": .bool(catalog.seeing.contains(id)), "supports_document_input": true,
            "supports_parallel_tool_calls": false,
            "available_reasoning_efforts": nil, "available_service_tiers": ["standard"], "deprecation_info": nil,
        ]
    }

    /// A subscription without usage counts and limits.
    private var subscription: JSONValue {
        [
            "tier": "self_hosted", "status": "active", "character_count": 0, "character_limit": 0,
            "can_extend_character_limit": false, "allowed_to_extend_character_limit": false,
            "max_character_limit_extension": nil, "max_credit_limit_extension": "unlimited",
            "current_overage": ["amount": "0", "currency": "usd"], "voice_slots_used": 0,
            "professional_voice_slots_used": 0, "professional_voice_slots_used_in_workspace": 0,
            "voice_limit": .integer(catalog.voices.count),
            "voice_add_edit_counter": 0, "professional_voice_limit": 0, "can_extend_voice_limit": false,
            "can_use_instant_voice_cloning": false, "can_use_professional_voice_cloning": false, "currency": nil,
            "next_character_count_reset_unix": nil, "billing_period": nil, "character_refresh_period": nil,
            "has_open_invoices": false, "open_invoices": [],
        ]
    }
}
