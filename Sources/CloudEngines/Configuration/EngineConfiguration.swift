import Engines
import Foundation
import Yams

/// The engines of a server besides the embedded ones, and their order: `engines.yaml`.
public struct EngineConfiguration: Sendable, Hashable {
    /// The language models in order of preference; the first is the server's default.
    public var languageModels: [ConfiguredLanguageModels]
    /// The recognisers in order of preference; the first is the server's default.
    public var transcribers: [ConfiguredTranscriber]
    /// The voices in order of preference; the first is the server's default.
    public var voices: [ConfiguredVoice]

    /// Creates a configuration of the embedded engines alone.
    public init() {
        (languageModels, transcribers, voices) = ([], [], [])
    }

    /// Reads the configuration from text.
    ///
    /// - Parameters:
    ///   - source: The name of the text in errors.
    ///   - environment: The variables for `${NAME}`.
    /// - Throws: `EngineError` that names the place of a mistake, but never the value of a field that may be secret.
    public init(yaml: String, source: String = "engines.yaml", environment: [String: String]) throws {
        self.init()
        let document: Node?
        do {
            document = try compose(yaml: yaml)
        } catch let error as YamlError {
            throw EngineError(.rejected, engine: "engines", "\(source): \(Self.place(of: error))")
        }
        guard let document, document.null == nil else { return }
        var fields = try ConfigurationFields(document, at: ConfigurationPlace(source: source), environment)
        languageModels = try fields.list("language_models").map(ConfiguredLanguageModels.init)
        transcribers = try fields.list("transcribers").map(ConfiguredTranscriber.init)
        voices = try fields.list("voices").map(ConfiguredVoice.init)
        try fields.finish()
        try Self.checkUnique(transcribers.map { ($0.id, $0.place) })
        try Self.checkUnique(voices.map { ($0.id, $0.place) })
    }

    /// Reads the configuration from a file.
    ///
    /// - Throws: `EngineError` when the file cannot be read or has a mistake.
    public init(file: String, environment: [String: String]) throws {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw EngineError(.rejected, engine: "engines", "\(file): cannot be read")
        }
        try self.init(yaml: text, source: file, environment: environment)
    }

    /// The services with language models, in order of preference.
    public var providers: [ModelProvider] {
        languageModels.compactMap { if case .provider(let provider) = $0 { provider } else { nil } }
    }

    /// The place of a parser's error; its text is left out because it shows the line, which may hold a key.
    private static func place(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "line \(mark.line): \(problem)"
        default: "is not YAML"
        }
    }

    private static func checkUnique(_ ids: [(id: String, place: ConfigurationPlace)]) throws {
        var seen: Set<String> = []
        for (id, place) in ids where !seen.insert(id).inserted { throw place.error("the id \"\(id)\" is used twice") }
    }
}

/// An entry of `language_models`.
public enum ConfiguredLanguageModels: Sendable, Hashable {
    /// The embedded model of that id.
    case embedded(String, ConfigurationPlace)
    /// A service. The first of its model ids without `*` stands for it in the order of preference.
    case provider(ModelProvider)

    init(_ entry: ConfigurationEntry) throws {
        switch entry {
        case .id(let id, let place): self = .embedded(id, place)
        case .fields(var fields):
            let name = try fields.required("name")
            let models = try fields.strings("models")
            guard !models.isEmpty else { throw fields.place["models"].error("is missing or empty") }
            let endpoint = try fields.endpoint()
            let api = try fields.choice("api", of: LanguageModelAPI.allCases) ?? .chatCompletions
            let names = try fields.map("names")
            let prices = try Self.prices(&fields)
            let imageInput = try fields.strings("image_input")
            try fields.finish()
            self = .provider(
                ModelProvider(
                    name: name, models: models, api: api, endpoint: endpoint, names: names, prices: prices,
                    imageInput: imageInput))
        }
    }

    /// Reads prices such as `0.15/0.60`: dollars for a million tokens of prompt and of answer.
    private static func prices(_ fields: inout ConfigurationFields) throws -> [String: ModelPrice] {
        let place = fields.place["prices"]
        return try fields.map("prices").mapValues { text in
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map {
                Double($0.trimmingCharacters(in: .whitespaces))
            }
            guard parts.count == 2, let input = parts[0], let output = parts[1], input >= 0, output >= 0,
                input.isFinite, output.isFinite
            else { throw place.error("is not a price of prompt and answer, such as 0.15/0.60") }
            return ModelPrice(input: input, output: output)
        }
    }
}

/// An entry of `transcribers`.
public struct ConfiguredTranscriber: Sendable, Hashable {
    /// The engine behind the entry.
    public enum Engine: Sendable, Hashable {
        /// The embedded model of the entry's id.
        case embedded
        /// `POST /audio/transcriptions` of OpenAI or another server.
        case openAI(OpenAITranscriber.Configuration)
        /// OpenAI's realtime transcription.
        case openAIRealtime(OpenAIRealtimeTranscriber.Configuration)
        /// ElevenLabs' Scribe.
        case elevenLabs(ScribeTranscriber.Configuration)
    }

