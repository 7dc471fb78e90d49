import AsyncHTTPClient
import Audio
import Engines
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Subprocess
import Synchronization
import Tasks

/// A supervised `llama-server`, which serves one GGUF model with an OpenAI-compatible API, on a socket that only
/// processes of this user can reach.
///
/// As a service it runs the program, restarts it with growing pauses when it ends, and stops it at shutdown. The
/// program also ends when Parley is killed.
public final class LlamaServer: Service, SlotProvider {
    /// The model's id in the manifest, which is also the name that the server gives it.
    public let model: String
    /// The API's base URL, such as `http+unix://%2Ftmp%2F…/v1` for AsyncHTTPClient; it stays the same across restarts.
    public let baseURL: String
    /// The base URL of the server's own API.
    let address: String
    /// The socket on which it listens.
    let socket = PrivateSocket()

    private struct State {
        var isReady = false
        /// The number of calls in each slot.
        var users: [Int]
        /// The id of the running process; nil when there is none.
        var processID: Int32?
    }

    private let program: String
    private let file: String
    private let options: LocalEngineOptions.LanguageModel
    private let client: HTTPClient
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let state: Mutex<State>
    /// Nil where the program runs from the beginning.
    private let wanted: Tasks.Signal?
    /// The load that calls put on the model.
    public let load = ModelLoad()

    /// How often readiness is checked.
    private static let pollInterval = Duration.milliseconds(50)
    /// Bytes of the end of the program's output that are kept, to report why it ended.
    private static let outputTail = 2048

    /// Finds the program and the model, and chooses the address; nothing is started before `run`.
    ///
    /// - Parameter startsWhenWanted: whether the program is started only once `want` was called.
    /// - Throws: `EngineError` when the program or the model is missing.
    public init(
        model: String = "qwen2.5-coder-0.5b-instruct", home: EngineHome,
        options: LocalEngineOptions.LanguageModel = .init(), client: HTTPClient = .shared,
        startsWhenWanted: Bool = false, logger: Logger = Logger(label: "llama-server"),
        clock: any Clock<Duration> = ContinuousClock()
    ) throws {
        self.model = model
        program = try home.program("llama-server")
        file = try home.modelFile(model, "model.gguf")
        address = socket.url
        baseURL = "\(address)/v1"
        self.options = options
        self.client = client
        self.logger = logger
        self.clock = clock
        wanted = startsWhenWanted ? Tasks.Signal() : nil
        state = Mutex(State(users: Array(repeating: 0, count: max(1, options.slots))))
    }

    /// Has the program started, if that waits for being wanted.
    public func want() { wanted?.fire() }

    /// Whether the model is loaded and answers.
    public var isReady: Bool { state.withLock { $0.isReady } }

    /// The program's process id while it runs; nil otherwise.
    var processID: Int32? { state.withLock { $0.processID } }

    /// Returns once the model answers.
    ///
    /// - Throws: `EngineError` when that takes longer than `limit`, or `CancellationError`.
    public func waitUntilReady(atMost limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        while !isReady {
            guard ContinuousClock.now < deadline else {
                throw EngineError(.unavailable, engine: model, "The model's server is starting.")
            }
            try await clock.sleep(for: Self.pollInterval)
        }
    }

    /// Assigns a call one of the server's slots (`id_slot` of requests), whose prompt cache it then has to itself. With
    /// more calls than slots, some share one and wait for each other: the server itself might choose the slot in which
    /// the ends of utterances are judged.
    public func acquireSlot() -> Int? {
        state.withLock { state in
            let slot = state.users.indices.min { (state.users[$0], $0) < (state.users[$1], $1) } ?? 0
            state.users[slot] += 1
            return slot
        }
    }

    /// How many calls have a slot.
    public var callsInSlots: Int { state.withLock { $0.users.reduce(0, +) } }

    /// The slot in which the ends of utterances are judged, besides those of calls.
    var judgingSlot: Int { options.slots }

    /// The slot in which it is decided, for all calls, whether a tool is called.
    package var decidingSlot: Int { allSlots - 1 }

