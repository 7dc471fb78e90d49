import AsyncHTTPClient
import CloudEngines
import Engines
import Server
import Speech

/// The engines of a server in the order of `engines.yaml`. Embedded ones that it does not name come last.
struct ConfiguredEngines: Sendable {
    /// An engine that exists already, or an embedded one that is still to be loaded.
    enum Choice<Engine: Sendable>: Sendable {
        case embedded(String)
        case remote(Engine)
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
                Entry(id: $0.id, place: $0.place, engine: try Self.transcriber($0, client, connections))
            }, embedded.transcribers, "transcriber")
        voices = try Self.order(
            configuration.voices.map {
                Entry(id: $0.id, place: $0.place, engine: try Self.voice($0, client, connections))
            },
            embedded.voices, "voice")
        languageModels = try Self.order(
            configuration.languageModels.compactMap { entry -> Entry<any LanguageModel>? in
                switch entry {
                case .embedded(let id, let place): return Entry(id: id, place: place, engine: nil)
                case .provider(let provider):
                    return Self.languageModel(of: provider, client, connections).map { Entry(id: $0.id, engine: $0) }
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

    /// The voice of an entry; nil for an embedded one.
    private static func voice(
        _ entry: ConfiguredVoice, _ client: HTTPClient, _ connections: ServiceConnections
    ) throws -> (any Synthesizer)? {
        switch entry.engine {
        case .embedded: return nil
        case .openAI(let configuration):
            return OpenAISynthesizer(
                id: entry.id, configuration: configuration, httpClient: client, connections: connections)
        case .elevenLabs(let configuration):
            return ElevenLabsSynthesizer(id: entry.id, configuration, httpClient: client, connections: connections)
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

    /// An entry of a list, with its engine unless that is embedded.
    private struct Entry<Engine: Sendable> {
        var id: String
        /// Its place in the file; nil where no error is possible.
        var place: ConfigurationPlace?
        var engine: Engine?
    }

    private static func order<Engine: Sendable>(
        _ entries: [Entry<Engine>], _ embedded: [String], _ kind: String
    ) throws -> [Choice<Engine>] {
        var rest = embedded
        var choices: [Choice<Engine>] = []
        for entry in entries {
            if let engine = entry.engine {
                guard !embedded.contains(entry.id) || entry.place == nil else {
                    throw entry.place?.error("the id \"\(entry.id)\" is that of an embedded \(kind)") ?? Self.unnamed
                }
                choices.append(.remote(engine))
            } else {
                guard embedded.contains(entry.id) else {
                    let known = embedded.joined(separator: ", ")
                    throw entry.place?.error("there is no embedded \(kind) \"\(entry.id)\"; known are \(known)")
                        ?? Self.unnamed
                }
                rest.removeAll { $0 == entry.id }
                choices.append(.embedded(entry.id))
            }
        }
        return choices + rest.map { .embedded($0) }
    }

    private static let unnamed = EngineError(.rejected, engine: "engines", "engines.yaml has an error")

    // MARK: Lists

    /// Whether the embedded language model answers when an agent names none.
    var isLanguageModelEmbedded: Bool { if case .embedded = languageModels.first { true } else { false } }

    /// The engines of a list, once the embedded ones are loaded.
    static func resolve<Engine: Sendable>(
        _ choices: [Choice<Engine>], _ embedded: (String) -> Engine?
    ) -> [Engine] {
        choices.compactMap { choice in
            switch choice {
            case .remote(let engine): engine
            case .embedded(let id): embedded(id)
            }
        }
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
            switch choice {
            case .embedded(let id): embedded.filter { $0.id == id || $0.id.hasPrefix("\(id):") }
            case .remote(let voice): configured.filter { $0.id == voice.id }
            }
        }
        let models = languageModels.map { choice in
            switch choice {
            case .embedded(let id): id
            case .remote(let model): model.id
            }
        }
        let others = providers.flatMap(\.models).filter { !models.contains($0) }
        let transcribers = transcribers.map { choice in
            switch choice {
            case .embedded(let id): id
            case .remote(let transcriber): transcriber.id
            }
        }
        // The languages of other services' recognisers are not known here.
        let isAnyRemote = self.transcribers.contains { if case .remote = $0 { true } else { false } }
        var catalog = ModelCatalog(
            voices: voices, languageModels: models + others, transcribers: transcribers,
            understood: understood + (isAnyRemote ? ["mul"] : []))
        for case .embedded(let id) in languageModels {
            catalog.prices[id] = .free
            catalog.contextLengths[id] = contextLength
        }
        for case .remote(let model) in languageModels { catalog.contextLengths[model.id] = model.contextLength }
        for provider in providers { catalog.prices.merge(provider.prices) { first, _ in first } }
        return catalog
    }
}