    private enum Kind: String, CaseIterable {
        case openAI = "openai"
        case openAIRealtime = "openai-realtime"
        case elevenLabs = "elevenlabs"
    }

    /// The id in agents and records.
    public var id: String
    /// The engine behind the entry.
    public var engine: Engine
    /// The place of the entry in the file, for errors.
    public var place: ConfigurationPlace

    init(_ entry: ConfigurationEntry) throws {
        switch entry {
        case .id(let id, let place): (self.id, engine, self.place) = (id, .embedded, place)
        case .fields(var fields):
            place = fields.place
            switch try fields.requiredChoice("kind", of: Kind.allCases) {
            case .openAI:
                id = try fields.required("id")
                let endpoint = try fields.endpoint(standard: ServiceEndpoint.openAI)
                let interval = try fields.number("partial_interval", in: 0.2...60)
                engine = .openAI(
                    OpenAITranscriber.Configuration(
                        endpoint: endpoint, model: try fields.required("model"),
                        partialInterval: interval.map { .seconds($0) }))
            case .openAIRealtime:
                id = try fields.required("id")
                let endpoint = try fields.endpoint(standard: ServiceEndpoint.openAI)
                engine = .openAIRealtime(.init(endpoint: endpoint, model: try fields.required("model")))
            case .elevenLabs:
                id = try fields.required("id")
                let endpoint = try fields.endpoint(standard: ServiceEndpoint.elevenLabs)
                let model = try fields.required("model_id")
                let isRealtime = try fields.flag("realtime") ?? model.contains("realtime")
                engine = .elevenLabs(.init(endpoint: endpoint, mode: isRealtime ? .realtime : .batch, model: model))
            }
            try fields.finish()
        }
    }
}

/// An entry of `voices`.
public struct ConfiguredVoice: Sendable, Hashable {
    /// The engine behind the entry.
    public enum Engine: Sendable, Hashable {
        /// The embedded voice of the entry's id.
        case embedded
        /// `POST /audio/speech` of OpenAI or another server.
        case openAI(OpenAISynthesizer.Configuration)
        /// One of ElevenLabs' voices.
        case elevenLabs(ElevenLabsSynthesizer.Configuration)
    }

    private enum Kind: String, CaseIterable {
        case openAI = "openai"
        case elevenLabs = "elevenlabs"
    }

    /// The id in `tts.voice_id` and records.
    public var id: String
    /// The name for people.
    public var name: String
    /// The language, BCP-47, such as `en`.
    public var language: String
    /// The engine behind the entry.
    public var engine: Engine
    /// The place of the entry in the file, for errors.
    public var place: ConfigurationPlace

    init(_ entry: ConfigurationEntry) throws {
        switch entry {
        case .id(let id, let place):
            (self.id, name, language, engine, self.place) = (id, id, "", .embedded, place)
        case .fields(var fields):
            place = fields.place
            switch try fields.requiredChoice("kind", of: Kind.allCases) {
            case .openAI:
                id = try fields.required("id")
                let endpoint = try fields.endpoint(standard: ServiceEndpoint.openAI)
                let rate = try fields.number("sample_rate", in: 8000...48_000)
                engine = .openAI(
                    OpenAISynthesizer.Configuration(
                        endpoint: endpoint, model: try fields.required("model"), voice: try fields.required("voice"),
                        instructions: try fields.string("instructions"), sampleRate: rate.map { Int($0) } ?? 24_000))
            case .elevenLabs:
                let endpoint = try fields.endpoint(standard: ServiceEndpoint.elevenLabs)
                var voice = ElevenLabsSynthesizer.Configuration(
                    endpoint: endpoint, voice: try fields.required("voice_id"))
                voice.model = try fields.string("model_id") ?? voice.model
                voice.settings.stability = try fields.number("stability", in: 0...1)
                voice.settings.similarityBoost = try fields.number("similarity_boost", in: 0...1)
                voice.settings.style = try fields.number("style", in: 0...1)
                voice.settings.useSpeakerBoost = try fields.flag("use_speaker_boost")
                // Agents that come from the hosted service name voices by the ids of its account.
                id = try fields.string("id") ?? voice.voice
                engine = .elevenLabs(voice)
            }
            name = try fields.string("name") ?? id
            language = try fields.string("language") ?? "en"
            try fields.finish()
        }
    }
}

extension ServiceEndpoint {
    static let openAI = "https://api.openai.com/v1"
    static let elevenLabs = "https://api.elevenlabs.io/v1"

    /// The base URL without its version, which ElevenLabs' clients append.
    var root: String { baseURL.hasSuffix("/v1") ? String(baseURL.dropLast("/v1".count)) : baseURL }
}
