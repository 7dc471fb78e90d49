import AsyncHTTPClient
import Audio
import CloudEngines
import Conversation
import Engines
import Foundation
import JSON
import LocalEngines
import Logging
import Speech
import Testing

/// The embedded engines as a server runs them, started once for all calls.
struct CallEngines: Sendable {
    let llama: LlamaServer
    let catalog: EngineCatalog
    let synthesizer: PhonemeSynthesizer

    static let home = EngineHome()

    /// Without engines the calls are skipped, but never in continuous integration.
    static let areInstalled =
        ProcessInfo.processInfo.environment["CI"] == "true"
        || (home.hasModel("silero-vad", files: ["silero_vad.onnx"])
            && home.hasModel("moonshine-tiny-en", files: ["encoder_model.ort", "tokens.txt"])
            && home.hasModel("piper-en_US-joe-medium", files: ["model.onnx", "tokens.txt"])
            && home.hasModel("qwen2.5-coder-0.5b-instruct", files: ["model.gguf"])
            && (try? home.program("llama-server")) != nil)

    @TaskLocal static var current: CallEngines?

    /// Starts the engines, runs `body` with them, and stops the language model's server.
    static func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: RemoteLanguageModel.clientConfiguration())
        do {
            let llama = try LlamaServer(home: home, client: client, logger: quietLogger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await llama.run() }
                let engines = try await CallEngines(llama: llama, client: client)
                try await llama.waitUntilReady()
                try await $current.withValue(engines) { try await body() }
                group.cancelAll()
            }
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    /// The calls' failures are part of the tests; only what nobody expects is worth a line.
    static var quietLogger: Logger {
        var logger = Logger(label: "calls")
        logger.logLevel = .critical
        return logger
    }

    private init(llama: LlamaServer, client: HTTPClient) async throws {
        self.llama = llama
        let pool = InferencePool()
        // The same speech each time, so that what the recogniser makes of it is the same too.
        var options = LocalEngineOptions()
        options.synthesis.variation = 0
        let (home, synthesis) = (Self.home, options.synthesis)
        let (activity, turns, transcriber, synthesizer) = try await pool.run(.firstAudio) {
            (
                try SileroVAD(home: home, pool: pool), try SmartTurnDetector(home: home, pool: pool),
                try SegmentedTranscriber(home: home, pool: pool),
                try PhonemeSynthesizer(home: home, pool: pool, options: synthesis)
            )
        }
        self.synthesizer = synthesizer
        var model = RemoteLanguageModel.Options()
        model.supportsPrefill = true
        model.extraBody = ["cache_prompt": true]
        let languageModel = RemoteLanguageModel(
            id: llama.model, endpoint: LanguageModelEndpoint(baseURL: llama.baseURL, model: llama.model),
            httpClient: client, options: model, slots: llama)
        catalog = EngineCatalog(
            voiceActivityDetector: activity, turnDetector: turns,
            endOfUtteranceModel: LlamaEndOfUtterance(server: llama, client: client), transcribers: [transcriber],
            languageModels: [languageModel], synthesizers: [SpeechCache(synthesizer)],
            modelLoad: llama.load
        ) { endpoint in
            RemoteLanguageModel(id: endpoint.model ?? "custom-llm", endpoint: endpoint, httpClient: client)
        }
    }

    /// What a caller says, at `rate` Hz.
    func speech(_ text: String, at rate: Int) async throws -> [Float] {
        var samples: [Float] = []
        for try await chunk in synthesizer.synthesize(SpeechRequest(text: text)) { samples += chunk.samples }
        return try Resampler.resample(samples, from: synthesizer.sampleRate, to: rate)
    }

    /// What the recogniser makes of `samples` at `rate` Hz.
    func transcript(_ samples: [Float], at rate: Int) async throws -> String {
        let utterance = catalog.transcribers[0].openUtterance(TranscriptionHints())
        try await utterance.append(try Resampler.resample(samples, from: rate, to: 16_000))
        let text = try await utterance.transcript(.final).text
        await utterance.close()
        return text
    }

    /// How many calls hold a slot of the language model's.
    var callsInSlots: Int { llama.callsInSlots }
}

/// Gives every test of a suite the engines, started once.
struct EnginesTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withoutActuallyEscaping(function) { body in try await CallEngines.run(body) }
    }
}

extension Trait where Self == ConditionTrait {
    /// Runs the tests only where the engines are.
    static var needsEngines: Self {
        .enabled(if: CallEngines.areInstalled, "PARLEY_HOME lacks models or llama-server; `make setup` fetches them")
    }
}

extension Trait where Self == EnginesTrait {
    static var engines: Self { EnginesTrait() }
}

/// Words in lower case without punctuation.
func plainWords(_ text: String) -> [String] {
    text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "'") }.map(String.init)
}

/// Whole calls on the embedded engines, as a server holds them. One at a time: they happen in real time.
@Suite("Calls", .serialized, .needsEngines, .engines, .timeLimit(.minutes(4)))
struct CallTests {}
