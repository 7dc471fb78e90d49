import Agents
import Hummingbird
import JSON

/// The voices of this server, and their default settings.
struct VoiceRoutes: Sendable {
    let catalog: ModelCatalog
    let settings: any VoiceSettingsStore
    let limits: ServerLimits

    func register(_ routes: inout RouteTable) {
        routes.on(.get, "/v1/voices", query: AcceptedQuery([], inert: ["show_legacy": .always])) { _, _ in
            .json(["voices": .array(catalog.voices.map(json))])
        }
        routes.on(.get, "/v2/voices", query: Self.listQuery) { request, _ in try page(request) }
        routes.on(.get, "/v1/voices/settings/default", query: []) { _, _ in .json(Self.standard) }
        routes.on(.get, "/v1/voices/{voice_id}", query: ["with_settings"]) { request, context in
            let voice = try voice(context)
            var json = json(voice)
            if try request.query.flag("with_settings") ?? true { json["settings"] = try await settings(of: voice) }
            return .json(json)
        }
        routes.on(.get, "/v1/voices/{voice_id}/settings", query: []) { _, context in
            .json(try await settings(of: try voice(context)))
        }
        routes.on(.post, "/v1/voices/{voice_id}/settings/edit", query: []) { request, context in
            let voice = try voice(context)
            let body = try await request.jsonBody(limit: limits.bodySize)
            try await settings.change(try Self.known(body), of: voice.id)
            return .json(["status": "ok"])
        }
    }

    private static let listQuery = AcceptedQuery(
        ["page_size", "search", "next_page_token", "voice_ids"],
        // All voices here are of one kind, and the count is always included.
        inert: [
            "include_total_count": .always, "category": .when(["premade"]), "voice_type": .when(["default"]),
        ])

    /// The hosted API's defaults; the embedded voice uses only the speed.
    private static let standard: JSONValue = [
        "stability": 0.5, "similarity_boost": 0.75, "style": 0, "use_speaker_boost": true, "speed": 1,
    ]

    private func settings(of voice: ModelCatalog.Voice) async throws -> JSONValue {
        Self.standard.merging(try await settings.settings(of: voice.id))
    }

    /// The known settings among the members of `body`.
    ///
    /// - Throws: `ValidationError`.
    private static func known(_ body: JSONValue) throws -> JSONValue {
        try SpeechOrder.checkSettings(body, in: nil)
        if let boost = body["use_speaker_boost"], boost != .null, boost.boolValue == nil {
            throw ValidationError.body("use_speaker_boost", "Input should be a valid boolean", "bool_type")
        }
        let names = standard.objectValue?.keys.map(\.self) ?? []
        return .object((body.objectValue ?? [:]).filter { names.contains($0.key) && $0.value != .null })
    }

    private func voice(_ context: ServerRequestContext) throws -> ModelCatalog.Voice {
        let id = context.parameter("voice_id")
        guard let voice = catalog.voices.first(where: { $0.id == id }) else {
            throw APIError.notFound("voice_not_found", "There is no voice \(id) here.")
        }
        return voice
    }

    private func page(_ request: Request) throws -> Response {
        let size = try request.query.pageSize(standard: 10)
        let search = request.query["search"]?.lowercased()
        let ids = request.query.all("voice_ids").filter { !$0.isEmpty }
        let found = catalog.voices.filter { voice in
            guard ids.isEmpty || ids.contains(voice.id) else { return false }
            return search.map { voice.name.lowercased().contains($0) || voice.id.lowercased().contains($0) } ?? true
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
            "description": "", "preview_url": nil, "available_for_tiers": [],
            "settings": nil, "sharing": nil, "high_quality_base_model_ids": [.string(voice.id)],
            "verified_languages": [
                ["language": .string(voice.language), "model_id": .string(voice.id), "locale": nil]
            ],
            "is_owner": false, "is_legacy": false,
        ]
    }
}