    private var allSlots: Int { options.slots + (options.judgesEnds ? 2 : 1) }

    /// Gives a slot back; the next call in it may find the beginning of its own prompt still in the cache.
    public func release(slot: Int) {
        state.withLock { state in
            guard state.users.indices.contains(slot), state.users[slot] > 0 else { return }
            state.users[slot] -= 1
        }
    }

    /// Keeps the program running until the task is cancelled or the service group shuts down.
    public func run() async throws {
        defer { socket.close() }
        try? await cancelWhenGracefulShutdown {
            await self.wanted?.wait()
            var backoff = RestartBackoff()
            while !Task.isCancelled {
                let started = ContinuousClock.now
                let reason = await self.runOnce()
                self.state.withLock { ($0.isReady, $0.processID) = (false, nil) }
                try Task.checkCancellation()
                let delay = backoff.delay(after: started.duration(to: .now))
                self.logger.warning(
                    "The language model's server has ended and will be started again.",
                    metadata: ["model": "\(self.model)", "reason": "\(reason)", "delay": "\(delay)"])
                try await self.clock.sleep(for: delay)
            }
        }
    }

    /// Runs the program once, and returns why it ended.
    private func runOnce() async -> String {
        var platform = PlatformOptions()
        // A process group of its own: an interrupt from the terminal is for Parley alone, which then ends the program.
        platform.processGroupID = 0
        platform.teardownSequence = [
            .gracefulShutDown(allowedDurationToNextStep: .seconds(options.stopTimeout))
        ]
        do {
            try socket.open()
            let result = try await Subprocess.run(
                .name("setpriv"), arguments: Arguments(arguments), environment: .only(ChildEnvironment.variables()),
                platformOptions: platform, input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                self.state.withLock { $0.processID = execution.processIdentifier.value }
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        do {
                            try await self.awaitHealth()
                        } catch is EngineError {
                            try? execution.send(signal: .kill)
                        }
                    }
                    var tail: [UInt8] = []
                    for try await buffer in execution.standardOutput {
                        tail = Array((tail + buffer.withUnsafeBytes { Array($0) }).suffix(Self.outputTail))
                    }
                    group.cancelAll()
                    return String(decoding: tail, as: UTF8.self)
                }
            }
            let lastLine = result.closureResult.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
            return "\(result.terminationStatus): \(lastLine)"
        } catch {
            return "\(error)"
        }
    }

    /// Returns once the server reports that it is ready.
    ///
    /// - Throws: `EngineError` when that takes too long.
    private func awaitHealth() async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(options.startTimeout))
        let request = HTTPClientRequest(url: "\(address)/health")
        while ContinuousClock.now < deadline {
            if let response = try? await client.execute(request, timeout: .seconds(2)), response.status == .ok {
                state.withLock { $0.isReady = true }
                logger.info("The language model is ready.", metadata: ["model": "\(model)"])
                return
            }
            try await clock.sleep(for: Self.pollInterval)
        }
        throw EngineError(.timeout, engine: model, "not loaded within \(options.startTimeout) s")
    }

    /// The command line. `setpriv` has the kernel kill the program when the thread that started it ends, that is, when
    /// Parley does; nothing else works after SIGKILL.
    private var arguments: [String] {
        let threads = options.threads ?? ProcessInfo.processInfo.activeProcessorCount
        return [
            "--pdeathsig", "KILL", program,
            "--model", file, "--alias", model, "--host", socket.path, "--offline", "--jinja",
            "--parallel", "\(allSlots)", "--ctx-size", "\(allSlots * options.contextPerSlot)",
            "--no-kv-unified", "--cache-reuse", "\(options.cacheReuse)", "--cache-ram", "\(options.promptCacheSize)",
            "--batch-size", "\(options.batchSize)", "--ubatch-size", "\(options.batchSize)",
            "--threads", "\(threads)", "--threads-batch", "\(threads)", "--no-ui", "--no-slots",
            // On a processor, attention without flash attention is faster: 20 tokens are read in 140 ms instead of 210
            // to 250.
            "--flash-attn", "off",
            "--log-colors", "off", "--verbosity", "1",
        ]
    }
}
