import Agents
import Engines
import JSON

/// What this server speaks, thinks and hears with, as its answers name it.
public struct ModelCatalog: Sendable {
    /// A voice that agents can speak with.
    public struct Voice: Sendable, Hashable {
        /// What `tts.voice_id` names it.
        public var id: String
        /// What people call it.
        public var name: String
        /// BCP-47 language, such as `en`.
        public var language: String
        /// A sentence about it; may be empty.
        public var description: String

        /// A voice that speaks one language.
        public init(id: String, name: String, language: String = "en", description: String = "") {
            self.id = id
            self.name = name
            self.language = language
            self.description = description
        }
    }

    /// The first is the default.
    public var voices: [Voice]
    /// Ids that `prompt.llm` may name; the first is the default.
    public var languageModels: [String]
    /// Ids of speech recognisers; the first is the default.
    public var transcribers: [String]
    /// BCP-47 languages that the recognisers understand; `mul` stands for all.
    public var understood: [String]
    /// What language models cost, where it is known; a `*` at the end of an id stands for all that begin so.
    public var prices: [String: ModelPrice] = [:]

    /// The most tokens of prompt and answer together, of language models of which it is known.
    public var contextLengths: [String: Int] = [:]

    /// A catalog of these ids.
    public init(
        voices: [Voice], languageModels: [String], transcribers: [String], understood: [String] = ["mul"]
    ) {
        self.voices = voices
        self.languageModels = languageModels
        self.transcribers = transcribers
        self.understood = understood
    }

    /// The engines of `engines` by their ids.
    public init(_ engines: EngineCatalog) {
        self.init(
            voices: engines.synthesizers.map {
                Voice(id: $0.id, name: $0.id, language: $0.languages.first.map(LanguageTag.primary) ?? "en")
            },
            languageModels: engines.languageModels.map(\.id), transcribers: engines.transcribers.map(\.id),
            understood: engines.transcribers.flatMap(\.languages))
        for model in engines.languageModels { contextLengths[model.id] = model.contextLength }
    }

    /// Nil where it is not known.
    func price(of languageModel: String) -> ModelPrice? {
        prices[languageModel] ?? prices.first { ModelPattern.matches($0.key, languageModel) }?.value
    }

    /// The same as calls and records see it.
    public var available: AvailableEngines {
        AvailableEngines(
            languageModels: languageModels, voices: voices.map(\.id), transcribers: transcribers,
            languages: languages)
    }

    /// What is spoken as well as understood; a language that is not is spoken all the same, as if it were the first.
    private var languages: [String] {
        let spoken = voices.map(\.language)
        if understood.contains("mul") { return spoken }
        return spoken.contains("mul") ? understood : spoken.filter { LanguageTag.covers(understood, $0) }
    }

}
