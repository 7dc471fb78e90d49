import AsyncHTTPClient
import CloudEngines
import Engines
import Server
import Speech

/// The engines of a server in the order of `engines.yaml`. Embedded ones that it does not name come last.
struct ConfiguredEngines: Sendable {
    /// An engine of a list.
    struct Choice<Engine: Sendable>: Sendable {
        var id: String
        /// Its place in the file; nil where no error is possible.
        var place: ConfigurationPlace?
        /// Nil for an embedded engine, which is still to be loaded.
        var engine: Engine?
    }

    let transcribers: [Choice<any Transcriber>]
    let voices: [Choice<any Synthesizer>]
    let languageModels: [Choice<any LanguageModel>]
    /// Services whose models agents can name: the configured ones, then those with keys in the environment.
    let providers: [ModelProvider]
    private let configuration: EngineConfiguration

    /// The ids of the embedded engines, the default of each kind first.
    struct Embedded: Sendable {
        var transcribers: [String]
        var voices: [String]
        var languageModels: [String]
    }

    /// - Throws: `EngineError` that names the place of a mistake in the file.
    init(
        _ configuration: EngineConfiguration, known: [ModelProvider], embedded: Embedded, client: HTTPClient,
        connections: ServiceConnections
    ) throws {
        self.configuration = configuration
        providers = configuration.providers + known
        transcribers = try Self.order(
            configuration.transcribers.map {
                Choice(id: $0.id, place: $0.place, engine: try Self.transcriber($0, client, connections))
            }, embedded.transcribers, "transcriber")
        voices = try Self.order(
            configuration.voices.map {
                Choice(id: $0.id, place: $0.place, engine: try Self.voice($0, client, connections))
            },
            embedded.voices, "voice")
        languageModels = try Self.order(
            configuration.languageModels.compactMap { entry -> Choice<any LanguageModel>? in
                switch entry {
                case .embedded(let id, let place): return Choice(id: id, place: place)
                case .provider(let provider):
                    return Self.languageModel(of: provider, client, connections).map { Choice(id: $0.id, engine: $0) }
                }
            }, embedded.languageModels, "language model")
    }

    // MARK: Engines

    /// The recogniser of an entry; nil for an embedded one.
    private static func transcriber(
        _ entry: ConfiguredTranscriber, _ client: HTTPClient, _ connections: ServiceConnections
    ) throws -> (any Transcriber)? {
        switch entry.engine {
        case .embedded: return nil
        case .openAI(let configuration):
            return OpenAITranscriber(
                id: entry.id, configuration: configuration, httpClient: client, connections: connections)
        case .openAIRealtime(let configuration): return OpenAIRealtimeTranscriber(id: entry.id, configuration)
        case .elevenLabs(let configuration):
            return ScribeTranscriber(id: entry.id, configuration, httpClient: client, connections: connections)
        }
    }

    /// The voice of an entry, whose frequent phrases are cached; nil for an embedded one.
    private static func voice(
        _ entry: ConfiguredVoice, _ client: HTTPClient, _ connections: ServiceConnections
    ) throws -> (any Synthesizer)? {
        switch entry.engine {
        case .embedded: return nil
        case .openAI(let configuration):
            return SpeechCache(
                OpenAISynthesizer(
                    id: entry.id, configuration: configuration, httpClient: client, connections: connections))
        case .elevenLabs(let configuration):
            return SpeechCache(
                ElevenLabsSynthesizer(id: entry.id, configuration, httpClient: client, connections: connections))
        }
    }

    /// The model that stands for its service; nil for a service whose ids are all patterns.
    private static func languageModel(
        of provider: ModelProvider, _ client: HTTPClient, _ connections: ServiceConnections
    ) -> (any LanguageModel)? {
        guard let id = provider.models.first(where: { !$0.hasSuffix("*") }), let endpoint = provider.endpoint(for: id)
        else { return nil }
        return RemoteLanguageModel(id: id, endpoint: endpoint, httpClient: client, connections: connections)
    }

    private static func order<Engine: Sendable>(
        _ choices: [Choice<Engine>], _ embedded: [String], _ kind: String
    ) throws -> [Choice<Engine>] {
        for choice in choices {
            guard let place = choice.place else { continue }
            let isEmbedded = embedded.contains(choice.id)
            if choice.engine == nil, !isEmbedded {
                let known = embedded.joined(separator: ", ")
                throw place.error("there is no embedded \(kind) \"\(choice.id)\"; known are \(known)")
            }
            if choice.engine != nil, isEmbedded {
                throw place.error("the id \"\(choice.id)\" is that of an embedded \(kind)")
            }
        }
        let named = choices.filter { $0.engine == nil }.map(\.id)
        return choices + embedded.filter { !named.contains($0) }.map { Choice(id: $0) }
    }

    // MARK: Lists

    /// Whether the embedded language model answers when an agent names none.
    var isLanguageModelEmbedded: Bool { languageModels.first.map { $0.engine == nil } ?? false }

    /// The engines of a list, once the embedded ones are loaded.
    static func resolve<Engine: Sendable>(
        _ choices: [Choice<Engine>], _ embedded: (String) -> Engine?
    ) -> [Engine] {
        choices.compactMap { $0.engine ?? embedded($0.id) }
    }

    /// The ids that agents and API clients may name.
    ///
    /// - Parameters:
    ///   - embedded: The embedded voices with their speakers, as lists show them.
    ///   - understood: The languages of the embedded recognisers.
    ///   - contextLength: The most tokens of prompt and answer that the embedded language model takes.
    func catalog(embedded: [ModelCatalog.Voice], understood: [String], contextLength: Int) -> ModelCatalog {
        let configured = configuration.voices.map {
            ModelCatalog.Voice(id: $0.id, name: $0.name, language: $0.language)
        }
        let voices = voices.flatMap { choice in
            choice.engine == nil
                ? embedded.filter { $0.id == choice.id || $0.id.hasPrefix("\(choice.id):") }
                : configured.filter { $0.id == choice.id }
        }
        let models = languageModels.map(\.id)
        let others = providers.flatMap(\.models).filter { !models.contains($0) }
        // The languages of other services' recognisers are not known here.
        let isAnyRemote = transcribers.contains { $0.engine != nil }
        var catalog = ModelCatalog(
            voices: voices, languageModels: models + others, transcribers: transcribers.map(\.id),
            understood: understood + (isAnyRemote ? ["mul"] : []))
        for model in languageModels where model.engine == nil {
            catalog.prices[model.id] = .free
            catalog.contextLengths[model.id] = contextLength
        }
        for model in languageModels.compactMap(\.engine) { catalog.contextLengths[model.id] = model.contextLength }
        for provider in providers { catalog.prices.merge(provider.prices) { first, _ in first } }
        let listed = Set(catalog.languageModels)
        catalog.seeing = listed.filter { id in
            languageModels.first { $0.id == id }.map { $0.engine?.seesImages ?? false }
                ?? providers.lazy.compactMap { $0.endpoint(for: id) }.first?.seesImages ?? false
        }
        return catalog
    }
}
