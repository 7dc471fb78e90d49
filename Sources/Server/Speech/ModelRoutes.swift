import HTTPTypes
import Hummingbird
import JSON

/// The models of the speech API, which the hosted API and OpenAI's list at the same path in different shapes.
struct ModelRoutes: Sendable {
    let catalog: ModelCatalog

    /// A model that `model_id`, or OpenAI's `model`, may name.
    struct Model: Sendable {
        var id: String
        var name: String
        var description = ""
        /// The languages, BCP-47.
        var languages: [String]
        /// Whether it synthesizes speech; otherwise it transcribes.
        var speaks: Bool
    }

    /// Names of the hosted platform's and OpenAI's models, which many clients have built in.
    private static let known: [(id: String, name: String, speaks: Bool, isOpenAI: Bool)] = [
        ("eleven_v3", "Eleven v3", true, false),
        ("eleven_multilingual_v2", "Eleven Multilingual v2", true, false),
        ("eleven_flash_v2_5", "Eleven Flash v2.5", true, false), ("eleven_flash_v2", "Eleven Flash v2", true, false),
        ("eleven_turbo_v2_5", "Eleven Turbo v2.5", true, false), ("eleven_turbo_v2", "Eleven Turbo v2", true, false),
        ("scribe_v1", "Scribe v1", false, false), ("scribe_v2", "Scribe v2", false, false),
        ("scribe_v2_realtime", "Scribe v2 Realtime", false, false),
        ("tts-1", "TTS-1", true, true), ("tts-1-hd", "TTS-1 HD", true, true),
        ("gpt-4o-mini-tts", "GPT-4o mini TTS", true, true), ("whisper-1", "Whisper", false, true),
        ("gpt-4o-transcribe", "GPT-4o Transcribe", false, true),
        ("gpt-4o-mini-transcribe", "GPT-4o mini Transcribe", false, true),
    ]

    func register(_ routes: inout RouteTable) {
        routes.on(.get, "/v1/models", query: []) { request, _ in
            let isOpenAI = request.isOpenAI
            let models = models(isOpenAI: isOpenAI)
            var headers = HTTPFields()
            headers[.vary] = "xi-api-key, authorization, user-agent"
            return isOpenAI
                ? .json(["object": "list", "data": .array(models.map(Self.openAI))], headers: headers)
                : .json(.array(models.map(Self.hosted)), headers: headers)
        }
        // Only OpenAI's API has this route.
        routes.on(.get, "/v1/models/{model}", query: []) { _, context in
            let id = context.parameter("model")
            guard let model = models(isOpenAI: true).first(where: { $0.id == id }) else {
                throw APIError.notFound("model_not_found", "There is no model \(id) here.")
            }
            return .json(Self.openAI(model))
        }
    }

    /// The models of this server, and the names that stand for them.
    private func models(isOpenAI: Bool) -> [Model] {
        let voices = catalog.voices.map {
            Model(id: $0.id, name: $0.name, languages: [$0.language], speaks: true)
        }
        let recognizers = catalog.transcribers.map {
            Model(id: $0, name: $0, languages: catalog.understood, speaks: false)
        }
        let own = voices + recognizers
        let known = Self.known.filter { $0.isOpenAI == isOpenAI }.compactMap { known in
            own.first { $0.speaks == known.speaks }.map { standard in
                let reader = known.speaks ? "The request's voice speaks" : "\(standard.name) listens"
                return Model(
                    id: known.id, name: known.name, description: "\(reader) in its place.",
                    languages: known.speaks ? voices.flatMap(\.languages).unique : standard.languages,
                    speaks: known.speaks)
            }
        }
        return own + known
    }

    private static func hosted(_ model: Model) -> JSONValue {
        [
            "model_id": .string(model.id), "name": .string(model.name), "description": .string(model.description),
            "can_be_finetuned": false, "can_do_text_to_speech": .bool(model.speaks), "can_do_voice_conversion": false,
            "can_use_style": false, "can_use_speaker_boost": false, "serves_pro_voices": false,
            "token_cost_factor": 0, "requires_alpha_access": false, "max_characters_request_free_user": 0,
            "max_characters_request_subscribed_user": 0,
            "maximum_text_length_per_request": .integer(model.speaks ? SpeechOrder.longestText : 0),
            "languages": .array(model.languages.map { ["language_id": .string($0), "name": .string($0)] }),
            "model_rates": ["character_cost_multiplier": 0], "concurrency_group": "standard",
        ]
    }

    private static func openAI(_ model: Model) -> JSONValue {
        ["id": .string(model.id), "object": "model", "created": 0, "owned_by": "parley"]
    }
}

extension Sequence<String> {
    /// The distinct elements in their order.
    fileprivate var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
