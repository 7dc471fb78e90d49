import AsyncHTTPClient
import CloudEngines
import Engines
import Foundation
import JSON
import LocalEngines
import Logging
import ServiceLifecycle
import Synchronization

/// The embedded engines of one process: loads them, warms them, and says what is not ready yet.
///
/// The server listens before they are loaded; calls wait for them.
final class EngineRoom: Service {
    private let home: EngineHome
    private let options: LocalEngineOptions
    private let pool: InferencePool
    private let llama: LlamaServer
    private let client: HTTPClient
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var catalog: EngineCatalog?
        var failure: String?
        var waiting: Set<String> = ["speech engines", "language model"]
    }

    /// How long a call waits for engines that are still loading: as long as a first start may take.
    private static let patience = Duration.seconds(20)

    /// - Throws: `EngineError` when the language model or its server is not installed.
    init(home: EngineHome, options: LocalEngineOptions = LocalEngineOptions(), logger: Logger) throws {
        self.home = home
        self.options = options
        self.logger = logger
        pool = InferencePool(options.inference)
        client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: OpenAICompatibleModel.clientConfiguration())
        llama = try LlamaServer(home: home, options: options.languageModel, client: client, logger: logger)
    }

    /// The names of what is not ready yet.
    var missing: [String] { state.withLock { $0.failure.map { [$0] } ?? $0.waiting.sorted() } }

    /// The id of the embedded language model.
    var languageModelID: String { llama.model }

    /// The engines, as soon as they are ready.
    ///
    /// - Throws: `EngineError` when they cannot be loaded or take too long.
    func engines() async throws -> EngineCatalog {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let (catalog, failure) = state.withLock { ($0.waiting.isEmpty ? $0.catalog : nil, $0.failure) }
            if let catalog { return catalog }
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
            group.addTask {
                do {
                    try await self.loadSpeech()
                } catch {
                    self.fail("\(error)")
                }
            }
            group.addTask {
                do {
                    try await self.llama.waitUntilReady()
                    self.ready("language model")
                } catch {}
            }
            await group.next()
            await group.waitForAll()
        }
        try await client.shutdown()
    }

    private func loadSpeech() async throws {
        let (home, pool, options) = (home, pool, options)
        let start = ContinuousClock.now
        // Loading blocks, so it does not happen on the cooperative threads.
        let speech = try await pool.run(.firstAudio) {
            (
                try SileroVAD(home: home, pool: pool),
                try SmartTurnDetector(home: home, pool: pool, options: options.turnDetection),
                try MoonshineTranscriber(home: home, pool: pool, options: options.transcription),
                try PiperSynthesizer(home: home, pool: pool, options: options.synthesis)
            )
        }
        let (activity, turns, transcriber, synthesizer) = speech
        let (client, llama) = (client, llama)
        let catalog = EngineCatalog(
            voiceActivityDetector: activity, turnDetector: turns, transcribers: [transcriber],
            languageModels: [Self.languageModel(llama, client)], synthesizers: [synthesizer]
        ) { endpoint in
            OpenAICompatibleModel(id: endpoint.model ?? "custom-llm", endpoint: endpoint, httpClient: client)
        }
        // The first inference of each engine is several times slower than the next: not the first caller's to wait for.
        for try await _ in synthesizer.synthesize(SpeechRequest(text: "Hello there.", priority: .firstAudio)) {}
        let utterance = transcriber.openUtterance(TranscriptionHints())
        try await utterance.append([Float](repeating: 0, count: 16_000))
        _ = try await utterance.transcript(.final)
        await utterance.close()
        _ = try await activity.openStream().speechProbability(of: [Float](repeating: 0, count: 512))
        _ = try await turns.judge([Float](repeating: 0, count: 16_000))
        state.withLock { $0.catalog = catalog }
        ready("speech engines", after: ContinuousClock.now - start)
    }

    private static func languageModel(_ llama: LlamaServer, _ client: HTTPClient) -> OpenAICompatibleModel {
        var options = OpenAICompatibleModel.Options()
        options.supportsPrefill = true
        options.extraBody = ["cache_prompt": true]
        return OpenAICompatibleModel(
            id: llama.model, endpoint: LanguageModelEndpoint(baseURL: llama.baseURL, model: llama.model),
            httpClient: client, options: options, slots: LlamaSlots(llama: llama))
    }

    private func ready(_ name: String, after time: Duration? = nil) {
        state.withLock { _ = $0.waiting.remove(name) }
        logger.info("Ready: \(name).", metadata: time.map { ["seconds": "\($0 / .seconds(1))"] } ?? [:])
    }

    private func fail(_ message: String) {
        state.withLock { $0.failure = message }
        logger.error("The engines cannot be started.", metadata: ["error": "\(message)"])
    }
}

/// llama-server's slots, one a call.
private struct LlamaSlots: SlotProvider {
    let llama: LlamaServer

    func acquireSlot() async -> Int? { llama.acquireSlot() }

    func release(slot: Int) async { llama.releaseSlot(slot) }
}
