import Agents
import Engines
import JSON

/// The voices, language models and recognisers of this server, as its answers list them.
public struct ModelCatalog: Sendable {
    /// A voice that agents can speak with.
    public struct Voice: Sendable, Hashable {
        /// The id in `tts.voice_id`.
        public var id: String
        /// The name for people.
        public var name: String
        /// The language, BCP-47, such as `en`.
        public var language: String

        /// Creates a voice that speaks one language.
        public init(id: String, name: String, language: String = "en") {
            self.id = id
            self.name = name
            self.language = language
        }
    }

    /// The voices; the first is the default.
    public var voices: [Voice]
    /// Ids that `prompt.llm` may name; the first is the default.
    public var languageModels: [String]
    /// Ids of speech recognisers; the first is the default.
    public var transcribers: [String]
    /// BCP-47 languages that the recognisers understand; `mul` stands for all.
    public var understood: [String]
    /// Prices of language models, where known; a `*` at the end of an id stands for every id that begins so.
    public var prices: [String: ModelPrice] = [:]

    /// The most tokens of prompt and answer together, by the ids of those language models for which it is known.
    public var contextLengths: [String: Int] = [:]

    /// The ids of those language models that take images.
    public var seeing: Set<String> = []

    /// Creates a catalog of these ids.
    public init(
        voices: [Voice], languageModels: [String], transcribers: [String], understood: [String] = ["mul"]
    ) {
        self.voices = voices
        self.languageModels = languageModels
        self.transcribers = transcribers
        self.understood = understood
    }

    /// Creates a catalog of the engines in `engines`.
    public init(_ engines: EngineCatalog) {
        self.init(
            voices: engines.synthesizers.map {
                Voice(id: $0.id, name: $0.id, language: $0.languages.first.map(LanguageTag.primary) ?? "en")
            },
            languageModels: engines.languageModels.map(\.id), transcribers: engines.transcribers.map(\.id),
            understood: engines.transcribers.flatMap(\.languages))
        for model in engines.languageModels { contextLengths[model.id] = model.contextLength }
        seeing = Set(engines.languageModels.filter(\.seesImages).map(\.id))
    }

    /// The price of a language model; nil where it is unknown.
    func price(of languageModel: String) -> ModelPrice? {
        prices[languageModel] ?? prices.first { ModelPattern.matches($0.key, languageModel) }?.value
    }

    /// The ids in the form that calls and records use.
    public var available: AvailableEngines {
        AvailableEngines(
            languageModels: languageModels, voices: voices.map(\.id), transcribers: transcribers,
            languages: languages)
    }

    /// Languages that are both spoken and understood; voices read a language that they do not speak as their own.
    private var languages: [String] {
        let spoken = voices.map(\.language)
        if understood.contains("mul") { return spoken }
        return spoken.contains("mul") ? understood : spoken.filter { LanguageTag.covers(understood, $0) }
    }
}
